"""Every number of every report is followed down to leaves that are there, and that are about what it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import OFFICE, House, done_of
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.instant import from_text
from zeroerror.report import office as sheet
from zeroerror.report import periodic as period
from zeroerror.report import task_file as file
from zeroerror.service import (
    audits,
    findings,
    office_sheet,
    periodic,
    reporting,
    slips,
    supervising,
    task_file,
)
from zeroerror.service import tasks as acts
from zeroerror.service.board import COLUMNS, board
from zeroerror.service.proposals import confirm, proposals
from zeroerror.service.telling_urging import OF_NOTICES
from zeroerror.store import log, reads

#: The numbers of the daily report that stand in its table of offices.
OF_OFFICES = [name for name in reporting.NAMES if name not in OF_NOTICES]


@pytest.fixture
def busy(house: House, tmp_path: Path) -> House:
    """A fortnight with something of everything: late, put right, voided, disputed, ended, at a desk."""
    _one, two, three, four, five = (house.open() for _ in range(5))
    house.submit(four, tmp_path)
    house.advance(house.director, four, "pass")
    house.run_slots("2026-11-26 10:00")
    first, second = audits.findings(house.inst, reads.FindingFilter(rule="step_overdue"))[:2]
    done_of(findings.void(house.inst, house.actor(house.leader), first["id"], "系统时钟有误"))
    (waiting,) = proposals(house.inst)
    done_of(confirm(house.inst, house.actor("yangxiulan"), [waiting["id"]]))
    done_of(findings.dispute(house.inst, house.actor(house.clerk), second["id"], "当日在外开会"))
    house.submit(two, tmp_path)
    done_of(acts.advance(house.inst, house.actor(house.clerk), [three], "drop", reason="会议取消"))
    house.run_slots("2026-12-01 09:00")
    house.open()
    house.submit(five, tmp_path)
    house.run_slots("2026-12-01 17:00")
    return house


def holds(house: House, figure: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> None:
    """A figure counts its ids, and each id has leaves that are there and about it."""
    ids = figure["findings"] if "findings" in figure else figure["tasks"]
    assert len(set(ids)) == figure["value"]
    behind: dict[str, int] = {}
    for each in events:
        row = next(log.leaves(house.inst.conn, each["index"], each["index"] + 1))
        assert (row.kind, row.time) == (each["kind"], each["at"])
        assert row.stream == each["of"] or decode_fast(row.bytes).body["finding"] == each["of"]
        behind[each["of"]] = each["index"]
    assert set(behind) == set(ids)


def walked(house: House, told: Mapping[str, Any], followed: Any, names: Iterable[str]) -> int:
    """Follow every number of a report with offices, each total by its offices; how many were not nought."""
    count = 0
    for name in names:
        parts = followed(house.inst, told, name, None)
        assert sum(each["value"] for each in parts) == told["totals"][name]["value"], name
        for part in parts:
            holds(house, part, part["events"])
            assert followed(house.inst, told, name, part["office"]) == [part]
            count += 1
    return count


def test_every_number_of_the_daily_the_weekly_and_the_monthly_report(busy: House) -> None:
    assert walked(busy, reporting.daily(busy.inst), reporting.followed, OF_OFFICES) > 4
    for slot in reads.slots(busy.inst.conn)[-4:]:
        walked(busy, reporting.daily(busy.inst, slot.slot), reporting.followed, OF_OFFICES)
    for kind, name in (
        ("weekly", "2026-W48"),
        ("weekly", "2026-W49"),
        ("monthly", "2026-11"),
        ("monthly", "2026-12"),
    ):
        told = periodic.periodic(busy.inst, kind, name)  # type: ignore[arg-type]
        assert walked(busy, told, periodic.followed, period.NAMES) > 1, name


def test_every_number_of_notices_by_level(busy: House) -> None:
    seen: set[str] = set()
    for slot in reads.slots(busy.inst.conn):
        told = reporting.daily(busy.inst, slot.slot)
        for name, level in OF_NOTICES.items():
            parts = reporting.followed(busy.inst, told, name, None)
            assert [id for part in parts for id in part["notices"]] == told["notices"][level]["notices"]
            assert sum(each["value"] for each in parts) == told["notices"][level]["value"]
            for part in parts:
                assert [each["of"] for each in part["events"]] == part["notices"]
                for each in part["events"]:
                    row = next(log.leaves(busy.inst.conn, each["index"], each["index"] + 1))
                    body = decode_fast(row.bytes).body
                    assert (row.kind, body["notice"], body["level"]) == ("notice_given", each["of"], level)
                assert reporting.followed(busy.inst, told, name, part["office"]) == [part]
                assert reporting.followed(busy.inst, told, name, "no such office") == []
                seen.add(level)
    assert {"blue", "yellow"} <= seen


def test_how_long_matters_lay_at_a_step_is_followed_to_where_each_came_and_was_left(busy: House) -> None:
    for kind, name in (("weekly", "2026-W48"), ("weekly", "2026-W49"), ("monthly", "2026-11")):
        told = periodic.periodic(busy.inst, kind, name)  # type: ignore[arg-type]
        parts = periodic.followed(busy.inst, told, "waits", None)
        assert parts and [(each["step"], each["value"]) for each in parts] == [
            (each["step"], each["value"]) for each in told["waits"]
        ]
        for part in parts:
            assert len({each["of"] for each in part["visits"]}) == part["value"]
            for visit in part["visits"]:
                came, left = (each for each in part["events"] if each["of"] == visit["of"])
                assert (came["kind"], left["kind"]) == ("step_entered", "step_left")
                lasted = from_text(left["at"]) - from_text(came["at"])
                assert int(lasted.total_seconds()) // 60 == visit["minutes"]
            lengths = sorted(each["minutes"] for each in part["visits"])
            assert part["median_minutes"] == lengths[(len(lengths) - 1) // 2]
            assert part["longest_minutes"] == lengths[-1]
            assert periodic.followed(busy.inst, told, "waits", part["office"])


def test_what_is_taken_back_in_the_next_month_was_left_in_this_one_all_the_same(
    house: House, tmp_path: Path
) -> None:
    task = house.open()
    house.at("2026-11-30 17:00")
    house.submit(task, tmp_path)
    house.at("2026-12-01 08:00")
    before = periodic.periodic(house.inst, "monthly", "2026-11")
    assert [(each["step"], each["value"]) for each in before["waits"]] == [("draft", 1)]
    done_of(acts.takeback(house.inst, house.actor(house.clerk), task))
    house.at("2026-12-01 09:00")
    house.submit(task, tmp_path)
    after = periodic.periodic(house.inst, "monthly", "2026-11")
    assert after["waits"] == before["waits"]
    assert periodic.followed(house.inst, after, "waits", None)[0]["events"]
    (again,) = periodic.periodic(house.inst, "monthly", "2026-12")["waits"]
    assert again["value"] == 1


def test_every_number_of_an_offices_sheet_and_of_a_tasks_file(busy: House) -> None:
    for name in ("2026-W48", "2026-11", "2026-12"):
        told = office_sheet.office_sheet(busy.inst, OFFICE, name)
        for figure in sheet.NAMES:
            followed = office_sheet.followed(busy.inst, told, figure, None)
            holds(busy, followed, followed["events"])
    for id in reads.task_ids(busy.inst.conn, reads.TaskFilter()):
        told = task_file.task_file(busy.inst, id, busy.clerk)
        for figure in file.NAMES:
            followed = task_file.followed(busy.inst, told, figure)
            assert followed["value"] == len(followed["leaves"])
            assert {each["index"] for each in followed["events"]} == set(followed["leaves"])


def test_every_number_on_paper(busy: House) -> None:
    for told in (slips.slips(busy.inst, busy.clerk), supervising.page(busy.inst, busy.clerk, busy.leader)):
        for figure, found in told["figures"].items():
            followed = slips.followed(busy.inst, told, figure)
            assert {(each["of"], each["index"]) for each in followed["events"]} == {
                (each["of"], each["index"]) for each in found["leaves"]
            }


def test_the_board_the_daily_report_and_the_sheets_give_one_number_for_one_thing(busy: House) -> None:
    told = reporting.daily(busy.inst)
    rows = {each["office"]: each for each in board(busy.inst)["offices"]}
    for row in told["offices"]:
        on_board = rows[row["office"]]
        assert on_board["open"] == row["figures"]["open"]["value"]
        for how, column in COLUMNS.items():
            assert on_board[column] == row["figures"][how]["value"], (row["office"], how)
    own = office_sheet.office_sheet(busy.inst, OFFICE)["figures"]
    assert own["overdue"]["value"] == rows[OFFICE]["overdue"]
    assert own["open"]["value"] == rows[OFFICE]["open"]
