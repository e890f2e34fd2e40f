"""PostgreSQL beneath a connection: one schema per institution, durable commits or none at all."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg

from zeroerror.model.errors import Busy
from zeroerror.store import errors
from zeroerror.store.connection import Asked, Dialect, Row

#: A writer waits this long for the head row; a client asleep in a transaction is thrown out after the second.
LOCK_TIMEOUT = "5s"
IDLE_TIMEOUT = "30s"
CONNECT_SECONDS = 10

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")
_DURABLE = ("on", "remote_write", "remote_apply")

#: SQLSTATEs after which asking again can help: lock not available, deadlock, serialisation, cancelled by
#: timeout, idle in transaction, too many connections, server starting or stopping.
_BUSY = {"55P03", "40P01", "40001", "57014", "25P03", "53300", "57P03"}
_FULL = {"53100", "53200"}
_READ_ONLY = {"25006", "42501"}

_converted: dict[str, str] = {}

# psycopg warns on standard error of what else went wrong where an error is raised anyway.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class PostgreSQL:
    """The driver over psycopg, in its own explicit transactions."""

    dialect: Dialect = "postgresql"
    begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    errors: tuple[type[Exception], ...] = (psycopg.Error,)

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self.raw = raw
        self._cursor = raw.cursor
        self._begins = False

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """Run one statement."""
        if self._begins:
            return self._first(sql, params)
        return self._cursor().execute(converted(sql), params)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for every row, in one go over the network."""
        if self._begins:
            self._first("SELECT 1", ())
        self._cursor().executemany(converted(sql), rows)

    def gather(self, asked: Sequence[Asked]) -> list[list[Row]]:
        """The rows of each of these statements, in one go over the network."""
        with self.together():
            cursors = [self.execute(sql, params) for sql, params in asked]
        return [cursor.fetchall() for cursor in cursors]

    def together(self) -> AbstractContextManager[Any]:
        """Statements are sent one after the other and answered at the end; the first that failed is raised."""
        return self.raw.pipeline()

    def begin_write(self) -> None:
        """Begin a transaction that writes, in one message with its first statement."""
        self._begins = True

    def _first(self, sql: str, params: Sequence[Any]) -> Any:
        self._begins = False
        with self.raw.pipeline():
            self._cursor().execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
            return self._cursor().execute(converted(sql), params)

    def translate(self, error: Exception) -> Exception:
        """Our error for PostgreSQL's."""
        return translated(error)

    def commit(self) -> None:
        """Commit, or raise: after a failed statement PostgreSQL answers COMMIT with ROLLBACK and no error."""
        if self._begins:
            # Nothing was asked for, so there is nothing to keep.
            self._begins = False
            return
        done = self.raw.execute("COMMIT").statusmessage
        if done != "COMMIT":
            raise errors.StoreError(detail=f"COMMIT was answered by {done}")

    def rollback(self) -> None:
        """Undo the transaction, if there is one."""
        self._begins = False
        if self.raw.pgconn.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self.raw.execute("ROLLBACK")

    def unknown(self, error: Exception) -> bool:
        """Whether the server let go of us while it was committing."""
        return self.raw.closed

    def damage(self) -> str | None:
        """Nothing that can be asked without the administrator: a server keeps checksums of its own pages."""
        return None

    def close(self) -> None:
        """Close the connection."""
        self.raw.close()


def converted(sql: str) -> str:
    """The statement in PostgreSQL's style of parameters; our SQL has no literal `?`."""
    found = _converted.get(sql)
    if found is None:
        found = _converted[sql] = sql.replace("%", "%%").replace("?", "%s")
    return found


def parted(url: str) -> tuple[str, str]:
    """The server's own address, and the schema of ours; raises BadUrl."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise errors.BadUrl(url="postgresql") from None
    query = parse_qsl(parts.query, keep_blank_values=True)
    names = [value for key, value in query if key == "schema"]
    if len(names) != 1 or not _SCHEMA.match(names[0]):
        raise errors.BadUrl(url="postgresql")
    rest = urlencode([(key, value) for key, value in query if key != "schema"])
    return urlunsplit(parts._replace(query=rest)), names[0]


def raw(url: str) -> psycopg.Connection[Any]:
    """The bare connection, in which transactions begin only where we say so; raises Unreachable."""
    server, name = parted(url)
    options = (
        f"-c search_path={name} -c lock_timeout={LOCK_TIMEOUT} "
        f"-c idle_in_transaction_session_timeout={IDLE_TIMEOUT} -c client_encoding=UTF8"
    )
    try:
        return psycopg.connect(server, autocommit=True, options=options, connect_timeout=CONNECT_SECONDS)
    except psycopg.Error as error:
        if getattr(error, "sqlstate", None) in _BUSY:
            raise Busy("store.busy") from error
        raise errors.Unreachable(detail=str(error).strip()) from error


def opened(url: str, *, read_only: bool, schema: str) -> PostgreSQL:
    """The driver for a schema that exists, is ours, of this version, and durably set; raises StoreError."""
    driver = PostgreSQL(raw(url))
    try:
        check_durable(driver.raw)
        found = version(driver.raw)
        if found is None:
            kind = errors.Absent if empty(driver.raw) else errors.Foreign
            raise kind(path=f"schema {parted(url)[1]}")
        if found != schema:
            raise (errors.Newer if found > schema else errors.Older)(found=found, known=schema)
        if read_only:
            driver.raw.execute("SET default_transaction_read_only = on")
    except psycopg.Error as error:
        driver.close()
        raise driver.translate(error) from error
    except errors.StoreError:
        driver.close()
        raise
    return driver


def check_durable(raw: psycopg.Connection[Any]) -> None:
    """Raise Unsafe where a commit could be acknowledged and lost."""
    row = raw.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')").fetchone()
    fsync, commit = row or ("?", "?")
    if fsync != "on":
        raise errors.Unsafe(setting="fsync", found=fsync, expected="on")
    if commit not in _DURABLE:
        raise errors.Unsafe(setting="synchronous_commit", found=commit, expected="on")


def version(raw: psycopg.Connection[Any]) -> str | None:
    """The schema's version; None where there is no such schema or it is empty."""
    row = raw.execute("SELECT to_regclass('schema_version')").fetchone()
    if row is None or row[0] is None:
        return None
    row = raw.execute("SELECT version_num FROM schema_version").fetchone()
    return None if row is None else str(row[0])


def empty(raw: psycopg.Connection[Any]) -> bool:
    """Whether there is nothing in the schema that this connection looks at, or no such schema."""
    row = raw.execute(
        "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_schema() LIMIT 1"
    ).fetchone()
    return row is None


def translated(error: Exception) -> Exception:
    """Our error for one of PostgreSQL's, by its SQLSTATE."""
    state = getattr(error, "sqlstate", None) or ""
    diagnosis = getattr(error, "diag", None)
    detail = getattr(diagnosis, "message_primary", None) or str(error).strip()
    if state in _BUSY:
        return Busy("store.busy")
    if state == "ZE001":
        return errors.AppendOnly(detail=detail)
    if state.startswith("23"):
        return errors.Conflict(detail=detail)
    if state in _FULL:
        return errors.Full(detail=detail)
    if state in _READ_ONLY:
        return errors.ReadOnly(detail=detail)
    if isinstance(error, psycopg.OperationalError):
        return errors.Unreachable(detail=detail)
    return errors.StoreError(detail=detail)
