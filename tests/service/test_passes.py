"""What a slot looks at, by the real service: nothing that it owes is passed over, however late it runs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House, done_of, local
from tests.unit.timing.calendars import shipped
from zeroerror.model.calendar import Calendar, year_to_json
from zeroerror.service import audits, listed, organisation, proposals, tasks
from zeroerror.service.reasons import why
from zeroerror.service.verification import verify
from zeroerror.store import reads

AWAY = (local("2026-11-24 08:00"), local("2026-11-27 18:00"))


def absent(house: House, person: str, asker: str, granter: str) -> None:
    """A leave on record."""
    done_of(organisation.leave(house.inst, house.actor(asker), person, *AWAY))
    waiting = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(granter), [waiting[0]["id"]]))


def answerers(finding: Any) -> list[tuple[str, str]]:
    return [(each["person"], each["degree"]) for each in finding["attribution"]]


def test_a_b_person_who_was_away_clears_who_did_not_hand_over_and_no_longer_has_to_explain(
    house: House,
) -> None:
    absent(house, house.clerk, house.clerk, house.director)
    house.open()
    [found] = [each for each in house.run_slots("2026-11-26 09:00") if each["rule"] == "step_overdue"]
    assert answerers(found) == [(house.clerk, "direct"), (house.director, "lead")]
    follow_up = reads.task(house.inst.conn, found["follow_up"])
    assert follow_up is not None and follow_up.open_visits()[0].tried[0][0] == house.clerk
    # The finding names her nowhere.
    absent(house, house.colleague, house.director, house.leader)
    house.run_slots("2026-11-26 17:30")
    now = audits.finding(house.inst, found["id"])
    assert answerers(now) == [(house.director, "lead")]
    assert len(now["history"]) == 1
    follow_up = reads.task(house.inst.conn, found["follow_up"])
    assert follow_up is not None and follow_up.open_visits()[0].person == house.director


def test_a_slot_that_runs_late_reminds_of_what_was_due_soon_then(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.at("2026-11-24 09:00")
    house.submit(task, tmp_path)
    house.at("2026-11-24 09:05")
    [slot] = [each for each in audits.run_owed(house.inst) if each["slot"] == local("2026-11-24 08:30")]
    assert [(each["rule"], each["step"]) for each in slot["findings"]] == [("step_due_soon", "draft")]


def replaced(house: House, **schedule: Any) -> None:
    """Another schedule, applied by two persons."""
    organisation_now, at = house.inst.organisation, house.inst.now()
    proposer = organisation_now.all_entitled("secadmin", at)[0]
    settings = {**house.inst.settings, "schedule": {**house.inst.settings["schedule"], **schedule}}
    body = {"settings": settings, "replaces": house.inst.facts().digest_of("settings")}
    done_of(proposals.propose(house.inst, house.actor(proposer), "apply_settings", body))
    waiting = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting[0]["id"]]))


def test_what_was_slept_through_is_owed_by_the_schedule_that_held_then(house: House) -> None:
    house.at("2026-11-24 12:00")
    replaced(house, at=["09:00"])
    house.at("2026-11-25 10:00")
    expected = [local("2026-11-23 17:00"), local("2026-11-24 08:30"), local("2026-11-25 09:00")]
    assert audits.owed(house.inst) == expected
    ran = audits.run_owed(house.inst)
    assert [each["slot"] for each in ran] == expected
    missed = [each["due_at"] for slot in ran for each in slot["findings"] if each["rule"] == "slot_missed"]
    assert missed == expected[:2]
    assert audits.owed(house.inst) == []


def days_changed(house: House, **days: list[str]) -> None:
    """Days taken off or worked, by a year applied by two persons."""
    organisation_now, at = house.inst.organisation, house.inst.now()
    held = year_to_json(house.inst.calendar.years[2026])
    # A day is one or the other.
    other = {"off": "work", "work": "off"}
    year = {**held, **{key: sorted([*held[key], *found]) for key, found in days.items()}}
    for key, found in days.items():
        year[other[key]] = [each for each in year[other[key]] if each not in found]
    proposer = organisation_now.all_entitled("secadmin", at)[0]
    body = {"year": year, "replaces": held}
    done_of(proposals.propose(house.inst, house.actor(proposer), "apply_calendar", body))
    auditor = organisation_now.all_entitled("auditor", at)[0]
    waiting = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(auditor), [waiting[0]["id"]]))


def test_a_day_taken_off_after_a_date_was_given_makes_nobody_late_in_giving_it(house: House) -> None:
    """And one that was known to be off does; a full verification decides the same again."""
    given = {"title": "报送材料", "source": "会议议定", "finish_by": "2026-11-26"}
    house.at("2026-11-25 15:00")
    for hour in ("16:00", "16:30"):
        done_of(
            tasks.open_task(house.inst, house.actor(house.director), "handling/supervision", fields=given)
        )
        if hour == "16:00":
            house.at(f"2026-11-25 {hour}")
            days_changed(house, off=["2026-11-26"])
            house.at("2026-11-25 16:30")
    first, second = (each.id for each in reads.tasks(house.inst.conn, reads.TaskFilter()))
    short = [each for each in house.run_slots("2026-11-27 17:30") if each["rule"] == "short_notice"]
    assert [(each["task"], each["trace"]["left_minutes"]) for each in short] == [(second, 60)]
    assert first != second
    assert why(house.inst, short[0]["id"], house.director)["avoidance"][0]["by"] == local("2026-11-25 11:30")
    house.verify()


def test_what_was_slept_through_is_owed_by_the_calendar_that_held_then(house: House) -> None:
    """A day taken off after it has passed was worked when its slots fell due; a scheduler awake had run them."""
    house.at("2026-11-25 12:00")
    days_changed(house, off=["2026-11-24", "2026-11-26"], work=["2026-11-22", "2026-11-28"])
    house.at("2026-11-28 09:00")
    expected = [
        local(f"2026-11-{slot}")
        for slot in (
            "23 17:00",
            "24 08:30",
            "24 17:00",
            "25 08:30",
            "25 17:00",
            "27 08:30",
            "27 17:00",
            "28 08:30",
        )
    ]
    assert audits.owed(house.inst) == expected
    assert [each["slot"] for each in audits.run_owed(house.inst)] == expected
    assert audits.owed(house.inst) == []
    assert verify(house.inst.conn).problems == []


def test_what_the_calendar_did_not_reach_is_owed_by_the_first_that_does() -> None:
    years = shipped().years
    without = Calendar(
        "Asia/Shanghai", {year: each for year, each in years.items() if year != 2027}, shipped().hours
    )
    assert without.continued(shipped()) == shipped()
    assert shipped().continued(without) == shipped()


def test_a_scheduler_whose_clock_is_behind_tells_a_slot_that_was_passed_over_by_the_ledgers_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.at("2026-11-24 08:31")
    with monkeypatch.context() as patch:
        patch.setattr(type(house.inst), "now", lambda _: local("2026-11-24 08:28"))
        [ran] = audits.run_owed(house.inst)
    assert ran["slot"] == local("2026-11-23 17:00")
    assert [each["due_at"] for each in ran["findings"] if each["rule"] == "slot_missed"] == [ran["slot"]]
    assert verify(house.inst.conn).problems == []


def test_an_audit_of_another_name_is_owed_from_the_event_that_brought_it(house: House) -> None:
    house.run_slots("2026-11-24 12:00")
    replaced(house, audit="hourly", at=["10:00", "15:00"])
    assert audits.owed(house.inst) == []
    house.at("2026-11-25 10:30")
    assert audits.owed(house.inst) == [local("2026-11-24 15:00"), local("2026-11-25 10:00")]
    assert len(audits.run_owed(house.inst)) == 2
    assert audits.status(house.inst)["next"] == local("2026-11-25 15:00")


def test_what_was_known_then_is_answered_so_for_a_later_instant_too(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.at("2026-11-25 16:00")
    known = house.inst.now() - timedelta(minutes=1)
    house.submit(task, tmp_path)
    at = local("2026-11-26 09:00")
    house.at("2026-11-27 09:00")
    late = audits.audit_as_of(house.inst, at, known_at=known)
    assert [(each["task"], each["step"]) for each in late["findings"]] == [(task, "draft")]
    assert audits.audit_as_of(house.inst, at)["findings"] == []
    assert audits.audit_as_of(house.inst, at, known_at=known) == late


def test_a_pass_says_the_same_however_many_tasks_are_looked_at_together(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [house.open() for _ in range(5)]
    assert len([each for each in house.run_slots("2026-11-26 09:00") if each["follow_up"]]) == len(tasks)
    for task in tasks[:3]:
        house.submit(task, tmp_path)
    house.run_slots("2026-11-26 17:30")
    assert {each["state"] for each in audits.findings(house.inst) if each["follow_up"]} == {"open", "cured"}
    # Verification decides every pass again.
    monkeypatch.setattr(listed, "TOGETHER", 2)
    assert verify(house.inst.conn).problems == []
