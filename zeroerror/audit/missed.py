"""The first due date that was missed: one slip is one finding, however often the date was moved afterwards.

Every due date is judged at its own instant, by what held then. Where the design leaves a choice:

- A date moved before it fell due was never missed. One moved later, by an extension or a stop, stays missed.
- A recomputed date says what had always been right: where it lies later than one missed before, that one was
  never right. It does not reach behind an extension, which people gave from the date as they knew it.
- A date that was set when it had already passed is missed from when it was set, and whose that is, is for
  attribution to say.
- At the very due instant nobody is late: what ended then was in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zeroerror.model.task import Task
from zeroerror.model.visit import DueChange, Pause, Visit


def missed_by_visit(visit: Visit, until: datetime) -> DueChange | None:
    """The first due date, up to and with an instant, that passed while the visit was open and its clock ran."""
    if visit.status == "withdrawn":
        return None
    return first_missed(visit.dues, visit.pauses, visit.ended_at, until)


def missed_by_task(task: Task, until: datetime) -> DueChange | None:
    """The first due date of the whole task, up to and with an instant, that passed while it was open."""
    return first_missed(task.dues, (), task_ended_at(task), until)


def late_steps(visits: Sequence[Visit], until: datetime) -> list[tuple[Visit, DueChange]]:
    """The steps of persons that were late by an instant, each with what it missed: not where that had passed on entry."""
    found = []
    for visit in visits:
        missed = missed_by_visit(visit, until) if visit.kind == "person" else None
        if missed is not None and (missed.due_at or until) > visit.entered_at:
            found.append((visit, missed))
    return found


def task_ended_at(task: Task) -> datetime | None:
    """When a task ended: with the act that closed it, if that was recorded in its time."""
    if task.closed_at is None:
        return None
    closing = [visit for visit in task.visits if visit.left_at == task.closed_at and visit.doer is not None]
    ends = [visit.ended_at for visit in closing if visit.ended_at is not None]
    return max(ends, default=task.closed_at)


def first_missed(
    dues: Sequence[DueChange], pauses: Sequence[Pause], ended_at: datetime | None, until: datetime
) -> DueChange | None:
    """The first of these due dates that was missed, up to and with an instant."""
    for place, change in enumerate(dues):
        due_at = change.due_at
        if due_at is None or max(due_at, change.since) > until:
            continue
        later = dues[place + 1 :]
        replaced = bool(later) and later[0].since <= due_at
        ended = ended_at is not None and ended_at <= due_at
        if not (replaced or ended or _never_right(due_at, later) or stopped_at(pauses, due_at)):
            return change
    return None


def stopped_at(pauses: Sequence[Pause], at: datetime) -> Pause | None:
    """The stop by which the clock stood still at that instant."""
    return next((each for each in pauses if each.start <= at and (each.end is None or at < each.end)), None)


def restated(due_at: datetime, later: Sequence[DueChange]) -> DueChange | None:
    """The recomputed date which says that this one had never been right."""
    for change in later:
        if change.why == "extended":
            return None
        if change.why == "recomputed" and (change.due_at is None or change.due_at > due_at):
            return change
    return None


def _never_right(due_at: datetime, later: Sequence[DueChange]) -> bool:
    return restated(due_at, later) is not None
