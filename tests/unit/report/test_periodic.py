"""Figures of a period: what counts, for whom, against what, and where each number leads."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from tests.unit.report.hand_period import busy, earlier, facts
from zeroerror.model.errors import UsageError
from zeroerror.report.period import Kind, last_whole, named
from zeroerror.report.periodic import NAMES, OF_FINDINGS, figures, followed

ZONE = "Asia/Shanghai"


def values(told: dict[str, Any], office: str | None) -> dict[str, int]:
    """One office's numbers that are not nought."""
    row = next(each for each in told["offices"] if each["office"] == office)
    return {name: figure["value"] for name, figure in row["figures"].items() if figure["value"]}


def test_each_office_has_what_is_its_own_and_reminders_and_what_never_was_so_are_not_found() -> None:
    told = figures(busy(), None)
    assert values(told, "提案委") == {
        "found": 2,
        "cured": 1,
        "withdrawn": 1,
        "voided": 1,
        "disputed": 1,
        "recurring": 2,
        "opened": 1,
        "late": 1,
    }
    assert values(told, "经济委") == {"found": 1, "cured": 1, "opened": 1, "closed": 1, "late": 1}
    assert values(told, "办公室") == {}
    # What is no office's is nobody's habit.
    assert values(told, None) == {"found": 2}


def test_totals_are_sums_and_every_number_leads_to_as_many_ids() -> None:
    told = figures(busy(), earlier())
    for name in NAMES:
        parts = followed(told, name)
        assert told["totals"][name]["value"] == sum(each["value"] for each in parts)
        for each in parts:
            assert len(each["findings" if name in OF_FINDINGS else "tasks"]) == each["value"]
    assert followed(told, "found", "经济委")[0]["findings"] == ["F-000000000003"]


def test_a_period_is_compared_with_the_one_before_office_by_office() -> None:
    told = figures(busy(), earlier())
    assert told["before"] == "2026-10"
    assert (told["changes"]["found"], told["changes"]["late"]) == (4, -1)
    offices = {row["office"]: row["changes"]["found"] for row in told["offices"]}
    assert offices == {"办公室": 0, "提案委": 2, "经济委": 0, None: 2}
    assert figures(busy(), None)["changes"] is None


def test_the_same_rule_in_the_same_office_twice_recurs_and_once_does_not() -> None:
    (once,) = figures(busy(), earlier())["recurring"]
    assert (once["office"], once["rule"], once["count"], once["before"]) == ("提案委", "step_overdue", 2, 0)
    assert once["findings"] == ["F-000000000001", "F-000000000002"]
    assert figures(earlier(), None)["recurring"] == []


def test_an_office_that_was_dissolved_since_keeps_its_row() -> None:
    told = figures(facts(offices=(("办公室", "县政协办公室"),)), earlier())
    assert next(row for row in told["offices"] if row["office"] == "经济委")["changes"]["late"] == -2


def test_nobody_is_named() -> None:
    assert "person" not in str(figures(busy(), earlier()))


@pytest.mark.parametrize(
    ("kind", "name", "first", "last"),
    [
        ("weekly", "2026-W48", "2026-11-23", "2026-11-29"),
        ("weekly", "2026-W53", "2026-12-28", "2027-01-03"),
        ("monthly", "2024-02", "2024-02-01", "2024-02-29"),
        ("monthly", "2026-12", "2026-12-01", "2026-12-31"),
    ],
)
def test_periods_have_the_days_of_the_calendar(kind: Kind, name: str, first: str, last: str) -> None:
    found = named(kind, name, ZONE)
    assert (found.first.isoformat(), found.last.isoformat(), found.name) == (first, last, name)


@pytest.mark.parametrize("kind", ["weekly", "monthly"])
def test_periods_follow_each_other_without_a_gap(kind: Kind) -> None:
    period = last_whole(kind, datetime(2027, 2, 1, tzinfo=UTC), ZONE)
    row = [period]
    for _ in range(120):
        row.append(row[-1].before())
    assert all(later.start == sooner.end for later, sooner in pairwise(row))
    assert len({each.name for each in row}) == len(row)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("weekly", "2025-W53"),
        ("weekly", "2026-W00"),
        ("weekly", "2026-11"),
        ("monthly", "2026-13"),
        ("monthly", "2026-00"),
        ("monthly", "0001-01"),
        ("monthly", "9999-12"),
        ("monthly", "２０２６-11x"),
        ("monthly", ""),
    ],
)
def test_what_names_no_period_is_refused(kind: Kind, name: str) -> None:
    with pytest.raises(UsageError):
        named(kind, name, ZONE)


def test_the_zone_decides_which_month_has_just_ended() -> None:
    at = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    assert last_whole("monthly", at, ZONE).name == "2026-11"
    assert last_whole("monthly", at, "UTC").name == "2026-10"
    assert named("monthly", "2026-12", ZONE).start == at
