"""When a step, or a whole task, is due: the definition's limits put to the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.event import Event
from zeroerror.model.instant import ALWAYS, from_text, to_text
from zeroerror.model.limit import Limit, parse_limit
from zeroerror.model.problem import Reason
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import LimitChoice, LimitSpec, Step, Workflow
from zeroerror.timing import Stop, due, extended, working_before


def chosen(spec: LimitSpec | None, fields: Mapping[str, str]) -> Limit | None:
    """The one limit that holds for these fields; None where none was set, or its field is not filled yet."""
    if isinstance(spec, LimitChoice):
        return spec.choices.get(fields.get(spec.field, ""))
    return spec


def step_due(
    step: Step,
    entered_at: datetime,
    fields: Mapping[str, str],
    calendar: Calendar,
    stops: Iterable[Stop] = (),
    now: datetime | None = None,
) -> dict[str, Any]:
    """The `due_at`, `warn_at` and `provisional` of a visit that began then."""
    return _due(step.limit, step.warn_before, entered_at, fields, calendar, stops, now)


def task_due(
    workflow: Workflow, opened_at: datetime, fields: Mapping[str, str], calendar: Calendar
) -> dict[str, Any]:
    """The `due_at` and `provisional` of a task opened then."""
    found = _due(workflow.limit, None, opened_at, fields, calendar, (), None)
    return {"due_at": found["due_at"], "provisional": found["provisional"]}


def _due(
    spec: LimitSpec | None,
    warn_before: LimitSpec | None,
    start: datetime,
    fields: Mapping[str, str],
    calendar: Calendar,
    stops: Iterable[Stop],
    now: datetime | None,
) -> dict[str, Any]:
    limit = chosen(spec, fields)
    date_given = None if limit is None else limit.given(fields)
    if limit is None or (limit.field is not None and date_given is None):
        return {"due_at": None, "warn_at": None, "provisional": False}
    found = due(start, limit, calendar, given=date_given, stops=stops, now=now)
    warn = chosen(warn_before, fields)
    return described(found.at, found.provisional, warn, calendar)


def beyond(workflow: Workflow, fields: Mapping[str, str], calendar: Calendar) -> Iterator[Reason]:
    """Dates given for limits that the calendar does not reach: told when they are given.

    Else the step that counts back from one could not be entered, months later, by whoever happens to be there.
    """
    for field in workflow.fields:
        if field.type not in ("date", "instant") or field.name not in fields:
            continue
        for step in workflow.steps:
            limit = chosen(step.limit, fields)
            if limit is None or limit.field != field.name:
                continue
            try:
                due(from_text(ALWAYS), limit, calendar, given=limit.given(fields))
            except CalendarError:
                params = {"field": field.name, "title": field.title, "value": fields[field.name]}
                yield Reason("engine.date_beyond_calendar", {**params, "years": sorted(calendar.years)})
                break
            except ValueError:
                # No date at all, which `form` tells.
                break


def described(at: datetime, provisional: bool, warn: Limit | None, calendar: Calendar) -> dict[str, Any]:
    """A due instant as events carry it, with when its warning begins."""
    return {
        "due_at": to_text(at),
        "warn_at": None if warn is None else to_text(working_before(at, warn, calendar)),
        "provisional": provisional,
    }


def moved(
    task: Task,
    workflow: Workflow,
    visits: Iterable[Visit],
    fresh: Mapping[str, str],
    calendar: Calendar,
    now: datetime,
) -> Iterator[Event]:
    """What a date that an act has changed means for the steps that stay open beside it and count from it.

    It moves what is not due yet, and undoes nothing that was overdue already (design §5).
    """
    known = replace(task, fields={**task.fields, **fresh})
    for visit in visits:
        step = workflow.step(visit.step)
        limit = chosen(step.limit, known.fields)
        name = (
            step.limit.field
            if isinstance(step.limit, LimitChoice)
            else None
            if limit is None
            else limit.field
        )
        if name not in fresh or visit.clock == "stopped":
            continue
        due = recomputed(known, visit, step, calendar, now)
        if due["due_at"] != (None if visit.due_at is None else to_text(visit.due_at)):
            place = {"step": visit.step, "visit": visit.visit}
            yield Event(task.id, "due_moved", {**place, **due, "cause": name})


def recomputed(task: Task, visit: Visit, step: Step, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """What an open visit's due date comes to under this calendar, its stops counted up to `now`.

    All of it is counted again: the limit, and each extension from where the date then stands.
    """
    stops = [Stop(pause.start, pause.end or now) for pause in visit.pauses]
    counted = step_due(step, visit.entered_at, task.fields, calendar, stops, now)
    if counted["due_at"] is None:
        return counted
    at, provisional = from_text(counted["due_at"]), counted["provisional"]
    for change in visit.dues:
        if change.extension is not None:
            found = extended(at, parse_limit(change.extension), calendar, stops=stops, now=now)
            at, provisional = found.at, provisional or found.provisional
    return described(at, provisional, chosen(step.warn_before, task.fields), calendar)
