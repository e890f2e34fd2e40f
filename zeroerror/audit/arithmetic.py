"""The arithmetic of a finding, as data: from when, by which limit, until when, how late, what came between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from zeroerror.audit.view import View
from zeroerror.model.calendar import CalendarError
from zeroerror.model.instant import to_text
from zeroerror.model.limit import Limit, limit_text
from zeroerror.model.task import Task
from zeroerror.model.visit import DueChange, Visit
from zeroerror.model.workflow import LimitChoice, LimitSpec
from zeroerror.timing import working_days_between, working_minutes_between


def visit_trace(
    view: View, task: Task, visit: Visit, due_at: datetime | None, ended_at: datetime | None
) -> dict[str, Any]:
    """What a finding about a step counts, as of the instant judged."""
    limit = view.workflow(task).step(visit.step).limit
    trace: dict[str, Any] = {
        **_span(view, visit.entered_at, due_at, ended_at),
        "limit": _limit(limit, task),
        "extensions": _moved(visit.dues, "extended"),
        "recomputed": _moved(visit.dues, "recomputed"),
        "stops": [
            {
                "start": to_text(each.start),
                "end": None if each.end is None else to_text(each.end),
                "waits_for": each.waits_for,
            }
            for each in visit.pauses
        ],
    }
    if due_at is not None and any(each.provisional and each.due_at == due_at for each in visit.dues):
        trace["provisional"] = True
    return trace


def task_trace(view: View, task: Task, due_at: datetime, ended_at: datetime | None) -> dict[str, Any]:
    """What a finding about a whole task counts, as of the instant judged."""
    return {
        **_span(view, task.opened_at, due_at, ended_at),
        "limit": _limit(view.workflow(task).limit, task),
        "recomputed": _moved(task.dues, "recomputed"),
    }


def _span(view: View, start: datetime, due_at: datetime | None, ended_at: datetime | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "start": to_text(start),
        "due_at": None if due_at is None else to_text(due_at),
        "ended_at": None if ended_at is None else to_text(ended_at),
    }
    until = view.slot if ended_at is None else ended_at
    if due_at is not None and until > due_at:
        found["late_until"] = to_text(until)
        found.update(_late(view, due_at, until))
    return found


def _late(view: View, due_at: datetime, until: datetime) -> dict[str, int]:
    try:
        return {
            "late_days": _late_days(view.calendar, due_at, until),
            "late_minutes": _late_minutes(view.calendar, due_at, until),
        }
    except CalendarError:
        # History may be older than any calendar: then it is late by natural time only, which the ends show.
        return {}


#: What one slot finds fell due at the same few instants.
_late_days = lru_cache(maxsize=1024)(working_days_between)
_late_minutes = lru_cache(maxsize=1024)(working_minutes_between)


def limit_of(spec: LimitSpec | None, task: Task) -> Limit | None:
    """The one limit that holds for a task; None where there is none, or the field that decides is not filled."""
    if isinstance(spec, LimitChoice):
        return spec.choices.get(task.fields.get(spec.field, ""))
    return spec


def _limit(spec: LimitSpec | None, task: Task) -> Any:
    limit = limit_of(spec, task)
    return None if limit is None else limit_text(limit)


def _moved(dues: Sequence[DueChange], why: str) -> list[dict[str, Any]]:
    return [
        {
            "due_at": None if each.due_at is None else to_text(each.due_at),
            "asked_at": None if each.asked_at is None else to_text(each.asked_at),
            "since": to_text(each.since),
            "index": each.index,
        }
        for each in dues
        if each.why == why
    ]
