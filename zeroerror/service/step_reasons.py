"""Why a step, or a whole task, is due when it is, how it stands, and who held it: part of `why`; codes and values only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from zeroerror.audit.missed import missed_by_visit
from zeroerror.engine.deadlines import chosen
from zeroerror.model.calendar import CalendarError
from zeroerror.model.limit import Limit, limit_text, parse_limit
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.service.reader import Reader
from zeroerror.service.views import step_json
from zeroerror.timing import (
    Due,
    Stop,
    due,
    extended,
    working_days_between,
    working_minutes_between,
)


def step_why(reader: Reader, task: Task, visit: Visit) -> dict[str, Any]:
    """A visit with its clause, each day counted or passed over, its stops and extensions, and who held it when."""
    step = reader.definition(task).workflow.step(visit.step)
    limit = chosen(step.limit, task.fields)
    return {
        **step_json(reader, task, visit),
        "limit": limit_json(limit),
        "trace": _days(reader, task, visit.entered_at, limit, visit),
        "dues": list(_dues(reader, visit)),
        **_stands(reader, visit),
        "holdings": [
            {
                "person": each.person,
                "capacity": each.capacity,
                "for": each.for_,
                "since": each.since,
                "why": each.why,
                "index": each.index,
            }
            for each in visit.holdings
        ],
        "undone": [{"ended_at": each.ended_at, "at": each.at, "by": each.by} for each in visit.undone],
        "stops": [
            {"start": each.start, "end": each.end, "waits_for": each.waits_for, "by": each.by}
            for each in visit.pauses
        ],
        "urged_at": list(visit.urged_at),
        "tried": [list(each) for each in visit.tried],
    }


def whole_why(reader: Reader, task: Task) -> dict[str, Any] | None:
    """The limit of the whole task with each day counted or passed over; None where it has none."""
    limit = chosen(reader.definition(task).workflow.limit, task.fields)
    if task.due_at is None or limit is None:
        return None
    return {
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "limit": limit_json(limit),
        "trace": _days(reader, task, task.opened_at, limit, None),
        "dues": [
            {"due_at": each.due_at, "since": each.since, "why": each.why, "index": each.index, "trace": []}
            for each in task.dues
        ],
    }


def waits(reader: Reader, task: Task) -> list[dict[str, Any]]:
    """How long the task lay at each step, in minutes of natural time: it says where time went, not whose fault it is."""
    workflow, found = reader.definition(task).workflow, dict[str, list[dict[str, Any]]]()
    for visit in task.visits:
        if visit.status == "withdrawn":
            continue
        until = visit.left_at or max(visit.entered_at, reader.at)
        found.setdefault(visit.step, []).append(
            {
                "visit": visit.visit,
                "since": visit.entered_at,
                "until": visit.left_at,
                "minutes": int((until - visit.entered_at).total_seconds()) // 60,
                "person": visit.doer or visit.person,
            }
        )
    return [
        {
            "step": step,
            "title": workflow.step(step).title,
            "minutes": sum(each["minutes"] for each in visits),
            "visits": visits,
        }
        for step, visits in found.items()
    ]


def _dues(reader: Reader, visit: Visit) -> Iterator[dict[str, Any]]:
    """Each due date as it stood from an instant on; of an extension also the days that it added."""
    before: datetime | None = None
    for each in visit.dues:
        trace: list[dict[str, Any]] = []
        if each.why == "extended" and each.extension is not None and before is not None:
            trace = trace_json(extended(before, parse_limit(each.extension), reader.facts.calendar))
        yield {
            "due_at": each.due_at,
            "since": each.since,
            "why": each.why,
            "index": each.index,
            "extension": each.extension,
            "trace": trace,
        }
        before = each.due_at


def _stands(reader: Reader, visit: Visit) -> dict[str, Any]:
    """Since when, or from when, its light is what it is; of what has ended, when that was, and how late."""
    missed, late = missed_by_visit(visit, reader.at), None
    if missed is not None and missed.due_at is not None:
        until = visit.ended_at or reader.at
        late = {"due_at": missed.due_at, **_late(reader, missed.due_at, until)}
    return {
        "status": visit.status,
        "warn_at": visit.warn_at,
        "ended_at": None if visit.open else visit.ended_at or visit.left_at,
        "late": late,
    }


def _late(reader: Reader, due_at: datetime, until: datetime) -> dict[str, Any]:
    calendar = reader.facts.calendar
    try:
        days = working_days_between(calendar, due_at, until)
        return {"days": days, "minutes": working_minutes_between(calendar, due_at, until)}
    except CalendarError:
        # History may be older than any calendar: how late it was is shown by the two instants.
        return {"days": None, "minutes": None}


def _days(
    reader: Reader, task: Task, start: datetime, limit: Limit | None, visit: Visit | None
) -> list[dict[str, Any]]:
    """Each day of a limit, counted or passed over and why; empty where there is no limit."""
    if limit is None:
        return []
    day = limit.given(task.fields)
    if limit.field is not None and day is None:
        return []
    pauses = () if visit is None else visit.pauses
    stops = [Stop(each.start, each.end or reader.at) for each in pauses]
    return trace_json(due(start, limit, reader.facts.calendar, given=day, stops=stops, now=reader.at))


def trace_json(found: Due) -> list[dict[str, Any]]:
    """A due date's arithmetic, day by day."""
    return [{"day": each.day, "counted": each.counted, "reason": each.reason} for each in found.trace]


def limit_json(limit: Limit | None) -> Any:
    """A limit as definitions write it."""
    return None if limit is None else limit_text(limit)
