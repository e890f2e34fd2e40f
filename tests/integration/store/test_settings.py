"""What durability rests on is set and asserted at every connect, and what is unsafe is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import databases
from tests.integration.store.samples import MADE, ON_POSTGRESQL
from zeroerror.store import postgresql, replay, sqlite, upgrade
from zeroerror.store.connection import Connection, connect
from zeroerror.store.errors import BadUrl, ReadOnly, Unsafe
from zeroerror.store.log import head

SQLITE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


def pragma(conn: Connection, name: str) -> Any:
    """What a pragma stands at."""
    row = conn.one(f"PRAGMA {name}")
    return None if row is None else row[0]


@pytest.mark.parametrize("read_only", [False, True])
def test_every_connection_to_sqlite_is_durable(file: Path, read_only: bool) -> None:
    for _ in range(2):
        conn = connect(f"sqlite:///{file}", read_only=read_only)
        try:
            assert {name: pragma(conn, name) for name in SQLITE} == SQLITE
            assert 0 < pragma(conn, "busy_timeout") <= 10_000
        finally:
            conn.close()


def test_a_file_that_was_left_unsafe_is_safe_when_we_have_it(file: Path) -> None:
    with sqlite3.connect(file) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
    raw.close()
    conn = connect(f"sqlite:///{file}")
    try:
        assert pragma(conn, "journal_mode") == "wal"
    finally:
        conn.close()


@pytest.mark.parametrize(("name", "value", "expected"), sqlite.PRAGMAS)
def test_a_pragma_that_does_not_take_is_refused(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: object
) -> None:
    class Deaf(sqlite3.Connection):
        def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
            return super().execute("SELECT 1" if sql == f"PRAGMA {name}={value}" else sql, *more)

    def unset(path: Path, mode: str) -> sqlite3.Connection:
        raw = sqlite3.connect(path, isolation_level=None, factory=Deaf)
        for each, safe, _ in sqlite.PRAGMAS:
            other = "DELETE" if each == "journal_mode" else "0"
            sqlite3.Connection.execute(raw, f"PRAGMA {each}={other if each == name else safe}")
        return raw

    monkeypatch.setattr(sqlite, "raw", unset)
    with pytest.raises(Unsafe) as refused:
        connect(f"sqlite:///{file}")
    assert (refused.value.params["setting"], refused.value.params["expected"]) == (name, expected)


def test_a_file_in_memory_keeps_no_log_ahead_and_is_no_ledger(tmp_path: Path) -> None:
    raw = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(Unsafe):
        sqlite.set_pragmas(raw)


@pytest.fixture
def lax(postgresql_server: str) -> Iterator[Callable[[str], str]]:
    """Databases of the server in which a setting is off, by the statement that turned it off."""
    made: list[str] = []

    def making(setting: str) -> str:
        name = f"lax_{len(made)}"
        with psycopg.connect(postgresql_server, autocommit=True) as conn:
            conn.execute(f"DROP DATABASE IF EXISTS {name}")
            conn.execute(f"CREATE DATABASE {name}")
            made.append(name)
            conn.execute(f"ALTER DATABASE {name} SET {setting}")
        return databases.fresh_schema(postgresql_server.replace("/postgres?", f"/{name}?"))

    yield making
    with psycopg.connect(postgresql_server, autocommit=True) as conn:
        for name in made:
            conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("value", ["off", "local"])
def test_a_server_that_acknowledges_before_it_is_durable_is_refused(
    lax: Callable[[str], str], value: str
) -> None:
    url = lax(f"synchronous_commit = {value}")
    for attempt in (
        lambda: upgrade.create(url, "test", MADE),
        lambda: connect(url),
        lambda: upgrade.state(url),
    ):
        with pytest.raises(Unsafe) as refused:
            attempt()
        assert refused.value.params["setting"] == "synchronous_commit"
        assert refused.value.params["found"] == value


def test_a_server_without_fsync_is_refused() -> None:
    # A server of its own could be started with fsync off; a connection that says so is enough here.
    class Lax:
        def execute(self, sql: str) -> Lax:
            return self

        def fetchone(self) -> tuple[str, str]:
            return ("off", "on")

    with pytest.raises(Unsafe) as refused:
        postgresql.check_durable(Lax())  # type: ignore[arg-type]
    assert refused.value.params["setting"] == "fsync"


@ON_POSTGRESQL
def test_no_client_can_hold_the_office_for_long(ledger: str, opened: Callable[[str], Connection]) -> None:
    conn = opened(ledger)
    for name in ("lock_timeout", "idle_in_transaction_session_timeout"):
        row = conn.one(f"SELECT setting::int FROM pg_settings WHERE name = '{name}'")
        assert row is not None and 0 < row[0] <= 60_000


def test_who_may_only_read_writes_nothing(ledger: str) -> None:
    conn = connect(ledger, read_only=True)
    try:
        assert head(conn).size == 0
        with pytest.raises(ReadOnly):
            conn.execute("UPDATE head SET size = 1")
    finally:
        conn.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ledger.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///a\0b",
        "mysql://host/db",
        "postgresql://host/db",
        "postgresql://host/db?schema=",
        "postgresql://host/db?schema=A",
        'postgresql://host/db?schema=a"b',
        "postgresql://host/db?schema=a&schema=b",
        "postgresql://host/db?schema=" + "a" * 64,
    ],
)
def test_an_address_that_is_none_is_told_without_being_tried(url: str) -> None:
    with pytest.raises(BadUrl):
        connect(url)


def test_a_password_in_an_address_stands_in_no_message() -> None:
    with pytest.raises(BadUrl) as refused:
        connect("postgresql://somebody:secret@host/db")
    assert "secret" not in str(refused.value)


def test_the_twin_in_memory_has_the_ledgers_own_rules() -> None:
    twin = replay.memory_twin()
    try:
        assert pragma(twin, "foreign_keys") == pragma(twin, "recursive_triggers") == 1
    finally:
        twin.close()
