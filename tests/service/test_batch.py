"""Several tasks in one command: all of them or none, one signature, a receipt each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.service.house import House, codes, done_of, local, with_id
from tests.service.test_handling import house_leave
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Refusal
from zeroerror.service import batch, log, tasks
from zeroerror.service.batch import Wanted
from zeroerror.service.front import Options, Receipt
from zeroerror.store import reads


def each(house: House, person: str, *wanted: Wanted, **more: object) -> Receipt | Refusal:
    options = more.pop("options", Options())
    return batch.advance_each(house.inst, house.actor(person), wanted, options=options, **more)  # type: ignore[arg-type]


def test_each_task_gets_its_own_action_and_reason_under_one_signature(house: House, tmp_path: Path) -> None:
    first, second, third = (house.open(title=f"通知{number}") for number in "一二三")
    for task in (first, second):
        house.submit(task, tmp_path)
    size = len(list(log.show(house.inst)))
    receipt = done_of(
        each(house, house.director, Wanted(first, "pass"), Wanted(second, "return", "格式不对"))
    )
    assert [house.task(id).open_visits()[0].step for id in (first, second, third)] == [
        "sign",
        "draft",
        "draft",
    ]
    leaves = list(log.show(house.inst))[size:]
    assert {leaf["command"] for leaf in leaves} == {receipt.command}
    assert [leaf["part"] for leaf in leaves] == [1, 2, 3, 4]
    assert {each["task"]: (each["index"], each["digest"]) for each in receipt.receipts()} == {
        id: (house.task(id).last_index, house.task(id).last) for id in (first, second)
    }
    kept = (house.inst.home / "receipts" / f"{house.director}.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["index"] for line in kept] == [size + 1, size + 3]


def test_what_stands_against_one_keeps_all_from_being_done_and_every_reason_names_its_task(
    house: House, tmp_path: Path
) -> None:
    first, second, third = (house.open(title=f"通知{number}") for number in "一二三")
    house.submit(first, tmp_path)
    size = len(list(log.show(house.inst)))
    refused = each(
        house, house.director, Wanted(first, "return"), Wanted(second, "submit"), Wanted(third, "drop")
    )
    assert isinstance(refused, Refusal)
    assert {(each.params["task"], each.code) for each in refused.reasons} >= {
        (first, "engine.reason_missing"),
        (second, "engine.not_your_step"),
        (third, "engine.not_your_step"),
        (third, "engine.reason_missing"),
    }
    assert refused.exit_code == 4
    assert house.task(first).open_visits()[0].step == "review"
    (denied,) = list(log.show(house.inst))[size:]
    # The first of them was his to decide, so it is the second that is on record as denied.
    assert (denied["kind"], denied["body"]["task"]) == ("denied", second)


def test_ones_own_and_what_one_covers_go_together_each_in_its_capacity(house: House) -> None:
    own, covered = house.open(house.colleague), house.open()
    house_leave(house, house.clerk, house.colleague, local("2026-11-23 09:00"), local("2026-11-27 18:00"))
    done_of(tasks.assign(house.inst, house.actor(house.director), own, house.colleague))
    done_of(each(house, house.colleague, Wanted(own, "drop", "重复"), Wanted(covered, "drop", "重复")))
    left = [each["body"]["capacity"] for each in log.show(house.inst) if each["kind"] == "step_left"]
    assert left == [{"kind": "own", "for": None}, {"kind": "cover", "for": "提案委/工作人员"}]


def test_the_explanation_that_a_late_steps_own_doing_makes_needless_stands_in_the_same_list(
    house: House, tmp_path: Path
) -> None:
    task = house.open()
    house.run_slots("2026-11-27 09:00")
    (explain,) = reads.tasks(house.inst.conn, reads.TaskFilter(status="open", workflow="oversight/explain"))
    file = tmp_path / "draft.txt"
    file.write_text("通知", "utf-8")
    steps = house.task(explain.id).open_visits()
    action = next(
        way.name
        for way in house.inst.facts().definition(explain.digest).workflow.step(steps[0].step).actions  # type: ignore[union-attr]
    )
    done_of(
        each(
            house,
            house.clerk,
            Wanted(explain.id, action, "等了一份附件"),
            Wanted(task, "submit"),
            attach=[file],
        )
    )
    closed = [leaf for leaf in log.show(house.inst, stream=explain.id) if leaf["kind"] == "task_closed"]
    assert len(closed) <= 1
    assert house.task(task).open_visits()[0].step == "review"


def test_the_same_list_handed_in_twice_is_done_once(house: House) -> None:
    ids = [house.open(title=f"通知{number}") for number in "一二"]
    wanted = [Wanted(id, "drop", "不发") for id in ids]
    first = done_of(each(house, house.clerk, *wanted, options=with_id("friday")))
    again = done_of(each(house, house.clerk, *wanted, options=with_id("friday")))
    assert again.repeated and again.receipts() == first.receipts()
    with pytest.raises(UsageError, match="command_reused"):
        each(house, house.clerk, *(Wanted(id, "drop", "另有原因") for id in ids), options=with_id("friday"))


def test_a_mark_of_secrecy_in_one_line_stops_the_list(house: House) -> None:
    ids = [house.open(title=f"通知{number}") for number in "一二"]
    refused = each(house, house.clerk, Wanted(ids[0], "drop", "不发"), Wanted(ids[1], "drop", "机密★10年"))
    assert codes(refused) == {"engine.classified"}
    refused = each(
        house, house.clerk, *(Wanted(id, "drop", "不发") for id in ids), fields={"urgency": "机密★10年"}
    )
    assert codes(refused) == {"engine.classified"}


LIST = """\ufeff编号前面的空行不算

