"""The story of the first issue, through the service, on both databases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.service.house import House, codes, done_of, local
from zeroerror.ledger import merkle
from zeroerror.service import audits, organisation, proposals, tasks
from zeroerror.service.proposals import confirm
from zeroerror.store import log, reads


def test_the_steps_are_taken_by_whose_they_are(house: House, tmp_path: Path) -> None:
    task = house.open()
    assert codes(house.try_advance(house.director, task, "submit")) >= {"engine.not_your_step"}
    house.submit(task, tmp_path)
    house.advance(house.director, task, "return", reason="格式不合规范")
    house.submit(task, tmp_path)
    assert house.task(task).find("draft", 2) is not None
    house.advance(house.director, task, "pass")
    assert house.task(task).open_visits()[0].kind == "desk"
    house.advance(house.leader, task, "sign")
    assert house.task(task).open_visits()[0].kind == "person"


def test_a_denial_is_on_record_and_changes_nothing_else(house: House) -> None:
    task = house.open()
    before = house.task(task)
    refused = house.try_advance(house.director, task, "submit")
    assert codes(refused) >= {"engine.not_your_step"}
    assert house.task(task) == before
    last = house.inst.conn.one("SELECT kind FROM leaf ORDER BY idx DESC LIMIT 1")
    assert last == ("denied",)


def test_the_returned_draft_overdue_while_its_drafter_is_away_is_whose_covers(
    house: House, tmp_path: Path
) -> None:
    clerk, colleague = house.clerk, house.colleague
    since, until = local("2026-11-24 08:00"), local("2026-12-04 18:00")
    for propose, who in ((organisation.leave, house.director), (organisation.cover, colleague)):
        more = () if propose is organisation.leave else (colleague,)
        done_of(propose(house.inst, house.actor(clerk), clerk, *more, since, until))
        waiting = proposals.proposals(house.inst)
        done_of(confirm(house.inst, house.actor(who), [waiting[0]["id"]]))
    task = house.open()
    house.submit(task, tmp_path)
    house.run_slots("2026-11-24 09:30")
    house.advance(house.director, task, "return", reason="格式不合规范")
    found = house.run_slots("2026-11-30 12:00")
    overdue = [each for each in found if each["rule"] == "step_overdue"]
    assert len(overdue) == 1
    assert [each["person"] for each in overdue[0]["attribution"]] == [colleague]
    assert overdue[0]["follow_up"] is not None
    assert house.run_slots("2026-12-01 12:00") == [] or all(
        each["rule"] != "step_overdue" for each in house.run_slots("2026-12-01 12:00")
    )
    house.submit(task, tmp_path, colleague)
    assert reads.task(house.inst.conn, overdue[0]["follow_up"]).status == "closed"  # type: ignore[union-attr]


def test_an_extension_asked_in_time_moves_the_date_and_one_asked_late_is_refused(house: House) -> None:
    task = house.open()
    due = house.task(task).open_visits()[0].due_at
    done_of(tasks.extend(house.inst, house.actor(house.clerk), task, "2wd", reason="等待上级文件"))
    waiting = proposals.proposals(house.inst)
    refused = confirm(house.inst, house.actor(house.clerk), [waiting[0]["id"]])
    assert codes(refused) == {"engine.own_proposal"}
    done_of(confirm(house.inst, house.actor(house.director), [waiting[0]["id"]]))
    assert house.task(task).open_visits()[0].due_at > due  # type: ignore[operator]
    house.at("2026-12-10 09:00")
    late = tasks.extend(house.inst, house.actor(house.clerk), task, "2wd", reason="忘了")
    assert codes(late) == {"engine.extension_late"}


def test_taking_back_restores_the_step_until_somebody_else_has_written(house: House, tmp_path: Path) -> None:
    task = house.open()
    before = house.task(task).open_visits()[0]
    house.submit(task, tmp_path)
    done_of(tasks.takeback(house.inst, house.actor(house.clerk), task))
    [after] = house.task(task).open_visits()
    assert replace(after, undone=()) == before and [each.by for each in after.undone] == [house.clerk]
    house.submit(task, tmp_path)
    house.advance(house.director, task, "return", reason="不行")
    refused = tasks.takeback(house.inst, house.actor(house.clerk), task)
    assert codes(refused) == {"engine.nothing_to_take_back"}


def test_a_late_slots_root_is_that_of_the_leaves_it_saw(house: House) -> None:
    house.open()
    house.at("2026-11-23 16:00")
    seen = log.head(house.inst.conn)
    house.at("2026-11-24 10:00")
    house.open()
    audits.run_owed(house.inst)
    slot = audits.audits(house.inst)[-1]
    assert slot["position"] == seen.size
    assert slot["root"] == merkle.root(seen.frontier)
