"""传阅 and 已阅: given to be read, read with a word, and nobody is late with it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.service.house import House, codes, done_of
from tests.service.test_rules import found
from zeroerror.model.errors import UsageError
from zeroerror.service import circulation, meant, tasks
from zeroerror.service.desk import next_for
from zeroerror.service.task_show import task_show


def circulate(house: House, by: str, task: str, *persons: str, **more: Any) -> Any:
    return circulation.circulate(house.inst, house.actor(by), task, persons, **more)


def read(house: House, person: str, *ids: str) -> Any:
    return circulation.read(house.inst, house.actor(person), ids)


def unread(house: House, person: str) -> list[str]:
    return [each["task"] for each in next_for(house.inst, person)["unread"]]


def test_what_was_circulated_is_read_by_whoever_got_it_and_who_has_not_is_seen(house: House) -> None:
    task = house.open(title="关于收看直播的通知")
    assert task_show(house.inst, task, "wangli")["title"] is None
    done_of(circulate(house, house.clerk, task, "wangli", "guoliang"))
    assert unread(house, "wangli") == [task]
    assert task_show(house.inst, task, "wangli")["title"] == "关于收看直播的通知"
    done_of(read(house, "wangli", task))
    assert unread(house, "wangli") == []
    told = task_show(house.inst, task, house.clerk)["circulation"]
    assert {each["person"]: each["read_at"] is not None for each in told} == {
        "wangli": True,
        "guoliang": False,
    }


def test_many_are_read_with_one_word_and_all_or_none(house: House) -> None:
    first, second, third = (house.open(title=each) for each in "一二三")
    for task in (first, second):
        done_of(circulate(house, house.clerk, task, house.colleague))
    refused = read(house, house.colleague, first, third)
    assert codes(refused) == {"engine.not_circulated"}
    assert unread(house, house.colleague) == [first, second]
    receipt = done_of(read(house, house.colleague))
    assert [each["kind"] for each in receipt.events] == ["task_read", "task_read"]
    assert codes(read(house, house.colleague, first)) == {"engine.read_already"}
    with pytest.raises(UsageError):
        read(house, house.colleague)


def test_reading_voids_nothing_that_somebody_is_about_to_sign(house: House) -> None:
    task = house.open()
    done_of(circulate(house, house.clerk, task, house.colleague))
    seen = meant.target_of(house.task(task), house.task(task).open_visits()[0])
    done_of(read(house, house.colleague, task))
    assert house.task(task).last == seen.last
    # One's own last act is still one's own to take back.
    house.advance(house.clerk, task, "drop", reason="重复")
    done_of(circulate(house, house.director, task, "wangli"))
    done_of(read(house, "wangli", task))
    done_of(tasks.takeback(house.inst, house.actor(house.clerk), task))


def test_who_opened_it_owes_it_or_directs_there_circulates_it(house: House) -> None:
    task = house.open()
    assert codes(circulate(house, "wangli", task, "guoliang")) == {"engine.not_your_act"}
    assert codes(circulate(house, house.clerk, task, "nobody")) == {"engine.not_in_service"}
    done_of(circulate(house, house.leader, task, office="经济委"))
    assert codes(circulate(house, house.clerk, task, "wangli")) == {"engine.circulated_already"}
    assert len(task_show(house.inst, task, house.clerk)["circulation"]) == len(
        house.inst.organisation.staff("经济委", house.inst.now())
    )


def test_nobody_is_late_with_reading(house: House) -> None:
    task = house.open()
    done_of(circulate(house, house.clerk, task, "wangli"))
    house.advance(house.clerk, task, "drop", reason="重复")
    house.run_slots("2026-12-08 09:00")
    assert found(house, "step_overdue") == []
    assert unread(house, "wangli") == [task]
