"""`why` at the command line: a sentence that promises something keeps it, and one that states something is so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.office import PASSPHRASE, Office
from zeroerror.text import say

CLERK, COLLEAGUE, DIRECTOR, LEADER = "yangyan", "wuxiaomei", "zhanghui", "lizhiyuan"


@pytest.fixture
def office(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The sample institution on a Monday morning, with four of its people logged in."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", "zh")
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, COLLEAGUE, DIRECTOR, LEADER)
    return found


def opened(office: Office) -> str:
    """A task of eleven working days, whose first step has one of them."""
    fields = ("--title", "关于开展调研的通知", "--set", "urgency=加急")
    task: str = office.data("task", "new", "document/outgoing", *fields, by=CLERK)["tasks"][0]
    return task


def told_by(office: Office, at: str, rule: str) -> str:
    """The finding of a rule that the slots up to that instant have made."""
    office.clock(at)
    office.do("scheduler", "tick")
    found = office.data("finding", "list", "--rule", rule)
    assert len(found) == 1, found
    id: str = found[0]["id"]
    return id


def words(code: str, **params: Any) -> str:
    return say(code, params, "zh")


def test_a_whole_that_is_late_is_not_said_to_be_avoided_by_an_earlier_steps_being_in_time(
    office: Office,
) -> None:
    task = opened(office)
    office.clock("2026-12-07T10:00")
    office.do("task", "advance", task, "submit", "--attach", __file__, by=CLERK)
    finding = told_by(office, "2026-12-09T08:30", "task_overdue")
    asked, told = office.data("why", finding, by=CLERK), office.do("why", finding, by=CLERK)
    assert [(each["kind"], each["step"]) for each in asked["timely"]] == [
        ("done", "draft"),
        ("extended", "draft"),
        ("done", "review"),
    ]
    # Of the limit of the whole only what keeps the whole in time is said to be enough.
    assert all(each["effect"] != "unfound" or each["code"].endswith("_whole") for each in asked["avoidance"])
    assert words("avoidance.timely") in told and "这一环节就不逾期" in told and "就不会有这条线索" not in told
