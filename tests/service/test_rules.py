"""The rules at work, through the real service and the simulated clock: what a slot says of what people do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.service.house import House, done_of, local
from tests.service.test_imports import MAPPING, WORKFLOW, Desk
from zeroerror import render
from zeroerror.service import audits, organisation, proposals, publish, reporting, tasks
from zeroerror.service.imports import Imported
from zeroerror.service.reasons import why
from zeroerror.store import reads


def found(house: House, rule: str) -> list[Mapping[str, Any]]:
    """What stands on record of one rule."""
    return audits.findings(house.inst, reads.FindingFilter(rule=rule))


def direct(finding: Mapping[str, Any]) -> list[str]:
    return [each["person"] for each in finding["attribution"] if each["degree"] == "direct"]


def extend(house: House, task: str, person: str) -> str:
    """More time asked for; the proposal's id."""
    reason = "材料未齐"
    done_of(tasks.extend(house.inst, house.actor(person), task, "2wd", reason=reason))
    [waiting] = proposals.proposals(house.inst)
    return str(waiting["id"])


def test_a_request_for_more_time_without_an_answer_is_found_though_nothing_happens_to_the_task(
    house: House,
) -> None:
    task = house.open()
    house.at("2026-11-23 10:00")
    proposal = extend(house, task, house.clerk)
    # Due on Wednesday evening, and the answer by Tuesday evening: neither has come on Tuesday.
    house.run_slots("2026-11-24 17:30")
    assert found(house, "extension_undecided") == []
    house.run_slots("2026-11-25 09:00")
    [undecided] = found(house, "extension_undecided")
    assert (undecided["task"], direct(undecided), undecided["state"]) == (task, [house.director], "open")
    done_of(proposals.confirm(house.inst, house.actor(house.director), [proposal]))
    house.run_slots("2026-11-25 17:30")
    [undecided] = found(house, "extension_undecided")
    assert undecided["state"] == "cured"


def test_a_request_on_the_last_day_is_a_reminder_and_counts_nowhere(house: House) -> None:
    task = house.open()
    house.at("2026-11-25 09:00")
    extend(house, task, house.clerk)
    house.run_slots("2026-11-25 17:30")
    [late] = found(house, "extension_late")
    assert (late["severity"], late["attribution"], late["state"]) == ("reminder", [], "closed")
    [sooner] = why(house.inst, late["id"], house.clerk)["avoidance"]
    assert (sooner["kind"], sooner["who"], sooner["by"]) == ("asked", house.clerk, local("2026-11-24 17:30"))


def test_a_matter_given_in_the_afternoon_for_the_evening_is_whose_gave_it(house: House) -> None:
    house.at("2026-11-24 15:00")
    for person in (house.director, house.clerk):
        given = {"title": "报送材料", "source": "会议议定", "finish_by": "2026-11-24"}
        done_of(tasks.open_task(house.inst, house.actor(person), "handling/supervision", fields=given))
    house.run_slots("2026-11-24 17:30")
    directors, clerks = found(house, "short_notice")
    assert (direct(directors), directors["severity"]) == ([house.director], "minor")
    # She may only have written down what was asked of the house.
    assert (direct(clerks), clerks["severity"]) == ([], "reminder")
    assert directors["trace"]["left_minutes"] == 150


def test_a_review_of_ones_own_draft_with_nobody_else_there_is_found_at_once(
    house: House, tmp_path: Path
) -> None:
    director, others = house.director, set(house.inst.organisation.staff("提案委", house.inst.now()))
    for person in sorted(others - {director}):
        away = (local("2026-11-23 10:00"), local("2026-11-27 18:00"))
        done_of(organisation.leave(house.inst, house.actor(person), person, *away))
    for waiting in proposals.proposals(house.inst):
        done_of(proposals.confirm(house.inst, house.actor(director), [waiting["id"]]))
    house.at("2026-11-23 11:00")
    task = house.open(director)
    done_of(tasks.assign(house.inst, house.actor(director), task, director))
    house.submit(task, tmp_path, director)
    house.run_slots("2026-11-23 17:30")
    [blocked] = found(house, "four_eyes_blocked")
    assert (blocked["step"], direct(blocked)) == ("review", [])
    assert blocked["undetermined"] == ["attribution.missing_four_eyes"]
    assert blocked["clarifier"] == house.leader


