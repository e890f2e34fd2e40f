"""`why` at the command line: a sentence that promises something keeps it, and one that states something is so."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.office import PASSPHRASE, Office
from zeroerror.text import say

CLERK, COLLEAGUE, DIRECTOR = "yangyan", "wuxiaomei", "zhanghui"
LEADER, SECRETARY = "lizhiyuan", "zhoujianming"


@pytest.fixture
def office(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The sample institution on a Monday morning, with five of its people logged in."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", "zh")
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, COLLEAGUE, DIRECTOR, LEADER, SECRETARY)
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
    # Each day of the whole is listed, and which step was late, how late, and with whom the time went.
    assert (
        asked["whole"]["limit"] == "11wd" and sum(each["counted"] for each in asked["whole"]["trace"]) == 11
    )
    assert asked["whole"]["trace"][-1]["day"] == "2026-12-08" and "2026-12-08 周二  计入  工作日" in told
    assert [(each["name"], each["holdings"][0]["person"]) for each in asked["steps"]] == [
        ("draft", CLERK),
        ("review", DIRECTOR),
    ]
    assert "2026-11-24 17:30 到期；2026-12-07 10:00 办结，逾期 9 个工作日。" in told
    assert "2026-12-07 16:00 到期；2026-12-07 16:00 起逾期。" in told
    assert "“起草”共 14 天 1 小时：第 1 次 14 天 1 小时（杨燕）" in told
    assert words("avoidance.timely") in told and "这一环节就不逾期" in told and "就不会有这条线索" not in told


def overdue(office: Office) -> str:
    """The finding about a draft that ran over."""
    opened(office)
    return told_by(office, "2026-11-25T08:30", "step_overdue")


def test_a_finding_says_how_it_ended_and_is_not_told_as_if_it_went_on(office: Office) -> None:
    finding = overdue(office)
    office.clock("2026-11-25T10:00")
    office.do("finding", "dispute", finding, "--reason", "材料晚到", by=CLERK)
    office.do("finding", "answer", finding, "uphold", "--reason", "材料按时到了", by=LEADER)
    office.do("task", "advance", "BW-2026-0001", "submit", "--attach", __file__, by=CLERK)
    office.clock("2026-11-25T17:00")
    office.do("scheduler", "tick")
    ends = office.data("finding", "show", finding, by=CLERK)["ends"]
    assert [(each["kind"], each["by"], each["answer"], each["reason"], each["why"]) for each in ends] == [
        ("finding_disputed", CLERK, None, "材料晚到", None),
        ("dispute_answered", LEADER, "uphold", "材料按时到了", None),
        ("finding_cured", None, None, None, "audit.cured_done"),
    ]
    for command in (("finding", "show", finding), ("why", finding), ("why", "BW-2026-0001")):
        told = office.do(*command, by=DIRECTOR)
        assert "后来：2026-11-25 10:00 杨燕 提出异议（JD-2026-0002）：材料晚到" in told
        assert "后来：2026-11-25 10:00 李志远 答复异议：维持；理由：材料按时到了" in told
        assert f"后来：2026-11-25 17:00 巡查认定已纠正。{words('audit.cured_done')}" in told
    # Who may not read the task does not read what was written about it either.
    office.login("tianye")
    assert "材料晚到" not in office.do("why", finding, by="tianye")


def test_a_corrected_finding_says_from_whom_to_whom_and_what_these_could_have_done(office: Office) -> None:
    finding = overdue(office)
    words_ = ("--whose", f"{DIRECTOR}=direct", "--reason", "主任压了材料")
    office.do("finding", "correct", finding, *words_, by=LEADER)
    office.decide(SECRETARY)
    asked, told = office.data("why", finding, by=CLERK), office.do("why", finding, by=CLERK)
    assert (
        "认定责任更正：由“杨燕（直接）”改为“张慧（直接）”，李志远 提出，周建明 确认；理由：主任压了材料"
        in told
    )
    # Nothing is said to have been the drafter's to do, who is named no longer.
    assert asked["avoidance"] == [] and words("avoidance.nothing_judged") in told


def test_a_voided_finding_says_by_whom_and_not_what_would_have_avoided_it(office: Office) -> None:
    finding = overdue(office)
    assert words("avoidance.any_of") in office.do("why", finding, by=CLERK)
    office.do("finding", "void", finding, "--reason", "系统时钟有误", by=LEADER)
    office.decide(SECRETARY)
    asked, told = office.data("why", finding, by=CLERK), office.do("why", finding, by=CLERK)
    assert "认定本条无效，李志远 提出，周建明 确认；理由：系统时钟有误" in told
    assert asked["avoidance"] is None and "避免" not in told


def test_an_extension_is_told_with_the_days_that_it_added(office: Office) -> None:
    task = opened(office)
    office.do("task", "extend", task, "--by", "3wd", "--reason", "等材料", by=CLERK)
    office.decide(DIRECTOR)
    asked, told = office.data("why", task, by=CLERK), office.do("why", task, by=CLERK)
    [step] = asked["steps"]
    added = step["dues"][-1]
    assert (added["why"], added["extension"], added["due_at"]) == (
        "extended",
        "3wd",
        "2026-11-27T17:30:00+08:00",
    )
    # From the old due date, whose day does not count, to the new one.
    assert [(each["day"], each["counted"]) for each in added["trace"]] == [
        ("2026-11-24", False),
        ("2026-11-25", True),
        ("2026-11-26", True),
        ("2026-11-27", True),
    ]
    assert "获准延期 3 个工作日，改为 2026-11-27 17:30 到期。\n  2026-11-24 周二  不计" in told


def test_a_light_says_since_when_it_is_so_or_from_when_it_will_be_otherwise(office: Office) -> None:
    task = opened(office)
    assert "2026-11-24 17:30 到期；现在正常，2026-11-24 11:30 起临期。" in office.do("why", task, by=CLERK)
    for at, stands in (
        ("2026-11-24T09:00", "今日到期"),
        ("2026-11-24T18:00", "2026-11-24 17:30 起逾期"),
    ):
        office.clock(at)
        assert f"到期；{stands}。" in office.do("why", task, by=CLERK)


def test_a_third_return_is_told_with_how_long_it_lay_at_each_step(office: Office) -> None:
    task = opened(office)
    for day in ("2026-11-23T10:00", "2026-11-23T11:00", "2026-11-23T12:00"):
        office.clock(day)
        office.do("task", "advance", task, "submit", "--attach", __file__, by=CLERK)
        office.do("task", "advance", task, "return", "--reason", "格式不合", by=DIRECTOR)
    finding = told_by(office, "2026-11-23T17:00", "step_returned")
    told = office.do("why", finding, by=CLERK)
    assert "“起草”共 8 小时 0 分：第 1 次 1 小时 0 分（杨燕）；第 2 次 1 小时 0 分（杨燕）" in told
    assert "第 4 次至今 5 小时 0 分（杨燕）" in told


def test_a_step_that_was_taken_back_is_not_drawn_as_passed(office: Office) -> None:
    task = opened(office)
    office.do("task", "advance", task, "submit", "--attach", __file__, by=CLERK)
    office.do("task", "takeback", task, by=CLERK)
    steps = {each["name"]: each for each in office.data("task", "graph", task, by=CLERK)["steps"]}
    assert [(steps[name]["mark"], steps[name]["visits"]) for name in ("draft", "review")] == [
        ("open", 1),
        (None, 0),
    ]


def test_what_holds_at_an_instant_is_explained_by_the_command_that_is_named(office: Office) -> None:
    opened(office)
    office.clock("2026-11-24T18:00")
    asked = office.call("audit", "run", "--as-of", "2026-11-24T17:45", by=CLERK)
    assert asked.code == 7
    finding = asked.out.split("zeroerror why ")[1].split()[0]
    assert f"zeroerror why {finding} --as-of 2026-11-24T17:45" in asked.out
    told = office.do("why", finding, "--as-of", "2026-11-24T17:45", by=CLERK)
    assert "杨燕（直接）" in told and words("avoidance.any_of") in told
    assert office.call("why", finding, by=CLERK).code == 2
    # By a measure of time of which `why` knows nothing it is not suggested.
    since = ("--since", "2026-11-24T17:00", "--known-at", "2026-11-24T17:50")
    assert "zeroerror why" not in office.call("audit", "run", "--as-of", "2026-11-24T17:45", *since).out


def test_a_form_has_a_file_by_its_name_and_what_is_there_is_not_asked_for_again(office: Office) -> None:
    task = opened(office)
    office.do("task", "advance", task, "submit", "--attach", __file__, by=CLERK)
    office.do("task", "advance", task, "return", "--reason", "格式不合", by=DIRECTOR)
    told = office.do("task", "show", task, by=CLERK)
    assert "文稿：test_why.py（摘要 " in told
    assert f"zeroerror task advance {task} submit\n" in told
    office.do("task", "advance", task, "submit", by=CLERK)


def test_more_time_is_asked_for_in_words_with_the_step_and_the_reason(office: Office) -> None:
    task = opened(office)
    office.do("task", "extend", task, "--by", "2wd", "--reason", "等外单位材料", by=CLERK)
    told = office.do("proposal", "list", by=DIRECTOR)
    assert f"{task}“起草”延期 2 个工作日；理由：等外单位材料" in told
    office.login("tianye")
    assert "等外单位材料" not in office.do("proposal", "list", by="tianye")


def test_nobody_in_particular_is_told_to_log_in_without_a_gap(office: Office) -> None:
    shutil.rmtree(office.home / "sessions")
    assert "请先运行 zeroerror login。" in office.call("task", "read", "BW-2026-0001").err
    assert "请先运行 zeroerror login tianye。" in office.call("next", by="tianye").err
