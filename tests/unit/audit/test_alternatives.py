"""What would have avoided what is not a step's lateness: each change is put into the history and judged again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.unit.audit.test_rules_facts import GATED, OTHERS, called, imported, reviewing
from tests.unit.audit.test_rules_house import both_away, housed, notice, urged
from tests.unit.audit.worlds import (
    CLERK,
    DEPUTY,
    DIRECTOR,
    SECOND,
    SUPERVISOR,
    World,
    cover,
    instant,
    leave,
    organisation,
)
from tests.unit.timing.calendars import local
from zeroerror.audit.alternatives import joint_absence
from zeroerror.audit.answering import case_of
from zeroerror.audit.avoidance import avoidance, why_none
from zeroerror.audit.change import Change


def changes(world: World, rule: str, at: str) -> list[Change] | None:
    """What is said, after a pass at that instant, of the one finding of a rule."""
    world.run(at)
    lead = world.only(rule).lead
    view = world.view(at)
    notices = view.notices[world.task]
    found = avoidance(case_of(view, view.tasks[world.task]), lead, notices[0] if notices else None)
    return None if found is None else list(found)


def found(world: World, rule: str, at: str) -> bool:
    """Whether a pass that never looked before finds it."""
    return rule in {each.rule for each in world.run(at).opened}


def text(at: datetime) -> str:
    """An instant as worlds write it."""
    return at.astimezone(local("2026-11-23 08:00").tzinfo).strftime("%d %H:%M")


def asking(at: str, *, came: str = "23 09:00", due: str = "27 17:30", away: str | None = None) -> World:
    """A draft for which more time is asked at that instant, by a clerk who is away from another on."""
    leaves = [] if away is None else [leave(CLERK, away, "27 08:00", "20 09:00")]
    world = World(organisation=organisation(leaves)).open(came).enter("draft", came, due)
    return world.tell("extension_asked", at, step="draft", visit=1, proposal="p1", extension="2wd")


class TestMoreTimeAskedForTooLate:
    def test_asked_at_the_last_close_that_leaves_a_working_day_it_is_not_found(self) -> None:
        said = changes(asking("27 09:00"), "extension_late", "27 17:00")
        assert said is not None
        [sooner] = said
        assert (sooner.kind, sooner.who, sooner.by) == ("asked", CLERK, instant("26 17:30"))
        assert not found(asking(text(sooner.by)), "extension_late", "27 17:00")

    def test_a_date_in_the_middle_of_a_day_leaves_its_own_day_out(self) -> None:
        said = changes(asking("26 09:00", due="27 10:00"), "extension_late", "27 09:00")
        assert said is not None and [each.by for each in said] == [instant("25 17:30")]

    def test_who_was_away_by_then_or_had_it_only_since_the_evening_could_not_have_asked(self) -> None:
        assert changes(asking("27 09:00", away="23 12:00"), "extension_late", "27 17:00") == []
        assert changes(asking("27 09:00", came="26 19:00"), "extension_late", "27 17:00") == []


class TestADateThatLeavesNoTime:
    def test_given_sooner_or_set_later_it_is_not_found(self) -> None:
        said = changes(called("23 17:40", "24 09:30"), "short_notice", "24 17:00")
        assert said is not None
        sooner, later = said
        assert (sooner.kind, sooner.who, sooner.by) == ("given", DIRECTOR, instant("23 14:30"))
        assert not found(called(text(sooner.by), "24 09:30"), "short_notice", "24 17:00")
        assert found(called("23 14:31", "24 09:30"), "short_notice", "24 17:00")
        assert (later.kind, str(later.day)) == ("dated", "2026-11-24")
        assert not found(called("23 17:40", "24 17:30"), "short_notice", "24 17:00")

    def test_passed_on_by_who_does_not_direct_nobody_here_could_have(self) -> None:
        world = called("23 17:40", "24 09:30", opener=SECOND)
        assert changes(world, "short_notice", "24 17:00") == []
        lead = world.only("short_notice").lead
        assert why_none(world.view("24 17:00").tasks[world.task], lead) == "avoidance.nothing_passed_on"


class TestFourEyes:
    def test_the_earlier_step_handed_to_another_or_somebody_of_another_office_standing_in(self) -> None:
        world = reviewing(*OTHERS)
        away = [leave(each, "24 09:00", "27 18:00", "19 09:00", 60 + n) for n, each in enumerate(OTHERS)]
        world.organisation = organisation(away)
        said = changes(world, "four_eyes_blocked", "24 17:00")
        # Whoever could have drafted was gone before it was done; who stands above could stand in all the same.
        assert [(each.kind, each.who, each.to) for each in said or ()] == [("arranged", DIRECTOR, None)]
        covered = reviewing(*OTHERS)
        standing = cover(DIRECTOR, SUPERVISOR, "24 10:00", "27 18:00", "24 09:59")
        covered.organisation = organisation(away, [standing])
        assert not found(covered, "four_eyes_blocked", "24 17:00")

    def test_where_another_was_there_until_it_was_done_he_could_have_done_it(self) -> None:
        away = [leave(each, "24 10:00", "27 18:00", "19 09:00", 60 + n) for n, each in enumerate(OTHERS)]
        world = reviewing(*OTHERS)
        world.told[2] = (world.told[2][0], replace(world.told[2][1], at=instant("24 09:50")))
        world.organisation = organisation(away)
        handed, *_ = changes(world, "four_eyes_blocked", "24 17:00") or ()
        assert (handed.kind, handed.step, handed.who, handed.by) == (
            "handed",
            "draft",
            DIRECTOR,
            instant("24 09:50"),
        )
        other = reviewing(*OTHERS, doer=str(handed.to))
        other.organisation = organisation(away)
        assert not found(other, "four_eyes_blocked", "24 17:00")


class TestAGate:
    def test_the_file_put_to_it_by_who_passed_it(self) -> None:
        def passed(files: Sequence[Any]) -> World:
            world = World(workflow=GATED).open("23 09:00").enter("review", "23 09:00", "25 17:30", DIRECTOR)
            place = {"step": "review", "visit": 1, "action": "pass", "outcome": "done", "doer": DIRECTOR}
            own = {"capacity": {"kind": "own", "for": None}, "attachments": list(files)}
            return world.tell("step_left", "23 11:00", actor=DIRECTOR, **place, **own)

        [said] = changes(passed(()), "evidence_missing", "23 17:00") or ()
        assert (said.kind, said.who, said.by, said.days) == ("attached", DIRECTOR, instant("23 11:00"), 1)
        assert not found(passed([{"digest": "d"}]), "evidence_missing", "23 17:00")


class TestANotice:
    def test_answered_in_time_it_is_not_found(self) -> None:
        told = notice(to=(DIRECTOR,), stage="director")
        [said] = changes(urged(told), "notice_unanswered", "27 17:00") or ()
        assert (said.kind, said.who, said.code) == ("replied", DIRECTOR, "avoidance.replied")
        answered = replace(told, answered_at=said.by, state="answered")
        assert not found(urged(answered), "notice_unanswered", "27 17:00")

    def test_who_was_away_could_not_and_who_stood_in_could(self) -> None:
        world = urged(notice(to=(DIRECTOR,), stage="director"))
        gone = leave(DIRECTOR, "23 08:00", "27 18:00", "20 09:00")
        world.organisation = organisation([gone])
        assert changes(world, "notice_unanswered", "27 17:00") == []
        world = urged(notice(to=(DIRECTOR,), stage="director"))
        world.organisation = organisation(
            [gone], [cover(DIRECTOR, DEPUTY, "23 08:00", "27 18:00", "20 09:00")]
        )
        [said] = changes(world, "notice_unanswered", "27 17:00") or ()
        assert said.who == DEPUTY


class TestAwayTogether:
    def test_the_later_leave_at_another_time_or_a_third_who_stands_in(self) -> None:
        world = housed(*both_away())
        world.run("25 17:00")
        stayed, arranged = joint_absence(world.organisation, world.only("joint_absence").lead)
        assert (stayed.kind, stayed.who, stayed.by) == ("stayed", SECOND, instant("20 10:00"))
        assert not housed(both_away()[0]).run("26 08:30").opened
        assert (arranged.who, arranged.by) == (DIRECTOR, instant("26 08:00"))
        standing = cover(CLERK, str(arranged.to), text(arranged.by), "27 18:00", text(arranged.by))
        assert not housed(*both_away(), covers=[standing]).run("26 08:30").opened

    def test_what_was_not_told_of_beforehand_nobody_could_have_arranged(self) -> None:
        sick = replace(both_away()[0], recorded_at=instant("26 09:00"))
        world = housed(sick, both_away()[1])
        world.run("26 10:00")
        assert list(joint_absence(world.organisation, world.only("joint_absence").lead)) == []


@pytest.mark.parametrize(
    ("rule", "world", "why"),
    [
        ("step_failed", World().open("23 09:00").enter("draft", "23 09:00", "25 17:30"), "failed"),
        ("not_entitled", World().open("23 09:00").enter("draft", "23 09:00", "25 17:30"), "not_let_in"),
        ("non_conforming", World().open("23 09:00").enter("draft", "23 09:00", "25 17:30"), "not_let_in"),
        ("not_entitled", imported("supervisor"), "imported"),
    ],
)
def test_where_nobodys_change_would_have_done_it_says_so(rule: str, world: World, why: str) -> None:
    act = {
        "step_failed": {"outcome": "failed", "action": "abandon"},
        "not_entitled": {"doer": DEPUTY},
        "non_conforming": {"action": "skip", "doer": CLERK},
    }[rule]
    if why != "imported":
        world.leave("draft", "23 11:00", **act)
    assert changes(world, rule, "24 08:30") == []
    lead = world.only(rule).lead
    assert why_none(world.view("24 08:30").tasks[world.task], lead) == f"avoidance.nothing_{why}"
