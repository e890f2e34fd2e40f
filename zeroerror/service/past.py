"""What stood at an earlier instant, for who asks `--as-of`: tasks and findings as the leaves up to then leave them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from zeroerror.ledger.leaf import Leaf, decode_fast
from zeroerror.model.calendar import Calendar
from zeroerror.model.event import INSTITUTION
from zeroerror.model.finding import CHANGES, Finding, finding_changed, finding_opened
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.service.facts import StoreFacts, proposal_of
from zeroerror.service.history import position_at, settings_at, tasks_at
from zeroerror.service.seen import Pass, Seen
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection

#: What ends a proposal.
DECIDED = ("confirmed", "rejected", "lapsed")


class Earlier(Seen):
    """The ledger as the leaves up to an instant leave it: what could be printed then, and nothing that came later."""

    def __init__(self, conn: Connection, at: datetime) -> None:
        super().__init__(conn, None, at)
        self.position = position_at(conn, to_text(at))
        self.wrote = Pass(self.position, self.position)

    def visits(self) -> Iterator[tuple[Task, Visit]]:
        """Every visit that was open, with its task."""
        for task in self.tasks(self.open_ids()).values():
            if task.status == "open":
                for visit in task.open_visits():
                    yield task, visit

    def there(self, ids: Iterable[str]) -> list[str]:
        """Those of the tasks that had been opened."""
        begun = reads.opened_since(self.conn, self.position)
        return [id for id in ids if id not in begun]

    def proposals(self) -> list[Proposal]:
        """The proposals that were undecided, in the order in which they were made."""
        later = self._of_kinds(DECIDED, self.position, self._head.size)
        decided = {leaf.body["proposal"] for _, leaf in later}
        undecided = [proposal_of(row) for row in reads.proposals(self.conn, "open")]
        found = [each for each in undecided if each.index < self.position]
        if decided:
            asked = self._of_kinds(("proposed",), 0, self.position)
            found += [_asked(index, leaf) for index, leaf in asked if leaf.body["proposal"] in decided]
        return sorted(found, key=lambda each: each.index)

    def _of_kinds(self, kinds: Iterable[str], since: int, until: int) -> Iterator[tuple[int, Leaf]]:
        for kind in kinds:
            for index in reads.leaves_of_kind(self.conn, kind, since, until):
                yield index, decode_fast(next(log.leaves(self.conn, index, index + 1)).bytes)


def _asked(index: int, leaf: Leaf) -> Proposal:
    """A proposal as it was handed in."""
    body, at = leaf.body, from_text(leaf.time)
    asked = {"body": body["body"], "target": body["target"], "asked_at": leaf.time}
    return Proposal(body["proposal"], body["kind"], "open", body["by"], body["about"], asked, at, index)


class FactsThen(StoreFacts):
    """What the deciders ask, answered as the ledger stood at an earlier instant."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(seen.conn)
        self._seen = seen

    @property
    def organisation(self) -> Organisation:
        """The organisation that was in force."""
        return self._seen.organisation

    @property
    def calendar(self) -> Calendar:
        """The calendar that was in force."""
        return self._seen.calendar

    @property
    def settings(self) -> Mapping[str, Any]:
        """Thresholds and the schedule that were in force."""
        return settings_at(self._seen.conn, self._seen.position)

    def task(self, id: str) -> Task | None:
        """That task as it stood, if there was one."""
        return self._seen.tasks([id]).get(id)

    def in_force(self, workflow: str) -> str | None:
        """The digest under which new tasks of that workflow were opened."""
        return self._published.get(workflow)

    @cached_property
    def _published(self) -> dict[str, str]:
        conn = self._seen.conn
        indices = reads.leaves_of_kind(conn, "definition_published", 0, self._seen.position)
        bodies = (decode_fast(next(log.leaves(conn, index, index + 1)).bytes).body for index in indices)
        # Of one workflow the last holds.
        return {body["id"]: body["digest"] for body in bodies}


def tasks_then(conn: Connection, at: datetime, which: reads.TaskFilter) -> list[Task]:
    """The tasks that passed a filter at an instant, in order of id."""
    position = position_at(conn, to_text(at))
    # What it was called, and whose office it is, does not change; everything else may have been otherwise.
    constant = reads.TaskFilter(office=which.office, workflow=which.workflow, family=which.family)
    found = tasks_at(conn, reads.task_ids(conn, constant), position)
    return [task for _, task in sorted(found.items()) if _passes(task, which)]


def _passes(task: Task, which: reads.TaskFilter) -> bool:
    owing = {person for visit in task.open_visits() for person in (visit.person, visit.urger)}
    return (which.status is None or task.status == which.status) and (
        which.person is None or which.person in owing
    )


def findings_then(conn: Connection, at: datetime, which: reads.FindingFilter) -> list[Finding]:
    """The findings that passed a filter at an instant, in the order in which they were found."""
    return findings_before(conn, position_at(conn, to_text(at)), which)


def findings_before(conn: Connection, position: int, which: reads.FindingFilter) -> list[Finding]:
    """The findings that pass a filter as the leaves before a position leave them, as they were found."""
    # Which rule found it, and in what, does not change; its state and whose it is may have been otherwise.
    constant = reads.FindingFilter(rule=which.rule, task=which.task, office=which.office, until=position)
    wanted = {each.id for each in reads.findings(conn, constant)}
    found: dict[str, Finding] = {}
    for row in log.stream_leaves(conn, INSTITUTION):
        if row.idx < position and (row.kind == "finding_opened" or row.kind in CHANGES):
            leaf = decode_fast(row.bytes)
            id = leaf.body["finding"]
            if row.kind == "finding_opened":
                found[id] = finding_opened(leaf.body, from_text(leaf.time), row.idx)
            else:
                found[id] = finding_changed(found[id], row.kind, leaf.body, row.idx)
    return [each for id, each in found.items() if id in wanted and _held(each, which)]


def _held(finding: Finding, which: reads.FindingFilter) -> bool:
    named = {each.person for each in finding.lead.attribution.answerers}
    return which.state in (None, finding.state) and (which.person is None or which.person in named)


def visits_then(conn: Connection, at: datetime) -> Iterator[tuple[Task, Visit]]:
    """Every visit that was open at an instant, with its task."""
    return Earlier(conn, at).visits()
