"""Plans at work: a slot opens what they owe and has not been opened.

A slot goes by the plans that were in force at its own instant, for the periods in which that instant lies. No
slot is passed over and every period has some, so nothing that is planned is skipped; and what has been opened
once is on record under its id, so that nothing is opened twice (design §8, §12). What cannot be opened is on
record too, and every later slot tries again, though its period be over, as long as the plans still have it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.engine.opening import numbers
from zeroerror.engine.planning import against, held, opened, why_not
from zeroerror.model.event import Event
from zeroerror.model.plan import Owing, Plan, Target, owings, plans_from, still_planned
from zeroerror.model.problem import Problem, Reason
from zeroerror.service.facts import StoreFacts
from zeroerror.service.history import calendar_at, settings_at
from zeroerror.service.institution import Institution
from zeroerror.store import log, plans
from zeroerror.store.connection import Connection
from zeroerror.store.plans import Planned
from zeroerror.timing import local_day


def openings(
    conn: Connection, facts: StoreFacts, slot: datetime, position: int, at: datetime
) -> Iterator[Event]:
    """The events of what a slot has to open, by the plans it saw and by who is there when it runs."""
    ids: dict[str, Iterator[str]] = {}
    for owing, before in _waiting(conn, in_force(conn, position), slot, position):
        reason = why_not(owing, facts, at)
        if reason is None:
            definition = facts.definition(facts.in_force(owing.plan.workflow) or "")
            assert definition is not None, "`why_not` has asked"
            family = definition.workflow.family
            id = next(ids.setdefault(family, numbers(facts, family, at)))
            yield from opened(id, owing, facts, at, None if before is None else before.held)
        elif before is None:
            yield held(owing, reason)


def in_force(conn: Connection, position: int) -> tuple[Plan, ...]:
    """The plans as the leaves before a position have them."""
    held = settings_at(conn, position).get("plans")
    return () if held is None else plans_from(held)


def held_before(planned: tuple[Plan, ...], rows: list[Planned]) -> Iterator[tuple[Owing, Planned]]:
    """What could not be opened in its time, and the plans still have."""
    for row in rows:
        owing = still_planned(
            planned, row.plan, row.period, Target(row.office, row.person, row.place), row.number
        )
        if owing is not None:
            yield owing, row


def foreseen(inst: Institution, planned: tuple[Plan, ...]) -> list[Problem]:
    """What plans would do that are proposed: how much the next slot would open, and what would no longer be planned."""
    conn, now, size = inst.conn, inst.now(), log.head(inst.conn).size
    day = local_day(inst.calendar, now)
    kept = {each.id for each in owings(planned, day)}
    gone = {each.id for each in owings(in_force(conn, size), day)} - kept
    tasks = [row.task for row in plans.under_way(conn, size) if row.id in gone]
    count = sum(1 for _ in _waiting(conn, planned, now, size))
    told = [] if not count else [Problem("plan.will_open", {"count": count}, severity="warning")]
    return told if not tasks else [*told, Problem("plan.no_longer", {"tasks": tasks}, severity="warning")]


def problems(inst: Institution) -> list[Problem]:
    """Why plans that are in force cannot open their tasks, or not to whom they name: once for each plan."""
    now, facts, size = inst.now(), inst.facts(), log.head(inst.conn).size
    planned = in_force(inst.conn, size)
    found = [
        (plan.id, Reason(flaw.code, flaw.params)) for plan in planned for flaw in against((plan,), facts, now)
    ]
    for owing, _ in _waiting(inst.conn, planned, now, size):
        reason = why_not(owing, facts, now)
        if reason is not None:
            found.append((owing.plan.id, reason))
    told: list[Problem] = []
    for plan in planned:
        # The same reason comes once, though it be that of several offices or of every time.
        reasons = {repr(reason): reason for of, reason in found if of == plan.id}
        if reasons:
            told.append(Problem("doctor.plan_unfit", {"plan": plan.title}, severity="warning"))
            told += [Problem(each.code, dict(each.params), severity="warning") for each in reasons.values()]
    return told


def _waiting(
    conn: Connection, planned: tuple[Plan, ...], at: datetime, position: int
) -> Iterator[tuple[Owing, Planned | None]]:
    """What plans owe at an instant, or owed before, and has no task; with what is on record of it."""
    if not planned:
        return
    owed = list(owings(planned, local_day(calendar_at(conn, position), at)))
    there = plans.planned(conn, [each.id for each in owed])
    now = {each.id for each in owed}
    yield from held_before(planned, [each for each in plans.held(conn) if each.id not in now])
    for each in owed:
        row = there.get(each.id)
        if row is None or row.task is None:
            yield each, row
