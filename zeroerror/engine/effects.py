"""What a confirmed proposal makes happen, one function for each kind (design §6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.engine.advancing import Act, take
from zeroerror.engine.content import overlapping
from zeroerror.engine.deadlines import chosen, described, recomputed, task_due
from zeroerror.engine.facts import Facts
from zeroerror.engine.handling import stopped
from zeroerror.engine.objecting import correct, void
from zeroerror.engine.organising import organised
from zeroerror.engine.remarks import remarked
from zeroerror.engine.voting import record
from zeroerror.model.calendar import Calendar, year_from_json, year_to_json
from zeroerror.model.command import Capacity, Target
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import NEVER, from_text, to_text
from zeroerror.model.limit import parse_limit
from zeroerror.model.organisation import (
    Cover,
    Exemption,
    Leave,
    differ_since,
    organisation_from_json,
)
from zeroerror.model.problem import Refusal
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.timing import extended

Answer = tuple[Event, ...] | Refusal


def lapses(proposal: Proposal, facts: Facts) -> str | None:
    """Why a proposal is void: what it was about has moved meanwhile; None where it has not."""
    target, body = proposal.body.get("target"), proposal.body["body"]
    if proposal.kind == "record_remark":
        # What was written stays written, whatever becomes of the task.
        return None
    if target is not None:
        task = facts.task(target["task"])
        visit = None if task is None else task.find(target["step"], target["visit"])
        if proposal.kind == "attest":
            return None if visit is not None and visit.left_index == body["left"] else "taken_back"
        stops = visit.pauses if visit is not None and proposal.kind == "pause" else ()
        if any(stop.index > proposal.index for stop in stops):
            # Stopped, or stopped and running again, since it was asked for.
            return "replaced_meanwhile"
        return None if visit is not None and visit.open else "step_left"
    if proposal.kind in ("enrol_key", "revoke_key"):
        holds = "unknown" if proposal.kind == "enrol_key" else "valid"
        return None if facts.key_state(body["id"]) == holds else "replaced_meanwhile"
    if proposal.kind == "leave":
        span = from_text(body["since"]), from_text(body["until"] or NEVER)
        clash = any(overlapping(body["person"], *span, facts.organisation))
        return "replaced_meanwhile" if clash else None
    replaces = body.get("replaces")
    if proposal.kind == "apply_calendar":
        # Each year stands for itself.
        year = facts.calendar.years.get(int(body["year"]["year"]))
        return None if replaces == (None if year is None else year_to_json(year)) else "replaced_meanwhile"
    if proposal.kind == "publish_definition":
        held: str | None = facts.in_force(body["id"]) or ""
    else:
        held = facts.digest_of(DOCUMENTS[proposal.kind]) if proposal.kind in DOCUMENTS else replaces
    return None if replaces in (None, held) else "replaced_meanwhile"


#: Which document of the institution a proposal replaces.
DOCUMENTS = {
    "apply_organisation": "organisation",
    "apply_hours": "calendar",
    "apply_settings": "settings",
}


def _paper(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    task, visit = _target(proposal, facts)
    act = Act.of({**body, "done_at": body["signed_at"]}, body["paper_of"], Capacity("paper"))
    # It was recorded when the clerk handed it in, however long the other took to compare it.
    return take(
        task, visit, replace(act, recorder=proposal.proposer, recorded_at=proposal.asked_at), facts, at
    )


def _vote(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    task, visit = _target(proposal, facts)
    return record(proposal, actor, task, visit, facts, at)


def _attest(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    task, visit = _target(proposal, facts)
    body = {"step": visit.step, "visit": visit.visit, "proposal": proposal.id, "by": actor}
    return (Event(task.id, "done_confirmed", body),)


def _extend(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    task, visit = _target(proposal, facts)
    definition = facts.definition(task.digest)
    assert definition is not None and visit.due_at is not None, "asked for a step that has a limit"
    step = definition.workflow.step(visit.step)
    found = extended(visit.due_at, parse_limit(proposal.body["body"]["extension"]), facts.calendar)
    due = described(found.at, found.provisional, chosen(step.warn_before, task.fields), facts.calendar)
    body = {
        "step": visit.step,
        "visit": visit.visit,
        "proposal": proposal.id,
        "asked_at": to_text(proposal.asked_at),
        "extension": proposal.body["body"]["extension"],
        **due,
    }
    return (Event(task.id, "due_extended", body),)


def _pause(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    task, visit = _target(proposal, facts)
    body = proposal.body["body"]
    return (stopped(task, visit, body["waits_for"], body.get("reason"), to_text(proposal.asked_at)),)


def _publish(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    keys = ("id", "digest", "text", "overlays", "effective", "table")
    return (Event(INSTITUTION, "definition_published", {key: body[key] for key in keys if key in body}),)


def _apply_organisation(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    fresh = organisation_from_json(body["organisation"])
    # These are facts that people recorded; a file that lays down posts and duties says nothing of them.
    before = facts.organisation
    kept = replace(fresh, leaves=before.leaves, covers=before.covers, exemptions=before.exemptions)
    return (organised(kept, body.get("touched", ()), differ_since(facts.organisation, kept) or at),)


def _appoint(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    after = facts.organisation.with_post(
        body["person"], body["office"], body["role"], from_text(body["since"])
    )
    return (organised(after, (body["person"],), from_text(body["since"])),)


def _transfer(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    since = from_text(body["since"])
    after = facts.organisation.with_transfer(body["person"], body["office"], body["role"], since)
    return (organised(after, (body["person"],), since),)


def _leave(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    leave = Leave(
        id=proposal.id,
        person=body["person"],
        since=from_text(body["since"]),
        until=from_text(body["until"] or NEVER),
        recorded_at=proposal.asked_at,
        recorded_index=proposal.index,
        confirmed=True,
    )
    return (organised(facts.organisation.with_leave(leave), (leave.person,), leave.since),)


def _cover(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    cover = Cover(
        id=proposal.id,
        person=body["person"],
        by=body["by"],
        since=from_text(body["since"]),
        until=from_text(body["until"] or NEVER),
        recorded_at=proposal.asked_at,
        recorded_index=proposal.index,
        # Whoever offers to cover has given his word by offering it.
        accepted_at=at if body["by"] in (actor, proposal.proposer) else None,
        told_at=proposal.asked_at,
        confirmed_at=at,
    )
    return (organised(facts.organisation.with_cover(cover), (cover.person, cover.by), cover.since),)


def _exempt(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    exemption = Exemption(
        id=proposal.id,
        office=body["office"],
        since=from_text(body["since"]),
        until=from_text(body["until"]),
        recorded_at=proposal.asked_at,
        recorded_index=proposal.index,
    )
    # Nobody owes or may do anything else by it, so nothing has to be looked at again.
    return (organised(facts.organisation.with_exemption(exemption), (), at),)


def _apply_calendar(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    year = year_from_json(body["year"])
    calendar = facts.calendar.with_year(year)
    applied = Event(INSTITUTION, "calendar_applied", {"year": str(year.year), "calendar": body["year"]})
    return (applied, *_recomputed(facts, calendar, str(year.year), at))


def _recomputed(facts: Facts, calendar: Calendar, cause: str, at: datetime) -> tuple[Event, ...]:
    """One event for every open step, and every open task, whose due date the calendar moves."""
    events: list[Event] = []
    for task in facts.open_tasks():
        if task.answers is not None:
            continue
        definition = facts.definition(task.digest)
        assert definition is not None, "a task is pinned to a published definition"
        whole = task_due(definition.workflow, task.opened_at, task.fields, calendar)
        if _moved(task.due_at, task.dues[-1].provisional, whole):
            events.append(_recompute(task, None, {**whole, "warn_at": None}, cause))
        for visit in task.open_visits():
            if visit.clock != "stopped":
                due = recomputed(task, visit, definition.workflow.step(visit.step), calendar, at)
                if _moved(visit.due_at, visit.provisional, due):
                    events.append(_recompute(task, visit, due, cause))
    return tuple(events)


def _moved(due_at: datetime | None, provisional: bool, found: Mapping[str, Any]) -> bool:
    text = None if due_at is None else to_text(due_at)
    return (text, provisional) != (found["due_at"], found["provisional"])


def _recompute(task: Task, visit: Visit | None, due: Mapping[str, Any], cause: str) -> Event:
    place = {"step": None, "visit": None} if visit is None else {"step": visit.step, "visit": visit.visit}
    return Event(task.id, "due_recomputed", {**place, **due, "cause": cause})


def _apply_hours(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    hours = proposal.body["body"]["hours"]
    applied = Event(INSTITUTION, "hours_applied", {"hours": hours})
    return (applied, *_recomputed(facts, facts.calendar.with_hours(hours), "hours", at))


def _erase(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    return (Event(INSTITUTION, "texts_erased", {"digests": body["digests"], "reason": body["reason"]}),)


def _apply_settings(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    return (Event(INSTITUTION, "settings_applied", {"settings": proposal.body["body"]["settings"]}),)


def _enrol_key(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    body = proposal.body["body"]
    return (Event(INSTITUTION, "key_enrolled", {key: body[key] for key in ("id", "person", "public")}),)


def _revoke_key(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> Answer:
    return (Event(INSTITUTION, "key_revoked", {"id": proposal.body["body"]["id"]}),)


def _target(proposal: Proposal, facts: Facts) -> tuple[Task, Visit]:
    target = Target.from_json(proposal.body["target"])
    task = facts.task(target.task)
    visit = None if task is None else task.find(target.step or "", target.visit or 0)
    assert task is not None and visit is not None, "`lapses` is asked first"
    return task, visit


EFFECTS: Mapping[str, Callable[[Proposal, str, Facts, datetime], Answer]] = {
    "record_paper": _paper,
    "attest": _attest,
    "record_remark": remarked,
    "record_vote": _vote,
    "extend": _extend,
    "pause": _pause,
    "publish_definition": _publish,
    "apply_organisation": _apply_organisation,
    "appoint": _appoint,
    "transfer": _transfer,
    "leave": _leave,
    "cover": _cover,
    "exempt": _exempt,
    "apply_calendar": _apply_calendar,
    "apply_hours": _apply_hours,
    "apply_settings": _apply_settings,
    "enrol_key": _enrol_key,
    "revoke_key": _revoke_key,
    "erase": _erase,
    "void_finding": void,
    "correct_attribution": correct,
}
