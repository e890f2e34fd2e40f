"""Each figure is the number of the ids behind it, an office's add up, and the totals are the offices' sums."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.unit.report.hand import HOUR, SLOT, busy, facts, found, lists_of, step
from zeroerror.report.counting import OF_FINDINGS, OF_TASKS, STANDINGS
from zeroerror.report.daily import figures


def row(told: dict[str, Any], office: str | None) -> dict[str, Any]:
    """One office's figures."""
    found: dict[str, Any] = next(each["figures"] for each in told["offices"] if each["office"] == office)
    return found


def test_each_number_is_how_many_ids_stand_behind_it() -> None:
    told = figures(busy())
    rows = [each["figures"] for each in told["offices"]] + [told["totals"]]
    for each in rows:
        for name in OF_TASKS:
            assert each[name]["value"] == len(each[name]["tasks"]) == len(set(each[name]["tasks"]))
        for name in OF_FINDINGS:
            assert each[name]["value"] == len(each[name]["findings"]) == len(set(each[name]["findings"]))


def test_what_is_open_is_the_sum_of_how_it_stands_and_the_totals_are_the_offices() -> None:
    told = figures(busy())
    rows = [each["figures"] for each in told["offices"]]
    for each in (*rows, told["totals"]):
        assert each["open"]["value"] == sum(each[name]["value"] for name in STANDINGS)
    for name in (*OF_TASKS, *OF_FINDINGS):
        assert told["totals"][name]["value"] == sum(each[name]["value"] for each in rows)


def test_the_figures_of_a_house_counted_by_hand() -> None:
    told = figures(busy())
    totals = {name: told["totals"][name]["value"] for name in (*OF_TASKS, *OF_FINDINGS)}
    assert totals == {
        "open": 9,
        "overdue": 1,
        "due_today": 1,
        "due_soon": 1,
        "normal": 2,
        "stopped": 1,
        "at_desk": 2,
        "outside": 1,
        "followed_up": 1,
        "closed": 1,
        "found": 3,
        "failed": 1,
        "open_findings": 2,
        "cured": 1,
        "withdrawn": 1,
    }
    assert row(told, "提案委")["overdue"]["tasks"] == ["BW-2026-0001"]
    assert row(told, "经济委")["failed"]["findings"] == ["F-000000000002"]
    assert row(told, "经济委")["closed"]["tasks"] == ["BW-2026-0010"]
    assert row(told, None)["found"]["findings"] == ["F-000000000004"]


def test_a_task_counts_once_by_its_most_pressing_step_where_that_is() -> None:
    steps = (
        step("BW-2026-0001", step="draft", light="normal"),
        step("BW-2026-0001", step="print", light="overdue", office="办公室", due_at=SLOT - HOUR),
        step("BW-2026-0001", step="seal", light="soon", office="经济委"),
    )
    told = figures(facts(steps=steps))
    assert told["totals"]["open"]["value"] == 1
    assert row(told, "办公室")["overdue"]["tasks"] == ["BW-2026-0001"]
    assert row(told, "提案委")["open"]["value"] == row(told, "经济委")["open"]["value"] == 0


def test_a_desk_and_an_outside_body_are_no_offices_delay_whatever_the_clock_says() -> None:
    late = {"light": "overdue", "due_at": SLOT - HOUR, "task_light": "overdue", "task_due_at": SLOT - HOUR}
    steps = (step("BW-1", owner_kind="desk", **late), step("BW-2", owner_kind="outside", **late))
    totals = figures(facts(steps=steps))["totals"]
    assert totals["overdue"]["value"] == 0
    assert (totals["at_desk"]["value"], totals["outside"]["value"]) == (1, 1)


def test_a_stopped_clock_is_not_late_but_what_was_late_before_stays_so() -> None:
    steps = (
        step("BW-1", clock="stopped", stopped_at=SLOT - HOUR),
        step("BW-2", clock="stopped", stopped_at=SLOT - HOUR, light="overdue", due_at=SLOT - 9 * HOUR),
    )
    told = figures(facts(steps=steps))
    assert lists_of(told, "stopped") == ["BW-1"]
    assert lists_of(told, "overdue") == ["BW-2"]
    assert told["lists"]["stopped"][0]["held_minutes"] == 60


