"""What each day of a calendar is, looked up once and kept: the tables that all counting reads.

A due date is asked for thousands of times in an import or when a year is applied, always of the same few
hundred days; so the answers are shared values in plain dictionaries, filled a year at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from zeroerror.model.calendar import Calendar, CalendarError, OfficeHours, Span
from zeroerror.model.value import dataclass

#: A span of office hours as instants.
Open = tuple[datetime, datetime]

_LAST = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class TraceDay:
    """One day of the arithmetic: whether it was counted, and why, as a code."""

    day: date
    counted: bool
    reason: str
    #: For working hours: the minutes counted on that day.
    minutes: int | None = None

    def to_json(self) -> dict[str, object]:
        """The form in which JSON shows it."""
        doc: dict[str, object] = {"day": self.day.isoformat(), "counted": self.counted, "reason": self.reason}
        if self.minutes is not None:
            doc["minutes"] = self.minutes
        return doc


class Days(dict[int, TraceDay]):
    """Ordinal of a day → whether it is worked, and why. Raises CalendarError for a year without data."""

    def __init__(self, calendar: Calendar) -> None:
        super().__init__()
        self._years = calendar.years

    def __missing__(self, ordinal: int) -> TraceDay:
        year = _date(ordinal).year
        data = self._years.get(year)
        if data is None:
            raise CalendarError("timing.no_year", year=year)
        for each in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            day = date.fromordinal(each)
            if day in data.work:
                self[each] = TraceDay(day, True, "make_up_day")
            elif day in data.off:
                self[each] = TraceDay(day, False, "holiday")
            elif day.weekday() > 4:
                self[each] = TraceDay(day, False, "weekend")
            else:
                self[each] = TraceDay(day, True, "working_day")
        return self[ordinal]


class NaturalDays(dict[int, TraceDay]):
    """Ordinal of a day → that day, counted: in natural days every day is one."""

    def __missing__(self, ordinal: int) -> TraceDay:
        self[ordinal] = TraceDay(_date(ordinal), True, "natural_day")
        return self[ordinal]


class Hours(dict[int, tuple[Open, ...]]):
    """Ordinal of a day → the spans of its office hours as instants, whether it is worked or not.

    Raises CalendarError for a day before the first office hours.
    """

    def __init__(self, calendar: Calendar, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self._hours = calendar.hours

    def __missing__(self, ordinal: int) -> tuple[Open, ...]:
        day = _date(ordinal)
        spans = ((self._utc(day, start), self._utc(day, end)) for start, end in self._season(day))
        # Where clocks are put forward inside a span, it may shrink to nothing, never to less.
        self[ordinal] = tuple((start, max(start, end)) for start, end in spans)
        return self[ordinal]

    def _utc(self, day: date, at: time) -> datetime:
        try:
            return datetime.combine(day, at, self._zone).astimezone(UTC)
        except OverflowError:
            raise CalendarError("timing.beyond_time", day=day.isoformat()) from None

    def _season(self, day: date) -> tuple[Span, ...]:
        begun = [hours for hours in self._hours if hours.since <= day]
        if not begun:
            raise CalendarError("timing.no_hours", day=day.isoformat())
        version = [hours for hours in begun if hours.since == begun[-1].since]
        return _in_season(version, day).spans


def _in_season(version: Sequence[OfficeHours], day: date) -> OfficeHours:
    # Before the year's first season the last one of the year before still holds.
    today = f"{day.month:02}-{day.day:02}"
    return next((hours for hours in reversed(version) if hours.starts <= today), version[-1])


class Table:
    """All that counting looks up of one calendar."""

    __slots__ = ("calendar", "days", "hours", "natural", "provisional", "workdays", "zone")

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.zone = ZoneInfo(calendar.zone)
        self.days = Days(calendar)
        self.natural = NaturalDays()
        self.hours = Hours(calendar, self.zone)
        self.provisional = {year.year for year in calendar.years.values() if year.status == "provisional"}
        #: Year → the ordinals of its working days, in order.
        self.workdays: dict[int, tuple[int, ...]] = {}

    def ordinal(self, instant: datetime) -> int:
        """The local day of an instant; ValueError for a naive one, CalendarError at the ends of time."""
        try:
            return utc(instant).astimezone(self.zone).toordinal()
        except OverflowError:
            raise CalendarError("timing.beyond_time", day=instant.date().isoformat()) from None

    def opening(self, ordinal: int) -> datetime:
        """When office hours begin on that day, worked or not."""
        return self.hours[ordinal][0][0]

    def close(self, ordinal: int) -> datetime:
        """The close of business on that day, worked or not."""
        return self.hours[ordinal][-1][1]

    def workdays_of(self, year: int) -> tuple[int, ...]:
        """The ordinals of that year's working days."""
        found = self.workdays.get(year)
        if found is None:
            days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
            found = self.workdays[year] = tuple(each for each in days if self.days[each].counted)
        return found

    def touches_provisional(self, first: int, last: int) -> bool:
        """Whether any day from `first` to `last` lies in a provisional year."""
        if not self.provisional:
            return False
        years = range(_date(first).year, _date(last).year + 1)
        return any(year in self.provisional for year in years)


@lru_cache(maxsize=16)
def table(calendar: Calendar) -> Table:
    """The table of a calendar, made once."""
    return Table(calendar)


def _date(ordinal: int) -> date:
    if not 1 <= ordinal <= _LAST:
        raise CalendarError("timing.beyond_time", day="9999-12-31" if ordinal > 1 else "0001-01-01")
    return date.fromordinal(ordinal)


def utc(instant: datetime) -> datetime:
    """The instant in UTC, where adding and subtracting is sound; ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("a naive datetime is not an instant")
    return instant.astimezone(UTC)


def minutes(span: timedelta) -> int:
    """The whole minutes of a time span."""
    return span // timedelta(minutes=1)
