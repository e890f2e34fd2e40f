"""转办 and 委派: a step passed on for good, and one that is done by somebody else and stays one's own to answer for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.service.house import House, codes, done_of, local
from tests.service.test_handling import house_leave
from tests.service.test_rules import found as found_by
from zeroerror.service import tasks


def delegate(house: House, by: str, task: str, to: str | None, **more: Any) -> Any:
    return tasks.delegate(house.inst, house.actor(by), task, to, **more)


def overdue(house: House) -> Mapping[str, Any]:
    (found,) = found_by(house, "step_overdue")
    return found


def test_whoever_it_is_delegated_to_does_it_for_who_owes_it(house: House, tmp_path: Path) -> None:
    task = house.open()
    done_of(delegate(house, house.clerk, task, house.colleague))
    (visit,) = house.task(task).open_visits()
    assert (visit.person, visit.delegate) == (house.clerk, house.colleague)
    house.submit(task, tmp_path, house.colleague)
    left = house.task(task).visits[0]
    assert (left.doer, left.capacity) == (house.colleague, "delegate")


def test_its_holder_may_still_do_it_and_takes_it_back_with_a_word(house: House, tmp_path: Path) -> None:
    task = house.open()
    done_of(delegate(house, house.clerk, task, house.colleague))
    done_of(delegate(house, house.clerk, task, None))
    assert codes(house.try_advance(house.colleague, task, "drop", reason="x")) == {"engine.not_your_step"}
    assert codes(delegate(house, house.clerk, task, None)) == {"engine.not_delegated"}
    done_of(delegate(house, house.clerk, task, house.colleague))
    house.submit(task, tmp_path)
    assert house.task(task).visits[0].capacity == "own"


def test_a_step_is_delegated_by_who_owes_it_to_who_does_not_stand_above_him(house: House) -> None:
    task = house.open()
    assert codes(delegate(house, house.colleague, task, house.colleague)) == {"engine.not_your_step"}
    for above in (house.director, "longhai", "guoliang", house.leader):
        assert codes(delegate(house, house.clerk, task, above)) == {"engine.not_subordinate"}
    assert codes(delegate(house, house.clerk, task, house.clerk)) == {"engine.owes_already"}
    done_of(delegate(house, house.clerk, task, house.colleague))
    assert codes(delegate(house, house.clerk, task, house.colleague)) == {"engine.delegated_already"}
    done_of(tasks.assign(house.inst, house.actor(house.director), task, house.director))
    # With the step its delegation has gone to nobody: the new holder asked nobody.
    assert house.task(task).open_visits()[0].delegate is None
    done_of(delegate(house, house.director, task, house.clerk))


def test_a_delegated_step_that_is_late_is_who_owed_its(house: House) -> None:
    task = house.open()
    done_of(delegate(house, house.clerk, task, house.colleague))
    house.run_slots("2026-11-26 09:00")
    found = overdue(house)
    (answers,) = found["attribution"]
    assert (answers["person"], answers["degree"], answers["reason"]) == (
        house.clerk,
        "direct",
        "attribution.delegated",
    )


def test_whose_it_is_where_the_holder_was_away_is_left_to_people(house: House) -> None:
    task = house.open()
    done_of(delegate(house, house.clerk, task, house.colleague))
    house_leave(house, house.clerk, house.colleague, local("2026-11-24 09:00"), local("2026-11-27 18:00"))
    house.run_slots("2026-11-26 09:00")
    found = overdue(house)
    assert (found["attribution"], found["undetermined"]) == ([], ["attribution.missing_delegated_away"])


def test_whose_it_is_that_a_delegated_step_was_recorded_late_is_left_to_people(house: House) -> None:
    task = house.open()
    done_of(delegate(house, house.clerk, task, house.colleague))
    done_at = house.at("2026-11-23 10:00")
    house.at("2026-11-25 16:00")
    house.advance(house.colleague, task, "drop", reason="重复", done_at=done_at)
    house.run_slots("2026-11-25 17:30")
    (late,) = found_by(house, "late_record")
    assert (late["attribution"], late["undetermined"]) == ([], ["attribution.missing_delegated"])


def test_four_eyes_hold_for_whoever_really_does_it(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.submit(task, tmp_path)
    done_of(delegate(house, house.director, task, house.clerk))
    refused = house.try_advance(house.clerk, task, "pass")
    assert codes(refused) == {"engine.four_eyes"}


def test_a_step_goes_to_another_office_by_its_division_of_labour_and_with_a_reason(house: House) -> None:
    task = house.open()
    clerk = house.actor(house.clerk)
    assert codes(tasks.assign(house.inst, clerk, task, None, office="经济委")) == {"engine.handover_reason"}
    assert codes(tasks.assign(house.inst, clerk, task, "wangli")) == {"engine.handover_reason"}
    assert codes(tasks.assign(house.inst, clerk, task, None, office="没有委")) == {"engine.unknown_office"}
    done_of(tasks.assign(house.inst, clerk, task, None, office="经济委", reason="不属我委职责"))
    (visit,) = house.task(task).open_visits()
    assert (visit.person, visit.holdings[-1].why) == ("wangli", "handover")
    # What went wrong way is handed back by whoever has it now.
    done_of(tasks.assign(house.inst, house.actor("wangli"), task, house.clerk, reason="仍属提案委"))
    assert codes(tasks.assign(house.inst, house.actor("wangli"), task, "wangli", reason="x")) == {
        "engine.not_your_act"
    }


def test_what_staff_is_to_do_is_not_handed_on_to_a_leader(house: House) -> None:
    fields = {"title": "整改", "person": house.clerk, "finish_by": "2026-12-01"}
    clerk = house.actor(house.clerk)
    (task,) = done_of(tasks.open_task(house.inst, clerk, "handling/on_the_spot", fields=fields)).tasks
    given = tasks.assign(house.inst, clerk, task, house.leader, reason="请领导办")
    assert codes(given) == {"engine.field_staff"}
    done_of(tasks.assign(house.inst, clerk, task, house.colleague))
