"""An audit's pass: what a slot owes to see is loaded, judged, and becomes the parts of one machine command.

A slot sees exactly the leaves with time up to its instant, however late it runs; its row is written by the
transaction that writes its findings, so that it can neither be missed in silence nor run twice (design §8).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.accountability.followup import ends_follow_up, follow_up_for
from zeroerror.audit.judge import Judgement, judge, look_from
from zeroerror.audit.view import View
from zeroerror.engine.facts import Facts
from zeroerror.engine.opening import next_number, opening_events
from zeroerror.engine.oversight import EXPLAIN, closing
from zeroerror.model.command import MACHINE, OWN, Command
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.finding import Finding, Lead, attribution_to_json, opened_body
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task
from zeroerror.model.workflow import Workflow
from zeroerror.service.chain import verify_chain
from zeroerror.service.facts import StoreFacts, definition
from zeroerror.service.history import (
    calendar_at,
    changed_since,
    organisation_at,
    persons_touched,
    position_at,
    root_at,
    settings_at,
    tasks_at,
)
from zeroerror.service.owed import owed_at
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection


def finding_id(fingerprint: str) -> str:
    """A finding's id: short, and the same whenever the slip is found."""
    return "F-" + hashlib.sha256(fingerprint.encode()).hexdigest()[:12]


def decide_pass(conn: Connection, command: Command, at: datetime) -> tuple[Event, ...] | Refusal:
    """The events of one slot's pass, from what the leaves up to its instant say; of the oldest that is owed only.

    A pass of a later slot would skip those between in silence, and one of a slot that is not owed would judge
    what nobody has asked to be judged.
    """
    audit, slot = command.body["audit"], from_text(command.body["slot"])
    if (audit, slot) not in owed_at(conn, at)[:1]:
        return Refusal((Reason("engine.slot_not_owed", {"audit": audit, "slot": to_text(slot)}),))
    view, position, seen = load(conn, audit, slot, late=command.body["missed"])
    judgement = judge(view)
    facts = StoreFacts(conn)
    opened, follow_ups = _opened(judgement, view, facts, at)
    ran = {
        "audit": audit,
        "slot": to_text(slot),
        "previous": None if view.previous is None else to_text(view.previous),
        "since": seen,
        "seen": position,
        "root": root_at(conn, position),
        "examined": len(view.tasks),
        "counts": {
            "opened": len(judgement.opened),
            "cured": len(judgement.cured),
            "withdrawn": len(judgement.withdrawn),
            "revised": len(judgement.revised),
        },
    }
    return (
        Event(INSTITUTION, "slot_run", ran),
        *opened,
        *(_at_once(judgement)),
        *(_ended("finding_cured", *each) for each in judgement.cured),
        *(_ended("finding_withdrawn", *each) for each in judgement.withdrawn),
        *(_revised(each, attribution) for each, attribution in judgement.revised),
        *follow_ups,
        *_answered(judgement, facts, at),
        *_asked_instead(judgement, view, facts),
    )


def load(conn: Connection, audit: str, slot: datetime, *, late: bool) -> tuple[View, int, int]:
    """What a slot's rules look at, how many leaves it sees, and how many the pass before had seen."""
    position = position_at(conn, to_text(slot))
    last = reads.last_slot(conn, audit)
    seen = 0 if last is None else last.seen
    touched = set(reads.touched_since(conn, seen, position))
    calendar = calendar_at(conn, position)
    looked = touched | _due(conn, None if last is None else last.slot, slot)
    if last is not None:
        # An urging is owed a working day after the wait fell due; nothing else comes due that has been looked at.
        looked |= set(reads.waits_due_between(conn, look_from(last.slot, calendar), last.slot))
    looked |= _named(conn, persons_touched(conn, seen, position)) | _overlapped(conn, seen, position)
    # What the projection says of a task that has gone on since is not what held then; it is folded and looked at.
    looked |= set(reads.touched_since(conn, position, log.head(conn).size))
    tasks = tasks_at(conn, looked, position)
    findings = {id: tuple(found) for id, found in reads.findings_of_tasks(conn, tasks).items()}
    findings[""] = tuple(reads.findings_of_institution(conn))
    view = View(
        slot=slot,
        previous=None if last is None else last.slot,
        position=position,
        tasks=tasks,
        workflows=workflows_of(conn, tasks.values()),
        organisation=organisation_at(conn, position),
        calendar=calendar,
        findings=findings,
        touched=frozenset(touched),
        settings=settings_at(conn, position),
        missed=(slot,) if late else (),
        mismatch=tuple(verify_chain(conn, seen)),
    )
    return view, position, seen


def _due(conn: Connection, since: datetime | None, slot: datetime) -> set[str]:
    """The tasks that have anything falling due between two instants."""
    after = since or datetime.min.replace(tzinfo=slot.tzinfo)
    found = {each.task for each in reads.due_between(conn, after, slot)}
    found |= {each.task for each in reads.task_due_between(conn, after, slot)}
    return found | {each.task for each in reads.warn_between(conn, after, slot)}


def _named(conn: Connection, persons: Iterable[str]) -> set[str]:
    """The tasks of findings that name these persons."""
    found: set[str] = set()
    for person in sorted(persons):
        for each in reads.findings(conn, reads.FindingFilter(person=person)):
            if each.lead.task is not None:
                found.add(each.lead.task)
    return found


