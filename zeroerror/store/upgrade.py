"""Making a schema, telling which one there is, and bringing an old one up to date: never in silence.

The only module that imports alembic; a command that does not make or upgrade a database never loads it.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from zeroerror.model.instant import to_text
from zeroerror.store import connection, errors, sqlite

State = Literal["none", "foreign", "older", "current", "newer"]

MIGRATIONS = Path(__file__).parent / "migrations"

_META = text("INSERT INTO meta (id, origin, created_at) VALUES (1, :origin, :at)")


def state(url: str) -> State:
    """What stands at that address; raises StoreError where it cannot be read."""
    return _stands(url)[0]


def _stands(url: str) -> tuple[State, str | None]:
    """What stands there, and the schema's version where it is ours."""
    if _is_sqlite(url):
        path = sqlite.path_of(url)
        if not path.exists():
            return "none", None
        found, empty = _sqlite_version(path), False
    else:
        found, empty = _postgresql_version(url)
    if found is None:
        return ("none" if empty else "foreign"), None
    return _compared(found), found


def create(url: str, origin: str, at: datetime) -> None:
    """Make a fresh, empty ledger of that origin; raises Exists where there is anything already."""
    if _is_sqlite(url):
        _create_sqlite(sqlite.path_of(url), origin, at)
        return
    from zeroerror.store import postgresql

    if state(url) != "none":
        raise errors.Exists(path=f"schema {postgresql.parted(url)[1]}")
    with _postgresql_engine(url) as engine, _transaction(engine) as bound:
        schema = postgresql.parted(url)[1]
        bound.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
        _migrate(bound)
        bound.execute(_META, {"origin": origin, "at": to_text(at)})


def discard(url: str) -> None:
    """Take away a ledger that was made just now and whose first leaf could not be written; one with leaves stays."""
    if _is_sqlite(url):
        path = sqlite.path_of(url)
        with _sqlite_raw(path, "ro") as raw:
            written = raw.execute("SELECT size FROM head").fetchone() != (0,)
        if not written:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        return
    from zeroerror.store import postgresql

    schema = postgresql.parted(url)[1]
    with _postgresql_engine(url) as engine, _transaction(engine) as bound:
        if bound.execute(text(f'SELECT size FROM "{schema}".head')).scalar() == 0:
            bound.execute(text(f'DROP SCHEMA "{schema}" CASCADE'))


def upgrade(url: str, backup_to: Path | None = None, *, dumped: bool = False) -> None:
    """Bring an older schema up to date, after a backup.

    SQLite is copied to `backup_to` first; for PostgreSQL the caller says with `dumped` that a dump was made.
    Raises BackupNeeded without it, Newer for a schema that this version does not know.
    """
    found, version = _stands(url)
    if found == "none":
        raise errors.Absent(path=url.partition("://")[0])
    if found == "foreign":
        raise errors.Foreign(path=url.partition("://")[0])
    if found == "newer":
        raise errors.Newer(found=version, known=connection.SCHEMA)
    if _is_sqlite(url):
        if backup_to is None:
            raise errors.BackupNeeded
        back_up(url, backup_to)
        with _sqlite_engine(sqlite.path_of(url), "rw") as engine, _transaction(engine) as bound:
            _migrate(bound)
        return
    if not dumped:
        raise errors.BackupNeeded
    with _postgresql_engine(url) as engine, _transaction(engine) as bound:
        _migrate(bound)


def back_up(url: str, to: Path) -> None:
    """Copy a SQLite database as it is now, though others may be writing, to a file that does not exist yet.

    A plain copy of the file would miss what still stands in its write-ahead log. Raises Exists, and Corrupt
    where the copy does not pass SQLite's own check.
    """
    if to.exists():
        raise errors.Exists(path=str(to))
    path = sqlite.path_of(url)
    with _sqlite_raw(path, "rw") as raw, _sqlite_raw(to, "rwc") as copy:
        raw.backup(copy)
        verdict = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise errors.Corrupt(path=str(path), detail=verdict)


def migrate_memory(raw: sqlite3.Connection) -> None:
    """Make the tables in an empty database in memory."""
    with _transaction(_over_sqlite(raw)) as bound:
        _migrate(bound)


def _is_sqlite(url: str) -> bool:
    if not url.startswith(("sqlite:///", "postgresql://")):
        raise errors.BadUrl(url=url.partition("://")[0])
    return url.startswith("sqlite:///")


def _compared(found: str) -> State:
    if found == connection.SCHEMA:
        return "current"
    return "newer" if found > connection.SCHEMA else "older"


def _sqlite_version(path: Path) -> str | None:
    with _sqlite_raw(path, "rw") as raw:
        found = sqlite.version(raw)
        if found is not None:
            sqlite.check_whole(raw, path)
        return found


def _postgresql_version(url: str) -> tuple[str | None, bool]:
    """The version of a schema of ours, and whether a schema of that name is missing or empty."""
    from zeroerror.store import postgresql

    driver = postgresql.PostgreSQL(postgresql.raw(url))
    try:
        postgresql.check_durable(driver.raw)
        return postgresql.version(driver.raw), postgresql.empty(driver.raw)
    except driver.errors as error:
        raise driver.translate(error) from error
    finally:
        driver.close()


def _create_sqlite(path: Path, origin: str, at: datetime) -> None:
    _claim(path)
    try:
        with _sqlite_raw(path, "rw") as raw:
            sqlite.set_pragmas(raw)
            with _transaction(_over_sqlite(raw)) as bound:
                _migrate(bound)
                bound.execute(_META, {"origin": origin, "at": to_text(at)})
    except BaseException:
        # Half a database would only stand in the way of the next attempt; nothing was in it.
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        raise


def _claim(path: Path) -> None:
    """Make the empty file, or fail: of two who make the same ledger one alone may clear away what it made."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        raise errors.Exists(path=str(path)) from None
    except FileNotFoundError:
        raise errors.Absent(path=str(path.parent)) from None
    except OSError as error:
        kind = errors.Full if error.errno == errno.ENOSPC else errors.ReadOnly
        raise kind(path=str(path), detail=error.strerror or "") from error


@contextmanager
def _sqlite_raw(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    raw = sqlite.raw(path, mode)
    try:
        yield raw
    except sqlite3.Error as error:
        raise sqlite.translated(error, str(path)) from error
    finally:
        raw.close()


@contextmanager
def _sqlite_engine(path: Path, mode: str) -> Iterator[Engine]:
    with _sqlite_raw(path, mode) as raw:
        sqlite.set_pragmas(raw)
        yield _over_sqlite(raw)


def _over_sqlite(raw: sqlite3.Connection) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _begin_immediate(bound: Connection) -> None:
    bound.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _postgresql_engine(url: str) -> Iterator[Engine]:
    from zeroerror.store import postgresql

    raw = postgresql.raw(url)
    raw.autocommit = False
    try:
        yield create_engine("postgresql+psycopg://", creator=lambda: raw, poolclass=StaticPool)
    finally:
        raw.close()


@contextmanager
def _transaction(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as bound:
            yield bound
    except DBAPIError as error:
        raise _translated(error, engine) from error


def _translated(error: DBAPIError, engine: Engine) -> Exception:
    cause = error.orig if isinstance(error.orig, Exception) else error
    if engine.dialect.name == "sqlite":
        return sqlite.translated(cause, "")
    from zeroerror.store import postgresql

    return postgresql.translated(cause)


def _migrate(bound: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = bound
    command.upgrade(config, "head")
