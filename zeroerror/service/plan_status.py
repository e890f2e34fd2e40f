"""What plans owe at an instant, how each owing stands then, and who was where: a question, asked at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from zeroerror.engine.planning import who, why_not
from zeroerror.model.calendar import Calendar
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.plan import Owing, Plan, Target, owings
from zeroerror.model.task import Task
from zeroerror.service.facts import StoreFacts
from zeroerror.service.history import calendar_at, organisation_at, position_at, tasks_at
from zeroerror.service.ids import find_person
from zeroerror.service.institution import Institution
from zeroerror.service.past import Earlier, FactsThen
from zeroerror.service.planning import held_before, in_force
from zeroerror.store import log, plans
from zeroerror.store.connection import Connection
from zeroerror.store.plans import Planned
from zeroerror.timing import local_day

#: How an owing stands; the first two are done with. What was said to have been held on a day that has not come is
#: `ahead`: no definition of ours lets it be said, an older one may have, and it is not done before that day.
STATES = ("done", "cancelled", "ahead", "open", "overdue", "not_opened")


class Asked(NamedTuple):
    """The instant that is asked about, what was known then, and of whom alone."""

    conn: Connection
    at: datetime
    position: int
    organisation: Organisation
    calendar: Calendar
    #: As they stood, for why something is not opened is another matter at another time.
    facts: StoreFacts
    office: str | None
    person: str | None

    def day(self, instant: datetime) -> str:
        """The day of an instant by the institution's clock."""
        return local_day(self.calendar, instant).isoformat()

    def concerns(self, item: Mapping[str, Any]) -> bool:
        """Whether something is of the office and the person asked for, if any are."""
        return self.office in (None, item["office"]) and self.person in (None, item["person"])


def status(
    inst: Institution, at: datetime, *, office: str | None = None, person: str | None = None
) -> dict[str, Any]:
    """What plans owe in the periods in which an instant lies, and owed before, with what has become of each.

    Raises UsageError for an instant before the ledger's first leaf, an office that is not there, or a person of whom there is not one.
    """
    asked = _asked(inst, at, office, person)
    conn, position = asked.conn, asked.position
    planned = in_force(conn, position)
    owed = list(owings(planned, local_day(asked.calendar, at)))
    there = {
        id: row
        for id, row in plans.planned(conn, [each.id for each in owed]).items()
        if _known(row, position)
    }
    tasks = _tasks(conn, there.values(), position)
    items = [_item(asked, each, there.get(each.id), tasks) for each in owed]
    items = list(filter(asked.concerns, items))
    told = [
        _of_plan(plan, own)
        for plan in planned
        if (own := [each for each in items if each["plan"] == plan.id])
    ]
    return {
        "as_of": at,
        "position": position,
        "left": sum(each["left"] for each in told),
        "plans": told,
        "earlier": list(filter(asked.concerns, _earlier(asked, planned, {each.id for each in owed}))),
        "places": list(filter(asked.concerns, _places(asked, owed))),
    }


def _asked(inst: Institution, at: datetime, office: str | None, person: str | None) -> Asked:
    conn = inst.conn
    begun = from_text(next(log.leaves(conn, 0, 1)).time)
    if at < begun:
        raise UsageError("error.before_ledger", at=at, begun=begun)
    position = position_at(conn, to_text(at))
    organisation = organisation_at(conn, position)
    if office is not None and organisation.office(office) is None:
        known = [each.id for each in organisation.offices]
        raise UsageError("error.unknown_office", office=office, known=known)
    present = position == log.head(conn).size
    facts = inst.facts() if present else FactsThen(Earlier(conn, at))
    person = None if person is None else find_person(inst, person)
    return Asked(conn, at, position, organisation, calendar_at(conn, position), facts, office, person)


def _tasks(conn: Connection, rows: Iterable[Planned], position: int) -> dict[str, Task]:
    """The tasks of these rows as they stood; of one that was redirected, the one in which it went on.

    Of one that was merged into another it is not: then two things that are owed would be done by one.
    """
    opened = [row.task for row in rows if row.task is not None]
    found = dict(tasks_at(conn, opened, position))
    while ahead := {task.into for task in found.values() if task.status == "redirected"} - {None, *found}:
        found |= tasks_at(conn, [each for each in ahead if each is not None], position)
    return {id: _last(found, found[id]) for id in opened if id in found}


def _last(found: Mapping[str, Task], task: Task) -> Task:
    while task.status == "redirected" and task.into is not None and task.into in found:
        task = found[task.into]
    return task


