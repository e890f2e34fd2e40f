"""What one period saw: the slots in it, the leaves between its ends, and how things stood when it was over.

A slot belongs to the period of its instant, however late its pass ran; so what such a pass wrote after the end
is seen, and what a pass of the period before wrote in this one is not counted here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property

from zeroerror.model.finding import Finding
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task
from zeroerror.report.period import Period
from zeroerror.service.history import position_at
from zeroerror.service.seen import Pass, Seen
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection

_INSTANT = timedelta(microseconds=1)


class Span(Seen):
    """The ledger as a period leaves it, up to its end or to the moment of asking."""

    def __init__(self, conn: Connection, period: Period, now: datetime, *, then: bool = False) -> None:
        """With `then`, a pass that ran late is seen only if it had run by the end: what could be printed then."""
        self.conn, self.row, self.period = conn, None, period
        self.at = min(period.end, now)
        #: The first instant that is not seen any more: of a period that goes on, its present is.
        self.until = period.end if period.end <= now else now + _INSTANT
        self._head = log.head(conn)
        self._since = position_at(conn, to_text(period.start - _INSTANT))
        self._until = position_at(conn, to_text(self.last))
        self._known = position_at(conn, to_text(now)) if then else self._head.size
        # Before the first leaf there is no institution to tell of.
        self.position = max(1, self._until)
        ends = [each.end for slot, each in self._run if slot < self.until]
        self.wrote = Pass(self.position, max([self.position, *ends]))
        self._tasks, self._read, self._said = {}, {}, {}

    @property
    def last(self) -> datetime:
        """The last instant that is seen: what ended at the very next one was still open."""
        return self.until - _INSTANT

    @property
    def began(self) -> bool:
        """Whether the ledger had begun when the period ended."""
        return self._until > 0

    def found_in(self) -> list[Finding]:
        """What its slots found, as it stood at the end."""
        which = reads.FindingFilter(since=self._since, until=self.wrote.end)
        found = [each for each in reads.findings(self.conn, which) if self._belongs(each.found_index)]
        return self.as_of(found)

    def said(self) -> Iterator[tuple[int, str, str]]:
        """What belongs to it of what was said of findings: leaf, kind and finding."""
        for each in self.changes(self._since, self.wrote.end):
            if self._belongs(each.idx):
                yield each.idx, each.kind, each.finding

    def judged(self, ids: Iterable[str]) -> list[Task]:
        """Those of the tasks that were open at the end; work, and history that was read in only if it is judged."""
        tasks = self.tasks(ids).values()
        return [
            each
            for each in tasks
            if each.status == "open" and each.family != "oversight" and self._judged(each)
        ]

    def sees(self, index: int) -> bool:
        """Whether a leaf is seen: one before the end, or one of a pass whose slot lies before it."""
        slot = self._slot_of(index)
        return index < self._until if slot is None else slot < self.until

    def _belongs(self, index: int) -> bool:
        slot = self._slot_of(index)
        if slot is None:
            return self._since <= index < self._until
        return self.period.start <= slot < self.until

    def _slot_of(self, index: int) -> datetime | None:
        """The slot whose pass wrote a leaf; None for a leaf that no pass wrote."""
        place = bisect_right(self._starts, index) - 1
        if place < 0 or index >= self._run[place][1].end:
            return None
        return self._run[place][0]

    @cached_property
    def _run(self) -> list[tuple[datetime, Pass]]:
        """The passes that wrote anything from its first leaf on, in the order of the ledger."""
        rows = sorted(reads.slots(self.conn), key=lambda row: row.idx)
        first = max(0, bisect_right([row.idx for row in rows], self._since) - 1)
        return [(row.slot, self._pass(row)) for row in rows[first:] if row.idx < self._known]

    @cached_property
    def _starts(self) -> list[int]:
        return [each.start for _, each in self._run]
