"""The story of the product at the command line, in Chinese and in English, on both databases.

A clerk opens a document task, hands it on, gets it back, hands it on again; the director signs; the returned
draft runs over its limit while its drafter is on leave and a colleague covers; the audit finds it once, says
by which arithmetic and whose it is, opens a follow-up, and the report can be read aloud.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import RAW
from tests.acceptance.office import PASSPHRASE, Office
from zeroerror.text import say

CLERK, COLLEAGUE, DIRECTOR, LEADER = "yangyan", "wuxiaomei", "zhanghui", "lizhiyuan"
TITLES = {"zh": "关于召开季度协商会议的通知", "en": "Notice of the quarterly consultation"}


@pytest.fixture(params=["zh", "en"])
def office(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """The sample institution on a Monday morning, with four of its people logged in."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", request.param)
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, COLLEAGUE, DIRECTOR, LEADER)
    return found


def test_the_story(office: Office, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(TITLES[office.lang], "utf-8")
    task = opened(office)
    handed_on(office, task, draft)
    returned_overdue_and_covered(office, task)
    finding = found_once(office, task)
    told_whose(office, task, finding)
    reported(office, finding)
    put_right(office, task, draft, finding)
    verified(office)
    assert not [each for each in office.said if RAW.search(json_free(each))]


def opened(office: Office) -> str:
    """The clerk opens it; it is his, with a limit whose days can be followed."""
    words = ("task", "new", "document/outgoing", "--title", TITLES[office.lang], "--set", "urgency=平件")
    tried = office.do(*words, "--dry-run", by=CLERK)
    assert "BW-2026-????" in tried
    receipt = office.data(*words, by=CLERK)
    task: str = receipt["tasks"][0]
    assert receipt["next"] == [["task", "advance", task, "submit"]]
    owed = office.data("next", by=CLERK)["owed"]
    assert [(each["task"], each["step"], each["light"], each["why"]) for each in owed] == [
        (task, "draft", "normal", "own")
    ]
    assert owed[0]["due_at"] == "2026-11-25T17:30:00+08:00"
    assert TITLES[office.lang] in office.do("next", by=CLERK)
    return task


def handed_on(office: Office, task: str, draft: Path) -> None:
    """Handed on, refused to somebody whose step it is not, sent back with a reason, and handed on again."""
    office.do("task", "advance", task, "submit", "--attach", draft, by=CLERK)
    denied = office.call("task", "advance", task, "pass", by=CLERK)
    assert denied.code == 4
    assert f"zeroerror why {task}" in denied.err
    office.do("task", "advance", task[-4:], "return", "--reason", "-", by=DIRECTOR, stdin="格式不合规范\n")
    shown = office.data("task", "show", task, by=CLERK)
    assert shown["history"][-2]["reason"] == "格式不合规范"
    # People read what a field is called, and programs by which name it is set.
    told = office.do("task", "show", task, by=CLERK)
    assert say("cli.task_field", {"title": "标题"}, office.lang) + TITLES[office.lang] in told  # type: ignore[arg-type]
    assert "title" in shown["fields"]
    assert [(each["name"], each["visit"]) for each in shown["steps"]] == [("draft", 2)]
    office.do("task", "advance", task, "submit", "--set", f"draft={draft}", by=CLERK)
    signed = office.do("task", "advance", task, "pass", by=DIRECTOR)
    assert say("cli.next_command", {"command": f"zeroerror task show {task}"}, office.lang) in signed  # type: ignore[arg-type]


def returned_overdue_and_covered(office: Office, task: str) -> None:
    """The leader sends it back while its drafter is away and a colleague, who has accepted, covers."""
    office.do("org", "leave", CLERK, "--since", "2026-11-24T08:00", "--until", "2026-12-04T18:00", by=CLERK)
    office.decide(DIRECTOR)
    span = ("--since", "2026-11-24T08:00", "--until", "2026-12-04T18:00")
    office.do("org", "cover", CLERK, "--by", COLLEAGUE, *span, by=CLERK)
    office.decide(COLLEAGUE)
    tick(office, "2026-11-24T08:30")
    office.clock("2026-11-24T09:30")
    office.do("task", "advance", task, "return", "--reason", "附件不全", by=LEADER)
    assert [each["task"] for each in office.data("next", by=COLLEAGUE)["owed"]] == [task]
    assert office.data("next", by=CLERK)["owed"] == []


def tick(office: Office, at: str) -> list[Any]:
    """The clock set to a slot, and the scheduler asked; what each slot that ran has found."""
    office.clock(at)
    ran: list[Any] = office.data("scheduler", "tick")["ran"]
    return ran


def found_once(office: Office, task: str) -> str:
    """Slot after slot runs; the overrun is found by the first that could see it, and by no other."""
    found = []
    for day in ("24T17:00", "25T08:30", "25T17:00", "26T08:30", "26T17:00", "27T08:30", "27T17:00"):
        for slot in tick(office, f"2026-11-{day}"):
            found += [(slot["slot"], each) for each in slot["findings"] if each["rule"] == "step_overdue"]
    assert [(slot, each["task"], each["step"]) for slot, each in found] == [
        ("2026-11-27T08:30:00+08:00", task, "draft")
    ]
    finding = found[0][1]
    assert finding["due_at"] == "2026-11-26T17:30:00+08:00"
    assert [(each["person"], each["degree"]) for each in finding["attribution"]] == [(COLLEAGUE, "direct")]
    assert finding["attribution"][0]["capacity"]["kind"] == "cover"
    asked = office.data("audit", "run", "--as-of", "2026-11-27T12:00", code=7)
    assert asked["slot"] is None
    overdue = [each["task"] for each in asked["findings"] if each["rule"] == "step_overdue"]
    assert overdue == [task]
    id: str = finding["id"]
    return id


def told_whose(office: Office, task: str, finding: str) -> None:
    """`why` gives the clause, each day, who covered, and the follow-up; by the whole id or its end."""
    told = office.do("why", finding[-6:], by=DIRECTOR)
    days = [say(f"timing.{reason}", {}, office.lang) for reason in ("starting_day", "working_day")]  # type: ignore[arg-type]
    assert all(day in told for day in days)
    assert "吴小梅" in told and "2026-11-26 17:30" in told
    listed = office.data("finding", "list", "--person", COLLEAGUE, "--state", "open")
    assert [each["id"] for each in listed if each["rule"] == "step_overdue"] == [finding]
    follow_up = office.data("finding", "show", finding, by=CLERK)["follow_up"]
    assert [each["task"] for each in office.data("next", by=COLLEAGUE)["owed"]] == [task, follow_up]
    assert office.data("task", "show", follow_up, by=COLLEAGUE)["workflow"] == "oversight/explain"


def reported(office: Office, finding: str) -> None:
    """The report says so, with position and root, and names offices and posts but nobody."""
    written = office.home / "reports" / "2026-11-27-0830"
    assert {each.name for each in written.iterdir()} >= {"daily.zh.html", "daily.en.html", "daily.json"}
    told = office.do("report", "daily", "--slot", "2026-11-27T08:30")
    assert finding in told and "吴小梅" not in told
    figures = office.data("report", "daily", "--slot", "2026-11-27T08:30")
    assert figures["root"] in told.replace("\n", "").replace(" ", "")
    page = office.home / "page.html"
    office.do("report", "daily", "--slot", "2026-11-27T08:30", "--html", page)
    assert page.read_text("utf-8") == (written / f"daily.{office.lang}.html").read_text("utf-8")


def put_right(office: Office, task: str, draft: Path, finding: str) -> None:
    """The colleague hands it in; at the next slot the finding is cured, and still counts."""
    office.do("task", "advance", task, "submit", "--attach", draft, by=COLLEAGUE)
    tick(office, "2026-11-30T08:30")
    shown = office.data("finding", "show", finding, by=CLERK)
    assert shown["state"] == "cured"
    before = office.data("finding", "list", "--as-of", "2026-11-27T12:00", "--state", "open")
    assert finding in [each["id"] for each in before]
    earlier = office.data("finding", "list", "--as-of", "2026-11-27T08:00", "--rule", "step_overdue")
    assert earlier == []
    assert office.data("task", "show", shown["follow_up"], by=COLLEAGUE)["status"] == "closed"


def verified(office: Office) -> None:
    """The ledger is clean, exports, and holds in the eyes of the lone verifier."""
    assert office.data("log", "verify")["problems"] == []
    office.do("log", "export", office.home / "export")
    assert (office.home / "export" / "leaves.jsonl").exists()
    assert office.data("scheduler", "status")["owed"] == []


def json_free(text: str) -> str:
    """What was said to people, and not to programs."""
    try:
        json.loads(text)
    except ValueError:
        return text
    return ""
