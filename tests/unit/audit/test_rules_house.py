"""Rules about the institution, and about notices: told beforehand, told once, ended by what ends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.unit.audit.test_rules_facts import without
from tests.unit.audit.worlds import (
    CLERK,
    DIRECTOR,
    SECOND,
    SUPERVISOR,
    World,
    cover,
    direct,
    instant,
    leave,
    organisation,
)
from zeroerror.audit.judge import Judgement, judge
from zeroerror.audit.view import Published, View
from zeroerror.model.notice import Notice
from zeroerror.model.organisation import Leave


def both_away(
    *, a: tuple[str, str] = ("26 08:00", "27 18:00"), b: tuple[str, str] = ("25 08:00", "26 18:00")
) -> list[Leave]:
    return [leave(CLERK, *a, "20 09:00", 41), leave(SECOND, *b, "20 10:00", 42)]


def housed(*leaves: Leave, **more: object) -> World:
    return World(organisation=organisation(leaves, **more))  # type: ignore[arg-type]


class TestJointAbsence:
    def test_it_is_told_days_ahead_to_the_director_and_counts_nowhere(self) -> None:
        world = housed(*both_away())
        world.run("20 17:00")
        finding = world.only("joint_absence")
        assert (finding.state, finding.lead.severity, finding.lead.closed) == ("open", "reminder", False)
        assert [(each.person, each.degree) for each in finding.lead.attribution.answerers] == [
            (DIRECTOR, "lead")
        ]
        assert (finding.lead.due_at, finding.lead.evidence) == (instant("26 08:00"), (41, 42))
        assert world.run("23 08:30") == Judgement()

    def test_further_ahead_than_the_threshold_it_waits(self) -> None:
        world = housed(*both_away())
        world.settings = {"thresholds": {"joint_absence_ahead": "1wd"}}
        assert not world.run("24 17:00").opened
        assert world.run("25 08:30").opened

    def test_one_there_another_covering_or_a_day_off_and_it_does_not_fire(self) -> None:
        assert not housed(both_away()[0]).run("25 08:30").opened
        standing = cover(CLERK, "deputy", "20 08:00", "30 18:00", "20 09:00")
        assert not housed(*both_away(), covers=[standing]).run("25 08:30").opened
        weekend = both_away(a=("28 08:00", "29 18:00"), b=("28 08:00", "29 18:00"))
        assert not housed(*weekend).run("25 08:30").opened

    def test_over_before_it_was_looked_at_it_helps_nobody(self) -> None:
        assert not housed(*both_away()).run("27 08:30").opened

    def test_a_cover_cures_and_so_does_its_end(self) -> None:
        world = housed(*both_away())
        world.run("24 08:30")
        standing = cover(CLERK, "deputy", "20 08:00", "30 18:00", "24 09:00")
        world.organisation = organisation(both_away(), [standing])
        assert [why for _, why, _ in world.run("24 17:00").cured] == ["audit.cured_arranged"]
        world = housed(*both_away())
        world.run("24 08:30")
        assert [why for _, why, _ in world.run("27 08:30").cured] == ["audit.cured_over"]

    def test_a_leave_that_does_not_stand_withdraws(self) -> None:
        world = housed(*both_away())
        world.run("24 08:30")
        world.organisation = organisation(both_away()[:1])
        assert [why for _, why, _ in world.run("24 17:00").withdrawn] == ["audit.withdrawn_otherwise"]

    def test_where_the_director_is_away_too_it_goes_above_him(self) -> None:
        world = housed(*both_away(), leave(DIRECTOR, "20 08:00", "27 18:00", "19 09:00", 43))
        world.run("24 08:30")
        attribution = world.only("joint_absence").lead.attribution
        assert (attribution.answerers, attribution.clarifier) == ((), SUPERVISOR)


class TestDefinitionChanged:
    def view(self, world: World, at: str, *published: Published) -> View:
        return replace(world.view(at), published=published)

    def test_who_published_is_told_once_which_tasks_go_on(self) -> None:
        changed = Published(
            "document/letter", "d2", "zhoujianming", instant("23 10:00"), 77, ("BW-2026-0001",)
        )
        world = World()
        [lead] = judge(self.view(world, "23 17:00", changed)).opened
        assert (lead.rule, lead.severity, lead.closed) == ("definition_changed", "reminder", True)
        assert lead.trace["tasks"] == ["BW-2026-0001"] and lead.evidence == (77,)
        assert lead.attribution.answerers == () and lead.attribution.clarifier == "zhoujianming"
        world.record(judge(self.view(world, "23 17:00", changed)), instant("23 17:00"))
        assert judge(self.view(world, "24 08:30", changed)) == Judgement()
        # Nothing cures or withdraws a reminder.
        assert judge(self.view(world, "24 08:30")) == Judgement()

    def test_without_tasks_under_way_there_is_nothing_to_tell(self) -> None:
        assert judge(self.view(World(), "23 17:00")) == Judgement()


def notice(
    state: str = "waiting",
    answered: str | None = None,
    to: tuple[str, ...] = (DIRECTOR,),
    stage: str = "director",
) -> Notice:
    """A notice of Tuesday morning, to be answered by Thursday."""
    at: datetime | None = None if answered is None else instant(answered)
    return Notice(
        id="N-1", finding="F-1", task="BW-2026-0001", step="draft", visit=1, stage=stage, level="yellow",
        to=to, owes=CLERK, interval=2, last=False, given_at=instant("24 08:30"), given_index=500,
        state=state, answered_at=at,
    )  # fmt: skip


def urged(told: Notice, due: str = "23 17:30") -> World:
    world = World(notices=(told,))
    return world.open("23 09:00").enter("draft", "23 09:00", due)


class TestNoticeUnanswered:
    def test_fires_when_the_next_might_come_against_who_got_it(self) -> None:
        world = urged(notice())
        world.run("25 17:00")
        assert world.states("notice_unanswered") == []
        world.run("26 08:30")
        finding = world.only("notice_unanswered")
        assert (direct(finding), finding.lead.due_at) == ([DIRECTOR], instant("26 00:00"))
        assert finding.lead.severity == "minor"
        assert finding.lead.evidence == (500,) and finding.lead.trace["notice"] == "N-1"
        assert not world.run("26 17:00").opened

    def test_a_day_that_was_off_by_the_calendar_he_knew_is_held_against_nobody(self) -> None:
        world = urged(notice())
        # Wednesday was off; on Thursday it is entered as worked after all.
        known, now = without(25, since="20 08:00", index=1), without(since="26 08:00", index=501)
        world.calendars = (known, now)
        world.run("26 08:30")
        finding = world.only("notice_unanswered")
        assert (direct(finding), finding.lead.attribution.missing) == (
            [],
            ("attribution.missing_due_set_late",),
        )

    def test_who_owes_the_step_is_found_by_its_delay_and_only_reminded_here(self) -> None:
        world = urged(notice(to=(CLERK,), stage="owes"))
        world.run("26 08:30")
        finding = world.only("notice_unanswered")
        assert (finding.state, finding.lead.severity, direct(finding)) == ("open", "reminder", [])
        assert direct(world.only("step_overdue")) == [CLERK]

    def test_answered_or_the_matter_done_by_then_and_it_does_not_fire(self) -> None:
        world = urged(notice("answered", "25 17:00"))
        world.run("26 08:30")
        assert world.states("notice_unanswered") == []
        world = urged(notice("ended")).leave("draft", "25 17:00")
        world.run("26 08:30")
        assert world.states("notice_unanswered") == []

    def test_answered_or_done_late_cures(self) -> None:
        world = urged(notice())
        world.run("26 08:30")
        world.notices = (notice("answered", "26 09:00"),)
        assert "audit.cured_receipt" in [why for _, why, _ in world.run("26 17:00").cured]
        world = urged(notice())
        world.run("26 08:30")
        world.leave("draft", "26 09:00")
        world.notices = (notice("ended"),)
        assert [why for _, why, _ in world.run("26 17:00").cured] == ["audit.cured_done"] * 2

    def test_what_it_urged_was_never_so_and_it_is_withdrawn_with_it(self) -> None:
        world = urged(notice())
        world.run("26 08:30")
        world.change_due("due_recomputed", "26 09:00", "30 17:30", cause="2026")
        world.notices = (notice("ended"),)
        gone = {finding.lead.rule for finding, _, _ in world.run("26 17:00").withdrawn}
        assert gone == {"step_overdue", "notice_unanswered"}

    def test_who_was_away_meanwhile_is_not_blamed(self) -> None:
        world = urged(notice())
        world.run("26 08:30")
        world.organisation = organisation([leave(DIRECTOR, "25 08:00", "25 18:00", "26 09:00")])
        world.run("26 17:00")
        finding = world.only("notice_unanswered")
        assert (direct(finding), finding.state) == ([], "open")
        assert finding.lead.attribution.missing == ("attribution.missing_reader_away",)


def test_a_notice_about_a_visit_that_was_taken_back_is_withdrawn_with_it() -> None:
    world = urged(notice())
    world.run("26 08:30")
    assert world.states("notice_unanswered") == ["open"]
    world.tell("step_withdrawn", "26 09:00", step="draft", visit=1, why="taken_back")
    assert [why for _, why, _ in world.run("26 17:00").withdrawn][:1] == ["audit.withdrawn_taken_back"]
    assert world.states("notice_unanswered") == ["withdrawn"]


def test_two_notices_of_one_day_are_two_findings_and_the_answer_to_one_cures_no_other() -> None:
    told = notice(to=(CLERK,), stage="owes")
    upward = replace(notice("answered", "27 09:00"), id="N-2", given_at=instant("24 15:00"), given_index=501)
    world = urged(told)
    world.notices = (told, upward)
    world.run("27 17:00")
    found = [each for each in world.findings.values() if each.lead.rule == "notice_unanswered"]
    assert {each.lead.apart: each.state for each in found} == {"N-1": "open", "N-2": "cured"}
    assert len({each.lead.fingerprint for each in found}) == 2
    assert not world.run("30 08:30").opened
