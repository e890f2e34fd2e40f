"""The weekly and the monthly report say what their period saw, whenever they are made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House, done_of, judged_by_two
from zeroerror import render
from zeroerror.model.errors import UsageError
from zeroerror.service import audits, findings, tasks
from zeroerror.service.periodic import periodic
from zeroerror.service.proposals import confirm, proposals
from zeroerror.store import reads

FIRST, SECOND = "2026-W48", "2026-W49"


def week(house: House, name: str) -> dict[str, int]:
    """A week's numbers that are not nought."""
    totals = periodic(house.inst, "weekly", name)["totals"]
    return {figure: each["value"] for figure, each in totals.items() if each["value"]}


def files_of(house: House, name: str) -> tuple[Any, ...]:
    """A month as everything that it can be made into."""
    told = periodic(house.inst, "monthly", name)
    made = (render.periodic_html, render.periodic_docx, render.periodic_xlsx, render.periodic_text)
    return (told, *(make(told, "zh") for make in made))  # type: ignore[operator]


def test_a_finding_belongs_to_the_week_of_the_slot_that_found_it_however_late_that_ran(
    house: House, tmp_path: Path
) -> None:
    in_time = house.open()
    house.at("2026-11-27 08:00")
    house.submit(in_time, tmp_path)
    # Nobody ran a slot since Monday; the machine is started again on the Monday after.
    house.at("2026-11-30 10:00")
    found = [each for each in house.tick() if each["rule"] == "step_overdue"]
    assert [each["task"] for each in found] == [in_time]
    told = periodic(house.inst, "weekly", FIRST)
    assert in_time in told["totals"]["found"]["tasks"]
    assert in_time in told["totals"]["cured"]["tasks"]
    later = periodic(house.inst, "weekly", SECOND)
    assert in_time not in later["totals"]["found"]["tasks"]
    assert later["totals"]["cured"]["value"] == 0


def test_each_week_has_its_own_and_is_compared_with_the_one_before(house: House, tmp_path: Path) -> None:
    one, two = house.open(), house.open()
    house.run_slots("2026-11-27 18:00")
    house.run_slots("2026-12-01 09:00")
    house.submit(one, tmp_path)
    house.run_slots("2026-12-01 18:00")
    done_of(tasks.advance(house.inst, house.actor(house.clerk), [two], "drop", reason="会议取消"))
    house.run_slots("2026-12-07 09:00")
    assert week(house, FIRST) == {"found": 2, "recurring": 2, "opened": 2, "late": 2}
    told = periodic(house.inst, "weekly", SECOND)
    assert told["totals"]["cured"]["tasks"] == [one, two]
    assert told["totals"]["closed"]["tasks"] == [two]
    assert told["changes"]["found"] == told["totals"]["found"]["value"] - 2
    assert told["changes"]["opened"] == -2
    assert periodic(house.inst, "weekly")["period"] == SECOND


def test_what_two_people_void_and_what_is_disputed_is_told_and_not_counted_as_found(house: House) -> None:
    house.open()
    house.open()
    house.run_slots("2026-11-26 10:00")
    one, other = audits.findings(house.inst, reads.FindingFilter(rule="step_overdue"))
    judged_by_two(house, findings.void, one["id"], "系统时钟有误")
    done_of(findings.dispute(house.inst, house.actor(house.clerk), other["id"], "当日在外开会"))
    told = periodic(house.inst, "weekly", FIRST)
    assert told["totals"]["voided"]["findings"] == [one["id"]]
    assert told["totals"]["disputed"]["findings"] == [other["id"]]
    assert told["totals"]["found"]["findings"] == [other["id"]]
    assert told["recurring"] == []


