"""What was not done in time is found once, and what was in time, or could not be, is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.audit.worlds import (
    CLERK,
    DIRECTOR,
    OVERSIGHT,
    SUPERVISOR,
    World,
    direct,
    instant,
    leave,
    organisation,
)
from tests.unit.timing.calendars import shipped
from zeroerror.audit.judge import as_of, late_between, look_from


def drafting(due: str = "25 17:30") -> World:
    """A draft that the clerk owes since Monday."""
    return World().open("23 09:00").enter("draft", "23 09:00", due)


class TestStepOverdue:
    def test_open_past_its_due_date_fires_once_and_names_who_owed_it(self) -> None:
        world = drafting()
        assert world.run("25 17:00").opened == ()
        world.run("26 08:30")
        finding = world.only("step_overdue")
        assert direct(finding) == [CLERK]
        assert finding.lead.due_at == instant("25 17:30")
        assert finding.lead.evidence == (101,)
        assert finding.lead.trace["limit"] == "2wd"
        assert (finding.lead.trace["late_days"], finding.lead.trace["ended_at"]) == (1, None)
        assert world.run("26 17:00").opened == ()

    def test_a_slot_at_the_very_due_instant_judges_it(self) -> None:
        assert len(drafting("25 17:00").run("25 17:00").opened) == 1
        assert not drafting("25 17:00").leave("draft", "25 17:00").run("25 17:00").opened

    def test_left_in_time_does_not_fire(self) -> None:
        assert not drafting().leave("draft", "25 17:30").run("26 08:30").opened

    def test_left_late_between_two_slots_is_found_and_cured_at_once(self) -> None:
        world = drafting("25 16:00").leave("draft", "25 16:30")
        world.run("25 17:00")
        assert world.states("step_overdue") == ["cured"]
        assert world.only("step_overdue").lead.evidence == (101, 102)

    def test_left_after_it_was_found_is_cured(self) -> None:
        world = drafting()
        world.run("26 08:30")
        world.leave("draft", "26 10:00")
        [(_, why, evidence)] = world.run("26 17:00").cured
        assert (why, evidence) == ("audit.cured_done", (102,))
        assert world.run("27 08:30") == type(world.run("27 08:30"))()

    def test_a_second_visit_is_a_slip_of_its_own(self) -> None:
        world = drafting().leave("draft", "26 09:00")
        world.enter("draft", "26 09:00", "26 12:00", visit=2).run("26 17:00")
        assert world.states("step_overdue") == ["cured", "open"]

    def test_a_stopped_clock_is_not_overdue(self) -> None:
        world = drafting()
        world.tell("clock_stopped", "24 10:00", DIRECTOR, step="draft", visit=1, waits_for="x", reason=None)
        assert not world.run("26 08:30").opened
        world.change_due("clock_resumed", "26 09:00", "27 17:30")
        assert not world.run("27 17:00").opened
        assert [each.due_at for each in world.run("30 08:30").opened] == [instant("27 17:30")]

    def test_a_stop_granted_afterwards_from_before_the_due_date_withdraws(self) -> None:
        world = drafting()
        world.run("26 08:30")
        world.tell(
            "clock_stopped",
            "26 09:00",
            DIRECTOR,
            step="draft",
            visit=1,
            waits_for="x",
            reason=None,
            since="2026-11-25T02:00:00.000000Z",
        )
        [(_, why, _)] = world.run("26 17:00").withdrawn
        assert why == "audit.withdrawn_stopped"

    def test_extended_in_time_goes_by_the_new_date(self) -> None:
        world = drafting().extend("24 09:00", "25 09:00", "27 17:30")
        assert not world.run("27 17:00").opened
        assert [each.due_at for each in world.run("30 08:30").opened] == [instant("27 17:30")]

    @pytest.mark.parametrize("answered", ["26 08:00", "26 09:00"])
    def test_extended_too_late_undoes_nothing_and_adds_nothing(self, answered: str) -> None:
        world = drafting().extend("25 17:45", answered, "27 17:30")
        for slot in ("26 08:30", "26 17:00", "30 08:30"):
            world.run(slot)
        assert world.states("step_overdue") == ["open"]
        assert direct(world.only("step_overdue")) == [CLERK]

    def test_extension_asked_in_time_and_unanswered_is_the_approvers(self) -> None:
        world = drafting()
        world.tell("extension_asked", "24 09:00", step="draft", visit=1, proposal="p1", extension="2wd")
        world.run("26 08:30")
        assert direct(world.only("step_overdue")) == [DIRECTOR]

    def test_a_recomputed_date_that_undoes_it_withdraws_it(self) -> None:
        world = drafting()
        world.run("26 08:30")
        world.change_due("due_recomputed", "26 09:00", "30 17:30", cause="2026")
        [(_, why, evidence)] = world.run("26 17:00").withdrawn
        assert (why, evidence) == ("audit.withdrawn_due_moved", (102,))
        assert [each.due_at for each in world.run("2026-12-01 08:30").opened] == [instant("30 17:30")]

    def test_again_after_it_was_withdrawn_is_a_new_occurrence(self) -> None:
        world = drafting()
        world.run("26 08:30")
        world.change_due("due_recomputed", "26 09:00", "30 17:30", cause="2026").run("26 17:00")
        world.change_due("due_recomputed", "27 09:00", "25 17:30", cause="2026").run("27 17:00")
        assert world.states("step_overdue") == ["withdrawn", "open"]
        assert [each.lead.occurrence for each in world.findings.values()] == [0, 1]

    def test_a_recomputed_date_that_changes_nothing_or_comes_earlier_undoes_nothing(self) -> None:
        for due in ("25 17:30", "24 17:30"):
            world = drafting()
            world.run("26 08:30")
            world.change_due("due_recomputed", "26 09:00", due, cause="2027")
            world.run("26 17:00")
            assert world.states("step_overdue") == ["open"]
            assert direct(world.only("step_overdue")) == [CLERK]

    def test_a_calendar_does_not_reach_behind_a_late_extension(self) -> None:
        world = drafting().extend("25 17:45", "26 08:00", "27 17:30")
        world.run("26 08:30")
        world.change_due("due_recomputed", "26 09:00", "30 17:30", cause="2027")
        world.run("26 17:00")
        assert world.states("step_overdue") == ["open"]

    def test_what_is_taken_back_takes_the_next_visits_findings_with_it(self) -> None:
        world = drafting().leave("draft", "23 10:00").enter("review", "23 10:00", "23 15:00", DIRECTOR)
        world.run("23 17:00")
        assert world.states("step_overdue") == ["open"]
        world.take_back("24 09:00", ("draft", 1), ("review", 1))
        [(_, why, _)] = world.run("24 17:00").withdrawn
        assert why == "audit.withdrawn_taken_back"

    def test_taken_back_after_its_due_date_it_had_run_on(self) -> None:
        world = drafting().leave("draft", "25 10:00").enter("review", "25 10:00", "27 17:30", DIRECTOR)
        assert not world.run("26 08:30").opened
        world.take_back("26 09:00", ("draft", 1), ("review", 1)).run("26 17:00")
        assert world.states("step_overdue") == ["open"]

    def test_again_after_it_was_cured_is_a_new_occurrence(self) -> None:
        world = drafting()
        world.run("26 08:30")
        world.leave("draft", "26 09:00").run("26 17:00")
        world.take_back("26 17:10", ("draft", 1)).run("27 08:30")
        assert world.states("step_overdue") == ["cured", "open"]
        assert [each.lead.occurrence for each in world.findings.values()] == [0, 1]
        world.leave("draft", "27 09:00").run("27 17:00")
        assert world.states("step_overdue") == ["cured", "cured"]

    def test_signed_on_paper_in_time_and_confirmed_withdraws(self) -> None:
        world = drafting()
        world.run("26 08:30")
        world.leave("draft", "26 09:00", done="25 16:00", capacity="paper")
        [(_, why, _)] = world.run("26 17:00").withdrawn
        assert why == "audit.withdrawn_done_in_time"

    def test_said_to_be_done_in_time_without_a_second_person_cures_only(self) -> None:
        world = drafting()
        world.run("26 08:30")
        world.leave("draft", "26 09:00", done="25 16:00")
        [(_, why, _)] = world.run("26 17:00").cured
        assert why == "audit.cured_recorded"

    def test_recorded_in_its_time_before_any_slot_counts_as_done_then(self) -> None:
        world = drafting().leave("draft", "26 08:20", done="25 16:00")
        assert not world.run("26 08:30").opened

    def test_recorded_too_late_counts_from_the_recording(self) -> None:
        world = drafting().leave("draft", "27 09:00", done="25 16:00", late_record=True)
        world.run("27 17:00")
        assert world.states("step_overdue") == ["cured"]

    def test_a_due_date_that_had_passed_on_entry_fires_and_blames_nobody_here(self) -> None:
        world = World().open("23 09:00").enter("draft", "25 09:00", "24 17:30")
        world.run("25 17:00")
        assert direct(world.only("step_overdue")) == []

    def test_what_people_voided_stays_so(self) -> None:
        world = drafting()
        world.run("26 08:30")
        finding = world.only("step_overdue")
        world.findings[finding.lead.fingerprint] = replace(finding, state="voided")
        world.leave("draft", "26 09:00")
        found = world.run("26 17:00")
        assert not (found.opened or found.cured or found.withdrawn)


class TestTaskOverdue:
    def test_fires_when_the_whole_is_late_and_is_the_late_steps(self) -> None:
        world = World().open("23 09:00", "26 17:30").enter("draft", "23 09:00", "25 17:30")
        world.run("27 08:30")
        assert direct(world.only("task_overdue")) == [CLERK]

    def test_where_no_step_was_late_nobody_is_named(self) -> None:
        world = World().open("23 09:00", "26 17:30").enter("draft", "23 09:00", "27 17:30")
        world.run("27 08:30")
        attribution = world.only("task_overdue").lead.attribution
        assert attribution.answerers == () and attribution.missing and attribution.clarifier == DIRECTOR

    def test_closed_in_time_does_not_fire_and_closed_late_is_cured(self) -> None:
        for closed, states in (("26 17:00", []), ("27 09:00", ["cured"])):
            world = World().open("23 09:00", "26 17:30").enter("draft", "23 09:00", "27 17:30")
            world.leave("draft", closed).close(closed).run("27 17:00")
            assert world.states("task_overdue") == states

    def test_closed_by_a_paper_signature_made_in_time_is_withdrawn(self) -> None:
        world = World().open("23 09:00", "26 17:30").enter("draft", "23 09:00", "27 17:30")
        world.run("27 08:30")
        world.leave("draft", "27 09:00", done="26 16:00", capacity="paper").close("27 09:00")
        [(_, why, _)] = world.run("27 17:00").withdrawn
        assert why == "audit.withdrawn_done_in_time"

    def test_a_recomputed_limit_withdraws_it(self) -> None:
        world = World().open("23 09:00", "26 17:30").enter("draft", "23 09:00", "27 17:30")
        world.run("27 08:30")
        world.change_due("due_recomputed", "27 09:00", "30 17:30", step=None, cause="2026")
        [(_, why, _)] = world.run("27 17:00").withdrawn
        assert why == "audit.withdrawn_due_moved"


class TestUrgingOverdue:
    @staticmethod
    def waiting() -> World:
        """A letter on the supervisor's desk, due on Tuesday, that the clerk urges."""
        return (
            World()
            .open("23 09:00")
            .enter("sign", "23 09:00", "24 17:30", None, owner="desk", urger=CLERK, waits_for="supervisor")
        )

    def test_nobody_urged_by_the_close_of_the_next_working_day_fires_and_is_the_urgers(self) -> None:
        world = self.waiting()
        assert not world.run("25 17:00").opened
        world.run("26 08:30")
        assert direct(world.only("urging_overdue")) == [CLERK]
        assert world.states("step_overdue") == []
        assert not world.run("26 17:00").opened

    @pytest.mark.parametrize("urged", ["23 16:00", "24 17:00", "25 17:30"])
    def test_urged_about_when_it_fell_due_does_not_fire(self, urged: str) -> None:
        world = self.waiting().tell("step_urged", urged, step="sign", visit=1)
        assert not world.run("26 08:30").opened

    def test_urged_long_before_it_fell_due_does_not_count(self) -> None:
        world = self.waiting().tell("step_urged", "23 09:30", step="sign", visit=1)
        world.change_due("due_extended", "23 10:00", "27 17:30", "sign", proposal="p")
        world.run("2026-12-01 08:30")
        assert world.states("urging_overdue") == ["open"]

    def test_an_urger_away_when_it_was_owed_at_the_latest_is_not_blamed(self) -> None:
        world = self.waiting()
        world.organisation = organisation([leave(CLERK, "25 08:00", "27 17:30", "23 09:00")])
        world.run("26 08:30")
        assert direct(world.only("urging_overdue")) == []

    def test_answered_by_then_does_not_fire(self) -> None:
        assert not self.waiting().leave("sign", "25 17:00", action="sign").run("26 08:30").opened

    def test_urged_or_answered_later_cures(self) -> None:
        world = self.waiting()
        world.run("26 08:30")
        world.tell("step_urged", "26 09:00", step="sign", visit=1)
        [(_, why, _)] = world.run("26 17:00").cured
        assert why == "audit.cured_urged"
        world = self.waiting()
        world.run("26 08:30")
        world.leave("sign", "26 09:00")
        [(_, why, _)] = world.run("26 17:00").cured
        assert why == "audit.cured_done"

    def test_taken_back_withdraws(self) -> None:
        world = self.waiting()
        world.run("26 08:30")
        world.tell("step_withdrawn", "26 09:00", step="sign", visit=1, why="taken_back")
        assert len(world.run("26 17:00").withdrawn) == 1

    def test_the_pass_that_finds_it_looks_back_far_enough(self) -> None:
        assert look_from(instant("25 17:00"), shipped()) < instant("24 00:30")
        assert look_from(instant("30 08:30"), shipped()) < instant("27 17:30")


