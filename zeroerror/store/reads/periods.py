"""What was opened and closed between two instants, as far as the leaves before a position tell."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from zeroerror.model.instant import to_text
from zeroerror.store import log
from zeroerror.store.connection import Connection
from zeroerror.store.reads.afterwards import said_between


class Closed(NamedTuple):
    """A task that ended: whose it is, whether it was past its own limit then, and whether it goes on in another."""

    task: str
    office: str
    late: bool
    goes_on: bool


class Ended(NamedTuple):
    """A task that ended, whosever it is, its last leaf, and whether it goes on in another."""

    task: str
    office: str
    family: str
    last_index: int
    goes_on: bool


class Left(NamedTuple):
    """A visit that was left: of which task and definition, when it had come, and when it was left."""

    task: str
    digest: str
    office: str
    step: str
    visit: int
    entered_at: str
    left_at: str


# Follow-ups are counted as findings, and not once more as work.
# A task whose last leaf is before the position was opened and ended before it; only what has moved since, such as
# history that was read in later, is asked leaf by leaf.
_OPENED = """SELECT t.id, t.office FROM task t
    WHERE t.family <> 'oversight' AND t.opened_at >= ? AND t.opened_at < ? AND (t.last_idx < ? OR EXISTS (
        SELECT 1 FROM leaf l WHERE l.stream = t.id AND l.kind = 'task_opened' AND l.idx < ?)) ORDER BY t.id"""
_CLOSED = """SELECT t.id, t.office, CASE WHEN t.due_at < t.closed_at THEN 1 ELSE 0 END,
    CASE WHEN t.status IN ('merged', 'redirected') THEN 1 ELSE 0 END FROM task t
    WHERE t.family <> 'oversight' AND t.closed_at >= ? AND t.closed_at < ? AND (t.last_idx < ? OR EXISTS (
        SELECT 1 FROM leaf l WHERE l.stream = t.id AND l.kind = 'task_closed' AND l.idx < ?)) ORDER BY t.id"""
# History that was read in says when steps were done and mostly not when they came.
_LEFT = """SELECT v.task, t.digest, t.office, v.step, v.visit, v.entered_at, v.left_at
    FROM visit v JOIN task t ON t.id = v.task
    WHERE v.left_at >= ? AND v.left_at < ? AND t.family <> 'oversight'
    AND v.status IN ('done', 'returned', 'failed', 'cancelled') AND v.content NOT LIKE '%"imported"%'"""
_ENDED = """SELECT id, office, family, last_idx,
    CASE WHEN status IN ('merged', 'redirected') THEN 1 ELSE 0 END FROM task
    WHERE closed_at >= ? AND closed_at < ? ORDER BY id"""


def left_between(conn: Connection, since: datetime, until: datetime) -> list[Left]:
    """The visits of work that somebody left with since ≤ leaving < until, as they stand now."""
    return [Left._make(row) for row in conn.all(_LEFT, (to_text(since), to_text(until)))]


def restored_since(conn: Connection, position: int) -> list[str]:
    """The tasks of which a leaf from that position on says that a step is open again."""
    said = said_between(conn, position, log.head(conn).size)
    return sorted({each.stream for each in said if each.kind == "step_restored"})


def opened_between(
    conn: Connection, since: datetime, until: datetime, position: int
) -> list[tuple[str, str]]:
    """The tasks with since ≤ opening < until, each with its office."""
    rows = conn.all(_OPENED, (to_text(since), to_text(until), position, position))
    return [(id, office) for id, office in rows]


def closed_between(conn: Connection, since: datetime, until: datetime, position: int) -> list[Closed]:
    """The tasks with since ≤ end < until, but for those that were reopened since."""
    rows = conn.all(_CLOSED, (to_text(since), to_text(until), position, position))
    return [Closed(id, office, bool(late), bool(goes_on)) for id, office, late, goes_on in rows]


def reopened_since(conn: Connection, position: int) -> list[str]:
    """The tasks of which a leaf from that position on says that they go on."""
    said = said_between(conn, position, log.head(conn).size)
    return sorted({each.stream for each in said if each.kind == "task_reopened"})


def ended_between(conn: Connection, since: datetime, until: datetime) -> list[Ended]:
    """The tasks of every family with since ≤ end < until, as they stand now."""
    return [Ended._make(row) for row in conn.all(_ENDED, (to_text(since), to_text(until)))]
