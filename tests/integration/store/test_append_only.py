"""What stands in the ledger is never changed, deleted, replaced or jumped over, by whichever statement."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.store.samples import ON_POSTGRESQL, ON_SQLITE, append, filled, row
from zeroerror.model.errors import Busy
from zeroerror.store import log
from zeroerror.store.connection import Connection
from zeroerror.store.errors import AppendOnly, Conflict
from zeroerror.store.log import Head

LEAVES = 4
BOTH = (
    "UPDATE leaf SET kind = 'x' WHERE idx = 2",
    "UPDATE leaf SET bytes = bytes",
    "UPDATE leaf SET idx = 99 WHERE idx = 3",
    "DELETE FROM leaf WHERE idx = 3",
    "DELETE FROM leaf WHERE idx = 1",
    "DELETE FROM leaf",
    "INSERT INTO leaf SELECT 7, hash, stream, 7, 'new', 1, kind, time, bytes FROM leaf WHERE idx = 3",
    "INSERT INTO leaf SELECT -1, hash, stream, 7, 'new', 1, kind, time, bytes FROM leaf WHERE idx = 3",
    """INSERT INTO leaf SELECT 2, hash, stream, seq, command, part, 'x', time, bytes FROM leaf WHERE idx = 2
       ON CONFLICT (idx) DO UPDATE SET kind = 'x'""",
)
SQLITE = (
    "UPDATE OR REPLACE leaf SET idx = 1 WHERE idx = 2",
    "INSERT OR REPLACE INTO leaf SELECT 2, hash, stream, seq, command, part, 'x', time, bytes FROM leaf WHERE idx = 2",
    # A new place, but a command and a place in a stream that are taken: REPLACE would delete their rows.
    "REPLACE INTO leaf SELECT 4, hash, stream, 9, command, part, 'x', time, bytes FROM leaf WHERE idx = 2",
    "REPLACE INTO leaf SELECT 4, hash, stream, seq, 'new', part, 'x', time, bytes FROM leaf WHERE idx = 2",
)
POSTGRESQL = (
    "TRUNCATE leaf",
    "TRUNCATE leaf, head CASCADE",
    "WITH gone AS (DELETE FROM leaf RETURNING *) SELECT count(*) FROM gone",
    "MERGE INTO leaf USING (SELECT 2 AS at) AS s ON leaf.idx = s.at WHEN MATCHED THEN UPDATE SET kind = 'x'",
)


@pytest.fixture
def stood(conn: Connection) -> Connection:
    """A ledger with some leaves."""
    filled(conn, LEAVES)
    return conn


def refused(conn: Connection, statement: str) -> None:
    """That statement is refused as a change to what only grows, and nothing has changed."""
    before, head = list(log.leaves(conn)), log.head(conn)
    with pytest.raises(AppendOnly), conn.write():
        conn.execute(statement)
    assert list(log.leaves(conn)) == before
    assert log.head(conn) == head


@pytest.mark.parametrize("statement", BOTH)
def test_no_statement_changes_the_ledger(stood: Connection, statement: str) -> None:
    refused(stood, statement)


@ON_SQLITE
@pytest.mark.parametrize("statement", SQLITE)
def test_no_statement_of_sqlite_replaces_a_leaf(stood: Connection, statement: str) -> None:
    refused(stood, statement)


@ON_POSTGRESQL
@pytest.mark.parametrize("statement", POSTGRESQL)
def test_no_statement_of_postgresql_empties_the_ledger(stood: Connection, statement: str) -> None:
    refused(stood, statement)


@ON_SQLITE
def test_without_recursive_triggers_a_leaf_still_keeps_its_place(stood: Connection) -> None:
    # Somebody else's client has not set the pragma, and its REPLACE deletes without asking the triggers.
    stood.execute("PRAGMA recursive_triggers=OFF")
    refused(stood, SQLITE[1])


def test_leaves_are_appended_only_where_the_head_is(stood: Connection) -> None:
    before = log.head(stood)
    with pytest.raises(Busy) as moved, stood.write():
        # The head has moved on since it was read: a writer who did not hold it loses.
        stood.execute("UPDATE head SET size = 5 WHERE id = 1")
        log.append(stood, [row(4)], Head(5, "h", "t", "f"))
    assert moved.value.code == "store.moved_on"
    assert log.head(stood) == before
    with pytest.raises(ValueError), stood.write():
        log.append(stood, [row(5)], Head(5, "h", "t", "f"))
    with pytest.raises(AppendOnly), stood.write():
        log.append(stood, [row(6)], Head(7, "h", "t", "f"))


@pytest.mark.parametrize("taken", [row(4)._replace(command="c2"), row(4)._replace(seq=3)])
def test_one_command_and_one_place_in_a_stream_stand_once(stood: Connection, taken: log.LeafRow) -> None:
    with pytest.raises(Conflict):
        append(stood, [taken])
    assert log.head(stood).size == LEAVES


def test_an_exception_within_a_transaction_leaves_nothing_behind(stood: Connection) -> None:
    class Crash(BaseException):
        pass

    with pytest.raises(Crash), stood.write():
        log.append(stood, [row(4)], Head(5, "h", "t", "f"))
        raise Crash
    assert log.head(stood).size == LEAVES
    append(stood, [row(4)])
    assert [each.idx for each in log.leaves(stood)] == [0, 1, 2, 3, 4]


def test_leaves_are_read_back_as_they_were_written(
    ledger: str, opened: Callable[[str], Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "CHUNK", 3)
    writer, reader = opened(ledger), opened(ledger)
    rows = [
        row(0, stream="institution", seq=1),
        row(1, stream="BW-2026-0001", seq=1, part=2),
        row(2, stream="institution", seq=2),
        *(row(index, stream="institution", seq=index) for index in range(3, 11)),
    ]
    append(writer, rows)
    assert list(log.leaves(reader)) == rows
    assert list(log.leaves(reader, 2, 5)) == rows[2:5]
    assert log.stream_leaves(reader, "BW-2026-0001") == [rows[1]]
    assert log.command_leaves(reader, "c0") == rows[:2]
    assert log.stream_head(reader, "institution") == (10, rows[-1].hash)
    assert log.stream_head(reader, "nothing") is None
