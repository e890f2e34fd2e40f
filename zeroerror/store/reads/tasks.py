"""Tasks and visits as people ask for them: one, those I owe, lists, the board."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from zeroerror.model.instant import from_text
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.store.codec import task_from_json
from zeroerror.store.connection import Connection, Row
from zeroerror.store.reads.many import many


class VisitRow(NamedTuple):
    """An open visit by what it is listed by; all of it is in its task."""

    task: str
    step: str
    visit: int
    office: str
    kind: str
    person: str | None
    urger: str | None
    clock: str
    entered_at: datetime
    due_at: datetime | None
    warn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks; what is None does not narrow."""

    status: str | None = None
    office: str | None = None
    workflow: str | None = None
    family: str | None = None
    #: Who owes one of its open visits, or owes the urging of one.
    person: str | None = None
    #: Only ids after this one, for pages.
    after: str | None = None
    limit: int = 1_000_000


# The task's own state stands in its first row alone: a task with forty visits has forty rows.
TASK = """SELECT CASE WHEN v.place > 0 THEN NULL ELSE t.state END, v.content FROM task t LEFT JOIN visit v ON v.task = t.id
    WHERE t.id = ? ORDER BY v.place"""
_TASKS = """SELECT t.id, CASE WHEN v.place > 0 THEN NULL ELSE t.state END, v.content FROM task t LEFT JOIN visit v ON v.task = t.id
    WHERE t.id IN (?*) ORDER BY t.id, v.place"""
_CHILDREN = "SELECT parent, id FROM task WHERE parent IN (?*) ORDER BY parent, id"
_VISIT = "task, step, visit, office, kind, person, urger, clock, entered_at, due_at, warn_at"
# The databases differ in where they put NULL unless they are told.
_OWED = f"""SELECT {_VISIT} FROM (
    SELECT {_VISIT} FROM visit WHERE status = 'open' AND person = ?
    UNION ALL
    SELECT {_VISIT} FROM visit WHERE status = 'open' AND urger IS NOT NULL AND urger = ?
    UNION ALL
    SELECT {_VISIT} FROM visit WHERE status = 'open' AND delegate IS NOT NULL AND delegate = ?) AS owed
    ORDER BY due_at IS NULL, due_at, task, step, visit"""
_OPEN = f"SELECT {_VISIT} FROM visit WHERE status = 'open' ORDER BY task, step, visit"
_OPEN_OFFICE = f"SELECT {_VISIT} FROM visit WHERE status = 'open' AND office = ? ORDER BY task, step, visit"
_DESKS = f"SELECT {_VISIT} FROM visit WHERE status = 'open' AND kind = 'desk' ORDER BY task, step, visit"
_EXACT = "SELECT 1 FROM task WHERE id = ?"
_FIND = """SELECT id FROM task WHERE substr(id, 1, ?) = ? OR substr(id, length(id) - ? + 1) = ?
    ORDER BY id LIMIT ?"""
_FIND_OPEN = """SELECT DISTINCT task FROM visit
    WHERE status = 'open' AND person = ?
    AND (substr(task, 1, ?) = ? OR substr(task, length(task) - ? + 1) = ?) ORDER BY task LIMIT ?"""
_CLAUSES = {
    "status": "status = ?",
    "office": "office = ?",
    "workflow": "workflow = ?",
    "family": "family = ?",
    "person": """id IN (SELECT task FROM visit WHERE status = 'open' AND person = ?
        UNION SELECT task FROM visit WHERE status = 'open' AND urger IS NOT NULL AND urger = ?)""",
    "after": "id > ?",
}


def task(conn: Connection, id: str) -> Task | None:
    """That task, whole; None if there is none."""
    return task_of(conn.all(TASK, (id,)))


def task_of(rows: Sequence[Row]) -> Task | None:
    """A task of its row joined to each of its visits'; None where there are none."""
    if not rows:
        return None
    return task_from_json(rows[0][0], [content for _, content in rows if content is not None])