def test_who_read_the_wrong_one_in_a_report_reads_the_correction_in_the_next(house: House) -> None:
    house.open()
    house.run_slots("2026-11-26 10:00")
    (one,) = audits.findings(house.inst, reads.FindingFilter(rule="step_overdue"))
    house.run_slots("2026-12-01 09:00")
    judged_by_two(house, findings.correct, one["id"], [(house.director, "lead")], "未分派")
    house.run_slots("2026-12-07 09:00")
    assert periodic(house.inst, "weekly", FIRST)["lists"]["revised"] == []
    told = periodic(house.inst, "weekly", SECOND)
    (corrected,) = told["lists"]["revised"]
    assert corrected["id"] == one["id"]
    assert [(each["post"], each["degree"]) for each in corrected["posts"]] == [("提案委主任", "lead")]
    assert "更正：" in render.periodic_text(told, "zh", 80)


def test_what_was_corrected_in_its_own_week_is_told_as_it_is_and_needs_no_correction(house: House) -> None:
    house.open()
    house.run_slots("2026-11-26 10:00")
    (one,) = audits.findings(house.inst, reads.FindingFilter(rule="step_overdue"))
    judged_by_two(house, findings.correct, one["id"], [(house.director, "lead")], "未分派")
    house.run_slots("2026-12-01 09:00")
    told = periodic(house.inst, "weekly", FIRST)
    assert told["lists"]["revised"] == []
    (found,) = (each for each in told["lists"]["found"] if each["id"] == one["id"])
    assert [each["post"] for each in found["posts"]] == ["提案委主任"]


def test_a_month_made_again_is_the_same_bytes_whatever_has_happened_since(
    house: House, tmp_path: Path
) -> None:
    one, two, three = house.open(), house.open(), house.open()
    house.run_slots("2026-11-30 18:00")
    done_of(tasks.advance(house.inst, house.actor(house.clerk), [three], "drop", reason="会议取消"))
    house.run_slots("2026-12-01 00:00")
    before = files_of(house, "2026-11")
    assert before[0]["whole"]
    assert before[0]["totals"]["found"]["value"] == 3
    assert before[0]["totals"]["closed"]["tasks"] == [three]
    assert set(before[0]["totals"]["late"]["tasks"]) >= {one, two}
    done_of(tasks.takeback(house.inst, house.actor(house.clerk), three))
    house.submit(one, tmp_path)
    house.open()
    house.run_slots("2026-12-04 18:00")
    found = audits.findings(house.inst, reads.FindingFilter(rule="step_overdue", state="open"))
    done_of(findings.void(house.inst, house.actor(house.leader), found[0]["id"], "系统时钟有误"))
    (waiting,) = proposals(house.inst)
    done_of(confirm(house.inst, house.actor("yangxiulan"), [waiting["id"]]))
    again = files_of(house, "2026-11")
    # The figures first: what differs in them is told.
    assert [name for name in before[0] if again[0][name] != before[0][name]] == []
    assert again == before


def test_nobody_is_named(house: House) -> None:
    house.open(title="某某同志的秘密标题")
    house.run_slots("2026-11-27 18:00")
    told = periodic(house.inst, "weekly", FIRST)
    persons = house.inst.organisation.persons
    names = {name for name in house.inst.names(each.id for each in persons).values() if name}
    text = render.daily_json(told) + render.periodic_html(told, "zh")
    assert told["totals"]["found"]["value"]
    assert not [name for name in names if name in text]
    assert not [each.id for each in persons if f'"{each.id}"' in text]
    assert "秘密标题" not in text


def test_a_period_before_the_ledger_is_empty_and_one_to_come_is_refused(house: House) -> None:
    told = periodic(house.inst, "monthly", "2020-01")
    assert not told["recorded"]
    assert not any(each["value"] for each in told["totals"].values())
    assert "台账尚未建立" in render.periodic_text(told, "zh")
    for kind, name in (("weekly", "2026-W49"), ("monthly", "2026-12")):
        with pytest.raises(UsageError) as raised:
            periodic(house.inst, kind, name)  # type: ignore[arg-type]
        assert raised.value.code == "report.period_to_come"
    # This month has begun.
    assert not periodic(house.inst, "monthly", "2026-11")["whole"]