def _overlapped(conn: Connection, seen: int, position: int) -> set[str]:
    """The tasks of findings about a time of which the organisation or the calendar says something else now.

    A B person who turns out to have been away clears whoever did not hand over to him, and no finding names him.
    What a finding rests on had happened when it was found, so those found since that time are enough.
    """
    since = changed_since(conn, seen, position)
    return set() if since is None else set(reads.tasks_of_findings(conn, position_at(conn, since)))


def workflows_of(conn: Connection, tasks: Iterable[Task]) -> dict[str, Workflow]:
    """The definitions to which tasks are pinned, by digest."""
    found: dict[str, Workflow] = {}
    for digest in {task.digest for task in tasks}:
        held = definition(conn, digest)
        assert held is not None, "a task is pinned to a published definition"
        found[digest] = held.workflow
    return found


def _opened(judgement: Judgement, view: View, facts: Facts, at: datetime) -> tuple[list[Event], list[Event]]:
    """Each new finding on record, and the follow-ups that they open."""
    found: list[Event] = []
    follow_ups: list[Event] = []
    opened = 0
    asked: set[tuple[str | None, str | None]] = set()
    for lead in judgement.opened:
        id, number = finding_id(lead.fingerprint), None
        who = follow_up_for(lead, view)
        cause = (lead.task, lead.step)
        if who is not None and cause not in asked:
            events = _follow_up(id, lead, who, view, facts, at, opened)
            if events:
                asked.add(cause)
                follow_ups += events
                number, opened = events[0].stream, opened + 1
        found.append(Event(INSTITUTION, "finding_opened", opened_body(id, lead, number)))
    return found, follow_ups


def _follow_up(
    finding: str, lead: Lead, person: str, view: View, facts: Facts, at: datetime, ahead: int
) -> tuple[Event, ...]:
    """An `oversight/explain` task for a finding; none where that definition is not in force."""
    digest = facts.in_force(EXPLAIN)
    held = None if digest is None else facts.definition(digest)
    if held is None or lead.task is None:
        return ()
    body: Mapping[str, Any] = {
        "office": view.tasks[lead.task].office,
        "fields": {"finding": finding, "person": person, "task": lead.task},
        "sealed": {},
        "cause": finding,
    }
    known = {each.name for each in held.workflow.fields}
    body = {**body, "fields": {name: value for name, value in body["fields"].items() if name in known}}
    command = Command("", "", "open", body, (), MACHINE, to_text(at))
    number = next_number(facts, "oversight", at, ahead)
    return opening_events(number, held, command, "machine", facts, at)


def _at_once(judgement: Judgement) -> Iterable[Event]:
    """What had been put right before the pass came is on record as found, and as cured."""
    for fingerprint, (why, evidence) in judgement.cured_at_once.items():
        body = {"finding": finding_id(fingerprint), "why": why, "evidence": list(evidence)}
        yield Event(INSTITUTION, "finding_cured", body)


def _ended(kind: str, finding: Finding, why: str, evidence: Iterable[int]) -> Event:
    body = {"finding": finding.id, "why": why, "evidence": list(evidence)}
    return Event(INSTITUTION, kind, body)


def _answered(judgement: Judgement, facts: Facts, at: datetime) -> Iterable[Event]:
    """Follow-ups that end because their findings did."""
    ends = [
        *((each, "cured") for each in judgement.cured),
        *((each, "withdrawn") for each in judgement.withdrawn),
    ]
    for (finding, _, _), end in ends:
        task = None if finding.follow_up is None else facts.task(finding.follow_up)
        if task is not None and task.status == "open" and ends_follow_up(finding, end):
            yield from closing(task, end, at)


def _asked_instead(judgement: Judgement, view: View, facts: Facts) -> Iterable[Event]:
    """Follow-ups that went to somebody who has been cleared since: whoever is to explain now is asked instead."""
    for finding, attribution in judgement.revised:
        task = None if finding.follow_up is None else facts.task(finding.follow_up)
        who = follow_up_for(replace(finding.lead, attribution=attribution), view)
        if task is None or who is None or task.fields.get("person") == who:
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


def _revised(finding: Finding, attribution: Any) -> Event:
    body = {"finding": finding.id, "attribution": attribution_to_json(attribution)}
    return Event(INSTITUTION, "attribution_revised", body)


def as_of_view(
    conn: Connection, at: datetime, known_at: datetime | None, since: datetime | None = None
) -> View:
    """What the rules look at when somebody asks what holds at an instant, known by another; or since one."""
    position = log.head(conn).size if known_at is None else position_at(conn, to_text(known_at))
    asked = at if since is None else since
    looked = {each.task for each in reads.open_and_past(conn, asked)}
    looked |= set(reads.tasks_open_and_past(conn, asked))
    if known_at is not None and known_at < asked:
        # What has ended since was not known to have ended.
        looked |= set(reads.touched_since(conn, position, log.head(conn).size))
    if since is not None:
        looked |= _due(conn, since, at)
    tasks = tasks_at(conn, looked, position)
    return View(
        slot=at,
        previous=None,
        position=position,
        tasks=tasks,
        workflows=workflows_of(conn, tasks.values()),
        organisation=organisation_at(conn, position),
        calendar=calendar_at(conn, position),
        findings={},
        touched=frozenset(tasks),
        settings=settings_at(conn, position),
        missed=(),
        mismatch=(),
    )
