"""Plans as such: their periods, what is owed once, what no plan can say, and by when it is to be done."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeroerror.defaults import shipped
from zeroerror.engine.planning import LEAST_DAYS, finish_by
from zeroerror.model.calendar import Calendar
from zeroerror.model.plan import flaws, owings, period_named, period_of, plans_from, still_planned
from zeroerror.service import configuration
from zeroerror.timing import is_working_day

DAYS = st.dates(date(2020, 1, 1), date(2029, 12, 31))
PLAN: dict[str, Any] = {"id": "学习", "title": "集中学习", "every": "month", "for": [{"office": "办公室"}]}


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return configuration.calendar(shipped("config"))


def plan(**changed: Any) -> dict[str, Any]:
    """A plan with something else in it; None takes it out."""
    return {"plans": [{key: value for key, value in {**PLAN, **changed}.items() if value is not None}]}


def found(doc: dict[str, Any]) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(each.code, each.path) for each in flaws(doc)]


@given(st.sampled_from(["month", "quarter", "year"]), DAYS)
def test_a_day_lies_in_its_period_which_its_name_gives_again(every: str, day: date) -> None:
    period = period_of(every, day)
    assert period.first <= day <= period.last
    assert period_named(period.name) == period
    assert period_of(every, period.last + timedelta(days=1)).first == period.last + timedelta(days=1)


def test_periods_are_named_as_people_write_them() -> None:
    day = date(2026, 11, 24)
    assert [period_of(each, day).name for each in ("month", "quarter", "year")] == [
        "2026-11",
        "2026-Q4",
        "2026",
    ]


@given(DAYS, DAYS)
def test_what_is_owed_has_one_id_in_its_period_and_another_in_the_next(one: date, other: date) -> None:
    plans = plans_from(
        plan(count="2", **{"for": [{"office": "办公室"}, {"office": "提案委", "person": "p"}]})
    )
    first, second = ({each.id for each in owings(plans, day)} for day in (one, other))
    assert len(first) == 4
    same = period_of("month", one) == period_of("month", other)
    assert first == second if same else not first & second


def test_a_plan_owes_nothing_before_its_first_month_and_after_its_last() -> None:
    plans = plans_from(plan(since="2026-12", until="2027-02"))
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2027, 2, 28), date(2027, 3, 1)]
    assert [len(list(owings(plans, day))) for day in days] == [0, 1, 1, 0]


def test_more_times_a_month_are_added_to_those_that_are_owed_already() -> None:
    day = date(2026, 11, 24)
    once, twice = plans_from(plan()), plans_from(plan(count="2"))
    assert {each.id for each in owings(once, day)} < {each.id for each in owings(twice, day)}


def test_what_was_owed_stays_owed_only_while_the_plan_has_it() -> None:
    (owing,) = owings(plans_from(plan()), date(2026, 10, 9))
    asked = ("学习", "2026-10", owing.target, 1)
    again = still_planned(plans_from(plan(title="学习会")), *asked)
    assert again is not None and again.id == owing.id
    assert still_planned(plans_from(plan(every="quarter")), *asked) is None
    assert still_planned(plans_from(plan(**{"for": [{"office": "提案委"}]})), *asked) is None
    assert still_planned((), *asked) is None


@pytest.mark.parametrize(
    ("doc", "code", "path"),
    [
        ({}, "plan.key_missing", ()),
        ({"plans": "无"}, "plan.no_list", ("plans",)),
        ({"plans": [], "plan": []}, "plan.unknown_key", ("plan",)),
        ({"plans": ["每月"]}, "plan.not_a_plan", ("plans", 0)),
        ({"plans": [PLAN, PLAN]}, "plan.id_twice", ("plans", 1, "id")),
        (plan(id="学 习"), "plan.bad_id", ("plans", 0, "id")),
        (plan(title=None), "plan.key_missing", ("plans", 0)),
        (plan(often="2"), "plan.unknown_key", ("plans", 0, "often")),
        (plan(every="week"), "plan.bad_every", ("plans", 0, "every")),
        (plan(count="0"), "plan.bad_count", ("plans", 0, "count")),
        (plan(count="32"), "plan.bad_count", ("plans", 0, "count")),
        (plan(count="两次"), "plan.bad_count", ("plans", 0, "count")),
        (plan(title="a\nb"), "plan.bad_title", ("plans", 0, "title")),
        (plan(basis=""), "plan.bad_basis", ("plans", 0, "basis")),
        (plan(workflow=["x"]), "plan.bad_workflow", ("plans", 0, "workflow")),
        (plan(since="2026-13"), "plan.bad_since", ("plans", 0, "since")),
        (plan(until="2026"), "plan.bad_until", ("plans", 0, "until")),
        (plan(since="2026-12", until="2026-11"), "plan.ends_before", ("plans", 0, "until")),
        (plan(**{"for": []}), "plan.bad_for", ("plans", 0, "for")),
        (plan(**{"for": ["办公室"]}), "plan.not_a_target", ("plans", 0, "for", 0)),
        (plan(**{"for": [{"person": "p"}]}), "plan.key_missing", ("plans", 0, "for", 0)),
        (plan(**{"for": [{"office": {}}]}), "plan.not_text", ("plans", 0, "for", 0, "office")),
        (plan(**{"for": [{"office": "a"}, {"office": "a"}]}), "plan.target_twice", ("plans", 0, "for", 1)),
        (
            plan(**{"for": [{"office": "a", "place": "青龙镇"}]}),
            "plan.place_of_nobody",
            ("plans", 0, "for", 0, "place"),
        ),
    ],
)
def test_what_makes_no_plan_is_told_where_it_stands(
    doc: dict[str, Any], code: str, path: tuple[str | int, ...]
) -> None:
    assert found(doc) == [(code, path)]


def test_a_plan_as_it_should_be_has_no_flaw() -> None:
    assert found(plan(count="31", since="2026-12", until="2026-12", basis="年度安排")) == []


@pytest.mark.parametrize(
    ("every", "opened", "day"),
    [
        # 31 October 2026 is a Saturday; the last day of September is worked.
        ("month", "2026-10-09", "2026-10-30"),
        ("month", "2026-09-01", "2026-09-30"),
        ("quarter", "2026-11-02", "2026-12-31"),
        ("year", "2026-01-05", "2026-12-31"),
        # Opened late: five working days, over the holiday of October, and over a Sunday that is worked.
        ("month", "2026-09-29", "2026-10-12"),
        # The period is over.
        ("month", "2026-11-24", "2026-12-01"),
    ],
)
def test_by_when_it_is_to_be_done(calendar: Calendar, every: str, opened: str, day: str) -> None:
    at = datetime.fromisoformat(f"{opened}T01:00:00+00:00").astimezone(UTC)
    period = period_of(every, date.fromisoformat(opened))
    if day == "2026-12-01":
        period = period_named("2026-10")
    assert finish_by(period, at, calendar).isoformat() == day


@given(st.dates(date(2024, 1, 1), date(2026, 12, 1)), st.sampled_from(["month", "quarter", "year"]))
def test_there_are_always_some_working_days_and_the_last_is_one(
    calendar: Calendar, day: date, every: str
) -> None:
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    last = finish_by(period_of(every, day), at, calendar)
    assert is_working_day(calendar, last)
    between = (day + timedelta(days=each) for each in range(1, (last - day).days + 1))
    assert sum(is_working_day(calendar, each) for each in between) >= LEAST_DAYS


def test_where_the_calendar_ends_there_is_a_day_all_the_same(calendar: Calendar) -> None:
    at = datetime(2031, 3, 3, 1, tzinfo=UTC)
    assert finish_by(period_of("month", at.date()), at, calendar) == date(2031, 3, 31)
