"""Dates that people give and that leave no time: 下班发通知、次日早上要材料; 周五发、周一要.

What counts is the working time between giving the date and the first thing that falls due by it, however late the
step itself came: a step that came late because another was slow is not the fault of who gave the date. Who gave it
to himself has surprised nobody. Who does not direct may only have written down what was asked from above or
outside; then, and where a leader or an outside body is to deliver, it is a reminder, and nobody's.

It is counted by the calendar that was in force when the date was given. A day off announced later could not be
foreseen, and must not make anybody late in asking; where nobody can say what the calendar was, as in history older
than the ledger, nobody has asked too late.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.audit.answering import attribute_date
from zeroerror.audit.arithmetic import limit_of
from zeroerror.audit.foreseeable import calendar_then
from zeroerror.audit.rules.rule import Sighting
from zeroerror.audit.view import View
from zeroerror.model.calendar import CalendarError
from zeroerror.model.instant import to_text
from zeroerror.model.limit import Limit, limit_text
from zeroerror.model.task import Given, Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Workflow
from zeroerror.timing import due, working_minutes_between


def short_notice(view: View, task: Task) -> Iterator[Sighting]:
    """A date given by people that leaves less working time than the threshold says; once for each date given."""
    if task.reference is not None:
        # Its dates were given when the matter was first opened, and not by who sent it the right way.
        return
    told: set[tuple[str, int]] = set()
    for visit, limit, due_at in _dated(view.workflow(task), task):
        asked = visit or task.visits[0]
        given = _given(task, limit.field or "", asked)
        if (given.field, given.index) in told or given.by in ("machine", asked.holdings[0].person):
            continue
        found = _time_left(view, task, visit, limit, given, due_at)
        if found is not None and found.minutes < view.thresholds.short_notice_least.count * 60:
            told.add((given.field, given.index))
            yield _short(view, task, visit, given, due_at, found)


@dataclass(frozen=True, slots=True)
class _Left:
    """What a date left, as who gave it could count: up to when, and how many working minutes."""

    until: datetime
    minutes: int


def _time_left(
    view: View, task: Task, visit: Visit | None, limit: Limit, given: Given, due_at: datetime
) -> _Left | None:
    """What a date left by the calendar of when it was given; None where nobody can say.

    A step that came under another calendar may be due at another time by it: then the later of both counts.
    """
    calendar = calendar_then(view.calendars, given.at, given.index)
    if calendar is None:
        return None
    came = task.dues[0] if visit is None else visit.dues[0]
    until = due_at
    try:
        if calendar_then(view.calendars, came.since, came.index) != calendar:
            until = max(until, due(given.at, limit, calendar, given=limit.given(task.fields)).at)
        return _Left(until, working_minutes_between(calendar, given.at, until))
    except CalendarError:
        return None


def _dated(workflow: Workflow, task: Task) -> Iterator[tuple[Visit | None, Limit, datetime]]:
    """What is due by a date from the form: the whole task, then its steps in the order in which they came."""
    whole, due_at = limit_of(workflow.limit, task), task.dues[0].due_at
    if whole is not None and whole.field is not None and due_at is not None and task.visits:
        yield None, whole, due_at
    for visit in task.visits:
        limit, due_at = limit_of(workflow.step(visit.step).limit, task), visit.dues[0].due_at
        if (
            limit is not None
            and limit.field is not None
            and due_at is not None
            and visit.status != "withdrawn"
        ):
            yield visit, limit, due_at


def _short(
    view: View, task: Task, visit: Visit | None, given: Given, due_at: datetime, left: _Left
) -> Sighting:
    ours = visit is None or visit.kind == "person"
    attribution = attribute_date(view, task, visit, given) if ours else None
    return Sighting(
        step=None if visit is None else visit.step,
        visit=None if visit is None else visit.visit,
        due_at=due_at,
        evidence=(given.index, *(() if visit is None else (visit.entered_index,))),
        trace={
            "given_at": to_text(given.at),
            "due_at": to_text(left.until),
            "left_minutes": left.minutes,
            "threshold": limit_text(view.thresholds.short_notice_least),
        },
        attribution=attribution,
        event=given.index,
        severity="reminder" if attribution is None else None,
    )


def dated_by(workflow: Workflow, task: Task, index: int) -> tuple[Given | None, list[tuple[Limit, datetime]]]:
    """Who gave a date by that leaf, and everything that hangs on it: the limit, and when it fell due by it."""
    found = [
        (limit, due_at)
        for visit, limit, due_at in _dated(workflow, task)
        if _given(task, limit.field or "", visit or task.visits[0]).index == index
    ]
    field = found[0][0].field if found else None
    return (None if field is None else _by_leaf(task, field, index)), found


def _by_leaf(task: Task, field: str, index: int) -> Given:
    later = (each for each in task.given if (each.field, each.index) == (field, index))
    return next(later, Given(field, task.opener, task.opened_at, index))


def _given(task: Task, field: str, visit: Visit) -> Given:
    """Who filled in the date by which a visit was due when it came: later on, or who opened the task."""
    earlier = (
        each for each in reversed(task.given) if each.field == field and each.index <= visit.entered_index
    )
    return next(earlier, Given(field, task.opener, task.opened_at, task.dues[0].index))
