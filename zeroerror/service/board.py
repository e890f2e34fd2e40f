"""How every office stands, counted as the daily report counts: each open task once, where its most pressing step lies.

A board that counted steps by the task's own office, beside a report that counts tasks by who has them in hand,
gave two numbers for one thing, and people believed neither.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zeroerror.report import counting
from zeroerror.report.period import going
from zeroerror.service.institution import Institution
from zeroerror.service.seen import Seen
from zeroerror.service.span import Span
from zeroerror.service.telling import Telling

#: The board's columns, by how a task stands.
COLUMNS = {
    "overdue": "overdue",
    "due_today": "today",
    "due_soon": "soon",
    "normal": "normal",
    "at_desk": "desk",
    "outside": "outside",
    "stopped": "stopped",
}


def board(inst: Institution, at: datetime | None = None) -> dict[str, Any]:
    """Every office's open tasks by light, and what is at desks, outside or stopped; now, or as of an instant."""
    when, now = at or inst.now(), inst.now()
    past = when < now
    seen: Seen = (
        Span(inst.conn, going("monthly", when, inst.calendar.zone), when)
        if past
        else Seen(inst.conn, None, when)
    )
    told = Telling(seen)
    steps = [told.step(task, visit) for task in seen.open_tasks() for visit in task.open_visits()]
    none: dict[str, Any] = dict.fromkeys((*COLUMNS.values(), "open"), 0)
    offices = {
        each.id: {"office": each.id, "title": each.title, **none} for each in seen.organisation.offices
    }
    for office, how in counting.standings(steps).values():
        row = offices.setdefault(office, {"office": office, "title": office, **none})
        row["open"] += 1
        row[COLUMNS[how]] += 1
    return {"at": when, "offices": list(offices.values())}
