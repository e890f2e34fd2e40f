"""`init`: an institution's first leaves, in one ceremony (design §6, §7).

The genesis leaf enrols the three administrators and the machine, and lays down the organisation, the
calendar and the settings in force; the shipped definitions are published beside it. A sandbox enrols
everybody, under one passphrase that is printed, and has a clock that can be set.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from zeroerror import files
from zeroerror.defaults import shipped
from zeroerror.definition.loader import Loaded, load_tree
from zeroerror.ledger import keys, signing
from zeroerror.model.calendar import calendar_to_json
from zeroerror.model.command import MACHINE, Command, Payload
from zeroerror.model.errors import UsageError
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import to_text
from zeroerror.model.organisation import Organisation, organisation_to_json
from zeroerror.model.value import dataclass
from zeroerror.service import configuration
from zeroerror.service.configuration import Unreadable
from zeroerror.service.definitions import published
from zeroerror.service.front import seal, write
from zeroerror.service.institution import (
    DATABASE_FILE,
    MACHINE_PERSON,
    SETTINGS_FILE,
    database_url,
)
from zeroerror.service.outcomes import content_digest
from zeroerror.service.projector import Projector
from zeroerror.store import log, projections, upgrade
from zeroerror.store.connection import connect

ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")


class AlreadyThere(UsageError):
    """There is an institution in that directory already."""

    code = "error.already_there"


def initialise(
    home: Path,
    *,
    at: datetime,
    database: str | None = None,
    simulated: bool = False,
    passphrase: str,
    passphrases: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Make an institution of the defaults, or of the `config/` and `workflows/` that stand in `home` already.

    `passphrases` gives an administrator his own; `passphrase` is everybody else's. Returns the origin, the
    keys' fingerprints and the home. Raises AlreadyThere, Unreadable for files that cannot be applied,
    StoreError for a database that cannot be made; nothing is left behind then but the files.
    """
    home.mkdir(parents=True, exist_ok=True)
    url = database or f"sqlite:///{DATABASE_FILE}"
    # Whoever puts this file there holds the ceremony; of two at once, one is told that there is one already.
    if not files.add(home / SETTINGS_FILE, _settings(url).encode()):
        raise AlreadyThere(home=str(home))
    kept = [home / SETTINGS_FILE]
    try:
        for tree in ("config", "workflows"):
            if not (home / tree).exists():
                shutil.copytree(shipped(tree), home / tree)
        secrets_of = _Passphrases(passphrase, passphrases or {})
        return _ceremony(home, at, simulated=simulated, secrets_of=secrets_of, kept=kept)
    except BaseException:
        for path in kept:
            path.unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class _Passphrases:
    everybody: str
    own: Mapping[str, str]

    def of(self, person: str) -> str | None:
        """A person's passphrase; the machine has none."""
        return None if person == MACHINE_PERSON else self.own.get(person, self.everybody)


def _ceremony(
    home: Path, at: datetime, *, simulated: bool, secrets_of: _Passphrases, kept: list[Path]
) -> dict[str, Any]:
    """Keys, then the database with its first leaves; each file that is made is in `kept` before it is there."""
    payloads: list[Payload] = []

    def sealing(text: str) -> str:
        payloads.append(seal(text))
        return payloads[-1].digest

    name, organisation = configuration.organisation(home / "config", sealing)
    definitions = _definitions(home / "workflows")
    origin = f"zeroerror/{secrets.token_hex(8)}"
    made = {
        person: signing.generate() for person in (MACHINE_PERSON, *_enrolled(organisation, at, simulated))
    }
    enrolled = [
        {"id": signing.key_id(public), "person": person, "public": public}
        for person, public in ((person, signing.public_hex(key)) for person, key in made.items())
    ]
    body = {
        "suite": signing.SUITE,
        "origin": origin,
        "simulated": simulated,
        "institution": name,
        "keys": enrolled,
        "organisation": organisation_to_json(organisation),
        "calendar": calendar_to_json(configuration.calendar(home / "config")),
        "settings": configuration.settings(home / "config"),
    }
    events = (Event(INSTITUTION, "genesis", body), *(published(each) for each in definitions))
    url = database_url(home)
    # A key that the ledger knows and nobody holds could never be replaced, so the keys are kept first.
    for person, key in made.items():
        kept.append(home / "keys" / f"{person}.key")
        work = keys.SANDBOX_WORK if simulated else keys.WORK
        keys.save_private(kept[-1], key, secrets_of.of(person), work=work)
    upgrade.create(url, origin, at)
    try:
        _genesis(url, origin, made[MACHINE_PERSON], enrolled[0]["id"], events, payloads, at)
    except BaseException:
        upgrade.discard(url)
        raise
    return {
        "origin": origin,
        "home": str(home),
        "institution": name,
        "simulated": simulated,
        "keys": [_described(each, organisation, at) for each in enrolled],
    }


def _definitions(directory: Path) -> list[Loaded]:
    found = load_tree(directory)
    problems = [problem for each in found for problem in each.problems]
    errors = [each for each in problems if each.severity == "error"]
    if errors:
        raise Unreadable(errors)
    return found


def _enrolled(organisation: Organisation, at: datetime, simulated: bool) -> list[str]:
    if simulated:
        return sorted(person.id for person in organisation.persons)
    return [
        person.id
        for person in organisation.persons
        if any(organisation.entitled(person.id, word, at) for word in ADMINISTRATORS)
    ]


def _described(key: Mapping[str, str], organisation: Organisation, at: datetime) -> dict[str, Any]:
    entitlements = [word for word in ADMINISTRATORS if organisation.entitled(key["person"], word, at)]
    return {"person": key["person"], "fingerprint": key["id"], "entitlements": entitlements}


def _settings(url: str) -> str:
    return (
        f"# 数据库在哪里：只写这一项。PostgreSQL 写作 postgresql://…?schema=名称\ndatabase = {_quoted(url)}\n"
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _genesis(
    url: str,
    origin: str,
    machine: signing.PrivateKey,
    key: str,
    events: tuple[Event, ...],
    payloads: list[Payload],
    at: datetime,
) -> None:
    # The outcome is not decided but signed: the command names the digest of everything that it lays down.
    command = Command(
        origin=origin,
        id=secrets.token_hex(16),
        kind="genesis",
        body={"content": content_digest(events)},
        targets=(),
        capacity=MACHINE,
        time=to_text(at),
    )
    signed = {
        "command": command.to_json(),
        "key": key,
        "signature": signing.sign(machine, command.to_json()),
    }
    conn = connect(url)
    try:
        with conn.write():
            head = log.head(conn, lock=True)
            write(conn, Projector(conn), head, command, signed, MACHINE_PERSON, at, events)
            projections.save_payloads(conn, payloads)
    finally:
        conn.close()
