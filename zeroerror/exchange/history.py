"""A case as the events of a task: what fits the definition is a visit, what does not is kept and marked.

A log mostly says when an activity was completed and not when it came to somebody's desk. That is not guessed:
such a visit is entered and left at one instant, by one leaf, and nobody owes what the log leaves open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from typing import Any, NamedTuple

from zeroerror.engine.deadlines import task_due
from zeroerror.engine.facts import Definition
from zeroerror.exchange.cases import Case, Happening
from zeroerror.exchange.mapping import LogMapping
from zeroerror.exchange.ways import Ways
from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.event import Event
from zeroerror.model.instant import from_text
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Action

#: Why an event does not fit: it came after the end, the mapping knows no step for it, or no action leads there.
AFTER_END, UNKNOWN, NO_MOVE = "after_end", "unknown_activity", "no_such_move"

_CAPACITY = {"kind": "imported", "for": None}

#: What a name or a text stands as in a leaf.
Stand = Callable[[str], str]


class Placed(NamedTuple):
    """One event of a case: the step that it is a visit of, or why it is none."""

    happening: Happening
    step: str | None
    nonconforming: str | None


@dataclass(slots=True)
class Counts:
    """What a log came to: everything in it is in one of these."""

    tasks: int = 0
    open: int = 0
    closed: int = 0
    closed_late: int = 0
    events: int = 0
    conforming: int = 0
    nonconforming: dict[str, int] = field(default_factory=dict)
    #: Tasks for which nobody answers: the log names nobody, or a name that is not one person's.
    undetermined: int = 0

    def to_json(self) -> dict[str, Any]:
        """The counts as the ledger keeps them."""
        return {
            "tasks": self.tasks,
            "open": self.open,
            "closed": self.closed,
            "closed_late": self.closed_late,
            "events": self.events,
            "conforming": self.conforming,
            "nonconforming": dict(sorted(self.nonconforming.items())),
            "undetermined": self.undetermined,
        }


class Historian:
    """Writes the history of one log's cases, and counts."""

    def __init__(
        self,
        mapping: LogMapping,
        definition: Definition,
        ways: Ways,
        calendar: Calendar,
        opener: str,
        person: Stand,
        seal: Stand,
    ) -> None:
        self._mapping, self._definition, self._calendar = mapping, definition, calendar
        self._opener, self._person, self._seal = opener, person, seal
        self._plain = {each.name for each in definition.workflow.fields if each.plain}
        self._ways = ways
        self.counts = Counts()

    def events(self, case: Case, answers: str) -> Iterator[Event]:
        """The events of one case's task, in the order in which they happened; raises CalendarError.

        `answers` is who answers for it, or the empty text where nobody is known to.
        """
        placed = self._placed(case)
        before = [each for each in placed if each.nonconforming != AFTER_END]
        steps = [each.step for each in before if each.nonconforming is None and each.step is not None]
        taken = self._ways.taken(steps, ended=case.end is not None)
        due_at, opened = self._opened(case, answers)
        self.counts.tasks += 1
        self.counts.undetermined += not answers
        yield opened
        yield from self._told(case, before, taken)
        if case.end is None:
            self.counts.open += 1
        else:
            self.counts.closed += 1
            self.counts.closed_late += due_at is not None and case.end > due_at
            yield self._closed(case, steps[-1:], taken[-1:])
        yield from self._told(case, placed[len(before) :], [])

    def _opened(self, case: Case, answers: str) -> tuple[str | None, Event]:
        workflow, opened_at = self._definition.workflow, case.opened_at
        plain = {name: text for name, text in case.fields.items() if name in self._plain}
        due = task_due(workflow, from_text(opened_at), plain, self._calendar)
        body = {
            "task": case.id,
            "workflow": workflow.id,
            "digest": self._definition.digest,
            "family": workflow.family,
            "office": self._mapping.office,
            "opener": self._opener,
            "fields": plain,
            "sealed": {name: self._seal(text) for name, text in case.fields.items() if name not in plain},
            "attachments": [],
            "cause": None,
            "answers": answers,
            "opened_at": opened_at,
            "row": case.row,
            **due,
        }
        return due["due_at"], Event(case.id, "task_opened", body)

    def _placed(self, case: Case) -> list[Placed]:
        """The case's events in the order of time, each with its step or why it has none."""
        found: list[Placed] = []
        standing = self._ways.begun
        for each in sorted(case.happenings, key=lambda each: (each.at, each.row)):
            step = self._mapping.steps.get(each.activity)
            wrong = None
            if case.end is not None and each.at > case.end:
                wrong = AFTER_END
            elif step is None:
                wrong = UNKNOWN
            elif not (after := self._ways.after(standing, step)):
                wrong = NO_MOVE
            else:
                standing = after
            found.append(Placed(each, step, wrong))
        return found

    def _told(self, case: Case, placed: Sequence[Placed], taken: Sequence[Action | None]) -> Iterator[Event]:
        actions = iter(taken)
        visits: dict[str, int] = {}
        for each in placed:
            self.counts.events += 1
            if each.nonconforming is not None or each.step is None:
                yield self._noted(case, each)
                continue
            self.counts.conforming += 1
            visits[each.step] = visits.get(each.step, 0) + 1
            yield self._left(case, each.happening, each.step, visits[each.step], next(actions))

    def _left(self, case: Case, each: Happening, step: str, visit: int, action: Action | None) -> Event:
        person = self._person(each.actor) if each.actor else None
        body: dict[str, Any] = {
            "step": step,
            "visit": visit,
            "doer": person,
            "capacity": _CAPACITY,
            "left_at": each.at,
            "action": None if action is None else action.name,
            "outcome": "done" if action is None else action.outcome,
            "row": each.row,
        }
        if each.begun is not None:
            body["entered_at"] = each.begun
        return Event(case.id, "step_left", body)

    def _noted(self, case: Case, placed: Placed) -> Event:
        each, reason = placed.happening, placed.nonconforming
        assert reason is not None, "what has no step is marked"
        self.counts.nonconforming[reason] = self.counts.nonconforming.get(reason, 0) + 1
        body: dict[str, Any] = {
            "step": placed.step,
            # What the log calls an activity that nobody mapped is somebody's text.
            "note": None if placed.step is not None else self._seal(each.activity),
            "attachments": [],
            "nonconforming": reason,
            "doer": self._person(each.actor) if each.actor else None,
            "capacity": _CAPACITY,
            "happened_at": each.at,
            "row": each.row,
        }
        return Event(case.id, "task_noted", body)

    def _closed(self, case: Case, step: Sequence[str], action: Sequence[Action | None]) -> Event:
        """The end that the log gives a case, as what its last step came to has it."""
        outcome = "done"
        for name, taken in zip(step, action, strict=True):
            place = self._definition.workflow.place(name)
            if taken is not None:
                outcome = place[0].outcome if place is not None and taken.joins else taken.outcome
        status = "cancelled" if outcome == "cancelled" else "closed"
        body = {"status": status, "outcome": outcome, "closed_at": case.end, "row": case.row}
        return Event(case.id, "task_closed", body)


def unreckoned(case: Case, error: CalendarError, name: str) -> Problem:
    """What is wrong with a case whose limit the calendar cannot count."""
    return Problem(
        "exchange.no_calendar", {"row": case.row, "column": "", "detail": error.code}, f"{name}:{case.line}"
    )
