"""Due dates worked out by hand (`due_cases.yaml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.timing.calendars import SHANGHAI, given, local, shipped, strings
from zeroerror.model.calendar import Calendar, calendar_from_json, calendar_to_json, year_from_json
from zeroerror.model.limit import parse_limit
from zeroerror.timing import Due, Stop, TraceDay, due, extended

TABLE = strings(Path(__file__).parent / "due_cases.yaml")
CASES: list[dict[str, Any]] = TABLE["cases"]


def calendar_of(case: dict[str, Any]) -> Calendar:
    variant = TABLE["calendars"].get(case.get("calendar"), {})
    calendar = shipped()
    if "year" in variant:
        calendar = calendar.with_year(year_from_json(variant["year"]))
    if "hours" in variant:
        doc: dict[str, Any] = calendar_to_json(calendar)
        calendar = calendar_from_json({**doc, "hours": [*doc["hours"], variant["hours"]]})
    return calendar


def answer(case: dict[str, Any]) -> Due:
    calendar = calendar_of(case)
    stops = tuple(
        Stop(local(start), None if end == "null" else local(end)) for start, end in case.get("stops", ())
    )
    found = due(
        local(case["start"]),
        parse_limit(case["limit"]),
        calendar,
        given=given(case["given"]) if "given" in case else None,
        stops=stops,
        now=local(case["now"]) if "now" in case else None,
    )
    if "extension" in case:
        found = extended(found.at, parse_limit(case["extension"]), calendar, stops=stops)
    return found


def line(day: TraceDay) -> str:
    return f"{day.day} {day.reason}" + ("" if day.minutes is None else f" {day.minutes}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_due_is_what_was_worked_out_by_hand(case: dict[str, Any]) -> None:
    found = answer(case)
    assert f"{found.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" == case["due"]
    assert found.provisional == ("provisional" in case)
    if "trace" in case:
        assert [line(day) for day in found.trace] == case["trace"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_the_trace_ends_on_the_day_that_is_due(case: dict[str, Any]) -> None:
    found = answer(case)
    assert found.trace[-1].day == found.at.astimezone(SHANGHAI).date()


def test_the_table_is_large_enough_and_each_case_has_its_own_name() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) >= 40
    assert len(set(names)) == len(names)
