"""Rules about what happened, reminders, and what the machine owes itself."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.audit.worlds import CLERK, DIRECTOR, World, direct, instant, organisation
from zeroerror.audit.judge import Judgement
from zeroerror.model.problem import Problem


def returned(times: int) -> World:
    """A draft that has been sent for review and returned so many times, an hour each."""
    world = World().open("23 09:00")
    for visit in range(1, times + 1):
        world.enter("draft", f"{22 + visit} 09:00", "30 17:30", visit=visit)
        world.leave("draft", f"{22 + visit} 10:00", visit=visit)
        world.enter("review", f"{22 + visit} 10:00", "30 17:30", DIRECTOR, visit=visit)
        world.leave("review", f"{22 + visit} 11:00", "returned", visit, doer=DIRECTOR, action="return")
    return world


class TestStepFailed:
    def test_fires_once_born_closed(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        world.leave("draft", "23 11:00", "failed", action="abandon").close("23 11:00")
        world.run("23 17:00")
        assert (world.states("step_failed"), direct(world.only("step_failed"))) == (["closed"], [CLERK])
        assert world.run("24 08:30") == Judgement()

    def test_done_does_not_fire(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30").leave("draft", "23 11:00")
        assert world.run("23 17:00") == Judgement()

    def test_taken_back_withdraws_and_failing_again_is_found_again(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        world.leave("draft", "23 11:00", "failed", action="abandon").run("23 17:00")
        world.take_back("23 17:10", ("draft", 1))
        [(_, why, _)] = world.run("24 08:30").withdrawn
        assert why == "audit.withdrawn_taken_back"
        world.leave("draft", "24 09:00", "failed", action="abandon").run("24 17:00")
        assert world.states("step_failed") == ["withdrawn", "closed"]


class TestStepReturned:
    def test_the_third_return_fires_the_second_and_fourth_do_not(self) -> None:
        assert returned(2).run("30 08:30") == Judgement()
        world = returned(3)
        world.run("25 17:00")
        finding = world.only("step_returned")
        assert finding.lead.trace["times"] == 3 and len(finding.lead.trace["returns"]) == 3
        assert direct(finding) == [] and finding.lead.attribution.missing
        world = returned(4)
        world.run("25 17:00")
        world.run("27 17:00")
        assert world.states("step_returned") == ["closed"]

    def test_taken_back_withdraws(self) -> None:
        world = returned(3)
        world.run("25 17:00")
        world.take_back("25 17:10", ("review", 3)).run("26 08:30")
        assert world.states("step_returned") == ["withdrawn"]

    def test_the_threshold_is_data_and_moving_it_undoes_nothing(self) -> None:
        world = returned(2)
        world.settings = {"thresholds": {"returns": "2"}}
        world.run("25 17:00")
        assert world.states("step_returned") == ["closed"]
        world.settings = {"thresholds": {"returns": "5"}}
        assert world.run("26 08:30") == Judgement()


class TestLateRecord:
    def test_fires_for_what_was_recorded_too_late_only(self) -> None:
        for late, states in ((True, ["closed"]), (False, [])):
            world = World().open("23 09:00").enter("draft", "23 09:00", "30 17:30")
            world.leave("draft", "26 09:00", done="23 15:00", late_record=late).run("26 17:00")
            assert world.states("late_record") == states

    def test_taken_back_withdraws(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "30 17:30")
        world.leave("draft", "26 09:00", done="23 15:00", late_record=True).run("26 17:00")
        world.take_back("26 17:10", ("draft", 1)).run("27 08:30")
        assert world.states("late_record") == ["withdrawn"]


class TestStepUnassigned:
    def test_fires_at_once_and_is_cured_by_the_assignment(self) -> None:
        world = (
            World().open("23 09:00").enter("draft", "23 09:00", "30 17:30", None, tried=[["clerk", "absent"]])
        )
        world.run("23 17:00")
        finding = world.only("step_unassigned")
        assert direct(finding) == []
        assert [each.person for each in finding.lead.attribution.answerers] == [DIRECTOR]
        assert finding.lead.trace["tried"] == [["clerk", "absent"]]
        world.tell(
            "step_assigned",
            "24 09:00",
            DIRECTOR,
            step="draft",
            visit=1,
            person=CLERK,
            by=DIRECTOR,
            why="assign",
            capacity={"kind": "own", "for": None},
        )
        [(_, why, evidence)] = world.run("24 17:00").cured
        assert (why, evidence) == ("audit.cured_assigned", (102,))

    def test_cured_and_then_taken_back_it_never_was(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "30 17:30", None)
        world.leave("draft", "23 10:00").run("23 17:00")
        world.tell("step_withdrawn", "24 09:00", step="draft", visit=1, why="taken_back").run("24 17:00")
        assert world.states("step_unassigned") == ["withdrawn"]

    def test_where_nobody_directs_it_is_undetermined(self) -> None:
        world = World(organisation=organisation(vacant=True)).open("23 09:00")
        world.enter("draft", "23 09:00", "30 17:30", None).run("23 17:00")
        attribution = world.only("step_unassigned").lead.attribution
        assert attribution.answerers == () and attribution.missing

    def test_a_step_with_somebody_and_a_desk_do_not_fire(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "30 17:30")
        world.enter("sign", "23 09:00", "30 17:30", None, owner="desk", urger=CLERK, waits_for="supervisor")
        assert world.run("23 17:00") == Judgement()

    def test_a_desk_that_is_vacant_fires(self) -> None:
        world = World().open("23 09:00")
        world.enter("sign", "23 09:00", "30 17:30", None, owner="desk", urger=CLERK, unassigned=True)
        world.run("23 17:00")
        assert world.states("step_unassigned") == ["open"]

    def test_taken_back_withdraws(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "30 17:30", None)
        world.run("23 17:00")
        world.tell("step_withdrawn", "24 09:00", step="draft", visit=1, why="taken_back").run("24 17:00")
        assert world.states("step_unassigned") == ["withdrawn"]


class TestReminders:
    def test_due_soon_is_said_once_and_is_nobodys(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30", warn="24 08:30")
        assert world.run("23 17:00") == Judgement()
        [lead] = world.run("24 08:30").opened
        assert (lead.rule, lead.severity, lead.attribution.answerers) == ("step_due_soon", "reminder", ())
        assert world.run("24 17:00") == Judgement()
        world.leave("draft", "25 09:00")
        assert world.run("25 17:00") == Judgement()

    def test_not_while_the_clock_stands_nor_once_it_is_overdue(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30", warn="24 08:30")
        world.tell("clock_stopped", "23 10:00", DIRECTOR, step="draft", visit=1, waits_for="x", reason=None)
        assert world.run("24 08:30") == Judgement()
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30", warn="24 08:30")
        assert [lead.rule for lead in world.run("26 08:30").opened] == ["step_overdue"]

    def test_a_date_in_a_provisional_year_is_said_once(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "2027-01-05 17:30", provisional=True)
        [lead] = world.run("23 17:00").opened
        assert (lead.rule, lead.step, lead.attribution.answerers) == ("calendar_provisional", "draft", ())
        assert world.run("24 08:30") == Judgement()
        world.change_due("due_recomputed", "24 09:00", "2027-01-05 17:30", cause="2027")
        assert world.run("24 17:00") == Judgement()

    def test_a_tasks_own_date_too_and_not_when_official_or_closed(self) -> None:
        world = World().open("23 09:00", "2027-01-05 17:30", provisional=True)
        assert [lead.step for lead in world.run("23 17:00").opened] == [None]
        assert World().open("23 09:00", "2027-01-05 17:30").run("23 17:00") == Judgement()
        world = World().open("23 09:00", "2027-01-05 17:30", provisional=True).close("23 10:00")
        assert world.run("23 17:00") == Judgement()


class TestTheMachinesOwn:
    def test_each_slot_passed_over_is_found_once(self) -> None:
        world = World().open("23 09:00")
        slots = (instant("23 17:00"), instant("24 08:30"))
        assert len(world.run("24 17:00", missed=slots).opened) == 2
        assert world.run("24 17:00", missed=slots) == Judgement()
        assert world.run("25 08:30") == Judgement()

    def test_a_ledger_that_does_not_hold_is_critical_and_says_where(self) -> None:
        world = World().open("23 09:00")
        problem = Problem("ledger.chain_broken", {"index": 7}, "leaf 7")
        [lead] = world.run("23 17:00", mismatch=(problem,) * 30).opened
        assert (lead.rule, lead.severity, lead.trace["count"]) == ("ledger_mismatch", "critical", 30)
        assert lead.trace["problems"][0]["code"] == "ledger.chain_broken"
        assert world.run("24 08:30") == Judgement()


def test_severity_and_version_do_not_make_another_finding() -> None:
    world = World().open("23 09:00").enter("draft", "23 09:00", "23 15:00")
    world.run("23 17:00")
    finding = world.only("step_overdue")
    old = replace(finding, lead=replace(finding.lead, version=0, severity="major"))
    world.findings[finding.lead.fingerprint] = old
    assert world.run("24 08:30") == Judgement()
