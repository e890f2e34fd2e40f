"""What stood at an earlier instant, for who asks `--as-of`: the tasks as the leaves up to then leave them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.model.instant import to_text
from zeroerror.model.task import Task, Visit
from zeroerror.service.history import position_at, tasks_at
from zeroerror.store import reads
from zeroerror.store.connection import Connection


def tasks_then(conn: Connection, at: datetime, which: reads.TaskFilter) -> list[Task]:
    """The tasks that passed a filter at an instant, in order of id."""
    position = position_at(conn, to_text(at))
    # What it was called, and whose office it is, does not change; everything else may have been otherwise.
    constant = reads.TaskFilter(office=which.office, workflow=which.workflow, family=which.family)
    found = tasks_at(conn, reads.task_ids(conn, constant), position)
    return [task for _, task in sorted(found.items()) if _passes(task, which)]


def _passes(task: Task, which: reads.TaskFilter) -> bool:
    owing = {person for visit in task.open_visits() for person in (visit.person, visit.urger)}
    return (which.status is None or task.status == which.status) and (
        which.person is None or which.person in owing
    )


def visits_then(conn: Connection, at: datetime) -> Iterator[tuple[Task, Visit]]:
    """Every visit that was open at an instant, with its task."""
    for task in tasks_then(conn, at, reads.TaskFilter(status="open")):
        for visit in task.open_visits():
            yield task, visit
