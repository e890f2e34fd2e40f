"""Findings: by id, by fingerprint, by whom they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from zeroerror.model.finding import Finding
from zeroerror.model.value import dataclass
from zeroerror.store.codec import finding_from_json
from zeroerror.store.connection import Connection
from zeroerror.store.reads.many import many


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings; what is None does not narrow."""

    rule: str | None = None
    state: str | None = None
    task: str | None = None
    #: The office of the task.
    office: str | None = None
    #: Whom it names now.
    person: str | None = None
    #: Found by a leaf with since ≤ index < until.
    since: int | None = None
    until: int | None = None
    limit: int = 1_000_000


_BY_ID = "SELECT content FROM finding WHERE id = ?"
_TASKS_OF = "SELECT DISTINCT task FROM finding WHERE found_idx >= ? AND task IS NOT NULL ORDER BY task"
_BY_IDS = "SELECT id, content FROM finding WHERE id IN (?*)"
_FINGERPRINTS = "SELECT id, fingerprint FROM finding WHERE id IN (?*)"
_BY_FINGERPRINT = "SELECT fingerprint, content FROM finding WHERE fingerprint IN (?*)"
OF_TASK = "SELECT content FROM finding WHERE task = ? ORDER BY found_idx"
_OF_INSTITUTION = "SELECT content FROM finding WHERE task IS NULL ORDER BY found_idx, id"
_OF_TASKS = "SELECT content FROM finding WHERE task IN (?*) ORDER BY found_idx"
_FOUND_SINCE = """SELECT DISTINCT task FROM finding
    WHERE found_idx >= ? AND state = 'open' AND rule IN (?*) AND task IS NOT NULL ORDER BY task"""
_STANDING = """SELECT t.office, t.workflow, f.content FROM finding f JOIN task t ON t.id = f.task
    WHERE f.found_idx >= ? AND f.rule IN (?*) AND f.state NOT IN ('withdrawn', 'voided')
    AND t.family <> 'oversight'"""
_FIND = """SELECT id FROM finding WHERE substr(id, 1, ?) = ? OR substr(id, length(id) - ? + 1) = ?
    ORDER BY id LIMIT ?"""
_CLAUSES = {
    "rule": "rule = ?",
    "state": "state = ?",
    "task": "task = ?",
    "office": "task IN (SELECT id FROM task WHERE office = ?)",
    "person": "id IN (SELECT finding FROM finding_person WHERE person = ?)",
    "since": "found_idx >= ?",
    "until": "found_idx < ?",
}


def finding(conn: Connection, id: str) -> Finding | None:
    """That finding; None if there is none."""
    row = conn.one(_BY_ID, (id,))
    return None if row is None else finding_from_json(row[0])


def finding_ids(conn: Connection, partial: str, *, limit: int = 20) -> list[str]:
    """The ids that begin or end with that text, behind the `F-` that all have; the whole id alone where it is there."""
    text = partial[:2].upper() + partial[2:].lower() if partial[:2].upper() == "F-" else partial.lower()
    ids = [id for (id,) in conn.all(_FIND, (len(text), text, len(text), text, limit))]
    return [text] if text in ids else ids


def findings(conn: Connection, which: FindingFilter) -> list[Finding]:
    """The findings that pass the filter, in the order in which they were found."""
    given = tuple(name for name in _CLAUSES if getattr(which, name) is not None)
    params: list[Any] = [getattr(which, name) for name in given]
    return [finding_from_json(text) for (text,) in conn.all(_sql(given), (*params, which.limit))]


def tasks_of_findings(conn: Connection, since: int) -> list[str]:
    """The tasks about which something was found at that position or later."""
    return [task for (task,) in conn.all(_TASKS_OF, (since,))]


def findings_by_id(conn: Connection, ids: Iterable[str]) -> dict[str, Finding]:
    """Those findings by id; an unknown id has no entry."""
    rows = many(conn, _BY_IDS, sorted(set(ids)))
    return {id: finding_from_json(text) for id, text in rows}


def fingerprints_of(conn: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Which slip each of these ids stands for, as far as they stand for any."""
    return dict(many(conn, _FINGERPRINTS, ids))


def findings_by_fingerprint(conn: Connection, fingerprints: Iterable[str]) -> dict[str, Finding]:
    """The findings that stand already, by fingerprint."""
    rows = many(conn, _BY_FINGERPRINT, sorted(set(fingerprints)))
    return {fingerprint: finding_from_json(text) for fingerprint, text in rows}


def tasks_found_since(conn: Connection, since: int, rules: Sequence[str]) -> list[str]:
    """The tasks of findings of these rules, still open, that were made at that position or later."""
    sql = _FOUND_SINCE.replace("(?*)", f"({', '.join('?' * len(rules))})")
    return [task for (task,) in conn.all(sql, (since, *rules))]


def standing_since(conn: Connection, since: int, rules: Sequence[str]) -> Iterator[tuple[str, str, Finding]]:
    """What these rules have found since a position, and it was so: each with its task's office and workflow.

    Tasks of oversight are not among them.
    """
    rows = conn.all(_STANDING.replace("(?*)", f"({', '.join('?' * len(rules))})"), (since, *rules))
    return ((office, workflow, finding_from_json(text)) for office, workflow, text in rows)


def findings_of_institution(conn: Connection) -> list[Finding]:
    """The findings that are about no task, in the order in which they were found; there are few, and every pass asks."""
    return [finding_from_json(text) for (text,) in conn.all(_OF_INSTITUTION)]


def findings_of_tasks(conn: Connection, ids: Iterable[str]) -> dict[str, list[Finding]]:
    """All findings about those tasks, by task, in the order in which they were found."""
    found: dict[str, list[Finding]] = {}
    seen: set[str] = set()
    for (text,) in many(conn, _OF_TASKS, sorted(set(ids))):
        each = finding_from_json(text)
        if each.lead.task is not None and each.id not in seen:
            seen.add(each.id)
            found.setdefault(each.lead.task, []).append(each)
    return found


@lru_cache(maxsize=64)
def _sql(given: tuple[str, ...]) -> str:
    where = " AND ".join(_CLAUSES[name] for name in given) or "1 = 1"
    return f"SELECT content FROM finding WHERE {where} ORDER BY found_idx, id LIMIT ?"
