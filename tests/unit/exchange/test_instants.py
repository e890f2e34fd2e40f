"""A log's times are instants, or are told to be none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zeroerror.exchange.instants import Instants, day

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2011-10-11 13:42:22.688000+02:00", "2011-10-11T11:42:22.688000Z"),
        ("2011-12-06T13:41:31+01:00", "2011-12-06T12:41:31.000000Z"),
        ("2024-03-01T00:30Z", "2024-03-01T00:30:00.000000Z"),
        ("2024-03-01 08:00+08:00", "2024-03-01T00:00:00.000000Z"),
    ],
)
def test_a_time_with_its_own_zone_is_that_instant(text: str, utc: str) -> None:
    assert Instants(None, NOW).read(text, past=True) == (utc, None)
    assert Instants("Asia/Tokyo", NOW).read(text, past=True) == (utc, None)


def test_a_time_without_a_zone_is_by_the_mappings_zone_or_by_none() -> None:
    assert Instants("Asia/Shanghai", NOW).read("2024-03-01 08:00", past=True) == (
        "2024-03-01T00:00:00.000000Z",
        None,
    )
    assert Instants(None, NOW).read("2024-03-01 08:00", past=True) == (None, "exchange.time_without_zone")


@pytest.mark.parametrize("text", ["2011-03-27 02:30", "2011-10-30 02:30"])
def test_an_hour_that_the_clocks_left_out_or_gave_twice_is_no_instant(text: str) -> None:
    assert Instants("Europe/Amsterdam", NOW).read(text, past=True) == (None, "exchange.time_ambiguous")
    assert Instants("Europe/Amsterdam", NOW).read("2011-03-27 03:30", past=True)[1] is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("昨天", "exchange.time_unreadable"),
        ("", "exchange.time_unreadable"),
        ("2024-13-01T00:00Z", "exchange.time_unreadable"),
        ("1.3.2024 08:00", "exchange.time_unreadable"),
        ("1800-01-01T00:00Z", "exchange.time_beyond"),
        ("2900-01-01T00:00Z", "exchange.time_beyond"),
        ("0001-01-01T00:00+14:00", "exchange.time_beyond"),
        ("9999-12-31T23:59-14:00", "exchange.time_beyond"),
        ("2026-11-23T01:00:01Z", "exchange.time_future"),
    ],
)
def test_what_is_no_time_of_the_past_is_told(text: str, code: str) -> None:
    assert Instants(None, NOW).read(text, past=True) == (None, code)


def test_a_deadline_may_lie_ahead() -> None:
    reader = Instants(None, NOW)
    assert reader.read("2027-01-01T00:00Z", past=False) == ("2027-01-01T00:00:00.000000Z", None)
    assert reader.read("2027-01-01T00:00Z", past=True) == (None, "exchange.time_future")
    assert reader.read("2027-01-01T00:00Z", past=False)[1] is None


def test_a_day_is_a_day() -> None:
    assert day("2026-11-24") == "2026-11-24"
    assert day("24.11.2026") is None
