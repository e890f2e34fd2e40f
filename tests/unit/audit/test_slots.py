"""Slots are owed by our calendar; a schedule and thresholds that cannot be are refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.audit.worlds import instant
from tests.unit.timing.calendars import CONFIG, local, shipped, strings
from zeroerror.audit.slots import Schedule, ScheduleError, owed_slots, passed_over, schedule_from
from zeroerror.audit.thresholds import ThresholdError, Thresholds, flaws, thresholds_from
from zeroerror.model.calendar import CalendarError

SHIPPED = schedule_from(strings(CONFIG / "schedule.yaml"))


def owed(after: str, until: str) -> list[datetime]:
    return owed_slots(SHIPPED, shipped(), instant(after), instant(until))


def test_two_slots_on_each_working_day() -> None:
    assert SHIPPED.audit == "daily"
    assert owed("23 08:30", "24 17:00") == [
        instant("23 17:00"),
        instant("24 08:30"),
        instant("24 17:00"),
    ]


def test_none_on_weekends_and_holidays_and_all_on_make_up_days() -> None:
    assert owed("27 17:00", "30 08:00") == []
    assert owed("2026-09-30 17:00", "2026-10-07 23:59") == []
    assert owed("2026-10-09 17:00", "2026-10-10 12:00") == [local("2026-10-10 08:30")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60 * 24 * 30), min_size=2, max_size=6))
def test_no_slot_is_lost_or_doubled_however_often_one_asks(minutes: list[int]) -> None:
    at = [instant("2026-11-01 00:00") + timedelta(minutes=each) for each in sorted(minutes)]
    pieces = [owed_slots(SHIPPED, shipped(), a, b) for a, b in pairwise(at)]
    assert [slot for piece in pieces for slot in piece] == owed_slots(SHIPPED, shipped(), at[0], at[-1])


def test_beyond_the_calendar_it_says_so() -> None:
    with pytest.raises(CalendarError):
        owed("2027-12-31 09:00", "2028-01-05 09:00")


def test_passed_over_are_those_before_whose_running_the_next_was_due() -> None:
    three = owed("23 08:30", "24 17:00")
    assert passed_over(three) == tuple(three[:2])
    assert passed_over(three[:1]) == passed_over([]) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"at": ["8:30"]}, "audit.schedule_time"),
        ({"at": ["24:00"]}, "audit.schedule_time"),
        ({"at": []}, "audit.schedule_keys"),
        ({"at": "08:30"}, "audit.schedule_keys"),
        ({"at": ["08:30", "08:30"]}, "audit.schedule_twice"),
        ({"days": "1-5"}, "audit.schedule_days"),
        ({"days": ["1", "3"]}, "audit.schedule_days"),
        ({"days": ["monday"]}, "audit.schedule_days"),
        ({"days": "mon"}, "audit.schedule_days"),
        ({"days": ["mon", "mon"]}, "audit.schedule_twice"),
        ({"days": []}, "audit.schedule_keys"),
        ({"at": ["2020-01-01 08:30"]}, "audit.schedule_date"),
        ({"at": [["08:30"]]}, "audit.schedule_time"),
        ({"audit": ["daily"]}, "audit.schedule_keys"),
        ({"until": "2027-01-01"}, "audit.schedule_keys"),
        ({"audit": ""}, "audit.schedule_keys"),
    ],
)
def test_what_is_not_a_schedule_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(ScheduleError) as refused:
        schedule_from({"audit": "daily", "at": ["08:30"], "days": "working", **change})
    assert refused.value.code == code


def test_days_of_the_week_are_days_of_the_week_whether_worked_or_not() -> None:
    """1 October 2026 is a Thursday and a holiday."""
    plan = schedule_from({"audit": "weekly", "at": ["09:00"], "days": ["thu", "mon"]})
    found = owed_slots(plan, shipped(), instant("2026-09-28 09:00"), instant("2026-10-05 09:00"))
    assert found == [instant("2026-10-01 09:00"), instant("2026-10-05 09:00")]


def test_times_are_put_in_order() -> None:
    found = schedule_from({"audit": "daily", "at": ["17:00", "08:30"], "days": "working"})
    assert isinstance(found, Schedule) and list(found.at) == sorted(found.at)


def test_the_shipped_thresholds_are_the_defaults() -> None:
    assert thresholds_from(strings(CONFIG / "thresholds.yaml")) == Thresholds() == thresholds_from({})


@pytest.mark.parametrize(
    ("doc", "code"),
    [
        ({"returns": "0"}, "audit.threshold_number"),
        ({"returns": "-1"}, "audit.threshold_number"),
        ({"returns": "3.5"}, "audit.threshold_number"),
        ({"judge_imported": "true"}, "audit.threshold_yes_or_no"),
        ({"late": "1"}, "audit.unknown_threshold"),
        ({"extension_answer_within": "0wd"}, "audit.threshold_days"),
        ({"extension_answer_within": "-1wd"}, "audit.threshold_days"),
        ({"extension_ask_before": "4wh"}, "audit.threshold_days"),
        ({"extension_answer_within": "2wd"}, "audit.threshold_answer_too_long"),
        (
            {"extension_ask_before": "1wd", "extension_answer_within": "3wd"},
            "audit.threshold_answer_too_long",
        ),
    ],
)
def test_what_is_not_a_threshold_or_contradicts_another_is_refused(doc: dict[str, str], code: str) -> None:
    with pytest.raises(ThresholdError) as refused:
        thresholds_from(doc)
    assert refused.value.code == code


def test_every_flaw_of_a_set_of_thresholds_is_told() -> None:
    doc = {"returns": "0", "colour": "red", "extension_answer_within": "2wd"}
    assert [each.name for each in flaws(doc)] == ["returns", "colour", "extension_answer_within"]
