"""财务报销 at the command line, on both databases: an ordinary payment, and large ones that the party group votes on.

Above the threshold it is talked over one by one, and then voted on: passed, refused, with somebody who keeps out
of it; and who has not voted in time is found, told apart and urged by himself.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import RAW
from tests.acceptance.office import PASSPHRASE, Office

CLERK, DIRECTOR, LEADER = "yangyan", "zhanghui", "lizhiyuan"
ACCOUNTANT, GENERAL, CASHIER = "mahong", "luoqiang", "yaona"
CHAIR, SECOND, THIRD = "chenguodong", "yangxiulan", "zhoujianming"
STRANGER = "panwenjun"


@pytest.fixture
def office(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The sample institution on a Monday morning, with everybody logged in who has a part in a payment."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", "zh")
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, DIRECTOR, LEADER, ACCOUNTANT, GENERAL, CASHIER, CHAIR, SECOND, THIRD, STRANGER)
    return found


def test_payments_below_and_above_the_threshold(office: Office, tmp_path: Path) -> None:
    below(office, tmp_path)
    passed(office, tmp_path)
    refused(office, tmp_path)
    late_by_himself(office, tmp_path)
    assert office.data("log", "verify")["problems"] == []
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def test_a_meeting_votes_and_its_minutes_are_countersigned(office: Office, tmp_path: Path) -> None:
    recorded_by_minutes(office)
    task = proposed(office, tmp_path, "文史馆改造")
    assert [each["step"] for each in office.data("next", by=GENERAL)["owed"]] == ["decide"]
    assert "task minutes" in office.do("task", "show", task, by=GENERAL)
    assert office.call("task", "vote", task, "yes", by=LEADER).code == 4
    assert office.call("task", "vote", task, "yes", by=GENERAL).code == 5
    scan = tmp_path / "minutes.pdf"
    scan.write_bytes(b"%PDF-1.4 signed")
    words = ("task", "minutes", task, "--held-at", "2026-11-23T09:00")
    secret = ("--yes", "2", "--no", "1", "--abstain", "0")
    everybody = [f"--ballot={each}=yes" for each in (LEADER, SECOND, THIRD, CHAIR)]
    for bad, code in (
        ((*secret,), 5),
        ((*secret, *everybody, "--attach", scan), 2),
        (("--attach", scan), 2),
        ((*everybody, everybody[0], "--attach", scan), 2),
        ((*everybody[1:], "--attach", scan), 5),
        ((*everybody, f"--ballot={STRANGER}=yes", "--attach", scan), 5),
        (("--yes", "5", "--no", "0", "--attach", scan), 5),
    ):
        assert office.call(*words, *bad, by=GENERAL).code == code, bad
    assert office.call(*words, *secret, "--attach", scan, by=CLERK).code == 4
    office.do(*words, *secret, "--absent", f"{SECOND}=我同意", "--attach", scan, by=GENERAL)
    told = office.do("proposal", "list", by=CHAIR)
    assert "赞成 2，反对 1，弃权 0；缺席：杨秀兰" in told
    waiting = office.data("proposal", "list", by=CHAIR)[0]["id"]
    assert office.call("proposal", "confirm", waiting, by=LEADER).code == 4
    assert office.call("proposal", "confirm", waiting, by=GENERAL).code == 5
    assert [each["name"] for each in office.data("task", "show", task, by=CLERK)["steps"]] == ["decide"]
    office.decide(CHAIR)
    shown = office.data("task", "show", task, by=CLERK)
    assert (shown["status"], shown["voting"][0]["count"]["outcome"]) == ("closed", "refuse")
    told = office.do("task", "show", task, by=CLERK)
    assert all(each in told for each in ("无记名", "缺席", "不计票：我同意", "陈国栋 签字确认", "未通过："))
    assert office.call(*words, *secret, "--attach", scan, by=GENERAL).code == 5
    assert office.data("log", "verify")["problems"] == []


def recorded_by_minutes(office: Office) -> None:
    """Payments whose vote is a meeting's, published as any definition is."""
    file = office.home / "workflows" / "handling" / "payment.yaml"
    text = file.read_text("utf-8")
    text = text.replace("      after: consult\n", "      after: consult\n      ballot: recorded\n")
    text = text.replace(
        "    title: 党组票决\n", "    title: 党组票决\n    owner: {office: 办公室, post: 主任}\n"
    )
    file.write_text(text, "utf-8")
    office.do("workflow", "publish", file, by=GENERAL)
    office.decide(LEADER)


