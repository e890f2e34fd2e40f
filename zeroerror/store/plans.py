"""What plans have opened: written by the fold, and asked whether it is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from zeroerror.store.connection import Connection
from zeroerror.store.reads.many import many

_COLUMNS = "id, plan, period, office, person, place, number, task, idx"
_INSERT = f"INSERT INTO plan_opening ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_BY_ID = f"SELECT {_COLUMNS} FROM plan_opening WHERE id IN (?*)"
_PLACES = f"SELECT {_COLUMNS} FROM plan_opening WHERE place IS NOT NULL ORDER BY idx"


class PlanOpening(NamedTuple):
    """A task that was opened for what a plan owed, and by which leaf."""

    id: str
    plan: str
    period: str
    office: str
    person: str | None
    place: str | None
    number: int
    task: str
    idx: int


def save(conn: Connection, opening: PlanOpening) -> None:
    """Write that a plan's task was opened; raises Conflict where that had been done already."""
    conn.execute(_INSERT, tuple(opening))


def openings(conn: Connection, ids: Iterable[str]) -> dict[str, PlanOpening]:
    """Those of the owings for which a task has been opened, by their ids."""
    return {row[0]: PlanOpening(*row) for row in many(conn, _BY_ID, ids)}


def at_places(conn: Connection) -> list[PlanOpening]:
    """Everything that was opened for a place, in order."""
    return [PlanOpening(*row) for row in conn.all(_PLACES)]
