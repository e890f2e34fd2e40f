"""What was said afterwards: leaves that change what an earlier one found, or open again what was ended.

They are few, and whoever tells of an earlier time asks for them between two positions; so they have an index of
their own, which the database takes only where the condition stands word for word.
"""

from __future__ import annotations

from typing import NamedTuple

from zeroerror.store.among import among
from zeroerror.store.connection import Connection

AFTERWARDS = among(
    "kind",
    "attribution_corrected",
    "attribution_revised",
    "dispute_answered",
    "finding_cured",
    "finding_disputed",
    "finding_voided",
    "finding_withdrawn",
    "rectify_ordered",
    "step_restored",
    "task_reopened",
)
_BETWEEN = (
    f"SELECT idx, stream, kind, bytes FROM leaf WHERE idx >= ? AND idx < ? AND {AFTERWARDS} ORDER BY idx"
)


class Afterwards(NamedTuple):
    """One such leaf."""

    idx: int
    stream: str
    kind: str
    bytes: bytes


def said_between(conn: Connection, since: int, until: int) -> list[Afterwards]:
    """Such leaves with since ≤ index < until, in order."""
    return [Afterwards._make(row) for row in conn.all(_BETWEEN, (since, until))] if since < until else []
