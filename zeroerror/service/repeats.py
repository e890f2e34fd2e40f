"""What repeats (屡错): how often the same thing was found at one step of one office within the period in force.

From so often on, the office puts it right for good (整改) instead of explaining it once more. It counts what
was found, not whom it was laid to; and while a 整改 of it goes on, its looking back included, no other begins.
"""

from __future__ import annotations

from datetime import datetime, timedelta
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
from zeroerror.timing import working_before

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
    def _counts(self) -> dict[str, int]:
        try:
            since = working_before(self._at, self._thresholds.rectify_within, self._facts.calendar)
        except CalendarError:
            since = self._at - timedelta(days=7 * self._thresholds.rectify_within.count)
        position = position_at(self._conn, to_text(since))
        counted = reads.repeated(self._conn, position, EXPLAINED)
        return {_key(office, workflow, step, rule): count for office, workflow, step, rule, count in counted}

    @cached_property
    def _going_on(self) -> set[str]:
        which = reads.TaskFilter(status="open", workflow=RECTIFY)
        found = (task.fields.get("repeats") for task in reads.tasks(self._conn, which))
        return {each for each in found if each is not None}

    def seen(self, lead: Lead, task: Task) -> str | None:
        """Count one more; what repeats, where it has now been found often enough and nobody is at it yet."""
        key = _key(task.office, task.workflow, lead.step, lead.rule)
        self._counts[key] = self._counts.get(key, 0) + 1
        if self._counts[key] < self._thresholds.rectify_repeats or key in self._going_on:
            return None
        self._going_on.add(key)
        return key


def _key(office: str, workflow: str, step: str | None, rule: str) -> str:
    return " / ".join((office, workflow, step or "-", rule))