def _known(row: Planned, position: int) -> bool:
    """Whether anything had been recorded of it by then."""
    return any(idx is not None and idx < position for idx in (row.held, row.idx))


def _item(asked: Asked, owing: Owing, row: Planned | None, tasks: Mapping[str, Task]) -> dict[str, Any]:
    task = None if row is None or row.task is None else tasks.get(row.task)
    target, reason = owing.target, None
    if task is None:
        reason = why_not(owing, asked.facts, asked.at)
    return {
        **_told(asked, row, task),
        "owing": owing.id,
        "plan": owing.plan.id,
        "title": owing.plan.title,
        "period": owing.period.name,
        "office": target.office,
        "person": who(target, asked.organisation, asked.at) if task is None else _person(task, target.person),
        "place": target.place,
        "number": owing.number,
        "reason": None if reason is None else {"code": reason.code, "params": dict(reason.params)},
    }


def _told(asked: Asked, row: Planned | None, task: Task | None) -> dict[str, Any]:
    """How it stands with a task, or without one, and the leaves that say so."""
    leaves = [] if row is None else [row.held, row.idx]
    if task is not None and task.status != "open":
        leaves.append(max(visit.left_index or 0 for visit in task.visits))
    return {
        "task": None if task is None else task.id,
        "owes": [] if task is None else [visit.person for visit in task.open_visits()],
        "due_at": None if task is None else task.due_at,
        "closed_at": None if task is None else task.closed_at,
        "state": _state(task, asked),
        "evidence": [idx for idx in leaves if idx is not None and idx < asked.position],
    }


def _person(task: Task, named: str | None) -> str | None:
    """Who was to see to it when it was opened."""
    return task.fields.get("person", named)


def _state(task: Task | None, asked: Asked) -> str:
    if task is None:
        return "not_opened"
    if task.status == "closed":
        return "done" if _held_on(task, asked) <= asked.day(asked.at) else "ahead"
    if task.status != "open":
        return "cancelled"
    return "overdue" if task.due_at is not None and task.due_at < asked.at else "open"


def _held_on(task: Task, asked: Asked) -> str:
    """The day on which what a task asked for took place, as its form says, else when it ended."""
    assert task.closed_at is not None, "it has ended"
    return task.fields.get("held_on") or asked.day(task.closed_at)


def _of_plan(plan: Plan, items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counts = Counter(each["state"] for each in items)
    return {
        "plan": plan.id,
        "title": plan.title,
        "every": plan.every,
        "period": items[0]["period"],
        "owed": len(items),
        "left": len(items) - counts["done"] - counts["cancelled"],
        **{state: counts[state] for state in STATES},
        "items": list(items),
    }


def _earlier(asked: Asked, planned: tuple[Plan, ...], owed: set[str]) -> Iterator[dict[str, Any]]:
    """What is left of earlier periods, and of plans as they were: nothing of it goes out of sight."""
    conn, position = asked.conn, asked.position
    held = [row for row in plans.held_then(conn, position) if row.id not in owed]
    for owing, row in held_before(planned, held):
        yield _item(asked, owing, row, {})
    rows = [row for row in plans.under_way(conn, position) if row.id not in owed]
    tasks = _tasks(conn, rows, position)
    for row in rows:
        task = tasks.get(row.task or "")
        if task is not None and task.status == "open":
            yield {
                **_told(asked, row, task),
                "owing": row.id,
                "plan": row.plan,
                "title": task.fields.get("title", row.plan),
                "period": row.period,
                "office": row.office,
                "person": _person(task, row.person),
                "place": row.place,
                "number": row.number,
                "reason": None,
            }


def _places(asked: Asked, owed: Sequence[Owing]) -> Iterator[dict[str, Any]]:
    """Each place that is assigned now, with when who answers for it was last there; None: never."""
    conn, position = asked.conn, asked.position
    assigned = dict.fromkeys(each.target for each in owed if each.target.place is not None)
    if not assigned:
        return
    rows = plans.at_places(conn, position)
    tasks = _tasks(conn, rows, position)
    last: dict[Target, tuple[str, Task, Planned]] = {}
    for row in rows:
        task = tasks.get(row.task or "")
        if task is not None and _state(task, asked) == "done":
            on = _held_on(task, asked)
            target = Target(row.office, row.person, row.place)
            if target not in last or last[target][0] <= on:
                last[target] = (on, task, row)
    for target in assigned:
        been = None
        if target in last:
            on, task, row = last[target]
            been = {"on": on, "task": task.id, "evidence": _told(asked, row, task)["evidence"]}
        yield {"place": target.place, "office": target.office, "person": target.person, "last": been}
