"""SQLite beneath a connection: one file, write-ahead log, every commit synced."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from zeroerror.model.errors import Busy
from zeroerror.store import errors
from zeroerror.store.connection import Asked, Dialect, Row

#: How long a writer waits for another, in milliseconds.
BUSY_MS = 5000

#: What is set at every connect, and the value that must then be read back. WAL with synchronous=FULL is the
#: only pair of the common ones that lost nothing in simulated power cuts; without recursive_triggers an
#: INSERT OR REPLACE walks past the triggers that keep the ledger append-only.
PRAGMAS = (
    ("busy_timeout", str(BUSY_MS), BUSY_MS),
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", 2),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
)

_CODES: dict[int, type[errors.StoreError]] = {
    sqlite3.SQLITE_NOTADB: errors.NotADatabase,
    sqlite3.SQLITE_CORRUPT: errors.Corrupt,
    sqlite3.SQLITE_READONLY: errors.ReadOnly,
    sqlite3.SQLITE_PERM: errors.ReadOnly,
    sqlite3.SQLITE_FULL: errors.Full,
    sqlite3.SQLITE_CANTOPEN: errors.Unopenable,
    sqlite3.SQLITE_AUTH: errors.ReadOnly,
}


class SQLite:
    """The driver over the standard library's `sqlite3`, in its own explicit transactions."""

    dialect: Dialect = "sqlite"
    begin_read = "BEGIN DEFERRED"
    errors: tuple[type[Exception], ...] = (sqlite3.Error,)

    def __init__(self, raw: sqlite3.Connection, path: str) -> None:
        self.raw = raw
        self.path = path
        self.execute = raw.execute

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for every row."""
        self.raw.executemany(sql, rows)

    def gather(self, asked: Sequence[Asked]) -> list[list[Row]]:
        """The rows of each of these statements."""
        return [self.raw.execute(sql, params).fetchall() for sql, params in asked]

    def together(self) -> AbstractContextManager[None]:
        """Nothing to wait for: a file answers at once."""
        return nullcontext()

    def begin_write(self) -> None:
        """Begin a transaction that holds the file from the beginning, so that it never has to give up half-way."""
        self.raw.execute("BEGIN IMMEDIATE")

    def translate(self, error: Exception) -> Exception:
        """Our error for SQLite's."""
        return translated(error, self.path)

    def commit(self) -> None:
        """Commit, or raise."""
        self.raw.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction; some errors have undone it already."""
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")

    def unknown(self, error: Exception) -> bool:
        """Whether the disk failed: the commit may stand in the log although its sync did not succeed."""
        return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_IOERR

    def damage(self) -> str | None:
        """SQLite's own check of every page, and of every index against its table."""
        found: str = self.raw.execute("PRAGMA integrity_check(1)").fetchone()[0]
        return None if found == "ok" else found

    def close(self) -> None:
        """Close the file."""
        self.raw.close()


def path_of(url: str) -> Path:
    """The file of a `sqlite:///` address."""
    path = url.removeprefix("sqlite:///")
    if not path or "\0" in path:
        raise errors.BadUrl(url="sqlite")
    return Path(path)


def opened(url: str, *, read_only: bool, schema: str) -> SQLite:
    """The driver for a file that exists, is ours, of this schema, and safely set; raises StoreError."""
    path = path_of(url)
    if not path.is_file():
        raise errors.Absent(path=str(path))
    if not read_only and not (os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK)):
        raise errors.ReadOnly(path=str(path))
    driver = SQLite(raw(path, "ro" if read_only else "rw"), str(path))
    try:
        # Whose file it is, is asked before anything is set: a foreign one is left as it was found.
        check_version(driver.raw, schema, str(path))
        check_whole(driver.raw, path)
        set_pragmas(driver.raw)
    except sqlite3.Error as error:
        driver.close()
        raise driver.translate(error) from error
    except errors.StoreError:
        driver.close()
        raise
    return driver


def raw(path: Path, mode: str) -> sqlite3.Connection:
    """The bare connection, in which transactions begin only where we say so; raises StoreError."""
    try:
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_MS / 1000,
            cached_statements=256,
        )
    except sqlite3.Error as error:
        raise translated(error, str(path)) from error


def set_pragmas(raw: sqlite3.Connection) -> None:
    """Set what durability rests on, and assert that it took; raises Unsafe."""
    for name, value, expected in PRAGMAS:
        raw.execute(f"PRAGMA {name}={value}")
        found = raw.execute(f"PRAGMA {name}").fetchone()[0]
        if found != expected:
            raise errors.Unsafe(setting=name, found=found, expected=expected)


def check_version(raw: sqlite3.Connection, schema: str, path: str) -> None:
    """Raise Foreign, Older or Newer unless the file has exactly this schema."""
    found = version(raw)
    if found is None:
        raise errors.Foreign(path=path)
    if found != schema:
        raise (errors.Newer if found > schema else errors.Older)(found=found, known=schema)


def check_whole(raw: sqlite3.Connection, path: Path) -> None:
    """Raise Corrupt where the last page was cut short: SQLite itself would read the rest of it as zeroes.

    Asked of the file's size alone, because closing a second handle on it would let go of SQLite's locks. With
    a write-ahead log beside it the file may be in the middle of being extended.
    """
    logged = path.with_name(path.name + "-wal")
    if path.stat().st_size % raw.execute("PRAGMA page_size").fetchone()[0] == 0:
        return
    if not logged.exists() or logged.stat().st_size == 0:
        raise errors.Corrupt(path=str(path), detail="the file was cut short")


def version(raw: sqlite3.Connection) -> str | None:
    """The schema's version; None where the file is not ours."""
    if raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone() is None:
        return None
    row = raw.execute("SELECT version_num FROM schema_version").fetchone()
    return None if row is None else str(row[0])


def translated(error: Exception, path: str) -> Exception:
    """Our error for one of SQLite's, by its primary result code."""
    extended: int = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy("store.busy")
    if code == sqlite3.SQLITE_CONSTRAINT:
        if extended == sqlite3.SQLITE_CONSTRAINT_TRIGGER:
            return errors.AppendOnly(detail=str(error))
        return errors.Conflict(detail=str(error))
    return _CODES.get(code, errors.StoreError)(path=path, detail=str(error))
