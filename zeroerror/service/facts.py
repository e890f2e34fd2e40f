"""What the deciders ask, answered from the projection."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zeroerror.engine.facts import Definition, FollowUp
from zeroerror.model.calendar import Calendar, calendar_from_json
from zeroerror.model.instant import from_text
from zeroerror.model.organisation import Organisation, organisation_from_json
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.model.workflow import Table
from zeroerror.model.workflow_json import from_json
from zeroerror.store import reads
from zeroerror.store.connection import Connection
from zeroerror.store.errors import StoreError


class StoreFacts:
    """The facts of one moment: what has been read once is not read again, so make one for each command."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._documents: dict[str, reads.Document] = {}
        self._tasks: dict[str, Task | None] = {}

    @property
    def organisation(self) -> Organisation:
        """The organisation in force."""
        return _organisation(self._document("organisation"))

    @property
    def calendar(self) -> Calendar:
        """The calendar in force."""
        return _calendar(self._document("calendar"))

    @property
    def settings(self) -> Mapping[str, Any]:
        """Thresholds and the schedule in force."""
        content: Mapping[str, Any] = self._document("settings").content
        return content

    def task(self, id: str) -> Task | None:
        """That task, if there is one."""
        if id not in self._tasks:
            self._tasks[id] = reads.task(self._conn, id)
        return self._tasks[id]

    def read_tasks(self) -> Mapping[str, Task | None]:
        """Every task that has been asked for, as it stood."""
        return self._tasks

    def definition(self, digest: str) -> Definition | None:
        """The definition of that digest, if it was ever published."""
        return definition(self._conn, digest)

    def in_force(self, workflow: str) -> str | None:
        """The digest under which new tasks of that workflow are opened."""
        return reads.workflow_digest(self._conn, workflow)

    def last_number(self, prefix: str, year: int) -> int:
        """The last number given to a task of that prefix and local year."""
        return reads.last_number(self._conn, prefix, year)

    def proposal(self, id: str) -> Proposal | None:
        """That proposal, if there is one."""
        found = reads.proposal(self._conn, id)
        return None if found is None else proposal_of(found)

    def follow_ups(self, task: str) -> Sequence[FollowUp]:
        """The open follow-ups that findings about that task have opened."""
        found = reads.findings_of_tasks(self._conn, (task,)).get(task, ())
        asked = ((each, self.task(each.follow_up)) for each in found if each.follow_up is not None)
        return [FollowUp(each, task) for each, task in asked if task is not None and task.status == "open"]

    def open_tasks(self) -> Iterable[Task]:
        """Every open task."""
        return reads.tasks(self._conn, reads.TaskFilter(status="open"))

    def digest_of(self, document: str) -> str:
        """The digest of what holds for the whole institution under that name; empty if nothing does."""
        found = reads.document(self._conn, document)
        return "" if found is None else found.digest

    def _document(self, name: str) -> reads.Document:
        if name not in self._documents:
            found = reads.document(self._conn, name)
            if found is None:
                raise StoreError(detail=f"nothing holds under {name}")
            self._documents[name] = found
        return self._documents[name]


def _organisation(document: reads.Document) -> Organisation:
    found = _ORGANISATIONS.get(document.digest)
    if found is None:
        _ORGANISATIONS.clear()
        found = _ORGANISATIONS[document.digest] = organisation_from_json(document.content)
    return found


def _calendar(document: reads.Document) -> Calendar:
    found = _CALENDARS.get(document.digest)
    if found is None:
        _CALENDARS.clear()
        found = _CALENDARS[document.digest] = calendar_from_json(document.content)
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
