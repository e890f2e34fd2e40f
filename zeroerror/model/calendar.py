"""The working calendar: years of days off and make-up days, and the office hours by season.

A year is what a State Council notice says (`official`), or what can be known before it is out
(`provisional`). Nothing is counted here; `zeroerror.timing` does that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Literal, cast
from zoneinfo import ZoneInfo

from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.value import dataclass

#: The zone of the people this is for, where no calendar says otherwise.
ZONE = "Asia/Shanghai"

Span = tuple[time, time]


class CalendarError(ZeroErrorError):
    """The calendar contradicts itself, or does not reach as far as was asked."""

    code = "timing.calendar"


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year of the calendar. Raises CalendarError where it contradicts itself."""

    year: int
    status: Literal["official", "provisional"]
    #: The notice it comes from; for a provisional year, what is known instead.
    source: str
    noticed_on: date | None
    #: Days off that are more than an ordinary Saturday or Sunday.
    off: frozenset[date]
    #: Make-up days (调休): Saturdays and Sundays that are worked.
    work: frozenset[date]

    def __post_init__(self) -> None:
        if self.status not in ("official", "provisional"):
            raise CalendarError("timing.bad_status", year=self.year, status=self.status)
        if not self.source or (self.status == "official" and self.noticed_on is None):
            raise CalendarError("timing.no_notice", year=self.year)
        for day in sorted(self.off | self.work):
            if day.year != self.year:
                raise CalendarError("timing.other_year", year=self.year, day=day.isoformat())
            if day in self.off and day in self.work:
                raise CalendarError("timing.off_and_work", year=self.year, day=day.isoformat())
            if day in self.work and day.weekday() < 5:
                raise CalendarError("timing.make_up_on_weekday", year=self.year, day=day.isoformat())


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The office hours of one season, which begins on the same day every year.

    Those with one `since` are one version; on any day the latest version begun by then holds alone. A
    version with a single season has the same hours all year.
    """

    #: `MM-DD`: where the season begins, each year.
    starts: str
    spans: tuple[Span, ...]
    since: date

    def __post_init__(self) -> None:
        if re.fullmatch(r"[0-9]{2}-[0-9]{2}", self.starts) is None:
            raise CalendarError("timing.bad_season", starts=self.starts)
        try:
            # A leap year, so that a season may begin on 29 February.
            date.fromisoformat(f"2000-{self.starts}")
        except ValueError:
            raise CalendarError("timing.bad_season", starts=self.starts) from None
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise CalendarError("timing.bad_hours", starts=self.starts)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The zone, the years known, and the office hours: all that counting time needs."""

    zone: str
    years: Mapping[int, CalendarYear]
    hours: tuple[OfficeHours, ...]
    #: The counting tables are kept per calendar, so its hash is asked for at every question.
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _zone(self.zone)
        for number, year in self.years.items():
            if number != year.year:
                raise CalendarError("timing.other_year", year=number, day=str(year.year))
        ordered = tuple(sorted(self.hours, key=lambda each: (each.since, each.starts)))
        object.__setattr__(self, "hours", ordered)
        seasons = [(hours.since, hours.starts) for hours in ordered]
        for since, starts in seasons:
            if seasons.count((since, starts)) > 1:
                raise CalendarError("timing.season_twice", since=since.isoformat(), starts=starts)
        identity = (self.zone, frozenset(self.years.values()), ordered)
        object.__setattr__(self, "_hash", hash(identity))

    def __hash__(self) -> int:
        return self._hash

    def with_year(self, year: CalendarYear) -> Calendar:
        """This calendar with that year put in, or put in the place of the one it had."""
        years = {**self.years, year.year: year}
        return Calendar(self.zone, dict(sorted(years.items())), self.hours)

    def continued(self, later: Calendar) -> Calendar:
        """This calendar with the years that it has not, as another has them."""
        return Calendar(self.zone, {**later.years, **self.years}, self.hours)

    def with_hours(self, doc: Mapping[str, object]) -> Calendar:
        """This calendar with the zone and office hours of `{zone, hours}` in place of its own; raises CalendarError."""
        _keys(doc, "hours", {"zone", "hours"})
        hours = tuple(_hours(each) for each in _list(doc, "hours"))
        return Calendar(_text(doc, "zone"), self.years, hours)


