"""The shipped years: each as its notice has it, held day by day against a reading of the notices by others."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from tests.unit.timing.calendars import local, shipped
from zeroerror.model.calendar import CalendarError, year_from_json, year_to_json
from zeroerror.model.limit import Limit
from zeroerror.timing import due, is_working_day

OFFICIAL = (2024, 2025, 2026)
#: How many working days each has, counted from the notice.
WORKED = {2024: 251, 2025: 248, 2026: 248}


def days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=place) for place in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", OFFICIAL)
def test_each_day_is_worked_or_not_as_the_notice_says(year: int) -> None:
    differing = [
        day for day in days(year) if is_working_day(shipped(), day) != chinese_calendar.is_workday(day)
    ]
    assert differing == []
    assert sum(is_working_day(shipped(), day) for day in days(year)) == WORKED[year]


@pytest.mark.parametrize("year", OFFICIAL)
def test_an_official_year_names_its_notice_and_its_day(year: int) -> None:
    found = shipped().years[year]
    assert found.status == "official"
    assert "国务院办公厅" in found.source and f"{year}年" in found.source
    assert found.noticed_on is not None and found.noticed_on.year == year - 1


def test_the_next_year_is_provisional_and_guesses_no_make_up_days() -> None:
    found = shipped().years[2027]
    assert (found.status, found.noticed_on, found.work) == ("provisional", None, frozenset())
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(2027, 3, 1))
    assert due(local("2026-12-28 09:00"), Limit("wd", count=10), shipped()).provisional
    assert not due(local("2026-12-21 09:00"), Limit("wd", count=5), shipped()).provisional


def test_beyond_the_calendar_nothing_is_counted() -> None:
    with pytest.raises(CalendarError, match="no_year"):
        due(local("2027-12-30 09:00"), Limit("wd", count=5), shipped())


@pytest.mark.parametrize("year", (*OFFICIAL, 2027))
def test_a_year_is_written_and_read_as_it_was(year: int) -> None:
    found = shipped().years[year]
    assert year_from_json(year_to_json(found)) == found
