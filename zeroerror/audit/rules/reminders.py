"""Reminders: said once, not counted, nobody's."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.audit.rules.rule import Sighting
from zeroerror.audit.view import View
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task
from zeroerror.model.visit import DueChange


def step_due_soon(view: View, task: Task) -> Iterator[Sighting]:
    """A step whose warning has begun and that is not yet due."""
    for visit in task.visits:
        warned = visit.warn_at is not None and visit.warn_at <= view.slot
        if visit.clock != "running" or visit.due_at is None or not warned or visit.due_at <= view.slot:
            continue
        yield Sighting(
            step=visit.step,
            visit=visit.visit,
            due_at=visit.due_at,
            evidence=(visit.entered_index, visit.dues[-1].index),
            trace={"warn_at": to_text(visit.warn_at or view.slot), "due_at": to_text(visit.due_at)},
        )


def calendar_provisional(view: View, task: Task) -> Iterator[Sighting]:
    """A due date that rests on a year whose days off have not been announced, and may still move."""
    if task.status != "open":
        return
    if task.dues[-1].provisional:
        yield _rests(None, None, task.dues[-1])
    for visit in task.open_visits():
        if visit.provisional:
            yield _rests(visit.step, visit.visit, visit.dues[-1])


def _rests(step: str | None, visit: int | None, change: DueChange) -> Sighting:
    return Sighting(
        step=step,
        visit=visit,
        due_at=change.due_at,
        evidence=(change.index,),
        trace={"due_at": None if change.due_at is None else to_text(change.due_at)},
    )
