"""More time: asked for too late to be weighed, and asked for in time and left without an answer.

An answer that is owed only when the step itself falls due is no finding of its own: from then on `step_overdue`
says whose the delay is, the approver's where the request stood unanswered (design §9). So one slip stays one
finding: what has been found of a request before is withdrawn when the step falls due with it still unanswered.

Who asks late has kept the rule that more time is asked for before the step is due, and who never asks is found by
`step_overdue`; to count the former would teach people not to ask. So it is a reminder, and nobody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.audit.answering import attribute_undecided
from zeroerror.audit.missed import missed_by_visit
from zeroerror.audit.rules.rule import End, Sighting
from zeroerror.audit.view import View
from zeroerror.model.calendar import CalendarError
from zeroerror.model.instant import to_text
from zeroerror.model.limit import limit_text
from zeroerror.model.task import Task
from zeroerror.model.visit import Asked, DueChange, Visit
from zeroerror.timing import due


def extension_undecided(view: View, task: Task) -> Iterator[Sighting]:
    """A request for more time, made in time, that had no answer when one was owed."""
    for visit in task.visits:
        if not visit.extensions or visit.status == "withdrawn":
            continue
        owed: set[datetime] = set()
        for asked in visit.extensions:
            owed_by = answer_owed_by(view, visit, asked)
            # Two requests that are owed an answer at one instant are left without one by one neglect.
            if owed_by is None or owed_by in owed or carried_over(visit, asked, view.slot):
                continue
            owed.add(owed_by)
            yield _undecided(view, task, visit, asked, owed_by)


def answer_owed_by(view: View, visit: Visit, asked: Asked) -> datetime | None:
    """When an answer was owed and had not come; None where it came, or is not owed by itself."""
    date = _date_then(visit, asked.at)
    if date is None or date.due_at is None or asked.at > date.due_at:
        return None
    try:
        owed_by = due(asked.at, view.thresholds.extension_answer_within, view.calendar).at
    except CalendarError:
        return None
    over = [at for at in (asked.answered_at, visit.ended_at) if at is not None]
    if owed_by > view.slot or owed_by >= date.due_at or any(at <= owed_by for at in over):
        return None
    return owed_by


def carried_over(visit: Visit, asked: Asked, slot: datetime) -> bool:
    """Whether the step fell due with this request unanswered, so that `step_overdue` tells of it."""
    missed = missed_by_visit(visit, slot)
    if missed is None or missed.due_at is None or asked.at > missed.due_at:
        return False
    return asked.answered_at is None or asked.answered_at > missed.due_at


def extension_late(view: View, task: Task) -> Iterator[Sighting]:
    """A request for more time made with less left than it takes to weigh it."""
    for visit in task.visits:
        for asked in visit.extensions:
            date = _date_then(visit, asked.at)
            if date is None or date.due_at is None:
                continue
            # Who never had so much time could not have asked sooner.
            if _enough(view, asked.at, date.due_at) or not _enough(view, date.since, date.due_at):
                continue
            yield Sighting(
                step=visit.step,
                visit=visit.visit,
                due_at=date.due_at,
                evidence=(date.index, asked.index),
                trace={
                    "asked_at": to_text(asked.at),
                    "due_at": to_text(date.due_at),
                    "threshold": limit_text(view.thresholds.extension_ask_before),
                },
                event=asked.index,
            )


def _undecided(view: View, task: Task, visit: Visit, asked: Asked, owed_by: datetime) -> Sighting:
    end = _end(visit, asked, view.slot)
    return Sighting(
        step=visit.step,
        visit=visit.visit,
        due_at=owed_by,
        evidence=(visit.entered_index, asked.index, *(end.evidence if end else ())),
        trace={
            "proposal": asked.proposal,
            "asked_at": to_text(asked.at),
            "owed_by": to_text(owed_by),
            "threshold": limit_text(view.thresholds.extension_answer_within),
            "ended_at": None if end is None else to_text(end.at),
        },
        attribution=attribute_undecided(view, task, visit, asked, owed_by),
        end=end,
    )


def _end(visit: Visit, asked: Asked, slot: datetime) -> End | None:
    ends = []
    if asked.answered_at is not None and asked.answered_index is not None:
        ends.append(End(asked.answered_at, "audit.cured_decided", (asked.answered_index,)))
    if visit.ended_at is not None and visit.left_index is not None:
        ends.append(End(visit.ended_at, "audit.cured_done", (visit.left_index,)))
    return min((each for each in ends if each.at <= slot), key=lambda each: each.at, default=None)


def _date_then(visit: Visit, at: datetime) -> DueChange | None:
    """The due date as it stood at an instant."""
    stood = [each for each in visit.dues if each.since <= at]
    return stood[-1] if stood else None


def _enough(view: View, since: datetime, due_at: datetime) -> bool:
    """Whether as much time was left as a request has to leave; in doubt it was."""
    try:
        return due(since, view.thresholds.extension_ask_before, view.calendar).at <= due_at
    except CalendarError:
        return True
