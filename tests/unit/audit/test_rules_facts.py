"""Rules about dates, about who could and who did act, and about what the definition asks for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.unit.audit.worlds import (
    CLERK,
    DEPUTY,
    DIRECTOR,
    LONG_AGO,
    OFFICE,
    SECOND,
    WORKFLOW,
    World,
    direct,
    instant,
    leave,
    organisation,
)
from tests.unit.timing.calendars import shipped
from zeroerror.audit.foreseeable import InForce
from zeroerror.audit.judge import Judgement, judge
from zeroerror.model.finding import Lead
from zeroerror.model.limit import Limit
from zeroerror.model.organisation import Cover, Post
from zeroerror.model.workflow import Action, FormField, Guard, Owner, Relayed, Step, Workflow

#: A draft due on a date that people give; a review that needs another pair of eyes and a file.
GATED: Workflow = replace(
    WORKFLOW,
    steps=(
        replace(WORKFLOW.steps[0], limit=Limit("at", field="by")),
        Step(
            name="review",
            title="审核",
            owner=Owner("post", "主任"),
            limit=Limit("wd", count=1),
            warn_before=None,
            actions=(
                Action("pass", "同意", "sign", guards=(Guard("four_eyes", 1, ("draft",)),), evidence=1),
                Action("return", "退回", "draft", "returned"),
            ),
        ),
        WORKFLOW.steps[2],
    ),
)
IMPORTED = {"thresholds": {"judge_imported": "yes"}}


def called(at: str, due: str, opener: str = DIRECTOR, person: str = CLERK) -> World:
    """A task opened with a date by which the draft is wanted."""
    world = World(workflow=GATED).open(at, opener=opener, fields={"by": "2026-11-24"})
    return world.enter("draft", at, due, person)


def changed(since: str, index: int, off: tuple[int, ...] = (), work: tuple[int, ...] = ()) -> InForce:
    """The shipped calendar with these days of November 2026 otherwise, from an instant and a leaf on."""
    year = shipped().years[2026]
    days = [frozenset(date(2026, 11, day) for day in each) for each in (off, work)]
    other = replace(year, off=year.off | days[0], work=year.work | days[1])
    return InForce(instant(since), index, shipped().with_year(other))


def without(*off: int, since: str, index: int) -> InForce:
    """With these days taken off."""
    return changed(since, index, off=off)


def working(*work: int, since: str, index: int) -> InForce:
    """With these days worked."""
    return changed(since, index, work=work)


def judged(world: World, at: str) -> tuple[Lead, ...]:
    """What a pass says whose view has no calendars of before."""
    return judge(replace(world.view(at), calendars=())).opened


class TestShortNotice:
    @pytest.mark.parametrize(
        ("given", "due"),
        [
            ("23 17:40", "24 09:30"),
            ("27 17:25", "30 11:00"),
            ("24 10:00", "24 14:30"),
            ("24 18:00", "24 17:30"),
        ],
    )
    def test_evening_for_morning_friday_for_monday_and_morning_for_afternoon(
        self, given: str, due: str
    ) -> None:
        world = called(given, due)
        world.run("30 08:30")
        finding = world.only("short_notice")
        assert (direct(finding), finding.state, finding.lead.severity) == ([DIRECTOR], "closed", "minor")
        assert finding.lead.trace["left_minutes"] < 240
        assert finding.lead.evidence == (100, 101)

    def test_a_whole_task_wanted_at_once_is_told_once_and_not_again_at_each_step(self) -> None:
        world = World(workflow=replace(GATED, limit=Limit("at", field="by")))
        world.open("24 15:00", "24 17:30", opener=DIRECTOR, fields={"by": "2026-11-24"})
        world.enter("draft", "24 15:00", "24 17:30").run("24 17:00")
        finding = world.only("short_notice")
        assert (finding.lead.step, direct(finding), finding.lead.evidence) == (None, [DIRECTOR], (100,))

    def test_enough_time_does_not_fire(self) -> None:
        assert not called("23 11:00", "24 09:30").run("23 17:00").opened

    def test_it_is_said_once_though_several_steps_hang_on_the_date(self) -> None:
        world = called("23 17:40", "24 09:00").leave("draft", "24 08:40")
        world.enter("draft", "24 08:40", "24 09:30", visit=2).run("24 08:50")
        world.run("24 17:00")
        assert world.states("short_notice") == ["closed"]

    def test_a_step_that_came_late_is_not_the_fault_of_who_gave_the_date(self) -> None:
        world = World(workflow=GATED).open("23 09:00", opener=DIRECTOR, fields={"by": "x"})
        assert not world.enter("draft", "25 17:00", "26 09:00").run("25 17:10").opened

    def test_what_is_passed_on_by_who_does_not_direct_is_a_reminder(self) -> None:
        world = called("23 17:40", "24 09:30", opener=SECOND)
        world.run("24 08:30")
        finding = world.only("short_notice")
        assert (finding.lead.severity, finding.lead.attribution.answerers) == ("reminder", ())

    def test_a_leaders_desk_gets_a_reminder_too(self) -> None:
        steps = (*GATED.steps[:2], replace(GATED.steps[2], limit=Limit("at", field="by")))
        world = World(workflow=replace(GATED, steps=steps)).open("23 17:40", opener=DIRECTOR)
        world.enter("sign", "23 17:40", "24 09:30", None, owner="desk", urger=CLERK, waits_for="supervisor")
        world.run("24 08:30")
        assert world.only("short_notice").lead.severity == "reminder"

    def test_who_gives_it_to_himself_surprises_nobody(self) -> None:
        assert not called("23 17:40", "24 09:30", person=DIRECTOR).run("24 08:30").opened

    def test_a_date_given_by_a_later_act_is_its_doers(self) -> None:
        world = World(workflow=GATED).open("23 09:00", opener=CLERK)
        world.enter("review", "23 09:00", "24 17:30", DEPUTY)
        world.tell(
            "step_left",
            "23 17:40",
            actor=DEPUTY,
            step="review",
            visit=1,
            action="return",
            outcome="returned",
            doer=DEPUTY,
            capacity={"kind": "own", "for": None},
            fields={"by": "2026-11-24"},
        )
        world.enter("draft", "23 17:40", "24 09:30").run("24 08:30")
        finding = world.only("short_notice")
        assert (direct(finding), finding.lead.evidence) == ([DEPUTY], (102, 103))

    def test_a_date_given_anew_stays_with_who_gave_it_first_where_a_step_came_by_it(self) -> None:
        world = called("23 09:00", "24 17:30")
        for at, by in (("23 17:40", "2026-11-24"), ("24 10:00", "2026-11-26")):
            world.leave("draft", at, visit=len(world.told) // 2, doer=DEPUTY)
            event, stamp = world.told[-1]
            world.told[-1] = (replace(event, body={**event.body, "fields": {"by": by}}), stamp)
            world.enter("draft", at, f"{by} 09:30", visit=len(world.told) // 2 + 1)
        world.run("24 17:00")
        assert direct(world.only("short_notice")) == [DEPUTY]

    def test_a_day_off_announced_afterwards_makes_nobody_late_in_asking(self) -> None:
        # Given on Monday for Thursday; on Tuesday, Tuesday to Thursday are taken off.
        world = called("23 17:00", "26 17:30")
        world.calendars += (without(24, 25, 26, since="24 09:00", index=102),)
        assert not world.run("24 17:00").opened and not world.run("26 08:30").opened

    def test_a_day_off_announced_before_it_counts(self) -> None:
        world = World(workflow=GATED)
        world.calendars += (without(24, 25, 26, since="23 16:00", index=99),)
        world.open("23 17:00", opener=DIRECTOR, fields={"by": "2026-11-26"})
        world.enter("draft", "23 17:00", "26 17:30").run("24 17:00")
        assert world.only("short_notice").lead.trace["left_minutes"] == 30

    def test_a_make_up_day_announced_afterwards_makes_no_date_long_enough(self) -> None:
        # Friday evening for Monday morning; then Saturday is worked after all.
        world = called("27 17:25", "30 11:00")
        world.calendars += (working(28, since="28 08:00", index=102),)
        world.run("30 08:30")
        assert direct(world.only("short_notice")) == [DIRECTOR]

    def test_what_is_counted_back_over_days_taken_off_since_is_counted_as_it_was_when_given(self) -> None:
        steps = (replace(GATED.steps[0], limit=Limit("before", field="by", by=Limit("wd", count=1))),)
        world = World(workflow=replace(GATED, steps=(*steps, *GATED.steps[1:])))
        world.open("24 15:00", opener=DIRECTOR, fields={"by": "2026-11-27"})
        world.calendars += (without(25, 26, since="24 15:30", index=100),)
        # A working day before Friday is Tuesday now; it was Thursday when the date was given.
        world.enter("draft", "24 16:00", "24 17:30")
        assert not world.run("24 17:00").opened
        world.calendars = (without(25, 26, since="20 08:00", index=1),)
        world.run("24 17:10")
        assert world.only("short_notice").lead.trace["left_minutes"] == 150

    def test_where_nobody_can_say_what_the_calendar_was_nobody_gave_short_notice(self) -> None:
        world = called("23 17:40", "24 09:30")
        world.calendars = (InForce(instant("23 18:00"), 0, shipped()),)
        assert not world.run("24 08:30").opened
        world.findings.clear()
        assert "short_notice" not in {each.rule for each in judged(world, "24 08:40")}

    @pytest.mark.parametrize(("source", "whose"), [("上级交办", []), ("会议议定", [DIRECTOR])])
    def test_a_date_that_came_from_above_is_not_of_whoever_wrote_it_down(
        self, source: str, whose: list[str]
    ) -> None:
        form = (FormField("by", "限期", "date", True, (), True, Relayed("source", ("上级交办",))),)
        world = World(workflow=replace(GATED, fields=form))
        world.open("23 17:40", opener=DIRECTOR, fields={"by": "2026-11-24", "source": source})
        world.enter("draft", "23 17:40", "24 09:30").run("24 08:30")
        finding = world.only("short_notice")
        assert direct(finding) == whose
        assert finding.lead.severity == ("minor" if whose else "reminder")

    def test_a_date_taken_over_from_a_parent_task_is_nobodys(self) -> None:
        world = World(workflow=GATED)
        world.open("23 17:40", opener=DIRECTOR, fields={"by": "2026-11-24"}, parent="BH-2026-0001")
        world.enter("draft", "23 17:40", "24 09:30").run("24 08:30")
        finding = world.only("short_notice")
        assert (finding.lead.severity, finding.lead.attribution.answerers) == ("reminder", ())

    def test_taken_back_withdraws(self) -> None:
        world = called("23 17:40", "24 09:30")
        world.run("24 08:30")
        world.tell("step_withdrawn", "24 08:40", step="draft", visit=1, why="taken_back")
        [(_, why, _)] = world.run("24 17:00").withdrawn
        assert why == "audit.withdrawn_taken_back"

    def test_another_threshold_undoes_nothing(self) -> None:
        world = called("23 17:40", "24 09:30")
        world.run("24 08:30")
        world.settings = {"thresholds": {"short_notice_least": "1wh"}}
        assert not world.run("24 08:50").withdrawn


def reviewing(*away: str, doer: str = DIRECTOR, holder: str = DIRECTOR, **more: str) -> World:
    """A review that came to who had drafted it, with these people on leave."""
    leaves = [leave(each, "20 08:00", "27 18:00", "19 09:00", 50 + n) for n, each in enumerate(away)]
    world = World(workflow=GATED, organisation=organisation(leaves)).open("23 09:00")
    world.enter("draft", "23 09:00", "2026-12-31 17:30", doer)
    world.leave("draft", "24 10:00", doer=doer)
    return world.enter("review", "24 10:00", "25 17:30", holder)


OTHERS = (DEPUTY, CLERK, SECOND)


class TestFourEyesBlocked:
    def test_fires_at_once_and_blames_nobody(self) -> None:
        world = reviewing(*OTHERS)
        world.run("24 17:00")
        finding = world.only("four_eyes_blocked")
        assert finding.lead.attribution.missing == ("attribution.missing_four_eyes",)
        assert finding.lead.attribution.clarifier == "supervisor"
        assert finding.lead.evidence == (103,)
        assert world.run("25 08:30") == Judgement()

    def test_anybody_else_there_or_another_drafter_and_it_does_not_fire(self) -> None:
        for world in (reviewing(DEPUTY, CLERK), reviewing(*OTHERS, doer=SECOND)):
            world.run("24 17:00")
            assert world.states("four_eyes_blocked") == []

    def test_what_came_to_nobody_is_unassigned_and_not_this(self) -> None:
        world = reviewing(*OTHERS, holder=None)  # type: ignore[arg-type]
        world.run("24 17:00")
        assert (world.states("step_unassigned"), world.states("four_eyes_blocked")) == (["open"], [])

    def test_given_to_somebody_who_may_cures(self) -> None:
        world = reviewing(*OTHERS)
        world.run("24 17:00")
        give = {"by": "supervisor", "why": "assign", "capacity": {"kind": "own", "for": None}}
        world.tell("step_assigned", "25 09:00", step="review", visit=1, person=DEPUTY, **give)
        [(_, why, _)] = world.run("25 17:00").cured
        assert why == "audit.cured_assigned"

    def test_taken_back_withdraws(self) -> None:
        world = reviewing(*OTHERS)
        world.run("24 17:00")
        world.take_back("24 17:10", ("draft", 1), ("review", 1))
        assert [why for _, why, _ in world.run("25 08:30").withdrawn] == ["audit.withdrawn_taken_back"]

    def test_when_it_falls_due_nobody_is_blamed_either(self) -> None:
        world = reviewing(*OTHERS)
        world.run("26 08:30")
        assert direct(world.only("step_overdue")) == []


class TestNotEntitled:
    def test_a_stranger_to_the_step_is_a_fact_and_not_a_verdict(self) -> None:
        world = (
            World()
            .open("23 09:00")
            .enter("draft", "23 09:00", "25 17:30")
            .leave("draft", "23 11:00", doer=DEPUTY)
        )
        world.run("23 17:00")
        finding = world.only("not_entitled")
        assert (finding.state, finding.lead.severity, direct(finding)) == ("closed", "major", [])
        assert finding.lead.trace["doer"] == DEPUTY
        assert finding.lead.attribution.missing == ("attribution.missing_not_entitled",)
        assert world.run("24 08:30") == Judgement()

    def test_who_owes_it_who_had_it_before_and_who_stands_in_are_entitled(self) -> None:
        cover = Cover("c", CLERK, DEPUTY, LONG_AGO, LONG_AGO, LONG_AGO, 5, LONG_AGO)
        for doer, house in ((CLERK, organisation()), (DEPUTY, organisation(covers=[cover]))):
            world = World(organisation=house).open("23 09:00").enter("draft", "23 09:00", "25 17:30")
            assert not world.leave("draft", "23 11:00", doer=doer).run("23 17:00").opened

    def test_whom_its_holder_asked_to_do_it_is_entitled(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        world.tell("step_delegated", "23 10:00", step="draft", visit=1, person=DEPUTY, by=CLERK)
        assert not world.leave("draft", "23 11:00", doer=DEPUTY).run("23 17:00").opened

    def test_who_had_only_to_assign_it_might_not_do_it(self) -> None:
        world = World().open("23 09:00")
        world.enter("draft", "23 09:00", "25 17:30", person=None, unassigned=True, urger=DIRECTOR)
        world.leave("draft", "23 11:00", doer=DIRECTOR).run("23 17:00")
        assert direct(world.only("not_entitled")) == []

    def test_the_name_in_a_forged_leaf_is_blamed_for_no_failure(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        world.leave("draft", "23 11:00", doer=DEPUTY, outcome="failed").run("23 17:00")
        finding = world.only("step_failed")
        assert direct(finding) == []
        assert finding.lead.attribution.missing == ("attribution.missing_not_entitled",)

    def test_taken_back_withdraws(self) -> None:
        world = (
            World()
            .open("23 09:00")
            .enter("draft", "23 09:00", "25 17:30")
            .leave("draft", "23 11:00", doer=DEPUTY)
        )
        world.run("23 17:00")
        world.take_back("23 17:10", ("draft", 1))
        assert len(world.run("24 08:30").withdrawn) == 1

    def test_one_of_ours_from_nowhere_near_the_step_in_a_log_and_nobody_that_is_unknown(self) -> None:
        world = imported("supervisor")
        world.run("24 08:30")
        assert world.states("not_entitled") == ["closed"]
        for doer in (CLERK, "named:somebody"):
            assert "not_entitled" not in {each.rule for each in imported(doer).run("24 08:30").opened}

    def test_a_post_that_is_on_record_since_withdraws(self) -> None:
        world = imported("supervisor")
        world.run("24 08:30")
        posts = (*world.organisation.posts, Post("supervisor", OFFICE, "工作人员", LONG_AGO))
        world.organisation = replace(world.organisation, posts=posts)
        assert [why for _, why, _ in world.run("24 17:00").withdrawn] == ["audit.withdrawn_otherwise"]


def imported(doer: str = CLERK, workflow: Workflow = WORKFLOW, action: str = "submit") -> World:
    """A case of a log from elsewhere, with one step done."""
    world = World(workflow=workflow, settings=IMPORTED).open("23 09:00", answers="case-owner")
    step = "review" if action == "pass" else "draft"
    return world.tell(
        "step_left",
        "23 10:00",
        step=step,
        visit=1,
        action=action,
        outcome="done",
        doer=doer,
        capacity={"kind": "imported", "for": None},
        left_at="2026-11-23T02:00:00.000000Z",
        row=2,
    )


def strayed(world: World, why: str, step: str | None = "sign") -> World:
    return world.tell(
        "task_noted",
        "23 11:00",
        step=step,
        note=None,
        attachments=[],
        nonconforming=why,
        doer=CLERK,
        happened_at="2026-11-23T03:00:00.000000Z",
        row=3,
    )


class TestNonConforming:
    def test_each_deviation_is_found_with_the_way_that_led_there(self) -> None:
        world = strayed(strayed(imported(), "no_such_move"), "unknown_activity", None)
        world.run("24 08:30")
        found = [each for each in world.findings.values() if each.lead.rule == "non_conforming"]
        assert [each.lead.trace["why"] for each in found] == ["no_such_move", "unknown_activity"]
        assert found[0].lead.trace["path"] == "起草" and found[0].lead.trace["row"] == 3
        assert all(each.state == "closed" and not direct(each) for each in found)
        assert world.run("24 17:00") == Judgement()

    def test_a_history_that_fits_and_one_that_is_not_judged_do_not_fire(self) -> None:
        assert not imported().run("24 08:30").opened
        world = strayed(imported(), "after_end")
        world.settings = {}
        assert not world.run("24 08:30").opened

    def test_a_leaf_of_our_own_that_the_definition_does_not_have(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        world.leave("draft", "23 11:00", action="skip").enter("sign", "23 11:00", None)
        world.run("23 17:00")
        assert world.only("non_conforming").lead.trace["why"] == "unknown_activity"
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        world.leave("draft", "23 11:00").enter("sign", "23 11:00", None)
        world.run("23 17:00")
        assert world.only("non_conforming").lead.trace["why"] == "no_such_move"

    def test_an_end_that_leads_on_and_a_way_on_that_ends(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        world.leave("draft", "23 11:00", action="abandon").enter("review", "23 11:00", None)
        world.run("23 17:00")
        assert world.only("non_conforming").lead.step == "review"
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        world.leave("draft", "23 11:00").close("23 11:00").run("23 17:00")
        assert world.only("non_conforming").lead.step == "draft"

    def test_taken_back_withdraws(self) -> None:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        world.leave("draft", "23 11:00", action="skip").run("23 17:00")
        world.take_back("23 17:10", ("draft", 1))
        assert len(world.run("24 08:30").withdrawn) == 1


class TestEvidenceMissing:
    def test_a_gate_passed_without_its_file_and_cured_when_one_is_put_to_it(self) -> None:
        world = World(workflow=GATED).open("23 09:00").enter("review", "23 09:00", "25 17:30", DIRECTOR)
        world.leave("review", "23 11:00", doer=DIRECTOR, action="pass").run("23 17:00")
        finding = world.only("evidence_missing")
        assert (finding.state, finding.lead.trace["needed"], direct(finding)) == ("open", 1, [])
        world.tell("file_attached", "24 09:00", note=None, attachments=[{"digest": "d"}], sealed={})
        [(_, why, evidence)] = world.run("24 17:00").cured
        assert (why, evidence) == ("audit.cured_attached", (103,))

    def test_a_gate_with_its_file_and_a_step_that_asks_for_none_do_not_fire(self) -> None:
        assert (
            not World()
            .open("23 09:00")
            .enter("draft", "23 09:00", "25 17:30")
            .leave("draft", "23 11:00")
            .run("23 17:00")
            .opened
        )
        world = World(workflow=GATED).open("23 09:00").enter("review", "23 09:00", "25 17:30", DIRECTOR)
        world.tell(
            "step_left",
            "23 11:00",
            actor=DIRECTOR,
            step="review",
            visit=1,
            action="pass",
            outcome="done",
            doer=DIRECTOR,
            capacity={"kind": "own", "for": None},
            attachments=[{"digest": "d"}],
        )
        assert not world.run("23 17:00").opened

    def test_of_a_log_it_is_said_that_logs_tell_of_no_files(self) -> None:
        world = imported(workflow=GATED, action="pass")
        world.run("24 08:30")
        missing = world.only("evidence_missing").lead.attribution.missing
        assert missing == ("attribution.missing_log_silent",)

    def test_taken_back_withdraws(self) -> None:
        world = World(workflow=GATED).open("23 09:00").enter("review", "23 09:00", "25 17:30", DIRECTOR)
        world.leave("review", "23 11:00", doer=DIRECTOR, action="pass").run("23 17:00")
        world.take_back("23 17:10", ("review", 1))
        assert len(world.run("24 08:30").withdrawn) == 1
