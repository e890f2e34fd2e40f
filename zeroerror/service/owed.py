"""Which slots are owed: a question of the ledger and an instant, asked by the scheduler, by a pass, and again by `log verify`."""

from __future__ import annotations

from datetime import datetime

from zeroerror.audit.slots import owed_slots, schedule_from
from zeroerror.service.facts import StoreFacts
from zeroerror.service.history import schedules
from zeroerror.store import reads
from zeroerror.store.connection import Connection


def owed_at(conn: Connection, at: datetime) -> list[tuple[str, datetime]]:
    """What is owed by then and has not run, by the name of its audit, oldest first.

    Up to when a schedule gave way to the next it goes by that schedule: else what the machine slept through
    would be forgotten with the schedule that had owed it.
    """
    found: list[tuple[str, datetime]] = []
    calendar, end = StoreFacts(conn).calendar, at
    for begun, doc in schedules(conn):
        plan = schedule_from(doc)
        last = reads.last_slot(conn, plan.audit)
        after = begun if last is None else max(begun, last.slot)
        found[:0] = [(plan.audit, slot) for slot in owed_slots(plan, calendar, after, end)]
        if last is not None and last.slot >= begun:
            # Slots run in order: by the schedules before this one nothing is owed any more.
            break
        end = begun
    return found
