"""Urging, its answers, and 整改 through its whole cycle, at the command line, in both languages, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import MODULES, RAW
from tests.acceptance.office import PASSPHRASE, Office

CLERK, DEPUTY, DIRECTOR, LEADER, COLLEAGUE = "yangyan", "longhai", "zhanghui", "lizhiyuan", "wuxiaomei"
ANSWERED = {"zh": "材料周五到齐", "en": "the papers come on Friday"}


@pytest.fixture(params=["zh", "en"])
def office(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """The sample institution on Monday the 23rd of November 2026, its people logged in."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", request.param)
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, DEPUTY, DIRECTOR, LEADER, COLLEAGUE)
    return found


def draft(office: Office) -> str:
    made = office.data("task", "new", "document/outgoing", "--title", "x", "--set", "urgency=平件", by=CLERK)
    return str(made["tasks"][0])


def audited(office: Office, at: str) -> list[Any]:
    """The clock set, and what is owed by then run; the notices so far."""
    office.clock(at)
    office.call("scheduler", "tick")
    found: list[Any] = office.data("notice", "list", by=DIRECTOR)
    return found


def test_a_notice_is_shown_to_who_got_it_answered_repeated_and_then_taken_upwards(office: Office) -> None:
    task = draft(office)
    (blue,) = audited(office, "2026-11-26T09:00")
    assert (blue["level"], blue["stage"], blue["to"], blue["state"]) == ("blue", "owes", [CLERK], "waiting")
    assert blue["id"] in office.do("next", by=CLERK)
    assert office.data("next", by=COLLEAGUE)["notices"] == []
    refused = office.call("notice", "answer", blue["id"], "--reason", "x", by=COLLEAGUE)
    assert refused.code == 5, refused
    office.do("notice", "answer", blue["id"], "--reason", ANSWERED[office.lang], by=CLERK)
    assert office.data("next", by=CLERK)["notices"] == []
    for told in (
        office.do("notice", "list", "--person", CLERK, by=CLERK),
        office.do("task", "show", task, by=CLERK),
        office.do("finding", "show", blue["finding"], by=CLERK),
        office.do("why", task, by=CLERK),
    ):
        assert blue["id"] in told
    assert ANSWERED[office.lang] in office.do("task", "show", task, by=CLERK)
    audited(office, "2026-11-30T09:00")
    found = audited(office, "2026-12-02T09:00")
    about = [(each["level"], *each["to"]) for each in found if each["task"] == task and each["step"]]
    assert about == [("blue", CLERK), ("blue", CLERK), ("yellow", DEPUTY)]
    assert {each["id"] for each in office.data("notice", "list", "--level", "yellow", by=LEADER)} == {
        each["id"] for each in found if each["level"] == "yellow"
    }
    assert office.data("log", "verify")["ok"]
    assert not [
        each
        for each in office.said
        if not each.startswith("{") and (RAW.search(each) or MODULES.search(each))
    ]


def plan(office: Office, task: str, by: str) -> None:
    words = ["--set", f"who={CLERK}", "--set", f"by={by}", "--set", f"checker={DEPUTY}"]
    words += ["--set", "duty=起草岗", "--set", "standard=不再逾期", "--set", "measure=每周一清点在办文稿"]
    office.do("task", "advance", task, "plan", *words, by=DIRECTOR)


def test_what_repeats_is_put_right_checked_by_another_looked_at_again_and_reopened(office: Office) -> None:
    for day in (23, 24, 25):
        office.clock(f"2026-11-{day}T09:30")
        # Three that fall due on one day are one occasion.
        for _ in range(3 if day == 23 else 1):
            draft(office)
    for day in ("2026-11-26", "2026-11-27"):
        office.clock(f"{day}T09:00")
        office.call("scheduler", "tick")
        assert not office.data("task", "list", "--workflow", "oversight/rectify", by=LEADER)
    office.clock("2026-11-30T09:00")
    office.call("scheduler", "tick")
    follow_ups = [each["follow_up"] for each in office.data("finding", "list", "--rule", "step_overdue")]
    kinds = [office.data("task", "show", each, by=LEADER)["workflow"] for each in follow_ups]
    assert sorted(kinds) == ["oversight/explain"] * 4 + ["oversight/rectify"]
    task = follow_ups[kinds.index("oversight/rectify")]
    short = office.call("task", "advance", task, "plan", "--set", f"who={CLERK}", by=DIRECTOR)
    assert short.code == 5, short
    plan(office, task, "2026-12-02")
    office.do("task", "advance", task, "report", "--set", "result=已建在办清单", by=CLERK)
    # Who put it right does not check it.
    assert office.call("task", "advance", task, "pass", by=CLERK).code == 4
    office.do("task", "advance", task, "pass", by=DEPUTY)
    (step,) = office.data("task", "show", task, by=DIRECTOR)["steps"]
    assert (step["name"], step["due_at"][:10]) == ("look_back", "2026-12-30")
    office.clock("2026-12-07T09:00")
    office.do("task", "advance", task, "recurs", "--reason", "又有两件", by=DEPUTY)
    plan(office, task, "2026-12-11")
    office.do("task", "advance", task, "report", "--set", "result=改为每日清点", by=CLERK)
    office.do("task", "advance", task, "pass", by=DEPUTY)
    office.do("task", "advance", task, "holds", "--reason", "一个月未再发生", by=DEPUTY)
    assert office.data("task", "show", task, by=DIRECTOR)["status"] == "closed"
    assert office.data("log", "verify")["ok"]


def test_a_leader_has_one_finding_put_right_and_nobody_need_explain_it_beside(office: Office) -> None:
    draft(office)
    office.clock("2026-11-26T09:00")
    office.call("scheduler", "tick")
    (found,) = office.data("finding", "list", "--rule", "step_overdue")
    assert office.call("finding", "rectify", found["id"], "--reason", "x", by=CLERK).code == 4
    office.do("finding", "rectify", found["id"], "--reason", "连续三年如此", by=LEADER)
    again = office.call("finding", "rectify", found["id"], "--reason", "x", by=LEADER)
    assert again.code == 5, again
    (now,) = office.data("finding", "list", "--rule", "step_overdue")
    assert now["follow_up"] != found["follow_up"]
    assert office.data("task", "show", found["follow_up"], by=LEADER)["status"] == "closed"
    shown = office.data("task", "show", now["follow_up"], by=DIRECTOR)
    assert (shown["workflow"], shown["steps"][0]["person"]) == ("oversight/rectify", DIRECTOR)
    assert office.data("log", "verify")["ok"]
