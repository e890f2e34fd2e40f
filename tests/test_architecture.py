"""The structure holds, and what would break it is seen: floors, one place for each library, and the bans."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: A line that each contract must refuse, and the module in which it is planted.
PLANTED = {
    "Each floor imports only from below": ("zeroerror/model/task.py", "import zeroerror.service.front"),
    "State machines are compiled in one module": ("zeroerror/engine/decide.py", "import transitions"),
    "Tables and migrations stay in the store": ("zeroerror/service/front.py", "import sqlmodel"),
    "Schemas and YAML stay with the definitions": ("zeroerror/service/configuration.py", "import yaml"),
    "The clock stays in the scheduler": ("zeroerror/service/audits.py", "import apscheduler"),
    "The command line's libraries stay there": ("zeroerror/service/views.py", "import typer"),
    "Documents are drawn in one place": ("zeroerror/report/daily.py", "import jinja2"),
    "Keys and signatures stay in the ledger": ("zeroerror/service/front.py", "import cryptography"),
    "The lone verifier imports nothing of the package": (
        "zeroerror/ledger/standalone/verify.py",
        "import zeroerror.ledger.leaf",
    ),
}
#: A line that ruff must refuse in a pure module.
BANNED = (
    "import datetime\n\nNOW = datetime.datetime.now(datetime.UTC)\n",
    "import uuid\n\nID = uuid.uuid4()\n",
    "import random\n\nCHANCE = random.random()\n",
    "print('done')\n",
)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The package and its configuration, to be spoiled."""
    shutil.copytree(ROOT / "zeroerror", tmp_path / "zeroerror", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def contracts(directory: Path) -> tuple[int, str]:
    """Whether every contract holds for a copy of the package, and what is said of them."""
    # The copy must be found before the installed package is.
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=directory, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_every_contract_holds(copied: Path) -> None:
    code, said = contracts(copied)
    assert code == 0, said
    assert all(f"{name} KEPT" in said for name in PLANTED)


def test_a_planted_violation_breaks_its_contract_and_is_named(copied: Path) -> None:
    for place, line in PLANTED.values():
        with (copied / place).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    code, said = contracts(copied)
    assert code != 0
    assert [name for name in PLANTED if f"{name} BROKEN" not in said] == []


@pytest.mark.parametrize("text", BANNED)
def test_clocks_chance_and_printing_are_refused_in_the_core(copied: Path, text: str) -> None:
    path = copied / "zeroerror" / "engine" / "planted.py"
    path.write_text(f'"""Planted."""\n\n{text}', "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", str(path)],
        cwd=copied,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr


def test_types_and_style_hold_everywhere() -> None:
    for words in (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]):
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
