"""Passing a step on: 转办, for good, to another person or office; 委派, to be done while one stays answerable.

Whoever is given a step for good owes it from then on, and who gave it owes it no longer. Whoever it is delegated
to may do it and owes nothing: it stays due from its holder, is urged from him, and counts as his if it is late
(`audit.holders`). So a delegation needs nobody's acceptance, is ended by a word, and goes only to staff who do not
stand above him; what is somebody's own to say, a signature or an explanation, is not delegated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from zeroerror.engine import consents
from zeroerror.engine.advancing import doers_so_far, pinned
from zeroerror.engine.authority import may_assign, offices, why_not
from zeroerror.engine.facts import Facts
from zeroerror.engine.handling import Answer, open_visit
from zeroerror.engine.ownership import resolve
from zeroerror.model.command import OWN, Capacity, Command
from zeroerror.model.event import Event
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Step


def assign(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A visit given to a named person, or to an office: by who directs, or handed over by who owes it."""
    found = open_visit(command, facts)
    if isinstance(found, Refusal):
        return found
    task, visit, step = found
    body, capacity = command.body, OWN
    person, office = body.get("person"), body.get("office")
    if office is not None:
        person, capacity = _in_office(office, task, visit, step, facts, at)
    reasons: list[Reason] = []
    if visit.voting is not None and visit.person is not None:
        reasons.append(Reason("engine.vote_is_personal", {"step": step.title, "person": visit.person}))
    if visit.kind != "person":
        reasons.append(Reason("engine.nobody_owes", {"step": step.title, "owner": visit.kind}))
    if not may_assign(actor, visit, task, facts.organisation, at):
        reasons.append(Reason("engine.not_your_act", {"act": "assign", "task": task.id}))
    if office is not None and facts.organisation.office(office) is None:
        reasons.append(Reason("engine.unknown_office", {"office": office}))
    elif person is None:
        reasons.append(Reason("engine.office_has_nobody", {"office": office}))
    else:
        against = list(_against(person, visit, facts.organisation, at))
        reasons += against
        reasons += _barred(task, visit, step, person, facts)
        reasons += _leading(task, visit, step, person, facts, at)
        if (
            not against
            and body.get("reason") is None
            and _leaves(person, office, visit, task, facts.organisation, at)
        ):
            reasons.append(Reason("engine.handover_reason", {"person": person}))
    if reasons:
        return Refusal(tuple(reasons))
    given = {
        "step": visit.step,
        "visit": visit.visit,
        "person": person,
        "by": actor,
        "why": "handover" if actor == visit.person else "assign",
        "capacity": capacity.to_json(),
        "reason": body.get("reason"),
    }
    return (Event(task.id, "step_assigned", given),)


def delegate(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A visit's doing given to a subordinate by who owes it, who stays answerable; or taken back from him."""
    found = open_visit(command, facts)
    if isinstance(found, Refusal):
        return found
    task, visit, step = found
    organisation, person = facts.organisation, command.body["person"]
    if visit.kind != "person":
        return Refusal((Reason("engine.nobody_owes", {"step": step.title, "owner": visit.kind}),))
    if visit.person != actor or not organisation.in_service(actor, at):
        return Refusal((why_not(visit, step.title, organisation=organisation, task=task, at=at),))
    reasons: list[Reason] = []
    if person is None:
        if visit.delegate is None:
            reasons.append(Reason("engine.not_delegated", {"step": step.title}))
    else:
        reasons += _against(person, visit, organisation, at)
        if visit.voting is not None:
            # That a vote may be handed over instead would be wrong to say: it is nobody else's.
            reasons.append(Reason("engine.vote_is_personal", {"step": step.title, "person": visit.person}))
        elif visit.asked is not None or task.family == "oversight":
            reasons.append(Reason("engine.own_to_say", {"step": step.title}))
        if visit.delegate == person:
            reasons.append(Reason("engine.delegated_already", {"person": person}))
        if not reasons and not _below(person, actor, organisation, at):
            reasons.append(Reason("engine.not_subordinate", {"person": person}))
    if reasons:
        return Refusal(tuple(reasons))
    body = {
        "step": visit.step,
        "visit": visit.visit,
        "person": person,
        "by": actor,
        "reason": command.body.get("reason"),
    }
    return (Event(task.id, "step_delegated", body),)


def _in_office(
    office: str, task: Task, visit: Visit, step: Step, facts: Facts, at: datetime
) -> tuple[str | None, Capacity]:
    """Who does in another office what this step asks for: by its own division of labour, else its director."""
    owner = step.owner_at(visit.place)
    if owner.kind in ("duty", "post"):
        owed = resolve(
            replace(owner, office=office),
            organisation=facts.organisation,
            office=office,
            workflow_id=task.workflow,
            family=task.family,
            fields=task.fields,
            doers={},
            opener=task.opener,
            at=at,
        )
        if owed.person is not None:
            return owed.person, owed.capacity
    return facts.organisation.director(office, at), OWN


def _against(person: str, visit: Visit, organisation: Organisation, at: datetime) -> Iterator[Reason]:
    if not organisation.posts_of(person, at):
        yield Reason("engine.not_in_service", {"person": person})
    elif organisation.is_on_leave(person, at):
        yield Reason("engine.on_leave", {"person": person})
    if visit.person == person:
        yield Reason("engine.owes_already", {"person": person})


def _barred(task: Task, visit: Visit, step: Step, person: str, facts: Facts) -> Iterator[Reason]:
    """Why a signature cannot be given to somebody whom four eyes keep from signing."""
    if visit.signing is not None:
        yield from consents.barred(pinned(task, facts).workflow, step, (person,), doers_so_far(task))


def _leading(
    task: Task, visit: Visit, step: Step, person: str, facts: Facts, at: datetime
) -> Iterator[Reason]:
    """Why a step whose form names staff is not given to a leader either."""
    owner = step.owner_at(visit.place)
    field = pinned(task, facts).workflow.field(owner.name) if owner.kind == "field" else None
    if field is not None and field.type == "staff" and facts.organisation.entitled(person, "leader", at):
        yield Reason("engine.field_staff", {"field": field.name, "title": field.title, "value": person})


def _leaves(
    person: str, office: str | None, visit: Visit, task: Task, organisation: Organisation, at: datetime
) -> bool:
    """Whether the step goes to another office than those it has to do with now."""
    here = set(offices(visit, task, organisation, at))
    return office not in here if office is not None else not here & set(organisation.offices_of(person, at))


def _below(person: str, holder: str, organisation: Organisation, at: datetime) -> bool:
    """Whether somebody serves where the holder does, or in an office that he supervises, and not above him."""
    mine = organisation.offices_of(holder, at)
    theirs = organisation.offices_of(person, at)
    shared = any(each in mine or organisation.supervisor(each, at) == holder for each in theirs)
    return shared and organisation.rank_of(person, at) >= organisation.rank_of(holder, at)
