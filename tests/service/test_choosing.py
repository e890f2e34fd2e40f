"""退回 to any of several earlier steps: who returns says to which, and why."""

from __future__ import annotations

import pytest

from tests.service.house import OFFICE, House, codes, done_of, local
from tests.service.papers import publish_papers
from zeroerror.engine.handling import last_act
from zeroerror.service import log, tasks

DEPUTY = "longhai"


@pytest.fixture
def papers(house: House) -> str:
    """A task that has come to its checker."""
    publish_papers(house)
    opened = tasks.open_task(
        house.inst, house.actor(house.clerk), "handling/papers", fields={"title": "材料"}, office=OFFICE
    )
    task = done_of(opened).tasks[0]
    house.advance(house.clerk, task, "submit")
    house.advance(DEPUTY, task, "pass")
    return task


def test_it_goes_back_to_the_step_that_was_chosen_with_its_limit_whole_again(
    house: House, papers: str
) -> None:
    house.at("2026-11-23 16:00")
    house.advance(house.director, papers, "return.draft", reason="附件缺页")
    (visit,) = house.task(papers).open_visits()
    assert (visit.step, visit.visit, visit.person) == ("draft", 2, house.clerk)
    assert visit.due_at == local("2026-11-25 17:30")
    house.advance(house.clerk, papers, "submit")
    house.advance(DEPUTY, papers, "pass")
    house.advance(house.director, papers, "退回.审核", reason="数字没有核对")
    (visit,) = house.task(papers).open_visits()
    assert (visit.step, visit.visit, visit.person) == ("review", 3, DEPUTY)
    left = [each["body"] for each in log.show(house.inst) if each["kind"] == "step_left"]
    faults = [each["fault"] for each in left if each["outcome"] == "returned"]
    assert faults == [{"step": "draft", "category": "材料"}, {"step": "review", "category": "材料"}]


def test_to_which_step_and_why_must_be_said(house: House, papers: str) -> None:
    assert codes(house.try_advance(house.director, papers, "return", reason="x")) == {"engine.unknown_action"}
    assert codes(house.try_advance(house.director, papers, "return.check", reason="x")) == {
        "engine.unknown_action"
    }
    assert codes(house.try_advance(house.director, papers, "return.draft")) == {"engine.reason_missing"}
    assert codes(house.try_advance(DEPUTY, papers, "return.draft", reason="x")) == {"engine.not_your_step"}


def test_a_return_is_taken_back_like_any_act(house: House, papers: str) -> None:
    before = house.task(papers).open_visits()[0]
    house.advance(house.director, papers, "退回（起草）", reason="附件缺页")
    assert last_act(house.task(papers)) is not None
    done_of(tasks.takeback(house.inst, house.actor(house.director), papers))
    (visit,) = house.task(papers).open_visits()
    assert (visit.step, visit.visit, visit.due_at) == (before.step, before.visit, before.due_at)
