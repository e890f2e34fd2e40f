"""What a pass says, as the parts of its one command: findings opened and ended, follow-ups, and their ends.

The parts stand in the ledger kind by kind, and within a kind in the order in which the tasks were looked at,
however many were looked at together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.accountability.followup import ends_follow_up, follow_up_for
from zeroerror.audit.judge import Judgement
from zeroerror.audit.view import View
from zeroerror.engine.opening import next_number, opening_events
from zeroerror.engine.oversight import EXPLAIN, RECTIFY, closing
from zeroerror.engine.rectifying import who_leads
from zeroerror.model.command import MACHINE, OWN, Command
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.finding import Finding, Lead, attribution_to_json, opened_body
from zeroerror.model.instant import to_text
from zeroerror.service.facts import StoreFacts
from zeroerror.service.repeats import SEVERE, Repeats

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
)
#: Which of them the slot's own row counts.
COUNTED = ("opened", "cured", "withdrawn", "revised")


def finding_id(fingerprint: str) -> str:
    """A finding's id: short, and the same whenever the slip is found."""
    return "F-" + hashlib.sha256(fingerprint.encode()).hexdigest()[:12]


class Parts:
    """The events of a pass, gathered view by view."""

    def __init__(self, facts: StoreFacts, at: datetime, repeats: Repeats) -> None:
        self._facts, self._at, self._repeats = facts, at, repeats
        self._of: dict[str, list[Event]] = {name: [] for name in ORDER}
        #: How many numbers of follow-ups have been given.
        self._given = 0

    def add(self, judgement: Judgement, view: View) -> None:
        """Take in what has been judged of a view."""
        of = self._of
        self._open(judgement.opened, view)
        of["cured_at_once"] += _at_once(judgement)
        of["cured"] += [_ended("finding_cured", *each) for each in judgement.cured]
        of["withdrawn"] += [_ended("finding_withdrawn", *each) for each in judgement.withdrawn]
        of["revised"] += [_revised(*each) for each in judgement.revised]
        ended = (*(each for each, _, _ in (*judgement.cured, *judgement.withdrawn)),)
        concerned = (*ended, *(each for each, _ in judgement.revised))
        self._facts.read_all(each.follow_up for each in concerned if each.follow_up is not None)
        of["answered_by_cure"] += self._answered((each for each, _, _ in judgement.cured), "cured")
        of["answered_by_withdrawal"] += self._answered(
            (each for each, _, _ in judgement.withdrawn), "withdrawn"
        )
        of["asked_instead"] += self._asked_instead(judgement, view)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind that the slot's own row counts."""
        return {name: len(self._of[name]) for name in COUNTED}

    def __iter__(self) -> Iterator[Event]:
        for name in ORDER:
            yield from self._of[name]

    def _open(self, leads: Iterable[Lead], view: View) -> None:
        """Each new finding on record, and the follow-ups that they open: one for a task and cause."""
        asked: set[tuple[str | None, str | None]] = set()
        for lead in leads:
            id, number = finding_id(lead.fingerprint), None
            who, workflow, repeats = self._asked(lead, view)
            cause = (lead.task, lead.step)
            if who is not None and cause not in asked:
                events = self._follow_up(id, lead, who, view, workflow, repeats)
                if events:
                    asked.add(cause)
                    self._of["follow_ups"] += events
                    number = events[0].stream
                    self._given += 1
            self._of["opened"].append(Event(INSTITUTION, "finding_opened", opened_body(id, lead, number)))

    def _asked(self, lead: Lead, view: View) -> tuple[str | None, str, str | None]:
        """Who is asked, by which definition, and what repeats: 说明, or 整改 where it is grave or found too often."""
        who, task = follow_up_for(lead, view), view.tasks.get(lead.task or "")
        theirs = task is None or task.family == "oversight" or task.answers is not None
        if task is None or theirs or self._facts.in_force(RECTIFY) is None:
            return who, EXPLAIN, None
        repeats = None if who is None else self._repeats.seen(lead, task)
        leads = who_leads(self._facts.organisation, task.office, self._at)
        if leads is None or (repeats is None and lead.severity not in SEVERE):
            return who, EXPLAIN, None
        return leads, RECTIFY, repeats

    def _follow_up(
        self, finding: str, lead: Lead, person: str, view: View, workflow: str, repeats: str | None
    ) -> tuple[Event, ...]:
        """A task of oversight for a finding; none where that definition is not in force."""
        facts, at = self._facts, self._at
        digest = facts.in_force(workflow)
        held = None if digest is None else facts.definition(digest)
        if held is None or lead.task is None:
            return ()
        known = {each.name for each in held.workflow.fields}
        fields = {"finding": finding, "person": person, "task": lead.task}
        fields |= {} if repeats is None else {"repeats": repeats}
        body: Mapping[str, Any] = {
            "office": view.tasks[lead.task].office,
            "fields": {name: value for name, value in fields.items() if name in known},
            "sealed": {},
            "cause": finding,
        }
        command = Command("", "", "open", body, (), MACHINE, to_text(at))
        number = next_number(facts, "oversight", at, self._given)
        return opening_events(number, held, command, "machine", facts, at)

    def _answered(self, findings: Iterable[Finding], end: str) -> Iterator[Event]:
        """Follow-ups that end because their findings did."""
        for finding in findings:
            task = None if finding.follow_up is None else self._facts.task(finding.follow_up)
            if task is None or task.status != "open" or (task.workflow == RECTIFY and end == "cured"):
                # What is put right for good is not done with this one step.
                continue
            if ends_follow_up(finding, end):
                yield from closing(task, end, self._at)

    def _asked_instead(self, judgement: Judgement, view: View) -> Iterator[Event]:
        """Follow-ups that went to somebody who has been cleared since: whoever is to explain now is asked instead."""
        for finding, attribution in judgement.revised:
            task = None if finding.follow_up is None else self._facts.task(finding.follow_up)
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


def _at_once(judgement: Judgement) -> Iterator[Event]:
    """What had been put right before the pass came is on record as found, and as cured."""
    for fingerprint, (why, evidence) in judgement.cured_at_once.items():
        body = {"finding": finding_id(fingerprint), "why": why, "evidence": list(evidence)}
        yield Event(INSTITUTION, "finding_cured", body)


def _ended(kind: str, finding: Finding, why: str, evidence: Iterable[int]) -> Event:
    body = {"finding": finding.id, "why": why, "evidence": list(evidence)}
    return Event(INSTITUTION, kind, body)


def _revised(finding: Finding, attribution: Any) -> Event:
    body = {"finding": finding.id, "attribution": attribution_to_json(attribution)}
    return Event(INSTITUTION, "attribution_revised", body)
