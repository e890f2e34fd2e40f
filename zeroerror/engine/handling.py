"""What is done about a task without leaving a step: notes, files, assignment, urging, stopped clocks, 拿回."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine import children
from zeroerror.engine.advancing import met
from zeroerror.engine.authority import capacities, may_assign, may_read, may_urge, why_not
from zeroerror.engine.deadlines import recomputed
from zeroerror.engine.facts import Facts
from zeroerror.engine.oversight import reopening
from zeroerror.model.command import Command, Target
from zeroerror.model.event import Event
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Step

Answer = tuple[Event, ...] | Refusal


def note(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A remark, or files, put to a task by somebody who may read it."""
    target = command.targets[0]
    task = facts.task(target.task)
    if task is None:
        return _unknown(target)
    definition = facts.definition(task.digest)
    assert definition is not None, "a task is pinned to a published definition"
    if not may_read(actor, task, definition.workflow, facts.organisation, at):
        return Refusal((Reason("engine.not_your_act", {"act": "note", "task": task.id}),))
    if command.body.get("note") is None and not command.body.get("attachments"):
        return Refusal((Reason("engine.says_nothing"),))
    if definition.workflow.stub:
        return Refusal((Reason("engine.stub_only", {"workflow": definition.workflow.title}),))
    kind = "file_attached" if command.body.get("attachments") else "task_noted"
    body: dict[str, object] = {
        "note": command.body.get("note"),
        "attachments": list(command.body.get("attachments", ())),
        "sealed": {},
    }
    return (Event(task.id, kind, body),)


