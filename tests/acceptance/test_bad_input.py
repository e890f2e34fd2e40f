"""Bad input, row by row: one clear message in both languages, the right exit code, and nothing changed.

Nothing but the record of a denial, and that wherever authority or the separation of duties was missing.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.acceptance.homes import LANGUAGES, Home, assert_clear, changed, made
from zeroerror.ledger import keys, signing
from zeroerror.store.connection import connect


class Row(NamedTuple):
    """A line of words, and how it must be answered."""

    name: str
    line: str
    code: int
    #: Every reason that must be among those told.
    reasons: tuple[str, ...]
    denied: bool = False


AS = "--as {clerk}"

ROWS = (
    # Which task, and whose.
    Row("unknown task", f"task show BW-2026-9999 {AS}", 2, ("error.unknown_task",)),
    Row("unknown task to act on", f"task advance 9999 submit {AS}", 2, ("error.unknown_task",)),
    Row("empty id", f"task advance '' submit {AS}", 2, ("error.unknown_task",)),
    Row("a wildcard for an id", f"task show % {AS}", 2, ("error.unknown_task",)),
    Row("ambiguous task", f"task show BW-2026 {AS}", 2, ("error.ambiguous_task",)),
    Row("closed task", f"task advance {{closed}} submit {AS}", 5, ("engine.task_closed",)),
    Row(
        "closed task, paused",
        f"task pause {{closed}} --waits-for 外单位材料 --reason x {AS}",
        5,
        ("engine.task_closed",),
    ),
    Row("a step that is over", f"task advance {{review}} submit --step draft {AS}", 5, ("engine.step_left",)),
    Row("unknown step", f"task advance {{draft}} submit --step nowhere {AS}", 2, ("error.unknown_step",)),
    Row("unknown action", f"task advance {{draft}} fly {AS}", 2, ("engine.unknown_action",)),
    Row("not my step", f"task advance {{review}} pass {AS}", 4, ("engine.not_your_step",), True),
    Row(
        "not my step, though a leader",
        "task advance {draft} submit --as {leader}",
        4,
        ("engine.not_your_step",),
        True,
    ),
    Row("not mine to assign", f"task assign {{review}} {{clerk}} {AS}", 4, ("engine.not_your_act",), True),
    Row("not mine to read", "task note {draft} x --as {sysadmin}", 4, ("engine.not_your_act",), True),
    Row(
        "not mine to open",
        "task new document/outgoing --office 提案委 --title x --set urgency=平件 --as {stranger}",
        4,
        ("engine.not_your_act",),
        True,
    ),
    Row(
        "not mine to propose",
        f"org leave {{director}} --since 2026-12-01 --until 2026-12-02 {AS}",
        4,
        ("engine.not_entitled",),
        True,
    ),
    Row(
        "a capacity that is not mine",
        f"task advance {{draft}} submit --for 主任 {AS}",
        5,
        ("engine.other_capacity",),
    ),
    Row(
        "nothing of mine to take back", f"task takeback {{closed}} {AS}", 5, ("engine.nothing_to_take_back",)
    ),
    Row(
        "opened by the machine alone",
        f"task new oversight/explain --office 提案委 {AS}",
        4,
        ("engine.machine_only",),
        True,
    ),
    # Who.
    Row(
        "nobody of that name logged in", "task advance {draft} submit --as nobody", 4, ("error.login_needed",)
    ),
    Row(
        "a path for a person",
        "task advance {draft} submit --as ../../keys/machine",
        4,
        ("error.login_needed",),
    ),
    Row("several logged in, none named", "task advance {draft} submit", 2, ("ledger.several_sessions",)),
    Row("unknown person to log in", "login nobody", 2, ("error.unknown_person",)),
    Row("unknown person to assign", f"task assign {{draft}} 无此人 {AS}", 2, ("error.unknown_person",)),
    Row("no such key", "key revoke 0000000000000000 --as {secadmin}", 2, ("error.unknown_key",)),
    Row("a key that is none", "key enrol {clerk} zz --as {secadmin}", 2, ("error.public_unreadable",)),
    Row("a key that is too short", "key enrol {clerk} abcd --as {secadmin}", 2, ("error.public_unreadable",)),
    # What is filled in.
    Row(
        "an amount below zero",
        f"task new handling/payment --title 印刷费 --set amount=-500.00 {AS}",
        5,
        ("engine.field_amount_above",),
    ),
    Row(
        "an amount of nothing",
        f"task new handling/payment --title 印刷费 --set amount=0.00 {AS}",
        5,
        ("engine.field_amount_above",),
    ),
    Row(
        "something given to a leader to do",
        f"task new handling/on_the_spot --title 整改 --set person={{leader}} --set finish_by=2026-12-01 {AS}",
        5,
        ("engine.field_staff",),
    ),
    Row("a missing field", f"task advance {{draft}} submit {AS}", 5, ("engine.field_missing",)),
    Row(
        "a missing field on opening",
        f"task new document/outgoing --set urgency=平件 {AS}",
        5,
        ("engine.field_missing",),
    ),
    Row(
        "unknown field",
        f"task new document/outgoing --title x --set colour=red {AS}",
        5,
        ("engine.unknown_field",),
    ),
    Row(
        "a choice that is none",
        f"task new document/outgoing --title x --set urgency=明天 {AS}",
        5,
        ("engine.field_choice",),
    ),
    Row(
        "a field without its value",
        f"task new document/outgoing --title x --set urgency {AS}",
        2,
        ("error.set",),
    ),
    Row("unknown workflow", f"task new document/nothing --title x {AS}", 2, ("error.unknown_workflow",)),
    Row(
        "unknown office",
        "task new document/outgoing --office 无此委 --title x --set urgency=平件 --as {general}",
        5,
        ("engine.unknown_office",),
    ),
    Row("a missing reason", "task advance {review} return --as {director}", 5, ("engine.reason_missing",)),
    Row(
        "an empty reason",
        "task advance {review} return --reason '' --as {director}",
        5,
        ("engine.reason_missing",),
    ),
    Row(
        "a reason of blanks",
        "task advance {review} return --reason '  ' --as {director}",
        5,
        ("engine.reason_missing",),
    ),
    Row(
        "a title of blanks",
        f"task new document/outgoing --title '  ' --set urgency=平件 {AS}",
        5,
        ("engine.field_missing",),
    ),
    Row("an empty note", f"task note {{draft}} '' {AS}", 5, ("engine.says_nothing",)),
    Row(
        "an extension without a reason",
        f"task extend {{draft}} --by 1wd --reason '' {AS}",
        5,
        ("engine.says_nothing",),
    ),
    Row(
        "what nobody can wait for",
        f"task pause {{draft}} --waits-for 天气 --reason x {AS}",
        5,
        ("engine.cannot_wait",),
    ),
    Row("a clock that runs", f"task resume {{draft}} {AS}", 5, ("engine.clock_running",)),
    # When.
    Row(
        "done in the future",
        f"task advance {{draft}} submit --done-at 2027-01-01 {AS}",
        5,
        ("engine.done_at_outside",),
    ),
    Row(
        "done before it began",
        f"task advance {{draft}} submit --done-at 2020-01-01 {AS}",
        5,
        ("engine.done_at_outside",),
    ),
    Row(
        "no instant at all", f"task advance {{draft}} submit --done-at yesterday {AS}", 2, ("error.instant",)
    ),
    Row(
        "the end of time",
        f"task advance {{draft}} submit --done-at 9999-12-31T23:59:59-12:00 {AS}",
        2,
        ("error.instant",),
    ),
    Row("the beginning of time", f"task show {{draft}} --as-of 0001-01-01 {AS}", 2, ("error.instant",)),
    Row("beyond the calendar", "calendar due 2031-01-01 3wd", 1, ("timing.no_year",)),
    Row("a stop without an end", "calendar due 2026-11-23 3wd --stop 2026-11-24..", 2, ("cli.interval",)),
    Row(
        "a stop backwards", "calendar due 2026-11-23 3wd --stop 2026-11-25..2026-11-24", 2, ("cli.interval",)
    ),
    Row("a limit that is none", "calendar due 2026-11-23 soon", 2, ("timing.limit_unreadable",)),
    Row(
        "a limit beyond all count",
        "calendar due 2026-11-23 99999999999999999999wd",
        2,
        ("timing.limit_unreadable",),
    ),
    Row(
        "leave backwards",
        f"org leave {{clerk}} --since 2026-12-05 --until 2026-12-01 {AS}",
        5,
        ("engine.ends_before_it_begins",),
    ),
    Row(
        "cover backwards",
        f"org cover {{clerk}} --by {{colleague}} --since 2026-12-05 --until 2026-12-01 {AS}",
        5,
        ("engine.ends_before_it_begins",),
    ),
    Row(
        "cover by oneself",
        f"org cover {{clerk}} --by {{clerk}} --since 2026-12-01 --until 2026-12-05 {AS}",
        5,
        ("engine.cover_himself",),
    ),
    Row(
        "an extension that is none",
        f"task extend {{draft}} --by soon --reason x {AS}",
        5,
        ("engine.extension_unreadable",),
    ),
    Row(
        "an extension of nothing",
        f"task extend {{draft}} --by 0wd --reason x {AS}",
        5,
        ("engine.extension_unreadable",),
    ),
    Row(
        "an extension beyond time",
        f"task extend {{draft}} --by 9999mo --reason x {AS}",
        5,
        ("timing.no_year",),
    ),
    Row("the clock put back", "clock set 2026-11-20", 2, ("error.clock_back",)),
    Row("the clock put nowhere", "clock set soon", 2, ("error.instant",)),
    # Posts and proposals.
    Row(
        "a role that is none",
        "org appoint {clerk} --office 提案委 --role 皇帝 --as {secadmin}",
        5,
        ("engine.unknown_role",),
    ),
    Row(
        "an office that is none",
        "org appoint {clerk} --office 无此委 --role 主任 --as {secadmin}",
        5,
        ("engine.unknown_office",),
    ),
    Row("unknown proposal", "proposal confirm P-nothing --as {general}", 2, ("error.unknown_proposal",)),
    Row("unknown finding", "finding show F-nothing", 2, ("error.unknown_finding",)),
    Row("no such audit", "audit show 2020-01-01", 2, ("error.no_such_slot",)),
    Row("why nothing", f"why nothing {AS}", 2, ("error.unknown_id",)),
    Row("a second institution in one place", "init --simulated", 2, ("error.already_there",)),
    # The line itself.
    Row("unknown command", "dance", 2, ()),
    Row("unknown verb", "task dance", 2, ()),
    Row("unknown option", "task list --colour red", 2, ()),
    Row("a missing argument", "task show", 2, ()),
    Row("a missing option", f"task extend {{draft}} --by 3wd {AS}", 2, ()),
    Row("one word too many", "whoami me", 2, ()),
    Row("an option without its value", "task list --office", 2, ()),
    Row("a number that is none", "log show --since x", 2, ()),
    Row("an action without its task", f"task advance submit {AS}", 2, ("error.advance_words",)),
    Row(
        "a command id that is none",
        f"task note {{draft}} x --command-id ../../x {AS}",
        2,
        ("error.command_id",),
    ),
)


def words_of(row: Row) -> list[str]:
    """A row's line in words; quotes stand for the empty word and for blanks."""
    import shlex

    return shlex.split(row.line)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_bad_input_is_told_and_changes_nothing(row: Row, home: Home) -> None:
    before = home.state()
    for lang in LANGUAGES:
        answer = home.call(*words_of(row), lang=lang)
        assert answer.code == row.code, answer
        assert not answer.out, answer
        assert_clear(answer, lang)
    answer = home.call(*words_of(row), "--json")
    assert (answer.code, answer.err) == (row.code, "")
    assert set(row.reasons) <= set(answer.codes), answer.codes
    assert (answer.data["ok"], answer.data["data"]) == (False, None)
    assert changed(before, home.state()) <= ({"leaf", "head"} if row.denied else set())
    assert len(home.denials()) == (3 if row.denied else 0)


