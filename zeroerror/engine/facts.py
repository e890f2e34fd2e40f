"""What the deciders may know: all of it can be had from the leaves before (design §7).

They ask through this face instead of being handed everything, so that a command that moves one task reads
one task. The service answers from the projection, `log verify` from a twin folded out of the leaves, and the
tests from dictionaries; the answers are values, and none of them changes while a command is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from zeroerror.model.calendar import Calendar, year_from_json
from zeroerror.model.circulation import Circulated
from zeroerror.model.command import OWN
from zeroerror.model.event import INSTITUTION, Event, Stamp
from zeroerror.model.finding import CHANGES, Finding, finding_changed
from zeroerror.model.fold import evolve
from zeroerror.model.notice import Notice
from zeroerror.model.organisation import Organisation, organisation_from_json
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Table, Workflow


@dataclass(frozen=True, slots=True)
class Definition:
    """A published definition with its frozen table."""

    digest: str
    workflow: Workflow
    table: Table


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up, with the finding that opened it."""

    finding: Finding
    task: Task


class Facts(Protocol):
    """The state of the institution, as the leaves before this command leave it."""

    @property
    def organisation(self) -> Organisation:
        """The organisation, with every dated fact about it."""

    @property
    def calendar(self) -> Calendar:
        """The calendar in force."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """Thresholds and the schedule in force."""

    def task(self, id: str) -> Task | None:
        """That task, if there is one."""

    def definition(self, digest: str) -> Definition | None:
        """The definition of that digest, if it was ever published."""

    def in_force(self, workflow: str) -> str | None:
        """The digest under which new tasks of that workflow are opened."""

    def last_number(self, prefix: str, year: int) -> int:
        """The last number given to a task of that prefix and local year."""

    def proposal(self, id: str) -> Proposal | None:
        """That proposal, if there is one."""

    def finding(self, id: str) -> Finding | None:
        """That finding, if there is one."""

    def notice(self, id: str) -> Notice | None:
        """That notice, if there is one."""

    def circulation(self, task: str) -> Mapping[str, Circulated]:
        """To whom that task was given to read, and who has read it; asked only of these acts."""

    def follow_ups(self, task: str) -> Sequence[FollowUp]:
        """The open follow-ups that findings about that task have opened."""

    def ended_follow_ups(self, task: str) -> Sequence[FollowUp]:
        """Those that have ended; asked only when an act is taken back."""

    def children(self, task: str) -> Sequence[Task]:
        """The tasks that actions of that task have opened, by id; asked only where something hangs on them."""

    def owed_by(self, person: str) -> Iterable[Task]:
        """The tasks of which somebody owes an open step; asked only when he goes on leave."""

    def open_tasks(self) -> Iterable[Task]:
        """Every open task; asked only when the calendar changes."""

    def digest_of(self, document: str) -> str:
        """The digest of what holds for the whole institution under that name; empty if nothing does."""

    def key_state(self, id: str) -> str:
        """Whether a key is `unknown`, `valid` or `revoked`."""


class Ahead:
    """Facts as the first parts of a command leave them, for its next parts.

    One confirmation may stand for a list of proposals, and each must see what the one before has done.
    """

    def __init__(self, facts: Facts, actor: str, at: datetime) -> None:
        self._facts, self._actor, self._at = facts, actor, at
        self._tasks: dict[str, Task] = {}
        self.organisation = facts.organisation
        self.calendar = facts.calendar
        self.settings = facts.settings
        self.definition = facts.definition
        self.proposal = facts.proposal
        self.notice = facts.notice
        self.circulation = facts.circulation
        self.ended_follow_ups = facts.ended_follow_ups
        self._findings: dict[str, Finding] = {}
        self._moved: set[str] = set()
        self._in_force: dict[str, str] = {}
        self._keys: dict[str, str] = {}

    def last_number(self, prefix: str, year: int) -> int:
        """The last number given to a task of that prefix and local year, by the parts so far too."""
        beginning = f"{prefix}-{year}-"
        given = [int(id.rpartition("-")[2]) for id in self._tasks if id.startswith(beginning)]
        return max([self._facts.last_number(prefix, year), *given])

    def children(self, task: str) -> Sequence[Task]:
        """The tasks that actions of that task have opened, as the parts so far leave them."""
        found = {each.id: each for each in self._facts.children(task)}
        found |= {id: each for id, each in self._tasks.items() if each.parent == task}
        return [found[id] for id in sorted(found)]

    def task(self, id: str) -> Task | None:
        """That task, as the parts so far leave it."""
        return self._tasks.get(id) or self._facts.task(id)

    def finding(self, id: str) -> Finding | None:
        """That finding, as the parts so far leave it: what one has voided the next does not correct."""
        return self._findings.get(id) or self._facts.finding(id)

    def in_force(self, workflow: str) -> str | None:
        """The digest under which new tasks of that workflow are opened, as the parts so far leave it."""
        return self._in_force.get(workflow) or self._facts.in_force(workflow)

    def digest_of(self, document: str) -> str:
        """The digest of what holds under that name; none that anybody could have named, once a part has moved it."""
        return "" if document in self._moved else self._facts.digest_of(document)

    def key_state(self, id: str) -> str:
        """Whether a key is `unknown`, `valid` or `revoked`, as the parts so far leave it."""
        return self._keys.get(id) or self._facts.key_state(id)

    def owed_by(self, person: str) -> Iterable[Task]:
        """The tasks of which somebody owes an open step, as far as the parts so far have not moved them on."""
        held = {each.id: each for each in self._facts.owed_by(person)}
        return {**held, **self._tasks}.values()

    def open_tasks(self) -> Iterable[Task]:
        """Every open task, as the parts so far leave it."""
        tasks = (self._tasks.get(each.id, each) for each in self._facts.open_tasks())
        return (task for task in tasks if task.status == "open")

    def follow_ups(self, task: str) -> Sequence[FollowUp]:
        """The open follow-ups that findings about that task have opened, as the parts so far leave them."""
        stood = (
            FollowUp(each.finding, self._tasks.get(each.task.id, each.task))
            for each in self._facts.follow_ups(task)
        )
        return [each for each in stood if each.task.status == "open"]

    def see(self, events: Iterable[Event]) -> None:
        """Take in what a part has made happen."""
        for event in events:
            if event.stream != INSTITUTION:
                task = self.task(event.stream)
                index, last, seq = (0, "", 0) if task is None else (task.last_index, task.last, task.seq)
                stamp = Stamp(index, self._at, self._actor, OWN, last, seq)
                self._tasks[event.stream] = evolve(task, event, stamp)
            else:
                self._see_institution(event.kind, event.body)

    def _see_institution(self, kind: str, body: Mapping[str, Any]) -> None:
        if kind == "organisation_applied":
            self.organisation = organisation_from_json(body["organisation"])
            self._moved.add("organisation")
        elif kind in ("calendar_applied", "hours_applied"):
            calendar, year = self.calendar, kind == "calendar_applied"
            self.calendar = (
                calendar.with_year(year_from_json(body["calendar"]))
                if year
                else calendar.with_hours(body["hours"])
            )
            self._moved.add("calendar")
        elif kind == "settings_applied":
            self.settings = body["settings"]
            self._moved.add("settings")
        elif kind == "definition_published":
            self._in_force[body["id"]] = body["digest"]
        elif kind in ("key_enrolled", "key_revoked"):
            self._keys[body["id"]] = "valid" if kind == "key_enrolled" else "revoked"
        elif kind in CHANGES and (found := self.finding(body["finding"])) is not None:
            self._findings[found.id] = finding_changed(found, kind, body, 0)
