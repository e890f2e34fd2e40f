"""Slots: the instants at which an audit is owed, by a schedule in force."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from zeroerror.model.calendar import Calendar
from zeroerror.model.errors import UsageError
from zeroerror.model.value import dataclass
from zeroerror.timing import slots_between


class ScheduleError(UsageError):
    """This is not a schedule."""

    code = "audit.bad_schedule"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an audit is owed: at these local times of every working day."""

    audit: str
    at: tuple[time, ...]


def schedule_from(doc: Mapping[str, Any]) -> Schedule:
    """The schedule that `{audit, at, days}` writes, in strings only; raises ScheduleError."""
    if set(doc) != {"audit", "at", "days"} or not isinstance(doc["audit"], str) or not doc["audit"]:
        raise ScheduleError("audit.schedule_keys")
    if doc["days"] != "working":
        raise ScheduleError("audit.schedule_days", value=str(doc["days"]))
    times = doc["at"]
    if not isinstance(times, Sequence) or isinstance(times, str) or not times:
        raise ScheduleError("audit.schedule_keys")
    found = tuple(_time(each) for each in times)
    if len(set(found)) < len(found):
        raise ScheduleError("audit.schedule_twice")
    return Schedule(doc["audit"], tuple(sorted(found)))


def owed_slots(schedule: Schedule, calendar: Calendar, after: datetime, until: datetime) -> list[datetime]:
    """The slots in (after, until], in order; `after` is the last that ran, or when the schedule came.

    Raises CalendarError where the calendar does not reach.
    """
    return slots_between(calendar, schedule.at, after, until)


def passed_over(owed: Sequence[datetime]) -> tuple[datetime, ...]:
    """Of the slots that are owed and have not run, those before whose running the next was already due."""
    return tuple(owed[:-1])


def _time(value: object) -> time:
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", str(value))
    if match is None:
        raise ScheduleError("audit.schedule_time", value=str(value))
    return time(int(match[1]), int(match[2]))
