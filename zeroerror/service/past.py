"""What stood at an earlier instant, for who asks `--as-of`: tasks and findings as the leaves up to then leave them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.event import INSTITUTION
from zeroerror.model.finding import CHANGES, Finding, finding_changed, finding_opened
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.task import Task, Visit
from zeroerror.service.history import position_at, tasks_at
from zeroerror.store import log, reads
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


def findings_then(conn: Connection, at: datetime, which: reads.FindingFilter) -> list[Finding]:
    """The findings that passed a filter at an instant, in the order in which they were found."""
    position = position_at(conn, to_text(at))
    # Which rule found it, and in what, does not change; its state and whose it is may have been otherwise.
    constant = reads.FindingFilter(rule=which.rule, task=which.task, office=which.office, until=position)
    wanted = {each.id for each in reads.findings(conn, constant)}
    found: dict[str, Finding] = {}
    for row in log.stream_leaves(conn, INSTITUTION):
        if row.idx < position and (row.kind == "finding_opened" or row.kind in CHANGES):
            leaf = decode_fast(row.bytes)
            id = leaf.body["finding"]
            if row.kind == "finding_opened":
                found[id] = finding_opened(leaf.body, from_text(leaf.time), row.idx)
            else:
                found[id] = finding_changed(found[id], row.kind, leaf.body)
    return [each for id, each in found.items() if id in wanted and _held(each, which)]


def _held(finding: Finding, which: reads.FindingFilter) -> bool:
    named = {each.person for each in finding.lead.attribution.answerers}
    return which.state in (None, finding.state) and (which.person is None or which.person in named)


def visits_then(conn: Connection, at: datetime) -> Iterator[tuple[Task, Visit]]:
    """Every visit that was open at an instant, with its task."""
    for task in tasks_then(conn, at, reads.TaskFilter(status="open")):
        for visit in task.open_visits():
            yield task, visit
