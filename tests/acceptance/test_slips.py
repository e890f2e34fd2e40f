"""What goes on paper: morning slips and the supervisor's page, and what is written on them coming back as tasks."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.acceptance.homes import MODULES, RAW
from tests.acceptance.office import PASSPHRASE, Office
from tests.service.house import OFFICE
from zeroerror.text import Language, say

CLERK, DIRECTOR, LEADER, STRANGER = "yangyan", "zhanghui", "lizhiyuan", "xiaolin"
COLLEAGUE = "wuxiaomei"
TITLE = "密而不宣的标题"


@pytest.fixture(params=["zh", "en"])
def office(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """A draft that lies on the leader's desk, and one that is late with the clerk."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", request.param)
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, DIRECTOR)
    (tmp_path / "draft.txt").write_text("关于召开季度协商会议的通知", "utf-8")
    for _ in range(2):
        found.do("task", "new", "document/outgoing", "--title", TITLE, "--set", "urgency=平件", by=CLERK)
    found.do("task", "advance", "0001", "submit", "--attach", tmp_path / "draft.txt", by=CLERK)
    found.do("task", "advance", "0001", "pass", by=DIRECTOR)
    found.clock("2026-11-26T09:00")
    return found


def filled(command: str, signed_at: str, scan: Path) -> list[str]:
    """The printed command with what only the paper says: when it was signed, and the scan of it."""
    words = shlex.split(command)[1:]
    words[words.index("--signed-at") + 1] = signed_at
    words[words.index("--attach") + 1] = str(scan)
    return words


def test_what_the_leader_writes_on_his_page_comes_back_as_a_signed_step(
    office: Office, tmp_path: Path
) -> None:
    page = office.data("report", "supervisor", LEADER, by=CLERK)
    assert [each["office"] for each in page["offices"]] == ["提案委", "经济委"]
    (line,) = page["slip"]["owed"]
    assert (line["id"], line["why"], line["short"]) == ("BW-2026-0001", "desk", "0001")
    signs = next(each for each in line["actions"] if each["action"] == "sign")
    text = office.do("report", "supervisor", LEADER, by=CLERK)
    assert signs["command"] in " ".join(text.split())
    assert [each["task"] for each in page["overdue"]] == ["BW-2026-0002"]
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF")
    office.do(*filled(signs["command"], "2026-11-26T08:50", scan), by=CLERK)
    office.decide(DIRECTOR)
    file = office.data("report", "task", "BW-2026-0001", by=CLERK)
    (paper,) = file["paper"]
    assert (paper["person"], paper["recorded_by"], paper["action"]) == (LEADER, CLERK, "sign")
    assert office.data("report", "supervisor", LEADER, by=CLERK)["slip"]["owed"] == []


def test_what_a_clerk_signs_on_his_slip_comes_back_too(office: Office, tmp_path: Path) -> None:
    told = office.data("report", "slips", "--office", OFFICE, by=DIRECTOR)
    ((page),) = told["pages"]
    mine = next(each for each in page["slips"] if each["person"] == CLERK)
    line = next(each for each in mine["owed"] if each["id"] == "BW-2026-0002")
    assert (line["light"], line["why"]) == ("overdue", "own")
    drops = next(each for each in line["actions"] if each["action"] == "drop")
    words = filled(drops["command"], "2026-11-26T08:40", tmp_path / "draft.txt")
    words[words.index("--reason") + 1] = "会议取消"
    office.do(*words, by=DIRECTOR)
    deputy = next(
        each["person"] for each in page["slips"] + page["free"] if each["person"] not in (CLERK, DIRECTOR)
    )
    office.login(deputy)
    office.decide(deputy)
    assert office.data("task", "show", "BW-2026-0002", by=CLERK)["status"] == "cancelled"


def test_slips_are_a_page_an_office_with_names_and_go_to_a_file(office: Office, tmp_path: Path) -> None:
    told = office.data("report", "slips", by=CLERK)
    assert len(told["pages"]) > 5
    (clerk,) = [slip for page in told["pages"] for slip in page["slips"] if slip["person"] == CLERK]
    assert clerk["owed"][0]["title"] == TITLE
    assert office.do("report", "slips", "--output", tmp_path / "s.html", by=CLERK)
    page = (tmp_path / "s.html").read_text("utf-8")
    assert page.count('<main class="page">') == len(told["pages"])
    assert "杨燕" in page
    for name, figure in told["figures"].items():
        followed = office.data("report", "slips", "--trace", name, by=CLERK)
        assert len(followed["leaves"]) == figure["value"]
        assert {each["of"] for each in followed["events"]} == {each["of"] for each in figure["leaves"]}
    assert "BW-2026-0002" in office.do("report", "slips", "--office", OFFICE, by=CLERK)
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def test_who_prints_them_learns_no_text_that_he_may_not_read(office: Office, tmp_path: Path) -> None:
    office.login(STRANGER)
    assert TITLE not in office.do("report", "slips", by=STRANGER)
    office.do("report", "supervisor", LEADER, "--output", tmp_path / "p.html", by=STRANGER)
    assert TITLE not in (tmp_path / "p.html").read_text("utf-8")
    assert TITLE in office.do("report", "slips", by=CLERK)


