"""Leaves, tasks and findings to write into a ledger that nobody decided on: the store does not ask."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from zeroerror.model.finding import Answerer, Attribution, Finding, Lead
from zeroerror.model.task import Task
from zeroerror.model.visit import DueChange, Holding, Visit
from zeroerror.store import log
from zeroerror.store.connection import Connection
from zeroerror.store.log import Head, LeafRow

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

MADE = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)


def row(index: int, *, stream: str = "institution", seq: int | None = None, part: int = 1) -> LeafRow:
    """A leaf's row that fits at that index of a ledger with one stream."""
    data = f'{{"index":{index}}}'.encode()
    digest = hashlib.sha256(data).hexdigest()
    command = f"c{index - part + 1}"
    time = f"2026-11-23T01:02:03.{index:06d}Z"
    return LeafRow(
        index, digest, stream, index + 1 if seq is None else seq, command, part, "noted", time, data
    )


def append(conn: Connection, rows: Sequence[LeafRow]) -> None:
    """Append rows as the front door does, in one transaction that begins with the head."""
    with conn.write():
        head = log.head(conn, lock=True)
        last = rows[-1]
        log.append(conn, rows, Head(head.size + len(rows), last.hash, last.time, "frontier"))


def filled(conn: Connection, leaves: int) -> None:
    """Append so many leaves."""
    append(conn, [row(index) for index in range(leaves)])


def visit(step: str = "draft", number: int = 1, *, hours: int = 8, person: str | None = "zhang") -> Visit:
    """An open visit, due so many hours after it was entered."""
    due = DueChange(MADE + timedelta(hours=hours), MADE + timedelta(hours=hours - 1), MADE, 1, "entered")
    holding = Holding(person, "own", MADE, 1)
    return Visit(step, number, "person", MADE, 1, (due,), (holding,))


def task(id: str = "BW-2026-0001", *visits: Visit, seq: int = 1) -> Task:
    """An open task with its visits."""
    due = DueChange(MADE + timedelta(days=7), None, MADE, 0, "entered")
    return Task(
        id=id,
        workflow="document/outgoing",
        digest="d" * 64,
        family="document",
        office="提案委",
        opener="zhang",
        fields={"urgency": "平件"},
        sealed={"title": "e" * 64},
        opened_at=MADE,
        dues=(due,),
        visits=visits or (visit(),),
        seq=seq,
        last=f"{seq:064x}",
        last_index=seq,
        last_actor="zhang",
    )


def finding(number: int = 1, *, task: str = "BW-2026-0001", person: str = "zhang") -> Finding:
    """A finding that names somebody."""
    answerer = Answerer(person, "direct", {"kind": "own", "for": None}, "attribution.plain")
    lead = Lead(
        rule="step_overdue",
        version=1,
        severity="minor",
        task=task,
        step="draft",
        visit=number,
        due_at=MADE + timedelta(hours=number),
        evidence=(1, 2),
        trace={"due_at": "x", "days": [1, 2], "more": {"b": 1, "a": None}},
        attribution=Attribution((answerer,), (), None, (1,)),
    )
    return Finding(f"F-{number:012x}", lead, MADE, 5 + number)


def left(before: Visit, index: int) -> Visit:
    """The visit after its act."""
    at = MADE + timedelta(hours=1)
    return replace(
        before, status="done", action="submit", doer="zhang", capacity="own", left_at=at, left_index=index
    )
