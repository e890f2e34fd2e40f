"""Where a pass looks besides the due dates of steps: requests, notices, and definitions that have been replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from zeroerror.audit.view import Published, View
from zeroerror.engine.acts import parts
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.calendar import CalendarError
from zeroerror.model.instant import from_text
from zeroerror.model.notice import Notice
from zeroerror.service.facts import proposal_of
from zeroerror.service.history import tasks_at
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection
from zeroerror.timing import due


def requests_owed(conn: Connection, view: View) -> Iterator[str]:
    """The tasks in which a request for more time came to be owed an answer since the slot before, and has none.

    Those that have been answered since then have a leaf that says so, and are looked at for it.
    """
    for row in reads.proposals(conn, "open"):
        if row.kind not in ("extend", "bulk"):
            continue
        proposal = proposal_of(row)
        try:
            owed_by = due(proposal.asked_at, view.thresholds.extension_answer_within, view.calendar).at
        except CalendarError:
            continue
        if owed_by <= view.slot and (view.previous is None or owed_by > view.previous):
            acts = (each for each in parts(proposal) if each.kind == "extend")
            yield from (each.body["target"]["task"] for each in acts)


def notices_owed(conn: Connection, view: View) -> Iterator[str]:
    """The tasks in which a notice came to be owed an answer since the slot before, and has none; in order."""
    return reads.tasks_of_notices_due(conn, view.previous, view.slot)


def notices_of(conn: Connection, tasks: Iterable[str]) -> dict[str, tuple[Notice, ...]]:
    """The notices about these tasks, by task, oldest first."""
    found: dict[str, tuple[Notice, ...]] = {}
    for notices in reads.notices_of_matters(conn, tasks).values():
        for each in notices:
            found[each.task] = (*found.get(each.task, ()), each)
    return found


def published_since(conn: Connection, seen: int, position: int, slot: datetime) -> tuple[Published, ...]:
    """The definitions published by leaves in [seen, position) while tasks ran under older ones of their workflow."""
    found = []
    indices = reads.leaves_of_kind(conn, "definition_published", seen, position)
    moved = set(reads.touched_since(conn, position, log.head(conn).size)) if indices else set()
    for index in indices:
        row = next(log.leaves(conn, index, index + 1))
        leaf = decode_fast(row.bytes)
        workflow, digest = leaf.body["id"], leaf.body["digest"]
        running = _open_then(conn, reads.running_under_others(conn, workflow, digest, slot), moved, position)
        if running:
            at = from_text(leaf.time)
            found.append(Published(workflow, digest, leaf.actor, at, index, tuple(running)))
    return tuple(found)


def _open_then(conn: Connection, tasks: list[str], moved: set[str], position: int) -> list[str]:
    """Those that were open before a leaf: one that was taken back since, and so has `moved`, had ended then."""
    stood = tasks_at(conn, moved.intersection(tasks), position)
    return [id for id in tasks if id not in moved or (id in stood and stood[id].status == "open")]
