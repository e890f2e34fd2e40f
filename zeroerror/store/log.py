"""The ledger's rows: where it ends, what is appended, and what is read back. Never changed, never deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from zeroerror.store.connection import Connection, Row
from zeroerror.store.errors import StoreError


class Head(NamedTuple):
    """Where the ledger ends."""

    #: How many leaves there are; the next one's index.
    size: int
    #: Hash of the last leaf, in hex; empty for an empty ledger.
    hash: str
    #: Time of the last leaf; empty for an empty ledger.
    time: str
    #: The tree's frontier as its own text.
    frontier: str


class LeafRow(NamedTuple):
    """One leaf as it is stored: its bytes, and what it is found by."""

    idx: int
    hash: str
    stream: str
    seq: int
    command: str
    part: int
    kind: str
    time: str
    bytes: bytes


_COLUMNS = "idx, hash, stream, seq, command, part, kind, time, bytes"
HEAD = "SELECT size, hash, time, frontier FROM head WHERE id = 1"
_HEAD_LOCKED = HEAD + " FOR UPDATE"
_STREAM_HEAD = "SELECT seq, hash FROM leaf WHERE stream = ? ORDER BY seq DESC LIMIT 1"
_APPEND = f"INSERT INTO leaf ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MOVE_HEAD = "UPDATE head SET size = ?, hash = ?, time = ?, frontier = ? WHERE id = 1 AND size = ?"
_OF_COMMAND = f"SELECT {_COLUMNS} FROM leaf WHERE command = ? ORDER BY part"
_OF_STREAM = f"SELECT {_COLUMNS} FROM leaf WHERE stream = ? ORDER BY seq"
_RANGE = f"SELECT {_COLUMNS} FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT ?"

#: Up to so many leaves are appended by one statement.
FEW = 4
#: Leaves read at a time, so that a long ledger is never held in memory whole.
CHUNK = 500


def head(conn: Connection, *, lock: bool = False) -> Head:
    """Where the ledger ends; `lock`, the first thing in `conn.write()`, keeps others from appending."""
    # SQLite holds the whole database from BEGIN IMMEDIATE on.
    sql = _HEAD_LOCKED if lock and conn.dialect == "postgresql" else HEAD
    return head_of(conn.one(sql))


def head_of(row: Row | None) -> Head:
    """Where the ledger ends, by the one row that says it."""
    if row is None:
        raise StoreError(detail="the head row is missing")
    return Head._make(row)


def stream_head(conn: Connection, stream: str) -> tuple[int, str] | None:
    """Sequence number and hash of a stream's last leaf; None where it has none."""
    row = conn.one(_STREAM_HEAD, (stream,))
    return None if row is None else (row[0], row[1])


def append(conn: Connection, rows: Sequence[LeafRow], new: Head) -> None:
    """Append leaves and move the head, within `conn.write()` and after `head(lock=True)`.

    Raises Busy("store.moved_on") if the head is not where these leaves begin, Conflict for a command or a
    place in a stream that is taken.
    """
    size = new.size - len(rows)
    for at, row in enumerate(rows, size):
        if row[0] != at:
            raise ValueError(f"leaf {row[0]} where {at} comes next")
    if len(rows) <= FEW:
        # A step's two or three leaves in one statement: a server answers each.
        conn.execute(_append(len(rows)), [value for row in rows for value in row])
    else:
        conn.executemany(_APPEND, rows)
    conn.change_one(_MOVE_HEAD, (*new, size))


@lru_cache(maxsize=FEW + 1)
def _append(count: int) -> str:
    return _APPEND + ", (?, ?, ?, ?, ?, ?, ?, ?, ?)" * (count - 1)


def command_leaves(conn: Connection, command: str) -> list[LeafRow]:
    """The leaves that a command has yielded, by part; empty if it is unknown."""
    return [LeafRow._make(row) for row in conn.all(_OF_COMMAND, (command,))]


def stream_leaves(conn: Connection, stream: str) -> list[LeafRow]:
    """All leaves of one stream, in order."""
    return [LeafRow._make(row) for row in conn.all(_OF_STREAM, (stream,))]


def count(conn: Connection) -> int:
    """How many leaves are stored, whatever the head says."""
    found = conn.one("SELECT count(*) FROM leaf")
    return 0 if found is None else int(found[0])


def leaves(conn: Connection, since: int = 0, until: int | None = None) -> Iterator[LeafRow]:
    """The leaves with since ≤ index < until, in order, read in chunks."""
    end = head(conn).size if until is None else until
    while since < end:
        rows = conn.all(_RANGE, (since, end, CHUNK))
        if not rows:
            return
        yield from map(LeafRow._make, rows)
        since = rows[-1][0] + 1
