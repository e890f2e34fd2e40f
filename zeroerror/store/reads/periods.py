"""What was opened and closed between two instants, as far as the leaves before a position tell."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from zeroerror.model.instant import to_text
from zeroerror.store.connection import Connection


class Closed(NamedTuple):
    """A task that ended: whose it is, and whether it was past its own limit then."""

    task: str
    office: str
    late: bool


# Follow-ups are counted as findings, and not once more as work.
_OPENED = """SELECT DISTINCT t.id, t.office FROM task t
    JOIN leaf l ON l.stream = t.id AND l.kind = 'task_opened' AND l.idx < ?
    WHERE t.family <> 'oversight' AND t.opened_at >= ? AND t.opened_at < ? ORDER BY t.id"""
_CLOSED = """SELECT DISTINCT t.id, t.office, CASE WHEN t.due_at < t.closed_at THEN 1 ELSE 0 END FROM task t
    JOIN leaf l ON l.stream = t.id AND l.kind = 'task_closed' AND l.idx < ?
    WHERE t.family <> 'oversight' AND t.closed_at >= ? AND t.closed_at < ? ORDER BY t.id"""
_REOPENED = "SELECT DISTINCT stream FROM leaf WHERE idx >= ? AND kind = 'task_reopened' ORDER BY stream"


def opened_between(
    conn: Connection, since: datetime, until: datetime, position: int
) -> list[tuple[str, str]]:
    """The tasks with since ≤ opening < until, each with its office."""
    rows = conn.all(_OPENED, (position, to_text(since), to_text(until)))
    return [(id, office) for id, office in rows]


def closed_between(conn: Connection, since: datetime, until: datetime, position: int) -> list[Closed]:
    """The tasks with since ≤ end < until, but for those that were reopened since."""
    rows = conn.all(_CLOSED, (position, to_text(since), to_text(until)))
    return [Closed(id, office, bool(late)) for id, office, late in rows]


def reopened_since(conn: Connection, position: int) -> list[str]:
    """The tasks of which a leaf from that position on says that they go on."""
    return [stream for (stream,) in conn.all(_REOPENED, (position,))]
