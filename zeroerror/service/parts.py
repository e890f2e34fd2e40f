"""What a pass says, as the parts of its one command: findings opened and ended, follow-ups, and their ends.

The parts stand in the ledger kind by kind, and within a kind in the order in which the tasks were looked at,
however many were looked at together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from zeroerror.accountability.followup import ends_follow_up, follow_up_for
from zeroerror.audit.judge import Judgement
from zeroerror.audit.view import View
from zeroerror.engine.opening import numbers
from zeroerror.engine.openings import Openings
from zeroerror.engine.oversight import EXPLAIN, RECTIFY, closing
from zeroerror.engine.rectifying import who_leads
from zeroerror.ledger.series import body_text
from zeroerror.model.command import OWN
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.finding import Finding, Lead, attribution_to_json, opened_body
from zeroerror.model.task import Task
from zeroerror.service.facts import StoreFacts
from zeroerror.service.repeats import SEVERE, Repeats
from zeroerror.service.spool import Spool
from zeroerror.store import reads
from zeroerror.store.connection import Connection

#: The kinds of parts, in the order in which the ledger has them.
ORDER = (
    "opened",
    "cured_at_once",
    "cured",
    "withdrawn",
    "revised",
    "follow_ups",
    "answered_by_cure",
    "answered_by_withdrawal",
    "asked_instead",
    "notices",
    "corrections",
    "plans",
)
#: Which of them the slot's own row counts.
COUNTED = ("opened", "cured", "withdrawn", "revised")


class Parts:
    """The events of a pass, gathered view by view; the slot's own row comes before them."""

    def __init__(self, conn: Connection, at: datetime, repeats: Repeats) -> None:
        self._conn, self._facts, self._at, self._repeats = conn, StoreFacts(conn), at, repeats
        self._of = {name: Spool() for name in ORDER}
        self._ran: tuple[Event, ...] = ()
        #: By workflow; None where it is not in force.
        self._openings: dict[str, Openings | None] = {}
        self._numbers = numbers(self._facts, "oversight", at)

    def add(self, judgement: Judgement, view: View, ids: Mapping[str, str]) -> None:
        """Take in what has been judged of a view; what is new has an id by its fingerprint."""
        of, cured, withdrawn = self._of, judgement.cured, judgement.withdrawn
        self._open(judgement.opened, view, ids)
        of["cured_at_once"].add(_at_once(judgement, ids))
        of["cured"].add(_ended("finding_cured", *each) for each in cured)
        of["withdrawn"].add(_ended("finding_withdrawn", *each) for each in withdrawn)
        of["revised"].add(_revised(*each) for each in judgement.revised)
        tasks = self._follow_ups(judgement)
        of["answered_by_cure"].add(_answered((each for each, _, _ in cured), "cured", tasks, self._at))
        of["answered_by_withdrawal"].add(
            _answered((each for each, _, _ in withdrawn), "withdrawn", tasks, self._at)
        )
        of["asked_instead"].add(_asked_instead(judgement, view, tasks))

    def begin(self, ran: Event) -> None:
        """What the command begins with: that the slot was run."""
        self._ran = (ran,)

    def ends_with(self, name: str) -> Spool:
        """Where that waits with which the command ends: `notices`, `corrections`, `plans`."""
        return self._of[name]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind that the slot's own row counts."""
        return {name: len(self._of[name]) for name in COUNTED}

    def __len__(self) -> int:
        return len(self._ran) + sum(map(len, self._of.values()))

    def __iter__(self) -> Iterator[Event]:
        return chain(self._ran, *self._of.values())

    def __contains__(self, event: object) -> bool:
        return any(each == event for each in self)

    def _follow_ups(self, judgement: Judgement) -> Mapping[str, Task]:
        """The follow-ups of the findings that have ended, or are somebody else's now."""
        ended = (each for each, _, _ in (*judgement.cured, *judgement.withdrawn))
        concerned = chain(ended, (each for each, _ in judgement.revised))
        return reads.tasks_by_id(
            self._conn, (each.follow_up for each in concerned if each.follow_up is not None)
        )

    def _open(self, leads: Iterable[Lead], view: View, ids: Mapping[str, str]) -> None:
        """Each new finding on record, and the follow-ups that they open: one for a task and cause."""
        asked: set[tuple[str | None, str | None, int | None]] = set()
        opened: list[Event] = []
        follow_ups: list[Event] = []
        for lead in leads:
            id, number = ids[lead.fingerprint], None
            who, workflow, repeats = self._asked(lead, view)
            cause = (lead.task, lead.step, _signer(lead, view))
            if who is not None and cause not in asked:
                events = self._follow_up(id, lead, who, view, workflow, repeats)
                if events:
                    asked.add(cause)
                    follow_ups += events
                    number = events[0].stream
            opened.append(Event(INSTITUTION, "finding_opened", opened_body(id, lead, number)))
        self._of["opened"].add(opened)
        self._of["follow_ups"].add(follow_ups)

    def _asked(self, lead: Lead, view: View) -> tuple[str | None, str, str | None]:
        """Who is asked, by which definition, and what repeats: 说明, or 整改 where it is grave or found too often."""
        who, task = follow_up_for(lead, view), view.tasks.get(lead.task or "")
        theirs = task is None or task.family == "oversight" or task.answers is not None
        if task is None or theirs or self._facts.in_force(RECTIFY) is None:
            return who, EXPLAIN, None
        repeats = None if who is None else self._repeats.seen(lead, task)
        if repeats is None and lead.severity not in SEVERE:
            return who, EXPLAIN, None
        leads = who_leads(self._facts.organisation, task.office, self._at)
        return (who, EXPLAIN, None) if leads is None else (leads, RECTIFY, repeats)

    def _follow_up(
        self, finding: str, lead: Lead, person: str, view: View, workflow: str, repeats: str | None
    ) -> tuple[Event, ...]:
        """A task of oversight for a finding; none where that definition is not in force."""
        openings = self._opening(workflow)
        if openings is None or lead.task is None:
            return ()
        fields = {"finding": finding, "person": person, "task": lead.task}
        fields |= {} if repeats is None else {"repeats": repeats}
        form = openings.form
        known = {name: value for name, value in fields.items() if name in form}
        events = openings.open(next(self._numbers), view.tasks[lead.task].office, known, finding)
        # Written once for all that share it.
        body_text(events[1])
        return events

    def _opening(self, workflow: str) -> Openings | None:
        """How tasks of a definition are opened; None where it is not in force."""
        if workflow not in self._openings:
            digest = self._facts.in_force(workflow)
            held = None if digest is None else self._facts.definition(digest)
            self._openings[workflow] = None if held is None else Openings(held, self._facts, self._at)
        return self._openings[workflow]