def rows_of(url: str) -> dict[str, list[str]]:
    """What stands in the tables of either database, but for the head, which every leaf moves."""
    tables = ("leaf", "payload", "document", "task", "visit", "finding", "proposal", "key", "number")
    with contextlib.closing(connect(url)) as conn:
        return {name: sorted(map(str, conn.all(f"SELECT * FROM {name}"))) for name in tables}


def test_every_row_holds_on_either_database(database: str, tmp_path: Path) -> None:
    home = made(tmp_path / "home", database)
    for row in ROWS:
        before = rows_of(database)
        answer = home.call(*words_of(row), "--json")
        assert (answer.code, set(row.reasons) - set(answer.codes)) == (row.code, set()), (row.name, answer)
        after = rows_of(database)
        moved = {name for name in before if before[name] != after[name]}
        assert moved == ({"leaf"} if row.denied else set()), row.name
    assert home.call("log", "verify").code == 0


def test_a_denial_names_who_what_and_why(home: Home) -> None:
    home.call("task", "advance", "{review}", "pass", "--as", "{clerk}")
    (denied,) = home.denials()
    assert denied["by"] == home.people["clerk"]
    assert (denied["task"], denied["step"]) == (home.tasks["review"], "review")
    assert "engine.not_your_step" in denied["codes"]