def test_a_follow_up_left_unanswered_is_found_and_opens_none(house: House, tmp_path: Path) -> None:
    house.open()
    house.run_slots("2026-12-02 09:00")
    [late] = found(house, "follow_up_overdue")
    assert late["task"].startswith("JD-") and late["follow_up"] is None
    assert direct(late) == [house.clerk] and late["clarifier"] == house.director
    assert all(not each["task"].startswith("JD-") for each in found(house, "step_overdue"))


def leave(house: House, person: str, since: str, until: str) -> None:
    """A leave, asked for by who goes and granted by the director."""
    done_of(organisation.leave(house.inst, house.actor(person), person, local(since), local(until)))
    [waiting] = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(house.director), [waiting["id"]]))


def test_a_and_b_who_will_be_away_together_are_told_of_beforehand_and_arranging_it_ends_it(
    house: House,
) -> None:
    leave(house, house.clerk, "2026-11-25 08:00", "2026-11-26 18:00")
    leave(house, house.colleague, "2026-11-26 08:00", "2026-11-27 18:00")
    house.run_slots("2026-11-23 17:30")
    away = found(house, "joint_absence")
    assert away and all(each["severity"] == "reminder" and each["state"] == "open" for each in away)
    assert {each["attribution"][0]["person"] for each in away} == {house.director}
    assert all(each["due_at"] == local("2026-11-26 08:00") for each in away)
    house.run_slots("2026-11-27 09:00")
    assert {each["state"] for each in found(house, "joint_absence")} == {"cured"}


def republished(house: House) -> None:
    """Another 发文 in force."""
    path = house.inst.home / "workflows" / "document" / "outgoing.yaml"
    path.write_text(path.read_text("utf-8").replace("平件: 16wd", "平件: 17wd", 1), "utf-8")
    publisher = house.inst.organisation.all_entitled("secadmin", house.inst.now())[0]
    done_of(publish.publish(house.inst, house.actor(publisher), path))
    [waiting] = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting["id"]]))


def test_a_slot_that_runs_late_counts_what_ran_then_and_not_what_was_taken_back_since(house: House) -> None:
    task = house.open()
    house.advance(house.clerk, task, "drop", reason="会议取消")
    house.at("2026-11-23 10:00")
    republished(house)
    house.at("2026-11-23 17:01")
    done_of(tasks.takeback(house.inst, house.actor(house.clerk), task))
    house.run_slots("2026-11-24 09:00")
    assert house.task(task).status == "open"
    assert found(house, "definition_changed") == []


def test_a_definition_published_over_running_tasks_says_which_go_on_as_they_were(house: House) -> None:
    task = house.open()
    republished(house)
    house.run_slots("2026-11-24 09:00")
    [changed] = found(house, "definition_changed")
    assert (changed["trace"]["workflow"], changed["trace"]["tasks"]) == ("document/outgoing", [task])
    assert (changed["severity"], changed["attribution"]) == ("reminder", [])
    assert changed["clarifier"] == house.leader


def test_a_notice_that_nobody_answers_counts_against_those_above_and_not_twice_against_who_is_late(
    house: House,
) -> None:
    house.open()
    house.run_slots("2026-11-27 17:30")
    assert found(house, "notice_unanswered") == []
    house.run_slots("2026-12-04 17:30")
    given = {each.id: each for each in reads.notices(house.inst.conn, reads.NoticeFilter())}
    silent = {given[each["trace"]["notice"]].stage: each for each in found(house, "notice_unanswered")}
    assert (direct(silent["owes"]), silent["owes"]["severity"]) == ([], "reminder")
    above = next(each for stage, each in silent.items() if stage in ("deputy", "director"))
    notice = given[above["trace"]["notice"]]
    assert (direct(above), above["severity"]) == (list(notice.to), "minor")


