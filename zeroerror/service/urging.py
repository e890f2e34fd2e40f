"""The notices (督办单) of a pass: what is past its time is told to whoever is next to be told, once.

Whom a notice goes to is asked of the organisation as it stands when it goes out, for somebody who has gone on
leave since the slot would not read it. Of slots that were slept through, only the last gives notices; what was
found without one is remembered by the slot's own row (`unnoticed`), as is what had to wait: on a day off, while
a finding is disputed, while nobody is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from zeroerror.accountability.urging import (
    URGED,
    House,
    Matter,
    again_at,
    is_day_for_it,
    may_come,
    next_notice,
)
from zeroerror.audit.judge import Judgement
from zeroerror.audit.thresholds import thresholds_from
from zeroerror.audit.view import View, imported
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.finding import Attribution, Finding, Lead
from zeroerror.model.instant import to_text
from zeroerror.model.notice import Notice, matter_of
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.service.facts import StoreFacts
from zeroerror.service.listed import Listed
from zeroerror.service.short_ids import of_notices
from zeroerror.service.spool import Spool
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection


@dataclass(frozen=True, slots=True)
class _Found:
    """A finding that calls for urging: its id, its lead, and whose it is as this pass leaves it."""

    id: str
    lead: Lead
    attribution: Attribution
    disputed: bool = False


class Urging:
    """The notices of one pass, gathered view by view into where they wait."""

    def __init__(
        self,
        conn: Connection,
        facts: StoreFacts,
        at: datetime,
        into: Spool,
        *,
        unnoticed: int | None,
        late: bool,
    ) -> None:
        self._conn, self._facts, self._at = conn, facts, at
        self._calendar = facts.calendar
        self._gives = not late and is_day_for_it(at, self._calendar)
        self._house = House(facts.organisation, at)
        self._interval = thresholds_from(facts.settings.get("thresholds") or {}).notice_interval.count
        self._size = log.head(conn).size
        self._unnoticed = unnoticed
        self._waits = False
        #: The matters of which this pass has told, in the tasks that `_go_on` may come to.
        self._given: set[str] = set()
        self._events = into
        self._ids = of_notices(conn)
        self._ended: set[str] = set()
        self._revised: dict[str, Attribution] = {}
        self._later: frozenset[str] | None = None

    def add(self, judgement: Judgement, view: View, ids: Mapping[str, str]) -> None:
        """Take in what has been judged of a view; what is new in it, with these ids, is told of at once."""
        self._ended |= {each.id for each, _, _ in (*judgement.cured, *judgement.withdrawn)}
        self._revised.update((each.id, attribution) for each, attribution in judgement.revised)
        fresh = [each for each in judgement.opened if _is_urged(each, view, judgement)]
        if not fresh:
            return
        if not self._gives:
            self._waits = True
            return
        tasks = self._now(view, {each.task for each in fresh if each.task is not None})
        found: dict[str, _Found] = {}
        for each in fresh:
            known = (*view.findings.get(each.task or "", ()),)
            standing = [self._found_of(one) for one in known if self._stands(one) and _same(one.lead, each)]
            new = _Found(ids[each.fingerprint], each, each.attribution)
            found.setdefault(_matter(each), (*standing, new)[0])
        told = self._tell(found, tasks)
        # Only a task about which something is on record is come to again.
        self._given.update(each for each in told if view.findings.get(found[each].lead.task or ""))

    def end(self) -> None:
        """The notices of what waited for its first, and of what is to be told again, behind those of what is new."""
        if self._gives:
            self._go_on()

    @property
    def unnoticed(self) -> int | None:
        """Since which leaf there may be findings that still wait for their first notice; asked at the end."""
        if not self._gives:
            return self._size if self._unnoticed is None else self._unnoticed
        return (self._size if self._unnoticed is None else self._unnoticed) if self._waits else None

    def _go_on(self) -> None:
        waiting: list[str] = []
        if self._unnoticed is not None:
            waiting = reads.tasks_found_since(self._conn, self._unnoticed, URGED)
        wanted = Listed(reads.tasks_of_notices_due(self._conn, None, self._at), waiting)
        for ids in wanted.pages():
            now = reads.tasks_by_id(self._conn, ids)
            found: dict[str, _Found] = {}
            for findings in reads.findings_of_tasks(self._conn, ids).values():
                for each in findings:
                    if self._stands(each):
                        found.setdefault(_matter(each.lead), self._found_of(each))
            known = {id: task for id, task in now.items() if not imported(task)}
            self._tell({key: each for key, each in found.items() if key not in self._given}, known)

    def _tell(self, found: Mapping[str, _Found], tasks: Mapping[str, Task]) -> list[str]:
        """Tell of these matters, as far as anybody is to be told; of which it was."""
        if not found:
            return []
        told: list[str] = []
        given: list[tuple[str, dict[str, Any]]] = []
        earlier = reads.notices_of_matters(self._conn, {each.lead.task or "" for each in found.values()})
        for matter, each in found.items():
            task = tasks.get(each.lead.task or "")
            if task is None:
                continue
            before = earlier.get(matter, [])
            body = self._notice(each, task, before)
            if body is not None:
                told.append(matter)
                given.append((f"{matter}|{len(before)}", body))
            elif not (before and before[-1].live):
                self._waits = True
        ids = self._ids.give(which for which, _ in given)
        self._events.add(
            Event(INSTITUTION, "notice_given", {"notice": ids[which], **body}) for which, body in given
        )
        return told

    def _notice(self, found: _Found, task: Task, before: list[Notice]) -> dict[str, Any] | None:
        """The next notice of a matter, if it may come now."""
        lead, at = found.lead, self._at
        visit = None if lead.step is None else task.find(lead.step, lead.visit or 0)
        if found.disputed or not goes_on(task, lead.step, visit) or not _past_time(lead, task, visit, at):
            return None
        if before and not may_come(before[-1], at, self._calendar):
            return None
        told = next_notice(
            Matter(task, visit, self._office(task, visit), found.attribution), self._house, before
        )
        if told is None:
            return None
        return {
            "finding": found.id,
            "task": task.id,
            "step": lead.step,
            "visit": lead.visit,
            "stage": told.stage,
            "level": told.level,
            "to": list(told.to),
            "owes": told.owes,
            "interval": self._interval,
            "last": told.last,
            "again_at": to_text(again_at(at, self._interval, self._calendar)),
        }

    def _office(self, task: Task, visit: Visit | None) -> str:
        held = None if visit is None else self._facts.definition(task.digest)
        if held is None or visit is None:
            return task.office
        return held.workflow.step(visit.step).owner_at(visit.place).office or task.office

    def _now(self, view: View, ids: Iterable[str]) -> dict[str, Task]:
        """The tasks as they stand now; the view has them as they stood at its slot."""
        if self._later is None:
            self._later = frozenset(reads.touched_since(self._conn, view.position, self._size))
        moved = self._later & set(ids)
        return {id: view.tasks[id] for id in ids if id not in moved} | reads.tasks_by_id(self._conn, moved)

    def _stands(self, finding: Finding) -> bool:
        return finding.state == "open" and finding.lead.rule in URGED and finding.id not in self._ended

    def _found_of(self, finding: Finding) -> _Found:
        attribution = self._revised.get(finding.id, finding.lead.attribution)
        return _Found(finding.id, finding.lead, attribution, finding.disputed)


def goes_on(task: Task, step: str | None, visit: Visit | None) -> bool:
    """Whether a matter still waits for somebody to act."""
    if step is None:
        return task.status == "open"
    return visit is not None and visit.open


def _past_time(lead: Lead, task: Task, visit: Visit | None, at: datetime) -> bool:
    """Whether it is past its time now: a later extension, or a clock that stands, gives it time."""
    if visit is None:
        return task.due_at is None or task.due_at <= at
    if lead.rule == "step_unassigned":
        return True
    return visit.clock == "running" and (visit.due_at is None or visit.due_at <= at)


def _is_urged(lead: Lead, view: View, judgement: Judgement) -> bool:
    if lead.rule not in URGED or lead.closed or lead.task is None:
        return False
    return lead.fingerprint not in judgement.cured_at_once and not imported(view.tasks[lead.task])


def _matter(lead: Lead) -> str:
    return matter_of(lead.task or "", lead.step, lead.visit)


def _same(one: Lead, other: Lead) -> bool:
    return _matter(one) == _matter(other)
