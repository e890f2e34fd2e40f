"""A document countersigned by three other offices at the command line, on both databases.

Each of them owes his own signature by his own time. One is late and is found, told apart and urged by himself;
one objects, and the objection is listed and lies on a leader's desk; somebody is added and somebody taken out;
and when the text is replaced, everything that was signed is void.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import RAW
from tests.acceptance.office import PASSPHRASE, Office

CLERK, DIRECTOR, LEADER = "yangyan", "zhanghui", "lizhiyuan"
SIGNED, OBJECTS, LATE, ADDED, STRANGER = "wangli", "longfei", "tianye", "wangli2", "shimei"


@pytest.fixture
def office(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The sample institution on a Monday morning, with a text on its way and everybody who signs it logged in."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", "zh")
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, DIRECTOR, LEADER, SIGNED, OBJECTS, LATE, ADDED, STRANGER)
    return found


def test_a_document_is_countersigned(office: Office, tmp_path: Path) -> None:
    task = sent(office, tmp_path)
    turned_away(office, task, tmp_path)
    added_and_taken_out(office, task)
    finding = late_by_himself(office, task)
    taken_upward(office, task, finding)
    replaced(office, task, tmp_path)
    assert office.data("log", "verify")["problems"] == []
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def sent(office: Office, path: Path) -> str:
    """Drafted, reviewed, sent to three signers: each has it on his own list."""
    draft = path / "draft.txt"
    draft.write_text("关于开展联合调研的通知", "utf-8")
    opened = office.data(
        *("task", "new", "document/outgoing", "--title", "关于开展联合调研的通知", "--set", "urgency=平件"),
        by=CLERK,
    )
    task: str = opened["tasks"][0]
    office.do("task", "advance", task, "submit", "--attach", draft, by=CLERK)
    assert office.call("task", "advance", task, "consult", by=DIRECTOR).code == 5
    bad = office.call(
        "task", "advance", task, "consult", "--set", "signers=wangli,wangli,nobody", by=DIRECTOR
    )
    assert bad.code == 5
    assert "nobody" in bad.err
    own = office.call("task", "advance", task, "consult", "--set", f"signers={SIGNED},{CLERK}", by=DIRECTOR)
    assert (own.code, "请改请别人会签" in own.err, "杨燕" in own.err) == (5, True, True)
    signers = f"signers={SIGNED},{OBJECTS},{LATE}"
    receipt = office.data("task", "advance", task, "consult", "--set", signers, by=DIRECTOR)
    assert receipt["next"] == [["task", "show", task]]
    for person in (SIGNED, OBJECTS, LATE):
        assert [each["step"] for each in office.data("next", by=person)["owed"]] == ["countersign"]
    office.do("task", "advance", task, "sign", by=SIGNED)
    return task


def turned_away(office: Office, task: str, path: Path) -> None:
    """Who signs twice, who is a stranger, who signs for another, who objects without a reason, who is not the sender."""
    twice = office.call("task", "advance", task, "sign", by=SIGNED)
    assert (twice.code, SIGNED in twice.err, "会签、会签" in twice.err) == (5, True, False)
    voted = office.call("task", "vote", task, "yes", by=OBJECTS)
    assert (voted.code, "不是表决环节" in voted.err) == (5, True)
    stranger = office.call("task", "advance", task, "sign", by=STRANGER)
    assert (stranger.code, OBJECTS in stranger.err, LATE in stranger.err) == (4, True, True)
    assert office.call("task", "advance", task, "sign", "--step", "countersign/3", by=OBJECTS).code == 4
    assert office.call("task", "advance", task, "object", by=OBJECTS).code == 5
    mine = path / "mine.txt"
    mine.write_text("我改的稿", "utf-8")
    changed = office.call("task", "advance", task, "sign", "--set", f"draft={mine}", by=OBJECTS)
    assert (changed.code, "“文稿”" in changed.err) == (5, True)
    assert office.call("task", "signers", task, "--add", STRANGER, "--reason", "想签", by=OBJECTS).code == 4
    assert office.call("task", "revise", task, "--attach", mine, "--reason", "改", by=OBJECTS).code == 4
    assert office.call("task", "signers", task, "--reason", "无", by=DIRECTOR).code == 5
    own = office.call("task", "signers", task, "--add", CLERK, "--reason", "涉及", by=DIRECTOR)
    assert (own.code, "不能再会签" in own.err) == (5, True)
    assert office.call("task", "signers", task, "--add", SIGNED, "--reason", "重", by=DIRECTOR).code == 5
    assert office.call("task", "signers", task, "--remove", STRANGER, "--reason", "误", by=DIRECTOR).code == 5
    assert office.call("task", "revise", task, "--text", "改", "--reason", "改", by=DIRECTOR).code == 2


def added_and_taken_out(office: Office, task: str) -> None:
    """加签 and 减签, each with its reason on record."""
    office.do("task", "signers", task, "--add", ADDED, "--reason", "涉及该委", by=DIRECTOR)
    office.do("task", "advance", task, "sign", by=ADDED)
    office.do("task", "signers", task, "--add", STRANGER, "--reason", "请核民族政策", by=DIRECTOR)
    office.do("task", "signers", task, "--remove", STRANGER, "--reason", "经核不涉及", by=DIRECTOR)
    told = office.do("task", "show", task, by=DIRECTOR)
    assert all(each in told for each in ("会签情况", "加签", "减签", "经核不涉及", "待签"))
    assert answers(office, task) == {
        SIGNED: "signed",
        OBJECTS: "pending",
        LATE: "pending",
        ADDED: "signed",
        STRANGER: "removed",
    }


def late_by_himself(office: Office, task: str) -> Any:
    """Two have not answered when the time is over; one answers then, and the other alone is urged further."""
    found: dict[str, Any] = {}
    for slot in ("2026-11-23T17:00", "2026-11-24T08:30", "2026-11-24T17:00"):
        office.clock(slot)
        office.data("scheduler", "tick")
    office.do("task", "advance", task, "object", "--reason", "与本办职责表述不一致", by=OBJECTS)
    office.clock("2026-11-25T08:30")
    for ran in office.data("scheduler", "tick")["ran"]:
        for each in ran["findings"]:
            if each["rule"] == "step_overdue" and each["task"] == task:
                found[each["attribution"][0]["person"]] = each
    assert set(found) == {LATE}
    late = found[LATE]
    follow_up = office.data("finding", "show", late["id"], by=LATE)["follow_up"]
    assert follow_up in [each["task"] for each in office.data("next", by=LATE)["owed"]]
    assert LATE in office.data("notice", "list", "--finding", late["id"], by=LATE)[0]["to"]
    urged = {
        each for notice in office.data("notice", "list", "--task", task, by=DIRECTOR) for each in notice["to"]
    }
    assert not urged & {SIGNED, OBJECTS, ADDED}
    assert "田野" in office.do("why", late["id"], by=DIRECTOR)
    return late


def taken_upward(office: Office, task: str, finding: Any) -> None:
    """The last answer leads on: the objection is listed, with its reason, for the leader who has to settle it."""
    office.do("task", "advance", task, "sign", by=LATE)
    ended = office.data("finding", "show", finding["id"], by=DIRECTOR)["follow_up"]
    assert office.data("task", "show", ended, by=DIRECTOR)["status"] == "closed"
    shown = office.data("task", "show", task, by=LEADER)
    assert [(each["name"], each["waits_for"]) for each in shown["steps"]] == [("coordinate", LEADER)]
    objections = {
        each["person"]: each["reason"] for each in shown["countersigning"] if each["answer"] == "objected"
    }
    assert objections == {OBJECTS: "与本办职责表述不一致"}
    assert "有不同意见" in office.do("task", "show", task, by=LEADER)
    after = office.call("task", "advance", task, "sign", "--step", "countersign", by=SIGNED)
    assert after.code == 5
    late = office.call("task", "signers", task, "--add", STRANGER, "--reason", "补", by=DIRECTOR)
    assert late.code == 5


def replaced(office: Office, task: str, path: Path) -> None:
    """Sent back, sent out again: who consented to the same text is not asked again; a new text is signed by all."""
    office.do("task", "advance", task, "revise", "--reason", "请按社法委意见修改", by=LEADER)
    office.do("task", "advance", task, "submit", by=CLERK)
    office.do("task", "advance", task, "consult", by=DIRECTOR)
    assert pending(office, task) == [OBJECTS]
    again = path / "again.txt"
    again.write_text("第二稿", "utf-8")
    office.do("task", "revise", task, "--attach", again, "--reason", "按意见改好", by=DIRECTOR)
    assert sorted(pending(office, task)) == sorted([SIGNED, OBJECTS, LATE])
    shown = office.data("task", "show", task, by=DIRECTOR)
    assert {each["due_at"][:10] for each in shown["steps"]} == {"2026-11-26"}
    assert not any(each["stands"] for each in shown["countersigning"] if each["answer"] != "pending")
    assert "已失效" in office.do("task", "show", task, by=DIRECTOR)
    office.do("task", "advance", task, "sign", by=SIGNED)
    same = office.call("task", "revise", task, "--attach", again, "--reason", "再改", by=DIRECTOR)
    assert (same.code, "没有改动" in same.err) == (5, True)
    assert answers(office, task)[SIGNED] == "signed"
    for person in (OBJECTS, LATE):
        office.do("task", "advance", task, "sign", by=person)
    assert [each["name"] for each in office.data("task", "show", task, by=DIRECTOR)["steps"]] == ["sign"]


def answers(office: Office, task: str) -> dict[str, str]:
    """What each has answered last."""
    shown = office.data("task", "show", task, by=DIRECTOR)
    return {each["person"]: each["answer"] for each in shown["countersigning"]}


def pending(office: Office, task: str) -> list[str]:
    return [person for person, answer in answers(office, task).items() if answer == "pending"]
