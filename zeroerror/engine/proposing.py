"""Two-person acts: one proposes, another confirms or rejects, and only then does it take effect (design §6)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine.acts import BULK, Asked, as_judged, as_proposed, asked, part_id, parts
from zeroerror.engine.advancing import Act, met, pinned, take
from zeroerror.engine.authority import capacities, why_not
from zeroerror.engine.content import content_reasons
from zeroerror.engine.effects import EFFECTS, lapses
from zeroerror.engine.facts import Ahead, Facts
from zeroerror.engine.handling import pausing_reasons
from zeroerror.engine.objecting import ABOUT_FINDINGS, reasons_about
from zeroerror.engine.planning import unfit_plans
from zeroerror.engine.remarks import remark_reasons
from zeroerror.engine.two_persons import may_confirm, may_propose
from zeroerror.engine.voting import minutes_reasons
from zeroerror.model.calendar import CalendarError
from zeroerror.model.command import Capacity, Command, Target
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.limit import LimitError, parse_limit
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.timing import extended

Answer = tuple[Event, ...] | Refusal

#: Proposals about a task, nearly all of them about a step of it; the others are about the institution.
ABOUT_TASKS = ("record_paper", "record_vote", "record_remark", "attest", "extend", "pause")


def proposal_id(command: str, place: int) -> str:
    """The id of a command's n-th proposal: short, and the same whenever the command is decided."""
    return "P-" + hashlib.sha256(f"{command}/{place}".encode()).hexdigest()[:10]


def propose(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A proposal on record; what it asks for happens when it is confirmed."""
    kind, acts = command.body["kind"], asked(command)
    if not acts:
        return Refusal((Reason("engine.empty_list"),))
    reasons = [reason for act in acts for reason in _against(act, actor, facts, at)]
    if reasons:
        return Refusal(tuple(reasons))
    number = proposal_id(command.id, 0)
    about = acts[0].target if kind != BULK else None
    proposed = {
        "proposal": number,
        "kind": kind,
        "by": actor,
        "about": None if about is None else about.task,
        "target": None if about is None else about.to_json(),
        "body": command.body["body"],
    }
    extensions = (
        _extension_asked(act, number if kind != BULK else part_id(number, place))
        for place, act in enumerate(acts, 1)
        if act.kind == "extend"
    )
    return (Event(INSTITUTION, "proposed", proposed), *extensions)


def _against(act: Asked, actor: str, facts: Facts, at: datetime) -> tuple[Reason, ...]:
    """Every reason why somebody may not propose one act."""
    if act.kind not in EFFECTS:
        return (Reason("engine.unknown_proposal", {"kind": act.kind}),)
    if act.kind in ABOUT_TASKS:
        assert act.target is not None, "the service names the step"
        found = _about_step(act.kind, act.body, act.target, actor, facts, at)
        return () if found is None else found.reasons
    reason = may_propose(act.kind, actor, facts.organisation, at, as_proposed(act.kind, act.body, at))
    reasons = (
        *(() if reason is None else (reason,)),
        *content_reasons(act.kind, act.body, facts.organisation),
    )
    if act.kind == "apply_settings":
        reasons += unfit_plans(act.body["settings"], facts, at)
    if act.kind in ABOUT_FINDINGS:
        reasons += reasons_about(act.kind, act.body, actor, facts)
    return reasons


def _extension_asked(act: Asked, number: str) -> Event:
    assert act.target is not None, "the service names the step"
    body = {
        "step": act.target.step,
        "visit": act.target.visit,
        "proposal": number,
        "extension": act.body["extension"],
        "reason": act.body.get("reason"),
    }
    return Event(act.target.task, "extension_asked", body)


def _about_step(
    kind: str, body: Mapping[str, Any], target: Target, actor: str, facts: Facts, at: datetime
) -> Refusal | None:
    task = facts.task(target.task)
    if task is None:
        return Refusal((Reason("engine.unknown_task", {"task": target.task}),))
    if kind == "attest":
        return _attesting(task, target, body, actor)
    if kind == "record_remark":
        reasons_found = remark_reasons(task, body, actor, facts, at)
        return Refusal(reasons_found) if reasons_found else None
    visit, moved = met(task, target, facts)
    if visit is None or moved:
        return Refusal(moved)
    if kind == "record_paper":
        return _paper(task, visit, body, actor, facts, at)
    reasons: list[Reason] = []
    step = pinned(task, facts).workflow.step(visit.step)
    if not capacities(visit, person=actor, organisation=facts.organisation, task=task, at=at):
        reasons.append(why_not(visit, step.title, organisation=facts.organisation, task=task, at=at))
    if kind == "record_vote":
        reasons += minutes_reasons(task, visit, body, facts, at)
    elif kind == "extend":
        reasons += _extension_reasons(visit, step.title, body, facts, at)
    else:
        reasons += pausing_reasons(visit, step, body)
    return Refusal(tuple(reasons)) if reasons else None


def _attesting(task: Task, target: Target, body: Mapping[str, Any], actor: str) -> Refusal | None:
    """Whether there is anything for a second person to confirm: one's own act, done earlier than recorded, in time."""
    visit = task.find(target.step or "", target.visit or 0)
    if visit is None or visit.doer != actor or visit.left_index != body["left"]:
        return Refusal((Reason("engine.not_your_act", {"act": "attest", "task": task.id}),))
    reasons = []
    if visit.done_at is None or visit.capacity == "paper":
        reasons.append(Reason("engine.nothing_to_attest", {"task": task.id}))
    elif visit.late_record:
        reasons.append(Reason("engine.recorded_late", {"done_at": to_text(visit.done_at)}))
    if visit.confirmed_by is not None:
        reasons.append(Reason("engine.attested_already", {"person": visit.confirmed_by}))
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
    elif (visit.pauses[-1].start if visit.clock == "stopped" else at) > visit.due_at:
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
        stale = next((why for each in parts(proposal) if (why := lapses(each, ahead)) is not None), None)
        if stale is not None:
            events.append(Event(INSTITUTION, "lapsed", {"proposal": id, "why": stale}))
            continue
        events.append(Event(INSTITUTION, "confirmed", {"proposal": id, "by": actor}))
        for part in parts(proposal):
            found = EFFECTS[part.kind](part, actor, ahead, at)
            if isinstance(found, Refusal):
                reasons += found.reasons
                continue
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
        for part in parts(found):
            if part.kind == "extend":
                target = part.body["target"]
                declined = {"step": target["step"], "visit": target["visit"], "proposal": part.id}
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
    body = as_judged(proposal, facts)
    against = may_confirm(proposal.kind, body, proposal.proposer, actor, facts.organisation, at)
    interest = tuple(
        reason
        for part in parts(proposal)
        if part.kind in ABOUT_FINDINGS
        for reason in reasons_about(part.kind, part.body["body"], actor, facts)
    )
    if against is not None or interest:
        reasons += (*(() if against is None else (against,)), *interest)
        return None
    return proposal
