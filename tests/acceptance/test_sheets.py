"""An office's own sheet and a task's whole file at the command line, in both languages and on both databases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.homes import MODULES, RAW
from tests.acceptance.office import PASSPHRASE, Office
from tests.service.house import OFFICE

CLERK, DIRECTOR, STRANGER = "yangyan", "zhanghui", "xiaolin"


@pytest.fixture(params=["zh", "en"])
def office(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """One draft returned and late, and one that has time, on a Friday."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", request.param)
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, DIRECTOR)
    draft = tmp_path / "draft.txt"
    draft.write_text("关于召开季度协商会议的通知", "utf-8")
    given = ("task", "new", "document/outgoing", "--title", "密而不宣的标题", "--set", "urgency=平件")
    found.do(*given, by=CLERK)
    found.do("task", "advance", "BW-2026-0001", "submit", "--attach", draft, by=CLERK)
    found.do("task", "advance", "BW-2026-0001", "return", "--reason", "格式有误", by=DIRECTOR)
    found.clock("2026-11-27T08:30")
    found.do(*given, by=CLERK)
    found.data("audit", "run", code=7)
    return found


def test_the_office_reads_its_own_sheet_and_follows_each_number(office: Office, tmp_path: Path) -> None:
    told = office.data("report", "office", OFFICE)
    values = {name: each["value"] for name, each in told["figures"].items()}
    assert (values["open"], values["overdue"], values["normal"]) == (3, 1, 2)
    assert (values["followed_up"], values["opened"], values["late"]) == (1, 2, 1)
    assert [each["task"] for each in told["lists"]["overdue"]] == ["BW-2026-0001"]
    assert "BW-2026-0002" in [each["task"] for each in told["lists"]["next"]]
    text = office.do("report", "office", OFFICE, "--period", "2026-W48")
    assert "BW-2026-0001" in text
    followed = office.data("report", "office", OFFICE, "--trace", "overdue")
    assert {each["of"] for each in followed["events"]} == {"BW-2026-0001"}
    assert "step_entered" in {each["kind"] for each in followed["events"]}
    for name in ("o.html", "o.json"):
        assert name in office.do("report", "office", OFFICE, "--output", tmp_path / name)
    assert json.loads((tmp_path / "o.json").read_text("utf-8"))["data"] == told
    # It lies on desks: nobody is named, and no text is told.
    page = (tmp_path / "o.html").read_text("utf-8")
    assert "杨燕" not in page + text
    assert "密而不宣" not in page + text
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def test_the_sheet_of_an_instant_is_the_same_whenever_it_is_asked(office: Office) -> None:
    asked = ("report", "office", OFFICE, "--as-of", "2026-11-27T08:30")
    before = office.data(*asked)
    office.clock("2026-12-03T09:00")
    office.do("task", "advance", "BW-2026-0002", "drop", "--reason", "会议取消", by=CLERK)
    office.data("audit", "run", code=7)
    assert office.data(*asked) == before
    assert office.data("report", "office", OFFICE, "--period", "2026-11")["figures"] != before["figures"]


def test_a_task_has_one_file_with_everything_that_was_done(office: Office, tmp_path: Path) -> None:
    told = office.data("report", "task", "BW-2026-0001", by=CLERK)
    assert [(each["title"], each["visit"]) for each in told["visits"]] == [
        ("起草", 1),
        ("审核", 1),
        ("起草", 2),
    ]
    assert told["visits"][1]["reason"] == {"text": "格式有误"}
    assert {each["name"]["text"] for each in told["evidence"]} == {"draft.txt"}
    assert [each["rule"] for each in told["findings"]][-1] == "step_overdue"
    assert [each["task"] for each in told["follow_ups"]] == ["JD-2026-0001"]
    for name, figure in told["figures"].items():
        followed = office.data("report", "task", "BW-2026-0001", "--trace", name, by=CLERK)
        leaves = {each["index"] for each in followed["events"]}
        assert leaves == set(figure["leaves"])
        assert len(figure["leaves"]) == figure["value"]
    text = office.do("report", "task", "BW-2026-0001", by=CLERK)
    assert "格式有误" in text
    office.do("report", "task", "BW-2026-0001", "--output", tmp_path / "t.html", by=CLERK)
    assert "密而不宣" in (tmp_path / "t.html").read_text("utf-8")
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def test_who_may_not_read_a_task_sees_in_its_file_that_there_is_something(office: Office) -> None:
    office.login(STRANGER)
    told = office.data("report", "task", "BW-2026-0001", by=STRANGER)
    assert not told["readable"]
    title = next(each for each in told["fields"] if each["name"] == "title")
    assert title["text"] is None
    assert title["hidden"]
    text = json.dumps(told, ensure_ascii=False)
    assert "密而不宣" not in text
    assert "格式有误" not in text
    assert "draft.txt" not in text


def test_bad_asks_get_one_clear_message_each(office: Office, tmp_path: Path) -> None:
    for code, *words in (
        (2, "report", "office", "nowhere"),
        (2, "report", "office", OFFICE, "--period", "2026-13"),
        (2, "report", "office", OFFICE, "--period", "next month"),
        (2, "report", "office", OFFICE, "--period", "2027-01"),
        (2, "report", "office", OFFICE, "--as-of", "2027-01-01"),
        (2, "report", "office", OFFICE, "--trace", "nothing"),
        (2, "report", "office", OFFICE, "--output", str(tmp_path / "o.docx")),
        (1, "report", "office", OFFICE, "--output", str(tmp_path / "gone" / "o.html")),
        (2, "report", "task", "BW-2026-9999", "--as", CLERK),
        (2, "report", "task", "BW-2026-0001", "--as-of", "2026-11-20", "--as", CLERK),
        (2, "report", "task", "BW-2026-0001", "--as-of", "2027-11-20", "--as", CLERK),
        (2, "report", "task", "BW-2026-0001", "--trace", "nothing", "--as", CLERK),
    ):
        answer = office.call(*words)
        assert answer.code == code, (words, answer)
        assert len(answer.err.splitlines()) == 1, (words, answer)
        assert answer.out == ""
        assert not MODULES.search(answer.err)
        assert not RAW.search(answer.err)
    # A month before the ledger has nothing in it, says so, and is no error.
    assert office.do("report", "office", OFFICE, "--period", "2020-01")
