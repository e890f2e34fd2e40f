"""What repeats (屡错): on how many occasions the same thing was found at one step of one office within the period in force.

From so many on, the office puts it right for good (整改) instead of explaining it once more; and while a 整改 of it
goes on, its looking back included, no other begins.

What recurs is an occasion, not a task: whoever is held up for an afternoon misses everything that falls due in it,
and that has happened once, however many tasks lay on the desk. So what fell due on one day of one person is one
occasion. What is nobody's, or whose it is nobody knows, is one occasion a day for all of them together: in doubt it
is counted less, for a 整改 is asked of an office that has let something become a habit.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property

from zeroerror.accountability.followup import EXPLAINED
from zeroerror.audit.thresholds import Thresholds, thresholds_from
from zeroerror.engine.oversight import RECTIFY
from zeroerror.model.calendar import CalendarError
from zeroerror.model.finding import Lead
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task
from zeroerror.service.facts import StoreFacts
from zeroerror.service.history import position_at
from zeroerror.store import reads
from zeroerror.store.connection import Connection
from zeroerror.timing import local_day, working_before

#: A day, and who is 直接 in what fell due on it.
_Occasion = tuple[date, tuple[str, ...]]
#: The severities (较大 and above) of which one is enough.
SEVERE = ("major", "grave", "critical")


class Repeats:
    """Counted once for a pass, and on with every new finding of it."""

    def __init__(self, conn: Connection, facts: StoreFacts, at: datetime) -> None:
        self._conn, self._facts, self._at = conn, facts, at

    @cached_property
    def _thresholds(self) -> Thresholds:
        return thresholds_from(self._facts.settings.get("thresholds") or {})

    @cached_property
    def _occasions(self) -> dict[str, set[_Occasion]]:
        try:
            since = working_before(self._at, self._thresholds.rectify_within, self._facts.calendar)
        except CalendarError:
            since = self._at - timedelta(days=7 * self._thresholds.rectify_within.count)
        position = position_at(self._conn, to_text(since))
        found: dict[str, set[_Occasion]] = {}
        for office, workflow, each in reads.standing_since(self._conn, position, EXPLAINED):
            key = _key(office, workflow, each.lead.step, each.lead.rule)
            found.setdefault(key, set()).add(self._occasion(each.lead, each.found_at))
        return found

    def _occasion(self, lead: Lead, found_at: datetime) -> _Occasion:
        """The day on which it fell due, or failed, and whose it is."""
        day = local_day(self._facts.calendar, lead.due_at or found_at)
        direct = sorted(each.person for each in lead.attribution.answerers if each.degree == "direct")
        return day, tuple(direct)

    @cached_property
    def _going_on(self) -> set[str]:
        which = reads.TaskFilter(status="open", workflow=RECTIFY)
        found = (task.fields.get("repeats") for task in reads.tasks(self._conn, which))
        return {each for each in found if each is not None}

    def seen(self, lead: Lead, task: Task) -> str | None:
        """Count one more; what repeats, where there have now been occasions enough and nobody is at it yet."""
        key = _key(task.office, task.workflow, lead.step, lead.rule)
        occasions = self._occasions.setdefault(key, set())
        occasions.add(self._occasion(lead, self._at))
        if len(occasions) < self._thresholds.rectify_repeats or key in self._going_on:
            return None
        self._going_on.add(key)
        return key


def _key(office: str, workflow: str, step: str | None, rule: str) -> str:
    return " / ".join((office, workflow, step or "-", rule))
