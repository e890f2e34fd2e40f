"""What one slot saw, and nothing later: tasks, findings and the organisation as of the end of its pass.

A slot sees the leaves with time up to its instant, however late it runs (design §8). What the passes
themselves wrote, this one's and those run late before it, stands behind that position and is seen too: else
a report would not show what its own slot found. So a report can be made again at any time, and is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from zeroerror.audit.thresholds import thresholds_from
from zeroerror.audit.view import imported
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.calendar import Calendar
from zeroerror.model.finding import CHANGES, Finding, finding_changed, finding_opened
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.service.history import (
    calendar_at,
    folded,
    organisation_at,
    position_at,
    root_at,
    settings_at,
)
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection
from zeroerror.store.reads import board

_OPENED = "SELECT bytes, time FROM leaf WHERE idx = ?"


class Change(NamedTuple):
    """What one leaf says of a finding."""

    idx: int
    kind: str
    finding: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pass:
    """The leaves that one slot's pass has written: start ≤ index < end."""

    start: int
    end: int


@dataclass
class Seen:
    """The ledger as a slot saw it; of no slot, as it stands at an instant."""

    conn: Connection
    #: The slot; None where none has run.
    row: reads.Slot | None
    at: datetime
    #: How many leaves there were up to the instant.
    position: int = field(init=False)
    #: What its own pass wrote.
    wrote: Pass = field(init=False)

    def __post_init__(self) -> None:
        self._head = log.head(self.conn)
        if self.row is None:
            self.position = self._head.size
            self.wrote = Pass(self.position, self.position)
        else:
            self.position = self.row.seen
            self.wrote = self._pass(self.row)
        self._tasks: dict[str, Task | None] = {}
        #: Tasks as they stand now.
        self._read: dict[str, Task] = {}
        self._said: dict[tuple[int, int], list[Change]] = {}

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation as of the position."""
        return organisation_at(self.conn, self.position)

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar as of the position."""
        return calendar_at(self.conn, self.position)

    @property
    def root(self) -> str:
        """The root over the leaves up to the position."""
        if self.row is not None:
            # Its own pass has worked it out.
            return str(self.row.content["root"])
        return root_at(self.conn, self.position)

    def tasks(self, ids: Iterable[str]) -> dict[str, Task]:
        """Those tasks as they stood; one opened later has no entry."""
        wanted = sorted(set(ids))
        missing = [id for id in wanted if id not in self._tasks]
        self._read.update(reads.tasks_by_id(self.conn, [id for id in missing if id not in self._read]))
        for id in missing:
            task = self._read.get(id)
            if task is not None and task.last_index >= self.position:
                task = folded(row for row in log.stream_leaves(self.conn, id) if self.sees(row.idx))
            self._tasks[id] = task
        return {id: task for id in wanted if (task := self._tasks[id]) is not None}

    def open_tasks(self) -> list[Task]:
        """Every task that was open, by id; history that was read in only where slots judge it."""
        return self.judged_open(self.open_ids())

    def open_ids(self) -> set[str]:
        """The tasks that may have been open: those that are, and those that have moved since."""
        ids = {*board.with_open_steps(self.conn)}
        ids.update(reads.touched_since(self.conn, self.position, self._head.size))
        return ids

    @property
    def midnight(self) -> datetime:
        """When the local day of the instant ends."""
        local = self.at.astimezone(ZoneInfo(self.calendar.zone))
        return (local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)).astimezone(UTC)

    @property
    def behind(self) -> bool:
        """Whether leaves are seen that were written after the instant, as where the machine's clock was set back."""
        return self.row is None and to_text(self.at) < self._head.time

    def judged_open(self, ids: Iterable[str]) -> list[Task]:
        """Those of the tasks that were open, by id; history that was read in only where slots judge it."""
        return [each for each in self.tasks(ids).values() if each.status == "open" and self._judged(each)]

    def ended_today(self) -> list[tuple[str, str]]:
        """The tasks, but for oversight's, that ended on the local day of the instant, as far as it was seen, each with its office.

        What goes on in another task, merged or redirected, has not ended. Only what has moved since is read whole, and what may be history that was read in: its id has a colon.
        """
        day = self.midnight - timedelta(days=1)
        rows = reads.ended_between(self.conn, day, self.midnight)
        told = {
            each.task: each.office
            for each in rows
            if each.last_index < self.position
            and ":" not in each.task
            and each.family != "oversight"
            and not each.goes_on
        }
        ids = {each.task for each in rows if each.task not in told and each.family != "oversight"}
        # What ended then and went on afterwards has no end now.
        ids.update(reads.reopened_since(self.conn, position_at(self.conn, to_text(day))))
        for each in self.tasks(ids).values():
            closed_at = None if each.into is not None else each.closed_at
            ended = closed_at is not None and day <= closed_at < self.midnight
            if ended and each.family != "oversight" and self._judged(each):
                told[each.id] = each.office
        return sorted(told.items())

    def found(self) -> list[Finding]:
        """What the slot's own pass found, with what it said of it at once."""
        which = reads.FindingFilter(since=self.wrote.start, until=self.wrote.end)
        return self.as_of(reads.findings(self.conn, which))

    def open_findings(self) -> list[Finding]:
        """Every finding that was open when the pass had ended."""
        still = reads.findings(self.conn, reads.FindingFilter(state="open", until=self.wrote.end))
        ended = reads.findings_by_id(self.conn, self._later)
        both = {each.id: each for each in (*still, *ended.values())}
        return [each for each in self.as_of(both.values()) if each.state == "open"]

    def changed(self, *kinds: str) -> list[Finding]:
        """The findings of which this slot saw, and the one before had not, leaves of one of these kinds."""
        ids = dict.fromkeys(finding for _, kind, finding in self.said() if kind in kinds)
        found = reads.findings_by_id(self.conn, ids)
        return self.as_of(found[id] for id in ids)

    def said(self) -> Iterator[tuple[int, str, str]]:
        """What this slot saw, and the one before had not, of findings: leaf, kind and finding."""
        before = self.previous
        since = 0 if before is None else before.position
        for each in self.changes(since, self.wrote.end):
            if self.sees(each.idx) and not (before and before.sees(each.idx)):
                yield each.idx, each.kind, each.finding

    def missed(self) -> tuple[datetime, ...]:
        """The slots that ran late since the last one that ran in its time, this one included."""
        if self.row is None:
            return ()
        which = reads.FindingFilter(rule="slot_missed", until=self.wrote.end)
        late = {each.lead.due_at for each in reads.findings(self.conn, which)}
        found: list[datetime] = [self.row.slot] if self.row.slot in late else []
        for row in self._before():
            if row.slot not in late:
                break
            found.append(row.slot)
        return tuple(found)

    @cached_property
    def previous(self) -> Seen | None:
        """What the slot before saw; None where there is none."""
        before = next(self._before(), None)
        if before is None:
            return None
        seen = Seen(self.conn, before, before.slot)
        # Most tasks stand as they stood then, and need not be read twice.
        seen._read = self._read
        return seen

    def _before(self) -> Iterator[reads.Slot]:
        """The slots of the same audit before this one, the latest first."""
        row = self.row
        if row is not None:
            earlier = (each for each in reversed(reads.slots(self.conn)) if each.audit == row.audit)
            yield from (each for each in earlier if each.slot < row.slot)

    def _judged(self, task: Task) -> bool:
        return not imported(task) or self._judges_imported

    @cached_property
    def _judges_imported(self) -> bool:
        settings = settings_at(self.conn, self.position)
        return thresholds_from(settings.get("thresholds") or {}).judge_imported

    def _pass(self, row: reads.Slot) -> Pass:
        first = next(log.leaves(self.conn, row.idx, row.idx + 1))
        return Pass(row.idx, row.idx + decode_fast(first.bytes).parts)

    @cached_property
    def _passes(self) -> tuple[Pass, ...]:
        """The passes behind the position: this one's, and those of slots that ran late before it."""
        if self.row is None:
            return ()
        until = self.row.idx
        rows = (each for each in reads.slots(self.conn) if self.position <= each.idx <= until)
        return tuple(self._pass(each) for each in rows)

    def sees(self, index: int) -> bool:
        """Whether a leaf was seen: one up to the position, or one that a pass wrote up to this one."""
        return index < self.position or any(each.start <= index < each.end for each in self._passes)

    @cached_property
    def _later(self) -> frozenset[str]:
        """The findings of which something was said that was not seen."""
        said = self.changes(self.position, self._head.size)
        return frozenset(each.finding for each in said if not self.sees(each.idx))

    def changes(self, since: int, until: int) -> Iterator[Change]:
        """What was said of findings between two positions."""
        if (since, until) not in self._said:
            rows = [row for row in reads.said_between(self.conn, since, until) if row.kind in CHANGES]
            bodies = [(row, decode_fast(row.bytes).body) for row in rows]
            self._said[since, until] = [
                Change(row.idx, row.kind, str(body["finding"]), body) for row, body in bodies
            ]
        yield from self._said[since, until]

    def as_of(self, findings: Iterable[Finding]) -> list[Finding]:
        """Findings as they stood when the pass had ended, in the order in which they were found."""
        known = [each for each in findings if each.found_index < self.wrote.end]
        moved = [each for each in known if each.id in self._later]
        stood = {each.id: each for each in known}
        for each in moved:
            row = self.conn.one(_OPENED, (each.found_index,))
            assert row is not None, "a finding stands where it was found"
            stood[each.id] = finding_opened(decode_fast(row[0]).body, from_text(row[1]), each.found_index)
        if moved:
            first = min(each.found_index for each in moved)
            ids = {each.id for each in moved}
            for said in self.changes(first, self.wrote.end):
                if said.finding in ids and self.sees(said.idx):
                    stood[said.finding] = finding_changed(stood[said.finding], said.kind, said.body, said.idx)
        return sorted(stood.values(), key=lambda each: (each.found_index, each.id))
