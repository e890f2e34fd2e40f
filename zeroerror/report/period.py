"""Weeks and months as people there name them: from midnight to midnight by the institution's clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from zeroerror.model.errors import UsageError

Kind = Literal["weekly", "monthly"]

_KINDS: tuple[Kind, ...] = ("weekly", "monthly")
_NAMES = {"weekly": re.compile(r"(\d{4})-W(\d{2})"), "monthly": re.compile(r"(\d{4})-(\d{2})")}
_UNNAMED = {"weekly": "report.no_period_weekly", "monthly": "report.no_period_monthly"}
#: Near the ends of what can be reckoned with there are no neighbours; a year outside these is a slip.
_FIRST_YEAR, _LAST_YEAR = 1949, 2199


@dataclass(frozen=True, slots=True)
class Period:
    """A week (ISO 8601, from Monday) or a calendar month: start ≤ instant < end."""

    kind: Kind
    #: `2026-W48` or `2026-11`.
    name: str
    first: date
    #: The first day after it.
    after: date
    zone: str

    @property
    def start(self) -> datetime:
        """Its first instant."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return _midnight(self.after, self.zone)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)

    def before(self) -> Period:
        """The period before it."""
        return _holding(self.kind, self.first - timedelta(days=1), self.zone)


def named(kind: Kind, name: str, zone: str) -> Period:
    """The period of that name; raises UsageError for what is no name of such a period."""
    found = _NAMES[kind].fullmatch(name.strip())
    try:
        if found is None or not _FIRST_YEAR <= int(found[1]) <= _LAST_YEAR:
            raise ValueError
        year, number = int(found[1]), int(found[2])
        day = date.fromisocalendar(year, number, 1) if kind == "weekly" else date(year, number, 1)
    except ValueError:
        raise UsageError(_UNNAMED[kind], period=name) from None
    return _holding(kind, day, zone)


def either(name: str, zone: str) -> Period:
    """The week or the month of that name; raises UsageError for what is neither."""
    for kind in _KINDS:
        if _NAMES[kind].fullmatch(name.strip()):
            return named(kind, name, zone)
    raise UsageError("report.no_period", period=name)


def last_whole(kind: Kind, at: datetime, zone: str) -> Period:
    """The last period that has ended by an instant."""
    return going(kind, at, zone).before()


def going(kind: Kind, at: datetime, zone: str) -> Period:
    """The period that an instant lies in."""
    return _holding(kind, at.astimezone(ZoneInfo(zone)).date(), zone)


def ended_between(kind: Kind, after: datetime, until: datetime, zone: str) -> list[Period]:
    """The periods that ended after one instant and by another, oldest first."""
    found: list[Period] = []
    period = last_whole(kind, until, zone)
    while period.end > after:
        found.insert(0, period)
        period = period.before()
    return found


def _holding(kind: Kind, day: date, zone: str) -> Period:
    if kind == "weekly":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Period(kind, f"{year:04}-W{week:02}", first, first + timedelta(days=7), zone)
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return Period(kind, f"{first.year:04}-{first.month:02}", first, after, zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
