"""What is written for people and for programs, on whatever terminal there is."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, date, datetime

import pytest

from zeroerror.cli import main, output, session
from zeroerror.model.errors import Busy, NotAuthorised, UsageError, VerificationFailed, ZeroErrorError
from zeroerror.text import shown


@pytest.fixture(autouse=True)
def call() -> None:
    """A call of its own."""
    session.begin(["next"], {})


class Terminal(io.TextIOWrapper):
    """A terminal of one encoding."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def got(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)  # type: ignore[attr-defined]


def test_columns_stand_under_each_other_whatever_is_in_them() -> None:
    drawn = output.table(["事项", "title"], [["BW-2026-0001", "关于会议"], ["x", "é́ wide"], [None, "—"]])
    starts = {output.width(line[: line.rindex("  ") + 2]) for line in drawn.splitlines() if line[-1] != "—"}
    assert starts == {14}
    assert [line.endswith(" ") for line in drawn.splitlines()] == [False] * 4


def test_what_would_act_on_a_terminal_is_shown() -> None:
    drawn = output.table(["t"], [["\x1b[31mred\x1b[0m"], ["[red]x[/red]"], ["\u202eabc"], ["a\nb\x00"]])
    assert "\x1b" not in drawn and "\u202e" not in drawn and "\x00" not in drawn
    assert "[red]x[/red]" in drawn and "\\u001b[31m" in drawn and "a\\u000ab\\u0000" in drawn


def test_a_terminal_without_our_signs_gets_others_and_a_program_gets_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal("ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    output.write("期限 due")
    output.envelope({"title": "期限"}, ok=True, errors=[])
    first, _, rest = terminal.got().partition("\n")
    assert first == "?? due"
    assert json.loads(rest)["data"] == {"title": "期限"}


def test_a_sign_that_no_encoding_has_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal("utf-8")
    monkeypatch.setattr(sys, "stdout", terminal)
    output.write("a\udcffb")
    assert terminal.got() == "a?b\n"


def test_without_stdout_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    output.write("x")


def test_instants_are_of_the_zone_to_the_second_and_days_are_days() -> None:
    found = output.plain(
        {
            "at": datetime(2026, 11, 23, 1, 0, 0, 5, tzinfo=UTC),
            "leaf": "2026-11-23T01:00:00.000005Z",
            "day": date(2026, 1, 2),
        }
    )
    assert found == {
        "at": "2026-11-23T09:00:00+08:00",
        "leaf": "2026-11-23T09:00:00+08:00",
        "day": "2026-01-02",
    }
    assert output.plain("2026-99-99T99:99:99.999999Z") == "2026-99-99T99:99:99.999999Z"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("error.usage"), 2),
        (NotAuthorised("error.not_authorised"), 4),
        (Busy("error.busy"), 6),
        (VerificationFailed("error.verification"), 8),
        (ZeroErrorError("error.unable"), 1),
    ],
)
def test_each_inability_has_its_exit_code(error: ZeroErrorError, code: int) -> None:
    assert main.exit_code(error) == code


def test_a_fault_of_ours_is_told_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZEROERROR_DEBUG", raising=False)

    def broken(*_: object) -> int:
        raise LookupError("deep inside")

    monkeypatch.setattr(main, "_called", broken)
    assert main.call(["next"]) == 1
    told = capsys.readouterr().err
    assert "Traceback" not in told and "deep inside" in told


def test_nobody_is_asked_where_a_program_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for line in (["next"], ["next", "--json"], ["next", "--no-input"]):
        session.begin(line, {})
        assert not session.current.interactive
        with pytest.raises(UsageError):
            session.passphrase("yangyan")


def test_what_is_for_ever_has_no_local_time() -> None:
    assert output.plain("9999-12-31T23:59:59.999999Z") == "9999-12-31T23:59:59+00:00"


def test_shown_leaves_rare_names_alone() -> None:
    assert shown("\ue000𠮷") == "\ue000𠮷"
