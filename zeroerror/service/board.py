"""How every office stands, counted as the daily report counts: each open task once, where its most pressing step lies.

A board that counted steps by the task's own office, beside a report that counts tasks by who has them in hand,
gave two numbers for one thing, and people believed neither.

What stands now is counted by the database, because a house with ten thousand open tasks asks for its board as
often as a small one. What the columns do not tell, and what stood at an earlier instant, is read whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from zeroerror.model.task import Task
from zeroerror.report import counting
from zeroerror.report.period import going
from zeroerror.service.institution import Institution
from zeroerror.service.seen import Seen
from zeroerror.service.span import Span
from zeroerror.service.telling import Telling
from zeroerror.store.reads import board as reads

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

#: How many tasks, by office and how they stand.
Counts = Counter[tuple[str, str]]


def board(inst: Institution, at: datetime | None = None) -> dict[str, Any]:
    """Every office's open tasks by light, and what is at desks, outside or stopped; now, or as of an instant."""
    when, now = at or inst.now(), inst.now()
    if when < now:
        seen: Seen = Span(inst.conn, going("monthly", when, inst.calendar.zone), when)
        counts = counted(Telling(seen), seen.open_tasks())
    else:
        seen = Seen(inst.conn, None, when)
        counts = _standing(seen)
    none: dict[str, Any] = dict.fromkeys((*COLUMNS.values(), "open"), 0)
    offices = {
        each.id: {"office": each.id, "title": each.title, **none} for each in seen.organisation.offices
    }
    for (office, how), count in sorted(counts.items()):
        row = offices.setdefault(office, {"office": office, "title": office, **none})
        row["open"] += count
        row[COLUMNS[how]] += count
    return {"at": when, "offices": list(offices.values())}


def counted(told: Telling, tasks: Iterable[Task]) -> Counts:
    """Tasks that were read whole, by office and how they stand."""
    steps = [told.step(task, visit) for task in tasks for visit in task.open_visits()]
    return Counter(counting.standings(steps).values())


def _standing(seen: Seen) -> Counts:
    """The open tasks as they stand at the instant."""
    told = Telling(seen)
    if seen.behind:
        # Who holds a step by such a clock is not who holds it by the tables.
        return counted(told, seen.open_tasks())
    counts = counted(told, seen.judged_open(reads.read_whole(seen.conn)))
    for each in reads.standings(seen.conn, seen.at, seen.midnight):
        owing = each.office if each.kind != "person" else told.owing(each.person, each.office)
        counts[owing, each.how] += each.tasks
    return counts