def pause(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A clock stopped by who directs the office; who owes the step can only propose it (design §5)."""
    found = open_visit(command, facts)
    if isinstance(found, Refusal):
        return found
    task, visit, step = found
    reasons = pausing_reasons(visit, step, command.body)
    if actor == visit.person:
        reasons.append(Reason("engine.own_clock", {"step": step.title}))
    elif not may_assign(actor, visit, task, facts.organisation, at):
        reasons.append(Reason("engine.not_your_act", {"act": "pause", "task": task.id}))
    if reasons:
        return Refusal(tuple(reasons))
    return (stopped(task, visit, command.body["waits_for"], command.body.get("reason"), None),)


def pausing_reasons(visit: Visit, step: Step, body: Mapping[str, Any]) -> list[Reason]:
    """Why a visit's clock cannot be stopped, whoever asks."""
    reasons, waits_for = [], body["waits_for"]
    if body.get("reason") is None:
        reasons.append(Reason("engine.says_nothing"))
    if visit.clock == "stopped":
        reasons.append(Reason("engine.clock_stopped", {"step": step.title}))
    if waits_for not in step.waits_for:
        reasons.append(
            Reason(
                "engine.cannot_wait", {"step": step.title, "asked": waits_for, "known": list(step.waits_for)}
            )
        )
    return reasons


def stopped(task: Task, visit: Visit, waits_for: str, reason: str | None, since: str | None) -> Event:
    """The event of a clock that stops, from when it was asked for."""
    body = {
        "step": visit.step,
        "visit": visit.visit,
        "waits_for": waits_for,
        "reason": reason,
        "since": since,
    }
    return Event(task.id, "clock_stopped", body)


def resume(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A clock that runs again, by who owes the step or who directs the office."""
    found = open_visit(command, facts)
    if isinstance(found, Refusal):
        return found
    task, visit, step = found
    reasons = []
    owes = bool(capacities(visit, person=actor, organisation=facts.organisation, task=task, at=at))
    if not owes and not may_assign(actor, visit, task, facts.organisation, at):
        reasons.append(why_not(visit, step.title, organisation=facts.organisation, task=task, at=at))
    if visit.clock != "stopped":
        reasons.append(Reason("engine.clock_running", {"step": step.title}))
    if reasons:
        return Refusal(tuple(reasons))
    body = {
        "step": visit.step,
        "visit": visit.visit,
        **recomputed(task, visit, step, facts.calendar, at),
    }
    return (Event(task.id, "clock_resumed", body),)


def urge(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """An urging on record: of a desk or an outside body by who owes it, of a step of the house by who directs."""
    found = open_visit(command, facts)
    if isinstance(found, Refusal):
        return found
    task, visit, _ = found
    if not may_urge(actor, visit, task, facts.organisation, at):
        return Refusal((Reason("engine.not_your_act", {"act": "urge", "task": task.id}),))
    body = {"step": visit.step, "visit": visit.visit, "note": command.body.get("note")}
    return (Event(task.id, "step_urged", body),)


def take_back(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """拿回: one's own last act undone, while nobody else has written on the task since (design §4)."""
    target = command.targets[0]
    task = facts.task(target.task)
    if task is None:
        return _unknown(target)
    if task.last != target.last:
        return Refusal((Reason("engine.moved_on", {"task": task.id, "by": task.last_actor}),))
    if task.into is not None:
        return Refusal((Reason("engine.goes_on_elsewhere", {"task": task.id, "into": task.into}),))
    mine = last_act(task)
    if mine is None or mine.doer != actor or task.last_actor != actor:
        return Refusal((Reason("engine.nothing_to_take_back", {"task": task.id, "by": task.last_actor}),))
    definition = facts.definition(task.digest)
    assert definition is not None, "a task is pinned to a published definition"
    taken = definition.workflow.step(mine.step).action(mine.action or "")
    if taken is not None and (taken.final or taken.opens is not None):
        return Refusal((Reason("engine.cannot_be_taken_back", {"action": taken.title}),))
    left = mine.left_index or 0
    gone_on = children.went_on(task, left, facts)
    if gone_on is not None:
        return Refusal((gone_on,))
    # What his act entered is gone again; another region's step that stood open beside it is not touched.
    events = [
        Event(task.id, "step_withdrawn", {"step": each.step, "visit": each.visit, "why": "taken_back"})
        for each in task.open_visits()
        if each.entered_index > left
    ]
    if task.status != "open":
        events.append(Event(task.id, "task_reopened", {"why": "taken_back"}))
    events += [
        Event(task.id, "step_restored", {"step": each.step, "visit": each.visit})
        for each in task.visits
        # What the act itself had entered, and another act of his has released since, has never been.
        if each.status == "released" and (each.left_index or 0) > left > each.entered_index
    ]
    events.append(Event(task.id, "step_restored", {"step": mine.step, "visit": mine.visit}))
    if taken is not None and taken.children == "cancel":
        events += children.restored(task, left, facts)
    for follow_up in facts.ended_follow_ups(task.id):
        # A pass in between has cured the finding: then what holds again is a new one, and is asked for anew.
        if follow_up.finding.state == "open":
            events += reopening(follow_up.task, left)
    return tuple(events)


def last_act(task: Task) -> Visit | None:
    """The visit that was left last, unless another person has written on the task since; the machine does not count."""
    left = [each for each in task.visits if each.left_index is not None and each.doer is not None]
    latest = max(left, key=lambda each: each.left_index or 0, default=None)
    return latest if latest is not None and task.actor_since <= (latest.left_index or 0) else None


def open_visit(command: Command, facts: Facts) -> tuple[Task, Visit, Step] | Refusal:
    """The open visit that a command means, or why it means none."""
    target = command.targets[0]
    task = facts.task(target.task)
    if task is None:
        return _unknown(target)
    visit, moved = met(task, target, facts)
    if visit is None or moved:
        return Refusal(moved)
    definition = facts.definition(task.digest)
    assert definition is not None, "a task is pinned to a published definition"
    return task, visit, definition.workflow.step(visit.step)


def _unknown(target: Target) -> Refusal:
    return Refusal((Reason("engine.unknown_task", {"task": target.task}),))
