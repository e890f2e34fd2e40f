"""What a leave asks for: from when until when, and how many working days that is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.unit.organisation.people import SHANGHAI
from tests.unit.timing.calendars import shipped
from zeroerror.engine.absence import half_days, terms_of
from zeroerror.model.workflow import Effect

LEAVE = Effect("leave", 1, {"person": "who", "since": "since", "until": "until", "days": "days"})


@pytest.mark.parametrize(
    ("since", "until", "halves"),
    [
        ("2026-11-24", "2026-11-27", 6),
        # A weekend in between is not counted.
        ("2026-11-27", "2026-12-01", 4),
        # National holidays are not, and the make-up Saturday is.
        ("2026-10-01", "2026-10-08", 0),
        ("2026-10-10", "2026-10-11", 2),
        # An afternoon, a morning, and an hour are each half a day.
        ("2026-11-24T04:00:00.000000Z", "2026-11-25", 1),
        ("2026-11-24", "2026-11-24T04:00:00.000000Z", 1),
        ("2026-11-24T01:00:00.000000Z", "2026-11-24T02:00:00.000000Z", 1),
        # From noon to noon is one day, said in halves.
        ("2026-11-24T04:00:00.000000Z", "2026-11-25T04:00:00.000000Z", 2),
    ],
)
def test_a_leave_is_as_long_as_the_working_days_that_it_touches(since: str, until: str, halves: int) -> None:
    terms = terms_of(LEAVE, {"who": "yang", "since": since, "until": until}, shipped())
    assert terms is not None
    assert half_days(terms, shipped()) == halves


def test_a_date_is_the_beginning_of_its_day_here() -> None:
    terms = terms_of(LEAVE, {"who": "yang", "since": "2026-11-24", "until": "2026-11-27"}, shipped())
    assert terms is not None
    assert terms.since == datetime(2026, 11, 24, tzinfo=SHANGHAI).astimezone(UTC)
    assert terms.until == datetime(2026, 11, 27, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize("missing", ["who", "since", "until"])
def test_until_it_says_whose_from_when_and_until_when_there_is_nothing_to_judge(missing: str) -> None:
    fields = {"who": "yang", "since": "2026-11-24", "until": "2026-11-27", missing: ""}
    assert terms_of(LEAVE, fields, shipped()) is None