def test_bad_asks_get_one_clear_message_each(office: Office, tmp_path: Path) -> None:
    for code, *words in (
        (2, "report", "slips", "--office", "nowhere"),
        (2, "report", "slips", "--trace", "nothing"),
        (2, "report", "slips", "--output", str(tmp_path / "s.docx")),
        (1, "report", "slips", "--output", str(tmp_path / "gone" / "s.html")),
        (2, "report", "supervisor", "nobody"),
        (2, "report", "supervisor", CLERK),
        (2, "report", "supervisor", LEADER, "--trace", "nothing"),
    ):
        answer = office.call(*words, by=CLERK)
        assert answer.code == code, (words, answer)
        assert len(answer.err.splitlines()) == 1, (words, answer)
        assert answer.out == ""
        assert not MODULES.search(answer.err)
        assert not RAW.search(answer.err)


def test_a_notice_stands_on_the_slip_until_it_is_answered(office: Office) -> None:
    office.data("audit", "run", code=7)

    def notices() -> list[str]:
        pages = office.data("report", "slips", "--office", OFFICE, by=DIRECTOR)["pages"]
        return [
            each["command"]
            for slip in pages[0]["slips"]
            if slip["person"] == CLERK
            for each in slip["notices"]
        ]

    (command,) = notices()
    office.do("report", "slips", "--office", OFFICE, by=CLERK)
    words = shlex.split(command)[1:]
    office.do(*words[:-1], "已着手办理", by=CLERK)
    assert notices() == []
    file = office.data("report", "task", "BW-2026-0002", by=CLERK)
    assert [(each["state"], each["answer"]) for each in file["notices"]] == [
        ("answered", {"text": "已着手办理"})
    ]


def test_a_delegated_step_says_by_whom_on_one_slip_and_to_whom_on_the_other(
    office: Office, tmp_path: Path
) -> None:
    office.do("task", "advance", "0002", "submit", "--attach", tmp_path / "draft.txt", by=CLERK)
    office.do("task", "delegate", "0002", COLLEAGUE, by=DIRECTOR)
    made = office.do("report", "slips", "--office", OFFICE, by=DIRECTOR)
    lang: Language = "zh" if office.lang == "zh" else "en"
    assert say("cli.why_delegate", {"person": "张慧"}, lang) in made
    assert say("cli.why_own_delegated", {"person": "吴小梅"}, lang) in made


def test_a_page_is_printed_again_as_it_was_and_none_before_its_time(office: Office, tmp_path: Path) -> None:
    asked = [
        ("report", "slips", "--office", OFFICE),
        ("report", "supervisor", LEADER),
        ("report", "slips", "--trace", "owed"),
    ]
    before = [office.do(*words, by=CLERK) for words in asked]
    file, again = tmp_path / "a.html", tmp_path / "b.html"
    office.do("report", "supervisor", LEADER, "--output", file, by=CLERK)
    office.clock("2026-11-26T10:00")
    office.do("task", "new", "document/outgoing", "--title", "后来的", "--set", "urgency=平件", by=CLERK)
    office.do("task", "advance", "0002", "drop", "--reason", "会议取消", by=CLERK)
    assert office.do(*asked[0], by=CLERK) != before[0]
    then = ("--as-of", "2026-11-26T09:00")
    assert [office.do(*words, *then, by=CLERK) for words in asked] == before
    office.do("report", "supervisor", LEADER, "--output", again, *then, by=CLERK)
    assert again.read_bytes() == file.read_bytes()
    for at in ("2026-11-27T09:00", "2020-01-01T09:00"):
        answer = office.call("report", "slips", "--as-of", at, by=CLERK)
        assert (answer.code, len(answer.err.splitlines())) == (2, 1)


