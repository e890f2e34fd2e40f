"""Commands that people wait for load nothing heavy: each is run in a process of its own, and its modules looked at."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.house import OFFICE
from zeroerror.cli import main

HEAVY = (
    "sqlalchemy",
    "sqlmodel",
    "pydantic",
    "yaml",
    "rich",
    "apscheduler",
    "transitions",
    "alembic",
    "jinja2",
)
CLERK = "yangyan"

HOT = {
    "next": ("next",),
    "next as json": ("next", "--json"),
    "show": ("task", "show", "0001"),
    "list": ("task", "list"),
    "advance": ("task", "advance", "0001", "drop", "--reason", "x", "--dry-run"),
    "advance refused": ("task", "advance", "0001", "drop"),
    "why": ("why", "0001"),
    "board": ("board",),
    "wrong line": ("task", "shw"),
}

#: Runs the program and names every heavy module that it has loaded by its end.
LOOK = f"""
import sys
from zeroerror.cli.main import call
code = call(sys.argv[1:])
loaded = sorted({{name.partition(".")[0] for name in sys.modules}} & set({HEAVY!r}))
print("loaded:", *loaded, file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox with one task, whose clerk has logged in."""
    path = tmp_path_factory.mktemp("hot") / "home"
    os.environ["ZEROERROR_PASSPHRASE"] = "demo"
    try:
        for line in (
            ["init", "--simulated", "--start", "2026-11-23T09:00"],
            ["login", CLERK],
            ["task", "new", "document/outgoing", "--title", "x", "--set", "urgency=平件", "--office", OFFICE],
        ):
            assert main.call([*line, "--home", str(path), "--json"]) == 0
    finally:
        del os.environ["ZEROERROR_PASSPHRASE"]
    return path


def looked_at(home: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """A call in a process of its own; the last line of stderr says what was loaded."""
    line = [sys.executable, "-c", LOOK, "--home", str(home), *words]
    return subprocess.run(
        line, capture_output=True, text=True, env={**os.environ, **environ}, timeout=120, check=False
    )


@pytest.mark.parametrize("words", HOT.values(), ids=HOT)
def test_hot_commands_load_nothing_heavy(home: Path, words: tuple[str, ...]) -> None:
    done = looked_at(home, *words)
    assert done.returncode in (0, 2, 5), done.stderr
    assert done.stderr.splitlines()[-1] == "loaded:"


def test_the_look_sees_what_is_loaded(home: Path) -> None:
    done = looked_at(home, "workflow", "schema")
    assert "pydantic" in done.stderr.splitlines()[-1]


def test_completion_loads_nothing_heavy_and_knows_nouns_verbs_and_flags(home: Path) -> None:
    for words, wanted in (
        ("zeroerror ta", "task"),
        ("zeroerror task ad", "advance"),
        ("zeroerror next --re", "--review"),
    ):
        done = looked_at(
            home,
            _ZEROERROR_COMPLETE="complete_bash",
            COMP_WORDS=words,
            COMP_CWORD=str(len(words.split()) - 1),
        )
        assert wanted in done.stdout.split(), (words, done)
        assert done.stderr.splitlines()[-1] == "loaded:"
