"""To whom tasks were given to read: a task's readers, and what somebody has not read yet."""

from __future__ import annotations

from zeroerror.model.circulation import Circulated
from zeroerror.model.instant import from_text
from zeroerror.store.connection import Connection, Row

_COLUMNS = "task, person, given_by, given_at, given_idx, read_at, read_idx"
_OF_TASK = f"SELECT {_COLUMNS} FROM circulation WHERE task = ? ORDER BY given_idx, person"
_UNREAD = f"SELECT {_COLUMNS} FROM circulation WHERE person = ? AND read_at IS NULL ORDER BY given_idx, task"
_GIVEN = "SELECT given_idx FROM circulation WHERE task = ? AND person = ?"


def circulation(conn: Connection, task: str) -> list[Circulated]:
    """Everybody to whom a task was given to read, in that order."""
    return [_circulated(row) for row in conn.all(_OF_TASK, (task,))]


def unread(conn: Connection, person: str) -> list[Circulated]:
    """What was given to somebody to read and he has not said he has, the oldest first."""
    return [_circulated(row) for row in conn.all(_UNREAD, (person,))]


def was_circulated(conn: Connection, task: str, person: str, position: int | None = None) -> bool:
    """Whether a task was given to somebody to read; of a position, by a leaf before it."""
    row = conn.one(_GIVEN, (task, person))
    return row is not None and (position is None or row[0] < position)


def _circulated(row: Row) -> Circulated:
    task, person, by, at, index, read_at, read_index = row
    return Circulated(
        task, person, by, from_text(at), index, None if read_at is None else from_text(read_at), read_index
    )
