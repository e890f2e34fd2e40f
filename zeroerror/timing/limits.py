"""When something is due, and by which arithmetic (民法典 201–203; design §5).

The starting day does not count, the end is the close of business, and what ends on a day off runs on to the
next working day, but for what counts back from a date or was given from outside.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.limit import COUNTED, Limit, LimitError, limit_text
from zeroerror.model.value import dataclass
from zeroerror.timing.days import Open, Table, TraceDay, minutes, table, utc


@dataclass(frozen=True, slots=True)
class Stop:
    """A stopped clock, from one instant up to another; without an end it is still stopped."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, and every day that was counted or passed over on the way there."""

    at: datetime
    #: It rests on a year whose days off are not official yet, and may still move.
    provisional: bool
    trace: tuple[TraceDay, ...]


#: Whether a day's clock stood still, by its ordinal.
_Halted = Callable[[int], bool]


def due(
    start: datetime,
    limit: Limit,
    calendar: Calendar,
    *,
    given: datetime | date | None = None,
    stops: Iterable[Stop] = (),
    now: datetime | None = None,
) -> Due:
    """When what began at `start` is due.

    `given` is what the limit's field says, for `at` and `before`; they follow it alone, and no stop moves
    them. A stop without an end runs to `now`. Raises CalendarError where the calendar has no such year or no
    office hours, LimitError where `given` is missing.
    """
    lookup, start = table(calendar), utc(start)
    if limit.unit in ("at", "before"):
        if given is None:
            raise LimitError("timing.limit_given", field=limit.field)
        return _at(lookup, given) if limit.unit == "at" else _before(lookup, given, limit)
    halts = _halts(stops, start, now)
    if limit.unit == "wh":
        return _working_hours(lookup, start, limit, halts)
    first = lookup.ordinal(start)
    halted = _halted(lookup, halts)
    if limit.unit == "same_day":
        trace = _same_day(lookup, start, first, halted)
        return _closing(lookup, first, trace)
    trace = [TraceDay(date.fromordinal(first), False, "starting_day")]
    if limit.unit == "wd":
        trace += _count(lookup.days, first + 1, limit.count, halted)
        return _closing(lookup, first + 1, trace)
    if limit.unit == "d":
        trace += _count(lookup.natural, first + 1, limit.count, halted)
    else:
        trace += _months(lookup, first, limit.count, halted if halts else None)
    ended = trace[-1].day.toordinal()
    return _closing(lookup, ended, _roll_forward(lookup, trace, halted))


def extended(
    old_due: datetime,
    extension: Limit,
    calendar: Calendar,
    *,
    stops: Iterable[Stop] = (),
    now: datetime | None = None,
) -> Due:
    """The due date after an extension: counted from the old due date, whose day does not count.

    Raises LimitError for an extension that is not a number of working days, working hours, days or months.
    """
    if extension.unit not in COUNTED:
        raise LimitError("timing.limit_extension", limit=str(limit_text(extension)))
    return due(old_due, extension, calendar, stops=stops, now=now)


