"""What was so at an earlier position: tasks, organisation, calendar and settings folded from the leaves before it.

A pass sees the leaves up to its slot however late it runs, and `--known-at` asks what could be known then.
The projection holds the present; only what has moved since is folded again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from zeroerror.audit.foreseeable import InForce
from zeroerror.ledger import merkle
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.calendar import Calendar, calendar_from_json, year_from_json
from zeroerror.model.command import Capacity
from zeroerror.model.event import INSTITUTION, Event, Stamp
from zeroerror.model.fold import evolve
from zeroerror.model.instant import ALWAYS, from_text
from zeroerror.model.organisation import Organisation, organisation_from_json
from zeroerror.model.task import Task
from zeroerror.service.facts import StoreFacts
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection
from zeroerror.store.log import LeafRow

_HASHES = "SELECT hash FROM leaf WHERE idx >= ? AND idx < ? ORDER BY idx"
#: A power of two, as the tree takes them.
_HASHES_AT_A_TIME = 16_384
_BYTES_AT = "SELECT bytes FROM leaf WHERE idx = ?"
_TIME_AT = "SELECT time FROM leaf WHERE idx = ?"
_LATEST = """SELECT bytes FROM leaf WHERE stream = ? AND idx < ? AND kind IN (?, ?)
    ORDER BY seq DESC LIMIT 1"""
_SETTINGS_BEFORE = """SELECT idx FROM leaf WHERE stream = ? AND idx < ? AND kind IN (?, ?)
    ORDER BY seq DESC LIMIT 1"""
#: By place alone: by stream, every finding that there has ever been would be gone through.
_CHANGED = "SELECT kind, bytes FROM leaf WHERE idx >= ? AND idx < ? AND kind IN (?, ?, ?)"
_TOUCHED = "SELECT bytes FROM leaf WHERE idx >= ? AND idx < ? AND kind = ?"
_BEARING = ("organisation_applied", "calendar_applied", "hours_applied")


def position_at(conn: Connection, time: str) -> int:
    """How many leaves had been written by that instant; their times never go back, so it is searched by halves."""
    head = log.head(conn)
    if not head.time or head.time <= time:
        return head.size
    low, high = 0, head.size - 1
    while low < high:
        middle = (low + high) // 2
        row = conn.one(_TIME_AT, (middle,))
        assert row is not None, "the ledger has no gaps"
        if row[0] > time:
            high = middle
        else:
            low = middle + 1
    return low


def root_at(conn: Connection, position: int) -> str:
    """The tree's root over the leaves before a position, in hex."""
    head = log.head(conn)
    if position == head.size:
        return merkle.root(head.frontier)
    # Only a slot that runs late, or somebody who looks back, asks for an earlier root.
    frontier = ""
    for start in range(0, position, _HASHES_AT_A_TIME):
        until = min(start + _HASHES_AT_A_TIME, position)
        frontier = merkle.append(frontier, [each for (each,) in conn.all(_HASHES, (start, until))])
    return merkle.root(frontier)


def tasks_at(conn: Connection, ids: Iterable[str], position: int) -> dict[str, Task]:
    """Those tasks as the leaves before a position leave them; one opened later has no entry."""
    tasks = reads.tasks_by_id(conn, ids)
    for id, task in list(tasks.items()):
        if task.last_index >= position:
            before = folded(row for row in log.stream_leaves(conn, id) if row.idx < position)
            if before is None:
                del tasks[id]
            else:
                tasks[id] = before
    return tasks


def folded(rows: Iterable[LeafRow]) -> Task | None:
    """The task that leaves of one stream fold into; None where there are none."""
    task = None
    for row in rows:
        leaf = decode_fast(row.bytes)
        stamp = Stamp(
            row.idx, from_text(leaf.time), leaf.actor, Capacity.from_json(leaf.capacity), row.hash, row.seq
        )
        task = evolve(task, Event(leaf.stream, leaf.kind, leaf.body), stamp)
    return task


def organisation_at(conn: Connection, position: int) -> Organisation:
    """The organisation as the leaves before a position have it."""
    facts = StoreFacts(conn)
    if _holds(facts, "organisation", position):
        return facts.organisation
    body = _latest(conn, position, "organisation_applied")
    return organisation_from_json(body["organisation"])