def test_a_task_past_its_own_limit_is_overdue_though_its_step_is_in_time_or_has_no_limit() -> None:
    late = {"task_due_at": SLOT - 3 * HOUR, "task_light": "overdue"}
    steps = (step("BW-1", **late), step("BW-2", due_at=None, **late))
    told = figures(facts(steps=steps))
    assert lists_of(told, "overdue") == ["BW-1", "BW-2"]
    assert [each["late_minutes"] for each in told["lists"]["overdue"]] == [180, 180]
    assert all(each["whole"] for each in told["lists"]["overdue"])


def test_lists_come_oldest_first() -> None:
    steps = tuple(
        step(f"BW-{n}", light="overdue", due_at=SLOT - n * HOUR, entered_at=SLOT - n * HOUR)
        for n in (1, 3, 2)
    )
    assert lists_of(figures(facts(steps=steps)), "overdue") == ["BW-3", "BW-2", "BW-1"]


def test_reminders_and_what_never_was_so_are_not_counted() -> None:
    items = (
        found("F-1", severity="reminder"),
        found("F-2", state="withdrawn"),
        found("F-3", state="voided"),
        found("F-4", state="cured"),
    )
    told = figures(facts(found=items))
    assert told["totals"]["found"]["findings"] == ["F-4"]
    assert [each["id"] for each in told["lists"]["findings"]] == ["F-4"]


def test_the_headline_says_the_totals_and_leaves_nought_out() -> None:
    told = figures(busy())
    first = told["headline"][0]
    assert first["params"]["count"] == 9
    assert sum(each["params"]["count"] for each in first["params"]["parts"]) == 9
    codes = [each["code"] for each in told["headline"]]
    assert codes == [
        "report.says_open",
        "report.says_overdue",
        "report.says_fewer",
        "report.says_at_desk",
        "report.says_closed",
        "report.says_found",
        "report.says_followed_up",
        "report.says_revised",
        "report.says_missed",
    ]
    quiet = [each["code"] for each in figures(facts())["headline"]]
    assert quiet == ["report.says_nothing_open", "report.says_nothing_found"]


def test_many_offices_are_not_read_out_one_by_one() -> None:
    offices = tuple((f"委{n}", f"委{n}办公室") for n in range(9))
    steps = tuple(
        step(f"BW-{n}", office=f"委{n}", office_title=f"委{n}办公室", light="overdue", due_at=SLOT - HOUR)
        for n in range(9)
    )
    told = figures(facts(offices=offices, steps=steps))
    sentence = told["headline"][1]
    assert sentence["code"] == "report.says_overdue_among_others"
    assert (sentence["params"]["number"], len(sentence["params"]["offices"])) == (9, 6)


def test_changes_are_against_the_report_before_and_none_where_there_is_none() -> None:
    assert figures(facts())["changes"] is None
    assert figures(busy())["changes"] == {"overdue": -2, "open": 0}


def test_a_wide_report_tells_of_the_arithmetic_only_what_names_nobody() -> None:
    trace = {
        "due_at": "2026-11-26T09:30:00.000000Z",
        "waits_for": "lizhiyuan",
        "tried": [["yangyan", "absent"]],
        "reason": "a" * 64,
        "action": "return",
        "urged_at": [],
        "stops": [{"start": "s", "end": None, "waits_for": "外单位材料", "by": "zhanghui"}],
    }
    told = figures(facts(found=(found("F-1", trace=trace),)))
    assert told["lists"]["findings"][0]["trace"] == {
        "due_at": "2026-11-26T09:30:00.000000Z",
        "stops": [{"start": "s", "end": None, "waits_for": "外单位材料"}],
    }


def test_an_office_that_is_in_no_list_has_its_row_all_the_same() -> None:
    told = figures(facts(steps=(step("BW-1", office="信访委", office_title="信访委员会办公室"),)))
    assert [each["office"] for each in told["offices"]] == ["办公室", "提案委", "经济委", "信访委"]


def test_the_same_facts_in_another_order_give_the_same_figures_byte_for_byte() -> None:
    one = busy()
    other = replace(
        one,
        steps=one.steps[::-1],
        found=one.found[::-1],
        open_findings=one.open_findings[::-1],
        rules=one.rules[::-1],
    )
    assert json.dumps(figures(one)) == json.dumps(figures(other))