def test_what_a_leader_writes_about_a_late_task_comes_back_as_his(office: Office, tmp_path: Path) -> None:
    lang: Language = "zh" if office.lang == "zh" else "en"
    text, scan = "抓紧办理，明日报我", tmp_path / "page.pdf"
    scan.write_bytes(b"%PDF")
    page = " ".join(office.do("report", "supervisor", LEADER, by=CLERK).split())
    command = f"zeroerror task note BW-2026-0002 ____ --paper-of {LEADER} --signed-at ____ --attach ____"
    assert command in page
    words = filled(command, "2026-11-26T08:50", scan)
    words[words.index("____")] = text
    office.do(*words, by=CLERK)
    # Nobody's word stands there on one clerk's say.
    assert office.data("report", "task", "BW-2026-0002", by=CLERK)["paper"] == []
    office.decide(DIRECTOR)
    noted = office.data("task", "show", "BW-2026-0002", by=CLERK)["history"][-1]
    assert (noted["kind"], noted["person"], noted["recorded_by"], noted["reason"]) == (
        "task_noted",
        LEADER,
        CLERK,
        text,
    )
    assert noted["capacity"] == {"kind": "paper", "for": None}
    file = office.data("report", "task", "BW-2026-0002", by=CLERK)
    (paper,) = file["paper"]
    assert (paper["person"], paper["recorded_by"], paper["reason"]) == (LEADER, CLERK, {"text": text})
    assert file["evidence"][-1]["index"] == paper["index"]
    by_clerk = say("cli.from_paper", {"person": "杨燕"}, lang)
    for told in (("task", "show"), ("report", "task")):
        shown = office.do(*told, "BW-2026-0002", by=CLERK)
        assert text in shown
        assert by_clerk[:4] in shown
    assert office.call("log", "verify").code == 0


def test_a_remark_is_recorded_only_as_somebodys_who_could_have_written_it(
    office: Office, tmp_path: Path
) -> None:
    scan = tmp_path / "page.pdf"
    scan.write_bytes(b"%PDF")
    office.login(STRANGER)
    paper = ("--signed-at", "2026-11-26T08:50", "--attach", scan)
    for code, reason, *more in (
        (2, None, "--attach", scan),
        (2, None, "--paper-of", LEADER),
        (5, "engine.evidence", "--paper-of", LEADER, "--signed-at", "2026-11-26T08:50"),
        (5, "engine.own_remark", "--paper-of", CLERK, *paper),
        (5, "engine.remark_of_stranger", "--paper-of", STRANGER, *paper),
        (5, "engine.written_at_outside", "--paper-of", LEADER, "--signed-at", "2026-11-26T23:00", *paper[2:]),
    ):
        answer = office.call("task", "note", "BW-2026-0002", "已阅", *more, "--json", by=CLERK)
        assert answer.code == code, (more, answer)
        codes = [each["code"] for each in answer.data["errors"]]
        assert reason is None or codes == [reason]


def test_a_number_is_followed_down_by_its_word_and_a_leave_is_told_by_who_and_when(
    office: Office,
) -> None:
    lang: Language = "zh" if office.lang == "zh" else "en"
    owed = say("slip.figure_owed", {}, lang)
    by_word = office.do("report", "slips", "--trace", owed, by=CLERK)
    assert by_word == office.do("report", "slips", "--trace", "owed", by=CLERK)
    assert owed in by_word.splitlines()[0]
    when = ("--since", "2026-11-27T08:00", "--until", "2026-11-28T18:00")
    office.do("org", "leave", CLERK, *when, by=CLERK)
    office.do("org", "cover", CLERK, "--by", COLLEAGUE, *when, by=CLERK)
    slips = {
        each["person"]: each["decisions"]
        for page in office.data("report", "slips", "--office", OFFICE, by=DIRECTOR)["pages"]
        for each in page["slips"]
    }
    assert [each["person"] for each in slips[DIRECTOR]] == ["杨燕"]
    assert [(each["person"], each["by"]) for each in slips[COLLEAGUE]] == [("杨燕", "吴小梅")]
    told = office.do("report", "slips", "--office", OFFICE, by=DIRECTOR)
    told = " ".join(told.split())
    assert re.search("杨燕.{1,20}27.{1,20}28", told), told
    assert re.search("吴小梅.{1,6}杨燕.{1,20}27.{1,20}28", told), told
    # An id pasted out of a Word file, whose hyphens do not break, is the same id.
    assert "BW-2026-0002" in office.do("task", "show", "BW\u20112026\u20110002", by=CLERK)
