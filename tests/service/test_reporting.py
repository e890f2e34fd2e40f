"""The daily report says what its slot saw, whenever it is made, and never stands in the audit's way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House, done_of, local
from zeroerror import files, render
from zeroerror.ledger import merkle
from zeroerror.model.errors import UsageError
from zeroerror.service import audits, findings, organisation, proposals, reporting, sandbox, tasks
from zeroerror.service.proposals import confirm
from zeroerror.service.reporting import ReportUnwritten, run_and_report
from zeroerror.store import log, reads

FILES = {"daily.zh.html", "daily.en.html", "daily.json", "checkpoint.txt"}


def bytes_of(house: House, slot: datetime) -> tuple[str, str, str, str]:
    """A slot's report as files, and on a terminal."""
    told = reporting.daily(house.inst, slot)
    return (
        render.daily_json(told),
        render.daily_html(told, "zh"),
        render.daily_html(told, "en"),
        render.daily_text(told, "zh"),
    )


def run_slots(house: House, until: str) -> dict[datetime, tuple[str, ...]]:
    """Let each slot run in its time, and make its report at once."""
    made: dict[datetime, tuple[str, ...]] = {}
    end = local(until)
    while (coming := audits.status(house.inst)["next"]) is not None and coming <= end:
        done_of(sandbox.set_clock(house.inst, coming))
        reporting.run_and_report(house.inst)
        made[coming] = bytes_of(house, coming)
    done_of(sandbox.set_clock(house.inst, end))
    return made


def row(told: Mapping[str, Any], office: str | None) -> Mapping[str, Any]:
    """One office's figures."""
    found: Mapping[str, Any] = next(each["figures"] for each in told["offices"] if each["office"] == office)
    return found


def away(house: House, since: str, until: str) -> None:
    """The drafter is on leave, and the colleague covers."""
    clerk, first, last = house.actor(house.clerk), local(since), local(until)
    done_of(organisation.leave(house.inst, clerk, house.clerk, first, last))
    confirmed(house, house.director)
    done_of(organisation.cover(house.inst, clerk, house.clerk, house.colleague, first, last))
    confirmed(house, house.colleague)


def confirmed(house: House, person: str) -> None:
    """The one proposal that waits takes effect."""
    (waiting,) = proposals.proposals(house.inst)
    done_of(confirm(house.inst, house.actor(person), [waiting["id"]]))


def voided(house: House, finding: str) -> None:
    """A finding judged by two people not to be one."""
    done_of(findings.void(house.inst, house.actor(house.leader), finding, "系统时钟有误"))
    confirmed(house, "yangxiulan")


def transferred(house: House, person: str) -> None:
    """Somebody goes to another office."""
    moved = organisation.transfer(
        house.inst, house.actor("tangmin"), person, "经济委", "工作人员", house.inst.now()
    )
    done_of(moved)
    confirmed(house, "luoqiang")


def renamed(house: House) -> None:
    """An office goes by another name."""
    path = house.inst.home / "config" / "institution.yaml"
    path.write_text(path.read_text("utf-8").replace("提案委员会办公室", "提案和委员联络办公室"), "utf-8")
    done_of(organisation.apply(house.inst, house.actor("tangmin"), path))
    confirmed(house, "luoqiang")


def test_a_report_made_again_is_the_same_bytes_whatever_has_happened_since(
    house: House, tmp_path: Path
) -> None:
    away(house, "2026-11-24 08:00", "2026-12-04 18:00")
    first = house.open()
    second = house.open(urgency="加急")
    house.submit(first, tmp_path)
    made = run_slots(house, "2026-11-24 09:30")
    house.advance(house.director, first, "return", reason="格式不合规范")
    house.submit(second, tmp_path)
    made |= run_slots(house, "2026-11-27 12:00")
    overdue = [
        each
        for each in audits.findings(house.inst, reads.FindingFilter(rule="step_overdue"))
        if each["state"] == "open"
    ]
    assert overdue, "something is found, so that its state can change"
    house.submit(first, tmp_path, house.colleague)
    made |= run_slots(house, "2026-12-01 12:00")
    late = audits.findings(house.inst, reads.FindingFilter(rule="step_overdue", state="open"))
    voided(house, late[0]["id"])
    transferred(house, house.clerk)
    renamed(house)
    house.advance(house.director, first, "pass")
    run_slots(house, "2026-12-03 12:00")
    for slot, before in made.items():
        assert bytes_of(house, slot) == before, slot


