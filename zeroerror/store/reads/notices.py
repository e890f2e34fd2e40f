"""Notices: those that are due to be followed, a matter's, a person's, a finding's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from zeroerror.model.instant import ALWAYS, from_text, to_text
from zeroerror.model.notice import Notice, matter_of
from zeroerror.model.value import dataclass
from zeroerror.store.codec import from_json
from zeroerror.store.connection import Connection, Row
from zeroerror.store.reads.many import many


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFilter:
    """Which notices; what is None does not narrow."""

    task: str | None = None
    finding: str | None = None
    #: Who got it.
    person: str | None = None
    level: str | None = None
    state: str | None = None
    #: Given by a leaf with since ≤ index < until.
    since: int | None = None
    until: int | None = None
    limit: int = 1_000_000


class Correction(NamedTuple):
    """What was corrected to somebody, and by which leaf."""

    person: str
    idx: int
    finding: str
    why: str
    sent_at: datetime


_CORRECTIONS = "SELECT person, idx, finding, why, sent_at FROM correction"
_COLUMNS = """n.id, n.finding, n.task, n.level, n.owes, n.last, n.state, n.given_at, n.given_idx, n.again_at,
    n.answered_by, n.answered_at, n.reason, n.content"""
_BY_ID = f"SELECT {_COLUMNS} FROM notice n WHERE n.id = ?"
_MATTERS = "SELECT id, matter FROM notice WHERE id IN (?*)"
_OF_TASKS = f"SELECT {_COLUMNS} FROM notice n WHERE n.task IN (?*) ORDER BY n.given_idx"
# Above the last rung nobody is told, unless somebody else owes the step now.
_DUE = """SELECT DISTINCT n.task FROM notice n WHERE n.again_at > ? AND n.again_at <= ?
    AND (n.last = 0 OR n.state = 'answered' OR EXISTS (SELECT 1 FROM visit v
        WHERE v.task = n.task AND v.status = 'open' AND v.kind = 'person'
        AND n.matter = v.task || '|' || v.step || '|' || v.visit
        AND coalesce(v.person, '') <> coalesce(n.owes, '')))
    ORDER BY n.task"""
_WAITING = f"""SELECT {_COLUMNS} FROM notice_person p JOIN notice n ON n.id = p.notice
    WHERE p.person = ? AND n.state = 'waiting' ORDER BY n.given_idx"""
_FIND = """SELECT id FROM notice WHERE substr(id, 1, ?) = ? OR substr(id, length(id) - ? + 1) = ?
    ORDER BY id LIMIT ?"""
_CLAUSES = {
    "task": "n.task = ?",
    "finding": "n.finding = ?",
    "person": "n.id IN (SELECT notice FROM notice_person WHERE person = ?)",
    "level": "n.level = ?",
    "state": "n.state = ?",
    "since": "n.given_idx >= ?",
    "until": "n.given_idx < ?",
}


def notice(conn: Connection, id: str) -> Notice | None:
    """That notice; None if there is none."""
    row = conn.one(_BY_ID, (id,))
    return None if row is None else _notice(row)


def corrections(conn: Connection, since: int, until: int) -> list[Correction]:
    """The corrections that leaves with since ≤ index < until have sent, each reader's apart."""
    sql = f"{_CORRECTIONS} WHERE idx >= ? AND idx < ? ORDER BY idx, person"
    return [_correction(row) for row in conn.all(sql, (since, until))]


def corrections_to(conn: Connection, person: str, since: datetime) -> list[Correction]:
    """What was corrected to somebody since an instant, oldest first."""
    sql = f"{_CORRECTIONS} WHERE person = ? AND sent_at >= ? ORDER BY idx"
    return [_correction(row) for row in conn.all(sql, (person, to_text(since)))]


def corrections_of(conn: Connection, finding: str) -> list[Correction]:
    """To whom it was corrected what had been said of a finding."""
    return [
        _correction(row)
        for row in conn.all(f"{_CORRECTIONS} WHERE finding = ? ORDER BY idx, person", (finding,))
    ]


def matters_of(conn: Connection, ids: Sequence[str]) -> dict[str, str]:
    """What each of these notices is about, as far as they have been given."""
    return dict(many(conn, _MATTERS, ids))


def notice_ids(conn: Connection, partial: str, *, limit: int = 20) -> list[str]:
    """The ids that begin or end with that text, behind the `N-` that all have; the whole id alone where it is there."""
    text = partial[:2].upper() + partial[2:].lower() if partial[:2].upper() == "N-" else partial.lower()
    ids = [id for (id,) in conn.all(_FIND, (len(text), text, len(text), text, limit))]
    return [text] if text in ids else ids


def notices(conn: Connection, which: NoticeFilter) -> list[Notice]:
    """The notices that pass the filter, in the order in which they were given."""
    given = tuple(name for name in _CLAUSES if getattr(which, name) is not None)
    params: list[Any] = [getattr(which, name) for name in given]
    return [_notice(row) for row in conn.all(_sql(given), (*params, which.limit))]


def notices_waiting(conn: Connection, person: str) -> list[Notice]:
    """The notices to somebody that have no answer yet and have not been followed, oldest first."""
    return [_notice(row) for row in conn.all(_WAITING, (person,))]


def tasks_of_notices_due(conn: Connection, after: datetime | None, until: datetime) -> Iterator[str]:
    """The tasks with a notice that another may follow from some instant in (after, until] on, in order; None is before all."""
    return conn.column(_DUE, (ALWAYS if after is None else to_text(after), to_text(until)))


def notices_of_matters(conn: Connection, tasks: Iterable[str]) -> dict[str, list[Notice]]:
    """All notices about those tasks, by matter, oldest first."""
    found: dict[str, dict[str, Notice]] = {}
    for row in many(conn, _OF_TASKS, sorted(set(tasks))):
        each = _notice(row)
        found.setdefault(matter_of(each.task, each.step, each.visit), {})[each.id] = each
    return {matter: list(given.values()) for matter, given in found.items()}


@lru_cache(maxsize=64)
def _sql(given: tuple[str, ...]) -> str:
    where = " AND ".join(_CLAUSES[name] for name in given) or "1 = 1"
    return f"SELECT {_COLUMNS} FROM notice n WHERE {where} ORDER BY n.given_idx LIMIT ?"


def _correction(row: Row) -> Correction:
    person, index, finding, why, sent_at = row
    return Correction(person, index, finding, why, from_text(sent_at))


def _notice(row: Row) -> Notice:
    id, finding, task, level, owes, last, state, given_at, index, again_at, by, answered_at, reason, text = (
        row
    )
    step, visit, stage, to, interval = from_json(text)
    return Notice(
        id=id,
        finding=finding,
        task=task,
        step=step,
        visit=visit,
        stage=stage,
        level=level,
        to=tuple(to),
        owes=owes,
        interval=interval,
        last=bool(last),
        given_at=from_text(given_at),
        given_index=index,
        state=state,
        again_at=None if again_at is None else from_text(again_at),
        answered_by=by,
        answered_at=None if answered_at is None else from_text(answered_at),
        reason=reason,
    )