def tasks_by_id(conn: Connection, ids: Iterable[str]) -> dict[str, Task]:
    """Those tasks, whole, in order of id; an unknown id has no entry."""
    wanted = sorted(set(ids))
    found: dict[str, tuple[str, list[str]]] = {}
    for id, state, content in many(conn, _TASKS, wanted):
        contents = found.setdefault(id, (state, []))[1]
        if content is not None:
            contents.append(content)
    return {id: task_from_json(state, contents) for id, (state, contents) in found.items()}


def children_ids(conn: Connection, parents: Iterable[str]) -> dict[str, list[str]]:
    """The tasks that actions of those tasks have opened, by the task that opened them; one without has no entry."""
    found: dict[str, list[str]] = {}
    for parent, id in dict.fromkeys(many(conn, _CHILDREN, sorted(set(parents)))):
        found.setdefault(parent, []).append(id)
    return found


def tasks(conn: Connection, which: TaskFilter) -> Iterator[Task]:
    """The tasks that pass the filter, whole, in order of id, read a few hundred at a time."""
    ids = task_ids(conn, which)
    for start in range(0, len(ids), 500):
        yield from tasks_by_id(conn, ids[start : start + 500]).values()


def task_ids(conn: Connection, which: TaskFilter) -> list[str]:
    """The ids of the tasks that pass the filter, in order."""
    return [id for (id,) in conn.all(*_filtered(which))]


def visits_owed(conn: Connection, person: str) -> list[VisitRow]:
    """The open visits that somebody owes, whose urging he owes, or that he is asked to do; by due date, those without one last."""
    return _visit_rows(conn.all(_OWED, (person, person, person)))


def open_visits(conn: Connection, office: str | None = None) -> list[VisitRow]:
    """All open visits, or those of one office, by task."""
    return _visit_rows(conn.all(_OPEN) if office is None else conn.all(_OPEN_OFFICE, (office,)))


def desks(conn: Connection) -> list[VisitRow]:
    """The open visits that wait at a leader's desk, by task."""
    return _visit_rows(conn.all(_DESKS))


def find_task_ids(
    conn: Connection, partial: str, *, owed_by: str | None = None, limit: int = 20
) -> list[str]:
    """The ids that begin or end with that text, in either case; among the open ones of a person if named.

    A whole id is its own prefix: if it is there, it alone is the answer. So it is asked for first, by the key:
    a beginning or end goes through every id there is.
    """
    for text in dict.fromkeys((partial, partial.upper())):
        if conn.one(_EXACT, (text,)) is not None:
            return [text]
        params: Sequence[Any] = (len(text), text, len(text), text, limit)
        rows = conn.all(_FIND, params) if owed_by is None else conn.all(_FIND_OPEN, (owed_by, *params))
        ids = [id for (id,) in rows]
        if ids:
            return ids
    return []


def _visit_rows(rows: list[Row]) -> list[VisitRow]:
    return [
        VisitRow(
            task=row[0],
            step=row[1],
            visit=row[2],
            office=row[3],
            kind=row[4],
            person=row[5],
            urger=row[6],
            clock=row[7],
            entered_at=from_text(row[8]),
            due_at=None if row[9] is None else from_text(row[9]),
            warn_at=None if row[10] is None else from_text(row[10]),
        )
        for row in rows
    ]


def _filtered(which: TaskFilter) -> tuple[str, list[Any]]:
    given = tuple(name for name in _CLAUSES if getattr(which, name) is not None)
    params: list[Any] = []
    for name in given:
        params.extend([getattr(which, name)] * _CLAUSES[name].count("?"))
    return _ids_sql(given), [*params, which.limit]


@lru_cache(maxsize=64)
def _ids_sql(given: tuple[str, ...]) -> str:
    where = " AND ".join(_CLAUSES[name] for name in given) or "1 = 1"
    return f"SELECT id FROM task WHERE {where} ORDER BY id LIMIT ?"
