"""Whatever stands on the line or in a file: no traceback, a documented exit code, and nothing changed unasked.

Lines are put together at random, but from the words that commands know, so that they get far; the seed stands
in the test, and what failed can be seen again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.acceptance.homes import RAW, Answer, Home, changed
from tests.service.test_imports import MAPPING, WORKFLOW
from zeroerror.cli import tree
from zeroerror.cli.session import FLAGS
from zeroerror.cli.tree import NOUNS, ROOT

#: Design §11. 3 is only for what was cancelled at a prompt, and 130 for an interruption.
CODES = {0, 1, 2, 4, 5, 6, 7, 8}
LINES = 2_000
#: These wait, make another institution, or leave nobody who could act.
APART = {"demo", "init", "scheduler", "logout"}
#: Anything, but no path outside: some commands write where they are told.
VALUES = [
    "{draft}",
    "BW",
    "{clerk}",
    "办公室",
    "submit",
    "=",
    "=x",
    "a=b=c",
    "2026-11-24",
    "0001-01-01",
    "9999-12-31",
    "2031-01-01",
    "3wd",
    "0wd",
    "-1wd",
    "at",
    "99999999999999wd",
    "all",
    "-1",
    "0",
    "1e9",
    "x",
    "file.yaml",
    "below/x",
    "'",
    '"',
    "%",
    "_",
    "*",
    "[red]",
    "=cmd()",
    "\x1b[31m",
    "\u202e",
    "🙂",
    "𠮷",
    "�",
    "\x00",
    "{0}",
    "{person}",
    "NaN",
    "true",
    "null",
    "",
    "--",
    "--=",
    "--json=1",
    "--lang",
    "-",
]
TASKS = ("{draft}", "{review}", "{closed}", "0001", "2", "BW")
PEOPLE = ("{clerk}", "{colleague}", "{director}", "{leader}", "{secadmin}", "{auditor}", "{general}")
TIMES = ("2026-11-23T09:00", "2026-11-24", "2026-11-20", "2027-12-31 17:30", "2020-01-01", "2199-01-01")
LIMITS = ("3wd", "4wh", "30d", "1mo", "same_day", "before:3wd", "9999mo")
READ = ("{home}/config/institution.yaml", "{home}/config/calendar/2027.yaml", "{home}/config/schedule.yaml")
READ = (
    *READ,
    "{home}/workflows/document/outgoing.yaml",
    "{home}/workflows",
    "{home}/zeroerror.db",
    "{home}/keys",
)
#: What fits a place on the line, by what the place is called.
FITTING: Mapping[str, tuple[str, ...]] = {
    "name.task": TASKS,
    "name.task_and_action": (*TASKS, "submit", "pass", "return"),
    "name.action": ("submit", "pass", "return", "sign", "issue"),
    "name.person": PEOPLE,
    "name.workflow": ("document/outgoing", "oversight/explain", "meeting/meeting"),
    "name.limit": LIMITS,
    "name.start_of_limit": TIMES,
    "takes.time": TIMES,
    "takes.date": TIMES,
    "takes.interval": ("2026-11-24..2026-11-25", "2026-11-24..", "2026-11-25..2026-11-24"),
    "takes.limit": LIMITS,
    "takes.person": PEOPLE,
    "takes.step": ("draft", "review", "sign", "issue"),
    "takes.office": ("{office}", "办公室"),
    "takes.role": ("主任", "工作人员"),
    "takes.field": ("title=x", "urgency=平件", "urgency=火急"),
    "takes.text": ("外单位材料", "通知"),
    "takes.status": ("open", "closed", "all"),
    "name.public_key": ("ab" * 32,),
    **dict.fromkeys(
        ("takes.file", "name.files", "name.org_file", "name.definition_files", "name.settings_file"), READ
    ),
    **dict.fromkeys(
        ("name.calendar_files", "name.calendar_file", "name.definition_file", "name.import_file"), READ
    ),
}


@lru_cache
def parameters() -> Mapping[tuple[str, ...], tuple[Any, ...]]:
    """Every command's words, and what it takes."""
    root: Any = tree.built()
    context = typer.Context(root)
    found = {(word,): root.get_command(context, word) for word in ROOT if word not in APART}
    for noun, verbs in NOUNS.items():
        group = root.get_command(context, noun)
        found |= {(noun, verb): group.get_command(context, verb) for verb in verbs if noun not in APART}
    return {words: tuple(command.params) for words, command in found.items()}


