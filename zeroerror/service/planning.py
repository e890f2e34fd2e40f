"""Plans at work: a slot opens what they owe and has not been opened, and what is still owed can be asked.

A slot goes by the plans that were in force at its own instant, for the periods in which that instant lies. No
slot is passed over and every period has some, so nothing that is planned is skipped; and what has been opened
once is on record under its id, so that nothing is opened twice (design §8, §12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from zeroerror.engine.opening import numbers
from zeroerror.engine.planning import opened, why_not
from zeroerror.model.errors import UsageError
from zeroerror.model.event import Event
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.plan import Owing, owings, plans_from
from zeroerror.model.problem import Problem
from zeroerror.model.task import Task
from zeroerror.service.facts import StoreFacts
from zeroerror.service.history import calendar_at, position_at, settings_at, tasks_at
from zeroerror.service.institution import Institution
from zeroerror.store import log, plans
from zeroerror.store.connection import Connection
from zeroerror.timing import local_day

#: How an owing stands; the first two are done with.
STATES = ("done", "cancelled", "open", "overdue", "not_opened")


def openings(
    conn: Connection, facts: StoreFacts, slot: datetime, position: int, at: datetime
) -> Iterator[Event]:
    """The events of what a slot has to open, by what it saw and by who is there when it runs."""
    ids: dict[str, Iterator[str]] = {}
    for owing in _waiting(conn, slot, position):
        if why_not(owing, facts, at) is not None:
            # It stays owed: `plan status` and `doctor` say why, and a slot after this one asks again.
            continue
        definition = facts.definition(facts.in_force(owing.plan.workflow) or "")
        assert definition is not None, "`why_not` has asked"
        family = definition.workflow.family
        yield from opened(next(ids.setdefault(family, numbers(facts, family, at))), owing, facts, at)


def _waiting(conn: Connection, at: datetime, position: int) -> list[Owing]:
    """What the plans of a position owe at an instant and has no task."""
    planned = settings_at(conn, position).get("plans")
    if not planned:
        return []
    day = local_day(calendar_at(conn, position), at)
    owed = list(owings(plans_from(planned), day))
    there = plans.openings(conn, (each.id for each in owed))
    return [each for each in owed if each.id not in there]


def problems(inst: Institution) -> list[Problem]:
    """Each plan that is in force and cannot open its tasks, with the reason, once for all whom it concerns."""
    now, facts = inst.now(), inst.facts()
    found: dict[str, list[Problem]] = {}
    for owing in _waiting(inst.conn, now, log.head(inst.conn).size):
        reason = why_not(owing, facts, now)
        if reason is not None:
            params = {"plan": owing.plan.title, "period": owing.period.name, "office": owing.target.office}
            told = Problem("doctor.plan_not_opened", params, severity="warning")
            found[repr((params, reason))] = [
                told,
                Problem(reason.code, dict(reason.params), severity="warning"),
            ]
    return [problem for each in found.values() for problem in each]


def status(inst: Institution, at: datetime) -> dict[str, Any]:
    """What plans owe in the periods in which an instant lies, how each owing stands then, and who was where.

    Raises UsageError for an instant before the ledger's first leaf.
    """
    conn = inst.conn
    begun = from_text(next(log.leaves(conn, 0, 1)).time)
    if at < begun:
        raise UsageError("error.before_ledger", at=at, begun=begun)
    position = position_at(conn, to_text(at))
    planned = plans_from(settings_at(conn, position).get("plans") or {})
    day = local_day(calendar_at(conn, position), at)
    owed = list(owings(planned, day))
    there = {
        id: each
        for id, each in plans.openings(conn, (each.id for each in owed)).items()
        if each.idx < position
    }
    tasks = tasks_at(conn, (each.task for each in there.values()), position)
    items = [
        _item(inst, each, tasks.get(there[each.id].task) if each.id in there else None, at) for each in owed
    ]
    told = []
    for plan in planned:
        own = [each for each in items if each["plan"] == plan.id]
        if own:
            told.append(
                {**_counted(own), "plan": plan.id, "title": plan.title, "every": plan.every, "items": own}
            )
    return {
        "as_of": at,
        "left": sum(each["left"] for each in told),
        "plans": told,
        "places": _places(conn, owed, position),
    }


def _counted(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counts = Counter(each["state"] for each in items)
    left = len(items) - counts["done"] - counts["cancelled"]
    return {
        "period": items[0]["period"],
        "owed": len(items),
        "left": left,
        **{state: counts[state] for state in STATES},
    }


def _item(inst: Institution, owing: Owing, task: Task | None, at: datetime) -> dict[str, Any]:
    target = owing.target
    reason = why_not(owing, inst.facts(), at) if task is None else None
    return {
        "owing": owing.id,
        "plan": owing.plan.id,
        "period": owing.period.name,
        "office": target.office,
        "person": target.person if task is None else task.fields.get("person", target.person),
        "place": target.place,
        "number": owing.number,
        "task": None if task is None else task.id,
        "due_at": None if task is None else task.due_at,
        "closed_at": None if task is None else task.closed_at,
        "state": _state(task, at),
        "reason": None if reason is None else {"code": reason.code, "params": dict(reason.params)},
    }


def _state(task: Task | None, at: datetime) -> str:
    if task is None:
        return "not_opened"
    if task.status != "open":
        return "done" if task.status == "closed" else "cancelled"
    return "overdue" if task.due_at is not None and task.due_at < at else "open"


def _places(conn: Connection, owed: Sequence[Owing], position: int) -> list[dict[str, Any]]:
    """Each place that is assigned now, with when who answers for it was last there; None: never."""
    assigned = dict.fromkeys((each.target for each in owed if each.target.place is not None))
    if not assigned:
        return []
    rows = [each for each in plans.at_places(conn) if each.idx < position]
    tasks = tasks_at(conn, (each.task for each in rows), position)
    last: dict[tuple[str, str | None, str | None], Task] = {}
    for row in rows:
        task, key = tasks.get(row.task), (row.office, row.person, row.place)
        if task is not None and task.closed_at is not None and task.status == "closed":
            before = last.get(key)
            if before is None or before.closed_at is None or before.closed_at <= task.closed_at:
                last[key] = task
    found = []
    for target in assigned:
        been = last.get((target.office, target.person, target.place))
        told = (
            None
            if been is None
            else {"task": been.id, "at": been.closed_at, "on": been.fields.get("held_on")}
        )
        found.append({"place": target.place, "office": target.office, "person": target.person, "last": told})
    return found