def test_reminders_are_read_in_the_daily_report_and_count_in_no_figure(house: House) -> None:
    leave(house, house.clerk, "2026-11-25 08:00", "2026-11-26 18:00")
    leave(house, house.colleague, "2026-11-26 08:00", "2026-11-27 18:00")
    house.run_slots("2026-11-23 17:30")
    figures = reporting.daily(house.inst)
    [first, *_] = figures["lists"]["reminders"]
    assert (first["rule"], first["office"], first["step_title"]) == (
        "joint_absence",
        "提案委",
        first["trace"]["scope"],
    )
    assert first["posts"][0]["post"] == "提案委主任"
    assert figures["totals"]["found"]["value"] == 0 == figures["totals"]["open_findings"]["value"]
    for lang in ("zh", "en"):
        page = render.daily_html(figures, lang)
        assert "26" in page and house.clerk not in page
        assert ("提醒事项" if lang == "zh" else "Reminders") in page
    house.run_slots("2026-11-27 09:00")
    figures = reporting.daily(house.inst)
    assert figures["lists"]["reminders"] == [] == figures["lists"]["cured"]


def judging_imported(house: House) -> None:
    """Slots are asked to judge history that was read in, too."""
    path = house.inst.home / "config" / "thresholds.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("judge_imported: no ", "judge_imported: yes ", 1), "utf-8")
    proposer = house.inst.organisation.all_entitled("secadmin", house.inst.now())[0]
    done_of(publish.apply_settings(house.inst, house.actor(proposer), path))
    [waiting] = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting["id"]]))


def test_what_a_log_tells_of_strangers_gates_and_leaps_is_asked_about_and_blames_nobody(
    house: House, tmp_path: Path
) -> None:
    judging_imported(house)
    day = "2024-03-0{}T09:00:00+08:00,case-owner,,,2024-03-29T17:00:00+08:00"
    rows = [
        # Received by who does that duty, closed by somebody of another office, without the file the gate asks for.
        f"1,收件,{day.format(1).replace(',', ',dengjie,', 1)}",
        f"1,核对,{day.format(2).replace(',', ',wangli,', 1)}",
        # Checked before anybody had received it.
        f"2,核对,{day.format(3).replace(',', ',dengjie,', 1)}",
        f"2,收件,{day.format(4).replace(',', ',dengjie,', 1)}",
    ]
    rows[1] = rows[1].replace(",case-owner,,,", ",case-owner,,2024-03-02T09:00:00+08:00,")
    rows[0] = rows[0].replace(",case-owner,,,", ",case-owner,,2024-03-02T09:00:00+08:00,")
    gated = WORKFLOW.replace(
        "close: {title: 办结, end: done}", "close: {title: 办结, end: done, evidence: 1}"
    )
    read = Desk(house, tmp_path).read(rows, mapping=MAPPING.replace("names", "ids", 1), workflow=gated)
    assert isinstance(read, Imported), read
    house.run_slots("2026-11-23 17:30")
    [stranger], [leap], [gate] = (
        found(house, rule) for rule in ("not_entitled", "non_conforming", "evidence_missing")
    )
    assert (stranger["task"], stranger["trace"]["doer"], stranger["severity"]) == ("JTZ:1", "wangli", "major")
    assert (leap["task"], leap["trace"]["why"]) == ("JTZ:2", "no_such_move")
    assert (gate["task"], gate["state"], gate["trace"]["needed"]) == ("JTZ:1", "open", 1)
    assert all(each["attribution"] == [] and each["undetermined"] for each in (stranger, leap, gate))
    scan = tmp_path / "scan.txt"
    scan.write_text("回执", "utf-8")
    general = house.inst.organisation.director("办公室", house.inst.now())
    done_of(tasks.attach(house.inst, house.actor(str(general)), "JTZ:1", [scan]))
    house.run_slots("2026-11-24 17:30")
    [gate] = found(house, "evidence_missing")
    assert gate["state"] == "cured"
