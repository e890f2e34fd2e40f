"""What is done about a task besides its steps: taken back, stopped, handed over, several at once, for a post."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.service.house import House, codes, done_of, local
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Refusal
from zeroerror.service import log, meant, organisation, proposals, publish, tasks
from zeroerror.service.front import Options, Request, seal, submit
from zeroerror.store import reads


def confirm(house: House, person: str) -> None:
    waiting = [each["id"] for each in proposals.proposals(house.inst)]
    done_of(proposals.confirm(house.inst, house.actor(person), waiting))


def takeback(house: House, person: str, task: str) -> object:
    return tasks.takeback(house.inst, house.actor(person), task)


# 拿回


def test_ones_own_remark_does_not_bar_taking_back_and_anothers_does(house: House, tmp_path: Path) -> None:
    task = house.open()
    before = house.task(task).open_visits()
    house.submit(task, tmp_path)
    done_of(tasks.note(house.inst, house.actor(house.clerk), task, "附件漏了一页"))
    done_of(takeback(house, house.clerk, task))  # type: ignore[arg-type]
    after = house.task(task).open_visits()
    assert tuple(replace(each, undone=()) for each in after) == before
    house.submit(task, tmp_path)
    done_of(tasks.note(house.inst, house.actor(house.director), task, "已看"))
    done_of(tasks.note(house.inst, house.actor(house.clerk), task, "好"))
    refused = takeback(house, house.clerk, task)
    assert codes(refused) == {"engine.nothing_to_take_back"}  # type: ignore[arg-type]


def test_only_who_did_it_takes_it_back(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.submit(task, tmp_path)
    for person in (house.director, house.colleague):
        refused = takeback(house, person, task)
        assert codes(refused) == {"engine.nothing_to_take_back"}  # type: ignore[arg-type]


def test_the_machines_leaves_do_not_count_and_the_clock_has_run_on(house: House, tmp_path: Path) -> None:
    """The next step's finding goes with it; the restored step is as overdue as it would have been."""
    task = house.open()
    due = house.task(task).open_visits()[0].due_at
    house.submit(task, tmp_path)
    found = house.run_slots("2026-11-27 09:00")
    assert ("step_overdue", "review") in {(each["rule"], each["step"]) for each in found}
    done_of(takeback(house, house.clerk, task))  # type: ignore[arg-type]
    visit = house.task(task).open_visits()[0]
    assert (visit.step, visit.due_at) == ("draft", due)
    house.run_slots("2026-11-27 17:30")
    states = {
        (each.lead.step, each.state)
        for each in reads.findings_of_tasks(house.inst.conn, [task])[task]
        if each.lead.rule == "step_overdue"
    }
    assert states == {("review", "withdrawn"), ("draft", "open")}


def test_a_closed_task_is_open_again(house: House) -> None:
    task = house.open()
    house.advance(house.clerk, task, "drop", reason="不再需要")
    assert house.task(task).status == "cancelled"
    done_of(takeback(house, house.clerk, task))  # type: ignore[arg-type]
    assert house.task(task).status == "open"
    assert house.task(task).closed_at is None


