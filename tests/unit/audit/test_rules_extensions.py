"""More time asked for: left without an answer, or asked for too late to be weighed."""

from __future__ import annotations

from tests.unit.audit.test_rules_facts import working
from tests.unit.audit.worlds import CLERK, DIRECTOR, SUPERVISOR, World, direct, instant, leave, organisation
from zeroerror.audit.judge import Judgement


def asking(at: str = "23 10:00", due: str = "27 17:30", by: str = CLERK) -> World:
    """A draft due on Friday, in which more time was asked for."""
    world = World().open("23 09:00").enter("draft", "23 09:00", due)
    return world.tell("extension_asked", at, by, step="draft", visit=1, proposal="p1", extension="2wd")


def declined(world: World, at: str) -> World:
    return world.tell("extension_declined", at, DIRECTOR, step="draft", visit=1, proposal="p1")


class TestExtensionUndecided:
    def test_fires_a_working_day_after_it_was_asked_for_against_who_decides(self) -> None:
        world = asking()
        assert not world.run("24 17:00").opened
        world.run("25 08:30")
        finding = world.only("extension_undecided")
        assert (direct(finding), finding.state) == ([DIRECTOR], "open")
        assert finding.lead.due_at == instant("24 17:30")
        assert finding.lead.evidence == (101, 102)
        assert finding.lead.trace["proposal"] == "p1"
        assert world.run("25 17:00") == Judgement()

    def test_a_day_that_was_entered_as_worked_when_it_had_passed_is_held_against_nobody(self) -> None:
        # Asked on Friday; only on Monday does the calendar say that the Saturday between was worked.
        world = asking("27 16:00", due="2026-12-02 17:30")
        world.calendars += (working(28, since="30 09:00", index=103),)
        world.run("30 10:00")
        finding = world.only("extension_undecided")
        assert (direct(finding), finding.lead.attribution.missing) == (
            [],
            ("attribution.missing_asked_late",),
        )

    def test_answered_in_its_time_either_way_does_not_fire(self) -> None:
        assert not declined(asking(), "24 17:30").run("25 08:30").opened
        world = asking().change_due("due_extended", "24 09:00", "30 17:30", proposal="p1", asked_at=None)
        assert not world.run("25 08:30").opened

    def test_the_step_that_was_done_meanwhile_needs_no_answer(self) -> None:
        assert not asking().leave("draft", "24 16:00").run("25 08:30").opened

    def test_an_answer_cures(self) -> None:
        world = asking()
        world.run("25 08:30")
        [(_, why, evidence)] = declined(world, "25 10:00").run("25 17:00").cured
        assert (why, evidence) == ("audit.cured_decided", (103,))

    def test_answered_late_between_two_slots_is_found_and_cured_at_once(self) -> None:
        world = declined(asking(), "25 08:00")
        world.run("25 08:30")
        assert world.states("extension_undecided") == ["cured"]

    def test_one_that_is_owed_only_when_the_step_is_due_is_the_steps_own_delay(self) -> None:
        world = asking(due="24 17:30")
        world.run("25 08:30")
        assert world.states("extension_undecided") == []
        assert direct(world.only("step_overdue")) == [DIRECTOR]

    def test_what_stands_unanswered_when_the_step_falls_due_is_found_once(self) -> None:
        world = asking()
        world.run("25 08:30")
        [(_, why, _)] = world.run("30 08:30").withdrawn
        assert why == "audit.withdrawn_carried_over"
        assert direct(world.only("step_overdue")) == [DIRECTOR]
        assert world.states("step_overdue") == ["open"]

    def test_refused_before_it_falls_due_the_delay_is_the_askers(self) -> None:
        world = asking()
        world.run("25 08:30")
        declined(world, "25 10:00").run("30 08:30")
        assert world.states("extension_undecided") == ["cured"]
        assert direct(world.only("step_overdue")) == [CLERK]

    def test_the_directors_own_request_is_the_supervisors_to_answer(self) -> None:
        world = asking(by=DIRECTOR)
        world.run("25 08:30")
        assert direct(world.only("extension_undecided")) == [SUPERVISOR]

    def test_who_turns_out_to_have_been_away_is_cleared_and_it_stays_to_be_decided(self) -> None:
        world = asking()
        world.run("25 08:30")
        world.organisation = organisation([leave(DIRECTOR, "23 08:00", "26 18:00", "25 09:00")])
        world.run("25 17:00")
        finding = world.only("extension_undecided")
        assert (direct(finding), finding.state) == ([], "open")
        assert finding.lead.attribution.missing == ("attribution.missing_approver_away",)
        assert finding.lead.attribution.clarifier == SUPERVISOR

    def test_taken_back_withdraws(self) -> None:
        world = asking()
        world.run("25 08:30")
        world.tell("step_withdrawn", "25 09:00", step="draft", visit=1, why="taken_back")
        [(_, why, _)] = world.run("25 17:00").withdrawn
        assert why == "audit.withdrawn_taken_back"

    def test_another_threshold_neither_doubles_nor_undoes_what_was_found(self) -> None:
        world = asking()
        world.run("25 08:30")
        wider = {"extension_ask_before": "3wd", "extension_answer_within": "2wd"}
        world.settings = {"thresholds": wider}
        for slot in ("25 17:00", "26 08:30"):
            assert world.run(slot) == Judgement()
        later = asking()
        later.settings = {"thresholds": wider}
        assert not later.run("25 17:00").opened
        later.run("26 08:30")
        assert later.states("extension_undecided") == ["open"]

    def test_two_requests_of_one_day_are_one_neglect(self) -> None:
        world = asking()
        world.tell("extension_asked", "23 11:00", step="draft", visit=1, proposal="p2", extension="2wd")
        world.run("25 08:30")
        assert world.states("extension_undecided") == ["open"]


class TestExtensionLate:
    def test_reminds_of_what_was_asked_for_on_the_day_it_is_due(self) -> None:
        world = asking("27 09:00")
        world.run("27 17:00")
        finding = world.only("extension_late")
        assert (finding.state, finding.lead.severity, finding.lead.trace["threshold"]) == (
            "closed",
            "reminder",
            "1wd",
        )
        assert not finding.lead.attribution.answerers
        assert finding.lead.evidence == (101, 102)
        assert world.run("27 17:20") == Judgement()

    def test_a_working_day_ahead_does_not_fire(self) -> None:
        assert not asking("26 17:00").run("26 17:30").opened

    def test_who_never_had_so_much_time_is_not_told_off(self) -> None:
        world = World().open("27 09:00").enter("draft", "27 09:00", "27 17:30")
        world.tell("extension_asked", "27 10:00", step="draft", visit=1, proposal="p1", extension="2wd")
        assert not world.run("27 17:00").opened

    def test_it_is_said_once_and_nothing_cures_or_withdraws_it(self) -> None:
        world = asking("27 09:00")
        world.run("27 17:00")
        world.tell("step_withdrawn", "27 17:10", step="draft", visit=1, why="taken_back")
        assert world.run("30 08:30") == Judgement()
        assert world.states("extension_late") == ["closed"]