def checked(office: Office, path: Path, title: str, amount: str) -> str:
    """Brought with its vouchers, found true by the office, on the accountant's desk."""
    vouchers = path / "vouchers.txt"
    vouchers.write_text("发票", "utf-8")
    opened = office.data(
        *("task", "new", "handling/payment", "--title", title, "--set", f"amount={amount}"), by=CLERK
    )
    task: str = opened["tasks"][0]
    office.do("task", "advance", task, "submit", "--attach", vouchers, by=CLERK)
    office.do("task", "advance", task, "pass", by=DIRECTOR)
    return task


def proposed(office: Office, path: Path, title: str) -> str:
    """A large one, on its way to the vote."""
    task = checked(office, path, title, "86000.00")
    office.do("task", "advance", task, "large", by=ACCOUNTANT)
    office.do("task", "advance", task, "submit", "--set", "plan=由年度预算列支，一次付清", by=GENERAL)
    office.do("task", "advance", task, "ready", "--set", "talks=逐一征求意见，均无异议", by=GENERAL)
    return task


def below(office: Office, path: Path) -> None:
    """An ordinary one: no vote, and no way to one; who checked it does not pay it."""
    task = checked(office, path, "会议室灯具更换", "4999.50")
    assert office.call("task", "advance", task, "large", by=ACCOUNTANT).code == 5
    office.do("task", "advance", task, "pass", by=ACCOUNTANT)
    assert office.call("task", "vote", task, "yes", by=LEADER).code == 5
    assert office.call("task", "recuse", task, "--reason", "无", by=LEADER).code == 5
    office.do("task", "advance", task, "approve", by=LEADER)
    assert office.call("task", "advance", task, "pay", by=CASHIER).code == 5
    office.do("task", "advance", task, "pay", "--attach", path / "vouchers.txt", by=CASHIER)
    assert office.data("task", "show", task, by=CLERK)["status"] == "closed"


def passed(office: Office, path: Path) -> None:
    """Voted on, with whatever can be done wrong; the chair last; one keeps out of it; the count is shown."""
    task = proposed(office, path, "委员履职平台服务费")
    assert office.call("task", "advance", task, "pass", by=LEADER).code == 5
    for person in (LEADER, SECOND, THIRD):
        assert [each["step"] for each in office.data("next", by=person)["owed"]] == ["decide"]
    first = office.call("task", "vote", task, "赞成", by=CHAIR)
    assert (first.code, "末位表态" in first.err) == (5, True)
    assert office.call("task", "vote", task, "yes", by=STRANGER).code == 4
    assert office.call("task", "vote", task, "maybe", by=LEADER).code == 2
    assert office.call("task", "recuse", task, STRANGER, "--reason", "无关", by=GENERAL).code == 5
    assert office.call("task", "recuse", task, SECOND, "--reason", "想让他回避", by=LEADER).code == 4
    dry = office.call("task", "vote", task, "yes", "--dry-run", by=LEADER)
    assert dry.code == 0
    office.do("task", "recuse", task, SECOND, "--reason", "承建单位负责人系亲属", by=SECOND)
    assert office.call("task", "vote", task, "yes", by=SECOND).code == 5
    office.do("task", "vote", task, "赞成", by=LEADER)
    twice = office.call("task", "vote", task, "no", by=LEADER)
    assert (twice.code, "一人一票" in twice.err) == (5, True)
    office.do("task", "vote", task, "no", "--reason", "宜再比价", by=THIRD)
    office.do("task", "vote", task, "yes", by=CHAIR)
    shown = office.data("task", "show", task, by=CLERK)
    assert [each["name"] for each in shown["steps"]] == ["pay"]
    count = shown["voting"][0]["count"]
    assert {key: count[key] for key in ("voters", "recused", "due", "present", "yes", "no", "needs")} == {
        "voters": 4,
        "recused": 1,
        "due": 3,
        "present": 3,
        "yes": 2,
        "no": 1,
        "needs": 2,
    }
    told = office.do("task", "show", task, by=CLERK)
    assert all(
        each in told for each in ("票决情况", "回避", "亲属", "宜再比价", "末位表态", "应到 3 人", "通过：")
    )
    for words in ((), ("--step", "decide")):
        late = office.call("task", "vote", task, "no", *words, by=LEADER)
        assert (late.code, "已经结束" in late.err, "记录在案" in late.err) == (5, True, False)
    assert office.call("task", "absent", task, THIRD, "--reason", "外出", by=GENERAL).code == 5
    office.do("task", "advance", task, "pay", "--attach", path / "vouchers.txt", by=CASHIER)


