"""What the deciders may know: all of it can be had from the leaves before (design §7).

They ask through this face instead of being handed everything, so that a command that moves one task reads
one task. The service answers from the projection, `log verify` from a twin folded out of the leaves, and the
tests from dictionaries; the answers are values, and none of them changes while a command is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from zeroerror.model.calendar import Calendar
from zeroerror.model.finding import Finding
from zeroerror.model.organisation import Organisation
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.model.workflow import Table, Workflow


@dataclass(frozen=True, slots=True)
class Definition:
    """A published definition with its frozen table."""

    digest: str
    workflow: Workflow
    table: Table


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up that is still open, with the finding that opened it."""

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

    def follow_ups(self, task: str) -> Sequence[FollowUp]:
        """The open follow-ups that findings about that task have opened."""

    def open_tasks(self) -> Iterable[Task]:
        """Every open task; asked only when the calendar changes."""

    def digest_of(self, document: str) -> str:
        """The digest of what holds for the whole institution under that name; empty if nothing does."""
