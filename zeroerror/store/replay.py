"""Holding the projection against the ledger: an empty twin to fold the leaves into, and a comparison.

The twin is SQLite in memory with the same tables, written by the same code; nothing re-implements SQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from zeroerror.store import sqlite
from zeroerror.store.connection import Connection, Row

#: Every projection table with its columns, the first ones (as many as the number says) being its key; what
#: others refer to comes first. Not among them is what is no fold of leaves: the leaves, their head, the
#: sealed texts and the database's own papers.
PROJECTIONS: dict[str, tuple[int, tuple[str, ...]]] = {
    "document": (1, ("name", "content", "digest", "idx")),
    "definition": (1, ("digest", "id", "text", "overlays", "effective", "tbl", "idx")),
    "workflow": (1, ("id", "digest")),
    "key": (1, ("id", "person", "public", "since_idx", "until_idx")),
    "proposal": (1, ("id", "kind", "status", "proposer", "about", "idx", "content")),
    "number": (2, ("prefix", "year", "last")),
    "task": (
        1,
        (
            *("id", "workflow", "digest", "family", "office", "status", "opened_at", "closed_at", "due_at"),
            *("parent", "seq", "last", "last_idx", "state"),
        ),
    ),
    "visit": (
        3,
        (
            *("task", "step", "visit", "place", "office", "kind", "person", "urger", "status", "clock"),
            *("entered_at", "left_at", "ended_at", "due_at", "first_due_at", "warn_at"),
            *("delegate", "content"),
        ),
    ),
    "visit_due": (4, ("task", "step", "visit", "idx", "due_at", "kind")),
    "task_due": (2, ("task", "idx", "due_at")),
    "finding": (
        1,
        (
            *("id", "fingerprint", "rule", "severity", "task", "step", "visit", "state", "follow_up"),
            *("found_at", "found_idx", "last_idx", "content"),
        ),
    ),
    "finding_person": (2, ("person", "finding")),
    "notice": (
        1,
        (
            *("id", "matter", "finding", "task", "level", "owes", "last", "state", "given_at", "given_idx"),
            *("again_at", "answered_by", "answered_at", "reason", "content"),
        ),
    ),
    "notice_person": (2, ("person", "notice")),
    "correction": (2, ("person", "idx", "finding", "why", "sent_at")),
    "circulation": (
        2,
        ("task", "person", "given_by", "given_at", "given_idx", "read_at", "read_idx"),
    ),
    "slot": (2, ("audit", "slot", "idx", "seen", "content")),
    "planned": (
        1,
        ("id", "plan", "period", "office", "person", "place", "number", "held", "task", "idx"),
    ),
}

CHUNK = 2000


class Difference(NamedTuple):
    """A row that differs: as the first connection has it, and as the second; None where it is missing."""

    table: str
    key: Row
    first: Row | None
    second: Row | None


def memory_twin() -> Connection:
    """A connection to an empty SQLite database in memory, with every table."""
    raw = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256)
    raw.deserialize(_empty())
    for name in ("foreign_keys", "recursive_triggers"):
        raw.execute(f"PRAGMA {name}=ON")
    return Connection(sqlite.SQLite(raw, ":memory:"))


def compare(first: Connection, second: Connection, *, most: int = 1000) -> list[Difference]:
    """The rows in which two projections differ, table by table, up to so many; empty where they agree."""
    found: list[Difference] = []
    for table in PROJECTIONS:
        for difference in _differing(first, second, table):
            found.append(difference)
            if len(found) >= most:
                return found
    return found


def overwrite(conn: Connection, twin: Connection) -> None:
    """Put a twin's projection in the place of a database's own, within `conn.write()` of the caller."""
    for table in reversed(PROJECTIONS):
        conn.execute(f"DELETE FROM {table}")
    for table, (_, columns) in PROJECTIONS.items():
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        rows: list[Row] = []
        for row in _rows(twin, table):
            rows.append(row)
            if len(rows) == CHUNK:
                conn.executemany(sql, rows)
                rows = []
        if rows:
            conn.executemany(sql, rows)


@lru_cache(maxsize=1)
def _empty() -> bytes:
    """The bytes of an empty database: migrated once a process, because alembic takes its time."""
    from zeroerror.store import upgrade

    raw = sqlite3.connect(":memory:", isolation_level=None)
    upgrade.migrate_memory(raw)
    try:
        return raw.serialize()
    finally:
        raw.close()


def _differing(first: Connection, second: Connection, table: str) -> Iterator[Difference]:
    width = PROJECTIONS[table][0]
    ones, others = _rows(first, table), _rows(second, table)
    one, other = next(ones, None), next(others, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[:width] < other[:width]):
            assert one is not None
            yield Difference(table, one[:width], one, None)
            one = next(ones, None)
        elif one is None or other[:width] < one[:width]:
            yield Difference(table, other[:width], None, other)
            other = next(others, None)
        else:
            if one != other:
                yield Difference(table, one[:width], one, other)
            one, other = next(ones, None), next(others, None)


def _rows(conn: Connection, table: str) -> Iterator[Row]:
    """A table's rows in order of key, read in chunks; both databases order text as Python does."""
    first, onward = _paged(table)
    rows = conn.all(first, (CHUNK,))
    while rows:
        yield from rows
        if len(rows) < CHUNK:
            return
        rows = conn.all(onward, (*rows[-1][: PROJECTIONS[table][0]], CHUNK))


@lru_cache(maxsize=64)
def _paged(table: str) -> tuple[str, str]:
    width, columns = PROJECTIONS[table]
    key = ", ".join(columns[:width])
    select = f"SELECT {', '.join(columns)} FROM {table}"
    tail = f"ORDER BY {key} LIMIT ?"
    return f"{select} {tail}", f"{select} WHERE ({key}) > ({', '.join('?' * width)}) {tail}"
