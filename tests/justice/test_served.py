"""A few histories through the real service on both databases; more of them in the campaign."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from random import Random

import pytest

from tests.justice.served import compare_served
from tests.oracle.teller import History, tell


def servable(number: int) -> History:
    """The first history from that number on that the real service would let happen."""
    told = (tell(21, place, tasks=2) for place in count(number))
    return next(each for each in told if each is not None and each.servable)


@pytest.mark.parametrize("number", [11, 60])
def test_slots_say_what_they_must_however_late_they_run_and_whoever_dies_in_them(
    number: int, database: str, tmp_path: Path
) -> None:
    history = servable(number)
    home = tmp_path / "home"
    home.mkdir()
    found = compare_served(history, home, database, Random(number))
    assert found.found == []
    assert found.findings
