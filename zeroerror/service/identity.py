"""Who is at the keyboard: keys, and the while for which one stays unlocked."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from zeroerror.ledger import keys, signing
from zeroerror.model.errors import Busy, NotAuthorised, UsageError
from zeroerror.model.instant import to_text
from zeroerror.service.front import NO_OPTIONS, Options, put_denial
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.proposals import Answer, propose
from zeroerror.store import reads

#: A working day at most, and a long lunch without a keystroke (real time, in a sandbox too).
SESSION = timedelta(hours=10)
IDLE_SECONDS = 2 * 3600
#: A public key has 32 bytes (RFC 8032), written in hex.
_PUBLIC = re.compile("[0-9a-f]{64}")


def login(inst: Institution, person: str, passphrase: str) -> dict[str, Any]:
    """Unlock a person's key for a while; raises NotAuthorised for a wrong passphrase or a missing key."""
    if inst.organisation.person(person) is None:
        raise UsageError("error.unknown_person", person=person)
    try:
        private = keys.load_private(inst.keys / f"{person}.key", passphrase)
    except NotAuthorised as error:
        if error.code == "ledger.wrong_passphrase":
            _denied(inst, person, error.code)
        raise
    until = datetime.now(UTC) + SESSION
    keys.open_session(inst.sessions, person, private, to_text(until), IDLE_SECONDS)
    return {"person": person, "key": signing.key_id(signing.public_hex(private)), "until": until}


def _denied(inst: Institution, person: str, code: str) -> None:
    """Somebody who tries another's passphrase leaves a trace, as whoever tries another's step does."""
    body = {"by": person, "kind": "login", "codes": [code], "task": None, "step": None}
    # That nothing can be written just now must not hide why he is not let in.
    with contextlib.suppress(Busy):
        put_denial(inst, body, None)


def logout(home: Path, person: str | None = None) -> None:
    """Lock the key again: one person's, or everybody's who is logged in here."""
    keys.close_session(home / "sessions", person)


def whoami(inst: Institution, person: str | None = None) -> dict[str, Any]:
    """Who is logged in, with his posts; raises NotAuthorised if nobody is."""
    actor = inst.actor(person)
    organisation, at = inst.organisation, inst.now()
    return {
        "person": actor.person,
        "name": inst.names([actor.person]).get(actor.person),
        "office": organisation.office_of(actor.person, at),
        "posts": [
            {"office": post.office, "role": post.role} for post in organisation.posts_of(actor.person, at)
        ],
        "key": actor.key,
    }


def new_key(inst: Institution, person: str, passphrase: str) -> dict[str, Any]:
    """Make a key pair for a person: the private part stays here, under his passphrase; it is not enrolled yet."""
    if inst.organisation.person(person) is None:
        raise UsageError("error.unknown_person", person=person)
    private = signing.generate()
    public = signing.public_hex(private)
    path = inst.keys / f"{person}.key"
    if path.exists():
        # The old key may still be the valid one, until the new one is enrolled.
        path = inst.keys / f"{person}.new.key"
    keys.save_private(path, private, passphrase)
    return {"id": signing.key_id(public), "person": person, "public": public, "path": str(path)}


def enrol(inst: Institution, actor: Actor, person: str, public: str, options: Options = NO_OPTIONS) -> Answer:
    """Propose that a key speaks for a person."""
    public = public.strip().lower()
    if not _PUBLIC.fullmatch(public):
        raise UsageError("error.public_unreadable")
    if inst.organisation.person(person) is None:
        raise UsageError("error.unknown_person", person=person)
    body = {"id": signing.key_id(public), "person": person, "public": public}
    return propose(inst, actor, "enrol_key", body, options=options)


def revoke(inst: Institution, actor: Actor, key: str, options: Options = NO_OPTIONS) -> Answer:
    """Propose that a key speaks for nobody any more."""
    if reads.key(inst.conn, key) is None:
        raise UsageError("error.unknown_key", key=key)
    return propose(inst, actor, "revoke_key", {"id": key}, options=options)


def key_list(inst: Institution) -> list[dict[str, Any]]:
    """Every key there ever was, with the leaves from which and up to which it holds."""
    return [
        {"id": each.id, "person": each.person, "since": each.since_idx, "until": each.until_idx}
        for each in reads.keys(inst.conn)
    ]
