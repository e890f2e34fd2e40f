"""Writing to whom a task was given to read, and who has."""

from __future__ import annotations

from collections.abc import Iterable

from zeroerror.store.connection import Connection

_INSERT = "INSERT INTO circulation (task, person, given_by, given_at, given_idx) VALUES (?, ?, ?, ?, ?)"
_READ = "UPDATE circulation SET read_at = ?, read_idx = ? WHERE task = ? AND person = ?"


def insert_readers(
    conn: Connection, task: str, persons: Iterable[str], *, by: str, at: str, index: int
) -> None:
    """Write to whom a task was given."""
    conn.executemany(_INSERT, [(task, person, by, at, index) for person in persons])


def save_reading(conn: Connection, task: str, person: str, *, at: str, index: int) -> None:
    """Write that somebody has read it."""
    conn.change_one(_READ, (at, index, task, person))
