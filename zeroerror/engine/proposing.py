"""Two-person acts: one proposes, another confirms or rejects, and only then does it take effect (design §6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine.advancing import Act, met, pinned, take
from zeroerror.engine.authority import capacities, why_not
from zeroerror.engine.content import content_reasons
from zeroerror.engine.effects import EFFECTS, lapses
from zeroerror.engine.facts import Ahead, Facts
from zeroerror.engine.handling import pausing_reasons
from zeroerror.engine.objecting import ABOUT_FINDINGS, reasons_about
from zeroerror.engine.two_persons import may_confirm, may_propose
from zeroerror.model.calendar import CalendarError
from zeroerror.model.command import Capacity, Command, Target
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.limit import LimitError, parse_limit
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task, Visit
from zeroerror.timing import extended

Answer = tuple[Event, ...] | Refusal

#: Proposals about a step of a task; the others are about the institution.
ABOUT_STEPS = ("record_paper", "extend", "pause")


def proposal_id(command: str, place: int) -> str:
    """The id of a command's n-th proposal: short, and the same whenever the command is decided."""
    return "P-" + hashlib.sha256(f"{command}/{place}".encode()).hexdigest()[:10]


def propose(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A proposal on record; what it asks for happens when it is confirmed."""
    kind, body = command.body["kind"], command.body["body"]
    if kind not in EFFECTS:
        return Refusal((Reason("engine.unknown_proposal", {"kind": kind}),))
    about = command.targets[0] if command.targets else None
    if kind in ABOUT_STEPS:
        assert about is not None, "the service names the step"
        found = _about_step(kind, body, about, actor, facts, at)
        if isinstance(found, Refusal):
            return found
    else:
        reason = may_propose(kind, actor, facts.organisation, at, body)
        reasons = (*(() if reason is None else (reason,)), *content_reasons(kind, body, facts.organisation))
        if kind in ABOUT_FINDINGS:
            reasons += reasons_about(kind, body, actor, facts)
        if reasons:
            return Refusal(reasons)
    number = proposal_id(command.id, 0)
    event = Event(
        INSTITUTION,
        "proposed",
        {
            "proposal": number,
            "kind": kind,
            "by": actor,
            "about": None if about is None else about.task,
            "target": None if about is None else about.to_json(),
            "body": body,
        },
    )
    if kind != "extend" or about is None:
        return (event,)
    asked = {
        "step": about.step,
        "visit": about.visit,
        "proposal": number,
        "extension": body["extension"],
        "reason": body.get("reason"),
    }
    return (event, Event(about.task, "extension_asked", asked))


def _about_step(
    kind: str, body: Mapping[str, Any], target: Target, actor: str, facts: Facts, at: datetime
) -> Refusal | None:
    task = facts.task(target.task)
    if task is None:
        return Refusal((Reason("engine.unknown_task", {"task": target.task}),))
    visit, moved = met(task, target, facts)
    if visit is None or moved:
        return Refusal(moved)
    if kind == "record_paper":
        return _paper(task, visit, body, actor, facts, at)
    reasons: list[Reason] = []
    step = pinned(task, facts).workflow.step(visit.step)
    if not capacities(visit, person=actor, organisation=facts.organisation, task=task, at=at):
        reasons.append(why_not(visit, step.title, organisation=facts.organisation, task=task, at=at))
    if kind == "extend":
        reasons += _extension_reasons(visit, step.title, body, facts, at)
    else:
        reasons += pausing_reasons(visit, step, body)
    return Refusal(tuple(reasons)) if reasons else None


def _extension_reasons(
    visit: Visit, title: str, body: Mapping[str, Any], facts: Facts, at: datetime
) -> list[Reason]:
    reasons = []
    if body.get("reason") is None:
        reasons.append(Reason("engine.says_nothing"))
    try:
        extension = parse_limit(body["extension"])
        if extension.count < 1:
            raise LimitError
        # Who confirms must not be the first to learn that nobody can work it out.
        extended(visit.due_at or at, extension, facts.calendar)
    except LimitError:
        reasons.append(Reason("engine.extension_unreadable", {"extension": str(body["extension"])}))
    except CalendarError as error:
        reasons.append(Reason(error.code, error.params))
    if visit.due_at is None:
        reasons.append(Reason("engine.no_limit", {"step": title}))
    elif at > visit.due_at:
        reasons.append(Reason("engine.extension_late", {"due_at": to_text(visit.due_at)}))
    return reasons


def _paper(
    task: Task, visit: Visit, body: Mapping[str, Any], actor: str, facts: Facts, at: datetime
) -> Refusal | None:
    """Whether who signed might have, when he signed; and whether the recorder is somebody else."""
    signer, signed_at = body["paper_of"], from_text(body["signed_at"])
    reasons = []
    if actor == signer:
        reasons.append(Reason("engine.own_paper", {"person": signer}))
    if not body.get("attachments"):
        reasons.append(Reason("engine.evidence", {"needed": 1, "attached": 0}))
    title = pinned(task, facts).workflow.step(visit.step).title
    if not capacities(visit, person=signer, organisation=facts.organisation, task=task, at=signed_at):
        reasons.append(why_not(visit, title, organisation=facts.organisation, task=task, at=signed_at))
    result = take(task, visit, paper_act(body), facts, at)
    if isinstance(result, Refusal):
        reasons += result.reasons
    return Refusal(tuple(reasons)) if reasons else None


def paper_act(body: Mapping[str, Any]) -> Act:
    """What a paper signature does, done by who signed it when he did."""
    return Act.of({**body, "done_at": body["signed_at"]}, body["paper_of"], Capacity("paper"))


def confirm(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """Proposals confirmed, and what they asked for: all of them, or none."""
    reasons: list[Reason] = []
    events: list[Event] = []
    ahead = Ahead(facts, actor, at)
    for id in dict.fromkeys(command.body["proposals"]):
        proposal = _entitled(id, actor, ahead, at, reasons)
        if proposal is None:
            continue
        stale = lapses(proposal, ahead)
        if stale is not None:
            events.append(Event(INSTITUTION, "lapsed", {"proposal": id, "why": stale}))
            continue
        found = EFFECTS[proposal.kind](proposal, actor, ahead, at)
        if isinstance(found, Refusal):
            reasons += found.reasons
            continue
        events.append(Event(INSTITUTION, "confirmed", {"proposal": id, "by": actor}))
        events += found
        ahead.see(found)
    return Refusal(tuple(reasons)) if reasons else tuple(events)


def reject(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """Proposals rejected, with the reason; who proposed may so take his own back."""
    reasons = [Reason("engine.says_nothing")] if command.body.get("reason") is None else []
    events: list[Event] = []
    for id in dict.fromkeys(command.body["proposals"]):
        proposal = facts.proposal(id)
        own = proposal is not None and proposal.proposer == actor
        if own and proposal is not None and proposal.status == "open":
            found: Proposal | None = proposal
        else:
            found = _entitled(id, actor, facts, at, reasons)
        if found is None:
            continue
        body = {"proposal": id, "by": actor, "reason": command.body.get("reason")}
        events.append(Event(INSTITUTION, "rejected", body))
        if found.kind == "extend":
            target = found.body["target"]
            declined = {"step": target["step"], "visit": target["visit"], "proposal": id}
            events.append(Event(target["task"], "extension_declined", declined))
    return Refusal(tuple(reasons)) if reasons else tuple(events)


def _entitled(id: str, actor: str, facts: Facts, at: datetime, reasons: list[Reason]) -> Proposal | None:
    """The open proposal that this person may decide; else the reason why not is added."""
    proposal = facts.proposal(id)
    if proposal is None:
        reasons.append(Reason("engine.unknown_task", {"task": id}))
        return None
    if proposal.status != "open":
        reasons.append(Reason("engine.decided_already", {"proposal": id, "status": proposal.status}))
        return None
    body = dict(proposal.body["body"])
    if proposal.about is not None:
        task = facts.task(proposal.about)
        body["office"] = None if task is None else task.office
    against = may_confirm(proposal.kind, body, proposal.proposer, actor, facts.organisation, at)
    interest = reasons_about(proposal.kind, body, actor, facts) if proposal.kind in ABOUT_FINDINGS else ()
    if against is not None or interest:
        reasons += (*(() if against is None else (against,)), *interest)
        return None
    return proposal