def refused(office: Office, path: Path) -> None:
    """Half of those due is not more than half: it is not passed, and ends so. Who was away is due all the same."""
    task = proposed(office, path, "文史馆改造")
    office.do("task", "absent", task, SECOND, "--reason", "外出招商", "--opinion", "我同意", by=CHAIR)
    office.do("task", "vote", task, "yes", by=LEADER)
    assert office.call("task", "vote", task, "yes", by=SECOND).code == 5
    office.do("task", "vote", task, "yes", by=THIRD)
    office.do("task", "vote", task, "弃权", by=CHAIR)
    shown = office.data("task", "show", task, by=CLERK)
    assert (shown["status"], shown["voting"][0]["count"]["outcome"]) == ("closed", "refuse")
    told = office.do("task", "show", task, by=CLERK)
    assert all(each in told for each in ("未通过：", "缺席", "不计票：我同意", "应到 4 人"))
    english = office.call("task", "show", task, "--lang", "en", by=CLERK).out
    assert all(each in english for each in ("not passed:", "4 due", "more than 1/2", "absent"))


def late_by_himself(office: Office, path: Path) -> None:
    """Two have voted and one has not: he alone is found late, is named, is told, and then votes; the chair is not late."""
    task = proposed(office, path, "机关食堂设备采购")
    for person in (LEADER, THIRD):
        office.do("task", "vote", task, "yes", by=person)
    found: list[dict[str, Any]] = []
    for slot in ("2026-11-23T17:00", "2026-11-24T08:30", "2026-11-24T17:00", "2026-11-25T08:30", "2026-11-25T17:00",
                 "2026-11-26T08:30"):  # fmt: skip
        office.clock(slot)
        for ran in office.data("scheduler", "tick")["ran"]:
            found += [each for each in ran["findings"] if each["task"] == task]
    late = [each for each in found if each["rule"] == "step_overdue"]
    assert [each["attribution"][0]["person"] for each in late] == [SECOND]
    assert {each["rule"] for each in found} <= {"step_due_soon", "step_overdue"}
    notices = office.data("notice", "list", "--task", task, by=SECOND)
    assert [each["to"] for each in notices] == [[SECOND]]
    assert "杨秀兰" in office.do("why", late[0]["id"], by=SECOND)
    assert task in json.dumps(office.data("next", by=SECOND), ensure_ascii=False)
    office.do("task", "vote", task, "yes", by=SECOND)
    office.do("task", "vote", task, "yes", by=CHAIR)
    assert [each["name"] for each in office.data("task", "show", task, by=CLERK)["steps"]] == ["pay"]
    office.clock("2026-11-26T17:00")
    office.data("scheduler", "tick")
    assert office.data("finding", "show", late[0]["id"], by=SECOND)["state"] == "cured"
