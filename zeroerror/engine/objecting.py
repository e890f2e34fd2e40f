"""What people say of a finding: anyone named may dispute it, somebody without interest answers, and two persons
together may correct whose it is, or void it (design §8).

Who has an interest: everybody whom the finding names or has named, and who did the step that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine.facts import Facts
from zeroerror.engine.opening import next_number, opening_events
from zeroerror.engine.oversight import DISPUTE, closing
from zeroerror.model.command import Command
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.finding import Finding
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task

Answer = tuple[Event, ...] | Refusal

#: What a finding must be for people to say something of it: not gone already.
STANDING = ("open", "cured", "closed")
#: Proposals about a finding.
ABOUT_FINDINGS = ("void_finding", "correct_attribution")
DEGREES = ("direct", "review", "lead")


def dispute(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A finding disputed by somebody whom it names, and the task of who has to answer."""
    finding = facts.finding(command.body["finding"])
    if finding is None:
        return Refusal((Reason("engine.unknown_finding", {"finding": command.body["finding"]}),))
    digest = facts.in_force(DISPUTE)
    held = None if digest is None else facts.definition(digest)
    reasons = list(_standing(finding))
    if actor not in named(finding):
        reasons.append(Reason("engine.not_named", {"finding": finding.id}))
    if finding.disputed:
        reasons.append(Reason("engine.disputed_already", {"finding": finding.id}))
    if command.body.get("reason") is None:
        reasons.append(Reason("engine.says_nothing"))
    answers = who_answers(finding, facts, at)
    if answers is None:
        reasons.append(Reason("engine.nobody_without_interest", {"finding": finding.id}))
    if held is None:
        reasons.append(Reason("engine.definition_replaced", {"workflow": DISPUTE}))
    if reasons or held is None or answers is None:
        return Refusal(tuple(reasons))
    number = next_number(facts, "oversight", at)
    fields = {"finding": finding.id, "person": answers, "by": actor}
    task = _task_of(finding, facts)
    if task is not None:
        fields["task"] = task.id
    body = {
        "office": _office(finding, facts, at),
        "fields": fields,
        "sealed": {"grounds": command.body["reason"]},
        "cause": finding.id,
    }
    opening = Command(command.origin, command.id, "open", body, (), command.capacity, command.time)
    said = {"finding": finding.id, "by": actor, "task": number, "reason": command.body["reason"]}
    return (
        Event(INSTITUTION, "finding_disputed", said),
        *opening_events(number, held, opening, actor, facts, at),
    )


def named(finding: Finding) -> frozenset[str]:
    """Everybody whom a finding names, as answering for it or as owing its clarification, now or before."""
    found: set[str] = set()
    for each in (finding.lead.attribution, *finding.history):
        found |= {answerer.person for answerer in each.answerers}
        found |= {each.clarifier} if each.clarifier is not None else set()
    return frozenset(found)


def interested(finding: Finding, facts: Facts) -> frozenset[str]:
    """Who is not to judge a finding: whom it names, and who did the step."""
    task = _task_of(finding, facts)
    lead = finding.lead
    visit = None if task is None or lead.step is None else task.find(lead.step, lead.visit or 0)
    doer = None if visit is None else visit.doer
    return named(finding) | (frozenset() if doer is None else frozenset((doer,)))


def who_answers(finding: Finding, facts: Facts, at: datetime) -> str | None:
    """The first without interest: the office's supervisor, another one, a secretary, any leader, the auditor.

    Who is there goes before who is away; but where all of them are away it is owed by the first, for whoever is
    named may dispute a finding on any day.
    """
    organisation, task = facts.organisation, _task_of(finding, facts)
    own = None if task is None else organisation.supervisor(task.office, at)
    upwards = (
        own,
        *organisation.supervisors(at),
        *organisation.secretaries(at),
        *organisation.all_entitled("leader", at),
        *organisation.all_entitled("auditor", at),
    )
    kept_out = interested(finding, facts)
    free = [each for each in upwards if each not in kept_out and organisation.in_service(each, at)]
    return next((each for each in free if organisation.is_present(each, at)), next(iter(free), None))


def reasons_about(kind: str, body: Mapping[str, Any], actor: str, facts: Facts) -> tuple[Reason, ...]:
    """Why somebody may not propose, or confirm, that a finding be voided or its attribution corrected."""
    finding = facts.finding(body["finding"])
    if finding is None:
        return (Reason("engine.unknown_finding", {"finding": body["finding"]}),)
    reasons = list(_standing(finding))
    if actor in interested(finding, facts):
        reasons.append(Reason("engine.recused", {"finding": finding.id}))
    if kind == "correct_attribution":
        reasons += _unknown(body, facts.organisation)
    return tuple(reasons)


def _unknown(body: Mapping[str, Any], organisation: Organisation) -> Iterator[Reason]:
    answerers = body["attribution"]["answerers"]
    for each in answerers:
        if organisation.person(each["person"]) is None:
            yield Reason("engine.unknown_person", {"person": each["person"]})
        if each["degree"] not in DEGREES:
            yield Reason("engine.unknown_degree", {"degree": each["degree"], "known": list(DEGREES)})


def void(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    """A finding that people have judged not to stand; what was asked for because of it is asked no more."""
    body = proposal.body["body"]
    said = {
        "finding": body["finding"],
        "proposal": proposal.id,
        "proposed_by": proposal.proposer,
        "by": actor,
        "reason": body["reason"],
    }
    return (Event(INSTITUTION, "finding_voided", said), *_no_longer_asked(body["finding"], facts, at))


def correct(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    """Whose a finding is, as two persons have judged it; no rule changes it any more."""
    body = proposal.body["body"]
    said = {
        "finding": body["finding"],
        "attribution": body["attribution"],
        "proposal": proposal.id,
        "proposed_by": proposal.proposer,
        "by": actor,
        "reason": body["reason"],
    }
    return (Event(INSTITUTION, "attribution_corrected", said),)


def _no_longer_asked(id: str, facts: Facts, at: datetime) -> Iterator[Event]:
    finding = facts.finding(id)
    task = None if finding is None or finding.follow_up is None else facts.task(finding.follow_up)
    if task is not None and task.status == "open":
        yield from closing(task, "voided", at)


def _standing(finding: Finding) -> Iterator[Reason]:
    if finding.state not in STANDING:
        yield Reason("engine.finding_gone", {"finding": finding.id})


def _task_of(finding: Finding, facts: Facts) -> Task | None:
    return None if finding.lead.task is None else facts.task(finding.lead.task)


def _office(finding: Finding, facts: Facts, at: datetime) -> str:
    task, organisation = _task_of(finding, facts), facts.organisation
    if task is not None:
        return task.office
    general = organisation.general_office()
    return "" if general is None else general.id