def calendar_from_json(doc: Mapping[str, object]) -> Calendar:
    """The calendar of `{zone, hours, years}`, in strings only; raises CalendarError for anything else."""
    _keys(doc, "calendar", {"zone", "hours", "years"})
    hours = tuple(_hours(each) for each in _list(doc, "hours"))
    years: dict[int, CalendarYear] = {}
    for each in _list(doc, "years"):
        year = year_from_json(_mapping(each, "years"))
        if year.year in years:
            raise CalendarError("timing.year_twice", year=year.year)
        years[year.year] = year
    return Calendar(_text(doc, "zone"), dict(sorted(years.items())), hours)


def calendar_to_json(calendar: Calendar) -> dict[str, object]:
    """The form that leaves keep: strings only, the same for equal calendars."""
    return {
        "zone": calendar.zone,
        "hours": [
            {
                "since": each.since.isoformat(),
                "starts": each.starts,
                "spans": [f"{start:%H:%M}-{end:%H:%M}" for start, end in each.spans],
            }
            for each in calendar.hours
        ],
        "years": [year_to_json(calendar.years[number]) for number in sorted(calendar.years)],
    }


def year_from_json(doc: Mapping[str, object]) -> CalendarYear:
    """One year, as a file of `config/calendar/` writes it; raises CalendarError."""
    _keys(doc, "year", {"year", "status", "source", "noticed_on", "off", "work"})
    number = _text(doc, "year")
    if re.fullmatch(r"[1-9][0-9]{3}", number) is None:
        raise CalendarError("timing.calendar_shape", key="year")
    return CalendarYear(
        year=int(number),
        status=cast(Literal["official", "provisional"], _text(doc, "status")),
        source=_text(doc, "source"),
        noticed_on=_date(_text(doc, "noticed_on")) if "noticed_on" in doc else None,
        off=frozenset(_days(doc, "off")),
        work=frozenset(_days(doc, "work")),
    )


def year_to_json(year: CalendarYear) -> dict[str, object]:
    """One year in strings only; days in a row are written as a range."""
    doc: dict[str, object] = {"year": str(year.year), "status": year.status, "source": year.source}
    if year.noticed_on is not None:
        doc["noticed_on"] = year.noticed_on.isoformat()
    doc["off"] = list(_ranges(year.off))
    doc["work"] = list(_ranges(year.work))
    return doc


def _hours(item: object) -> OfficeHours:
    doc = _mapping(item, "hours")
    _keys(doc, "hours", {"since", "starts", "spans"})
    spans = tuple(_span(each) for each in _list(doc, "spans"))
    return OfficeHours(starts=_text(doc, "starts"), spans=spans, since=_date(_text(doc, "since")))


def _span(item: object) -> Span:
    match = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])", str(item))
    if match is None:
        raise CalendarError("timing.bad_span", value=str(item))
    hour, minute, to_hour, to_minute = map(int, match.groups())
    return time(hour, minute), time(to_hour, to_minute)


def _days(doc: Mapping[str, object], key: str) -> Iterator[date]:
    for item in _list(doc, key):
        first, dots, last = str(item).partition("..")
        day = _date(first)
        end = _date(last) if dots else day
        if not 0 <= (end - day).days < 366:
            raise CalendarError("timing.bad_range", value=str(item))
        for offset in range((end - day).days + 1):
            yield day + timedelta(days=offset)


def _ranges(days: Iterable[date]) -> Iterator[str]:
    run: list[date] = []
    for day in sorted(days):
        if run and (day - run[-1]).days > 1:
            yield _range(run)
            run = []
        run.append(day)
    if run:
        yield _range(run)


def _range(run: list[date]) -> str:
    return run[0].isoformat() if len(run) == 1 else f"{run[0].isoformat()}..{run[-1].isoformat()}"


def _date(text: str) -> date:
    # The standard reader also takes 20260101 and 2026-W01-4; a notice is written in one form only.
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise CalendarError("timing.bad_date", value=text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CalendarError("timing.unknown_zone", zone=name) from None


def _keys(doc: Mapping[str, object], where: str, known: set[str]) -> None:
    for key in doc:
        if key not in known:
            raise CalendarError("timing.calendar_unknown_key", where=where, key=str(key))


def _text(doc: Mapping[str, object], key: str) -> str:
    value = doc.get(key)
    if not isinstance(value, str):
        raise CalendarError("timing.calendar_shape", key=key)
    return value


def _list(doc: Mapping[str, object], key: str) -> list[object]:
    value = doc.get(key)
    if not isinstance(value, list):
        raise CalendarError("timing.calendar_shape", key=key)
    return value


def _mapping(value: object, key: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise CalendarError("timing.calendar_shape", key=key)
    return value