class TestFollowUpOverdue:
    """Tasks of oversight: the overseers are overseen, and nothing is opened about what they owe."""

    def overseen(self, person: str = CLERK) -> World:
        return World(workflow=OVERSIGHT).open("23 09:00").enter("draft", "23 09:00", "25 17:30", person)

    def test_fires_in_the_place_of_step_overdue_and_goes_upward(self) -> None:
        world = self.overseen()
        assert not world.run("25 17:00").opened
        world.run("26 08:30")
        assert world.states("step_overdue") == []
        finding = world.only("follow_up_overdue")
        assert (direct(finding), finding.lead.attribution.clarifier) == ([CLERK], DIRECTOR)
        assert finding.lead.trace["late_days"] == 1

    def test_the_directors_own_goes_to_the_supervisor(self) -> None:
        world = self.overseen(DIRECTOR)
        world.run("26 08:30")
        assert world.only("follow_up_overdue").lead.attribution.clarifier == SUPERVISOR

    def test_answered_in_time_does_not_fire(self) -> None:
        assert not self.overseen().leave("draft", "25 17:30").run("26 08:30").opened

    def test_answered_late_cures(self) -> None:
        world = self.overseen()
        world.run("26 08:30")
        [(_, why, _)] = world.leave("draft", "26 10:00").run("26 17:00").cured
        assert why == "audit.cured_done"

    def test_withdrawn_with_its_cause(self) -> None:
        world = self.overseen()
        world.run("26 08:30")
        world.tell("step_withdrawn", "26 09:00", step="draft", visit=1, why="withdrawn")
        assert len(world.run("26 17:00").withdrawn) == 1

    def test_it_is_among_what_is_past_due_at_an_instant(self) -> None:
        assert [each.rule for each in as_of(self.overseen().view("26 08:30"))] == ["follow_up_overdue"]


