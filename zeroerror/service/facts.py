"""What the deciders ask, answered from the projection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from zeroerror.engine.facts import Definition, FollowUp
from zeroerror.model.calendar import Calendar, calendar_from_json
from zeroerror.model.circulation import Circulated
from zeroerror.model.finding import Finding
from zeroerror.model.instant import from_text
from zeroerror.model.notice import Notice
from zeroerror.model.organisation import Organisation, organisation_from_json
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.model.workflow import Table
from zeroerror.model.workflow_json import from_json
from zeroerror.store import reads
from zeroerror.store.connection import Connection
from zeroerror.store.errors import StoreError
from zeroerror.store.log import Head

Made = TypeVar("Made")


class StoreFacts:
    """The facts of one moment: what has been read once is not read again, so make one for each command.

    With a `head` that was read before anything else, they can be taken over by whoever finds the ledger
    still ending there under the lock: everything here is folded out of the leaves, so nothing has changed.
    """

    def __init__(self, conn: Connection, before: reads.Before | None = None) -> None:
        self._conn = conn
        self.head: Head | None = None
        self._held: dict[str, reads.Held] | None = None
        self._tasks: dict[str, Task | None] = {}
        self._findings: dict[str, list[Finding]] = {}
        self._keys: dict[str, reads.Key | None] = {}
        if before is not None:
            self.head, self._held, self._findings = before.head, before.held, before.findings
            self._tasks.update(before.tasks)
            self._keys.update({} if before.key is None else {before.key.id: before.key})
        self._in_force: dict[str, str | None] = {}
        self._numbers: dict[tuple[str, int], int] = {}

    @property
    def organisation(self) -> Organisation:
        """The organisation in force."""
        return self._made("organisation", _ORGANISATIONS, organisation_from_json)

    @property
    def calendar(self) -> Calendar:
        """The calendar in force."""
        return self._made("calendar", _CALENDARS, calendar_from_json)

    @property
    def zone(self) -> str:
        """The zone of the calendar in force; the calendar is not made for it, which takes a while."""
        return self._made("calendar", _ZONES, lambda content: str(content["zone"]))

    @property
    def settings(self) -> Mapping[str, Any]:
        """Thresholds and the schedule in force."""
        return self._made("settings", _SETTINGS, lambda content: content)

    def task(self, id: str) -> Task | None:
        """That task, if there is one."""
        if id not in self._tasks:
            self._tasks[id] = reads.task(self._conn, id)
        return self._tasks[id]

    @property
    def simulated(self) -> bool:
        """Whether this is a sandbox, whose clock can be set."""
        found = reads.document(self._conn, "institution")
        return found is not None and bool(found.content["simulated"])

    def read_all(self, ids: Iterable[str]) -> None:
        """Read these tasks at once, where thousands will be asked for."""
        wanted = set(ids) - self._tasks.keys()
        self._tasks.update(dict.fromkeys(wanted))
        self._tasks.update(reads.tasks_by_id(self._conn, wanted))

    def read_tasks(self) -> Mapping[str, Task | None]:
        """Every task that has been asked for, as it stood."""
        return self._tasks

    def definition(self, digest: str) -> Definition | None:
        """The definition of that digest, if it was ever published."""
        return definition(self._conn, digest)

    def in_force(self, workflow: str) -> str | None:
        """The digest under which new tasks of that workflow are opened."""
        if workflow not in self._in_force:
            self._in_force[workflow] = reads.workflow_digest(self._conn, workflow)
        return self._in_force[workflow]

    def last_number(self, prefix: str, year: int) -> int:
        """The last number given to a task of that prefix and local year."""
        key = prefix, year
        if key not in self._numbers:
            self._numbers[key] = reads.last_number(self._conn, prefix, year)
        return self._numbers[key]

    def proposal(self, id: str) -> Proposal | None:
        """That proposal, if there is one."""
        found = reads.proposal(self._conn, id)
        return None if found is None else proposal_of(found)

    def finding(self, id: str) -> Finding | None:
        """That finding, if there is one."""
        return reads.finding(self._conn, id)

    def notice(self, id: str) -> Notice | None:
        """That notice, if there is one."""
        return reads.notice(self._conn, id)

    def circulation(self, task: str) -> Mapping[str, Circulated]:
        """To whom that task was given to read, and who has read it."""
        return {each.person: each for each in reads.circulation(self._conn, task)}

    def follow_ups(self, task: str) -> Sequence[FollowUp]:
        """The open follow-ups that findings about that task have opened."""
        return [each for each in self._asked(task) if each.task.status == "open"]

    def ended_follow_ups(self, task: str) -> Sequence[FollowUp]:
        """Those that have ended."""
        return [each for each in self._asked(task) if each.task.status != "open"]

    def _asked(self, task: str) -> list[FollowUp]:
        if task not in self._findings:
            self._findings[task] = reads.findings_of_tasks(self._conn, (task,)).get(task, [])
        found = self._findings[task]
        asked = ((each, self.task(each.follow_up)) for each in found if each.follow_up is not None)
        return [FollowUp(each, task) for each, task in asked if task is not None]

    def children(self, task: str) -> Sequence[Task]:
        """The tasks that actions of that task have opened, by id."""
        ids = reads.children_ids(self._conn, (task,)).get(task, [])
        self.read_all(ids)
        found = (self.task(id) for id in ids)
        return [each for each in found if each is not None]

    def owed_by(self, person: str) -> Iterable[Task]:
        """The tasks of which somebody owes an open step."""
        ids = {each.task for each in reads.visits_owed(self._conn, person)}
        self.read_all(ids)
        return [task for id in sorted(ids) if (task := self._tasks[id]) is not None]

    def open_tasks(self) -> Iterable[Task]:
        """Every open task."""
        return reads.tasks(self._conn, reads.TaskFilter(status="open"))

    def digest_of(self, document: str) -> str:
        """The digest of what holds for the whole institution under that name; empty if nothing does."""
        found = self.held.get(document)
        return "" if found is None else found.digest

    def key(self, id: str) -> reads.Key | None:
        """That key, if it was ever enrolled."""
        if id not in self._keys:
            self._keys[id] = reads.key(self._conn, id)
        return self._keys[id]

    def key_state(self, id: str) -> str:
        """Whether a key is `unknown`, `valid` or `revoked`."""
        found = self.key(id)
        if found is None:
            return "unknown"
        return "valid" if found.until_idx is None else "revoked"

    @property
    def held(self) -> Mapping[str, reads.Held]:
        """By which digest each thing holds for the whole institution, and since which leaf."""
        if self._held is None:
            self._held = reads.held(self._conn)
        return self._held

    def _made(self, name: str, known: dict[str, Made], make: Callable[[Any], Made]) -> Made:
        """What has been made of a document; its text is read and parsed once a process and digest only."""
        held = self.held.get(name)
        if held is None:
            raise StoreError(detail=f"nothing holds under {name}")
        found = known.get(held.digest)
        if found is None:
            document = reads.document(self._conn, name)
            assert document is not None, "what holds is there to be read"
            known.clear()
            found = known[document.digest] = make(document.content)
        return found


def definition(conn: Connection, digest: str) -> Definition | None:
    """The definition of that digest, if it was ever published; read once a process, for it never changes."""
    found = _DEFINITIONS.get(digest)
    if found is None:
        row = reads.definition(conn, digest)
        if row is None:
            return None
        table = Table.from_json(json.loads(row.table))
        found = _DEFINITIONS[digest] = Definition(digest, from_json(json.loads(row.effective)), table)
    return found


def proposal_of(row: reads.Proposal) -> Proposal:
    """A proposal as the deciders see it."""
    return Proposal(
        id=row.id,
        kind=row.kind,
        status=row.status,
        proposer=row.proposer,
        about=row.about,
        body=row.content,
        asked_at=from_text(row.content["asked_at"]),
        index=row.idx,
    )


#: What has been made of a text once, by the text's digest.
_DEFINITIONS: dict[str, Definition] = {}
_ORGANISATIONS: dict[str, Organisation] = {}
_CALENDARS: dict[str, Calendar] = {}
_ZONES: dict[str, str] = {}
_SETTINGS: dict[str, Mapping[str, Any]] = {}