def test_a_refusal_names_people_to_people_and_gives_programs_their_ids(home: Home) -> None:
    error = home.call("task", "advance", "{review}", "pass", "--as", "{clerk}", "--json").data["errors"][0]
    assert error["params"]["owed_by"] == home.people["director"]
    assert f"（{home.people['director']}）" in error["message"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_denial_tells_where_it_stands_on_record_so_that_it_can_be_asked_why(home: Home, lang: str) -> None:
    refused = home.call("task", "advance", "{review}", "pass", "--as", "{clerk}", lang=lang)
    leaf = re.findall(r"zeroerror why (L-\d+)", refused.err)
    assert (refused.code, len(leaf)) == (4, 1), refused
    told = home.call("why", leaf[0], "--as", "{clerk}", lang=lang)
    assert (told.code, home.tasks["review"] in told.out) == (0, True), told
    again = home.call("task", "advance", "{review}", "pass", "--as", "{clerk}", "--json", lang=lang)
    assert (
        home.call("why", again.data["errors"][0]["params"]["denial"], "--as", "{clerk}", lang=lang).code == 0
    )


def test_a_dry_run_that_is_denied_is_not_on_record(home: Home) -> None:
    before = home.state()
    assert home.call("task", "advance", "{review}", "pass", "--as", "{clerk}", "--dry-run").code == 4
    assert home.state() == before


def test_nobody_logged_in_is_told_to_log_in(home: Home) -> None:
    for session in (home.path / "sessions").iterdir():
        session.unlink()
    before = home.state()
    for lang in LANGUAGES:
        answer = home.call("task", "advance", "{draft}", "submit", lang=lang)
        assert answer.code == 4
        assert_clear(answer, lang)
        assert "zeroerror login" in answer.err
    assert home.state() == before


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_wrong_passphrase_opens_nothing(home: Home, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home.call("logout")
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", "wrong")
    before = home.state()
    answer = home.call("login", "{clerk}", lang=lang)
    assert answer.code == 4
    assert_clear(answer, lang)
    assert not list((home.path / "sessions").glob("*.session"))
    assert changed(before, home.state()) == {"leaf", "head"}
    assert [each["codes"] for each in home.denials()] == [["ledger.wrong_passphrase"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_passphrase_that_cannot_be_asked_for_is_said_to_be_needed(home: Home, lang: str) -> None:
    answer = home.call("login", "{clerk}", "--no-input", lang=lang)
    assert answer.code == 2
    assert_clear(answer, lang)


def logged_in_with(home: Home, person: str, private: signing.PrivateKey) -> None:
    """A session under that person's name with another key in it."""
    keys.open_session(home.path / "sessions", person, private, "2999-01-01T00:00:00.000000Z", 7200)


def denied_for(home: Home, reason: str) -> None:
    """The same refusal in both languages, each on record, and nothing else changed."""
    before = home.state()
    for lang in LANGUAGES:
        answer = home.call("task", "note", "{draft}", "x", "--as", "{clerk}", lang=lang)
        assert answer.code == 4, answer
        assert_clear(answer, lang)
    assert home.call("task", "note", "{draft}", "x", "--as", "{clerk}", "--json").codes == [reason]
    assert changed(before, home.state()) == {"leaf", "head"}
    assert len(home.denials()) == 3


def test_a_key_that_was_never_enrolled_does_nothing(home: Home) -> None:
    logged_in_with(home, home.people["clerk"], signing.generate())
    denied_for(home, "engine.key_unknown")


def test_the_key_of_another_institution_does_nothing(home: Home, tmp_path: Path) -> None:
    other = made(tmp_path / "other")
    private = keys.load_private(other.path / "keys" / f"{other.people['clerk']}.key", "demo")
    logged_in_with(home, home.people["clerk"], private)
    denied_for(home, "engine.key_unknown")


def test_somebody_elses_key_does_nothing(home: Home) -> None:
    private = keys.load_private(home.path / "keys" / f"{home.people['leader']}.key", "demo")
    logged_in_with(home, home.people["clerk"], private)
    denied_for(home, "engine.key_not_yours")


def test_a_revoked_key_does_nothing(home: Home) -> None:
    with contextlib.closing(sqlite3.connect(home.database)) as raw:
        (key,) = raw.execute("SELECT id FROM key WHERE person = ?", (home.people["clerk"],)).fetchone()
    assert home.call("key", "revoke", key, "--as", "{secadmin}").code == 0
    proposal = home.call("proposal", "list", "--json", "--as", "{general}").data["data"][0]["id"]
    assert home.call("proposal", "confirm", proposal, "--as", "{general}").code == 0
    denied_for(home, "engine.key_revoked")


def test_a_session_that_others_may_read_is_not_used(home: Home) -> None:
    (home.path / "sessions" / f"{home.people['clerk']}.session").chmod(0o644)
    for lang in LANGUAGES:
        answer = home.call("task", "note", "{draft}", "x", "--as", "{clerk}", lang=lang)
        assert answer.code == 4
        assert_clear(answer, lang)


def test_four_eyes_are_refused_and_on_record(home: Home) -> None:
    """The director drafts one himself, and cannot review it."""
    line = ("task", "new", "document/outgoing", "--title", "x", "--set", "urgency=平件", "--json")
    task = home.call(*line, "--as", "{clerk}").data["data"]["tasks"][0]
    assert home.call("task", "assign", task, "{director}", "--as", "{director}").code == 0
    paper = home.path / "paper.txt"
    paper.write_text("x", "utf-8")
    assert home.call("task", "advance", task, "submit", "--attach", paper, "--as", "{director}").code == 0
    before = home.state()
    for lang in LANGUAGES:
        answer = home.call("task", "advance", task, "pass", "--as", "{director}", lang=lang)
        assert answer.code == 5
        assert_clear(answer, lang)
    assert changed(before, home.state()) == {"leaf", "head"}
    assert [each["codes"] for each in home.denials()] == [["engine.four_eyes"]] * 2


def test_ones_own_proposal_is_not_ones_to_confirm(home: Home) -> None:
    line = ("org", "leave", "{clerk}", "--since", "2026-12-01", "--until", "2026-12-02", "--as", "{clerk}")
    assert home.call(*line).code == 0
    proposal = home.call("proposal", "list", "--json", "--as", "{clerk}").data["data"][0]["id"]
    before = home.state()
    for lang in LANGUAGES:
        answer = home.call("proposal", "confirm", proposal, "--as", "{clerk}", lang=lang)
        assert answer.code == 5
        assert_clear(answer, lang)
    assert changed(before, home.state()) == {"leaf", "head"}


def test_a_real_institution_has_no_clock_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", "a long enough one")
    home = Home(tmp_path / "real", {}, {})
    assert home.call("init").code == 0
    before = home.state()
    for lang in LANGUAGES:
        answer = home.call("clock", "set", "2027-01-01", lang=lang)
        assert answer.code == 2
        assert_clear(answer, lang)
    assert home.state() == before
