"""How the open tasks stand, counted by the database: some dozens of rows come back, however many tasks are open.

A task counts by its most pressing step, as `report.counting` has it. What the columns do not say is not counted
here but named, to be read whole: a clock that stands (was it late already?), somebody who owes for a post that
he covers, and a task in which a step was restored (it may be history that was read in).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from zeroerror.model.instant import to_text
from zeroerror.store.connection import Connection
from zeroerror.store.reads.afterwards import AFTERWARDS


class Standing(NamedTuple):
    """So many open tasks of an office whose most pressing step is of that kind, lies with that person, and stands so."""

    office: str
    kind: str
    person: str | None
    how: str
    tasks: int


# A post or duty that is covered is `office/…`; that another text has a slash too only makes the answer slower.
# History that was read in enters no step that stays open, so it has none but one that was restored.
_ODD = f"""v.clock = 'stopped' OR v.content LIKE '%/%'
    OR v.task IN (SELECT stream FROM leaf WHERE {AFTERWARDS} AND kind = 'step_restored')"""
# In the order of `report.counting.STANDINGS`, the most pressing first.
_HOW = """CASE WHEN v.kind = 'desk' THEN 5 WHEN v.kind = 'outside' THEN 6
    WHEN v.due_at < ? OR t.due_at < ? THEN 0
    WHEN v.due_at < ? OR t.due_at < ? THEN 1
    WHEN v.due_at IS NOT NULL AND v.warn_at <= ? THEN 2 ELSE 3 END"""
_STEPS = f"""SELECT v.task, v.place, v.office, v.kind, v.person, t.family, t.last_idx, {_HOW} AS how,
    CASE WHEN {_ODD} THEN 1 ELSE 0 END AS odd
    FROM visit v JOIN task t ON t.id = v.task
    WHERE v.status = 'open' AND t.status = 'open'"""
_STANDINGS = f"""SELECT office, kind, person, how, count(*) FROM (
    SELECT office, kind, person, how,
        row_number() OVER (PARTITION BY task ORDER BY how, place) AS nth,
        max(odd) OVER (PARTITION BY task) AS odd
    FROM ({_STEPS}) AS steps) AS tasks
    WHERE nth = 1 AND odd = 0 GROUP BY office, kind, person, how"""
# Steps that only wait their time, and tasks in which there are no others: nobody lists them, they are only counted.
_CALM = f"""SELECT task, office, person FROM (
    SELECT task, office, person, family, last_idx,
        row_number() OVER (PARTITION BY task ORDER BY place) AS nth,
        min(how) OVER (PARTITION BY task) AS most, max(how) OVER (PARTITION BY task) AS least,
        max(odd) OVER (PARTITION BY task) AS odd
    FROM ({_STEPS}) AS steps) AS tasks
    WHERE nth = 1 AND most = 3 AND least = 3 AND odd = 0 AND family <> 'oversight' AND last_idx < ?
    ORDER BY task"""
_OPEN = "SELECT DISTINCT task FROM visit WHERE status = 'open'"
_APART = f"SELECT DISTINCT v.task FROM visit v WHERE v.status = 'open' AND ({_ODD}) ORDER BY v.task"
_NAMES = ("overdue", "due_today", "due_soon", "normal", "stopped", "at_desk", "outside")


class Calm(NamedTuple):
    """A task of which no step presses, and who owes its first open one."""

    task: str
    office: str
    person: str | None


def standings(conn: Connection, at: datetime, tomorrow: datetime) -> list[Standing]:
    """The open tasks by how they stand now, but for those that are read whole; `tomorrow` is the next midnight there."""
    now, midnight = to_text(at), to_text(tomorrow)
    rows = conn.all(_STANDINGS, (now, now, midnight, midnight, now))
    return [Standing(office, kind, person, _NAMES[how], tasks) for office, kind, person, how, tasks in rows]


def read_whole(conn: Connection) -> Sequence[str]:
    """The open tasks of which the columns do not say how they stand."""
    return [task for (task,) in conn.all(_APART)]


def calm(conn: Connection, at: datetime, tomorrow: datetime, position: int) -> list[Calm]:
    """The open tasks, but for oversight's, of which no step presses, waits or stands, and no leaf is behind that position."""
    now, midnight = to_text(at), to_text(tomorrow)
    return [Calm._make(row) for row in conn.all(_CALM, (now, now, midnight, midnight, now, position))]


def with_open_steps(conn: Connection) -> list[str]:
    """The tasks of which a step is open."""
    return [task for (task,) in conn.all(_OPEN)]