def test_what_gave_a_number_or_went_out_is_not_taken_back(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.submit(task, tmp_path)
    house.advance(house.director, task, "pass")
    house.advance(house.leader, task, "recheck")
    house.advance("zengyong", task, "pass")
    house.advance("xiaolin", task, "assign", fields={"number": "清政协发〔2026〕12号", "copies": "30"})
    refused = takeback(house, "xiaolin", task)
    assert codes(refused) == {"engine.cannot_be_taken_back"}  # type: ignore[arg-type]
    house.advance("yaona", task, "finish")
    done_of(takeback(house, "yaona", task))  # type: ignore[arg-type]


# Stopped clocks


def test_a_stopped_step_taken_back_is_still_stopped(house: House, tmp_path: Path) -> None:
    """Its clock stood still when it was left; that it was left and taken back does not set it going."""
    task = house.open()
    stop(house, task)
    house.at("2026-11-24 09:00")
    house.submit(task, tmp_path)
    done_of(takeback(house, house.clerk, task))  # type: ignore[arg-type]
    visit = house.task(task).open_visits()[0]
    assert visit.clock == "stopped"
    house.at("2026-11-26 09:00")
    done_of(tasks.resume(house.inst, house.actor(house.clerk), task))
    assert house.task(task).open_visits()[0].due_at == local("2026-11-30 17:30")


def stop(house: House, task: str) -> None:
    """The drafter's clock stopped, by his proposal and his director's word."""
    reason = "等领导"
    done_of(tasks.pause(house.inst, house.actor(house.clerk), task, "领导补充意见", reason=reason))
    confirm(house, house.director)


def test_who_owes_a_step_only_proposes_to_stop_its_clock(house: House) -> None:
    task = house.open()
    stop(house, task)
    visit = house.task(task).open_visits()[0]
    assert (visit.clock, visit.pauses[0].start) == ("stopped", local("2026-11-23 09:00"))
    second = house.open()
    refused = tasks.pause(house.inst, house.actor(house.colleague), second, "领导补充意见", reason="等")
    assert codes(refused) == {"engine.not_your_act"}
    done_of(tasks.pause(house.inst, house.actor(house.director), second, "领导补充意见", reason="等"))
    assert house.task(second).open_visits()[0].clock == "stopped"
    unknown = tasks.pause(house.inst, house.actor(house.director), house.open(), "天气", reason="等")
    assert codes(unknown) == {"engine.cannot_wait"}


def test_who_covers_may_propose_a_stop_too(house: House) -> None:
    task = house.open()
    since, until = local("2026-11-23 09:00"), local("2026-11-27 18:00")
    house_leave(house, house.clerk, house.colleague, since, until)
    done_of(tasks.pause(house.inst, house.actor(house.colleague), task, "领导补充意见", reason="等"))
    confirm(house, house.director)
    assert house.task(task).open_visits()[0].clock == "stopped"


def house_leave(house: House, person: str, by: str, since: object, until: object) -> None:
    """Somebody away with an accepted cover, asked for in time."""
    done_of(organisation.cover(house.inst, house.actor(person), person, by, since, until))  # type: ignore[arg-type]
    waiting = [each["id"] for each in proposals.proposals(house.inst)]
    answered = proposals.confirm(house.inst, house.actor(by), waiting)
    if hasattr(answered, "reasons"):
        done_of(proposals.confirm(house.inst, house.actor(house.leader), waiting))


def test_a_stop_that_came_and_went_meanwhile_is_not_granted_again(house: House) -> None:
    task = house.open()
    done_of(tasks.pause(house.inst, house.actor(house.clerk), task, "领导补充意见", reason="等"))
    done_of(tasks.pause(house.inst, house.actor(house.director), task, "领导补充意见", reason="等"))
    done_of(tasks.resume(house.inst, house.actor(house.clerk), task))
    waiting = [each["id"] for each in proposals.proposals(house.inst)]
    receipt = done_of(proposals.confirm(house.inst, house.actor(house.director), waiting))
    assert [each["kind"] for each in receipt.events] == ["lapsed"]


def test_more_time_can_be_asked_for_while_the_clock_stands_still(house: House) -> None:
    """Past the date, but the clock stopped before it: nothing is late, and the stop counts on top."""
    task = house.open()
    stop(house, task)
    house.at("2026-11-27 09:00")
    done_of(tasks.extend(house.inst, house.actor(house.clerk), task, "1wd", reason="还缺一份"))
    confirm(house, house.director)
    done_of(tasks.resume(house.inst, house.actor(house.clerk), task))
    # Two working days and one more, counted from the day after the stop: 30 November, 1 and 2 December.
    assert house.task(task).open_visits()[0].due_at == local("2026-12-02 17:30")


# Assignment


def test_a_step_is_handed_over_by_who_owes_it_and_assigned_by_who_directs(house: House) -> None:
    task = house.open()
    refused = tasks.assign(house.inst, house.actor(house.colleague), task, house.colleague)
    assert codes(refused) == {"engine.not_your_act"}
    done_of(tasks.assign(house.inst, house.actor(house.clerk), task, house.colleague))
    assert house.task(task).open_visits()[0].holdings[-1].why == "handover"
    done_of(tasks.assign(house.inst, house.actor(house.director), task, house.clerk))
    assert house.task(task).open_visits()[0].holdings[-1].why == "assign"
    again = tasks.assign(house.inst, house.actor(house.director), task, house.clerk)
    assert codes(again) == {"engine.owes_already"}


def test_nobody_is_assigned_who_is_away_or_not_there(house: House) -> None:
    task = house.open()
    since, until = local("2026-11-23 08:00"), local("2026-11-27 18:00")
    done_of(organisation.leave(house.inst, house.actor(house.director), house.colleague, since, until))
    confirm(house, house.leader)
    away = tasks.assign(house.inst, house.actor(house.director), task, house.colleague)
    assert codes(away) == {"engine.on_leave"}
    nobody = tasks.assign(house.inst, house.actor(house.director), task, "nobody")
    assert codes(nobody) == {"engine.not_in_service"}


# Several tasks in one command


def test_several_tasks_go_together_or_not_at_all(house: House, tmp_path: Path) -> None:
    opened = [house.open() for _ in range(3)]
    for task in opened:
        house.submit(task, tmp_path)
    clerks = house.actor(house.director)
    house.advance(house.director, opened[2], "return", reason="先改")
    size = log.checkpoint_of(house.inst)
    refused = tasks.advance(house.inst, clerks, opened, "pass")
    assert codes(refused) >= {"engine.not_your_step"}
    assert house.task(opened[0]).open_visits()[0].step == "review"
    assert log.checkpoint_of(house.inst) != size  # The denial is on record.
    receipt = done_of(tasks.advance(house.inst, clerks, opened[:2], "pass"))
    assert receipt.tasks == tuple(opened[:2])
    left = [each for each in receipt.events if each["kind"] == "step_left"]
    assert [each["stream"] for each in left] == opened[:2]
    for each in receipt.events:
        row = house.inst.conn.one("SELECT hash FROM leaf WHERE idx = ?", (each["index"],))
        assert row == (each["digest"],)
    signed = [each for each in log.show(house.inst) if each["command"] == receipt.command]
    assert [each["part"] for each in signed] == [1, 2, 3, 4]


def test_a_task_named_twice_in_one_command_is_taken_once(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.submit(task, tmp_path)
    receipt = done_of(tasks.advance(house.inst, house.actor(house.director), [task, task], "pass"))
    assert [each["kind"] for each in receipt.events] == ["step_left", "step_entered"]


# For whom


def test_who_covers_acts_in_his_own_name_for_the_post(house: House, tmp_path: Path) -> None:
    task = house.open()
    house_leave(house, house.clerk, house.colleague, local("2026-11-23 09:00"), local("2026-11-27 18:00"))
    wrong = house.try_advance(
        house.colleague, task, "drop", reason="不发", options=Options(for_="提案委/主任")
    )
    assert codes(wrong) == {"engine.other_capacity"}
    house.submit(task, tmp_path, house.colleague)
    visit = house.task(task).find("draft", 1)
    assert visit is not None and (visit.doer, visit.capacity) == (house.colleague, "cover")
    left = next(each for each in log.show(house.inst, stream=task) if each["kind"] == "step_left")
    assert left["body"]["capacity"] == {"kind": "cover", "for": "提案委/工作人员"}
    assert left["actor"] == house.colleague


def test_who_names_a_post_for_his_own_step_is_told_and_not_put_on_record(house: House) -> None:
    task = house.open()
    wrong = house.try_advance(house.clerk, task, "drop", reason="不发", options=Options(for_="提案委/主任"))
    assert codes(wrong) == {"engine.other_capacity"}
    assert isinstance(wrong, Refusal) and (wrong.leaf, wrong.exit_code) == (None, 5)


# What nobody signs by hand


def test_a_list_of_targets_that_names_a_step_twice_takes_it_once(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.submit(task, tmp_path)
    target = meant.target_of(house.task(task), house.task(task).open_visits()[0])
    body: dict[str, object] = {
        "action": "pass",
        "fields": {},
        "sealed": {},
        "reason": None,
        "attachments": [],
        "done_at": None,
    }
    request = Request("advance", body, (target, target))
    receipt = done_of(submit(house.inst, house.actor(house.director), request, Options()))
    assert len(receipt.events) == 2


def test_a_person_cannot_open_a_task_that_passes_for_a_follow_up(house: House) -> None:
    facts, title = house.inst.facts(), seal("通知")
    body: dict[str, object] = {
        "workflow": "document/outgoing",
        "definition": facts.in_force("document/outgoing"),
        "office": "提案委",
        "fields": {"urgency": "平件"},
        "sealed": {"title": title.digest},
        "attachments": [],
        "cause": "F-000000000000",
    }
    receipt = done_of(
        submit(house.inst, house.actor(house.clerk), Request("open", body, payloads=[title]), Options())
    )
    assert house.task(receipt.tasks[0]).cause is None


# Fields


def test_a_field_is_filled_by_its_name_or_by_its_title_and_an_unknown_one_is_told(house: House) -> None:
    task = house.open(title="", 标题="关于某事的通知")
    assert set(house.task(task).sealed) == {"title"}
    for name in ("题目", "headline"):
        fields = {"title": "通知", "urgency": "平件", name: "x"}
        try:
            opened = tasks.open_task(house.inst, house.actor(house.clerk), "document/outgoing", fields=fields)
        except UsageError as error:
            assert (error.code, error.params["field"]) == ("engine.unknown_field", name)
        else:
            assert codes(opened) == {"engine.unknown_field"}


# Dates


@pytest.mark.parametrize("day", ["20261130", "2026-W48-1", "2026-11-31", "11-30", "明天"])
def test_a_date_is_written_in_one_way(house: House, day: str) -> None:
    fields = {"title": "督办", "source": "其他", "finish_by": day, "task": "办"}
    opened = tasks.open_task(
        house.inst, house.actor("zengyong"), "handling/supervision", fields=fields, office="提案委"
    )
    assert codes(opened) == {"engine.field_date"}


def test_a_date_that_the_calendar_does_not_reach_is_told_when_it_is_given(house: House) -> None:
    """Else the step that counts back from it could not be entered months later."""
    for day, wanted in (
        ("2031-03-03", {"engine.date_beyond_calendar"}),
        ("2027-03-03", set()),
        ("2026-11-02", set()),
    ):
        fields = {"title": "督办", "source": "其他", "finish_by": day, "task": "办"}
        opened = tasks.open_task(
            house.inst, house.actor("zengyong"), "handling/supervision", fields=fields, office="提案委"
        )
        assert (codes(opened) if isinstance(opened, Refusal) else set()) == wanted


def test_the_time_of_an_act_lies_between_the_steps_start_and_now(house: House, tmp_path: Path) -> None:
    task = house.open()
    file = tmp_path / "draft.txt"
    file.write_text("稿", "utf-8")
    for at in ("2026-11-23 08:59", "2026-11-23 09:01"):
        refused = house.try_advance(house.clerk, task, "submit", attach=[file], done_at=local(at))
        assert codes(refused) == {"engine.done_at_outside"}
    assert to_text(house.inst.now()) == to_text(local("2026-11-23 09:00"))


def test_an_unknown_workflow_is_told_with_those_there_are(house: House) -> None:
    with pytest.raises(UsageError) as raised:
        tasks.open_task(house.inst, house.actor(house.clerk), "document/outgo", fields={})
    assert "document/outgoing" in raised.value.params["known"]  # type: ignore[operator]
    assert publish.workflows(house.inst)


# Files


def test_what_comes_along_with_a_refused_command_is_not_kept(house: House, tmp_path: Path) -> None:
    task = house.open()
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"scan")
    kept = house.inst.home / "files"
    for refused in (
        house.try_advance(house.colleague, task, "submit", attach=[scan]),
        tasks.attach(house.inst, house.actor("wangli"), task, [scan]),
        tasks.attach(house.inst, house.actor(house.clerk), task, [scan], Options(dry_run=True)),
    ):
        assert isinstance(refused, Refusal) or refused.dry_run
    assert not [each for each in kept.rglob("*") if each.is_file()]
    done_of(tasks.attach(house.inst, house.actor(house.clerk), task, [scan]))
    (only,) = [each for each in kept.rglob("*") if each.is_file()]
    assert only.read_bytes() == b"scan"
    # Handed in again, and refused: what an earlier command holds stays.
    assert isinstance(tasks.attach(house.inst, house.actor("wangli"), task, [scan]), Refusal)
    assert only.exists()
