"""The oracle's own calendar: which days are worked, and when a limit runs out, counted a day at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

#: Minute 0 is the beginning of this day, a Thursday, in Shanghai.
FIRST = date(2026, 1, 1)
DAY = 24 * 60
#: How many days are known: 2026 and 2027.
KNOWN = 365 + 365
#: From this day on no notice has been given yet.
PROVISIONAL = 365

#: 国办发明电〔2025〕7号 for 2026; for 2027 the statutory days only.
OFF = (
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
    ("2027-01-01", "2027-01-01"),
    ("2027-02-05", "2027-02-08"),
    ("2027-04-05", "2027-04-05"),
)
MADE_UP = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")

MORNING = (8 * 60 + 30, 12 * 60)
AFTERNOON = {"summer": (14 * 60 + 30, 17 * 60 + 30), "winter": (14 * 60, 17 * 60 + 30)}

#: A stretch in which a clock stood still; without an end it still does.
Stretch = tuple[int, int | None]


def day_of(text: str) -> int:
    """The number of a day written in ISO form."""
    return (date.fromisoformat(text) - FIRST).days


def iso(day: int) -> str:
    """How a day is written."""
    return (FIRST + timedelta(days=day)).isoformat()


def shipped_off() -> frozenset[int]:
    """The days off of the notices."""
    return frozenset(day for first, last in OFF for day in range(day_of(first), day_of(last) + 1))


class Days:
    """Which days are worked, as known at some time."""

    def __init__(
        self, off: frozenset[int], made_up: frozenset[int], *, official: frozenset[int] = frozenset({2026})
    ) -> None:
        self.off, self.made_up, self.official = off, made_up, official
        self.worked = [
            day in made_up or (day not in off and (FIRST + timedelta(days=day)).weekday() < 5)
            for day in range(KNOWN)
        ]

    def spans(self, day: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """The office hours that a day has, or would have."""
        month = (FIRST + timedelta(days=day)).month
        start, end = AFTERNOON["summer" if 5 <= month <= 9 else "winter"]
        base = day * DAY
        return (base + MORNING[0], base + MORNING[1]), (base + start, base + end)

    def close(self, day: int) -> int:
        """The close of business."""
        return day * DAY + 17 * 60 + 30

    def opening(self, day: int) -> int:
        """When the office opens."""
        return day * DAY + MORNING[0]

    def next_worked(self, day: int) -> int:
        """The first working day after that day."""
        day += 1
        while not self.worked[day]:
            day += 1
        return day

    def worked_before(self, day: int, count: int) -> int:
        """The count-th working day before that day."""
        while count:
            day -= 1
            count -= self.worked[day]
        return day

    def open_minutes(self, since: int, until: int) -> Iterator[tuple[int, int]]:
        """The stretches of office time on working days between two minutes."""
        for day in range(since // DAY, until // DAY + 1):
            if self.worked[day]:
                for start, end in self.spans(day):
                    if max(start, since) < min(end, until):
                        yield max(start, since), min(end, until)

    def provisional(self, minute: int) -> bool:
        """Whether a minute lies in a year without a notice."""
        return minute // DAY >= PROVISIONAL and 2027 not in self.official

    def changed(
        self, off: Iterable[int] = (), worked: Iterable[int] = (), official: Iterable[int] = ()
    ) -> Days:
        """The calendar once these days have become days off, and those worked."""
        more, less = frozenset(off), frozenset(worked)
        weekend = frozenset(day for day in less if (FIRST + timedelta(days=day)).weekday() > 4)
        return Days(
            (self.off | more) - less,
            (self.made_up - more) | weekend,
            official=self.official | frozenset(official),
        )


def _touched(days: Days, day: int, stops: Sequence[Stretch]) -> bool:
    return any(
        halt < end and (resume is None or start < resume)
        for start, end in days.spans(day)
        for halt, resume in stops
    )


def due(days: Days, start: int, limit: str, stops: Sequence[Stretch] = (), given: int | None = None) -> int:
    """When what began at `start` is due; `given` is the day that an `at` limit names."""
    if limit == "at":
        assert given is not None
        return days.close(given)
    if limit == "same_day":
        today = start // DAY
        if days.worked[today] and start < days.close(today) and not _touched(days, today, stops):
            return days.close(today)
        return days.close(_nth(days, today, 1, stops, natural=False))
    count, unit = int(limit.rstrip("abcdefghijklmnopqrstuvwxyz")), limit.lstrip("0123456789")
    if unit == "wd":
        return days.close(_nth(days, start // DAY, count, stops, natural=False))
    if unit == "d":
        last = _nth(days, start // DAY, count, stops, natural=True)
        return days.close(last if days.worked[last] else _nth(days, last, 1, stops, natural=False))
    assert unit == "wh", limit
    return _hours(days, start, count * 60, stops)


def _nth(days: Days, day: int, count: int, stops: Sequence[Stretch], *, natural: bool) -> int:
    """The count-th day after that day that counts: worked (or any), and not touched by a stop."""
    while count:
        day += 1
        if (natural or days.worked[day]) and not _touched(days, day, stops):
            count -= 1
    return day


def _hours(days: Days, start: int, left: int, stops: Sequence[Stretch]) -> int:
    """Minute after minute of office time in which no clock stood still."""
    for begin, end in days.open_minutes(start, start + 200 * DAY):
        if not stops:
            if end - begin >= left:
                return begin + left
            left -= end - begin
            continue
        for minute in range(begin, end):
            if any(halt <= minute and (resume is None or minute < resume) for halt, resume in stops):
                continue
            left -= 1
            if not left:
                return minute + 1
    raise ValueError("the calendar ends before this limit")


def a_day_after(days: Days, minute: int) -> int:
    """When one working day (`1wd`) from a minute has been had."""
    return due(days, minute, "1wd")


def slots(days: Days, since: int, until: int) -> list[int]:
    """When an audit is owed: 08:30 and 17:00 of every working day in (since, until]."""
    found = (
        day * DAY + at
        for day in range(since // DAY, until // DAY + 1)
        if days.worked[day]
        for at in (8 * 60 + 30, 17 * 60)
    )
    return [minute for minute in found if since < minute <= until]


BASE = Days(shipped_off(), frozenset(map(day_of, MADE_UP)))
