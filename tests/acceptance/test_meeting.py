"""A meeting prepared in four regions at the command line, on both databases.

Notice, papers, venue and reception run side by side, each with its person and its own limit counted back from the
meeting. Three of them run over; the audit finds each on its own day, says whose it is, and urges that one; the
one in time is named nowhere. When all have ended, and not before, the meeting is held.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import RAW
from tests.acceptance.office import PASSPHRASE, Office

CLERK, DRAFTER, DIRECTOR, SECRETARY = "wuxiaomei", "yangyan", "zhanghui", "zhoujianming"
VENUE, RECEPTION = "yaona", "xiaolin"
LEADER, FOLLOWER, ARCHIVIST = "lizhiyuan", "zengyong", "tangmin"
SLOTS = (
    "2026-11-23T17:00",
    *(f"2026-11-{day}T{hour}" for day in (24, 25, 26, 27, 30) for hour in ("08:30", "17:00")),
    "2026-12-01T08:30",
)


@pytest.fixture
def office(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The sample institution on a Monday morning, with who prepares a meeting logged in."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", "zh")
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, DRAFTER, DIRECTOR, SECRETARY, VENUE, RECEPTION)
    found.login(LEADER, FOLLOWER, ARCHIVIST)
    return found


def test_a_meeting_is_prepared_in_four_regions(office: Office, tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("关于召开季度协商会的通知", "utf-8")
    task = planned(office, paper)
    told_apart(office, task)
    found = late_one_by_one(office, task)
    attributed_and_urged(office, task, found)
    joined(office, task, paper, found)
    held_again(office, task, paper)
    resolved(office, task, tmp_path)
    assert office.data("log", "verify")["problems"] == []
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def advance(office: Office, task: str, action: str, by: str, *more: str | Path) -> str:
    return office.do("task", "advance", task, action, *more, by=by)


def planned(office: Office, paper: Path) -> str:
    """Applied for, approved, planned; then four steps are open, each with its own day."""
    opened = office.data(
        *("task", "new", "meeting/meeting", "--title", "季度协商会"),
        *("--set", "held_on=2026-12-01", "--set", "place=三楼会议室"),
        by=CLERK,
    )
    task: str = opened["tasks"][0]
    advance(office, task, "submit", CLERK)
    advance(office, task, "approve", SECRETARY)
    told = advance(office, task, "finish", CLERK, "--attach", paper)
    assert all(title in told for title in ("会议通知", "材料起草", "会场核查", "接待安排"))
    shown = office.data("task", "show", task, by=CLERK)
    assert {each["name"]: (each["person"], each["due_at"][:10]) for each in shown["steps"]} == {
        "notify": (CLERK, "2026-11-26"),
        "prepare": (DRAFTER, "2026-11-27"),
        "venue": (VENUE, "2026-11-30"),
        "reception": (RECEPTION, "2026-11-30"),
    }
    return task


def told_apart(office: Office, task: str) -> None:
    """A step is named where several could be meant; who owes one of them is shown that one."""
    refused = office.call("task", "urge", task, by=DIRECTOR)
    assert refused.code == 2
    assert all(each in refused.err for each in ("notify 会议通知", "reception 接待安排", "--step"))
    assert office.call("task", "advance", task, "vanish", by=CLERK).code == 2
    assert office.call("task", "advance", task, "pass", "--step", "venue", by=RECEPTION).code == 4
    for person, step in ((VENUE, "venue"), (RECEPTION, "reception"), (DRAFTER, "prepare")):
        assert [each["step"] for each in office.data("next", by=person)["owed"]] == [step]


def late_one_by_one(office: Office, task: str) -> dict[str, Any]:
    """Slot after slot; each of the four is found once, on its own day."""
    found: dict[str, tuple[str, Any]] = {}
    for slot in SLOTS:
        office.clock(slot)
        for ran in office.data("scheduler", "tick")["ran"]:
            for each in ran["findings"]:
                if each["rule"] == "step_overdue" and each["task"] == task:
                    assert each["step"] not in found, "found once"
                    found[each["step"]] = (ran["slot"][:16], each)
    assert {step: slot for step, (slot, _) in found.items()} == {
        "notify": "2026-11-27T08:30",
        "prepare": "2026-11-30T08:30",
        "venue": "2026-12-01T08:30",
        "reception": "2026-12-01T08:30",
    }
    return {step: each for step, (_, each) in found.items()}


def attributed_and_urged(office: Office, task: str, found: dict[str, Any]) -> None:
    """Each is its own person's, with a follow-up and a notice of his own."""
    owes = {"notify": CLERK, "prepare": DRAFTER, "venue": VENUE, "reception": RECEPTION}
    assert {
        step: [(each["person"], each["degree"]) for each in finding["attribution"]]
        for step, finding in found.items()
    } == {step: [(person, "direct")] for step, person in owes.items()}
    for step, person in owes.items():
        follow_up = office.data("finding", "show", found[step]["id"], by=person)["follow_up"]
        assert follow_up in [each["task"] for each in office.data("next", by=person)["owed"]]
        notices = office.data("notice", "list", "--finding", found[step]["id"], by=person)
        assert person in notices[0]["to"]
    about = office.data("notice", "list", "--task", task, by=DIRECTOR)
    assert {each["step"] for each in about} == set(owes)


