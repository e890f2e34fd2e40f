"""What a pass has to look at: by index, so that its cost grows with what it finds and not with what is open.

These say where to look, never what is so: they may name a visit too many, and the rules judge the whole task.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from zeroerror.model.event import INSTITUTION
from zeroerror.model.instant import from_text, to_text
from zeroerror.store.connection import Connection


class Due(NamedTuple):
    """A due instant that a visit, or with step and visit None a whole task, has had, and since which leaf."""

    task: str
    step: str | None
    visit: int | None
    idx: int
    due_at: datetime


class Place(NamedTuple):
    """One visit of one task."""

    task: str
    step: str
    visit: int


_DUE = """SELECT task, step, visit, idx, due_at FROM visit_due WHERE due_at > ? AND due_at <= ?
    ORDER BY due_at, task, step, visit, idx"""
# Each by its own index; a million open steps are not looked at.
_FALLING_DUE = """SELECT task FROM visit_due WHERE due_at > ? AND due_at <= ?
    UNION SELECT task FROM task_due WHERE due_at > ? AND due_at <= ?
    UNION SELECT task FROM visit WHERE status = 'open' AND warn_at > ? AND warn_at <= ?
    ORDER BY task"""
# By the index of waits alone: the due dates of everybody's own steps are not gone through.
_WAITS_DUE = """SELECT DISTINCT task FROM visit_due
    WHERE due_at > ? AND due_at <= ? AND kind <> 'person' ORDER BY task"""
_TASK_DUE = """SELECT task, idx, due_at FROM task_due WHERE due_at > ? AND due_at <= ?
    ORDER BY due_at, task, idx"""
_WARN = """SELECT task, step, visit FROM visit WHERE status = 'open' AND warn_at > ? AND warn_at <= ?
    ORDER BY warn_at, task, step, visit"""
_SOON = """SELECT task, step, visit FROM visit WHERE status = 'open' AND warn_at <= ? AND due_at > ?
    ORDER BY due_at, task, step, visit"""
_PAST = """SELECT task, step, visit FROM visit
    WHERE status = 'open' AND first_due_at <= ? AND entered_at <= ?
    UNION ALL
    SELECT task, step, visit FROM visit
    WHERE left_at IS NOT NULL AND left_at > ? AND first_due_at <= ? AND entered_at <= ?
    ORDER BY 1, 2, 3"""
_TASKS_PAST = """SELECT DISTINCT t.id FROM task t JOIN task_due d ON d.task = t.id
    WHERE t.status = 'open' AND t.opened_at <= ? AND d.due_at <= ?
    UNION
    SELECT t.id FROM task t JOIN task_due d ON d.task = t.id
    WHERE t.closed_at IS NOT NULL AND t.closed_at > ? AND t.opened_at <= ? AND d.due_at <= ?
    ORDER BY 1"""
_OF_KIND = "SELECT idx FROM leaf WHERE idx >= ? AND idx < ? AND kind = ? ORDER BY idx"
# No index: it is asked when a definition has been published, which is a few times a year.
_UNDER_OTHERS = """SELECT id FROM task WHERE workflow = ? AND digest <> ? AND opened_at <= ?
    AND (status = 'open' OR closed_at > ?) ORDER BY id"""
_OPENED_SINCE = "SELECT stream FROM leaf WHERE idx >= ? AND seq = 1 AND stream <> ?"
_TOUCHED = "SELECT DISTINCT stream FROM leaf WHERE idx >= ? AND idx < ? AND stream <> ? ORDER BY stream"


def due_between(conn: Connection, after: datetime, until: datetime) -> list[Due]:
    """Every due instant of a visit in (after, until], though it be closed, or due at another time, since."""
    rows = conn.all(_DUE, (to_text(after), to_text(until)))
    return [Due(task, step, visit, idx, from_text(due)) for task, step, visit, idx, due in rows]


def falling_due(conn: Connection, after: datetime, until: datetime) -> Iterator[str]:
    """The tasks in which a visit or the whole has, or has had, a due instant in (after, until], or begins to be due soon; in order."""
    span = (to_text(after), to_text(until))
    return conn.column(_FALLING_DUE, span * 3)


def waits_due_between(conn: Connection, after: datetime, until: datetime) -> Iterator[str]:
    """The tasks in which a wait for a desk or an outside body fell due in (after, until]; in order."""
    return conn.column(_WAITS_DUE, (to_text(after), to_text(until)))


def task_due_between(conn: Connection, after: datetime, until: datetime) -> list[Due]:
    """Every due instant of a whole task in (after, until]."""
    rows = conn.all(_TASK_DUE, (to_text(after), to_text(until)))
    return [Due(task, None, None, idx, from_text(due)) for task, idx, due in rows]


def warn_between(conn: Connection, after: datetime, until: datetime) -> list[Place]:
    """The open visits that began to be due soon in (after, until]."""
    return [Place._make(row) for row in conn.all(_WARN, (to_text(after), to_text(until)))]


def due_soon(conn: Connection, at: datetime) -> list[Place]:
    """The open visits that are due soon at that instant, and not yet past due."""
    now = to_text(at)
    return [Place._make(row) for row in conn.all(_SOON, (now, now))]


def open_and_past(conn: Connection, at: datetime) -> list[Place]:
    """The visits that were open at that instant and had a due date before it, whatever has become of them."""
    now = to_text(at)
    return [Place._make(row) for row in conn.all(_PAST, (now,) * 5)]


def tasks_open_and_past(conn: Connection, at: datetime) -> list[str]:
    """The tasks that were open at that instant and had a limit of their own before it."""
    now = to_text(at)
    return [id for (id,) in conn.all(_TASKS_PAST, (now,) * 5)]


def touched_since(conn: Connection, since: int, until: int) -> Iterator[str]:
    """The tasks in whose streams there are leaves with since ≤ index < until; in order."""
    return conn.column(_TOUCHED, (since, until, INSTITUTION))


def opened_since(conn: Connection, position: int) -> set[str]:
    """The tasks whose first leaf is not before that position."""
    return {stream for (stream,) in conn.all(_OPENED_SINCE, (position, INSTITUTION))}


def leaves_of_kind(conn: Connection, kind: str, since: int, until: int) -> list[int]:
    """The leaves of a kind with since ≤ index < until."""
    return [index for (index,) in conn.all(_OF_KIND, (since, until, kind))]


def running_under_others(conn: Connection, workflow: str, digest: str, at: datetime) -> list[str]:
    """The tasks of a workflow that were running at an instant under another definition than this."""
    now = to_text(at)
    return [id for (id,) in conn.all(_UNDER_OTHERS, (workflow, digest, now, now))]