# 周五的
{first}\tpass
{second},退回,"格式不对，缺签,报"
"""


def test_a_list_is_read_as_a_spreadsheet_or_a_hand_writes_it(house: House, tmp_path: Path) -> None:
    first, second = (house.open(title=f"通知{number}") for number in "一二")
    for task in (first, second):
        house.submit(task, tmp_path)
    text = LIST.format(first=first[-4:], second=second).replace("编号前面的空行不算\n", "")
    actor = house.actor(house.director)
    wanted = batch.read_list(house.inst, actor, text.encode(), "list.csv")
    assert [(one.task, one.action, one.reason, one.where) for one in wanted] == [
        (first, "pass", None, "list.csv:3"),
        (second, "退回", "格式不对，缺签,报", "list.csv:4"),
    ]
    done_of(each(house, house.director, *wanted))
    assert house.task(second).open_visits()[0].step == "draft"


def test_an_action_is_read_by_its_whole_title_commas_and_all(house: House, tmp_path: Path) -> None:
    ids = [house.open(title=f"通知{number}") for number in "一二三四"]
    for task in ids:
        house.submit(task, tmp_path)
    text = f"""{ids[0]}，同意，送会签，涉及两办
{ids[1]},"同意",送会签的另办
{ids[2]} 同意 送会签另办
{ids[3]},"同意，送办公室核稿"
"""
    actor = house.actor(house.director)
    wanted = batch.read_list(house.inst, actor, text.encode(), "list.csv")
    assert [(one.action, one.reason) for one in wanted] == [
        ("同意，送会签", "涉及两办"),
        ("同意", "送会签的另办"),
        ("同意", "送会签另办"),
        ("同意，送办公室核稿", None),
    ]


def test_an_action_that_is_every_lines_leaves_a_line_to_its_task_and_reason(
    house: House, tmp_path: Path
) -> None:
    first, second = (house.open(title=f"通知{number}") for number in "一二")
    for task in (first, second):
        house.submit(task, tmp_path)
    actor, text = house.actor(house.director), f"{first}\n{second}，格式不对，缺签\n"
    wanted = batch.read_list(house.inst, actor, text.encode(), "list.txt", "return")
    assert [(one.task, one.action, one.reason) for one in wanted] == [
        (first, "return", None),
        (second, "return", "格式不对，缺签"),
    ]


def test_every_slip_in_a_list_is_told_with_its_line(house: House) -> None:
    task = house.open()
    text = f"{task} drop 不发\nBW-2026-9999 drop\n{task}\n\n{task[-4:]} drop 还是不发\n"
    with pytest.raises(batch.Unlisted) as found:
        batch.read_list(house.inst, house.actor(house.clerk), text.encode(), "list.txt")
    assert [(problem.code, problem.where) for problem in found.value.problems] == [
        ("error.unknown_task", "list.txt:2"),
        ("error.list_line", "list.txt:3"),
        ("error.list_twice", "list.txt:5"),
    ]
    for data, code in ((b"", "error.list_empty"), ("退".encode("gbk"), "exchange.not_utf8")):
        with pytest.raises(batch.Unlisted) as found:
            batch.read_list(house.inst, house.actor(house.clerk), data, "list.txt")
        assert [problem.code for problem in found.value.problems] == [code]
