"""What a rule is, and what it sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from zeroerror.audit.view import View
from zeroerror.model.finding import Attribution, Lead
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True)
class End:
    """What put a slip right: when, by which leaves, and a code that says how."""

    at: datetime
    why: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One thing that a rule sees in the facts; `end` where it has been put right since."""

    step: str | None = None
    visit: int | None = None
    due_at: datetime | None = None
    evidence: tuple[int, ...]
    trace: Mapping[str, Any]
    #: None for what is nobody's: reminders, and the machine's own.
    attribution: Attribution | None = None
    end: End | None = None
    #: About an event: closed from the start, and told from others by that event's index.
    event: int | None = None
    #: Where it weighs otherwise than the rule's findings mostly do.
    severity: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: a pure function of the facts. Its title, basis and words are `rule.<name>.…` in the catalogues."""

    name: str
    version: int
    severity: str
    #: A reminder is given once, is not counted and not attributed, and nothing withdraws it.
    reminder: bool = False
    #: What is written in the arithmetic under this name, rather than the due instant, tells one slip of a step from
    #: another: the instant follows from a threshold, and may be another tomorrow.
    told_apart_by: str | None = None
    #: By which threshold, if by any, it counts; written in the arithmetic as `threshold`.
    threshold: str | None = None

    def lead(self, task: Task | None, seen: Sighting) -> Lead:
        """What it saw, as a lead."""
        return Lead(
            rule=self.name,
            version=self.version,
            severity=seen.severity or self.severity,
            task=None if task is None else task.id,
            step=seen.step,
            visit=seen.visit,
            due_at=seen.due_at,
            evidence=tuple(dict.fromkeys(seen.evidence)),
            trace=seen.trace,
            attribution=seen.attribution or Attribution(),
            closed=self.reminder or seen.event is not None,
            occurrence=seen.event or 0,
            apart=None if self.told_apart_by is None else seen.trace[self.told_apart_by],
        )


#: A rule about tasks, and one about the institution.
OfTask = Callable[[View, Task], Iterator[Sighting]]
OfInstitution = Callable[[View], Iterator[Sighting]]
