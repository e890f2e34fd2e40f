"""`demo --month` shows every rule at work and ends with replay = tables, as whoever types it sees."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import LANGUAGES, RAW, call
from tests.acceptance.printing import PARTS, Printed, printed, taken_down
from zeroerror.audit.rules import RULES
from zeroerror.service import audits, log, sandbox
from zeroerror.service.institution import open_institution
from zeroerror.service.task_show import task_show
from zeroerror.text import Language, say

SECRETARY = "zhoujianming"


#: What was printed in the month's course, and which parts stood on it.
PRINTED: Printed = {}
STOOD: set[str] = set()


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The month through the command line: its home, and what it answered."""
    home = tmp_path_factory.mktemp("month") / "house"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "set_clock", taken_down(sandbox.set_clock, 11, PRINTED, STOOD))
        answer = call(["--lang", "zh", "--json", "demo", "--month", "--directory", str(home)])
    assert answer.code == 0, answer
    return home, answer.data["data"]


def codes(data: Any) -> list[str]:
    return [each["code"].removeprefix("demo.") for each in data["story"]]


def test_every_rule_has_found_something_and_can_be_asked_why(
    month: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, data = month
    assert [each["rule"] for each in data["rules"]] == list(RULES)
    assert [each["rule"] for each in data["rules"] if not each["found"]] == []
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", data["passphrase"])
    assert call(["--home", str(home), "login", SECRETARY]).code == 0
    for each in data["rules"]:
        words = each["why"].split()
        told = call([*words[1:], "--as", SECRETARY])
        assert (told.code, each["example"] in told.out) == (0, True), (each, told)
        assert not RAW.search(told.out), told.out


#: Reminders, and what the machine says of itself: there is nothing that people could have avoided.
UNASKED = {
    "step_due_soon", "calendar_provisional", "slot_missed", "ledger_mismatch", "definition_changed",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_tells_what_would_have_avoided_it_or_why_nobody_could_have(
    month: Any, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, data = month
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", data["passphrase"])
    assert call(["--home", str(home), "login", SECRETARY]).code == 0
    for each in data["rules"]:
        line = ["--home", str(home), "--lang", language, "why", each["example"], "--as", SECRETARY]
        asked, told = call([*line, "--json"]).data["data"], call(line).out
        if each["rule"] in UNASKED:
            assert (asked["avoidance"], asked["unavoidable"]) == (None, None)
        else:
            assert bool(asked["avoidance"] or asked["timely"]) != bool(asked["unavoidable"]), each
            enough = "avoidance.any_of" if asked["avoidance"] else "avoidance.timely"
            assert say(asked["unavoidable"] or enough, {}, language) in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_definition_that_changed_is_told_of_and_leaves_nothing_to_clarify(
    month: Any, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, data = month
    (row,) = [each for each in data["rules"] if each["rule"] == "definition_changed"]
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", data["passphrase"])
    assert call(["--home", str(home), "login", SECRETARY]).code == 0
    line = ["--home", str(home), "--lang", language, "finding", "show", row["example"], "--as", SECRETARY]
    told = call(line).out
    assert {"zh": "告知", "en": "is told of it"}[language] in told
    assert {"zh": "查明", "en": "to clarify"}[language] not in told


def test_the_table_counts_what_stands_in_the_ledger(month: Any) -> None:
    home, data = month
    with open_institution(home) as inst:
        found = audits.findings(inst)
    for each in data["rules"]:
        of_rule = [one for one in found if one["rule"] == each["rule"]]
        assert each["found"] == len(of_rule)
        for state in ("cured", "withdrawn", "voided"):
            assert each[state] == sum(one["state"] == state for one in of_rule), each
    for state in ("cured", "withdrawn", "voided", "corrected"):
        assert sum(each[state] for each in data["rules"]) >= 1, state


def test_the_month_ends_with_replay_equal_to_the_tables(month: Any) -> None:
    home, data = month
    with open_institution(home) as inst:
        verified = log.verify(inst)
        kinds = {each["kind"] for each in log.show(inst)}
    assert (verified.problems, verified.leaves, verified.root) == ([], data["leaves"], data["root"])
    assert {"finding_disputed", "attribution_corrected", "finding_voided", "correction_sent"} <= kinds
    assert {"rectify_ordered", "due_recomputed", "log_imported"} <= kinds


def test_notices_go_from_blue_to_red_and_one_is_answered(month: Any) -> None:
    home, data = month
    levels = [each["params"]["level"] for each in data["story"] if each["code"] == "demo.month_notice"]
    assert levels == ["blue", "yellow", "red"]
    (task,) = {each["params"]["task"] for each in data["story"] if each["code"] == "demo.month_notice"}
    with open_institution(home) as inst:
        given = task_show(inst, task, SECRETARY)["notices"]
    assert "answered" in {each["state"] for each in given if each["level"] == "red"}


def test_what_is_put_right_is_looked_at_again(month: Any) -> None:
    home, data = month
    (ordered,) = [each["params"] for each in data["story"] if each["code"] == "demo.month_rectify"]
    with open_institution(home) as inst:
        shown = task_show(inst, ordered["follow_up"], SECRETARY)
    left = [each["step"] for each in shown["history"] if each["kind"] == "step_left"]
    assert left == ["plan", "handle", "accept", "look_back"]


def test_reports_have_written_themselves(month: Any) -> None:
    home, data = month
    written = {path.parent.name for path in (home / "reports").glob("*/weekly.zh.html")}
    assert {"2026-W45", "2026-W46", "2026-W47", "2026-W48"} <= written
    assert (Path(data["report"]) / "monthly.zh.docx").exists()
    # Every slot has its report, the one that was missed too.
    assert len(list((home / "reports").glob("*/daily.json"))) == data["slots"]
    assert (home / "reports" / "2026-11-18-0830" / "daily.json").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_story_is_told_in_short_lines_of_its_language(month: Any, language: Language) -> None:
    _, data = month
    assert codes(data)[-1] == "verified"
    assert [each for each in codes(data) if each == "month_first"] == ["month_first"] * len(RULES)
    for each in data["story"]:
        line = say(each["code"], each["params"], language)
        assert not line.startswith("demo.") and "{" not in line and "—" not in line, line
        # The root and a directory's path are as long as they are.
        if each["code"] not in ("demo.verified", "demo.month_monthly"):
            assert len(line) <= {"zh": 70, "en": 140}[language], line


def test_the_clock_stands_on_the_first_morning_of_the_next_month(month: Any) -> None:
    _, data = month
    assert datetime.fromisoformat(data["now"]) == datetime.fromisoformat("2026-12-01T09:00:00+08:00")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_held_and_could_be_known_is_the_same_byte_for_byte_whenever_it_is_asked(
    month: Any, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, data = month
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", data["passphrase"])
    here = ["--home", str(home), "--lang", language]
    assert call([*here, "login", SECRETARY]).code == 0
    past = ["--as-of", "2026-11-18 09:00", "--since", "2026-11-05 09:00", "--known-at", "2026-11-18 12:00"]
    lines = [[*here, "audit", "run", *past, "--as", SECRETARY, *how] for how in ((), ("--json",))]
    before = [call(line).out for line in lines]
    assert before == [call(line).out for line in lines]
    assert all("step_overdue" in each or "环节逾期" in each or "Step overdue" in each for each in before)
    task = next(each for each in before[1].split('"') if each.startswith(("BW-2026", "BH-2026", "BS-2026")))
    assert call([*here, "task", "note", task, "核对", "--as", SECRETARY]).code == 0
    assert before == [call(line).out for line in lines]


def test_what_was_printed_is_had_again_byte_for_byte(month: Any) -> None:
    home, _ = month
    instants = sorted({at for at, _, _ in PRINTED})
    assert len(instants) >= 10
    with open_institution(home, read_only=True) as inst:
        for at in instants:
            again = {(at, printer, what): data for printer, what, data in printed(inst, set(), at)}
            assert [key for key in again if again[key] != PRINTED[key]] == []
    assert set(PARTS) == STOOD
