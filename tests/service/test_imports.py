"""Small logs: who may read them in, what is refused, what is kept, and what stands in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House, codes, with_id
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Problem, Refusal
from zeroerror.service import audits, front, imports
from zeroerror.service.configuration import Unreadable
from zeroerror.service.desk import next_for
from zeroerror.service.front import Options, Request, submit
from zeroerror.service.imports import Imported
from zeroerror.service.outcomes import out_of_bounds
from zeroerror.service.task_show import task_show
from zeroerror.store import log, reads

HEADER = "case,activity,time,who,responsible,start,end,deadline"
ROWS = (
    "1,收件,2024-03-01 09:00:00+08:00,张三,张三,2024-03-01 08:00:00+08:00,,2024-03-05 17:00:00+08:00",
    "1,核对,2024-03-02 09:00:00+08:00,李四,张三,2024-03-01 08:00:00+08:00,,2024-03-05 17:00:00+08:00",
    "2,收件,2024-03-03 09:00:00+08:00,张三,李四,,2024-03-04 09:00:00+08:00,2024-03-05 17:00:00+08:00",
    "2,盖章,2024-03-06 09:00:00+08:00,王五,李四,,2024-03-04 09:00:00+08:00,2024-03-05 17:00:00+08:00",
    "3,收件,2024-03-03 09:00:00+08:00,张三,王丽,,,2024-03-05 17:00:00+08:00",
    "3,盖章,2024-03-03 10:00:00+08:00,张三,王丽,,,2024-03-05 17:00:00+08:00",
    "3,收件,2024-03-03 11:00:00+08:00,张三,王丽,,,2024-03-05 17:00:00+08:00",
)
WORKFLOW = """\
id: handling/old
format: 1
title: 旧台账收件
basis: 旧台账
family: handling
limit: {at: deadline}
visible_to: [office]
opened_by: machine
fields:
  title:    {title: 编号, type: text}
  deadline: {title: 期限, type: instant, required: open, plain: true}
steps:
  receive:
    title: 收件
    owner: {duty: 承办}
    actions:
      check: {title: 转核对, to: check}
  check:
    title: 核对
    owner: {duty: 承办}
    actions:
      close: {title: 办结, end: done}
