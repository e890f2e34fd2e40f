"""现场交办 at the command line, on both databases: by itself, and handed out by the check of a 督办.

What is handed out on the spot is found late, attributed and urged on its own; who waits for it is not blamed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import RAW
from tests.acceptance.office import PASSPHRASE, Office

CHECKER, DOER, OTHER = "zengyong", "yangyan", "wuxiaomei"
DIRECTOR, LEADER, GENERAL = "zhanghui", "lizhiyuan", "luoqiang"
SLOTS = (
    *(f"2026-11-{day}T{hour}" for day in (23, 24, 25, 26, 27, 30) for hour in ("08:30", "17:00")),
    *(f"2026-12-{day}T{hour}" for day in ("01", "02", "03") for hour in ("08:30", "17:00")),
)


@pytest.fixture
def office(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The sample institution on a Monday morning, with who hands out and who does logged in."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", "zh")
    found.found(database, "2026-11-23T09:00")
    found.login(CHECKER, DOER, OTHER, DIRECTOR, LEADER, GENERAL)
    return found


def test_what_is_handed_out_on_the_spot_is_late_on_its_own(office: Office, tmp_path: Path) -> None:
    proof = tmp_path / "proof.txt"
    proof.write_text("佐证", "utf-8")
    alone(office)
    task = checked(office, proof)
    first, second = handed_out(office, task)
    late(office, task, first, second)
    lifted(office, task, first, second)
    assert office.data("log", "verify")["problems"] == []
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def advance(office: Office, task: str, action: str, by: str, *more: str | Path) -> str:
    return office.do("task", "advance", task, action, *more, by=by)


def alone(office: Office) -> None:
    """A leader hands something out where he stands, and accepts it himself."""
    made = office.data(
        *("task", "new", "handling/on_the_spot", "--title", "更换会议室标牌", "--office", "提案委"),
        *("--set", f"person={DOER}", "--set", "finish_by=2026-11-25"),
        by=LEADER,
    )
    (task,) = made["tasks"]
    advance(office, task, "report", DOER, "--set", "result=已更换")
    assert office.data("next", by=LEADER)["owed"][0]["step"] == "accept"
    advance(office, task, "pass", LEADER)
    assert office.data("task", "show", task, by=LEADER)["status"] == "closed"


def checked(office: Office, proof: Path) -> str:
    """A 督办 that has come to its check."""
    made = office.data(
        *("task", "new", "handling/supervision", "--title", "落实全会部署", "--office", "提案委"),
        *("--set", "source=会议议定", "--set", "finish_by=2026-12-31"),
        by=CHECKER,
    )
    task: str = made["tasks"][0]
    advance(office, task, "submit", CHECKER, "--set", "task=按期落实")
    advance(office, task, "approve", LEADER)
    advance(office, task, "assign", CHECKER)
    advance(office, task, "sign_for", DIRECTOR)
    advance(office, task, "finish", DIRECTOR, "--set", "measures=分三步")
    advance(office, task, "report", OTHER, "--set", "result=已落实")
    advance(office, task, "report", DIRECTOR, "--attach", proof)
    return task


def handed_out(office: Office, task: str) -> tuple[str, str]:
    """What the check found, to persons by their names, each with its own day."""
    told = office.call(
        *("task", "advance", task, "spot", "--set", "recheck_by=2026-12-02"),
        *("--item", "提案委 王丽 2026-11-27 补齐台账"),
        by=CHECKER,
    )
    # Two persons have that name.
    assert told.code == 2
    assert all(each in told.err for each in ("王丽", "wangli", "wangli2"))
    opened = office.data(
        *("task", "advance", task, "spot", "--set", "recheck_by=2026-12-02"),
        *("--item", "提案委 杨燕 2026-11-27 补齐台账"),
        *("--item", f"提案委 {OTHER} 2026-12-25 清理 过期标牌，两处"),
        by=CHECKER,
    )["tasks"]
    assert office.data("next", by=DOER)["owed"][0]["title"] == "补齐台账"
    return opened[1], opened[2]


def late(office: Office, task: str, first: str, second: str) -> None:
    found: dict[tuple[str, str], Any] = {}
    for slot in SLOTS:
        if slot > "2026-11-23T09:00":
            office.clock(slot)
        for ran in office.data("scheduler", "tick")["ran"]:
            overdue = (each for each in ran["findings"] if each["rule"] == "step_overdue")
            found |= {(each["task"], each["step"]): each for each in overdue}
    child, parent = found[first, "do"], found[task, "recheck"]
    assert [(each["person"], each["degree"]) for each in child["attribution"]] == [(DOER, "direct")]
    notices = office.data("notice", "list", "--finding", child["id"], by=DOER)
    assert DOER in notices[0]["to"]
    assert parent["attribution"] == []
    assert parent["undetermined"] == ["attribution.missing_waits_for_children"]
    assert (second, "do") not in found
    told = office.do("why", parent["id"], by=CHECKER)
    assert "到期时还在等开出的事项办结" in told
    assert "补齐台账" in office.do("task", "show", task, by=CHECKER)


def lifted(office: Office, task: str, first: str, second: str) -> None:
    """One is done late and counts as late; the other is called off by the leader, and nobody owes it."""
    advance(office, first, "report", DOER, "--set", "result=已补齐")
    advance(office, first, "pass", CHECKER)
    refused = office.call("task", "advance", task, "pass", by=CHECKER)
    assert (refused.code, second in refused.err, first in refused.err) == (5, True, False)
    advance(office, second, "report", OTHER, "--set", "result=办不了")
    own = office.call("task", "advance", second, "drop", "--reason", "不等了", by=CHECKER)
    assert own.code == 5
    assert "等于自己解除自己的等待" in own.err
    advance(office, task, "lift", CHECKER, "--reason", "另行列入计划")
    words = ("--reason", "同意", "--set", "recheck_by=2026-12-07")
    advance(office, task, "agree", LEADER, *words)
    advance(office, task, "pass", CHECKER)
    children = office.data("task", "show", task, by=CHECKER)["children"]
    assert [(each["status"], each["ended"]["by_parent"]) for each in children] == [
        ("closed", False),
        ("cancelled", True),
    ]
    office.clock("2026-12-28T17:00")
    office.do("scheduler", "tick")
    about = office.data("finding", "list", "--task", second, by=CHECKER)
    assert [each for each in about if each["rule"] == "step_overdue"] == []
