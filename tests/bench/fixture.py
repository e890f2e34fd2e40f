"""Large ledgers, made by the real deciders and folds, many signed commands to a transaction: they verify."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from zeroerror.defaults import shipped
from zeroerror.ledger import keys, signing
from zeroerror.model.command import OWN, Command, Payload, Target
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Refusal
from zeroerror.service.facts import StoreFacts
from zeroerror.service.front import outcome_of, seal, write
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import Actor, Institution, open_institution
from zeroerror.service.projector import Projector
from zeroerror.store import log, projections
from zeroerror.store.connection import Connection

#: A Monday morning, 09:00 in Shanghai.
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSPHRASE = "bench"
ERRAND = "handling/errand"
#: So many commands share a transaction, so that its journal stays small.
TOGETHER = 2000


@contextmanager
def directory() -> Iterator[Path]:
    """A directory for as long as the measuring takes, on the disk that the system gives for such things."""
    path = Path(tempfile.mkdtemp(prefix="zeroerror-bench-"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def institution(home: Path, database: str | None = None) -> Iterator[Institution]:
    """A fresh sandbox of the shipped staff, with the shipped definitions and those beside this file."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copytree(shipped("workflows"), home / "workflows")
    shutil.copytree(Path(__file__).parent / "workflows", home / "workflows", dirs_exist_ok=True)
    initialise(home, at=MONDAY, database=database, simulated=True, passphrase=PASSPHRASE)
    with open_institution(home) as inst:
        yield inst


class Staff:
    """Who acts, each with his own unlocked key."""

    def __init__(self, inst: Institution) -> None:
        self._inst, self._actors = inst, dict[str, Actor]()
        self.organisation = inst.organisation
        self.offices = [each.id for each in self.organisation.offices]

    def actor(self, person: str | None) -> Actor:
        """Somebody with his key."""
        assert person is not None, "the post is filled"
        if person not in self._actors:
            private = keys.load_private(self._inst.keys / f"{person}.key", PASSPHRASE)
            key = signing.key_id(signing.public_hex(private))
            self._actors[person] = Actor(person, key, private)
        return self._actors[person]

    def of(self, office: str, duty: str) -> Actor:
        """Who does a duty in an office."""
        found = self.organisation.division(office, (duty,), MONDAY)
        return self.actor(None if found is None else found.a)


Asked = tuple[Actor, str, Mapping[str, Any], tuple[Target, ...], tuple[Payload, ...]]


def openings(
    inst: Institution, staff: Staff, workflow: str, count: int, fields: Callable[[int], Mapping[str, str]]
) -> Iterator[Asked]:
    """Commands that open so many tasks, office by office."""
    digest = inst.facts().in_force(workflow)
    duty = "承办" if workflow == ERRAND else "起草"
    for place in range(count):
        office = staff.offices[place % len(staff.offices)]
        title = seal(f"关于第 {place + 1} 号事项的通知")
        body = {
            "workflow": workflow,
            "definition": digest,
            "office": office,
            "fields": dict(fields(place)),
            "sealed": {"title": title.digest},
            "attachments": [],
        }
        yield staff.of(office, duty), "open", body, (), (title,)


def finishings(inst: Institution, staff: Staff, ids: Iterable[str]) -> Iterator[Asked]:
    """Commands that finish these errands."""
    for id in ids:
        task = inst.facts().task(id)
        assert task is not None, id
        body = {
            "action": "finish",
            "fields": {},
            "sealed": {},
            "reason": None,
            "attachments": [],
            "done_at": None,
            "definitions": [task.digest],
        }
        yield staff.of(task.office, "承办"), "advance", body, (Target(id, task.last, "act", 1),), ()


def hand_in(inst: Institution, asked: Iterable[Asked], at: datetime = MONDAY) -> list[str]:
    """Hand these commands in; the tasks that they opened or moved, in order."""
    moved: list[str] = []
    asked = iter(asked)
    while batch := list(islice(asked, TOGETHER)):
        with inst.conn.write():
            log.head(inst.conn, lock=True)
            for each in batch:
                moved.append(_take_in(inst.conn, inst.origin, each, at))
    return moved


def _take_in(conn: Connection, origin: str, asked: Asked, at: datetime) -> str:
    actor, kind, body, targets, payloads = asked
    command = Command(origin, secrets.token_hex(16), kind, body, targets, OWN, to_text(at))
    content = command.to_json()
    signed = {"command": content, "key": actor.key, "signature": signing.sign(actor.private, content)}
    facts, projector = StoreFacts(conn), Projector(conn)
    outcome = outcome_of(conn, command, actor.person, facts, at)
    if isinstance(outcome, Refusal):
        raise AssertionError([each.code for each in outcome.reasons])
    for id, task in facts.read_tasks().items():
        projector.remember(id, task)
    write(conn, projector, log.head(conn), command, signed, actor.person, at, outcome)
    projections.save_payloads(conn, payloads)
    return next(iter(outcome)).stream