"""
MAPPING = """\
format: 1
prefix: JTZ
office: 办公室
persons: names
columns: {case: case, activity: activity, time: time, actor: who, answers: responsible, start: start, end: end}
fields: {title: case, deadline: deadline}
steps: {收件: receive, 核对: check}
"""


class Desk:
    """Files on a desk, and the house into which they are read."""

    def __init__(self, house: House, directory: Path) -> None:
        self.house, self.directory = house, directory
        self.secadmin = sorted(house.inst.organisation.all_entitled("secadmin", house.inst.now()))[0]

    def read(
        self,
        rows: Sequence[str] = ROWS,
        *,
        person: str | None = None,
        mapping: str = MAPPING,
        workflow: str = WORKFLOW,
        data: bytes | None = None,
        allow_broken: bool = False,
        options: Options | None = None,
    ) -> Imported | Refusal:
        """Read a log of these rows in."""
        files = [self.directory / name for name in ("old.csv", "mapping.yaml", "workflow.yaml")]
        files[0].write_bytes(data if data is not None else "\n".join((HEADER, *rows, "")).encode())
        files[1].write_text(mapping, "utf-8")
        files[2].write_text(workflow, "utf-8")
        return imports.import_log(
            self.house.inst,
            self.house.actor(person or self.secadmin),
            *files,
            allow_broken=allow_broken,
            options=options or Options(),
        )

    def done(self, *args: Any, **more: Any) -> Imported:
        """A log that must go in."""
        done = self.read(*args, **more)
        assert isinstance(done, Imported), done
        return done

    def broken(self, *args: Any, **more: Any) -> list[Problem]:
        """What is wrong with a log that must not go in; and nothing of it went in."""
        before = log.head(self.house.inst.conn)
        with pytest.raises(Unreadable) as caught:
            self.read(*args, **more)
        assert log.head(self.house.inst.conn) == before
        return caught.value.problems


@pytest.fixture
def desk(house: House, tmp_path: Path) -> Desk:
    return Desk(house, tmp_path)


def test_nothing_is_dropped_and_what_does_not_fit_is_counted_and_kept(desk: Desk) -> None:
    counts = desk.done().summary["counts"]
    assert (counts["rows"], counts["tasks"], counts["events"], counts["conforming"]) == (7, 3, 7, 4)
    assert counts["nonconforming"] == {"after_end": 1, "no_such_move": 1, "unknown_activity": 1}
    assert (counts["open"], counts["closed"], counts["closed_late"]) == (2, 1, 0)
    shown = task_show(desk.house.inst, "JTZ:2", _insider(desk.house))
    assert [each["kind"] for each in shown["history"]] == [
        "task_opened",
        "step_left",
        "task_closed",
        "task_noted",
    ]
    last = shown["history"][-1]
    assert (last["nonconforming"], last["row"], last["reason"]) == ("after_end", 5, "盖章")


def test_a_names_owner_is_known_to_the_house_and_stands_in_no_leaf(desk: Desk) -> None:
    desk.done()
    inst = desk.house.inst
    leaves = b"".join(row.bytes for row in log.leaves(inst.conn))
    for name in ("张三", "李四", "王五", "盖章"):
        assert name.encode() not in leaves
    task = desk.house.task("JTZ:1")
    assert task.answers is not None
    assert inst.names([task.answers, task.visits[1].doer or ""]) == {
        task.answers: "张三",
        task.visits[1].doer: "李四",
    }


def test_a_name_that_could_be_two_persons_answers_for_nothing(desk: Desk) -> None:
    # Two 王丽 work in the sample institution; 李四 is declared.
    done = desk.done(mapping=MAPPING + "shared_names: [李四]\n")
    assert done.summary["counts"]["undetermined"] == 2
    assert [desk.house.task(f"JTZ:{case}").answers for case in (2, 3)] == ["", ""]
    found = audits.audit_as_of(desk.house.inst, desk.house.at("2026-11-24 09:00"))["findings"]
    by_task = {each["task"]: each for each in found}
    assert by_task.keys() == {"JTZ:1", "JTZ:3"}
    assert by_task["JTZ:1"]["undetermined"] is None
    assert by_task["JTZ:3"]["attribution"] == [] and by_task["JTZ:3"]["undetermined"]


def test_an_id_of_ours_in_a_log_blames_nobody_of_ours(desk: Desk) -> None:
    clerk = desk.house.clerk
    rows = [row.replace("张三", clerk) for row in ROWS]
    desk.done(rows, mapping=MAPPING.replace("persons: names", "persons: ids"))
    assert desk.house.task("JTZ:1").answers == ""


def test_only_who_speaks_for_the_institution_reads_history_in_and_a_denial_is_on_record(desk: Desk) -> None:
    house = desk.house
    for person in (house.clerk, house.director, house.leader):
        refused = desk.read(person=person)
        assert isinstance(refused, Refusal)
        assert codes(refused) == {"engine.not_entitled"} and refused.exit_code == 4
        assert house.inst.conn.one("SELECT kind FROM leaf ORDER BY idx DESC LIMIT 1") == ("denied",)
    assert reads.tasks_by_id(house.inst.conn, ["JTZ:1"]) == {}
    general = house.inst.organisation.general_office()
    assert general is not None
    director = house.inst.organisation.director(general.id, house.inst.now())
    assert desk.done(person=director).summary["counts"]["tasks"] == 3


def test_every_broken_row_is_named_and_none_is_read_in_unless_told_so(desk: Desk) -> None:
    rows = (
        *ROWS,
        "4,收件,昨天,张三,张三,,,2024-03-05 17:00:00+08:00",
        ",收件,2024-03-01 09:00:00+08:00,张三,张三,,,2024-03-05 17:00:00+08:00",
        "5,收件,2024-03-01 09:00:00+08:00",
        ROWS[0],
        "1,核对,2024-03-09 09:00:00+08:00,李四,张三,,,2024-03-05 17:00:00+08:00",
        "6,收件,2024-03-01 09:00:00,张三,张三,,,2024-03-05 17:00:00+08:00",
    )
    found = [(each.params["row"], each.code.partition(".")[2]) for each in desk.broken(rows)]
    assert found == [
        (9, "time_unreadable"),
        (10, "case_empty"),
        (11, "row_cells"),
        (12, "row_twice"),
        (13, "case_differs"),
        (14, "time_without_zone"),
    ]
    done = desk.done(rows, allow_broken=True)
    assert done.summary["counts"]["broken"] == 6 and done.summary["counts"]["events"] == 7
    last = log.leaves(desk.house.inst.conn, done.receipt.index)
    body = decode_fast(next(iter(last)).bytes).body
    assert [row for row, _, _ in body["broken"]] == [9, 10, 11, 12, 13, 14]


def test_a_thousand_broken_rows_are_counted_and_a_hundred_told(desk: Desk) -> None:
    rows = [f"{n},收件,nie,张三,张三,,,2024-03-05 17:00:00+08:00" for n in range(1000)]
    found = desk.broken(rows)
    assert len(found) == imports.TOLD + 1
    assert dict(found[-1].params) == {"more": 900, "all": 1000}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (f"{HEADER}\n{ROWS[0]}\n".encode("gbk"), "exchange.not_utf8"),
        (f"{HEADER}\n{ROWS[0]}\n".encode("utf-16"), "exchange.not_utf8"),
        (b"", "exchange.empty"),
        (f"{HEADER}\n".encode(), "exchange.empty"),
        (b"case;activity;time\n1;2;3\n", "exchange.column_missing"),
        (f"{HEADER},case\n".encode(), "exchange.column_twice"),
        (f"{HEADER}\n{ROWS[0]}\0\n".encode(), "exchange.not_text"),
    ],
)
def test_a_file_that_is_no_such_table_is_told_once(desk: Desk, data: bytes, code: str) -> None:
    assert [each.code for each in desk.broken(data=data)] == [code]


def test_a_mark_before_utf8_does_no_harm(desk: Desk) -> None:
    data = b"\xef\xbb\xbf" + "\r\n".join((HEADER, *ROWS, "")).encode()
    assert desk.done(data=data).summary["counts"]["events"] == 7


def test_what_stands_already_is_not_read_in_over_it(desk: Desk) -> None:
    first = desk.done()
    again = desk.read()
    assert codes(again) == {"exchange.file_known", "exchange.tasks_known"}  # type: ignore[arg-type]
    assert isinstance(again, Refusal)
    assert again.reasons[0].params["index"] == first.receipt.index
    more = desk.read((*ROWS, ROWS[0].replace("1,", "9,", 1)))
    assert codes(more) == {"exchange.tasks_known"}  # type: ignore[arg-type]
    other = desk.done((*ROWS, ROWS[0].replace("1,", "9,", 1)), mapping=MAPPING.replace("JTZ", "JTZ2"))
    assert other.summary["counts"]["tasks"] == 4


def test_an_import_is_no_door_past_the_two_who_publish(desk: Desk) -> None:
    by_people = desk.read(workflow=WORKFLOW.replace("opened_by: machine\n", ""))
    assert codes(by_people) == {"exchange.workflow_for_people"}  # type: ignore[arg-type]
    desk.done()
    rows = [row.replace(row[0], row[0] + "b", 1) for row in ROWS]
    other = desk.read(rows, workflow=WORKFLOW.replace("旧台账收件", "另一个"))
    assert codes(other) == {"exchange.workflow_differs"}  # type: ignore[arg-type]
    nowhere = desk.read(rows, mapping=MAPPING.replace("office: 办公室", "office: 水利局"))
    assert codes(nowhere) == {"engine.unknown_office"}  # type: ignore[arg-type]


def test_a_command_id_has_one_import_and_one_receipt(desk: Desk) -> None:
    first = desk.done(options=with_id("old-1"))
    again = desk.done(options=with_id("old-1"))
    assert again.receipt.repeated
    assert (again.receipt.index, again.receipt.digest) == (first.receipt.index, first.receipt.digest)
    assert again.summary == first.summary
    with pytest.raises(UsageError, match="command_reused"):
        desk.read(ROWS[:3], options=with_id("old-1"))


def test_a_dry_run_says_what_would_come_in_and_writes_nothing(desk: Desk) -> None:
    before = log.head(desk.house.inst.conn)
    done = desk.done(options=Options(dry_run=True))
    assert done.receipt.dry_run and done.summary["counts"]["tasks"] == 3
    assert log.head(desk.house.inst.conn) == before


def test_imported_ids_take_no_number_from_ours(desk: Desk) -> None:
    rows = [row.replace(row[0], f"2026-{row[0]}", 1) for row in ROWS]
    desk.done(rows)
    mine = desk.house.open()
    assert mine == "BW-2026-0001"
    assert desk.house.task("JTZ:2026-1").status == "open"
    assert reads.last_number(desk.house.inst.conn, "JTZ:2026", 2026) == 0
    refused = desk.broken(mapping=MAPPING.replace("JTZ", "BW"))
    assert [each.code for each in refused] == ["exchange.mapping_prefix"]


def test_nobody_owes_what_a_log_leaves_open_and_a_new_calendar_moves_nothing_of_it(desk: Desk) -> None:
    desk.done()
    house = desk.house
    assert all(
        task.answers is not None for task in reads.tasks_by_id(house.inst.conn, ["JTZ:1", "JTZ:3"]).values()
    )
    assert next_for(house.inst, desk.secadmin)["owed"] == []
    assert house.run_slots("2026-11-24 18:00") == []


def test_an_import_that_reaches_for_a_task_of_ours_is_not_taken_in(desk: Desk) -> None:
    house = desk.house
    mine = house.open()
    draft = desk.done()
    events = (imports.Event(mine, "task_closed", {"status": "closed", "outcome": "done", "closed_at": None}),)
    with pytest.raises(ValueError, match="import"):
        submit(house.inst, house.actor(desk.secadmin), Request("import", {}, events=events), Options())
    assert house.task(mine).status == "open" and draft.receipt.index > 0


def test_verification_takes_an_import_on_the_word_of_nobody_who_may_not_import(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []

    def seen(*args: Any) -> bool:
        asked.append(args)
        return out_of_bounds(*args)

    monkeypatch.setattr(front, "out_of_bounds", seen)
    desk.done(options=Options(dry_run=True))
    ((command, actor, *rest),) = asked
    assert actor == desk.secadmin and not out_of_bounds(command, actor, *rest)
    assert out_of_bounds(command, desk.house.clerk, *rest)


MEETING = """\
id: meeting/old
format: 1
title: 旧会议
basis: 旧台账
family: meeting
limit: {at: deadline}
visible_to: [office]
opened_by: machine
fields:
  title:    {title: 编号, type: text}
  deadline: {title: 会期, type: instant, required: open, plain: true}
