"""Passes, however they cut time, say the same; attribution is revised only to clear."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.audit.worlds import (
    CLERK,
    DIRECTOR,
    SECOND,
    SLOTS,
    SUPERVISOR,
    World,
    cover,
    direct,
    leave,
    organisation,
)
from zeroerror.audit.judge import Judgement, as_of, judge

REMINDERS = ("step_due_soon", "calendar_provisional")
#: Working instants of the week, in order, none of them a slot.
TIMES = [f"{day} {hour}" for day in range(23, 28) for hour in ("09:00", "11:00", "15:00", "16:40")]


class TestRevised:
    @staticmethod
    def overdue() -> World:
        world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30")
        return world.run_all(SLOTS[:7])

    def test_a_leave_recorded_and_confirmed_afterwards_clears_him(self) -> None:
        world = self.overdue()
        assert direct(world.only("step_overdue")) == [CLERK]
        world.organisation = organisation([leave(CLERK, "24 08:00", "27 17:30", "26 09:00")])
        [(_, attribution)] = world.run("26 17:00").revised
        assert [(each.person, each.degree) for each in attribution.answerers] == [(DIRECTOR, "lead")]
        assert direct(world.only("step_overdue")) == []
        assert len(world.only("step_overdue").history) == 1
        assert world.run("27 08:30") == Judgement()

    def test_a_cover_recorded_afterwards_clears_and_blames_nobody_else(self) -> None:
        world = self.overdue()
        world.organisation = organisation(covers=[cover(CLERK, SECOND, "24 08:00", "27 17:30", "26 09:00")])
        [(_, attribution)] = world.run("26 17:00").revised
        assert attribution.answerers == () and attribution.missing

    def test_what_would_newly_blame_somebody_is_left_as_it_is(self) -> None:
        world = World(organisation=organisation([leave(CLERK, "24 08:00", "27 17:30", "24 09:00")]))
        world.open("23 09:00").enter("draft", "23 09:00", "25 17:30").run("26 08:30")
        named = direct(world.only("step_overdue"))
        world.organisation = organisation(
            [leave(CLERK, "24 08:00", "27 17:30", "24 09:00")],
            [cover(CLERK, SECOND, "24 08:00", "27 17:30", "24 09:00")],
        )
        world.run("26 17:00")
        assert direct(world.only("step_overdue")) == named != [SECOND]

    def test_who_is_cleared_does_not_stay_named_because_it_would_newly_blame_another(self) -> None:
        world = World().open("23 08:40", due="25 17:30").enter("draft", "23 08:40", "24 17:30")
        world.leave("draft", "24 16:00").enter("review", "24 16:00", "25 12:00", DIRECTOR)
        assert direct(world.run_all(SLOTS[:7]).only("task_overdue")) == [DIRECTOR]
        world.take_back("26 09:00", ("draft", 1), ("review", 1)).run("26 17:00")
        finding = world.only("task_overdue")
        assert direct(finding) == [] and finding.lead.attribution.missing
        assert finding.lead.attribution.clarifier == SUPERVISOR, "whose own it was does not clarify it"
        assert world.run("27 08:30") == Judgement()

    def test_who_was_named_among_others_stays_named_when_another_is_cleared(self) -> None:
        world = World().open("23 08:40", due="26 12:00").enter("draft", "23 08:40", "24 11:00")
        world.leave("draft", "24 12:00").enter("review", "24 12:00", "25 17:30", DIRECTOR)
        world.leave("review", "25 16:00", doer=DIRECTOR).enter("draft", "25 16:00", "26 12:00", SECOND, 2)
        world.run("26 17:00")
        assert direct(world.only("task_overdue")) == [CLERK, SECOND]
        world.take_back("27 08:00", ("review", 1), ("draft", 2)).run("27 08:30")
        finding = world.only("task_overdue")
        assert direct(finding) == [CLERK] and finding.lead.attribution.missing
        assert world.run("27 17:00") == Judgement()

    def test_a_cured_finding_is_revised_too_a_withdrawn_one_is_not(self) -> None:
        for state, count in (("cured", 1), ("voided", 0)):
            world = self.overdue().leave("draft", "26 09:00").run_all(SLOTS[7:8])
            finding = world.only("step_overdue")
            world.findings[finding.lead.fingerprint] = replace(finding, state=state)
            world.organisation = organisation([leave(CLERK, "24 08:00", "27 17:30", "27 08:00")])
            assert len(world.run("27 08:30").revised) == count


@st.composite
def histories(draw: st.DrawFn, *, undoing: bool = False) -> World:
    """A task that goes back and forth between its steps, with stops, extensions, transfers and urgings.

    With `undoing`, things are taken back and due dates recomputed: what was found before them is withdrawn,
    which nobody can do who only looks afterwards.
    """
    times = iter(sorted(draw(st.sets(st.sampled_from(TIMES), min_size=3, max_size=12))))
    dues = st.sampled_from([f"{day} {hour}" for day in range(23, 28) for hour in ("12:00", "17:30")])
    start = next(times)
    world = World().open(start, draw(st.none() | dues))
    world.enter("draft", start, draw(dues), draw(st.sampled_from([CLERK, SECOND, None])))
    step, visit, stopped = "draft", 1, False
    for at in times:
        kind = draw(
            st.sampled_from(["leave", "return", "stop", "extend", "urge", "fail", "assign", "recompute"])
        )
        if kind in ("leave", "return"):
            outcome = "done" if kind == "leave" else "returned"
            if undoing and draw(st.booleans()):
                world.leave(step, at, outcome, visit).take_back(at, (step, visit))
                stopped = False
                continue
            world.leave(step, at, outcome, visit)
            step = draw(st.sampled_from(["draft", "review", "sign"]))
            visit = 1 + sum(1 for event, _ in world.told if event.kind == "step_entered")
            waits = {"owner": "desk", "urger": SECOND} if step == "sign" else {}
            person = None if step == "sign" else draw(st.sampled_from([CLERK, DIRECTOR]))
            world.enter(step, at, draw(dues), person, visit, **waits)
            stopped = False
        elif kind == "fail":
            world.leave(step, at, "failed", visit, action="abandon").close(at)
            break
        elif kind == "stop":
            if stopped:
                moved = draw(dues)
                world.tell("clock_resumed", at, step=step, visit=visit, **_moved(moved))
            else:
                world.tell("clock_stopped", at, step=step, visit=visit, waits_for="x", reason=None)
            stopped = not stopped
        elif kind == "extend":
            world.tell("due_extended", at, step=step, visit=visit, proposal="p", **_moved(draw(dues)))
        elif kind == "recompute" and undoing:
            world.tell("due_recomputed", at, step=step, visit=visit, cause="2026", **_moved(draw(dues)))
        elif kind == "urge":
            world.tell("step_urged", at, step=step, visit=visit)
        elif kind == "assign":
            world.tell(
                "step_assigned",
                at,
                step=step,
                visit=visit,
                person=SECOND,
                by=DIRECTOR,
                why="handover",
                capacity={"kind": "own", "for": None},
            )
    return world


def _moved(due: str) -> dict[str, Any]:
    day, hour = due.split()
    utc = {"12:00": "04:00", "17:30": "09:30"}[hour]
    return {
        "due_at": f"2026-11-{day}T{utc}:00.000000Z",
        "warn_at": None,
        "provisional": False,
        "asked_at": None,
    }


def outcome(world: World) -> dict[str, tuple[str, object]]:
    """What is on record, but for reminders, which depend on who looked when."""
    return {
        key: (each.state, each.lead.attribution.answerers)
        for key, each in world.findings.items()
        if each.lead.rule not in REMINDERS
    }


def again(world: World) -> World:
    """The same history with nothing on record."""
    return World(told=world.told, organisation=world.organisation)


@settings(max_examples=150, deadline=None)
@given(histories(), st.sets(st.sampled_from(SLOTS)))
def test_passes_at_any_partition_of_time_leave_the_same_findings(world: World, some: set[datetime]) -> None:
    every = again(world).run_all(SLOTS)
    few = again(world).run_all(sorted({*some, SLOTS[-1]}))
    assert outcome(every) == outcome(few)


@settings(max_examples=100, deadline=None)
@given(histories(undoing=True))
def test_the_same_pass_twice_says_nothing_the_second_time(world: World) -> None:
    world.run_all(SLOTS)
    assert judge(world.view(SLOTS[-1])) == Judgement()


@settings(max_examples=100, deadline=None)
@given(histories(undoing=True), st.sampled_from(SLOTS))
def test_what_is_asked_for_an_instant_is_what_stands_open_then(world: World, slot: datetime) -> None:
    world.run_all(each for each in SLOTS if each <= slot)
    standing = {
        (each.lead.rule, each.lead.step, each.lead.visit, each.lead.due_at)
        for each in world.findings.values()
        if each.state == "open" and each.lead.rule in ("step_overdue", "task_overdue")
    }
    asked = as_of(world.view(slot))
    assert {(lead.rule, lead.step, lead.visit, lead.due_at) for lead in asked} == standing


@settings(max_examples=100, deadline=None)
@given(histories())
def test_every_finding_has_evidence_arithmetic_and_somebody_or_what_is_missing(world: World) -> None:
    world.run_all(SLOTS)
    told = {stamp.index for _, stamp in world.told}
    for finding in world.findings.values():
        lead = finding.lead
        assert lead.evidence and set(lead.evidence) <= told and lead.trace
        if lead.rule not in REMINDERS:
            assert (
                bool(lead.attribution.answerers) != bool(lead.attribution.missing)
                or lead.rule == "task_overdue"
            )
            assert lead.attribution.answerers or lead.attribution.clarifier
