"""Where a case of a log may stand, held against the engine: what can have happened fits, and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from tests.unit.engine.courses import Course
from tests.unit.engine.test_machine_reading import definition, shaped
from zeroerror.definition.check import OF_TARGETS
from zeroerror.definition.loader import load
from zeroerror.definition.product import STANDINGS_MAX, standings
from zeroerror.engine.facts import Definition
from zeroerror.engine.machine import compile_table
from zeroerror.exchange.ways import Ways
from zeroerror.model.workflow import Workflow

TEXT = """\
id: meeting/old
format: 1
title: 旧会议
basis: 旧台账
family: meeting
visible_to: [office]
opened_by: machine
fields: {title: {title: 会议, type: text}}
steps:
  plan:
    title: 方案
    owner: {duty: 会务}
    actions:
      finish: {title: 方案已定, to: ready}
      drop: {title: 不开了, end: cancelled}
  ready:
    title: 会前筹备
    to: hold
    regions:
      notice:
        title: 通知
        steps:
          notify:
            title: 会议通知
            owner: {duty: 会务}
            actions:
              notified: {title: 已通知, join: done}
              back: {title: 方案有误, to: plan, outcome: returned, reason: required}
      venue:
        title: 会场
        steps:
          book:
            title: 订会场
            owner: {duty: 会务}
            actions:
              booked: {title: 已订, to: check}
          check:
            title: 核查
            owner: {duty: 会务}
            actions:
              fit: {title: 无误, join: done}
              change: {title: 地点有变, to: ready, reopens: [notice, venue], outcome: returned, reason: required}
  hold:
    title: 开会
    owner: {duty: 会务}
    actions:
      held: {title: 已开, end: done}
"""


@pytest.fixture(scope="module")
def meeting() -> Workflow:
    found = load(TEXT, "old.yaml")
    assert found.workflow is not None, found.problems
    return found.workflow


def told(workflow: Workflow, *steps: str, ended: bool = False) -> list[str | None] | None:
    """By which action each was left, as far as it is told; None where the steps do not fit."""
    ways = Ways(workflow, standings(workflow))
    standing = ways.begun
    for step in steps:
        standing = ways.after(standing, step)
        if not standing:
            return None
    return [None if each is None else each.name for each in ways.taken(steps, ended=ended)]


def test_what_ran_side_by_side_fits_in_any_order(meeting: Workflow) -> None:
    for between in (["notify", "book", "check"], ["book", "notify", "check"], ["book", "check", "notify"]):
        steps = ["plan", *between, "hold"]
        found = told(meeting, *steps, ended=True)
        assert found is not None
        assert dict(zip(steps, found, strict=True)) == {
            "plan": "finish",
            "notify": "notified",
            "book": "booked",
            "check": "fit",
            "hold": "held",
        }


def test_nothing_is_held_before_every_region_has_ended(meeting: Workflow) -> None:
    assert told(meeting, "plan", "notify", "book", "hold") is None
    assert told(meeting, "plan", "check") is None
    assert told(meeting, "notify") is None
    assert told(meeting, "plan", "notify", "notify") is None


def test_a_return_shows_by_what_came_after_it(meeting: Workflow) -> None:
    assert told(meeting, "plan", "notify", "plan", "book") == ["finish", "back", "finish", None]
    # The other region had been left with the group, and begins anew.
    assert told(meeting, "plan", "book", "notify", "plan", "check") is None
    found = told(meeting, "plan", "notify", "book", "check", "notify", "book", "check", "hold", ended=True)
    assert found == ["finish", "notified", "booked", "change", "notified", "booked", "fit", "held"]


def test_what_the_log_leaves_open_is_not_told(meeting: Workflow) -> None:
    # Whether the notice was given or sent back, shows only by what came after it.
    assert told(meeting, "plan", "book", "notify") == ["finish", "booked", None]
    assert told(meeting, "plan", "notify", "book") == ["finish", "notified", None]
    assert told(meeting, "plan", "book", "check", "notify") == ["finish", "booked", None, None]
    assert told(meeting, "plan", ended=True) == ["drop"]
    # A case that ended where none of its steps ends it: the log lacks something.
    assert told(meeting, "plan", "notify", ended=True) == ["finish", None]
    assert told(meeting) == []


def generated(random: Random) -> Workflow | None:
    workflow = shaped(definition(random.choice))
    if any(True for each in OF_TARGETS[:2] for _ in each(workflow, lambda *path: "")):
        return None
    return workflow if len(standings(workflow)) < min(300, STANDINGS_MAX) else None


@pytest.mark.parametrize("seed", range(6))
def test_every_course_that_the_engine_takes_fits_and_what_is_told_of_it_is_true(seed: int) -> None:
    random, courses, sure = Random(f"ways/{seed}"), 0, 0
    while courses < 60:
        workflow = generated(random)
        if workflow is None:
            continue
        ways, table = Ways(workflow, standings(workflow)), compile_table(workflow)
        courses += 1
        course, taken = Course(Definition("d", workflow, table)), list[tuple[str, str]]()
        for _ in range(12):
            offered = [
                (visit.step, action.name)
                for visit in course.task.open_visits()
                for action in workflow.step(visit.step).actions
            ]
            if not offered:
                break
            taken.append(random.choice(offered))
            course.take(*taken[-1])
        steps, standing = [step for step, _ in taken], ways.begun
        for step in steps:
            standing = ways.after(standing, step)
            assert standing, (taken, workflow)
        ended = course.task.status != "open"
        for (step, name), found in zip(taken, ways.taken(steps, ended=ended), strict=True):
            if found is not None:
                sure += 1
                real = workflow.step(step).action(name)
                assert real is not None
                assert (found.to, found.joins, found.reopens) == (real.to, real.joins, real.reopens)
    assert sure > 60


@pytest.mark.parametrize("seed", range(4))
def test_a_step_fits_exactly_where_some_course_of_the_engine_has_it_open(seed: int) -> None:
    random, fits, other = Random(f"fits/{seed}"), 0, 0
    while fits < 40 or other < 40:
        workflow = generated(random)
        if workflow is None:
            continue
        ways, made = Ways(workflow, standings(workflow)), Definition("d", workflow, compile_table(workflow))
        names = [step.name for step in workflow.steps]
        standing, histories = ways.begun, [list[tuple[str, str]]()]
        for _ in range(5):
            step = random.choice(names)
            longer = [
                [*history, (step, action.name)]
                for history in histories
                if step in _open(made, history)
                for action in workflow.step(step).actions
            ]
            after = ways.after(standing, step)
            assert bool(after) == bool(longer), (histories, step)
            fits, other = fits + bool(after), other + (not after)
            if after:
                standing, histories = after, longer
            if len(histories) > 40:
                break


def _open(made: Definition, history: Sequence[tuple[str, str]]) -> set[str]:
    course = Course(made)
    for step, action in history:
        course.take(step, action)
    return {each.step for each in course.task.open_visits()}
