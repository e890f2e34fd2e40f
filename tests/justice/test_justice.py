"""Attribution and findings against the oracle, small; the whole campaign is `python -m tests.campaign justice`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.campaign.justice import main, part
from tests.justice.comparing import compare
from tests.justice.plants import PLANTS, plant
from tests.oracle import byhand
from tests.oracle.teller import History, tell

#: So many histories are searched; most faults show in the first few dozen.
ENOUGH = 10_000
#: The first history that shows a fault, where it is not among those.
BEGIN = {
    "away_planned": 90,
    "blocked_for_good": 90,
    "cover_recorded_late": 144,
    "four_eyes_blocked": 90,
    "gate": 52,
    "recomputed": 47,
    "same_name": 49,
    "taken_back": 69,
}
#: Those that hardly any history shows have one of their own.
BY_HAND = {
    "cleared_stays_named": byhand.director_gone_before,
    "forged_named": byhand.failure_in_another_name,
    "never_newly_blames": byhand.director_gone_before,
    "notice_taken_back": byhand.notice_taken_back,
    "short_notice_hindsight": byhand.days_off_announced_later,
}


@pytest.mark.parametrize("start", range(0, 500, 125))
def test_nobody_is_blamed_wrongly_and_nothing_is_missed_or_found_twice(start: int) -> None:
    tally = part(1, range(start, start + 125))
    assert not tally.faulty, tally.first
    assert tally.findings > 100


@pytest.mark.parametrize("told", dict.fromkeys(BY_HAND.values()))
def test_what_hardly_ever_happens_is_judged_as_it_should_be(told: Callable[[], History]) -> None:
    found = compare(told())
    assert not found.found
    assert found.findings


@pytest.mark.parametrize("planted", sorted(BY_HAND))
def test_a_fault_planted_in_a_rare_row_is_caught_in_its_history(planted: str) -> None:
    with plant(planted):
        assert compare(BY_HAND[planted]()).found


@pytest.mark.parametrize("planted", sorted(PLANTS.keys() - BY_HAND.keys()))
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
