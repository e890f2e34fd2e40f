"""The leaves that have brought a calendar: a handful in years, and each is asked for again and again.

They have an index of their own, which the database takes only where the condition stands word for word.
"""

from __future__ import annotations

from typing import NamedTuple

from zeroerror.store.among import among
from zeroerror.store.connection import Connection

CALENDARS = among("kind", "genesis", "calendar_applied", "hours_applied")
_BEFORE = f"SELECT idx, time, kind, hash FROM leaf WHERE idx < ? AND {CALENDARS} ORDER BY idx"


class Brought(NamedTuple):
    """One such leaf; its hash stands for all the leaves before it too."""

    idx: int
    time: str
    kind: str
    hash: str


def calendars_brought(conn: Connection, until: int) -> list[Brought]:
    """Such leaves with index < until, in order; the first is the genesis."""
    return [Brought._make(row) for row in conn.all(_BEFORE, (until,))]