class TestAsOf:
    def test_goes_by_when_things_happened(self) -> None:
        world = drafting().leave("draft", "26 10:00")
        whole = world.view("30 08:30")
        for at, found in (("25 17:30", 0), ("25 18:00", 1), ("26 09:59", 1), ("26 10:00", 0)):
            assert len(as_of(replace(whole, slot=instant(at)))) == found, at

    def test_a_task_closed_afterwards_was_open_then(self) -> None:
        whole = World().open("23 09:00", "25 17:30").close("27 09:00").view("30 08:30")
        for at, found in (("26 09:00", 1), ("27 09:00", 0), ("25 17:30", 0)):
            assert len(as_of(replace(whole, slot=instant(at)))) == found, at

    def test_a_date_set_later_is_not_known_before(self) -> None:
        world = drafting("27 17:30").change_due("due_recomputed", "26 09:00", "24 17:30", cause="2026")
        whole = world.view("30 08:30")
        assert as_of(replace(whole, slot=instant("25 17:00"))) == ()
        assert len(as_of(replace(whole, slot=instant("26 17:00")))) == 1

    def test_imported_history_is_asked_for_and_not_judged_by_slots(self) -> None:
        world = World().open("23 09:00", "24 17:30", answers="case-owner")
        world.run("26 08:30")
        assert not world.findings
        [lead] = as_of(world.view("26 08:30"))
        assert [each.person for each in lead.attribution.answerers] == ["case-owner"]

    def test_slots_judge_imported_history_when_asked_to(self) -> None:
        world = World(settings={"thresholds": {"judge_imported": "yes"}})
        world.open("23 09:00", "24 17:30", answers="case-owner").run("26 08:30")
        assert direct(world.only("task_overdue")) == ["case-owner"]

    def test_history_older_than_any_calendar_is_late_all_the_same(self) -> None:
        world = World().open("2011-07-01 09:00", "2011-07-02 09:00", answers="case-owner")
        [lead] = as_of(world.view("2011-07-05 09:00"))
        assert "late_days" not in lead.trace

    def test_late_between_says_what_was_late_and_ended_meanwhile(self) -> None:
        world = drafting().leave("draft", "26 10:00")
        view = world.view("30 08:30")
        assert len(late_between(view, instant("26 09:00"))) == 1
        assert late_between(view, instant("26 10:00")) == ()
