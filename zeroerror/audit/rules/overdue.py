"""What was not done by the time it was due: a step, a follow-up, a whole task, an urging.

An urging is owed when a wait for a desk or an outside body falls due, which mostly is at the close of a
working day, when nobody is left to be urged. So it counts if it was made on the working day before, or since
the warning began, and it is owed only by the close of the next working day; it is on record when the urger
records it, and a day for that is what any other act has too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from zeroerror.audit.answering import attribute_follow_up
from zeroerror.audit.arithmetic import task_trace, visit_trace
from zeroerror.audit.attribution import attribute_step, attribute_task, attribute_urging
from zeroerror.audit.missed import missed_by_task, missed_by_visit, task_ended_at
from zeroerror.audit.rules.rule import End, Sighting
from zeroerror.audit.view import View
from zeroerror.model.calendar import CalendarError
from zeroerror.model.finding import Attribution
from zeroerror.model.instant import to_text
from zeroerror.model.limit import Limit
from zeroerror.model.task import Task
from zeroerror.model.visit import DueChange, Visit
from zeroerror.timing import due, working_before

#: An urging counts from so much before a wait falls due, and is owed so much after it.
URGING = Limit("wd", count=1)


def step_overdue(view: View, task: Task) -> Iterator[Sighting]:
    """A step that was open when it fell due; waits for a desk or an outside body are nobody's delay here."""
    if task.family == "oversight":
        return
    for visit, change in _late(view, task):
        attribution = attribute_step(
            task,
            visit,
            change,
            workflow=view.workflow(task),
            organisation=view.organisation,
            calendar=view.calendar,
            at=view.slot,
            children=view.children.get(task.id, ()),
            calendars=view.calendars,
        )
        yield _overdue(view, task, visit, change, attribution)


def follow_up_overdue(view: View, task: Task) -> Iterator[Sighting]:
    """A step of oversight that was open when it fell due: the overseers are overseen, and nothing is opened anew."""
    if task.family == "oversight":
        for visit, change in _late(view, task):
            yield _overdue(view, task, visit, change, attribute_follow_up(view, task, visit, change))


def _late(view: View, task: Task) -> Iterator[tuple[Visit, DueChange]]:
    for visit in task.visits:
        if _consents_silently(visit):
            continue
        change = missed_by_visit(visit, view.slot) if visit.kind == "person" else None
        if change is not None and change.due_at is not None:
            yield visit, change


def _consents_silently(visit: Visit) -> bool:
    """Whether no answer is an answer that the definition allows: nobody is late with what he need not say."""
    return visit.signing is not None and visit.signing.silence == "consent" and visit.person is not None


def _overdue(view: View, task: Task, visit: Visit, change: DueChange, attribution: Attribution) -> Sighting:
    end = left(visit, view.slot)
    return Sighting(
        step=visit.step,
        visit=visit.visit,
        due_at=change.due_at,
        evidence=(visit.entered_index, change.index, *(end.evidence if end else ())),
        trace=visit_trace(view, task, visit, change.due_at, end.at if end else None),
        attribution=attribution,
        end=end,
    )


def task_overdue(view: View, task: Task) -> Iterator[Sighting]:
    """A whole task that was open when its own limit fell due."""
    change = missed_by_task(task, view.slot)
    if change is None or change.due_at is None:
        return
    ended_at = task_ended_at(task)
    end = None
    if ended_at is not None and ended_at <= view.slot:
        end = End(ended_at, "audit.cured_closed", (task.last_index,))
    yield Sighting(
        due_at=change.due_at,
        evidence=(change.index, *(end.evidence if end else ())),
        trace=task_trace(view, task, change.due_at, end.at if end else None),
        attribution=attribute_task(
            task,
            change,
            workflow=view.workflow(task),
            organisation=view.organisation,
            calendar=view.calendar,
            at=view.slot,
            children=view.children.get(task.id, ()),
            calendars=view.calendars,
        ),
        end=end,
    )


def urging_overdue(view: View, task: Task) -> Iterator[Sighting]:
    """A desk or an outside body that was waited for beyond its time, and that nobody urged."""
    for visit in task.visits:
        if visit.kind == "person":
            continue
        change = missed_by_visit(visit, view.slot)
        if change is None or change.due_at is None:
            continue
        counts, owed_by = urging_window(view, visit, change.due_at)
        answered = visit.ended_at is not None and visit.ended_at <= owed_by
        urged = [at for at in visit.urged_at if at >= counts]
        if owed_by > view.slot or answered or any(at <= owed_by for at in urged):
            continue
        end = _urged(visit, urged, view.slot)
        yield Sighting(
            step=visit.step,
            visit=visit.visit,
            due_at=change.due_at,
            evidence=(visit.entered_index, change.index, *(end.evidence if end else ())),
            trace={
                **visit_trace(view, task, visit, change.due_at, end.at if end else None),
                "owed_by": to_text(owed_by),
                "urged_at": [to_text(at) for at in visit.urged_at],
                "waits_for": visit.waits_for,
            },
            attribution=attribute_urging(
                task,
                visit,
                # Whose the urging was is asked as of when it was owed at the latest.
                replace(change, due_at=owed_by),
                workflow=view.workflow(task),
                organisation=view.organisation,
                calendar=view.calendar,
                at=view.slot,
            ),
            end=end,
        )


def urging_window(view: View, visit: Visit, due_at: datetime) -> tuple[datetime, datetime]:
    """From when an urging counts for a wait that fell due, and by when it is owed."""
    try:
        counts = working_before(due_at, URGING, view.calendar)
        owed_by = due(due_at, URGING, view.calendar).at
    except CalendarError:
        return visit.entered_at, due_at
    return min(counts, visit.warn_at or counts), owed_by


def left(visit: Visit, slot: datetime) -> End | None:
    """How a visit was left, if it was by then."""
    if visit.ended_at is None or visit.left_index is None or visit.ended_at > slot:
        return None
    why = "audit.cured_released" if visit.status == "released" else "audit.cured_done"
    return End(visit.ended_at, why, (visit.left_index,))


def _urged(visit: Visit, urged: list[datetime], slot: datetime) -> End | None:
    answered = left(visit, slot)
    first = min((at for at in urged if at <= slot), default=None)
    if first is None or (answered is not None and answered.at <= first):
        return answered
    # An urging stands in the visit by its time alone.
    return End(first, "audit.cured_urged", ())
