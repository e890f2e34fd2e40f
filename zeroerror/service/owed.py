"""Which slots are owed: a question of the ledger and an instant, asked by the scheduler, by a pass, and again by `log verify`."""

from __future__ import annotations

from datetime import datetime, timedelta

from zeroerror.audit.slots import Schedule, owed_slots, schedule_from
from zeroerror.model.calendar import Calendar
from zeroerror.service.history import calendars, schedules
from zeroerror.store import reads
from zeroerror.store.connection import Connection

_INSTANT = timedelta(microseconds=1)


def owed_at(conn: Connection, at: datetime) -> list[tuple[str, datetime]]:
    """What is owed by then and has not run, by the name of its audit, oldest first.

    Up to when a schedule gave way to the next it goes by that schedule: else what the machine slept through
    would be forgotten with the schedule that had owed it.
    """
    found: list[tuple[str, datetime]] = []
    end = at
    for begun, doc in schedules(conn):
        plan = schedule_from(doc)
        last = reads.last_slot(conn, plan.audit)
        after = begun if last is None else max(begun, last.slot)
        found[:0] = [(plan.audit, slot) for slot in _slots(conn, plan, after, end)]
        if last is not None and last.slot >= begun:
            # Slots run in order: by the schedules before this one nothing is owed any more.
            break
        end = begun
    return found


def _slots(conn: Connection, plan: Schedule, after: datetime, until: datetime) -> list[datetime]:
    """The slots of one schedule in (after, until], each by the calendar in force at its own instant.

    A day that is taken off after it has passed was worked when its slots fell due, and a scheduler that never
    slept has run them. What the calendar did not reach then goes by the first that does.
    """
    found: list[datetime] = []
    known: Calendar | None = None
    for each in calendars(conn):
        known = each.calendar if known is None else each.calendar.continued(known)
        # What came at the very instant of a slot is seen by it.
        before = each.since - _INSTANT
        found[:0] = owed_slots(plan, known, max(after, before), until)
        if each.since <= after:
            break
        until = min(until, before)
    return found