def joined(office: Office, task: str, paper: Path, found: dict[str, Any]) -> None:
    """Each late region is put right by itself; the last one to end comes to the join."""
    advance(office, task, "notify", CLERK, "--attach", paper)
    advance(office, task, "submit", DRAFTER, "--attach", paper)
    advance(office, task, "pass", DIRECTOR, "--step", "review")
    advance(office, task, "arrange", RECEPTION)
    states = {
        step: office.data(
            "task", "show", office.data("finding", "show", each["id"], by=DIRECTOR)["follow_up"], by=DIRECTOR
        )["status"]
        for step, each in found.items()
    }
    assert states == {"notify": "closed", "prepare": "closed", "reception": "closed", "venue": "open"}
    assert steps(office, task) == {"venue": 1}
    advance(office, task, "pass", VENUE, "--attach", paper)
    assert steps(office, task) == {"hold": 1}


def held_again(office: Office, task: str, paper: Path) -> None:
    """Put off, only what is named opens again, with the new day; then it is held."""
    words = ("--reason", "主席外出", "--set", "held_on=2026-12-10")
    advance(office, task, "postpone", CLERK, *words)
    assert steps(office, task) == {"notify": 2, "venue": 2}
    advance(office, task, "pass", VENUE, "--attach", paper)
    advance(office, task, "notify", CLERK, "--attach", paper)
    assert steps(office, task) == {"hold": 2}
    advance(office, task, "held", CLERK)
    assert steps(office, task) == {"write": 1}
    drawn = office.do("task", "show", task, by=CLERK)
    assert "季度协商会" in drawn


def resolved(office: Office, task: str, place: Path) -> None:
    """Each matter that was agreed becomes a 督办 of the office that answers for it, in one act, from one list."""
    minutes, items = place / "minutes.txt", place / "items.txt"
    minutes.write_text("会议纪要", "utf-8")
    items.write_text(
        "# 议定事项\n经济委 2026-12-25 提出项目清单\n\n教科文卫体委,2027-01-15,组织一次调研\n", "utf-8"
    )
    advance(office, task, "submit", DRAFTER, "--attach", minutes)
    advance(office, task, "sign", LEADER)
    shown = office.do("task", "show", task, by=FOLLOWER)
    assert f'zeroerror task advance {task} assign --item "委办 办结期限 督办事项"' in shown
    none = office.call("task", "advance", task, "assign", by=FOLLOWER)
    assert none.code == 5
    assert "办结期限、督办事项" in none.err
    gone = office.call(
        *("task", "advance", task, "assign", "--items", items),
        *("--item", "研究室 2026-12-25 写一份报告"),
        by=FOLLOWER,
    )
    assert gone.code == 5
    assert "第 1 项" in gone.err
    assert "研究室" in gone.err
    bad = office.call("task", "advance", task, "assign", "--item", "经济委 年底 提出清单", by=FOLLOWER)
    assert (bad.code, "第 1 项" in bad.err) == (5, True)
    assert office.data("task", "list", "--workflow", "handling/supervision", by=FOLLOWER) == []
    opened = office.data("task", "advance", task, "assign", "--items", items, by=FOLLOWER)["tasks"]
    told = office.do("task", "show", task, by=FOLLOWER)
    assert "开出的事项 2 件，已了结 0 件" in told
    assert "提出项目清单  立项：曾勇" in told
    children = office.data("task", "show", task, by=FOLLOWER)["children"]
    assert [(each["office"], each["title"], each["task"]) for each in children] == [
        ("经济委", "提出项目清单", opened[1]),
        ("教科文卫体委", "组织一次调研", opened[2]),
    ]
    child = office.data("task", "show", opened[1], by=FOLLOWER)
    assert (child["parent"]["task"], child["fields"]["source"], child["fields"]["finish_by"]) == (
        *(task, "会议议定", "2026-12-25"),
    )
    assert f"由 {task} 开出（办会：季度协商会）" in office.do("why", opened[1], by=FOLLOWER)
    refused = office.call("task", "takeback", task, by=FOLLOWER)
    assert (refused.code, "开立别的事项" in refused.err) == (5, True)
    file = office.data("report", "task", task, by=FOLLOWER)
    assert [each["task"] for each in file["children"]] == opened[1:]
    assert file["figures"]["children"]["value"] == 2
    assert "开出的事项" in office.do("report", "task", task, by=FOLLOWER)
    # The meeting's papers are filed; what was agreed there goes on by itself.
    office.data("task", "advance", task, "file", by=ARCHIVIST)
    ended = office.data("task", "show", task, by=FOLLOWER)
    assert (ended["status"], [each["status"] for each in ended["children"]]) == ("closed", ["open", "open"])


def steps(office: Office, task: str) -> dict[str, int]:
    shown = office.data("task", "show", task, by=CLERK)
    return {each["name"]: each["visit"] for each in shown["steps"]}
