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
from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.event import Event
from zeroerror.model.instant import from_text
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass

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
        calendar: Calendar,
        opener: str,
        person: Stand,
        seal: Stand,
    ) -> None:
        self._mapping, self._definition, self._calendar = mapping, definition, calendar
        self._opener, self._person, self._seal = opener, person, seal
        self._plain = {each.name for each in definition.workflow.fields if each.plain}
        self._start = definition.table.start
        #: The first action that leads from a step to another, or to the end.
        self._actions: dict[tuple[str, str | None], tuple[str, str]] = {}
        for step in definition.workflow.steps:
            for action in step.actions:
                to = definition.table.moves[step.name, action.name]
                self._actions.setdefault((step.name, to), (action.name, action.outcome))
        self.counts = Counts()

    def events(self, case: Case, answers: str) -> Iterator[Event]:
        """The events of one case's task, in the order in which they happened; raises CalendarError.

        `answers` is who answers for it, or the empty text where nobody is known to.
        """
        placed = self._placed(case)
        before = [each for each in placed if each.nonconforming != AFTER_END]
        due_at, opened = self._opened(case, answers)
        self.counts.tasks += 1
        self.counts.undetermined += not answers
        yield opened
        yield from self._told(case, before)
        if case.end is None:
            self.counts.open += 1
        else:
            self.counts.closed += 1
            self.counts.closed_late += due_at is not None and case.end > due_at
            yield self._closed(case, before)
        yield from self._told(case, placed[len(before) :])

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
        at: str | None = None
        for each in sorted(case.happenings, key=lambda each: (each.at, each.row)):
            step = self._mapping.steps.get(each.activity)
            wrong = None
            if case.end is not None and each.at > case.end:
                wrong = AFTER_END
            elif step is None:
                wrong = UNKNOWN
            elif step != self._start if at is None else (at, step) not in self._actions:
                wrong = NO_MOVE
            else:
                at = step
            found.append(Placed(each, step, wrong))
        return found

    def _told(self, case: Case, placed: Sequence[Placed]) -> Iterator[Event]:
        following = [each.step for each in placed if each.nonconforming is None][1:]
        onward: Iterator[str | None] = iter(following)
        visits: dict[str, int] = {}
        for each in placed:
            self.counts.events += 1
            if each.nonconforming is not None or each.step is None:
                yield self._noted(case, each)
                continue
            self.counts.conforming += 1
            visits[each.step] = visits.get(each.step, 0) + 1
            yield self._left(case, each.happening, each.step, visits[each.step], next(onward, None))

    def _left(self, case: Case, each: Happening, step: str, visit: int, to: str | None) -> Event:
        ended = to is None and case.end is None
        action, outcome = (None, "done") if ended else self._actions.get((step, to), (None, "done"))
        person = self._person(each.actor) if each.actor else None
        body: dict[str, Any] = {
            "step": step,
            "visit": visit,
            "doer": person,
            "capacity": _CAPACITY,
            "left_at": each.at,
            "action": action,
            "outcome": outcome,
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

    def _closed(self, case: Case, before: Sequence[Placed]) -> Event:
        last = next((each.step for each in reversed(before) if each.nonconforming is None), None)
        outcome = "done" if last is None else self._actions.get((last, None), ("", "done"))[1]
        status = "cancelled" if outcome == "cancelled" else "closed"
        body = {"status": status, "outcome": outcome, "closed_at": case.end, "row": case.row}
        return Event(case.id, "task_closed", body)


def unreckoned(case: Case, error: CalendarError, name: str) -> Problem:
    """What is wrong with a case whose limit the calendar cannot count."""
    return Problem(
        "exchange.no_calendar", {"row": case.row, "column": "", "detail": error.code}, f"{name}:{case.line}"
    )
