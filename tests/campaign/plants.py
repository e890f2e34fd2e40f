"""Faults that somebody could make, planted for a while: a campaign that does not find them is no good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from zeroerror.service import front
from zeroerror.store import log, postgresql, projections, sqlite
from zeroerror.store.connection import Connection
from zeroerror.store.log import Head, LeafRow

DRIVERS = (sqlite.SQLite, postgresql.PostgreSQL)


@contextmanager
def acknowledged_early() -> Iterator[None]:
    """A commit is acknowledged at once and done with the next one: fast, and lost when the process ends."""
    owing: set[int] = set()
    execute = Connection.execute

    def later(self: Any) -> None:
        owing.add(id(self))

    def settle(driver: Any) -> None:
        if id(driver) in owing:
            owing.discard(id(driver))
            driver.raw.execute("COMMIT")

    def reading(self: Connection, sql: str, params: Sequence[Any] = ()) -> Any:
        if sql == self._driver.begin_read:
            settle(self._driver)
        return execute(self, sql, params)

    def beginning(original: Any) -> Any:
        def begin(self: Any) -> None:
            settle(self)
            original(self)

        return begin

    with ExitStack() as stack:
        for driver in DRIVERS:
            stack.enter_context(mock.patch.object(driver, "commit", later))
            stack.enter_context(mock.patch.object(driver, "begin_write", beginning(driver.begin_write)))
        stack.enter_context(mock.patch.object(Connection, "execute", reading))
        yield


@contextmanager
def in_two_halves() -> Iterator[None]:
    """Leaves in one transaction, their projection in the next: who dies between leaves a half behind."""
    append = log.append

    def appended(conn: Connection, rows: Sequence[LeafRow], new: Head) -> None:
        append(conn, rows, new)
        driver: Any = conn._driver
        if getattr(driver, "path", "") != ":memory:":
            driver.raw.execute("COMMIT")
            driver.raw.execute("BEGIN")

    with mock.patch.object(log, "append", appended):
        yield


@contextmanager
def stale() -> Iterator[None]:
    """What was read before the transaction is decided on as it is, and written over what stands meanwhile."""
    decided, stream_head = front._decided, front._stream_head
    update = projections._UPDATE_TASK

    def believing(
        conn: Any, person: Any, command: Any, signed: Any, request: Any, head: Head, at: Any
    ) -> Any:
        if request.facts is not None:
            request.facts.head = head
        return decided(conn, person, command, signed, request, head, at)

    def from_the_ledger(conn: Connection, projector: Any, stream: str) -> tuple[int, str]:
        return log.stream_head(conn, stream) or stream_head(conn, projector, stream)

    with (
        mock.patch.object(front, "_decided", believing),
        mock.patch.object(front, "_stream_head", from_the_ledger),
        mock.patch.object(projections, "_UPDATE_TASK", update.replace("AND seq = ?", "AND ? >= 0")),
    ):
        yield
