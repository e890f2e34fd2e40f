"""Who is asked to explain a finding, once, and when the asking ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.unit.audit.worlds import (
    CLERK,
    DIRECTOR,
    LONG_AGO,
    OVERSIGHT,
    SECRETARY,
    SUPERVISOR,
    World,
    leave,
    organisation,
)
from zeroerror.accountability.followup import ends_follow_up, follow_up_for
from zeroerror.audit.judge import judge
from zeroerror.model.organisation import Office, Supervision


def asked(world: World, at: str = "26 08:30") -> dict[str, str | None]:
    """By rule: who is asked to explain what the pass finds then."""
    view = world.view(at)
    return {lead.rule: follow_up_for(lead, view) for lead in judge(view).opened}


def drafting(**around: Any) -> World:
    return World(**around).open("23 09:00").enter("draft", "23 09:00", "25 17:30")


def test_overdue_and_still_open_goes_to_who_is_direct() -> None:
    assert asked(drafting()) == {"step_overdue": CLERK}


def test_where_nobody_is_direct_it_goes_to_the_director() -> None:
    away = organisation([leave(CLERK, "24 08:00", "27 17:30", "26 08:00")])
    assert asked(drafting(organisation=away)) == {"step_overdue": DIRECTOR}


def test_undetermined_goes_to_whoever_is_to_clarify_it() -> None:
    world = World().open("23 09:00").enter("draft", "25 09:00", "24 17:30")
    assert asked(world) == {"step_overdue": DIRECTOR}


def test_a_supervisors_own_step_goes_to_the_secretary() -> None:
    world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30", SUPERVISOR)
    assert asked(world) == {"step_overdue": SECRETARY}


def test_where_several_answer_who_is_direct_is_asked_before_whoever_clarifies_the_rest() -> None:
    lead = next(iter(judge(drafting().view("26 08:30")).opened))
    mixed = replace(lead.attribution, missing=("attribution.missing_short_time",), clarifier=DIRECTOR)
    assert follow_up_for(replace(lead, attribution=mixed), drafting().view("26 08:30")) == CLERK


def test_a_director_who_supervises_elsewhere_and_only_leads_does_not_take_the_matter_upwards() -> None:
    org = organisation([leave(CLERK, "24 08:00", "27 17:30", "20 08:00")])
    both = replace(org, supervisions=(*org.supervisions, Supervision(DIRECTOR, "elsewhere", LONG_AGO)))
    both = replace(both, offices=(*both.offices, Office("elsewhere", "外单位")))
    assert asked(drafting(organisation=both)) == {"step_overdue": CLERK}


def test_late_and_left_meanwhile_asks_nobody() -> None:
    assert asked(drafting().leave("draft", "25 18:00")) == {"step_overdue": None}


def test_failed_asks_its_doer_although_it_is_closed() -> None:
    world = drafting().leave("draft", "24 09:00", "failed", action="abandon").close("24 09:00")
    assert asked(world) == {"step_failed": CLERK}


def test_other_rules_ask_nobody() -> None:
    world = World().open("23 09:00", "25 17:30").enter("draft", "23 09:00", "30 17:30", None)
    assert asked(world) == {"task_overdue": None, "step_unassigned": None}


def test_ended_late_as_failed_is_explained_once() -> None:
    world = drafting().leave("draft", "26 08:00", "failed", action="abandon")
    assert asked(world) == {"step_overdue": None, "step_failed": CLERK}


def test_failing_is_explained_though_the_lateness_was_being_explained() -> None:
    world = drafting()
    world.run("26 08:30")
    finding = world.only("step_overdue")
    world.findings[finding.lead.fingerprint] = replace(finding, follow_up="JD-2026-0001")
    world.leave("draft", "26 09:00", "failed", action="abandon")
    assert asked(world, "26 17:00") == {"step_failed": CLERK}


def test_a_follow_up_never_opens_one() -> None:
    assert asked(drafting(workflow=OVERSIGHT)) == {"follow_up_overdue": None}


def test_it_ends_with_its_finding_but_for_a_failed_step_that_is_put_right() -> None:
    world = drafting().leave("draft", "26 09:00", "failed", action="abandon")
    world.run("26 17:00")
    late, failed = world.only("step_overdue"), world.only("step_failed")
    assert ends_follow_up(late, "cured") and ends_follow_up(late, "withdrawn")
    assert ends_follow_up(failed, "withdrawn") and not ends_follow_up(failed, "cured")


def test_nobody_here_is_asked_about_a_log_from_elsewhere() -> None:
    world = drafting()
    view = world.view("26 08:30")
    (lead,) = judge(view).opened
    read_in = {id: replace(task, answers=CLERK) for id, task in view.tasks.items()}
    assert follow_up_for(lead, view) == CLERK
    assert follow_up_for(lead, replace(view, tasks=read_in)) is None
