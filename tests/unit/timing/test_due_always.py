"""What holds of due dates whatever the day: a second, slow counting by hand agrees with the product's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.timing.calendars import SHANGHAI, local, shipped
from zeroerror.model.limit import Limit
from zeroerror.timing import Stop, due, extended

FIRST = datetime(2024, 1, 2, tzinfo=UTC)
starts = st.integers(0, 1000 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
SUMMER = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
WINTER = ((time(8, 30), time(12)), (time(14), time(17, 30)))


def spans(day: date) -> list[tuple[datetime, datetime]]:
    """The office hours that a day has, or would have."""
    season = SUMMER if (5, 1) <= (day.month, day.day) < (10, 1) else WINTER
    return [(datetime.combine(day, a, SHANGHAI), datetime.combine(day, b, SHANGHAI)) for a, b in season]


def worked(day: date) -> bool:
    year = shipped().years[day.year]
    return day in year.work or (day.weekday() < 5 and day not in year.off)


def touched(day: date, stops: list[Stop]) -> bool:
    return any(
        stop.end is not None and stop.start < end and begin < stop.end
        for stop in stops
        for begin, end in spans(day)
    )


def by_hand(start: datetime, count: int, stops: list[Stop]) -> datetime:
    """Working days, one after the other."""
    day = start.astimezone(SHANGHAI).date()
    left = count
    while left:
        day += timedelta(days=1)
        left -= worked(day) and not touched(day, stops)
    return spans(day)[-1][1]


def some_stops(start: datetime, offsets: list[tuple[int, int]]) -> list[Stop]:
    return [
        Stop(start + timedelta(minutes=begin), start + timedelta(minutes=begin + length))
        for begin, length in offsets
    ]


offsets = st.lists(st.tuples(st.integers(1, 20_000), st.integers(1, 10_000)), max_size=3)


@given(starts, st.integers(1, 25), offsets)
def test_working_days_are_counted_as_by_hand(
    start: datetime, count: int, told: list[tuple[int, int]]
) -> None:
    stops = some_stops(start, told)
    found = due(start, Limit("wd", count=count), shipped(), stops=stops)
    assert found.at == by_hand(start, count, stops)
    assert sum(day.counted for day in found.trace) == count


@given(starts, st.integers(1, 30))
def test_working_hours_are_counted_minute_by_minute(start: datetime, hours: int) -> None:
    start = start.replace(second=0, microsecond=0)
    left, at = hours * 60, start
    while left:
        local_at = at.astimezone(SHANGHAI)
        inside = worked(local_at.date()) and any(a <= local_at < b for a, b in spans(local_at.date()))
        if not inside:
            later = [a for a, _ in spans(local_at.date()) if a > local_at] if worked(local_at.date()) else []
            midnight = datetime.combine(local_at.date() + timedelta(days=1), time(), SHANGHAI)
            at = (later[0] if later else midnight).astimezone(UTC)
            continue
        at, left = at + timedelta(minutes=1), left - 1
    assert due(start, Limit("wh", count=hours), shipped()).at == at


@given(starts, st.integers(1, 25), offsets)
def test_a_stop_never_makes_a_date_earlier_and_more_time_never_either(
    start: datetime, count: int, told: list[tuple[int, int]]
) -> None:
    limit, stops = Limit("wd", count=count), some_stops(start, told)
    plain = due(start, limit, shipped()).at
    assert due(start, limit, shipped(), stops=stops).at >= plain
    assert extended(plain, Limit("wd", count=1), shipped()).at > plain
    assert due(start, Limit("wd", count=count + 1), shipped()).at > plain


@given(starts, st.integers(1, 20), st.integers(1, 20))
def test_an_extension_is_more_of_the_same_count(start: datetime, count: int, more: int) -> None:
    first = due(start, Limit("wd", count=count), shipped()).at
    assert (
        extended(first, Limit("wd", count=more), shipped()).at
        == due(start, Limit("wd", count=count + more), shipped()).at
    )


@given(starts, st.integers(1, 200))
def test_natural_days_end_on_a_working_day_at_the_close_of_business(start: datetime, count: int) -> None:
    found = due(start, Limit("d", count=count), shipped()).at.astimezone(SHANGHAI)
    assert worked(found.date()) and found == spans(found.date())[-1][1]
    corresponding = start.astimezone(SHANGHAI).date() + timedelta(days=count)
    assert found.date() >= corresponding
    assert not any(
        worked(corresponding + timedelta(days=place)) for place in range((found.date() - corresponding).days)
    )


def test_the_last_minute_of_the_day_is_still_that_day() -> None:
    assert due(local("2026-11-20 23:59"), Limit("wd", count=1), shipped()).at == local("2026-11-23 17:30")
