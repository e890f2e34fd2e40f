"""Faults that somebody could make, planted for a while: a campaign that does not find them is no good."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from zeroerror.service import audits, front, institution, passes, planning, scope
from zeroerror.service.owed import owed_at
from zeroerror.store import log, postgresql, projections, reads, sqlite
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


@contextmanager
def _owing(owed: Callable[[Any, Connection, datetime], Any]) -> Iterator[None]:
    """What is owed, changed wherever it is asked; the change is given the right answer's maker first."""
    right = owed_at

    def changed(conn: Connection, at: datetime) -> Any:
        return owed(right, conn, at)

    with ExitStack() as stack:
        for module in (audits, passes):
            stack.enter_context(mock.patch.object(module, "owed_at", changed))
        yield


@contextmanager
def skipping() -> Iterator[None]:
    """Slots that piled up are run as one, as a clock coalesces them: the last of them."""
    with _owing(lambda right, conn, at: right(conn, at)[-1:]):
        yield


@contextmanager
def running_twice() -> Iterator[None]:
    """Each scheduler runs the last slot once more, and the database does not mind."""
    again: set[tuple[int, datetime]] = set()
    run = audits.run_slot

    def owing(right: Any, conn: Connection, at: datetime) -> Any:
        rows = [each for each in reads.slots(conn) if (os.getpid(), each.slot) not in again]
        last = reads.slots(conn)[-1:]
        return [*((each.audit, each.slot) for each in rows if each in last), *right(conn, at)]

    def once_more(inst: Any, name: str, slot: datetime) -> bool:
        again.add((os.getpid(), slot)) if reads.slot(inst.conn, name, slot) is not None else None
        with _owing(lambda right, conn, at: [(name, slot), *right(conn, at)]):
            return run(inst, name, slot)

    insert = projections._INSERT_SLOT + " ON CONFLICT DO NOTHING"
    with (
        _owing(owing),
        mock.patch.object(audits, "run_slot", once_more),
        mock.patch.object(projections, "_INSERT_SLOT", insert),
    ):
        yield


@contextmanager
def looking_at_now() -> Iterator[None]:
    """A slot sees the ledger as it is when it runs."""
    with mock.patch.object(scope, "position_at", lambda conn, _: log.head(conn).size):
        yield


@contextmanager
def forgetting() -> Iterator[None]:
    """What plans owe is opened by a slot that runs in its time, and by no slot that was passed over."""
    openings = planning.openings

    def in_time(conn: Connection, facts: Any, slot: datetime, position: int, at: datetime) -> Any:
        return openings(conn, facts, slot, position, at) if at - slot < timedelta(hours=12) else iter(())

    with mock.patch.object(passes, "openings", in_time):
        yield


@contextmanager
def dropping() -> Iterator[None]:
    """A slot is taken for done once it has been begun: what a killed pass would have written is never written."""
    run, mine = audits.run_slot, [""]

    def owing(right: Any, conn: Connection, at: datetime) -> Any:
        return [
            each for each in right(conn, at) if str(each[1]) == mine[0] or not _mark(mine[1], each).exists()
        ]

    def marked(inst: Any, name: str, slot: datetime) -> bool:
        mine[0] = str(slot)
        _mark(str(inst.home), (name, slot)).touch()
        return run(inst, name, slot)

    opened = institution.Institution.__init__

    def opening(self: Any, home: Path, conn: Connection) -> None:
        mine[1:] = [str(home)]
        opened(self, home, conn)

    with (
        _owing(owing),
        mock.patch.object(audits, "run_slot", marked),
        mock.patch.object(institution.Institution, "__init__", opening),
    ):
        yield


def _mark(home: str, owed: tuple[str, datetime]) -> Path:
    return Path(home) / f"begun-{owed[0]}-{owed[1]:%Y%m%d%H%M}"
