"""A few histories through the real service on both databases; more of them in the campaign."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.justice.served import compare_served
from tests.oracle.teller import tell


@pytest.mark.parametrize("number", [11, 13])
def test_slots_say_what_they_must_however_late_they_run_and_whoever_dies_in_them(
    number: int, database: str, tmp_path: Path
) -> None:
    history = tell(21, number, tasks=2)
    assert history is not None
    home = tmp_path / "home"
    home.mkdir()
    found = compare_served(history, home, database, Random(number))
    assert found.found == []
    assert found.findings
