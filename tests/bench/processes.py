"""Whole commands as people call them: from an installed wheel, logged in, in an institution of ten thousand tasks."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.bench.fixture import (
    ERRAND,
    PASSPHRASE,
    Staff,
    directory,
    finishings,
    hand_in,
    institution,
    openings,
)
from tests.bench.measure import Line, pairs
from zeroerror.model.problem import Refusal
from zeroerror.service import identity, tasks
from zeroerror.service.institution import Institution

READ, WRITE = 2.0, 2.5
ROOT = Path(__file__).resolve().parents[2]
OFFICE = "提案委"
FLOOR = "`python -c 'import typer'` in the same environment"
#: Beside what is finished: so many drafts of each office's clerk are open.
DRAFTS = 20


def run(quick: bool) -> Iterator[Line]:
    """`next`, `task show` and `task advance`, each beside the import of typer."""
    size, rounds = (200, 2) if quick else (10_000, 25)
    with directory() as path:
        programs = _installed(path)
        with institution(path / "home") as inst:
            clerk, director, ids = _office(inst, size, rounds + 1)
        call = partial(_call, programs / "zeroerror", path / "home")
        for name, target, words in (
            ("next", READ, lambda _: ("next", "--as", clerk)),
            ("show", READ, lambda place: ("task", "show", ids[place], "--as", clerk)),
            ("advance", WRITE, lambda place: ("task", "advance", ids[place], "pass", "--as", director)),
        ):
            yield _line(name, target, lambda place, words=words: call(words(place)), programs, rounds, size)


def _line(
    name: str, target: float, ours: Callable[[int], None], programs: Path, rounds: int, size: int
) -> Line:
    def floor(_place: int) -> None:
        subprocess.run([programs / "python", "-c", "import typer"], check=True, env=_environment())

    measured, least = pairs(ours, floor, rounds)
    return Line(
        name=f"process.{name}",
        what=f"a whole process, logged in, SQLite with {size:,} tasks",
        floor_source=FLOOR,
        measured=measured * 1e3,
        floor=least * 1e3,
        unit="ms",
        n=rounds,
        target=target,
    )


def _office(inst: Institution, size: int, rounds: int) -> tuple[str, str, list[str]]:
    """The clerk and the director of an office, logged in, and drafts that wait for the director."""
    staff = Staff(inst)
    drafts = DRAFTS * len(staff.offices)
    waiting = rounds * len(staff.offices)
    opened = hand_in(
        inst, openings(inst, staff, "document/outgoing", drafts + waiting, lambda _: {"urgency": "平件"})
    )
    errands = hand_in(
        inst, openings(inst, staff, ERRAND, max(size - len(opened), 0), lambda _: {"by": "2027-03-31"})
    )
    hand_in(inst, finishings(inst, staff, errands))
    clerk, at = staff.of(OFFICE, "起草"), inst.now()
    director = staff.organisation.director(OFFICE, at)
    assert director is not None, "the office is directed"
    mine = [id for id in opened if (found := inst.facts().task(id)) is not None and found.office == OFFICE]
    file = inst.home / "draft.txt"
    file.write_text("关于召开季度协商会议的通知", "utf-8")
    for id in mine[:rounds]:
        done = tasks.advance(inst, clerk, [id], "submit", attach=[file])
        assert not isinstance(done, Refusal), done
    for person in (clerk.person, director):
        identity.login(inst, person, PASSPHRASE)
    return clerk.person, director, mine[:rounds]


def _installed(path: Path) -> Path:
    """Where the programs of a fresh environment are, into which the wheel was installed and compiled."""
    _pip(sys.executable, "wheel", "--no-deps", "--wheel-dir", str(path / "dist"), str(ROOT))
    venv.create(path / "env", with_pip=True)
    programs = path / "env" / ("Scripts" if os.name == "nt" else "bin")
    _pip(str(programs / "python"), "install", *map(str, (path / "dist").glob("*.whl")))
    return programs


def _pip(python: str, *words: str) -> None:
    subprocess.run([python, "-m", "pip", "-qq", *words], check=True, stdout=sys.stderr)


def _call(program: Path, home: Path, words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [program, *words], env={**_environment(), "ZEROERROR_HOME": str(home)}, capture_output=True
    )
    assert done.returncode == 0, (words, done.stdout.decode(), done.stderr.decode())


def _environment() -> dict[str, str]:
    """The environment without what would keep a program from finding or keeping its compiled files."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
