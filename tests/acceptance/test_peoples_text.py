"""What people write is data: shown so that nothing in it acts, and given to programs as it was written."""

from __future__ import annotations

import re

import pytest

from tests.acceptance.homes import LANGUAGES, Home, assert_clear

#: What would act on a terminal, in a spreadsheet, or in somebody's eye.
WICKED = {
    "an escape sequence": "\x1b[31m红\x1b[0m",
    "a link": "\x1b]8;;http://evil\x07点我\x1b]8;;\x07",
    "a cleared screen": "\x1b[2J\x1b[H",
    "a C1 control": "\x9b31m",
    "a turned direction": "发文\u202egnp.exe",
    "isolates": "\u2066a\u2067b\u2069",
    "a hidden sign": "通\u200b知",
    "a line break": "第一行\n第二行",
    "a carriage return": "真的\r假的",
    "a backspace": "abc\b\b\b",
    "a bell": "\a",
    "markup of rich": "[red]红[/red][link=http://evil]x[/link]",
    "a formula": "=cmd()|'/c calc'!A0",
    "markup of HTML": "<script>alert(1)</script>",
    "a template": "{0}{person}{a.__class__}%s${x}",
    "a rare surname": "𠮷田",
}
#: Everything that is neither printed nor a line's end.
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@pytest.fixture
def written(home: Home) -> dict[str, str]:
    """One task for each of them, and a note on it."""
    tasks = {}
    for name, text in WICKED.items():
        line = (
            "task",
            "new",
            "document/outgoing",
            "--title",
            text,
            "--set",
            "urgency=平件",
            "--as",
            "{clerk}",
        )
        answer = home.call(*line, "--json")
        assert answer.code == 0, answer
        tasks[name] = answer.data["data"]["tasks"][0]
        noted = home.call("task", "note", tasks[name], text, "--as", "{clerk}")
        assert (noted.code, ACTING.search(noted.out)) == (0, None)
    return tasks


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_in_it_acts_on_a_terminal(lang: str, home: Home, written: dict[str, str]) -> None:
    lines = [("next",), ("task", "list"), ("board",), ("report", "daily"), ("log", "show")]
    lines += [(verb, *rest, id) for id in written.values() for verb, *rest in (("task", "show"), ("why",))]
    for line in lines:
        answer = home.call(*line, "--as", "{clerk}", lang=lang)
        assert (answer.code, answer.err) == (0, ""), answer
        assert not ACTING.search(answer.out), (line, answer.out)


def test_programs_get_it_as_it_was_written(home: Home, written: dict[str, str]) -> None:
    for name, id in written.items():
        found = home.call("task", "show", id, "--as", "{clerk}", "--json").data["data"]
        assert found["title"] == found["fields"]["title"] == WICKED[name]
        assert WICKED[name] in [each["reason"] for each in found["history"]]


def test_it_is_still_to_be_read_on_a_terminal(home: Home, written: dict[str, str]) -> None:
    for name in ("markup of rich", "a formula", "markup of HTML", "a template", "a rare surname"):
        assert WICKED[name] in home.call("task", "show", written[name], "--as", "{clerk}").out


def test_a_refusal_shows_it_and_does_not_run_it(home: Home) -> None:
    for text in WICKED.values():
        for line in (("task", "show", text), ("task", "advance", "{draft}", text), ("login", text), (text,)):
            for lang in LANGUAGES:
                answer = home.call(*line, "--as", "{clerk}", lang=lang)
                assert answer.code == 2, answer
                assert not ACTING.search(answer.err + answer.out), answer


@pytest.mark.parametrize("text", ["a\0b", "half \ud800 sign", "raw \udcff byte"])
def test_what_is_no_text_is_refused(text: str, home: Home) -> None:
    """NUL, lone surrogates, and bytes that are no UTF-8, which Python hands on as such."""
    state = home.state()
    for line in (("task", "note", "{draft}", text), ("task", "show", text), ("--command-id", text, "whoami")):
        for lang in LANGUAGES:
            answer = home.call(*line, "--as", "{clerk}", lang=lang)
            assert answer.code == 2
            assert_clear(answer, lang)
    assert home.state() == state


@pytest.mark.parametrize("data", [b"a\0b", "会议".encode("gbk"), b"\xff\xfe"])
def test_standard_input_that_is_no_text_is_refused(data: bytes, home: Home) -> None:
    state = home.state()
    for lang in LANGUAGES:
        answer = home.call("task", "note", "{draft}", "-", "--as", "{clerk}", lang=lang, stdin=data)
        assert answer.code == 2
        assert_clear(answer, lang)
    assert home.state() == state


def test_a_text_without_end_is_told_to_be_an_attachment(home: Home) -> None:
    state = home.state()
    for lang in LANGUAGES:
        answer = home.call(
            "task", "note", "{draft}", "-", "--as", "{clerk}", lang=lang, stdin="长" * 1_000_000
        )
        assert answer.code == 2
        assert_clear(answer, lang)
    assert home.state() == state


def test_the_report_escapes_it(home: Home, written: dict[str, str]) -> None:
    page = home.path / "daily.html"
    assert home.call("report", "daily", "--as", "{clerk}", "--html", page).code == 0
    assert "<script>alert" not in page.read_text("utf-8")


def test_a_page_is_put_in_no_ledgers_place(home: Home) -> None:
    state = home.state()
    for lang in LANGUAGES:
        answer = home.call(
            "report", "daily", "--as", "{clerk}", "--html", home.path / "zeroerror.db", lang=lang
        )
        assert answer.code == 2
        assert_clear(answer, lang)
    assert home.state() == state
