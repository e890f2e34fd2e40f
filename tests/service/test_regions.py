"""Steps side by side: each owed, late, urged and attributed on its own, and joined when all have ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import OFFICE, House, codes, done_of
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.service import tasks
from zeroerror.service.front import Receipt
from zeroerror.store import reads

#: Who owes each region's first step in the sample institution.
OWES = {"notify": "wuxiaomei", "prepare": "yangyan", "venue": "yaona", "reception": "xiaolin"}
SECRETARY = "zhoujianming"


class Meeting:
    """A meeting that has come to where its preparation runs in four regions."""

    def __init__(self, house: House, path: Path, held_on: str = "2026-12-10") -> None:
        self.house, self.path = house, path
        clerk = house.actor(OWES["notify"])
        fields = {"title": "季度协商会", "held_on": held_on, "place": "三楼会议室"}
        opened = tasks.open_task(house.inst, clerk, "meeting/meeting", fields=fields, office=OFFICE)
        self.id = done_of(opened).tasks[0]
        self.do("apply", "submit", OWES["notify"])
        approver = house.task(self.id).open_visits()[0].waits_for or ""
        self.do("approve", "approve", approver)
        self.do("plan", "finish", OWES["notify"], attach=[self.file("plan.txt")])

    def file(self, name: str) -> Path:
        path = self.path / name
        path.write_text(name, "utf-8")
        return path

    def do(self, step: str, action: str, person: str | None = None, **more: Any) -> Receipt:
        """An action in one of the steps that are open."""
        return self.house.advance(person or OWES[step], self.id, action, step=step, **more)

    def open(self) -> dict[str, int]:
        """Every open step with its visit."""
        return {each.step: each.visit for each in self.house.task(self.id).open_visits()}

    def end(self, *regions: str) -> None:
        """Regions brought to their ends."""
        if "notice" in regions:
            self.do("notify", "notify", attach=[self.file("notice.txt")])
        if "papers" in regions:
            self.do("prepare", "submit", attach=[self.file("papers.txt")])
            self.do("review", "pass", self.house.director)
        if "venue" in regions:
            self.do("venue", "pass", attach=[self.file("venue.txt")])
        if "reception" in regions:
            self.do("reception", "none")

    def findings(self, rule: str) -> Mapping[str, Any]:
        """The findings of a rule about this task, by step."""
        found = reads.findings_of_tasks(self.house.inst.conn, [self.id])[self.id]
        return {str(each.lead.step): each for each in found if each.lead.rule == rule}


@pytest.fixture
def meeting(house: House, tmp_path: Path) -> Meeting:
    return Meeting(house, tmp_path)


def test_the_regions_open_side_by_side_each_with_its_person_and_its_own_limit(meeting: Meeting) -> None:
    visits = {each.step: each for each in meeting.house.task(meeting.id).open_visits()}
    assert {step: each.person for step, each in visits.items()} == OWES
    due = {step: to_text(each.due_at)[:10] for step, each in visits.items() if each.due_at}
    # Counted back from 10 December, a Thursday.
    assert due == {
        "notify": "2026-12-07",
        "prepare": "2026-12-08",
        "venue": "2026-12-09",
        "reception": "2026-12-09",
    }


def test_the_join_waits_for_the_last_region_whichever_it_is(meeting: Meeting) -> None:
    meeting.end("venue", "papers", "notice")
    assert meeting.open() == {"reception": 1}
    meeting.do("reception", "arrange")
    assert meeting.open() == {"hold": 1}


def test_an_action_that_leaves_the_group_releases_the_siblings(meeting: Meeting) -> None:
    meeting.do("notify", "return", reason="议程有误")
    assert meeting.open() == {"plan": 2}
    task = meeting.house.task(meeting.id)
    assert {each.step: each.status for each in task.visits if each.step in OWES} == {
        "notify": "returned",
        "prepare": "released",
        "venue": "released",
        "reception": "released",
    }


def test_whoever_was_released_is_not_blamed_afterwards_and_is_for_what_was_late_before(
    meeting: Meeting,
) -> None:
    house = meeting.house
    house.run_slots("2026-12-09 09:00")
    late = meeting.findings("step_overdue")
    assert set(late) == {"notify", "prepare"}
    meeting.do("notify", "return", reason="议程有误")
    # Nobody is asked any more to explain what nobody owes.
    assert {house.task(each.follow_up).status for each in late.values()} == {"closed"}
    house.run_slots("2026-12-11 18:00")
    found = meeting.findings("step_overdue")
    # What fell due on the ninth and tenth was owed by nobody any more; what was late before still counts.
    assert {step: each.state for step, each in found.items() if step in OWES} == {
        "notify": "cured",
        "prepare": "cured",
    }


def test_each_region_is_found_late_and_attributed_on_its_own(meeting: Meeting) -> None:
    meeting.end("papers")
    meeting.house.run_slots("2026-12-10 09:00")
    found = meeting.findings("step_overdue")
    assert {step: each.lead.attribution.answerers[0].person for step, each in found.items()} == {
        step: person for step, person in OWES.items() if step != "prepare"
    }
    asked = {each.follow_up for each in found.values()}
    assert len(asked) == 3
    assert None not in asked
    meeting.end("venue")
    states = {each.follow_up: meeting.house.task(each.follow_up).status for each in found.values()}
    assert states[found["venue"].follow_up] == "closed"
    assert states[found["notify"].follow_up] == "open"


def test_a_return_opens_the_regions_it_names_and_the_others_stay_ended(meeting: Meeting) -> None:
    meeting.end("notice", "papers", "venue", "reception")
    meeting.do("hold", "postpone", OWES["notify"], reason="主席外出", fields={"held_on": "2026-12-17"})
    assert meeting.open() == {"notify": 2, "venue": 2}
    due = {
        each.step: to_text(each.due_at)[:10]
        for each in meeting.house.task(meeting.id).open_visits()
        if each.due_at
    }
    assert due == {"notify": "2026-12-14", "venue": "2026-12-16"}
    meeting.end("notice", "venue")
    assert meeting.open() == {"hold": 2}


def test_opening_again_from_within_touches_no_region_that_is_not_named(meeting: Meeting) -> None:
    meeting.end("reception")
    meeting.do("venue", "change", reason="三楼停电")
    assert meeting.open() == {"prepare": 1, "notify": 2, "venue": 2}
    meeting.end("notice", "venue", "papers")
    assert meeting.open() == {"hold": 1}


def test_a_date_changed_in_one_region_moves_what_the_others_count_from_it(meeting: Meeting) -> None:
    house = meeting.house
    house.run_slots("2026-12-08 09:00")
    meeting.do("notify", "move", reason="改期", fields={"held_on": "2026-12-17"})
    due = {
        each.step: to_text(each.due_at)[:10] for each in house.task(meeting.id).open_visits() if each.due_at
    }
    assert due == {
        "notify": "2026-12-14",
        "prepare": "2026-12-15",
        "venue": "2026-12-16",
        "reception": "2026-12-16",
    }
    house.run_slots("2026-12-11 18:00")
    # What had been late by the old date stays so; what was moved in time was never late.
    assert {step: each.state for step, each in meeting.findings("step_overdue").items()} == {
        "notify": "cured"
    }


def test_what_is_taken_back_is_ones_own_act_and_nothing_beside_it(meeting: Meeting) -> None:
    house = meeting.house
    before = house.task(meeting.id).open_visits()

    def as_before() -> bool:
        return tuple(replace(each, undone=()) for each in house.task(meeting.id).open_visits()) == before

    meeting.do("notify", "return", reason="议程有误")
    done_of(tasks.takeback(house.inst, house.actor(OWES["notify"]), meeting.id))
    assert as_before()
    meeting.do("prepare", "submit", attach=[meeting.file("papers.txt")])
    done_of(tasks.takeback(house.inst, house.actor(OWES["prepare"]), meeting.id))
    assert as_before()


def test_a_region_opened_again_by_mistake_stands_as_it_stood(meeting: Meeting) -> None:
    house = meeting.house
    meeting.end("notice")
    before = house.task(meeting.id).open_visits()
    meeting.do("venue", "change", reason="三楼停电")
    done_of(tasks.takeback(house.inst, house.actor(OWES["venue"]), meeting.id))
    # What was taken back stays on record with the visit; the visit itself stands as it stood.
    assert tuple(replace(each, undone=()) for each in house.task(meeting.id).open_visits()) == before
    # The notice that had gone out still counts as given.
    meeting.end("papers", "venue", "reception")
    assert meeting.open() == {"hold": 1}


def test_the_join_itself_is_taken_back(meeting: Meeting) -> None:
    house = meeting.house
    meeting.end("notice", "papers", "venue", "reception")
    done_of(tasks.takeback(house.inst, house.actor(OWES["reception"]), meeting.id))
    assert meeting.open() == {"reception": 1}
    meeting.end("reception")
    assert meeting.open() == {"hold": 2}


def test_a_step_is_named_where_two_could_be_meant(meeting: Meeting) -> None:
    house = meeting.house
    # Who owes one of them means that one.
    house.advance(OWES["reception"], meeting.id, "none")
    with pytest.raises(UsageError) as refused:
        tasks.urge(house.inst, house.actor(house.director), meeting.id)
    assert refused.value.code == "error.ambiguous_step"
    assert [each.split()[0] for each in refused.value.params["known"]] == ["notify", "prepare", "venue"]
    with pytest.raises(UsageError) as refused:
        house.try_advance(OWES["venue"], meeting.id, "nonsense")
    assert refused.value.code == "error.unknown_action"


def test_a_step_of_another_region_is_not_ones_own(meeting: Meeting) -> None:
    assert "engine.not_your_step" in codes(
        meeting.house.try_advance(OWES["reception"], meeting.id, "pass", step="venue")
    )


def test_a_cancelled_meeting_is_owed_by_nobody(meeting: Meeting) -> None:
    meeting.end("notice", "papers", "venue", "reception")
    meeting.do("hold", "cancel", OWES["notify"], reason="不再召开")
    assert meeting.open() == {}
    assert meeting.house.task(meeting.id).status == "cancelled"
