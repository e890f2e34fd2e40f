"""A connection to either database, and what is asserted before the first statement goes through it.

Instead of trusting defaults, every connect sets and checks what durability rests on (design §12.1): the
default modes of both databases, and the popular advice for SQLite, lose acknowledged commits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Literal, Protocol

from zeroerror.model.errors import Busy
from zeroerror.store.errors import BadUrl, OutcomeUnknown, StoreError

Dialect = Literal["sqlite", "postgresql"]
Row = tuple[Any, ...]
#: A statement and its parameters.
Asked = tuple[str, Sequence[Any]]

#: The newest schema this code knows: the name of the last migration.
SCHEMA = "0001"


class Cursor(Protocol):
    """What a statement leaves behind, as far as both drivers agree on it."""

    rowcount: int

    def fetchone(self) -> Row | None:
        """The next row, if there is one."""

    def fetchall(self) -> list[Row]:
        """All rows left."""

    def fetchmany(self, size: int) -> list[Row]:
        """At most so many rows."""

    def __iter__(self) -> Iterator[Row]:
        """The rows left, one by one."""


class Driver(Protocol):
    """What differs between the two databases beneath a connection."""

    dialect: Dialect
    begin_read: str
    errors: tuple[type[Exception], ...]

    def execute(self, sql: str, params: Sequence[Any] = ..., /) -> Any:
        """Run one statement."""

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for every row."""

    def gather(self, asked: Sequence[Asked]) -> list[list[Row]]:
        """The rows of each of these statements, in one go over the network."""

    def together(self) -> AbstractContextManager[None]:
        """Within it, statements are sent without waiting for what comes of each."""

    def begin_write(self) -> None:
        """Begin a transaction that writes."""

    def translate(self, error: Exception) -> Exception:
        """Our error for the driver's."""

    def commit(self) -> None:
        """Commit, or raise: never return where the transaction did not hold."""

    def rollback(self) -> None:
        """Undo the transaction, if there is one."""

    def unknown(self, error: Exception) -> bool:
        """Whether a transaction whose COMMIT so failed may hold all the same."""

    def damage(self) -> str | None:
        """What the database itself finds broken in its own pages and indexes; None for nothing."""

    def close(self) -> None:
        """Let go of the database."""


class Connection:
    """One connection: statements written with `?`, transactions, and our errors instead of the driver's."""

    __slots__ = ("_driver", "_errors", "_execute", "_expected", "dialect")

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._errors = driver.errors
        self._execute = driver.execute
        self.dialect: Dialect = driver.dialect
        self._expected: list[Cursor] | None = None

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Cursor:
        """Run one statement; rows are tuples."""
        try:
            cursor: Cursor = self._execute(sql, params)
        except self._errors as error:
            raise self._driver.translate(error) from error
        return cursor

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for every row."""
        try:
            self._driver.executemany(sql, rows)
        except self._errors as error:
            raise self._driver.translate(error) from error

    def change_one(self, sql: str, params: Sequence[Any]) -> None:
        """Run a statement that changes one row as it was read; Busy("store.moved_on") if there is none such.

        Within `together` that is known, and raised, at its end.
        """
        cursor = self.execute(sql, params)
        if self._expected is not None:
            self._expected.append(cursor)
        elif cursor.rowcount != 1:
            raise Busy("store.moved_on")

    def gather(self, *asked: Asked) -> list[list[Row]]:
        """The rows of each of these statements, which run in this order, each seeing what is committed by then."""
        try:
            return self._driver.gather(asked)
        except self._errors as error:
            raise self._driver.translate(error) from error

    @contextmanager
    def together(self) -> Iterator[None]:
        """Statements whose outcome is asked for only at the end: PostgreSQL is not waited for after each of them."""
        expected: list[Cursor] = []
        self._expected = expected
        try:
            with self._driver.together():
                yield
        except self._errors as error:
            raise self._driver.translate(error) from error
        finally:
            self._expected = None
        if any(cursor.rowcount != 1 for cursor in expected):
            raise Busy("store.moved_on")

    def one(self, sql: str, params: Sequence[Any] = ()) -> Row | None:
        """The first row, if there is one."""
        try:
            row: Row | None = self._execute(sql, params).fetchone()
        except self._errors as error:
            raise self._driver.translate(error) from error
        return row

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Every row, in one list."""
        try:
            rows: list[Row] = self._execute(sql, params).fetchall()
        except self._errors as error:
            raise self._driver.translate(error) from error
        return rows

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction that writes: rolled back on any exception, committed at the end.

        Raises Busy where another holds the database for too long, OutcomeUnknown where the link or the disk
        failed while committing.
        """
        try:
            self._driver.begin_write()
        except self._errors as error:
            raise self._driver.translate(error) from error
        try:
            yield
        except BaseException:
            self._abandon()
            raise
        self._commit()

    def column(self, sql: str, params: Sequence[Any] = ()) -> Iterator[Any]:
        """The first column, row by row: what is gone through once need not all be there at once."""
        try:
            for row in self._execute(sql, params):
                yield row[0]
        except self._errors as error:
            raise self._driver.translate(error) from error

    @contextmanager
    def read(self) -> Iterator[None]:
        """One consistent snapshot, untouched by what others write meanwhile."""
        self.execute(self._driver.begin_read)
        try:
            yield
        finally:
            self._abandon()

    def damage(self) -> str | None:
        """What is broken in the database's own pages and indexes; None for nothing, or where it cannot be asked.

        A row that an index has lost is still read by its table's own order, and so by replay: only the
        database can tell that some questions will no longer find it.
        """
        try:
            return self._driver.damage()
        except self._errors as error:
            raise self._driver.translate(error) from error

    def close(self) -> None:
        """Let go of the database."""
        self._driver.close()

    def _commit(self) -> None:
        try:
            self._driver.commit()
        except self._errors as error:
            self._abandon()
            if self._driver.unknown(error):
                raise OutcomeUnknown from error
            raise self._driver.translate(error) from error
        except StoreError:
            self._abandon()
            raise

    def _abandon(self) -> None:
        try:
            self._driver.rollback()
        except self._errors:
            # The transaction ended with its connection; what went wrong before that is what must be told.
            return


def connect(url: str, *, read_only: bool = False) -> Connection:
    """Open `sqlite:///PATH` or `postgresql://…?schema=NAME`; raises StoreError, and changes nothing then."""
    if url.startswith("sqlite:///"):
        from zeroerror.store import sqlite

        return Connection(sqlite.opened(url, read_only=read_only, schema=SCHEMA))
    if url.startswith("postgresql://"):
        try:
            from zeroerror.store import postgresql
        except ModuleNotFoundError as error:
            raise StoreError("store.no_driver") from error

        return Connection(postgresql.opened(url, read_only=read_only, schema=SCHEMA))
    raise BadUrl(url=url.partition("://")[0])
