"""Slots: the instants at which an audit is owed, by a schedule in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from zeroerror.audit.thresholds import Flaw
from zeroerror.model.calendar import Calendar
from zeroerror.model.errors import UsageError
from zeroerror.model.value import dataclass
from zeroerror.timing import slots_between

#: How days of the week are written, Monday first. By number nobody knows which is meant: a crontab counts from
#: Sunday, and other clocks from Monday.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORKING = "working"


class ScheduleError(UsageError):
    """This is not a schedule."""

    code = "audit.bad_schedule"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an audit is owed: at these local times of every working day, or of these days of the week."""

    audit: str
    at: tuple[time, ...]
    #: Days of the week from 0, worked or not; None for the working days of the calendar.
    weekdays: frozenset[int] | None = None


def schedule_from(doc: Mapping[str, Any]) -> Schedule:
    """The schedule that `{audit, at, days}` writes, in strings only; raises ScheduleError."""
    for flaw in flaws(doc):
        raise ScheduleError(flaw.code, **flaw.params)
    days = doc["days"]
    weekdays = None if days == _WORKING else frozenset(WEEKDAYS.index(each) for each in days)
    return Schedule(doc["audit"], tuple(sorted(time.fromisoformat(each) for each in doc["at"])), weekdays)


def flaws(doc: Mapping[str, Any]) -> Iterator[Flaw]:
    """Everything that keeps a mapping from being a schedule, by the key under which it stands."""
    known = ("audit", "at", "days")
    for name in sorted(doc.keys() - set(known)):
        yield Flaw(name, "audit.schedule_keys", {})
    for name in known:
        if not doc.get(name):
            yield Flaw(name, "audit.schedule_keys", {})
    if not isinstance(doc.get("audit", ""), str):
        yield Flaw("audit", "audit.schedule_keys", {})
    yield from _times(doc.get("at"))
    yield from _days(doc.get("days"))


def owed_slots(schedule: Schedule, calendar: Calendar, after: datetime, until: datetime) -> list[datetime]:
    """The slots in (after, until], in order; `after` is the last that ran, or when the schedule came.

    Raises CalendarError where the calendar does not reach.
    """
    return slots_between(calendar, schedule.at, after, until, schedule.weekdays)


def passed_over(owed: Sequence[datetime]) -> tuple[datetime, ...]:
    """Of the slots that are owed and have not run, those before whose running the next was already due."""
    return tuple(owed[:-1])


def _times(found: Any) -> Iterator[Flaw]:
    if isinstance(found, str) and found:
        yield Flaw("at", "audit.schedule_keys", {})
    if not found or isinstance(found, str):
        return
    for each in found:
        if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(each)):
            # What is past has been audited, or is owed by the schedule that held then.
            yield Flaw("at", "audit.schedule_date", {"value": str(each)})
        elif not isinstance(each, str) or re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", each) is None:
            yield Flaw("at", "audit.schedule_time", {"value": str(each)})
    if len(set(map(str, found))) < len(found):
        yield Flaw("at", "audit.schedule_twice", {})


def _days(found: Any) -> Iterator[Flaw]:
    if not found or found == _WORKING:
        return
    for each in [found] if isinstance(found, str) else found:
        if isinstance(found, str) or each not in WEEKDAYS:
            yield Flaw("days", "audit.schedule_days", {"value": str(each)})
    if not isinstance(found, str) and len(set(map(str, found))) < len(found):
        yield Flaw("days", "audit.schedule_twice", {})
