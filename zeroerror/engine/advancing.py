"""Taking an action: a step is left, the next is entered, or the task ends (design §6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror.engine import absence, children, consents, form, granting, guards, votes
from zeroerror.engine.authority import capacities, why_not
from zeroerror.engine.deadlines import beyond, moved
from zeroerror.engine.facts import Ahead, Definition, Facts
from zeroerror.engine.onward import closed, entries, led, released
from zeroerror.engine.oversight import RECTIFY, answered, closing
from zeroerror.engine.rounds import Form
from zeroerror.model.command import Capacity, Command, Target
from zeroerror.model.event import Event
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.limit import Limit
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import BALLOTS, Action, Step
from zeroerror.timing import due

#: How long after the act it may be recorded without being 补办, where a step does not say (design §5).
RECORD_WITHIN = Limit("wd", count=1)


@dataclass(frozen=True, slots=True)
class Act:
    """One action on one task as its doer means it."""

    action: str
    fields: Mapping[str, str]
    sealed: Mapping[str, str]
    reason: str | None
    attachments: tuple[Mapping[str, str], ...]
    doer: str
    capacity: Capacity
    done_at: datetime | None
    #: For a paper signature: who recorded it, and when; for what is done by whoever signs the command, None.
    recorder: str | None = None
    recorded_at: datetime | None = None
    #: The tasks that it is to open: under which definition, and what is said of each.
    opens: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, body: Mapping[str, Any], doer: str, capacity: Capacity) -> Act:
        """The act that a command's body, or a proposal's, describes."""
        done_at = body.get("done_at")
        return cls(
            action=body["action"],
            fields=body.get("fields", {}),
            sealed=body.get("sealed", {}),
            reason=body.get("reason"),
            attachments=tuple(body.get("attachments", ())),
            doer=doer,
            capacity=capacity,
            done_at=None if done_at is None else from_text(done_at),
            opens=body.get("opens"),
        )


def advance(command: Command, actor: str, facts: Facts, at: datetime) -> tuple[Event, ...] | Refusal:
    """What taking an action on each of the tasks makes happen: on all of them, or on none.

    The body is one act for all its targets, or holds `acts`, one for each.
    """
    acts = dict(zip(command.targets, _acts(command, actor), strict=True))
    if len(acts) == 1:
        ((target, act),) = acts.items()
        return _advance_one(target, act, facts, at)
    events: list[Event] = []
    reasons: list[Reason] = []
    # One act may end what another is about: the explanation that a late step's own doing makes needless.
    ahead = Ahead(facts, actor, at)
    for target, act in acts.items():
        found = _advance_one(target, act, ahead, at)
        if isinstance(found, Refusal):
            reasons += (replace(each, params={"task": target.task, **each.params}) for each in found.reasons)
        else:
            events += found
            ahead.see(found)
    return Refusal(tuple(reasons)) if reasons else tuple(events)


def _acts(command: Command, actor: str) -> Iterator[Act]:
    if "acts" not in command.body:
        yield from (Act.of(command.body, actor, command.capacity) for _ in command.targets)
    else:
        for each in command.body["acts"]:
            yield Act.of(each, actor, Capacity.from_json(each["capacity"]))


def _advance_one(target: Target, act: Act, facts: Facts, at: datetime) -> tuple[Event, ...] | Refusal:
    task = facts.task(target.task)
    if task is None:
        return Refusal((Reason("engine.unknown_task", {"task": target.task}),))
    visit, moved = met(task, target, facts)
    if visit is None:
        return Refusal(moved)
    allowed = capacities(visit, person=act.doer, organisation=facts.organisation, task=task, at=at)
    reasons = list(moved)
    if act.capacity not in allowed:
        step = pinned(task, facts).workflow.step(visit.step)
        so_far = Form(facts, at, task.fields, task.sealed, doers_so_far(task))
        reasons.append(
            votes.why_not(task, step, act.doer, so_far)
            or why_not(visit, step.title, organisation=facts.organisation, task=task, at=at)
        )
    result = take(task, visit, act, facts, at)
    if isinstance(result, Refusal):
        return Refusal((*reasons, *result.reasons))
    return Refusal(tuple(reasons)) if reasons else result


def met(task: Task, target: Target, facts: Facts) -> tuple[Visit | None, tuple[Reason, ...]]:
    """The open visit that a target means, and what has happened to the task since it was signed."""
    visit = task.find(target.step or "", target.visit or 0)
    if visit is None:
        return None, (Reason("engine.unknown_step", {"task": task.id, "step": target.step or ""}),)
    workflow = pinned(task, facts).workflow
    now_at = list(dict.fromkeys(workflow.step(each.step).title for each in task.open_visits()))
    state = {"task": task.id, "status": task.status, "steps": now_at}
    if not visit.open and visit.voting is not None:
        return None, (votes.over(task, visit),)
    if not visit.open:
        winner = visit.doer or ""
        at = None if visit.left_at is None else to_text(visit.left_at)
        # Who signed knowing of the last leaf has lost nothing to anybody: he asks for what is over.
        over = "engine.step_left" if task.status == "open" else "engine.task_closed"
        code = over if task.last == target.last else "engine.lost_race"
        if task.into is not None:
            return None, (Reason("engine.continued", {"task": task.id, "into": task.into}),)
        return None, (Reason(code, {**state, "winner": winner, "at": at}),)
    if task.last != target.last:
        return visit, (Reason("engine.moved_on", {**state, "by": task.last_actor}),)
    return visit, ()


def pinned(task: Task, facts: Facts) -> Definition:
    """The definition under which a task was opened."""
    definition = facts.definition(task.digest)
    assert definition is not None, "a task is pinned to a published definition"
    return definition


def take(task: Task, visit: Visit, act: Act, facts: Facts, at: datetime) -> tuple[Event, ...] | Refusal:
    """The events of an action, or every reason that the definition gives against it."""
    definition = pinned(task, facts)
    step = definition.workflow.step(visit.step)
    action = step.offer(act.action)
    if action is None:
        known = [{"action": each.name, "title": each.title} for each in step.offers]
        if step.vote is None and act.action in [each.name for each in BALLOTS]:
            return Refusal((Reason("engine.no_vote_now", {"step": step.title, "known": known}),))
        if step.vote is not None and (step.action(act.action) is not None or not known):
            # The count decides which way it goes; nobody does.
            return Refusal((Reason("engine.votes_are_counted", {"step": step.title, "known": known}),))
        return Refusal(
            (Reason("engine.unknown_action", {"action": act.action, "step": step.title, "known": known}),)
        )
    reasons = list(_against(task, visit, definition, action, act, facts, at))
    beyond_it: tuple[Event, ...] | Refusal = ()
    if action.effect is not None:
        taken = granting.Taken(action.effect, definition.workflow, task, act.fields, act.doer)
        beyond_it = granting.applied(taken, facts, at)
    if isinstance(beyond_it, Refusal):
        reasons += beyond_it.reasons
    if reasons or isinstance(beyond_it, Refusal):
        return Refusal(tuple(reasons))
    return (*_events(task, visit, definition, step, action, act, facts, at), *beyond_it)


def _against(
    task: Task,
    visit: Visit,
    definition: Definition,
    action: Action,
    act: Act,
    facts: Facts,
    at: datetime,
) -> Iterator[Reason]:
    yield from form.reasons(definition.workflow, act.fields, act.sealed, facts.organisation, at)
    yield from beyond(definition.workflow, act.fields, facts.calendar)
    text = definition.workflow.step(visit.step).text
    if text is not None and text in {*act.fields, *act.sealed}:
        # Whoever changes what he answers about has answered about another text than the others.
        yield Reason(
            "engine.signed_as_it_is", {"field": text, "title": definition.workflow.field_title(text)}
        )
    if definition.workflow.effects and action.effect is None:
        yield from absence.asking(
            definition.workflow,
            {**task.fields, **act.fields},
            act.fields,
            action.require,
            task=task,
            asker=act.doer,
            facts=facts,
            at=at,
        )
    if definition.workflow.stub and (act.reason is not None or act.attachments):
        yield Reason("engine.stub_only", {"workflow": definition.workflow.title})
    if action.reason and act.reason is None:
        yield Reason("engine.reason_missing", {"action": action.title})
    if act.done_at is not None and not visit.entered_at <= act.done_at <= at:
        yield Reason(
            "engine.done_at_outside",
            {"done_at": to_text(act.done_at), "since": to_text(visit.entered_at), "until": to_text(at)},
        )
    yield from guards.reasons(
        guards.Attempt(
            workflow=definition.workflow,
            task=task,
            visit=visit,
            action=action,
            doer=act.doer,
            fields={**task.fields, **act.fields},
            filled=frozenset((*task.fields, *task.sealed, *act.fields, *act.sealed)),
            attachments=len(act.attachments),
            at=(act.done_at or act.recorded_at or at).astimezone(ZoneInfo(facts.calendar.zone)),
            children=tuple(children.told(children.open_children(task, facts), facts)) if action.waits else (),
        )
    )
    plain, sealed = {**task.fields, **act.fields}, {**task.sealed, **act.sealed}
    yield from consents.naming(
        definition.workflow, action, act.fields, plain, doers(task, visit.step, act.doer)
    )
    yield from children.opening_reasons(definition.workflow, action, act.opens, plain, sealed, facts, at)
    yield from children.lifting_reasons(task, action, act.doer, facts, at)


def _events(
    task: Task,
    visit: Visit,
    definition: Definition,
    step: Step,
    action: Action,
    act: Act,
    facts: Facts,
    at: datetime,
) -> tuple[Event, ...]:
    left = Event(
        task.id,
        "step_left",
        {
            "step": visit.step,
            "visit": visit.visit,
            "action": action.name,
            "outcome": action.outcome,
            "doer": act.doer,
            "capacity": act.capacity.to_json(),
            "done_at": None if act.done_at is None else to_text(act.done_at),
            "reason": act.reason,
            "fields": dict(act.fields),
            "sealed": dict(act.sealed),
            "attachments": [dict(each) for each in act.attachments],
            "fault": None
            if action.fault is None
            else {"step": action.fault.step, "category": action.fault.category},
            "late_record": _recorded_late(step, act, facts, at),
            **({} if act.recorder is None else {"recorder": act.recorder}),
        },
    )
    after = Form(
        facts,
        at,
        {**task.fields, **act.fields},
        {**task.sealed, **act.sealed},
        doers(task, visit.step, act.doer),
    )
    if step.text is None:
        then = leaving(task, visit, definition, action.name, after)
    else:
        ahead = Ahead(facts, act.doer, at)
        ahead.see((left,))
        then = answering(ahead.task(task.id) or task, visit, definition, after)
    events = [left, *then.events]
    gone = (visit, *then.released)
    if act.fields:
        staying = [each for each in task.open_visits() if each not in gone]
        events += moved(task, definition.workflow, staying, act.fields, facts.calendar, at)
    events += explained(task, gone, then.ends, facts, at)
    if then.ends:
        events += answered(task, action.name, act.doer, act.reason)
    if action.children == "cancel":
        for child, undone, its in children.cancelled(task, facts, at):
            events += (*its, *explained(child, undone, True, facts, at))
    events += children.opened(task, action, act.opens, act.doer, after.fields, after.sealed, facts, at)
    return tuple(events)


@dataclass(frozen=True, slots=True)
class Following:
    """What follows where a visit is left: its events, whom they release, and whether the task ends with them."""

    events: tuple[Event, ...]
    released: tuple[Visit, ...] = ()
    ends: bool = False


def answering(task: Task, visit: Visit, definition: Definition, form: Form) -> Following:
    """What follows once one of several has answered: the next is asked, or the step itself is left."""
    step = definition.workflow.step(visit.step)
    proceeding = consents.proceeding if step.consent is not None else votes.proceeding
    then = proceeding(task, definition, step, form)
    if then.way is None:
        return Following(then.events)
    left = leaving(task, visit, definition, then.way, form)
    return replace(left, events=(*then.events, *left.events))


def leaving(task: Task, visit: Visit, definition: Definition, way: str, form: Form) -> Following:
    """What follows where a step is left that way: what is released and entered, or the task's end."""
    after = led(task, visit, definition, way, form)
    events = [released(task, each, visit.step) for each in after.released]
    events += entries(task, definition, after.entered, form)
    if after.ends is not None:
        events.append(closed(task, after.ends, form.at))
    return Following(tuple(events), after.released, after.ends is not None)


def doers(task: Task, step: str, doer: str) -> dict[str, str | None]:
    """Who last did each step, with the one that is being left now."""
    return {**doers_so_far(task), step: doer}


def doers_so_far(task: Task) -> dict[str, str | None]:
    """Who last did each step."""
    return {each.step: each.doer for each in task.visits if each.doer is not None}


def _recorded_late(step: Step, act: Act, facts: Facts, at: datetime) -> bool:
    if act.done_at is None:
        return False
    return (act.recorded_at or at) > due(act.done_at, step.record_within or RECORD_WITHIN, facts.calendar).at


def explained(task: Task, gone: tuple[Visit, ...], ends: bool, facts: Facts, at: datetime) -> Iterator[Event]:
    """What the step's own doing puts right: an explanation asked for its delay is no longer owed.

    An explanation for a step that failed is owed all the same (design §10).
    """
    left = {(each.step, each.visit) for each in gone}
    for follow_up in facts.follow_ups(task.id):
        lead = follow_up.finding.lead
        over = ends if lead.step is None else (lead.step, lead.visit) in left
        # What is put right for good (整改) is not done with this one step.
        if lead.rule != "step_failed" and over and follow_up.task.workflow != RECTIFY:
            yield from closing(follow_up.task, "cured", at)
