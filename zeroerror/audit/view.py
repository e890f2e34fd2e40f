"""What an audit looks at: the facts as they stood at one instant, and what is on record already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from zeroerror.audit.foreseeable import InForce
from zeroerror.audit.thresholds import Thresholds, thresholds_from
from zeroerror.model.calendar import Calendar
from zeroerror.model.finding import Finding
from zeroerror.model.notice import Notice
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Problem
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Published:
    """A definition published since the slot before, and the tasks that go on under an older one."""

    workflow: str
    digest: str
    by: str
    at: datetime
    index: int
    #: In order; never none.
    running: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One instant, and everything that the rules may know of it.

    A slot's view holds the tasks as the leaves up to its instant have them: those with something falling due
    since `look_from(previous)`, those touched since, those of findings that name a person who was touched.
    A task too many costs time and changes nothing.
    """

    #: The instant judged.
    slot: datetime
    #: The slot before; None where nothing was judged before.
    previous: datetime | None
    #: How many leaves are seen.
    position: int
    tasks: Mapping[str, Task]
    #: By digest.
    workflows: Mapping[str, Workflow]
    organisation: Organisation
    calendar: Calendar
    #: That one and those before it, the oldest first: who did something could count only by what held then.
    calendars: Sequence[InForce] = ()
    #: By task: all findings about it, in the order in which they were found; under the empty id, about none.
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    #: Schedule and thresholds in force, by the names of their files.
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: By task: the notices about it, oldest first.
    notices: Mapping[str, tuple[Notice, ...]] = field(default_factory=dict)
    #: By task that has an action which waits: the tasks that its actions have opened.
    children: Mapping[str, tuple[Task, ...]] = field(default_factory=dict)
    published: tuple[Published, ...] = ()
    #: Slots that were passed over: the next was due before they ran.
    missed: tuple[datetime, ...] = ()
    #: What the verification of the ledger found.
    mismatch: tuple[Problem, ...] = ()

    def workflow(self, task: Task) -> Workflow:
        """The definition to which a task is pinned."""
        return self.workflows[task.digest]

    @property
    def thresholds(self) -> Thresholds:
        """The thresholds in force; raises ThresholdError, which whoever applies settings has asked before."""
        return thresholds_from(self.settings.get("thresholds") or {})


def imported(task: Task) -> bool:
    """Whether a task is history that was read in: it names who answers, or its holders are imported ones."""
    return task.answers is not None or any(
        holding.capacity == "imported" for visit in task.visits for holding in visit.holdings
    )