def test_a_late_run_shows_what_was_so_at_the_slot_and_which_slots_were_missed(
    house: House, tmp_path: Path
) -> None:
    task = house.open()
    house.at("2026-11-26 10:00")
    house.submit(task, tmp_path)
    other = house.open()
    house.at("2026-11-26 17:00")
    reporting.run_and_report(house.inst)
    slot = local("2026-11-25 17:00")
    told = reporting.daily(house.inst, slot)
    assert row(told, "提案委")["open"]["tasks"] == [task]
    assert [each["step"] for each in told["lists"]["due"]] == ["draft"]
    assert told["lists"]["missed_slots"][-1] == "2026-11-25T17:00:00+08:00"
    last = reporting.daily(house.inst, local("2026-11-26 17:00"))
    # The follow-up that a late pass opened ended with the finding that a later pass cured.
    assert row(last, "提案委")["open"]["tasks"] == [task, other]
    assert last["lists"]["cured"][0]["task"] == task
    # Each slot since Monday morning ran late, up to the one before this.
    assert len(last["lists"]["missed_slots"]) == 6
    assert last["lists"]["missed_slots"][-1] == "2026-11-26T08:30:00+08:00"


def test_what_a_late_pass_found_before_is_known_to_the_next_one(house: House) -> None:
    task = house.open()
    house.at("2026-11-26 17:00")
    reporting.run_and_report(house.inst)
    morning = reporting.daily(house.inst, local("2026-11-26 08:30"))
    evening = reporting.daily(house.inst, local("2026-11-26 17:00"))
    assert [each["task"] for each in morning["lists"]["findings"] if each["task"]] == [task]
    assert [each["task"] for each in evening["lists"]["open_findings"]] == [task]
    assert [each["finding"] for each in evening["lists"]["follow_ups"]] == [
        evening["lists"]["open_findings"][0]["id"]
    ]
    assert reporting.daily(house.inst, local("2026-11-25 17:00"))["lists"]["follow_ups"] == []


def test_found_is_what_the_slot_found_but_for_reminders(house: House) -> None:
    house.open()
    for slot in run_slots(house, "2026-11-27 12:00"):
        said = {
            each["id"]
            for each in audits.audit(house.inst, slot)["findings"]
            if each["severity"] != "reminder"
        }
        told = reporting.daily(house.inst, slot)
        assert set(told["totals"]["found"]["findings"]) == said
        assert {each["id"] for each in told["lists"]["findings"]} == said


def test_cured_findings_and_the_slot_before_are_told(house: House, tmp_path: Path) -> None:
    task = house.open()
    run_slots(house, "2026-11-26 10:00")
    assert reporting.daily(house.inst)["changes"]["overdue"] == 1
    house.submit(task, tmp_path)
    run_slots(house, "2026-11-26 17:30")
    told = reporting.daily(house.inst)
    assert [each["task"] for each in told["lists"]["cured"]] == [task]
    assert told["changes"]["overdue"] == -1
    assert told["totals"]["open_findings"]["value"] == 0
    assert "report.says_fewer" in [each["code"] for each in told["headline"]]
    run_slots(house, "2026-11-27 10:00")
    assert reporting.daily(house.inst)["lists"]["cured"] == []


def test_what_people_void_and_correct_is_told_once_to_the_same_readers(house: House) -> None:
    house.open()
    house.open()
    run_slots(house, "2026-11-26 10:00")
    one, other = audits.findings(house.inst, reads.FindingFilter(rule="step_overdue"))
    voided(house, one["id"])
    lead = [(house.director, "lead")]
    done_of(findings.correct(house.inst, house.actor(house.leader), other["id"], lead, "主任未分派"))
    confirmed(house, "zhoujianming")
    run_slots(house, "2026-11-27 10:00")
    told = reporting.daily(house.inst, local("2026-11-26 17:00"))
    assert [each["id"] for each in told["lists"]["voided"]] == [one["id"]]
    assert [(each["id"], each["posts"][0]["post"]) for each in told["lists"]["revised"]] == [
        (other["id"], "提案委主任")
    ]
    after = reporting.daily(house.inst, local("2026-11-27 08:30"))
    assert after["lists"]["voided"] == after["lists"]["revised"] == []


