"""How time stands: 正常、临期、今日到期、逾期, and what a stopped clock does to it."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.unit.timing.calendars import local
from zeroerror.timing import light

DUE, WARN = local("2026-11-25 17:30"), local("2026-11-24 08:30")


@pytest.mark.parametrize(
    ("at", "shows"),
    [
        ("2026-11-23 09:00", "normal"),
        ("2026-11-24 08:29", "normal"),
        ("2026-11-24 08:30", "soon"),
        ("2026-11-24 23:59", "soon"),
        ("2026-11-25 00:00", "today"),
        ("2026-11-25 17:30", "today"),
        ("2026-11-25 17:31", "overdue"),
        ("2026-12-25 17:31", "overdue"),
    ],
)
def test_a_light_goes_from_normal_to_overdue(at: str, shows: str) -> None:
    assert light(local(at), DUE, WARN) == shows


def test_what_has_no_limit_or_has_ended_is_normal() -> None:
    late = local("2026-12-25 09:00")
    assert light(late, None, None) == "normal"
    assert light(late, DUE, WARN, clock="ended") == "normal"


def test_without_a_warning_nothing_is_soon() -> None:
    assert light(local("2026-11-24 12:00"), DUE, None) == "normal"


@pytest.mark.parametrize(
    ("stopped", "shows"), [("2026-11-24 09:00", "normal"), ("2026-11-26 09:00", "overdue")]
)
def test_a_stopped_clock_runs_over_no_more_than_it_had(stopped: str, shows: str) -> None:
    late = local("2026-12-25 09:00")
    assert light(late, DUE, WARN, clock="stopped", stopped_at=local(stopped)) == shows


def test_today_is_todays_date_in_the_offices_zone() -> None:
    """Half past midnight in Shanghai is still the day before in London."""
    just_after_midnight: datetime = local("2026-11-25 00:30")
    assert light(just_after_midnight, DUE, None) == "today"
    assert light(just_after_midnight, DUE, None, zone="Europe/London") == "normal"
