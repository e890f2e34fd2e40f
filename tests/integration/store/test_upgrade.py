"""What stands at an address is told, never guessed; a schema is made once and changed only after a backup."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.integration.store.samples import MADE, ON_POSTGRESQL, ON_SQLITE, append, filled, row, task
from zeroerror.model.errors import ZeroErrorError
from zeroerror.store import connection, errors, log, postgresql, projections, reads, upgrade
from zeroerror.store.connection import Connection, connect

SECOND = '''"""The next step, for the tests."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE slot ADD COLUMN note TEXT")
    op.execute("UPDATE task SET office = 'moved'")
    {more}
'''


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this program one version newer, with a migration that ends in that statement."""

    def newer(more: str) -> None:
        directory = tmp_path / "migrations"
        shutil.copytree(upgrade.MIGRATIONS, directory, ignore=shutil.ignore_patterns("__pycache__"))
        (directory / "versions" / "0002_second.py").write_text(SECOND.replace("{more}", more), "utf-8")
        monkeypatch.setattr(upgrade, "MIGRATIONS", directory)
        monkeypatch.setattr(connection, "SCHEMA", "0002")

    return newer


def attempt_all(url: str, error: type[ZeroErrorError]) -> None:
    """Neither way of opening it succeeds."""
    for read_only in (False, True):
        with pytest.raises(error):
            connect(url, read_only=read_only)


def ours(url: str) -> str:
    """A ledger with leaves and a task, made at that address."""
    upgrade.create(url, "test", MADE)
    conn = connect(url)
    filled(conn, 3)
    with conn.write():
        projections.save_task(conn, None, task())
    conn.close()
    return url


def versioned(url: str, version: str) -> None:
    """Make a ledger say that it has another version."""
    conn = connect(url)
    conn.execute("UPDATE schema_version SET version_num = ?", (version,))
    conn.close()


def test_nothing_there_is_told_and_nothing_is_made(database: str, tmp_path: Path) -> None:
    assert upgrade.state(database) == "none"
    attempt_all(database, errors.Absent)
    with pytest.raises(errors.Absent):
        upgrade.upgrade(database, tmp_path / "backup.db", dumped=True)
    assert upgrade.state(database) == "none"
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_is_made_empty_and_says_whose_it_is(database: str) -> None:
    upgrade.create(database, "zeroerror/1", MADE)
    assert upgrade.state(database) == "current"
    conn = connect(database)
    assert log.head(conn) == log.Head(0, "", "", "")
    assert reads.meta(conn) == ("zeroerror/1", MADE)
    conn.close()


def test_a_ledger_is_never_made_over_another(database: str) -> None:
    ours(database)
    with pytest.raises(errors.Exists):
        upgrade.create(database, "other", MADE)
    conn = connect(database)
    assert reads.meta(conn).origin == "test"
    assert log.head(conn).size == 3
    conn.close()


MAKING = """
import sys
from datetime import UTC, datetime
from zeroerror.model.errors import ZeroErrorError
from zeroerror.store import upgrade

sys.stdin.read()
try:
    upgrade.create(sys.argv[1], sys.argv[2], datetime(2026, 11, 23, tzinfo=UTC))
    print(sys.argv[2])
except ZeroErrorError as error:
    print(error.code)
"""


def test_of_those_who_make_the_same_ledger_at_once_one_makes_it(database: str) -> None:
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", MAKING, database, f"origin/{each}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for each in range(4)
    ]
    for each in makers:
        assert each.stdin is not None
        each.stdin.close()
    said = []
    for each in makers:
        with each:
            assert each.stdout is not None
            said.append(each.stdout.read().strip())
    made = [each for each in said if each.startswith("origin/")]
    assert len(made) == 1, said
    conn = connect(database)
    assert reads.meta(conn).origin == made[0]
    conn.close()


def test_a_ledger_that_could_not_be_made_leaves_nothing_behind(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(upgrade, "MIGRATIONS", tmp_path / "missing")
    with pytest.raises(Exception, match="missing"):
        upgrade.create(database, "test", MADE)
    monkeypatch.undo()
    assert upgrade.state(database) == "none"
    assert list(tmp_path.iterdir()) == []
    upgrade.create(database, "test", MADE)


@pytest.mark.parametrize(
    ("version", "state", "error"),
    [
        ("0000", "older", errors.Older),
        ("0002", "newer", errors.Newer),
    ],
)
def test_another_version_is_told_and_left_alone(
    database: str, version: str, state: str, error: type[ZeroErrorError], tmp_path: Path
) -> None:
    versioned(ours(database), version)
    assert upgrade.state(database) == state
    attempt_all(database, error)
    if state == "newer":
        with pytest.raises(errors.Newer):
            upgrade.upgrade(database, tmp_path / "backup.db", dumped=True)
    assert upgrade.state(database) == state


@ON_SQLITE
def test_a_database_of_somebody_else_is_told_and_left_as_it_was(database: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE task (id TEXT)")
    raw.close()
    before = path.read_bytes()
    assert upgrade.state(database) == "foreign"
    attempt_all(database, errors.Foreign)
    with pytest.raises(errors.Exists):
        upgrade.create(database, "test", MADE)
    with pytest.raises(errors.Foreign):
        upgrade.upgrade(database, tmp_path / "backup.db")
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.db"]


@ON_POSTGRESQL
def test_a_schema_of_somebody_else_is_told_and_left_as_it_was(database: str, postgresql_server: str) -> None:
    schema = postgresql.parted(database)[1]
    with psycopg.connect(postgresql_server, autocommit=True) as raw:
        raw.execute(f'CREATE SCHEMA "{schema}"')
        assert upgrade.state(database) == "none"
        attempt_all(database, errors.Absent)
        raw.execute(f'CREATE TABLE "{schema}".other (id int)')
    assert upgrade.state(database) == "foreign"
    attempt_all(database, errors.Foreign)
    with pytest.raises(errors.Exists):
        upgrade.create(database, "test", MADE)
    with pytest.raises(errors.Foreign):
        upgrade.upgrade(database, dumped=True)


@ON_POSTGRESQL
def test_a_schema_that_somebody_made_empty_for_us_is_taken(database: str, postgresql_server: str) -> None:
    with psycopg.connect(postgresql_server, autocommit=True) as raw:
        raw.execute(f'CREATE SCHEMA "{postgresql.parted(database)[1]}"')
    upgrade.create(database, "test", MADE)
    assert upgrade.state(database) == "current"


def test_an_older_ledger_is_brought_up_to_date_after_a_backup_and_nothing_of_it_is_lost(
    database: str, tmp_path: Path, next_version: Callable[[str], None]
) -> None:
    ours(database)
    next_version("pass")
    assert upgrade.state(database) == "older"
    attempt_all(database, errors.Older)
    with pytest.raises(errors.BackupNeeded):
        upgrade.upgrade(database)
    assert upgrade.state(database) == "older"
    backup = tmp_path / "backup.db"
    upgrade.upgrade(database, backup, dumped=True)
    assert upgrade.state(database) == "current"
    conn = connect(database)
    assert list(log.leaves(conn)) == [row(index) for index in range(3)]
    assert conn.all("SELECT id, office FROM task") == [("BW-2026-0001", "moved")]
    assert conn.all("SELECT note FROM slot") == []
    append(conn, [row(3)])
    conn.close()
    assert backup.exists() == database.startswith("sqlite")


@ON_SQLITE
def test_the_backup_is_the_ledger_as_it_was(
    database: str, tmp_path: Path, next_version: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours(database)
    backup = tmp_path / "backup.db"
    # Another has it open, so that its latest leaves stand in the write-ahead log alone.
    other = connect(database)
    append(other, [row(3)])
    next_version("pass")
    upgrade.upgrade(database, backup)
    other.close()
    monkeypatch.undo()
    kept = connect(f"sqlite:///{backup}")
    assert list(log.leaves(kept)) == [row(index) for index in range(4)]
    assert kept.all("SELECT office FROM task") == [("提案委",)]
    kept.close()


@ON_SQLITE
def test_a_backup_never_takes_the_place_of_another(
    database: str, tmp_path: Path, next_version: Callable[[str], None]
) -> None:
    ours(database)
    next_version("pass")
    backup = tmp_path / "backup.db"
    backup.write_text("an earlier backup", "utf-8")
    with pytest.raises(errors.Exists):
        upgrade.upgrade(database, backup)
    assert backup.read_text("utf-8") == "an earlier backup"
    assert upgrade.state(database) == "older"


def test_a_migration_that_fails_is_undone_whole(
    database: str, tmp_path: Path, next_version: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours(database)
    next_version('op.execute("UPDATE leaf SET kind = kind")')
    with pytest.raises(errors.StoreError):
        upgrade.upgrade(database, tmp_path / "backup.db", dumped=True)
    assert upgrade.state(database) == "older"
    monkeypatch.undo()
    conn = connect(database)
    assert conn.all("SELECT office FROM task") == [("提案委",)]
    assert log.head(conn).size == 3
    with pytest.raises(errors.StoreError):
        conn.all("SELECT note FROM slot")
    conn.close()


def test_a_ledger_up_to_date_is_upgraded_to_itself(database: str, tmp_path: Path) -> None:
    ours(database)
    upgrade.upgrade(database, tmp_path / "backup.db", dumped=True)
    conn: Connection = connect(database)
    assert log.head(conn).size == 3
    conn.close()
