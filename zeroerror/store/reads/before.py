"""What is asked before a step is decided: all of it at once, so that a server is gone to and fro once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zeroerror.model.finding import Finding
from zeroerror.model.task import Task
from zeroerror.store import log
from zeroerror.store.codec import finding_from_json
from zeroerror.store.connection import Connection
from zeroerror.store.reads import findings, registers, tasks


class Before(NamedTuple):
    """Where the ledger ended before anything else of it was read, and what holds of a few tasks and of a key."""

    head: log.Head
    held: dict[str, registers.Held]
    key: registers.Key | None
    tasks: dict[str, Task | None]
    #: By task, in the order in which they were found.
    findings: dict[str, list[Finding]]


def before_step(conn: Connection, ids: Sequence[str], key: str) -> Before:
    """What whoever has that key must know before he takes a step in each of these tasks."""
    count = len(ids)
    head, held, keys, *rest = conn.gather(
        (log.HEAD, ()),
        (registers.HELD, ()),
        (registers.KEY, (key,)),
        *((tasks.TASK, (id,)) for id in ids),
        *((findings.OF_TASK, (id,)) for id in ids),
    )
    return Before(
        log.head_of(head[0] if head else None),
        registers.held_of(held),
        registers.Key._make(keys[0]) if keys else None,
        {id: tasks.task_of(rows) for id, rows in zip(ids, rest[:count], strict=True)},
        {
            id: [finding_from_json(text) for (text,) in rows]
            for id, rows in zip(ids, rest[count:], strict=True)
        },
    )