steps:
  plan:
    title: 方案
    owner: {duty: 会务}
    actions:
      finish: {title: 方案已定, to: ready}
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
              booked: {title: 已订, join: done}
  hold:
    title: 开会
    owner: {duty: 会务}
    actions:
      held: {title: 已开, end: done}
"""
STEPS = "steps: {方案: plan, 通知: notify, 会场: book, 开会: hold}"


def meeting_rows(*done: str, case: str = "1", end: int | None = None) -> list[str]:
    """A meeting of which these things were done, one a day."""
    ended = "" if end is None else f"2024-03-{end:02d} 09:00:00+08:00"
    return [
        f"{case},{what},2024-03-{day:02d} 09:00:00+08:00,张三,李四,,{ended},2024-03-05 17:00:00+08:00"
        for day, what in enumerate(done, 1)
    ]


def test_what_ran_side_by_side_elsewhere_is_read_in_under_a_workflow_with_regions(desk: Desk) -> None:
    rows = [
        *meeting_rows("方案", "会场", "通知", "开会", case="1", end=4),
        *meeting_rows("方案", "通知", "方案", "通知", "会场", "开会", case="2", end=6),
        *meeting_rows("方案", "通知", "开会", case="3"),
        *meeting_rows("方案", "会场", case="4"),
    ]
    mapping = MAPPING.replace("steps: {收件: receive, 核对: check}", STEPS)
    counts = desk.done(rows, mapping=mapping, workflow=MEETING).summary["counts"]
    # Only the third meeting was held before its room was booked.
    assert (counts["events"], counts["conforming"]) == (15, 14)
    assert counts["nonconforming"] == {"no_such_move": 1}
    assert (counts["open"], counts["closed"], counts["closed_late"]) == (2, 2, 1)
    ways = [
        [(each.step, each.action, each.status) for each in desk.house.task(f"JTZ:{n}").visits] for n in "1234"
    ]
    assert ways == [
        [
            ("plan", "finish", "done"),
            ("book", "booked", "done"),
            ("notify", "notified", "done"),
            ("hold", "held", "done"),
        ],
        [
            ("plan", "finish", "done"),
            ("notify", "back", "returned"),
            ("plan", "finish", "done"),
            ("notify", "notified", "done"),
            ("book", "booked", "done"),
            ("hold", "held", "done"),
        ],
        [("plan", "finish", "done"), ("notify", None, "done")],
        [("plan", "finish", "done"), ("book", None, "done")],
    ]
    assert [desk.house.task(f"JTZ:{n}").status for n in "1234"] == ["closed", "closed", "open", "open"]
    found = audits.audit_as_of(desk.house.inst, desk.house.at("2026-11-24 09:00"))["findings"]
    assert {each["task"] for each in found if each["rule"] == "task_overdue"} == {"JTZ:3", "JTZ:4"}


def test_a_row_cannot_be_of_the_group_as_a_whole(desk: Desk) -> None:
    mapping = MAPPING.replace("steps: {收件: receive, 核对: check}", "steps: {筹备: ready}")
    found = desk.broken(meeting_rows("方案"), mapping=mapping, workflow=MEETING)
    assert [each.code for each in found] == ["exchange.mapping_step"]


def _insider(house: House) -> str:
    """Somebody of the general office, to which the tasks belong."""
    return house.inst.organisation.staff("办公室", house.inst.now())[0]