def test_a_delay_is_counted_where_it_arose(house: House, tmp_path: Path) -> None:
    task = house.open(urgency="特急")
    house.submit(task, tmp_path)
    house.advance(house.director, task, "pass")
    house.advance(house.leader, task, "sign")
    run_slots(house, "2026-11-23 17:30")
    told = reporting.daily(house.inst)
    assert row(told, "办公室")["overdue"]["tasks"] == [task]
    assert row(told, "提案委")["overdue"]["value"] == 0
    assert row(told, "办公室")["found"]["tasks"] == [task]
    assert told["lists"]["overdue"][0]["post"].startswith("办公室")


def test_a_leaders_desk_is_shown_with_how_long_and_blames_no_office(house: House, tmp_path: Path) -> None:
    task = house.open(urgency="特急")
    house.submit(task, tmp_path)
    house.advance(house.director, task, "pass")
    run_slots(house, "2026-11-23 17:30")
    told = reporting.daily(house.inst)
    assert told["totals"]["overdue"]["value"] == 0
    desk = told["lists"]["at_desk"][0]
    assert (desk["task"], desk["post"], desk["held_minutes"]) == (task, "副主席", 8 * 60)


def test_nobody_is_named_and_no_sealed_title_is_told(house: House, tmp_path: Path) -> None:
    away(house, "2026-11-24 08:00", "2026-12-04 18:00")
    task = house.open(title="某某同志的秘密标题")
    run_slots(house, "2026-11-24 12:00")
    done_of(tasks.note(house.inst, house.actor(house.director), task, "绝密批注"))
    made = run_slots(house, "2026-11-27 12:00")
    assert reporting.daily(house.inst)["lists"]["overdue"][0]["title"] is None
    persons = house.inst.organisation.persons
    names = {name for name in house.inst.names(each.id for each in persons).values() if name}
    for texts in made.values():
        for text in texts:
            assert not [name for name in names if name in text]
            assert not [each.id for each in persons if f'"{each.id}"' in text]
            assert "秘密标题" not in text
            assert "绝密" not in text


def test_position_and_root_are_those_of_the_leaves_that_the_slot_saw(house: House) -> None:
    house.open()
    house.at("2026-11-25 10:00")
    reporting.run_and_report(house.inst)
    for slot in ("2026-11-24 08:30", "2026-11-25 08:30"):
        told = reporting.daily(house.inst, local(slot))
        hashes = [each.hash for each in log.leaves(house.inst.conn, 0, told["position"])]
        assert told["root"] == merkle.root(merkle.append("", hashes))
        until = [each.time for each in log.leaves(house.inst.conn, 0, told["position"] + 1)]
        assert until[-2] <= local(slot).strftime("%Y-%m-%dT%H:%M:%S.%fZ") < until[-1]


def test_before_any_slot_has_run_it_is_of_this_moment(house: House) -> None:
    task = house.open()
    told = reporting.daily(house.inst)
    assert told["slot"] is None
    assert told["wrote"] is None
    assert row(told, "提案委")["open"]["tasks"] == [task]
    assert told["position"] == log.head(house.inst.conn).size


def test_a_slot_that_has_not_run_has_no_report(house: House) -> None:
    with pytest.raises(UsageError) as raised:
        reporting.daily(house.inst, local("2026-11-25 08:30"))
    assert raised.value.code == "error.no_such_slot"


def test_every_slot_has_its_files_and_what_is_absent_is_written_again(house: House) -> None:
    house.open()
    made = run_slots(house, "2026-11-26 10:00")
    for slot, (data, chinese, english, _) in made.items():
        directory = reporting.report_directory(house.inst, slot)
        assert {each.name for each in directory.iterdir()} == FILES
        assert (directory / "daily.json").read_text("utf-8") == data
        assert (directory / "daily.zh.html").read_text("utf-8") == chinese
        assert (directory / "daily.en.html").read_text("utf-8") == english
    first, second = list(made)[:2]
    shutil.rmtree(reporting.report_directory(house.inst, first))
    kept = reporting.report_directory(house.inst, second)
    checkpoint = (kept / "checkpoint.txt").read_bytes()
    (kept / "daily.zh.html").unlink()
    assert reporting.run_and_report(house.inst) == []
    again = reporting.report_directory(house.inst, first)
    assert {each.name for each in again.iterdir()} == FILES
    assert (again / "daily.zh.html").read_text("utf-8") == made[first][1]
    assert (kept / "daily.zh.html").read_text("utf-8") == made[second][1]
    # What went out with the report stays what it was.
    assert (kept / "checkpoint.txt").read_bytes() == checkpoint


