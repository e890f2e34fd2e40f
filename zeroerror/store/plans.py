"""What plans owed: the task opened for each, or that none could be; written by the fold, asked by passes and people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zeroerror.store.connection import Connection
from zeroerror.store.reads.many import many

_COLUMNS = "id, plan, period, office, person, place, number, held, task, idx"
_INSERT = f"INSERT INTO planned ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_OPENED = "UPDATE planned SET task = ?, idx = ? WHERE id = ? AND held = ? AND task IS NULL"
_BY_ID = f"SELECT {_COLUMNS} FROM planned WHERE id IN (?*)"
_HELD = f"SELECT {_COLUMNS} FROM planned WHERE task IS NULL ORDER BY held, id"
_HELD_THEN = f"SELECT {_COLUMNS} FROM planned WHERE held < ? AND (task IS NULL OR idx >= ?) ORDER BY held, id"
_PLACES = f"SELECT {_COLUMNS} FROM planned WHERE place IS NOT NULL AND idx < ? ORDER BY idx"
#: Open then: still open, or touched since, so that its stream has to be asked.
_UNDER_WAY = f"""SELECT {", ".join(f"planned.{each}" for each in _COLUMNS.split(", "))}
    FROM planned JOIN task ON task.id = planned.task
    WHERE planned.idx < ? AND (task.status = 'open' OR task.last_idx >= ?) ORDER BY planned.idx"""


class Planned(NamedTuple):
    """What a plan owed, and how far it has come."""

    id: str
    plan: str
    period: str
    office: str
    person: str | None
    place: str | None
    number: int
    #: The leaf that says that no task could be opened, where that had been so.
    held: int | None
    task: str | None
    #: The leaf that says that it was opened.
    idx: int | None


def save(conn: Connection, planned: Planned) -> None:
    """Write what has become of what a plan owed; raises Conflict or Busy where its task had been opened already."""
    if planned.held is None or planned.task is None:
        conn.execute(_INSERT, tuple(planned))
    else:
        conn.change_one(_OPENED, (planned.task, planned.idx, planned.id, planned.held))


def planned(conn: Connection, ids: Sequence[str]) -> dict[str, Planned]:
    """Those of the owings of which something has been recorded, by their ids."""
    return {row[0]: Planned(*row) for row in many(conn, _BY_ID, ids)}


def held(conn: Connection) -> list[Planned]:
    """Everything for which no task could be opened so far, the longest held first."""
    return [Planned(*row) for row in conn.all(_HELD)]


def held_then(conn: Connection, position: int) -> list[Planned]:
    """Everything for which no task could be opened by the leaves before a position, though one has been since."""
    return [Planned(*row) for row in conn.all(_HELD_THEN, (position, position))]


def at_places(conn: Connection, position: int) -> list[Planned]:
    """Everything that leaves before a position opened for a place, in order."""
    return [Planned(*row) for row in conn.all(_PLACES, (position,))]


def under_way(conn: Connection, position: int) -> list[Planned]:
    """What leaves before a position opened, and what may still have been open then."""
    return [Planned(*row) for row in conn.all(_UNDER_WAY, (position, position))]
