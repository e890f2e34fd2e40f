"""A sample institution on disk and the real command line over it, in this process."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.service.house import OFFICE, House, local
from zeroerror.cli import main
from zeroerror.ledger import keys
from zeroerror.model.instant import to_text
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import open_institution

LANGUAGES = ("zh", "en")
PASSPHRASE = "demo"
#: A code where words should stand.
RAW = re.compile(
    r"\b(engine|error|store|ledger|timing|audit|definition|organisation|exchange|cli)\.[a-z_]+\b"
)
MODULES = re.compile(r"File \"|Traceback|\.py\b|Error:")

State = Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The envelope, where it was asked for."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """Why it was not done."""
        return [each["code"] for each in self.data["errors"]]


@dataclass(frozen=True, slots=True)
class Home:
    """An institution's directory, and who is in it."""

    path: Path
    people: Mapping[str, str]
    tasks: Mapping[str, str]

    def call(self, *words: str | Path, lang: str = "zh", stdin: str | bytes = "") -> Answer:
        """One call of the command line."""
        line = ["--home", str(self.path), "--lang", lang, *(self._filled(str(word)) for word in words)]
        return call(line, stdin)

    def _filled(self, word: str) -> str:
        """A word of a row: `{clerk}` and `{draft}` stand for ids."""
        for name, value in {**self.people, **self.tasks, "home": str(self.path)}.items():
            word = word.replace(f"{{{name}}}", value)
        return word

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.path / "zeroerror.db"

    def state(self) -> State:
        """Every row of every table."""
        with contextlib.closing(sqlite3.connect(self.database)) as raw:
            names = [row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: tuple(raw.execute(f"SELECT * FROM {name}")) for name in sorted(names)}

    def denials(self) -> list[dict[str, Any]]:
        """What is on record as denied."""
        with contextlib.closing(sqlite3.connect(self.database)) as raw:
            rows = raw.execute("SELECT bytes FROM leaf WHERE kind = 'denied' ORDER BY idx")
            return [json.loads(row[0])["body"] for row in rows]

    def login(self, person: str) -> None:
        """Unlock somebody's key, as `login` does."""
        private = keys.load_private(self.path / "keys" / f"{person}.key", PASSPHRASE)
        until = to_text(datetime.now(UTC) + timedelta(hours=10))
        keys.open_session(self.path / "sessions", person, private, until, 7200)

    def copy(self, to: Path) -> Home:
        """The same institution elsewhere."""
        shutil.copytree(self.path, to)
        return Home(to, self.people, self.tasks)


def call(line: list[str], stdin: str | bytes = "") -> Answer:
    """One call of the command line, whatever stands on it and whatever it reads."""
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    sys.stdin = io.TextIOWrapper(io.BytesIO(data), "utf-8")
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.call(line)
    finally:
        sys.stdin = before
    return Answer(code, out.getvalue(), err.getvalue())


def made(path: Path, database: str | None = None) -> Home:
    """A sandbox with one task in each state of interest: in draft, in review, and closed."""
    at = local("2026-11-23 09:00")
    initialise(path, at=at, database=database, simulated=True, passphrase=PASSPHRASE)
    with open_institution(path) as inst, _paper(path) as paper:
        house = House(inst)
        draft, review, closed = (house.open(title=f"通知{number}") for number in "一二三")
        for task in (review, closed):
            house.advance(house.clerk, task, "submit", attach=[paper])
        house.advance(house.director, closed, "pass")
        house.advance(house.leader, closed, "sign")
        issuer = house.task(closed).open_visits()[0].person
        assert issuer is not None
        house.advance(issuer, closed, "issue", attach=[paper])
        others = {
            word: inst.organisation.all_entitled(word, at)[0] for word in ("secadmin", "sysadmin", "auditor")
        }
        people = {
            "clerk": house.clerk,
            "colleague": house.colleague,
            "director": house.director,
            "leader": house.leader,
            "issuer": issuer,
            "general": inst.organisation.director("办公室", at) or "",
            "office": OFFICE,
            "stranger": _stranger(house),
            **others,
        }
    home = Home(path, people, {"draft": draft, "review": review, "closed": closed})
    for person in {*people.values()} - {OFFICE}:
        home.login(person)
    return home


def _stranger(house: House) -> str:
    """A clerk of neither this office nor the general one."""
    organisation, at = house.inst.organisation, house.inst.now()
    offices = [each.id for each in organisation.offices if each.id != OFFICE and not each.general]
    persons = [each for office in offices for each in organisation.staff(office, at)]
    return next(each for each in persons if each not in organisation.staff(OFFICE, at))


@contextmanager
def _paper(path: Path) -> Iterator[Path]:
    file = path.parent / "paper.txt"
    file.write_text("关于召开季度协商会议的通知", "utf-8")
    yield file


@contextmanager
def interruptible() -> Iterator[None]:
    """What is started meanwhile can be interrupted, though whoever started the suite put it in the background.

    A shell has what it puts there ignore the signal, and processes inherit that.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def changed(before: State, after: State) -> set[str]:
    """The tables that differ."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def assert_clear(answer: Answer, lang: str) -> None:
    """One message for people: in their language, in words, and no trace of the program's inside."""
    assert answer.err.strip(), answer
    assert not RAW.search(answer.err), answer.err
    assert not MODULES.search(answer.err), answer.err
    assert "程序出了意外" not in answer.err and "something unexpected" not in answer.err, answer.err
    if lang == "zh":
        assert re.search("[\u4e00-\u9fff]", answer.err), answer.err
    else:
        assert re.search("[A-Za-z]{3}", answer.err), answer.err