def test_a_report_that_cannot_be_written_does_not_stop_the_audit(house: House) -> None:
    task = house.open()
    reports = house.inst.home / "reports"
    reports.write_text("a file where the directory should be", "utf-8")
    house.at("2026-11-26 17:00")
    with pytest.raises(ReportUnwritten) as raised:
        reporting.run_and_report(house.inst)
    error = raised.value
    assert [each["slot"] for each in error.ran][-1] == local("2026-11-26 17:00")
    assert error.params["slot"] == local("2026-11-23 17:00")
    assert str(reports) in str(error.params["path"])
    assert audits.owed(house.inst) == []
    found = audits.findings(house.inst, reads.FindingFilter(rule="step_overdue"))
    assert [each["task"] for each in found] == [task]
    reports.unlink()
    assert reporting.run_and_report(house.inst) == []
    assert len(list(reports.iterdir())) == 7


def test_a_full_disk_leaves_whole_files_or_none(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.at("2026-11-23 17:00")
    add = files.add

    def full(path: Path, content: bytes) -> bool:
        if path.name.startswith("daily.en"):
            raise OSError(28, "No space left on device", str(path))
        return add(path, content)

    monkeypatch.setattr(files, "add", full)
    with pytest.raises(ReportUnwritten) as raised:
        reporting.run_and_report(house.inst)
    assert raised.value.params["detail"] == "ENOSPC"
    directory = reporting.report_directory(house.inst, local("2026-11-23 17:00"))
    assert {each.name for each in directory.iterdir()} == {"daily.zh.html"}
    monkeypatch.undo()
    reporting.run_and_report(house.inst)
    assert {each.name for each in directory.iterdir()} == FILES


# Weeks and months


def test_the_week_and_the_month_are_reported_with_the_first_slot_after_them(house: House) -> None:
    house.open()
    house.at("2026-11-30 08:00")
    run_and_report(house.inst)
    reports = house.inst.home / "reports"
    assert not (reports / "2026-W48").exists()
    house.at("2026-12-01 08:31")
    run_and_report(house.inst)
    week = {path.name: path.read_bytes() for path in (reports / "2026-W48").iterdir()}
    month = {path.name: path.read_bytes() for path in (reports / "2026-11").iterdir()}
    assert sorted(week) == ["weekly.en.html", "weekly.json", "weekly.zh.html"]
    assert sorted(month) == [
        "monthly.en.html",
        "monthly.json",
        "monthly.zh.docx",
        "monthly.zh.html",
        "monthly.zh.xlsx",
    ]
    told = json.loads(week["weekly.json"])["data"]
    assert told["whole"] and told["totals"]["found"]["value"] > 0
    # Before the ledger began there was nothing to report.
    assert not (reports / "2026-W47").exists() and not (reports / "2026-10").exists()


def test_what_is_absent_of_a_period_is_written_again_the_same_however_late(
    house: House, tmp_path: Path
) -> None:
    task = house.open()
    house.at("2026-12-01 08:31")
    run_and_report(house.inst)
    before = {
        path: path.read_bytes()
        for name in ("2026-W48", "2026-11")
        for path in (house.inst.home / "reports" / name).iterdir()
    }
    house.submit(task, tmp_path)
    house.at("2026-12-03 17:30")
    for path in before:
        path.unlink()
    run_and_report(house.inst)
    assert {path: path.read_bytes() for path in before} == before


def test_periods_slept_through_are_each_reported(house: House) -> None:
    house.at("2027-01-04 08:31")
    run_and_report(house.inst)
    names = {path.name for path in (house.inst.home / "reports").iterdir() if "W" in path.name}
    assert names == {f"2026-W{week}" for week in range(48, 54)}
    assert (house.inst.home / "reports" / "2026-12" / "monthly.zh.docx").exists()


def test_an_output_directory_that_vanishes_is_told_and_made_again(house: House) -> None:
    house.at("2026-12-01 08:31")
    run_and_report(house.inst)
    reports = house.inst.home / "reports"
    shutil.rmtree(reports)
    reports.write_text("in the way", "utf-8")
    with pytest.raises(ReportUnwritten) as raised:
        run_and_report(house.inst)
    assert raised.value.ran == []
    reports.unlink()
    run_and_report(house.inst)
    assert (reports / "2026-11" / "monthly.json").exists()
    assert (reports / "2026-12-01-0830" / "daily.json").exists()
