"""Attribution and findings against the oracle, small; the whole campaign is `python -m tests.campaign justice`."""

from __future__ import annotations

import pytest

from tests.campaign.justice import main, part
from tests.justice.plants import PLANTS
from tests.oracle.teller import tell

#: In so many histories each planted fault shows; most in a few dozen, the rarest in some thousands.
ENOUGH = 10_000
#: Where to begin for those that show seldom: a little before they do.
BEGIN = {
    "blocked_for_good": 336,
    "cleared_stays_named": 2485,
    "cover_not_accepted": 142,
    "cover_recorded_late": 155,
    "four_eyes_blocked": 229,
    "never_newly_blames": 686,
    "notice_taken_back": 1442,
    "recomputed": 107,
    "released": 458,
    "short_notice_hindsight": 550,
    "vacant": 146,
}


@pytest.mark.parametrize("start", range(0, 500, 125))
def test_nobody_is_blamed_wrongly_and_nothing_is_missed_or_found_twice(start: int) -> None:
    tally = part(1, range(start, start + 125))
    assert not tally.faulty, tally.first
    assert tally.findings > 100


@pytest.mark.parametrize("planted", sorted(PLANTS))
def test_a_fault_planted_in_any_row_is_caught(planted: str) -> None:
    start = BEGIN.get(planted, 0)
    assert part(5, range(start, start + ENOUGH), planted, until_fault=True).faulty


def test_the_campaign_says_by_its_exit_whether_anything_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--runs", "30", "--seed", "3", "--json", "--workers", "1"]) == 0
    assert '"wrong": 0' in capsys.readouterr().out
    assert main(["--runs", "30", "--seed", "3", "--plant", "plain", "--workers", "1"]) == 1


def test_a_history_is_the_same_whenever_it_is_told() -> None:
    first = [tell(8, number) for number in range(40)]
    assert first == [tell(8, number) for number in range(40)]
    assert any(each is not None for each in first)
