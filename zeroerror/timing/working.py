"""Questions about working days and office hours, and the instants at which something is owed or warned of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from zeroerror.model.calendar import Calendar
from zeroerror.model.limit import Limit, LimitError, limit_text
from zeroerror.timing.days import Table, minutes, table, utc
from zeroerror.timing.limits import months_from


def local_day(calendar: Calendar, instant: datetime) -> date:
    """The day that people write at that instant."""
    return date.fromordinal(table(calendar).ordinal(instant))


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether that day is worked, make-up days among them; raises CalendarError for a year without data."""
    return table(calendar).days[_plain(day)].counted


def next_working_day(calendar: Calendar, day: date) -> date:
    """The first working day after that day; raises CalendarError where the calendar ends before it."""
    return date.fromordinal(_seek(table(calendar), _plain(day), 1, 1))


def previous_working_day(calendar: Calendar, day: date) -> date:
    """The last working day before that day; raises CalendarError where the calendar begins after it."""
    return date.fromordinal(_seek(table(calendar), _plain(day), -1, 1))


def working_day_after(calendar: Calendar, instant: datetime, count: int) -> datetime:
    """The first moment of the `count`-th working day after that instant's day; raises CalendarError beyond the calendar."""
    lookup = table(calendar)
    day = date.fromordinal(_seek(lookup, lookup.ordinal(instant), 1, count))
    return datetime.combine(day, time(), lookup.zone).astimezone(UTC)


def opening(calendar: Calendar, day: date) -> datetime:
    """When office hours begin on that day; on a day off, when they would."""
    return table(calendar).opening(_plain(day))


def close_of_business(calendar: Calendar, day: date) -> datetime:
    """When office hours end on that day; on a day off, when they would."""
    return table(calendar).close(_plain(day))


def in_office_hours(calendar: Calendar, instant: datetime) -> bool:
    """Whether the office is open then; at the very close it no longer is."""
    lookup = table(calendar)
    ordinal = lookup.ordinal(instant)
    if not lookup.days[ordinal].counted:
        return False
    return any(start <= instant < end for start, end in lookup.hours[ordinal])


def working_days_between(calendar: Calendar, a: date, b: date) -> int:
    """How many working days lie after `a` up to and with `b`; none where `b` is not after `a`.

    Instants are taken as their local days.
    """
    lookup = table(calendar)
    first, last = (_day(lookup, each) for each in (a, b))
    if last <= first:
        return 0
    years = range(date.fromordinal(first + 1).year, date.fromordinal(last).year + 1)
    worked = (lookup.workdays_of(year) for year in years)
    return sum(bisect_right(days, last) - bisect_right(days, first) for days in worked)


def working_minutes_between(calendar: Calendar, a: datetime, b: datetime) -> int:
    """The whole minutes of office hours between two instants; none where `b` is not after `a`."""
    lookup, a, b = table(calendar), utc(a), utc(b)
    total = timedelta()
    if a < b:
        for ordinal in range(lookup.ordinal(a), lookup.ordinal(b) + 1):
            if lookup.days[ordinal].counted:
                for start, end in lookup.hours[ordinal]:
                    total += max(min(end, b) - max(start, a), timedelta())
    return minutes(total)


def working_before(due_at: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """When a warning of so much begins, before a due instant.

    Hours count back minute by minute through office hours. Days and months begin with the opening of that
    earlier day, and `same_day` with the opening of the day itself: a warning is there to be seen at work, and
    one that began at the close of the day before would first be seen on the day that is already 今日到期.
    Raises LimitError for `at` and `before`, CalendarError where the calendar does not reach.
    """
    lookup, due_at = table(calendar), utc(due_at)
    ordinal = lookup.ordinal(due_at)
    if limit.unit == "wh":
        return _hours_before(lookup, due_at, timedelta(hours=limit.count))
    if limit.unit == "wd":
        ordinal = _seek(lookup, ordinal, -1, limit.count)
    elif limit.unit == "d":
        ordinal -= limit.count
    elif limit.unit == "mo":
        ordinal = months_from(date.fromordinal(ordinal), -limit.count)[0].toordinal()
    elif limit.unit != "same_day":
        raise LimitError("timing.limit_warning", limit=str(limit_text(limit)))
    return min(lookup.opening(ordinal), due_at)


def slots_between(
    calendar: Calendar,
    times: Iterable[time],
    after: datetime,
    until: datetime,
    weekdays: frozenset[int] | None = None,
) -> list[datetime]:
    """The instants in (after, until] at which an audit is owed: these local times on every working day.

    With `weekdays` (Monday is 0) on each of those days instead, worked or not.
    """
    lookup = table(calendar)
    ordered = sorted(times)
    found: list[datetime] = []
    if after < until:
        for ordinal in range(lookup.ordinal(after), lookup.ordinal(until) + 1):
            day = date.fromordinal(ordinal)
            if lookup.days[ordinal].counted if weekdays is None else day.weekday() in weekdays:
                slots = (datetime.combine(day, at, lookup.zone).astimezone(UTC) for at in ordered)
                found += [slot for slot in slots if after < slot <= until]
    return found


def _hours_before(lookup: Table, due_at: datetime, left: timedelta) -> datetime:
    ordinal = lookup.ordinal(due_at)
    while True:
        if lookup.days[ordinal].counted:
            for start, end in reversed(lookup.hours[ordinal]):
                until = min(end, due_at)
                if until - start >= left:
                    return until - left
                left -= max(until - start, timedelta())
        ordinal -= 1


def _seek(lookup: Table, ordinal: int, direction: int, count: int) -> int:
    """The `count`-th working day from that day, in that direction; the day itself does not count."""
    while count:
        ordinal += direction
        count -= lookup.days[ordinal].counted
    return ordinal


def _plain(day: date) -> int:
    # An instant is a date to Python, and would be taken for its day in UTC.
    if isinstance(day, datetime):
        raise TypeError("a day was asked for, not an instant; see local_day")
    return day.toordinal()


def _day(lookup: Table, day: date) -> int:
    return lookup.ordinal(day) if isinstance(day, datetime) else day.toordinal()