def months_from(day: date, count: int) -> tuple[date, bool]:
    """The corresponding day `count` months on (or back), and whether it exists: else the month's last day.

    Raises CalendarError beyond the years that a date can have.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        raise CalendarError("timing.beyond_time", day=day.isoformat())
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)), day.day <= last


def _at(lookup: Table, given: datetime | date) -> Due:
    """A date given from outside stands as given.

    A bare date runs to the close of business of that very day, even on a day off: whoever set it may have
    meant a Sunday, and to move it would be our invention. So it asks for no year's data, an instant not even
    for office hours.
    """
    if isinstance(given, datetime):
        day = date.fromordinal(lookup.ordinal(given))
        return Due(utc(given), False, (TraceDay(day, True, "given_instant"),))
    return Due(lookup.close(given.toordinal()), False, (TraceDay(given, True, "given_day"),))


def _before(lookup: Table, given: datetime | date, limit: Limit) -> Due:
    """Counted back from the day before what is given; it never rolls forward, and may lie before the start.

    Natural days and months stay where they fall, on a day off too: moved back, they would take days from
    the person that the definition gives him.
    """
    back = limit.by
    if back is None:
        raise LimitError("timing.limit_by", by="")
    last = lookup.ordinal(given) if isinstance(given, datetime) else given.toordinal()
    trace = [TraceDay(date.fromordinal(last), False, "given_day")]
    if back.unit == "mo":
        day, exists = months_from(date.fromordinal(last), -back.count)
        trace.append(TraceDay(day, True, "corresponding_day" if exists else "month_end"))
        return Due(lookup.close(day.toordinal()), False, tuple(trace))
    entries: Mapping[int, TraceDay] = lookup.days if back.unit == "wd" else lookup.natural
    ordinal, left = last, back.count
    while left:
        ordinal -= 1
        entry = entries[ordinal]
        left -= entry.counted
        trace.append(entry)
    provisional = back.unit == "wd" and lookup.touches_provisional(ordinal, last - 1)
    return Due(lookup.close(ordinal), provisional, tuple(trace))


def _same_day(lookup: Table, start: datetime, first: int, halted: _Halted) -> list[TraceDay]:
    entry = lookup.days[first]
    if entry.counted:
        if start >= lookup.close(first):
            entry = TraceDay(entry.day, False, "after_close")
        elif halted(first):
            entry = TraceDay(entry.day, False, "stopped")
        else:
            return [entry]
    return [entry, *_count(lookup.days, first + 1, 1, halted)]


def _count(entries: Mapping[int, TraceDay], first: int, count: int, halted: _Halted) -> list[TraceDay]:
    """The days from `first` on until `count` of them have been counted; the last one is the end."""
    trace: list[TraceDay] = []
    ordinal = first
    while count:
        entry = entries[ordinal]
        if entry.counted:
            if halted(ordinal):
                entry = TraceDay(entry.day, False, "stopped")
            else:
                count -= 1
        trace.append(entry)
        ordinal += 1
    return trace


def _months(lookup: Table, first: int, count: int, halted: _Halted | None) -> list[TraceDay]:
    """To the corresponding day, moved by as many days as the clock stood still on."""
    day, exists = months_from(date.fromordinal(first), count)
    end = day.toordinal()
    trace = [TraceDay(day, True, "corresponding_day" if exists else "month_end")]
    if halted is None:
        return trace
    stopped = [ordinal for ordinal in range(first + 1, end + 1) if halted(ordinal)]
    if stopped:
        trace = [each for each in trace if stopped[-1] != end]
        trace[:0] = [TraceDay(date.fromordinal(ordinal), False, "stopped") for ordinal in stopped]
        trace += _count(lookup.natural, end + 1, len(stopped), halted)
    return trace


def _roll_forward(lookup: Table, trace: list[TraceDay], halted: _Halted) -> list[TraceDay]:
    """What ends on a day off runs on to the next working day on which the clock ran."""
    ordinal = trace[-1].day.toordinal()
    if lookup.days[ordinal].counted:
        return trace
    onward = _count(lookup.days, ordinal + 1, 1, halted)
    return [*trace, *onward[:-1], TraceDay(onward[-1].day, False, "rolled_forward")]


def _closing(lookup: Table, first: int, trace: list[TraceDay]) -> Due:
    """Due at the close of business of the last day, resting on the days from `first` to it."""
    last = trace[-1].day.toordinal()
    return Due(lookup.close(last), lookup.touches_provisional(first, last), tuple(trace))


def _working_hours(lookup: Table, start: datetime, limit: Limit, halts: tuple[Open, ...]) -> Due:
    first = ordinal = lookup.ordinal(start)
    need, done = timedelta(hours=limit.count), timedelta()
    trace: list[TraceDay] = []
    while True:
        entry = lookup.days[ordinal]
        if not entry.counted:
            trace.append(entry)
        else:
            spans = lookup.hours[ordinal]
            worked, at = _spend(_running(spans, start, halts), need - done)
            until = spans[-1][1] if at is None else at
            open_for = sum((max(min(b, until) - max(a, start), timedelta()) for a, b in spans), timedelta())
            # Of the running total, so that the days' minutes add up to the limit.
            counted = minutes(done + worked) - minutes(done)
            trace.append(TraceDay(entry.day, bool(worked), _hours_reason(open_for, worked), counted))
            done += worked
            if at is not None:
                provisional = lookup.touches_provisional(first, ordinal)
                return Due(at, provisional, tuple(trace))
        ordinal += 1


def _spend(running: Iterable[Open], left: timedelta) -> tuple[timedelta, datetime | None]:
    """How much of `left` these spans take, and the instant at which it is used up, if it is."""
    worked = timedelta()
    for begin, end in running:
        if worked + (end - begin) >= left:
            return left, begin + (left - worked)
        worked += end - begin
    return worked, None


def _hours_reason(open_for: timedelta, worked: timedelta) -> str:
    if not open_for:
        return "outside_hours"
    if not worked:
        return "stopped"
    return "hours" if worked == open_for else "part_stopped"


def _running(spans: Iterable[Open], start: datetime, halts: tuple[Open, ...]) -> Iterator[Open]:
    """The parts of these spans, from `start` on, in which the clock ran."""
    for opens, end in spans:
        begin = max(opens, start)
        for halt, resume in halts:
            if begin < min(halt, end):
                yield begin, min(halt, end)
            begin = max(begin, resume)
        if begin < end:
            yield begin, end


def _halts(stops: Iterable[Stop], start: datetime, now: datetime | None) -> tuple[Open, ...]:
    """The stops after `start`, in order and without overlaps."""
    merged: list[Open] = []
    for stop in sorted(stops, key=lambda each: each.start):
        end = now if stop.end is None else stop.end
        if end is None:
            raise ValueError("a stop without an end runs to now, and now was not given")
        begin, end = max(utc(stop.start), start), utc(end)
        if begin >= end:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return tuple(merged)


def _halted(lookup: Table, halts: tuple[Open, ...]) -> _Halted:
    """Whether a stop touches the office hours of a day.

    A day off is asked by the hours it would have: one rule serves working days and natural days, so that a
    stop that lasts from Friday noon to Monday noon takes four natural days and two working days.
    """

    def halted(ordinal: int) -> bool:
        return any(
            halt < end and opens < resume for opens, end in lookup.hours[ordinal] for halt, resume in halts
        )

    return halted if halts else _never


def _never(_ordinal: int) -> bool:
    return False
