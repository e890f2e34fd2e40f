"""A proposal with 主办 and 会办 at the command line, on both databases.

The opinions of the units beside the leading one are tasks of their own. The answer waits for them; who waits is told
for whom and what lifts the wait, and a leader lifts it with his reason.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.homes import RAW
from tests.acceptance.office import PASSPHRASE, Office

CLERK, DIRECTOR, LEADER = "wuxiaomei", "zhanghui", "lizhiyuan"
ECONOMY, LAW, ARCHIVIST = "wangli", "longfei", "tangmin"


@pytest.fixture
def office(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The sample institution on a Monday morning, with who has to do with a proposal logged in."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", "zh")
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, DIRECTOR, LEADER, ECONOMY, LAW, ARCHIVIST)
    return found


def test_a_proposal_waits_for_its_joint_opinions(office: Office, tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("意见", "utf-8")
    task, economy, law = handed_out(office)
    waits(office, task, economy, law, paper)
    lifted(office, task, law, paper)
    finished(office, task, paper)
    assert office.data("log", "verify")["problems"] == []
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def test_a_unit_of_ones_own_office_that_declines_is_no_dead_end(office: Office, tmp_path: Path) -> None:
    paper = tmp_path / "paper.txt"
    paper.write_text("意见", "utf-8")
    task, law, _ = handed_out(office, "提案委 县司法局")
    advance(office, task, "sign_for", CLERK)
    advance(office, law, "decline", CLERK, "--reason", "机构改革后不属本单位职责")
    assert "由 张慧" in office.call("task", "advance", law, "agree", by=CLERK).err
    assert [each["step"] for each in office.data("next", by=DIRECTOR)["owed"]] == ["verify"]
    assert "已取消" in office.do("task", "advance", law, "agree", by=DIRECTOR)
    assert office.call("task", "advance", task, "answer", "--attach", paper, by=CLERK).code == 5
    assert law not in office.call("task", "advance", task, "answer", "--attach", paper, by=CLERK).err


def advance(office: Office, task: str, action: str, by: str, *more: str | Path) -> str:
    return office.do("task", "advance", task, action, *more, by=by)


def handed_out(office: Office, first: str = "经济委 县发展和改革局") -> tuple[str, str, str]:
    """Registered, examined, and handed out: one leading unit, and two whose opinions are asked for."""
    made = office.data(
        *("task", "new", "handling/proposal", "--title", "关于加强农村养老服务的提案"),
        *("--set", "proposer=委员甲"),
        by=CLERK,
    )
    task = made["tasks"][0]
    advance(office, task, "submit", CLERK, "--set", "number=第12号")
    advance(office, task, "accept", DIRECTOR)
    line = ("--set", "unit=县民政局", "--set", "answer_by=2027-02-26")
    two = ("--item", first, "--item", "社会法制委 县司法局")
    tried = office.do("task", "advance", task, "jointly", *line, *two, "--dry-run", by=CLERK)
    assert tried.count("BS-2026-????") == 4
    opened = office.data("task", "advance", task, "jointly", *line, *two, by=CLERK)["tasks"]
    assert opened[0] == task
    return task, opened[1], opened[2]


def waits(office: Office, task: str, economy: str, law: str, paper: Path) -> None:
    """The answer cannot be taken in before the opinions are there; nobody ends what he waits for himself."""
    advance(office, task, "sign_for", CLERK)
    refused = office.call("task", "advance", task, "answer", "--attach", paper, by=CLERK)
    assert refused.code == 5
    assert all(each in refused.err for each in (economy, law, "请示不再等会办意见", "提案者撤案"))
    # The 承办 of another office urges that unit, and the proposal is not his.
    assert office.call("task", "advance", task, "lift", "--reason", "不等了", by=ECONOMY).code == 4
    owed = office.data("next", by=CLERK)
    listed = [*owed["owed"], *owed["waiting"]]
    assert [each["children"] for each in listed if each["task"] == task] == [[economy, law]]
    assert f"等 {economy}、{law} 办结" in office.do("next", by=CLERK)
    advance(office, economy, "answer", ECONOMY, "--attach", paper)
    told = office.do("task", "show", task, by=CLERK)
    assert "开出的事项 2 件，已了结 1 件" in told
    assert "县发展和改革局  2026-11-23 09:00 办结（王丽：收到会办意见）" in told
    assert "县司法局  征求会办意见" in told
    assert "都了结以后才能办：收到答复" in told
    # What has been answered is not as it was before, for the answer may still be taken back.
    office.do("task", "takeback", economy, by=ECONOMY)
    advance(office, economy, "answer", ECONOMY, "--attach", paper)
    forged = office.call("task", "new", "handling/joint_opinion", "--title", "自己开的", by=CLERK)
    assert (forged.code, "只能由别的事项开出" in forged.err) == (5, True)


def lifted(office: Office, task: str, law: str, paper: Path) -> None:
    """A leader's decision with its reason: what has not come is called off, and owed by nobody."""
    advance(office, task, "lift", CLERK, "--reason", "县司法局机构改革")
    advance(office, task, "agree", LEADER, "--reason", "先行答复", "--set", "answer_by=2027-02-26")
    told = office.do("task", "show", task, by=CLERK)
    assert "县司法局  2026-11-23 09:00 由开出它的事项撤回" in told
    late = office.call("task", "advance", law, "answer", "--attach", paper, by=LAW)
    assert late.code in (5, 6)
    assert office.data("next", by=LAW)["waiting"] == []


def finished(office: Office, task: str, paper: Path) -> None:
    advance(office, task, "answer", CLERK, "--attach", paper)
    advance(office, task, "pass", DIRECTOR, "--set", "result=正在解决")
    advance(office, task, "satisfied", CLERK, "--set", "rating=满意")
    advance(office, task, "file", ARCHIVIST)
    assert office.data("task", "show", task, by=CLERK)["status"] == "closed"
