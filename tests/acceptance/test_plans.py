"""Plans at the command line, in both languages and on both databases: put in force, opened, asked, kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.homes import RAW
from tests.acceptance.office import PASSPHRASE, Office

PROPOSES, CONFIRMS, DIRECTOR = "tangmin", "zhoujianming", "zhanghui"
PLANS = """plans:
  - id: 学习
    title: 集中学习
    every: month
    count: 2
    for: [{office: 提案委}]
  - id: 联系点
    title: 走访联系点
    every: quarter
    for:
      - {office: 提案委, person: lizhiyuan, place: 青龙镇}
"""


@pytest.fixture(params=["zh", "en"])
def office(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """The sample institution on a Monday."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", request.param)
    found.found(database, "2026-11-23T09:00")
    found.login(PROPOSES, CONFIRMS, DIRECTOR)
    return found


def write(office: Office, text: str) -> Path:
    path = office.home / "config" / "plans.yaml"
    path.write_text(text, "utf-8")
    return path


def test_plans_are_put_in_force_by_two_opened_by_the_clock_and_followed_down(office: Office) -> None:
    assert office.data("plan", "status")["plans"] == []
    office.do("plan", "status")
    done = office.call("config", "apply", write(office, PLANS), "--json", by=PROPOSES)
    assert [each["code"] for each in done.data["warnings"]] == ["plan.will_open"]
    # Nobody has confirmed it: nothing is planned, and the doctor says that the file is not in force.
    assert office.data("plan", "status")["plans"] == []
    assert "plans.yaml" in office.call("doctor").out
    assert office.data("proposal", "list", by=CONFIRMS)[0]["body"]["files"] == ["plans.yaml"]
    assert "plans.yaml" in office.do("proposal", "list", by=CONFIRMS)
    office.decide(CONFIRMS)
    office.clock("2026-11-24T09:00")
    office.do("scheduler", "tick")
    told = office.data("plan", "status")
    assert told["left"] == 3
    (study, visit) = told["plans"]
    assert (study["owed"], study["open"], study["period"], visit["period"]) == (2, 2, "2026-11", "2026-Q4")
    first, second = (each["task"] for each in study["items"])
    assert {first, second} <= {each["task"] for each in office.data("next", by=DIRECTOR)["owed"]}
    office.clock("2026-11-24T10:00")
    office.do("task", "advance", first, "finish", "--set", "held_on=2026-11-24", by=DIRECTOR)
    told = office.data("plan", "status", "--office", "提案委")
    assert [each["state"] for each in told["plans"][0]["items"]] == ["done", "open"]
    leaves = [
        office.data("log", "show", "--since", idx, "--until", idx + 1)
        for idx in told["plans"][0]["items"][0]["evidence"]
    ]
    assert [leaf["kind"] for (leaf,) in leaves] == ["plan_opened", "step_left"]
    assert office.data("plan", "status", "--person", "李志远")["left"] == 1
    assert told["places"][0]["last"] is None
    before = office.data("plan", "status", "--as-of", "2026-11-24T09:00")
    assert before["plans"][0]["done"] == 0
    # In December the month's are owed anew, and what November left is still in sight.
    office.clock("2026-12-02T09:00")
    office.do("scheduler", "tick")
    told = office.data("plan", "status")
    assert told["plans"][0]["period"] == "2026-12"
    assert [(each["task"], each["state"]) for each in told["earlier"]] == [(second, "overdue")]
    text = office.do("plan", "status")
    assert second in text and "青龙镇" in text
    assert office.call("log", "verify").code == 0
    problems = office.call("doctor", "--json").data["data"]["problems"]
    assert {each["code"] for each in problems} <= {"doctor.calendar_provisional"}
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def test_what_cannot_be_a_plan_is_told_with_file_and_line(office: Office) -> None:
    wrong = PLANS.replace("提案委", "农业委").replace("count: 2", "count: 0").replace("month", "week")
    found = office.call("config", "apply", write(office, wrong), by=PROPOSES)
    assert found.code == 1
    assert "plans.yaml:4" in found.err and "plans.yaml:5" in found.err
    found = office.call("config", "apply", write(office, PLANS.replace("提案委", "农业委")), by=PROPOSES)
    assert found.code == 1
    assert "plans.yaml:6" in found.err and "农业委" in found.err
    for words in (("--office", "农业委"), ("--person", "没有的人"), ("--as-of", "2020-01-01")):
        assert office.call("plan", "status", *words).code == 2
    assert office.data("proposal", "list", by=CONFIRMS) == []
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]
