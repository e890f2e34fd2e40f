"""A database that is locked, read-only, full, damaged, of another version, foreign, elsewhere, or not there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.acceptance.homes import LANGUAGES, Answer, Home, assert_clear
from zeroerror.store import sqlite

READ = ("task", "list", "--as", "{clerk}")
WRITE = ("task", "note", "{draft}", "x", "--as", "{clerk}")
NOBODY = 65534


def bytes_of(home: Home) -> dict[str, bytes]:
    """What lies in the home, but for what SQLite keeps beside a database that is open."""
    return {
        str(path.relative_to(home.path)): path.read_bytes()
        for path in sorted(home.path.rglob("*"))
        if path.is_file() and path.suffix not in (".session", "") and not path.name.endswith(("-shm", "-wal"))
    }


def refused(home: Home, words: tuple[str, ...], code: int, reason: str) -> None:
    """The same answer in both languages and for programs."""
    for lang in LANGUAGES:
        answer = home.call(*words, lang=lang)
        assert answer.code == code, answer
        assert_clear(answer, lang)
    assert home.call(*words, "--json").codes == [reason]


@contextlib.contextmanager
def held(home: Home) -> Iterator[None]:
    """Somebody else in the middle of writing."""
    with contextlib.closing(sqlite3.connect(home.database, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        yield


def test_a_locked_database_lets_read_and_asks_the_writer_to_come_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = tuple(
        (name, "50", 50) if name == "busy_timeout" else (name, *more) for name, *more in sqlite.PRAGMAS
    )
    monkeypatch.setattr(sqlite, "PRAGMAS", quick)
    state = home.state()
    with held(home):
        refused(home, WRITE, 6, "store.busy")
        assert home.call(*READ).code == 0
    assert home.state() == state


def test_a_full_database_writes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with contextlib.closing(sqlite3.connect(home.database)) as raw:
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
    monkeypatch.setattr(sqlite, "PRAGMAS", (*sqlite.PRAGMAS, ("max_page_count", str(pages), pages)))
    state = home.state()
    long = ("task", "note", "{draft}", "x" * 99_000, "--as", "{clerk}")
    refused(home, long, 1, "store.full")
    assert home.state() == state
    assert home.call(*READ).code == 0


def damaged(home: Home) -> None:
    data = bytearray(home.database.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    home.database.write_bytes(data)


def cut_short(home: Home) -> None:
    data = home.database.read_bytes()
    home.database.write_bytes(data[: 4096 * 3])


def not_a_database(home: Home) -> None:
    home.database.write_bytes("这不是数据库".encode() * 1000)


def newer(home: Home) -> None:
    _version(home, "9999")


def older(home: Home) -> None:
    _version(home, "0000")


def _version(home: Home, number: str) -> None:
    with contextlib.closing(sqlite3.connect(home.database)) as raw:
        raw.execute("UPDATE schema_version SET version_num = ?", (number,))
        raw.commit()


def foreign(home: Home) -> None:
    home.database.unlink()
    with contextlib.closing(sqlite3.connect(home.database)) as raw:
        raw.execute("CREATE TABLE song (title)")
        raw.commit()


def missing(home: Home) -> None:
    home.database.unlink()


def a_directory(home: Home) -> None:
    home.database.unlink()
    home.database.mkdir()


def empty(home: Home) -> None:
    home.database.write_bytes(b"")


def settings(text: str | bytes) -> Callable[[Home], None]:
    """Another `zeroerror.toml`."""

    def spoil(home: Home) -> None:
        data = text if isinstance(text, bytes) else text.encode()
        (home.path / "zeroerror.toml").write_bytes(data)

    return spoil


def no_settings(home: Home) -> None:
    (home.path / "zeroerror.toml").unlink()


def settings_are_a_directory(home: Home) -> None:
    no_settings(home)
    (home.path / "zeroerror.toml").mkdir()


SPOILT: tuple[tuple[Callable[[Home], None], int, str], ...] = (
    (damaged, 1, "store.corrupt"),
    (cut_short, 1, "store.corrupt"),
    (not_a_database, 1, "store.not_a_database"),
    (newer, 1, "store.newer"),
    (older, 1, "store.older"),
    (foreign, 1, "store.foreign"),
    (empty, 1, "store.foreign"),
    (missing, 1, "store.absent"),
    (a_directory, 1, "store.absent"),
    (no_settings, 2, "error.no_institution"),
    (settings_are_a_directory, 1, "error.file_unreadable"),
    (settings("database = "), 1, "error.settings_unreadable"),
    (settings("database = 5\n"), 1, "error.settings_unreadable"),
    (settings("databse = 'sqlite:///zeroerror.db'\n"), 1, "error.settings_unreadable"),
    (settings("database = " + "[" * 20_000), 1, "error.settings_unreadable"),
    (settings("数据库 = '零'".encode("gbk")), 1, "error.settings_unreadable"),
    (settings("database = 'mysql://somewhere'\n"), 1, "store.bad_url"),
    (settings("database = 'sqlite:///'\n"), 1, "store.absent"),
    (settings('database = "sqlite:///a\\u0000b"\n'), 1, "store.bad_url"),
    (
        settings("database = 'postgresql://127.0.0.1:1/x?schema=y&connect_timeout=2'\n"),
        1,
        "store.unreachable",
    ),
    (settings("database = 'postgresql://127.0.0.1:1/x'\n"), 1, "store.bad_url"),
    (settings("database = 'postgresql://[half/x?schema=y'\n"), 1, "store.bad_url"),
    (settings("database = 'postgresql://127.0.0.1:port/x?schema=y'\n"), 1, "store.unreachable"),
    (settings("database = 'postgresql://127.0.0.1:1/x?schema=Robert%3B%20DROP'\n"), 1, "store.bad_url"),
)
IDS = [f"{number} {getattr(spoil, '__name__', '')} {code}" for number, (spoil, _, code) in enumerate(SPOILT)]


@pytest.mark.parametrize(("spoil", "code", "reason"), SPOILT, ids=IDS)
def test_a_database_that_cannot_be_used_is_told_and_left_as_it_is(
    spoil: Callable[[Home], None], code: int, reason: str, home: Home
) -> None:
    spoil(home)
    before = bytes_of(home)
    for words in (READ, WRITE):
        refused(home, words, code, reason)
    for lang in LANGUAGES:
        examined = home.call("doctor", lang=lang)
        assert examined.code == 7, examined
        assert examined.out.strip() and not examined.err, examined
        assert_clear(type(examined)(7, "", examined.out), lang)
    assert bytes_of(home) == before


@pytest.mark.parametrize("spoil", [newer, foreign, damaged], ids=lambda each: each.__name__)
def test_no_upgrade_touches_what_it_cannot_upgrade(spoil: Callable[[Home], None], home: Home) -> None:
    spoil(home)
    before = bytes_of(home)
    for lang in LANGUAGES:
        answer = home.call("upgrade", lang=lang)
        assert answer.code == 1
        assert_clear(answer, lang)
    assert bytes_of(home) == before


@pytest.mark.parametrize("where", ["nowhere", "zeroerror.db", "zeroerror.db/below"])
def test_a_home_that_is_none_is_told(where: str, home: Home) -> None:
    for lang in LANGUAGES:
        answer = Home(home.path / where, home.people, home.tasks).call(*READ, lang=lang)
        assert answer.code in (1, 2)
        assert_clear(answer, lang)


def test_init_makes_nothing_where_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for lang in LANGUAGES:
        answer = Home(tmp_path / "file", {}, {}).call("init", "--simulated", lang=lang)
        assert answer.code in (1, 2)
        assert_clear(answer, lang)
    bad = Home(tmp_path / "bad", {}, {})
    for lang in LANGUAGES:
        answer = bad.call("init", "--simulated", "--database", "mysql://x", lang=lang)
        assert answer.code == 1
        assert_clear(answer, lang)
    assert not (bad.path / "zeroerror.toml").exists()


def as_nobody(home: Home, words: tuple[str, ...], lang: str) -> Answer:
    """One call by an account that may write nothing: the superuser may write everything."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # A child that only calls and ends does not care what other threads were doing.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        answer = home.call(*words, lang=lang)
        os.write(writing, json.dumps([answer.code, answer.out, answer.err]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return Answer(*json.loads(told))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="accounts are POSIX")
def test_a_read_only_database_can_be_read_and_is_not_written(sample: Home) -> None:
    directory = Path(tempfile.mkdtemp(prefix="zeroerror-"))
    try:
        directory.chmod(0o755)
        home = sample.copy(directory / "home")
        before = home.state()
        # What a call imports is imported here, where it may be read.
        assert home.call(*WRITE, "--dry-run").code == home.call(*READ).code == 0
        for path in (home.path / "sessions", *(home.path / "sessions").iterdir()):
            os.chown(path, NOBODY if os.geteuid() == 0 else -1, -1)
        home.database.chmod(0o444)
        home.path.chmod(0o755 if os.geteuid() == 0 else 0o555)
        for lang in LANGUAGES:
            answer = as_nobody(home, WRITE, lang)
            assert answer.code == 1, answer
            assert_clear(answer, lang)
            assert ("不能写" if lang == "zh" else "but not written") in answer.err
        home.path.chmod(0o755)
        home.database.chmod(0o644)
        assert home.state() == before
    finally:
        shutil.rmtree(directory)
