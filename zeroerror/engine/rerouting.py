"""并案 and 改办: a task that goes on in another one, already there or opened for it.

Both end the task where it stands. Its open steps are released, so that nobody is blamed for what falls due there
afterwards; what had been late before stays found. Whoever directs the office decides it, for it ends what others
owe; and nobody gives time to himself by it: whose own step is open does not merge it away, and does not begin it
anew with himself. Neither is taken back, because the other task has gone on by then: what was wrong is put right
by opening, or by sending on once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.engine.advancing import explained
from zeroerror.engine.authority import directs, owed_by
from zeroerror.engine.children import open_children
from zeroerror.engine.facts import Facts
from zeroerror.engine.onward import released
from zeroerror.engine.opening import next_number, opening_events, opening_reasons
from zeroerror.model.command import Command, Target
from zeroerror.model.event import Event
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task

Answer = tuple[Event, ...] | Refusal
MERGED, REDIRECTED = "merged", "redirected"


def merge(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """并案: a task goes on in another of the same workflow, which leads."""
    found = [_task(each, facts) for each in command.targets]
    if any(isinstance(each, Reason) for each in found):
        return Refusal(tuple(each for each in found if isinstance(each, Reason)))
    task, lead = (each for each in found if isinstance(each, Task))
    reasons = list(_against_ending(task, "merge", actor, command, facts, at))
    if not _may_end(lead, actor, facts, at):
        reasons.append(Reason("engine.not_your_act", {"act": "merge", "task": lead.id}))
    if lead.status != "open":
        reasons.append(Reason("engine.leads_no_more", {"task": lead.id}))
    if lead.id == task.id:
        reasons.append(Reason("engine.leads_itself", {"task": task.id}))
    elif lead.workflow != task.workflow:
        reasons.append(Reason("engine.other_workflow", {"task": task.id, "lead": lead.id}))
    if task.parent is not None:
        reasons.append(Reason("engine.opened_by_parent", {"task": task.id, "parent": task.parent}))
    own = [each for each in task.open_visits() if owed_by(each) == actor]
    if own:
        title = _title(task, own[0].step, facts)
        reasons.append(Reason("engine.merges_own_step", {"task": task.id, "step": title}))
    if reasons:
        return Refusal(tuple(reasons))
    reason = command.body["reason"]
    joined = Event(lead.id, "task_joined", {"task": task.id, "reason": reason})
    return (*_ended(task, MERGED, lead.id, reason, facts, at), joined)


def redirect(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """改办: a task that was opened under the wrong workflow or office begins anew under the right one."""
    task, body = _task(command.targets[0], facts), command.body
    if isinstance(task, Reason):
        return Refusal((task,))
    definition = facts.definition(body["definition"])
    if definition is None or facts.in_force(body["workflow"]) != body["definition"]:
        return Refusal((Reason("engine.definition_replaced", {"workflow": body["workflow"]}),))
    reasons = list(_against_ending(task, "redirect", actor, command, facts, at))
    if (body["workflow"], body["office"]) == (task.workflow, task.office):
        reasons.append(Reason("engine.redirected_nowhere", {"task": task.id}))
    its = definition.workflow
    if its.opened_by == "machine" or (its.opened_by == "task" and task.parent is None):
        reasons.append(Reason("engine.not_to_that_workflow", {"workflow": its.title}))
    reasons += opening_reasons(its, body, actor, facts, at)
    if reasons:
        return Refusal(tuple(reasons))
    number = next_number(facts, its.family, at)
    given = {**body, "cause": None, "parent": task.parent, "reference": task.id}
    opening = Command(command.origin, command.id, "open", given, (), command.capacity, command.time)
    opened = opening_events(number, definition, opening, actor, facts, at)
    first = {each.body.get("person") for each in opened if each.kind == "step_entered"}
    if actor in first and any(owed_by(each) == actor for each in task.open_visits()):
        return Refusal((Reason("engine.gives_himself_time", {"task": task.id}),))
    return (*_ended(task, REDIRECTED, number, body["reason"], facts, at), *opened)


def _task(target: Target, facts: Facts) -> Task | Reason:
    task = facts.task(target.task)
    if task is None:
        return Reason("engine.unknown_task", {"task": target.task})
    if task.last != target.last:
        state = {"task": task.id, "status": task.status, "steps": [], "by": task.last_actor}
        return Reason("engine.moved_on", state)
    return task


def _against_ending(
    task: Task, act: str, actor: str, command: Command, facts: Facts, at: datetime
) -> Iterator[Reason]:
    """Why a task cannot be ended so, whichever way it is to go on."""
    if not _may_end(task, actor, facts, at) and not (
        act == "redirect" and actor == task.opener and facts.organisation.in_service(actor, at)
    ):
        yield Reason("engine.not_your_act", {"act": act, "task": task.id})
    if command.body.get("reason") is None:
        yield Reason("engine.reroute_reason", {"task": task.id})
    if task.status != "open":
        yield Reason("engine.task_over", {"task": task.id})
    if task.family == "oversight":
        yield Reason("engine.oversight_stays", {"task": task.id})
    children = open_children(task, facts)
    if children:
        yield Reason("engine.children_stand", {"task": task.id, "children": [each.id for each in children]})


def _may_end(task: Task, actor: str, facts: Facts, at: datetime) -> bool:
    organisation = facts.organisation
    if not organisation.in_service(actor, at):
        return False
    return directs(actor, task.office, organisation, at) or organisation.entitled(actor, "secretary", at)


def _ended(task: Task, how: str, into: str, reason: str, facts: Facts, at: datetime) -> Iterator[Event]:
    gone = task.open_visits()
    yield from (released(task, each, how) for each in gone)
    body = {"status": how, "outcome": how, "closed_at": to_text(at), "into": into, "reason": reason}
    yield Event(task.id, "task_closed", body)
    yield from explained(task, gone, True, facts, at)


def _title(task: Task, step: str, facts: Facts) -> str:
    definition = facts.definition(task.digest)
    assert definition is not None, "a task is pinned to a published definition"
    return definition.workflow.step(step).title
