"""并案 and 改办: a task goes on in another one; what was late stays found, and nobody is blamed for it afterwards."""

from __future__ import annotations

from typing import Any

from tests.service.house import House, codes, done_of, local
from tests.service.papers import publish_papers
from tests.service.test_rules import direct, found
from zeroerror.model.problem import Refusal
from zeroerror.service import rerouting, tasks
from zeroerror.service.task_show import task_show

LEADER_ELSEWHERE = "guoliang"


def merge(house: House, by: str, task: str, lead: str, reason: str | None = "同一事项") -> Any:
    return rerouting.merge(house.inst, house.actor(by), task, lead, reason=reason)


def redirect(house: House, by: str, task: str, reason: str | None = "开错了", **more: Any) -> Any:
    return rerouting.redirect(house.inst, house.actor(by), task, reason=reason, **more)


def test_a_merged_task_ends_and_each_of_the_two_says_where_it_goes_on(house: House) -> None:
    task, lead = house.open(title="甲"), house.open(title="乙")
    done_of(merge(house, house.director, task, lead))
    merged, leading = house.task(task), house.task(lead)
    assert (merged.status, merged.into, merged.open_visits()) == ("merged", lead, ())
    assert [each.status for each in merged.visits] == ["released"]
    assert (leading.status, leading.merged) == ("open", (task,))
    shown = task_show(house.inst, task, house.clerk)
    assert (shown["status"], shown["into"]) == ("merged", lead)


def test_what_was_late_before_stays_found_and_nothing_is_afterwards(house: House) -> None:
    early, task, lead = house.open(title="甲"), house.open(title="乙"), house.open(title="丙")
    done_of(merge(house, house.director, early, lead))
    house.run_slots("2026-11-26 09:00")
    assert {each["task"] for each in found(house, "step_overdue")} == {task, lead}
    asked = {each["task"]: each["follow_up"] for each in found(house, "step_overdue")}
    done_of(merge(house, house.director, task, lead))
    # Nobody is asked any more to explain what is no longer owed, and the other is asked as before.
    assert [house.task(asked[each]).status for each in (task, lead)] == ["closed", "open"]
    house.run_slots("2026-11-26 17:30")
    late = [each for each in found(house, "step_overdue") if each["task"] == task]
    assert [(direct(each), each["state"]) for each in late] == [([house.clerk], "cured")]


def test_who_may_merge_what_into_what(house: House) -> None:
    task, lead = house.open(), house.open()
    assert codes(merge(house, house.clerk, task, lead)) == {"engine.not_your_act", "engine.merges_own_step"}
    assert codes(merge(house, LEADER_ELSEWHERE, task, lead)) == {"engine.not_your_act"}
    assert codes(merge(house, house.director, task, lead, None)) == {"engine.reroute_reason"}
    assert codes(merge(house, house.director, task, task)) == {"engine.leads_itself"}
    given = {"title": "督办", "source": "领导批示", "finish_by": "2026-12-04"}
    opened = tasks.open_task(house.inst, house.actor(house.clerk), "handling/supervision", fields=given)
    assert codes(merge(house, house.director, task, done_of(opened).tasks[0])) == {"engine.other_workflow"}
    done_of(merge(house, house.director, task, lead))
    assert codes(merge(house, house.director, task, lead)) == {"engine.task_over"}
    third = house.open()
    assert codes(merge(house, house.director, third, task)) == {"engine.leads_no_more"}
    ended = house.try_advance(house.clerk, task, "submit")
    assert isinstance(ended, Refusal)
    assert [(each.code, each.params["into"]) for each in ended.reasons] == [("engine.continued", lead)]


def test_whose_own_step_is_open_does_not_merge_it_away(house: House) -> None:
    task, lead = house.open(), house.open()
    done_of(tasks.assign(house.inst, house.actor(house.director), task, house.director))
    assert codes(merge(house, house.director, task, lead)) == {"engine.merges_own_step"}
    done_of(merge(house, house.leader, task, lead))
    # What goes on elsewhere is not taken back here.
    refused = tasks.takeback(house.inst, house.actor(house.leader), task)
    assert codes(refused) == {"engine.goes_on_elsewhere"}


def test_what_was_opened_in_the_wrong_office_begins_anew_in_the_right_one(house: House) -> None:
    task = house.open(title="关于协商会议的通知")
    house.at("2026-11-24 15:00")
    receipt = done_of(redirect(house, house.director, task, office="经济委"))
    old, new = house.task(task), house.task(receipt.tasks[1])
    assert (old.status, old.into) == ("redirected", new.id)
    assert (new.office, new.reference, new.fields) == ("经济委", task, {"urgency": "平件"})
    assert new.sealed == old.sealed
    (visit,) = new.open_visits()
    # Its limit begins anew.
    assert (visit.person, visit.due_at) == ("wangli", local("2026-11-26 17:30"))
    assert task_show(house.inst, new.id, house.director)["title"] == "关于协商会议的通知"


def test_another_workflow_takes_what_fits_and_asks_for_what_is_missing(house: House) -> None:
    task = house.open(title="催办提案答复")
    house.at("2026-11-24 15:00")
    lacking = redirect(house, house.director, task, workflow="handling/supervision")
    assert "engine.field_missing" in codes(lacking)
    given = {"source": "领导批示", "finish_by": "2026-11-24"}
    receipt = done_of(redirect(house, house.director, task, workflow="handling/supervision", fields=given))
    new = house.task(receipt.tasks[1])
    assert (new.workflow, new.fields["source"]) == ("handling/supervision", "领导批示")
    house.run_slots("2026-11-24 17:30")
    # Its dates were not given by who sent it the right way.
    assert found(house, "short_notice") == []


def test_nobody_gives_himself_time_by_it(house: House) -> None:
    publish_papers(house)
    task = house.open()
    refused = redirect(house, house.clerk, task, workflow="handling/papers")
    assert codes(refused) == {"engine.gives_himself_time"}
    assert codes(redirect(house, house.clerk, task, office="提案委")) == {"engine.redirected_nowhere"}
    new = done_of(redirect(house, house.director, task, workflow="handling/papers")).tasks[1]
    assert house.task(new).open_visits()[0].person == house.clerk
    # Whoever opened it may send it on to somebody else, and whoever does not direct there may not.
    other = house.open()
    sent = done_of(redirect(house, house.clerk, other, office="经济委")).tasks[1]
    assert codes(redirect(house, "wangli", sent, office="提案委")) == {"engine.not_your_act"}
