"""Dates that people give and that leave no time: 下班发通知、次日早上要材料; 周五发、周一要.

What counts is the working time between giving the date and the first thing that falls due by it, however late the
step itself came: a step that came late because another was slow is not the fault of who gave the date. Who gave it
to himself has surprised nobody. Who does not direct may only have written down what was asked from above or
outside; then, and where a leader or an outside body is to deliver, it is a reminder, and nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.audit.answering import attribute_date
from zeroerror.audit.arithmetic import limit_of
from zeroerror.audit.rules.rule import Sighting
from zeroerror.audit.view import View
from zeroerror.model.calendar import CalendarError
from zeroerror.model.instant import to_text
from zeroerror.model.limit import limit_text
from zeroerror.model.task import Given, Task, Visit
from zeroerror.timing import working_minutes_between


def short_notice(view: View, task: Task) -> Iterator[Sighting]:
    """A date given by people that leaves less working time than the threshold says; once for each date given."""
    told: set[tuple[str, int]] = set()
    workflow = view.workflow(task)
    for visit in task.visits:
        limit, due_at = limit_of(workflow.step(visit.step).limit, task), visit.dues[0].due_at
        if limit is None or limit.field is None or due_at is None or visit.status == "withdrawn":
            continue
        given = _given(task, limit.field, visit)
        date = (given.field, given.index)
        if date in told or given.by in ("machine", visit.holdings[0].person):
            continue
        try:
            left = working_minutes_between(view.calendar, given.at, due_at)
        except CalendarError:
            continue
        if left < view.thresholds.short_notice_least.count * 60:
            told.add(date)
            yield _short(view, task, visit, given, left)


def _short(view: View, task: Task, visit: Visit, given: Given, left: int) -> Sighting:
    due_at = visit.dues[0].due_at
    attribution = attribute_date(view, task, visit, given) if visit.kind == "person" else None
    return Sighting(
        step=visit.step,
        visit=visit.visit,
        due_at=due_at,
        evidence=(given.index, visit.entered_index),
        trace={
            "given_at": to_text(given.at),
            "due_at": None if due_at is None else to_text(due_at),
            "left_minutes": left,
            "threshold": limit_text(view.thresholds.short_notice_least),
        },
        attribution=attribution,
        event=given.index,
        severity="reminder" if attribution is None else None,
    )


def _given(task: Task, field: str, visit: Visit) -> Given:
    """Who filled in the date by which a visit was due when it came: later on, or who opened the task."""
    later = (each for each in task.given if each.field == field and each.index <= visit.entered_index)
    return next(later, Given(field, task.opener, task.opened_at, task.dues[0].index))
