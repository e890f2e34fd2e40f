"""Writing the projection: what the ledger says, in the shape in which it is asked for.

Everything here is called within the transaction that appends the leaves, and by replay with the same folds;
nothing here decides anything. Rows hold what leaves hold (ids, codes, instants, digests), never sealed text;
that stands in `payload` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from zeroerror.model.command import Payload
from zeroerror.model.finding import Finding
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.store import codec
from zeroerror.store.codec import instant_text, to_json
from zeroerror.store.connection import Connection, Row

_INSERT_TASK = """INSERT INTO task
    (id, workflow, digest, family, office, status, opened_at, closed_at, due_at, parent, seq, last, last_idx,
     state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_UPDATE_TASK = """UPDATE task
    SET status = ?, closed_at = ?, due_at = ?, seq = ?, last = ?, last_idx = ?, state = ?
    WHERE id = ? AND seq = ?"""
#: For an act that neither ends the task nor moves its date, which is nearly every one: a column that is set
#: has its indexes written again, though it be set to what it was.
_MOVE_TASK = "UPDATE task SET seq = ?, last = ?, last_idx = ?, state = ? WHERE id = ? AND seq = ?"
_INSERT_VISIT = """INSERT INTO visit
    (task, step, visit, place, office, kind, person, urger, status, clock, entered_at, left_at, ended_at,
     due_at, first_due_at, warn_at, delegate, content)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_UPDATE_VISIT = """UPDATE visit SET person = ?, urger = ?, status = ?, clock = ?, left_at = ?, ended_at = ?,
    due_at = ?, first_due_at = ?, warn_at = ?, delegate = ?, content = ?
    WHERE task = ? AND step = ? AND visit = ?"""
_INSERT_VISIT_DUE = "INSERT INTO visit_due (task, step, visit, idx, due_at, kind) VALUES (?, ?, ?, ?, ?, ?)"
_INSERT_TASK_DUE = "INSERT INTO task_due (task, idx, due_at) VALUES (?, ?, ?)"
_SAVE_NUMBER = """INSERT INTO number (prefix, year, last) VALUES (?, ?, ?)
    ON CONFLICT (prefix, year) DO UPDATE SET last = excluded.last WHERE excluded.last > number.last"""
_INSERT_FINDING = """INSERT INTO finding
    (id, fingerprint, rule, severity, task, step, visit, state, follow_up, found_at, found_idx, last_idx,
     content)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_SAVE_FINDING = """UPDATE finding SET severity = ?, state = ?, follow_up = ?, last_idx = ?, content = ?
    WHERE id = ? AND fingerprint = ?"""
_FORGET_PERSONS = "DELETE FROM finding_person WHERE finding = ?"
_INSERT_PERSON = "INSERT INTO finding_person (finding, person) VALUES (?, ?)"
_INSERT_SLOT = "INSERT INTO slot (audit, slot, idx, seen, content) VALUES (?, ?, ?, ?, ?)"
_SAVE_DOCUMENT = """INSERT INTO document (name, content, digest, idx) VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET
    content = excluded.content, digest = excluded.digest, idx = excluded.idx"""
_INSERT_DEFINITION = """INSERT INTO definition (digest, id, text, overlays, effective, tbl, idx)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (digest) DO NOTHING"""
_SAVE_WORKFLOW = """INSERT INTO workflow (id, digest) VALUES (?, ?)
    ON CONFLICT (id) DO UPDATE SET digest = excluded.digest"""
_SAVE_PROPOSAL = """INSERT INTO proposal (id, kind, status, proposer, about, idx, content)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET
    status = excluded.status, about = excluded.about, idx = excluded.idx, content = excluded.content"""
_INSERT_KEY = "INSERT INTO key (id, person, public, since_idx, until_idx) VALUES (?, ?, ?, ?, NULL)"
_END_KEY = "UPDATE key SET until_idx = ? WHERE id = ? AND until_idx IS NULL"
_INSERT_PAYLOAD = "INSERT INTO payload (digest, salt, text) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING"
_ERASE_PAYLOAD = "UPDATE payload SET salt = NULL, text = NULL WHERE digest = ?"


def save_task(conn: Connection, before: Task | None, after: Task) -> None:
    """Write a task as it is after an act, and only those of its visits that the act changed.

    `before` is the task as it was read, or None for a new one. Raises Busy("store.moved_on") if its row has
    moved on since it was read, Conflict if a new one's id is taken.
    """
    if before is None:
        insert_tasks(conn, (after,))
        return
    row = (after.seq, after.last, after.last_index, codec.task_to_json(after), after.id, before.seq)
    if (after.status, after.closed_at, after.due_at) == (before.status, before.closed_at, before.due_at):
        conn.change_one(_MOVE_TASK, row)
    else:
        ends = (after.status, instant_text(after.closed_at), instant_text(after.due_at))
        conn.change_one(_UPDATE_TASK, (*ends, *row))
    dues: list[Row] = []
    was = before.visits
    for place, visit in enumerate(after.visits):
        earlier = was[place] if place < len(was) else None
        if visit is earlier or visit == earlier:
            continue
        values = _visit_row(after, place, visit)
        if earlier is None:
            conn.execute(_INSERT_VISIT, values)
        else:
            # What a visit is entered with never changes.
            conn.execute(_UPDATE_VISIT, (*values[6:10], *values[11:], *values[:3]))
        dues.extend(_due_rows(after, visit, len(earlier.dues) if earlier else 0))
    if dues:
        conn.executemany(_INSERT_VISIT_DUE, dues)
    if len(after.dues) > len(before.dues):
        conn.executemany(_INSERT_TASK_DUE, _task_due_rows(after, len(before.dues)))


def insert_tasks(conn: Connection, tasks: Sequence[Task]) -> None:
    """Write tasks that are new, with all their visits, in as few statements for one as for ten thousand.

    Raises Conflict if an id is taken.
    """
    conn.executemany(_INSERT_TASK, [_task_row(task) for task in tasks])
    visits = [_visit_row(task, place, visit) for task in tasks for place, visit in enumerate(task.visits)]
    if visits:
        conn.executemany(_INSERT_VISIT, visits)
    dues = [row for task in tasks for visit in task.visits for row in _due_rows(task, visit, 0)]
    if dues:
        conn.executemany(_INSERT_VISIT_DUE, dues)
    wholes = [row for task in tasks for row in _task_due_rows(task, 0)]
    if wholes:
        conn.executemany(_INSERT_TASK_DUE, wholes)
    numbers = _numbers(tasks)
    if numbers:
        conn.executemany(_SAVE_NUMBER, numbers)


def insert_findings(conn: Connection, findings: Iterable[Finding]) -> None:
    """Write findings that are new; raises Conflict if one of their ids or fingerprints stands already."""
    made = list(findings)
    if made:
        conn.executemany(_INSERT_FINDING, [_finding_row(each, each.found_index) for each in made])
        _insert_persons(conn, made)


def save_finding(conn: Connection, finding: Finding, index: int) -> None:
    """Write what has become of a finding by the leaf at `index`."""
    lead = finding.lead
    now = (lead.severity, finding.state, finding.follow_up, index, codec.finding_to_json(finding))
    conn.change_one(_SAVE_FINDING, (*now, finding.id, lead.fingerprint))
    conn.execute(_FORGET_PERSONS, (finding.id,))
    _insert_persons(conn, (finding,))


def save_slot(
    conn: Connection, audit: str, slot: datetime, *, index: int, seen: int, content: Mapping[str, Any]
) -> None:
    """Write that an audit's slot was run; raises Conflict if it was run already."""
    conn.execute(_INSERT_SLOT, (audit, instant_text(slot), index, seen, to_json(content)))


def save_document(conn: Connection, name: str, content: Any, digest: str, index: int) -> None:
    """Write what holds for the whole institution under that name: JSON, its digest, and by which leaf."""
    conn.execute(_SAVE_DOCUMENT, (name, to_json(content), digest, index))


def save_definition(
    conn: Connection,
    *,
    digest: str,
    id: str,
    text: str,
    overlays: Sequence[str],
    effective: str,
    table: str,
    index: int,
) -> None:
    """Keep a published definition under its digest, and put it in force for its workflow."""
    conn.execute(_INSERT_DEFINITION, (digest, id, text, to_json(list(overlays)), effective, table, index))
    conn.execute(_SAVE_WORKFLOW, (id, digest))


def save_proposal(
    conn: Connection,
    *,
    id: str,
    kind: str,
    status: str,
    proposer: str,
    about: str | None,
    content: Any,
    index: int,
) -> None:
    """Write a proposal, or what has become of it; `index` is the leaf that last said something of it."""
    conn.execute(_SAVE_PROPOSAL, (id, kind, status, proposer, about, index, to_json(content)))


def save_key(conn: Connection, *, id: str, person: str, public: str, index: int) -> None:
    """Write a key that is valid from the leaf at `index` on."""
    conn.execute(_INSERT_KEY, (id, person, public, index))


def end_key(conn: Connection, id: str, index: int) -> None:
    """Write that a key is no longer valid from the leaf at `index` on."""
    conn.execute(_END_KEY, (index, id))


def save_payloads(conn: Connection, payloads: Iterable[Payload]) -> None:
    """Keep texts beside the leaves that carry their digests; one that is there already stays as it is."""
    rows = [(each.digest, each.salt, each.text) for each in payloads]
    if rows:
        conn.executemany(_INSERT_PAYLOAD, rows)


def erase_payload(conn: Connection, digest: str) -> bool:
    """Erase a text and its salt, as the law may ask; the digest stays. False if there is no such payload."""
    return conn.execute(_ERASE_PAYLOAD, (digest,)).rowcount == 1


def _task_row(task: Task) -> Row:
    return (
        task.id,
        task.workflow,
        task.digest,
        task.family,
        task.office,
        task.status,
        instant_text(task.opened_at),
        instant_text(task.closed_at),
        instant_text(task.due_at),
        task.parent,
        task.seq,
        task.last,
        task.last_index,
        codec.task_to_json(task),
    )


def _visit_row(task: Task, place: int, visit: Visit) -> Row:
    dues = [due.due_at for due in visit.dues if due.due_at is not None]
    return (
        task.id,
        visit.step,
        visit.visit,
        place,
        task.office,
        visit.kind,
        visit.person,
        visit.urger,
        visit.status,
        visit.clock,
        instant_text(visit.entered_at),
        instant_text(visit.left_at),
        instant_text(visit.ended_at),
        instant_text(visit.due_at),
        instant_text(min(dues) if dues else None),
        instant_text(visit.warn_at),
        visit.delegate,
        codec.visit_to_json(visit),
    )


def _due_rows(task: Task, visit: Visit, known: int) -> list[Row]:
    return [
        (task.id, visit.step, visit.visit, due.index, instant_text(due.due_at), visit.kind)
        for due in visit.dues[known:]
        if due.due_at is not None
    ]


def _task_due_rows(task: Task, known: int) -> list[Row]:
    return [
        (task.id, due.index, instant_text(due.due_at)) for due in task.dues[known:] if due.due_at is not None
    ]


def _numbers(tasks: Iterable[Task]) -> list[Row]:
    """The highest number of each prefix and year among ids like BW-2026-0317; other ids have none."""
    last: dict[tuple[str, int], int] = {}
    for task in tasks:
        parts = task.id.split("-")
        if len(parts) == 3 and parts[1].isdecimal() and parts[2].isdecimal():
            key = (parts[0], int(parts[1]))
            last[key] = max(last.get(key, 0), int(parts[2]))
    return [(prefix, year, number) for (prefix, year), number in last.items()]


def _finding_row(finding: Finding, index: int) -> Row:
    lead = finding.lead
    return (
        finding.id,
        lead.fingerprint,
        lead.rule,
        lead.severity,
        lead.task,
        lead.step,
        lead.visit,
        finding.state,
        finding.follow_up,
        instant_text(finding.found_at),
        finding.found_index,
        index,
        codec.finding_to_json(finding),
    )


def _insert_persons(conn: Connection, findings: Iterable[Finding]) -> None:
    rows: list[Row] = []
    for finding in findings:
        attribution = finding.lead.attribution
        named = {each.person for each in attribution.answerers}
        if attribution.clarifier is not None:
            named.add(attribution.clarifier)
        rows.extend((finding.id, person) for person in sorted(named))
    if rows:
        conn.executemany(_INSERT_PERSON, rows)
