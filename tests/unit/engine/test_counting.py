"""Counting votes: every share is exact, whatever the numbers, and nothing else decides which way it goes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zeroerror.engine.counting import Tally, counted, never_reached, outcome
from zeroerror.model.share import SHARES, fewest, reached
from zeroerror.model.workflow import NO_QUORUM, PASS, REFUSE, Owner, Vote

POST = Owner("post", "党组成员")
VOTE = Vote("plan", (POST,), POST, quorum="半数以上", threshold="过半数")

shares = st.sampled_from(sorted(SHARES))
enough = shares | st.integers(1, 999).map(str)
people = st.integers(0, 400)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Any vote of up to forty persons in which nobody votes twice."""
    voters = draw(st.integers(0, 40))
    recused = draw(st.integers(0, voters))
    absent = draw(st.integers(0, voters - recused))
    present = voters - recused - absent
    yes = draw(st.integers(0, present))
    no = draw(st.integers(0, present - yes))
    return Tally(voters, recused, absent, yes, no, draw(st.integers(0, present - yes - no)))


votes = st.builds(
    lambda quorum, threshold, base: replace(VOTE, quorum=quorum, threshold=threshold, base=base),
    enough,
    enough,
    st.sampled_from(["due", "present", "cast"]),
)


@pytest.mark.parametrize(
    ("share", "of", "least"),
    [
        ("半数以上", 4, 2),
        ("过半数", 4, 3),
        ("半数以上", 5, 3),
        ("过半数", 5, 3),
        ("三分之二以上", 6, 4),
        ("超过三分之二", 6, 5),
        ("三分之二以上", 7, 5),
        ("超过三分之二", 7, 5),
        ("四分之三以上", 8, 6),
        ("全体", 7, 7),
        ("3", 7, 3),
    ],
)
def test_a_share_includes_its_figure_where_its_words_do(share: str, of: int, least: int) -> None:
    assert (reached(share, least, of), reached(share, least - 1, of)) == (True, False)
    assert fewest(share, of) == least


@given(shares, people, people)
def test_a_share_is_that_of_exact_fractions(share: str, count: int, of: int) -> None:
    assume(of > 0)
    said = SHARES[share]
    part, wanted = Fraction(count, of), Fraction(said.numerator, said.denominator)
    assert reached(share, count, of) == (part >= wanted if said.inclusive else part > wanted)


@given(enough, st.integers(1, 400))
def test_the_fewest_are_enough_and_one_less_are_not(share: str, of: int) -> None:
    least = fewest(share, of)
    assert reached(share, least, of)
    assert not reached(share, least - 1, of)


@given(enough, people)
def test_of_nobody_nothing_is_enough(share: str, count: int) -> None:
    assert not reached(share, count, 0)


@given(votes, tallies())
def test_a_vote_ends_in_one_of_three_ways_and_says_how(vote: Vote, tally: Tally) -> None:
    told = counted(vote, tally)
    assert told["outcome"] == outcome(vote, tally)
    assert (told["outcome"] == NO_QUORUM) == (not reached(vote.quorum, tally.present, tally.due))
    if told["outcome"] != NO_QUORUM:
        passed = told["of"] > 0 and tally.yes >= told["needs"]
        assert told["outcome"] == (PASS if passed else REFUSE)
    assert all(isinstance(each, int | str) for each in told.values())


@given(votes, tallies())
def test_another_yes_never_loses_what_was_won(vote: Vote, tally: Tally) -> None:
    assume(tally.no > 0)
    more = replace(tally, yes=tally.yes + 1, no=tally.no - 1)
    if outcome(vote, tally) == PASS:
        assert outcome(vote, more) == PASS


@given(tallies())
def test_of_those_due_who_stays_away_helps_nobody(tally: Tally) -> None:
    assume(tally.no > 0)
    away = replace(tally, no=tally.no - 1, absent=tally.absent + 1)
    if outcome(VOTE, away) == PASS:
        assert outcome(VOTE, tally) == PASS


@given(votes, st.integers(0, 40))
def test_what_nobody_can_reach_is_never_passed(vote: Vote, voters: int) -> None:
    if never_reached(vote, voters):
        assert outcome(vote, Tally(voters, 0, 0, voters, 0, 0)) != PASS
