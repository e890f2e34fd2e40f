"""The tree of commands, walked: every command has help in both languages, takes --json, and says only words."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import pytest

from zeroerror.audit.rules import RULES
from zeroerror.cli import main, session, tree
from zeroerror.cli.usage import everywhere
from zeroerror.engine.effects import EFFECTS
from zeroerror.model import fold
from zeroerror.model.notice import LEVELS, STAGES, STATES
from zeroerror.model.workflow import FAMILIES
from zeroerror.service import projector
from zeroerror.text import say

CLI = Path(main.__file__).parent
COMMANDS = [
    *([word] for word in tree.ROOT),
    *([noun, verb] for noun, verbs in tree.NOUNS.items() for verb in verbs),
]
CODE = re.compile(r"\b(cli|help|scheduler|error|engine|store|timing|definition|attribution|rule)\.[a-z_]+")

#: What the codes made from parts can end in, in every place that makes one.
MADE = {
    "cli.correction_": ("withdrawn", "voided", "revised", "corrected"),
    "cli.level_": LEVELS,
    "cli.stage_": STAGES,
    "cli.notice_": STATES,
    "cli.vote_": ("personal", "open", "secret", "pass", "refuse", "no_quorum"),
    "cli.vote_base_": ("due", "present", "cast"),
    "cli.voter_": ("pending", "yes", "no", "abstain", "recused", "absent", "silent", "changed", "released"),
    "cli.child_ended_": ("done", "failed", "redirected", "cancelled", "returned"),
    "cli.workflow_children_": ("cancel", "keep"),
    "cli.diff_aspect_": (
        "vote",
        "children",
        "opens",
        "statutory",
        "consent",
        "basis",
        "choices",
        "conditions",
        "evidence",
        "family",
        "fault",
        "final",
        "format",
        "groups",
        "guards",
        "id",
        "joins",
        "limit",
        "opened_by",
        "order_actions",
        "order_fields",
        "order_steps",
        "outcome",
        "owner",
        "plain",
        "reason",
        "record_within",
        "reopens",
        "require",
        "required",
        "stub",
        "title",
        "title_field",
        "to",
        "type",
        "visible_to",
        "waits_for",
        "warn_before",
    ),
    "cli.diff_what_": ("workflow", "field", "step", "action"),
    "cli.light_": ("normal", "soon", "today", "overdue"),
    "cli.board_": ("open", "overdue", "today", "soon", "normal", "desk", "outside", "stopped"),
    "cli.why_": (
        "own",
        "cover",
        "delegate",
        "own_delegated",
        "desk",
        "assign",
        "urge",
        "urge_later",
        "stopped",
    ),
    "cli.waits_": ("desk", "outside"),
    "cli.status_": ("open", "closed", "cancelled", "merged", "redirected"),
    "cli.state_": ("open", "cured", "withdrawn", "voided", "closed"),
    "cli.severity_": ("reminder", "minor", "major", "grave", "critical"),
    "cli.degree_": ("direct", "review", "lead"),
    "cli.capacity_": ("own", "cover", "delegate", "paper", "imported"),
    "cli.family_": tuple(FAMILIES),
    "cli.step_": ("person", "desk", "outside"),
    "cli.owner_": ("duty", "post", "field", "doer", "outside", "desk"),
    "cli.proposal_": ("open", "confirmed", "rejected", "lapsed"),
    "cli.act_": tuple(EFFECTS),
    "cli.order_": ("parallel", "in_turn"),
    "cli.silence_": ("wait", "refer", "consent"),
    "cli.signed_": (
        "pending",
        "signed",
        "objected",
        "silent_refer",
        "silent_consent",
        "removed",
        "changed",
        "released",
    ),
    "cli.event_step_assigned_": ("assign", "handover", "transfer"),
    "cli.event_step_delegated_": ("ended",),
    "cli.event_task_closed_": ("cancelled", "merged", "redirected"),
    "cli.task_closed_": ("cancelled", "returned", "failed", "merged", "redirected"),
    "cli.goes_on_": ("merged", "redirected"),
    "cli.end_": (
        *("finding_cured", "finding_withdrawn", "finding_voided", "finding_disputed"),
        *("attribution_revised", "attribution_corrected", "dispute_answered", "rectify_ordered"),
    ),
    "cli.answer_": ("uphold", "refer"),
    "cli.stands_": ("released", "withdrawn", "normal", "soon", "today", "overdue"),
    "cli.stands_late_": ("days", "minutes"),
    "cli.event_step_released_": ("silent", "removed", "changed", "recused", "absent"),
    "cli.did_": (
        "proposed",
        "confirmed",
        "rejected",
        "lapsed",
        "clock_set",
        "notice_answered",
        "task_circulated",
    ),
    "cli.due_": ("extended", "recomputed", "resumed", "restored"),
    "cli.holding_": ("entered", "assign", "transfer", "handover", "restored"),
    "cli.tried_": ("absent", "left", "moved", "unknown"),
    "cli.limit_": ("wd", "wh", "d", "mo"),
    "cli.weekday_": tuple("1234567"),
    "cli.calendar_": ("official", "provisional"),
    "cli.nonconforming_": ("after_end", "unknown_activity", "no_such_move"),
    "rule.": tuple(f"{rule}.{part}" for rule in RULES for part in ("title", "basis")),
}


@lru_cache
def modules() -> dict[str, ast.Module]:
    """Every module of the command line, read."""
    return {path.name: ast.parse(path.read_text("utf-8")) for path in sorted(CLI.glob("*.py"))}


def written() -> Iterator[tuple[str, str]]:
    """Every code written out in a module, but for the beginnings of those made from parts."""
    for name, module in modules().items():
        parts = {
            id(each)
            for node in ast.walk(module)
            if isinstance(node, ast.JoinedStr)
            for each in ast.walk(node)
        }
        for node in ast.walk(module):
            text = node.value if isinstance(node, ast.Constant) and id(node) not in parts else None
            if isinstance(text, str) and CODE.fullmatch(text):
                yield text, name


def begun() -> Iterator[tuple[str, str]]:
    """The beginning of every code that is made from parts."""
    for name, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                first = str(node.values[0].value)
                if re.fullmatch(r"(cli|rule)\.[a-z_]*", first):
                    yield first, name


def columns() -> set[str]:
    """Every column of every table: tuples of words named `columns`, and what is handed to `_columns`."""
    found: set[str] = set()
    for module in modules().values():
        for node in ast.walk(module):
            named = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("columns", "counted")
            called = isinstance(node, ast.Call) and ast.unparse(node.func) == "_columns"
            value = node.value if named else node.args[0] if called else None  # type: ignore[attr-defined]
            if isinstance(value, ast.Tuple):
                found |= {each.value for each in value.elts if isinstance(each, ast.Constant)}
    return found - {"open", "overdue", "today", "soon", "normal", "desk", "outside", "stopped"}


def event_kinds() -> set[str]:
    """Every kind of event that there is, as the page of events lists them and the folds know them."""
    listed = import_module("zeroerror.model.event").__doc__ or ""
    found = set(
        re.findall(
            r"(?:^  |  {2,}|, )([a-z]+_[a-z_]+|genesis|proposed|confirmed|rejected|lapsed|denied)",
            listed,
            re.M,
        )
    )
    # The page's columns hold other words too; what the tables are written by are kinds, with words or without.
    listed_with_words = {each for each in found if f"cli.event_{each}" in known("zh")}
    return set(fold._FOLDS) | set(projector._WRITES) | listed_with_words


@lru_cache
def known(lang: str) -> frozenset[str]:
    """Every code of the command line that has words."""
    import polib

    from tests.catalogues import LOCALES

    directory = LOCALES / {"zh": "zh_CN", "en": "en"}[lang] / "LC_MESSAGES"
    return frozenset(
        entry.msgid
        for name in ("cli", "help", "scheduler")
        for entry in polib.pofile(str(directory / f"{name}.po"))
    )


def clauses() -> set[str]:
    """Every clause that a sentence holds: `{name:+clause}` in a template."""
    import polib

    from tests.catalogues import LOCALES

    entries = polib.pofile(str(LOCALES / "zh_CN" / "LC_MESSAGES" / "cli.po"))
    return {f"cli.{clause}" for entry in entries for clause in re.findall(r":\+([a-z_]+)}", entry.msgstr)}


def wordless(codes: Iterator[str] | set[str], lang: str) -> set[str]:
    """Those codes for which a reader would see a code."""
    return {code for code in codes if say(code, {}, lang) == code}  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_code_that_is_said_has_words(lang: str) -> None:
    assert wordless({code for code, _ in written()}, lang) == set()
    made = {beginning + end for beginning, ends in MADE.items() for end in ends}
    assert wordless(made, lang) == set()
    assert wordless({f"cli.col_{each}" for each in columns()}, lang) == set()
    assert wordless({f"cli.event_{each}" for each in event_kinds()}, lang) == set()


def test_every_code_made_from_parts_is_listed() -> None:
    assert {code for code, _ in begun()} - set(MADE) - {"cli.col_", "cli.event_", "cli."} == set()


def test_no_words_are_left_over() -> None:
    made = {beginning + end for beginning, ends in MADE.items() for end in ends}
    said = {code for code, _ in written()} | made | {f"cli.col_{each}" for each in columns()}
    said |= {f"cli.event_{each}" for each in event_kinds()}
    said |= clauses()
    left = {code for code in known("zh") - said if not code.startswith("help.")}
    assert {code for code in left if code not in SCHEDULER} == set()


#: What the scheduler itself says, and a clause within the words of another code.
SCHEDULER = {"scheduler.started", "scheduler.judged", "cli.similar"}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_in_both_languages_and_takes_json(
    words: list[str], lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.call([*words, "--help", "--lang", lang]) == 0
    told = capsys.readouterr().out
    assert CODE.search(told) is None
    assert "--json" in told
    code = f"help.do.{'_'.join(words)}"
    assert say(code, {}, lang).partition("\n")[0] in told  # type: ignore[arg-type]
    chinese = re.search("[\u4e00-\u9fff]", told.replace("平件", ""))
    assert (chinese is not None) == (lang == "zh")


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_answers_a_wrong_line_in_one_envelope(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.call([*words, "--json", "--no-such-flag"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"schema", "ok", "data", "warnings", "errors"}
    assert not found["ok"]
    assert [each["code"] for each in found["errors"]] == ["cli.no_such_option"]


def test_every_noun_without_a_verb_says_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    for noun, verbs in tree.NOUNS.items():
        assert main.call([noun]) == 2
        told = capsys.readouterr().out
        assert say(f"help.noun.{noun}", {}, session.current.language) in told
        assert all(f"  {verb}" in told for verb in verbs)


def test_what_every_command_takes_stands_anywhere_on_the_line() -> None:
    for line in (
        ["--json", "next", "--home", "x"],
        ["next", "--home=x", "--json"],
        ["--home", "x", "next", "--json"],
    ):
        assert session.begin(line, {}) == ["next"]
        assert (session.current.json, session.current.home) == (True, "x")


def test_help_lists_exactly_what_every_command_takes() -> None:
    assert [each.opts[0] for each in everywhere()] == [flag for flag, _, _ in session.FLAGS]


def test_a_word_that_is_nearly_a_command_is_answered_by_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.call(["task", "advence", "0317", "submit"]) == 2
    assert "advance" in capsys.readouterr().err


def test_who_interrupts_a_command_is_told_what_stands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "_called", interrupted)
    assert main.call(["--lang", "en", "scheduler", "tick"]) == main.INTERRUPTED
    assert "run it again" in capsys.readouterr().err
