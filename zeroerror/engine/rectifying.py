"""整改 asked for by people: whoever directs or supervises an office may have a finding about it put right for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.engine.facts import Facts
from zeroerror.engine.opening import next_number, opening_events
from zeroerror.engine.oversight import RECTIFY, closing
from zeroerror.model.command import Command
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.finding import Finding
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task

#: What a finding must be to be put right: not gone already.
STANDING = ("open", "cured", "closed")


def rectify(command: Command, actor: str, facts: Facts, at: datetime) -> tuple[Event, ...] | Refusal:
    """An `oversight/rectify` task for a finding; an explanation that was asked for is asked no more."""
    body = command.body
    finding = facts.finding(body["finding"])
    digest = facts.in_force(RECTIFY)
    held = None if digest is None else facts.definition(digest)
    if finding is None:
        return Refusal((Reason("engine.unknown_finding", {"finding": body["finding"]}),))
    if held is None:
        return Refusal((Reason("engine.definition_replaced", {"workflow": RECTIFY}),))
    asked = None if finding.follow_up is None else facts.task(finding.follow_up)
    office = office_of(finding, facts)
    leads = body["person"] or who_leads(facts.organisation, office, at)
    reasons = tuple(_against(command, finding, actor, asked, leads, office, facts, at))
    if reasons or leads is None:
        return Refusal(reasons)
    number = next_number(facts, "oversight", at)
    fields = {"finding": finding.id, "person": leads}
    if finding.lead.task is not None:
        fields["task"] = finding.lead.task
    opening = Command(
        command.origin,
        command.id,
        "open",
        {"office": office, "fields": fields, "sealed": {"grounds": body["reason"]}, "cause": finding.id},
        (),
        command.capacity,
        command.time,
    )
    said = {"finding": finding.id, "by": actor, "task": number, "reason": body["reason"]}
    return (
        Event(INSTITUTION, "rectify_ordered", said),
        *opening_events(number, held, opening, actor, facts, at),
        *(closing(asked, "rectified", at) if asked is not None and asked.status == "open" else ()),
    )


def _against(
    command: Command,
    finding: Finding,
    actor: str,
    asked: Task | None,
    leads: str | None,
    office: str,
    facts: Facts,
    at: datetime,
) -> Iterator[Reason]:
    if command.body.get("reason") is None:
        yield Reason("engine.says_nothing")
    if finding.state not in STANDING:
        yield Reason("engine.finding_gone", {"finding": finding.id})
    if actor not in _may_order(facts.organisation, office, at):
        yield Reason("engine.not_your_act", {"act": "rectify", "office": office})
    if asked is not None and asked.workflow == RECTIFY and asked.status == "open":
        yield Reason("engine.rectified_already", {"finding": finding.id, "task": asked.id})
    if leads is None:
        yield Reason("engine.nobody_leads", {"office": office})
    elif not facts.organisation.in_service(leads, at):
        yield Reason("engine.not_in_service", {"person": leads})


def office_of(finding: Finding, facts: Facts) -> str:
    """The office that a finding is about: the step's own, the task's, else the general office."""
    lead, general = finding.lead, facts.organisation.general_office()
    task = None if lead.task is None else facts.task(lead.task)
    if task is None:
        return "" if general is None else general.id
    held = facts.definition(task.digest)
    if held is None or lead.step is None:
        return task.office
    visit = None if lead.visit is None else task.find(lead.step, lead.visit)
    owner = held.workflow.step(lead.step).owner_at(None if visit is None else visit.place)
    return owner.office or task.office


def who_leads(organisation: Organisation, office: str, at: datetime) -> str | None:
    """Who is to see to it that an office puts something right: its director, else who is above."""
    near = organisation.director(office, at) or organisation.supervisor(office, at)
    return near or next(iter(organisation.secretaries(at)), None)


def _may_order(organisation: Organisation, office: str, at: datetime) -> frozenset[str | None]:
    return frozenset(
        (
            organisation.director(office, at),
            organisation.supervisor(office, at),
            *organisation.secretaries(at),
        )
    ) - {None}