def settings_leaf(conn: Connection, position: int) -> int:
    """The leaf that brought what held at a position of schedule, thresholds and plans."""
    row = conn.one(_SETTINGS_BEFORE, (INSTITUTION, position, "genesis", "settings_applied"))
    assert row is not None, "the first leaf is the genesis"
    return int(row[0])


def settings_at(conn: Connection, position: int) -> Mapping[str, Any]:
    """The schedule and thresholds as the leaves before a position have them."""
    facts = StoreFacts(conn)
    if _holds(facts, "settings", position):
        return facts.settings
    settings: Mapping[str, Any] = _latest(conn, position, "settings_applied")["settings"]
    return settings


def schedules(conn: Connection) -> Iterator[tuple[datetime, Mapping[str, Any]]]:
    """The schedule in force and those before it, the latest first, with when the event came that brought each."""
    index: int | None = StoreFacts(conn).held["settings"].idx
    while index is not None:
        row = next(log.leaves(conn, index, index + 1))
        yield from_text(row.time), decode_fast(row.bytes).body["settings"]["schedule"]
        before = conn.one(_SETTINGS_BEFORE, (INSTITUTION, index, "genesis", "settings_applied"))
        index = None if before is None else int(before[0])


def calendars(conn: Connection) -> Iterator[InForce]:
    """The calendar in force and those before it, the latest first."""
    yield from reversed(calendars_until(conn, log.head(conn).size))


def calendar_at(conn: Connection, position: int) -> Calendar:
    """The calendar as the leaves before a position have it."""
    facts = StoreFacts(conn)
    if _holds(facts, "calendar", position):
        return facts.calendar
    return calendars_until(conn, position)[-1].calendar


def calendars_until(conn: Connection, position: int) -> tuple[InForce, ...]:
    """Every calendar that the leaves before a position have brought, the oldest first."""
    facts, found = StoreFacts(conn), list[InForce]()
    for leaf in reads.calendars_brought(conn, position):
        if facts.held["calendar"].idx == leaf.idx:
            calendar = facts.calendar
        else:
            calendar = _brought(conn, leaf, found[-1].calendar if found else None)
        found.append(InForce(from_text(leaf.time), leaf.idx, calendar))
    return tuple(found)


def _brought(conn: Connection, leaf: reads.Brought, before: Calendar | None) -> Calendar:
    """The calendar that a leaf has brought; read once a process."""
    found = _CALENDARS.get(leaf.hash)
    if found is None:
        row = conn.one(_BYTES_AT, (leaf.idx,))
        assert row is not None, "the ledger has no gaps"
        body = decode_fast(row[0]).body
        if before is None:
            found = calendar_from_json(body["calendar"])
        elif leaf.kind == "calendar_applied":
            found = before.with_year(year_from_json(body["calendar"]))
        else:
            found = before.with_hours(body["hours"])
        _CALENDARS[leaf.hash] = found
    return found


def _holds(facts: StoreFacts, name: str, position: int) -> bool:
    """Whether what holds now under that name held at that position already."""
    held = facts.held.get(name)
    return held is not None and held.idx < position


def _latest(conn: Connection, position: int, kind: str) -> Mapping[str, Any]:
    row = conn.one(_LATEST, (INSTITUTION, position, "genesis", kind))
    assert row is not None, "the first leaf is the genesis"
    return decode_fast(row[0]).body


def changed_since(conn: Connection, since: int, until: int) -> str | None:
    """From when on changes of organisation or calendar between two positions bear on what was; None without any."""
    return min(
        (_bears(kind, data) for kind, data in conn.all(_CHANGED, (since, until, *_BEARING))), default=None
    )


def _bears(kind: str, data: bytes) -> str:
    if kind == "hours_applied":
        return ALWAYS
    body = decode_fast(data).body
    # The first days of a year are judged by what was counted in the last ones of the year before.
    found: str = (
        body["since"] if kind == "organisation_applied" else f"{int(body['year']) - 1}-12-01T00:00:00.000000Z"
    )
    return found


def persons_touched(conn: Connection, since: int, until: int) -> frozenset[str]:
    """Whom changes of the organisation between two positions concern."""
    rows = conn.all(_TOUCHED, (since, until, "organisation_applied"))
    return frozenset(person for (data,) in rows for person in decode_fast(data).body["touched"])


#: What leaves have brought, by their hashes, which no two histories share.
_CALENDARS: dict[str, Calendar] = {}