def _signer(lead: Lead, view: View) -> int | None:
    """Which of several visits a finding is about: each signer, and each voter, is late by himself."""
    task = view.tasks.get(lead.task or "")
    visit = None if task is None or lead.visit is None else task.find(lead.step or "", lead.visit)
    return None if visit is None or visit.asked is None else visit.visit


def _answered(
    findings: Iterable[Finding], end: str, tasks: Mapping[str, Task], at: datetime
) -> Iterator[Event]:
    """Follow-ups that end because their findings did."""
    for finding in findings:
        task = tasks.get(finding.follow_up or "")
        if task is None or task.status != "open" or (task.workflow == RECTIFY and end == "cured"):
            # What is put right for good is not done with this one step.
            continue
        if ends_follow_up(finding, end):
            yield from closing(task, end, at)


def _asked_instead(judgement: Judgement, view: View, tasks: Mapping[str, Task]) -> Iterator[Event]:
    """Follow-ups that went to somebody who has been cleared since: whoever is to explain now is asked instead."""
    for finding, attribution in judgement.revised:
        task = tasks.get(finding.follow_up or "")
        who = follow_up_for(replace(finding.lead, attribution=attribution), view)
        if task is None or who is None or task.workflow != EXPLAIN or task.fields.get("person") == who:
            continue
        for visit in task.open_visits():
            # Somebody to whom it was given by people keeps it.
            if visit.person in (None, task.fields.get("person")):
                body = {
                    "step": visit.step,
                    "visit": visit.visit,
                    "person": who,
                    "by": "machine",
                    "why": "assign",
                    "capacity": OWN.to_json(),
                }
                yield Event(task.id, "step_assigned", body)


def _at_once(judgement: Judgement, ids: Mapping[str, str]) -> Iterator[Event]:
    """What had been put right before the pass came is on record as found, and as cured."""
    for fingerprint, (why, evidence) in judgement.cured_at_once.items():
        body = {"finding": ids[fingerprint], "why": why, "evidence": list(evidence)}
        yield Event(INSTITUTION, "finding_cured", body)


def _ended(kind: str, finding: Finding, why: str, evidence: Iterable[int]) -> Event:
    body = {"finding": finding.id, "why": why, "evidence": list(evidence)}
    return Event(INSTITUTION, kind, body)


def _revised(finding: Finding, attribution: Any) -> Event:
    body = {"finding": finding.id, "attribution": attribution_to_json(attribution)}
    return Event(INSTITUTION, "attribution_revised", body)