def line_of(dice: random.Random) -> list[str]:
    """A line that is a command with what it takes, more often than not."""

    def value(param: Any = None) -> str:
        # What is written to is never one of the files that are read.
        fitting = () if param is None or param.name == "html" else FITTING.get(param.metavar or "", ())
        if fitting and dice.random() < 0.8:
            return dice.choice(fitting)
        if dice.random() < 0.97:
            return dice.choice(VALUES)
        return "".join(chr(dice.choice((dice.randrange(128), dice.randrange(0x110000)))) for _ in range(6))

    found, params = dice.choice(list(parameters().items()))
    words = list(found)
    for param in params:
        if dice.random() > (0.97 if param.required else 0.3) or param.name == "help":
            continue
        if param.param_type_name == "argument":
            words += [value(param) for _ in range(1 if param.nargs == 1 else dice.randrange(1, 4))]
        else:
            words += [param.opts[0]] if param.is_flag else [param.opts[0], value(param)]
    if dice.random() < 0.1:
        words.insert(
            dice.randrange(len(words) + 1), dice.choice([value(), "--colour", "--help", "dance", "--"])
        )
    if dice.random() < 0.15:
        words += [dice.choice([flag for flag, *_ in FLAGS if flag != "--home"]), value()]
    return [
        *words,
        "--as",
        dice.choice(("{clerk}", "{director}", "{secadmin}", "{general}", "{leader}", "nobody")),
    ]


def sound(answer: Answer) -> bool:
    """A documented code, no trace of the inside, words instead of codes."""
    told = answer.out + answer.err
    inside = re.search("Traceback|程序出了意外|something unexpected", told)
    # Programs get codes, and these two lists are lists of them.
    raw = RAW.search(answer.err)
    return answer.code in CODES and not inside and not raw


@pytest.mark.parametrize("seed", range(4))
def test_any_line_is_answered(seed: int, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    dice, state = random.Random(seed), home.state()
    for _ in range(LINES // 4):
        words = line_of(dice)
        answer = home.call(*words, lang=dice.choice(("zh", "en")))
        assert sound(answer), (words, answer)
        after = home.state()
        moved = changed(state, after)
        if answer.code in (4, 5):
            assert moved <= {"leaf", "head"}, (words, answer, moved)
        elif answer.code:
            assert not moved, (words, answer, moved)
        state = after
    assert home.call("log", "verify").code == 0


@pytest.fixture(scope="module")
def shared(sample: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One copy for many files, none of which may change it."""
    return sample.copy(tmp_path_factory.mktemp("shared") / "home")


SIGNS = st.text("abc:{}[]&*!|>'\"%@`#-?, \n\t\\\r\0\x85\u2028\ufeff年a0.1~=<", max_size=60)
BYTES = st.one_of(st.binary(max_size=80), SIGNS.map(lambda text: text.encode("utf-8", "ignore")))
YAML_LINES = (
    "workflow check FILE",
    "workflow graph FILE",
    "workflow publish FILE --as {secadmin}",
    "org apply FILE --as {secadmin}",
    "calendar check FILE",
    "calendar apply FILE --as {secadmin}",
    "config apply FILE --as {secadmin}",
)


@given(data=BYTES, line=st.sampled_from(YAML_LINES), name=st.sampled_from(["schedule", "thresholds", "x"]))
@example(data=b"at: [" + b"[" * 5_000, line=YAML_LINES[0], name="x")
@settings(max_examples=600)
def test_any_bytes_as_yaml_are_answered(data: bytes, line: str, name: str, shared: Home) -> None:
    file = shared.path / f"{name}.yaml"
    file.write_bytes(data)
    state = shared.state()
    answer = shared.call(*(str(file) if word == "FILE" else word for word in line.split()))
    assert sound(answer), answer
    assert answer.code in (1, 2, 7)
    assert shared.state() == state


@given(data=BYTES)
@settings(max_examples=200)
def test_any_bytes_as_settings_are_answered(data: bytes, shared: Home) -> None:
    file = shared.path / "zeroerror.toml"
    good = file.read_bytes()
    file.write_bytes(data)
    try:
        for words in (("task", "list"), ("doctor",)):
            answer = shared.call(*words, "--as", "{clerk}")
            assert sound(answer), answer
            assert answer.code in (1, 2, 7)
    finally:
        file.write_bytes(good)


@given(data=BYTES, headed=st.booleans())
@settings(max_examples=200)
def test_any_bytes_as_a_log_are_answered(data: bytes, headed: bool, shared: Home) -> None:
    header = b"case,activity,time,who,responsible,start,end,deadline\n" if headed else b""
    given_files = {"log.csv": header + data, "mapping.yaml": MAPPING.encode(), "old.yaml": WORKFLOW.encode()}
    for name, content in given_files.items():
        (shared.path / name).write_bytes(content)
    state = shared.state()
    words = ("import", "log", shared.path / "log.csv", "--mapping", shared.path / "mapping.yaml")
    answer = shared.call(*words, "--workflow", shared.path / "old.yaml", "--as", "{secadmin}")
    assert sound(answer), answer
    assert answer.code == 1
    assert shared.state() == state
