"""What people do with tasks: each function makes one command and hands it in at the front door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeroerror.engine.authority import may_assign
from zeroerror.engine.handling import last_act
from zeroerror.model.command import OWN, Target
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Refusal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Action, Workflow
from zeroerror.service.facts import StoreFacts
from zeroerror.service.front import NO_OPTIONS, Options, Receipt, Request, submit
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.meant import (
    action_meant,
    capacities_of,
    capacity_meant,
    met_by,
    target_of,
    task_meant,
    visit_meant,
    workflow_of,
)
from zeroerror.service.texts import Draft
from zeroerror.store import reads

if TYPE_CHECKING:
    from zeroerror.service.items import Item

Answer = Receipt | Refusal


def open_task(
    inst: Institution,
    actor: Actor,
    workflow: str,
    *,
    fields: Mapping[str, str],
    office: str | None = None,
    attach: Sequence[Path] = (),
    options: Options = NO_OPTIONS,
) -> Answer:
    """Open a task in an office, by default the actor's own; UsageError for a workflow that is not there."""
    facts = inst.facts()
    digest = facts.in_force(workflow)
    found = None if digest is None else facts.definition(digest)
    if found is None:
        raise UsageError(
            "error.unknown_workflow", workflow=workflow, known=sorted(reads.workflows(inst.conn))
        )
    draft = Draft(inst, keeps_files=not found.workflow.stub)
    draft.fill(found.workflow, fields)
    draft.attach(attach)
    body = {
        "workflow": workflow,
        "definition": found.digest,
        "office": office or facts.organisation.office_of(actor.person, inst.now()) or "",
        "fields": draft.fields,
        "sealed": draft.sealed,
        "attachments": draft.attachments,
    }
    return submit(inst, actor, Request("open", body, payloads=draft.payloads, files=draft.files), options)


def advance(
    inst: Institution,
    actor: Actor,
    ids: Sequence[str],
    action: str,
    *,
    step: str | None = None,
    fields: Mapping[str, str] | None = None,
    reason: str | None = None,
    attach: Sequence[Path] = (),
    done_at: datetime | None = None,
    items: Sequence[Item] = (),
    options: Options = NO_OPTIONS,
) -> Answer:
    """Take an action on one task or several: on all of them, or on none; `items` are what it is to open."""
    wanted = tuple(dict.fromkeys(ids))
    if len(wanted) > 1:
        if items:
            raise UsageError("error.items_of_one_task")
        from zeroerror.service.batch import Wanted, advance_each

        each = [Wanted(id, action, reason, step) for id in wanted]
        return advance_each(inst, actor, each, fields=fields, attach=attach, done_at=done_at, options=options)
    facts = StoreFacts(inst.conn, reads.before_step(inst.conn, wanted, actor.key))
    task, visit, workflow, held = met_by(inst, actor, facts, wanted[0], action, step)
    action = action if visit is None else action_meant(workflow.step(visit.step), action)
    capacity = capacity_meant(held, options)
    if isinstance(capacity, Refusal):
        return capacity
    draft = Draft(inst, keeps_files=not workflow.stub)
    why = draft.text(reason)
    draft.fill(workflow, fields or {})
    draft.attach(attach)
    taken = workflow.step(visit.step).offer(action) if visit is not None else None
    if taken is not None:
        draft.fill_from_attachments(workflow, taken, task.sealed)
    for name in draft.sealed.keys() & task.sealed.keys():
        # Whoever has signed that very text is not asked again.
        draft.same_as(name, task.sealed[name])
    body = {
        "action": action,
        "fields": draft.fields,
        "sealed": draft.sealed,
        "reason": why,
        "attachments": draft.attachments,
        "done_at": None if done_at is None else to_text(done_at),
        "definitions": [task.digest],
        **_opens(inst, facts, workflow, taken or action, items, draft),
    }
    targets = (target_of(task, visit),)
    request = Request("advance", body, targets, capacity, draft.payloads, draft.files, facts=facts)
    return submit(inst, actor, request, options)


def record_paper(
    inst: Institution,
    actor: Actor,
    id: str,
    action: str,
    *,
    paper_of: str,
    signed_at: datetime,
    attach: Sequence[Path],
    fields: Mapping[str, str] | None = None,
    reason: str | None = None,
    step: str | None = None,
    items: Sequence[Item] = (),
    options: Options = NO_OPTIONS,
) -> Answer:
    """代录: propose what somebody signed on paper; it takes effect when another person has compared it."""
    facts = inst.facts()
    task = task_meant(facts, id)
    visit = visit_meant(task, step, action, facts)
    workflow = workflow_of(facts, task)
    action = action if visit is None else action_meant(workflow.step(visit.step), action)
    draft = Draft(inst, keeps_files=not workflow.stub)
    why = draft.text(reason)
    draft.fill(workflow, fields or {})
    draft.attach(attach)
    taken = None if visit is None else workflow.step(visit.step).action(action)
    body = {
        "action": action,
        "paper_of": paper_of,
        "signed_at": to_text(signed_at),
        "fields": draft.fields,
        "sealed": draft.sealed,
        "reason": why,
        "attachments": draft.attachments,
        **_opens(inst, facts, workflow, taken or action, items, draft),
    }
    return _propose(inst, actor, "record_paper", body, target_of(task, visit), draft, options)


def _opens(
    inst: Institution,
    facts: StoreFacts,
    workflow: Workflow,
    taken: Action | str,
    items: Sequence[Item],
    draft: Draft,
) -> dict[str, Any]:
    """What an act says of the tasks that it is to open; nothing where none are named."""
    if not items:
        return {}
    from zeroerror.service.items import opening

    if isinstance(taken, str):
        # Sent again, its step has been left by its own effect; what it was to open is asked of its namesake.
        named = (each for step in workflow.steps for each in step.actions if taken in (each.name, each.title))
        taken = next((each for each in named if each.opens is not None), taken)
    return {"opens": opening(inst, facts, taken, items, draft)}


def note(inst: Institution, actor: Actor, id: str, text: str, options: Options = NO_OPTIONS) -> Answer:
    """Put a remark to a task."""
    facts = inst.facts()
    draft = Draft(inst)
    body: dict[str, Any] = {"note": draft.text(text), "attachments": []}
    target = target_of(task_meant(facts, id), None)
    return submit(inst, actor, Request("note", body, (target,), OWN, draft.payloads), options)


def attach(
    inst: Institution, actor: Actor, id: str, files: Sequence[Path], options: Options = NO_OPTIONS
) -> Answer:
    """Put files to a task."""
    facts = inst.facts()
    task = task_meant(facts, id)
    draft = Draft(inst, keeps_files=not workflow_of(facts, task).stub)
    draft.attach(files)
    body = {"note": None, "attachments": draft.attachments}
    target = target_of(task, None)
    request = Request("note", body, (target,), OWN, draft.payloads, draft.files)
    return submit(inst, actor, request, options)


def assign(
    inst: Institution,
    actor: Actor,
    id: str,
    person: str | None,
    *,
    office: str | None = None,
    reason: str | None = None,
    step: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Give a step to a named person, or to an office: a director assigns, and who owes it hands it over."""
    draft = Draft(inst)
    body = {"person": person, "office": office, "reason": draft.text(reason)}
    return _handle(inst, actor, id, "assign", body, step, options, draft)


def delegate(
    inst: Institution,
    actor: Actor,
    id: str,
    person: str | None,
    *,
    reason: str | None = None,
    step: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Let a subordinate do a step that one stays answerable for; None takes it back from him."""
    draft = Draft(inst)
    body = {"person": person, "reason": draft.text(reason)}
    return _handle(inst, actor, id, "delegate", body, step, options, draft)


def pause(
    inst: Institution,
    actor: Actor,
    id: str,
    waits_for: str,
    *,
    reason: str,
    step: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Stop a step's clock: at once by who directs the office, by proposal of who owes the step himself."""
    facts = inst.facts()
    task = task_meant(facts, id)
    visit = visit_meant(task, step, None, facts, (inst, actor) if _asked_himself(task, actor) else None)
    draft = Draft(inst)
    body = {"waits_for": waits_for, "reason": draft.text(reason)}
    target = target_of(task, visit)
    if visit is not None and (visit.person == actor.person or _stands_in(inst, facts, actor, task, visit)):
        return _propose(inst, actor, "pause", body, target, draft, options)
    return submit(inst, actor, Request("pause", body, (target,), OWN, draft.payloads), options)


def _stands_in(inst: Institution, facts: StoreFacts, actor: Actor, task: Task, visit: Visit) -> bool:
    """Whether somebody may act on a visit only because he covers, and so can do no more than propose."""
    at = inst.now()
    directs = may_assign(actor.person, visit, task, facts.organisation, at)
    return not directs and bool(capacities_of(inst, facts, actor, task, visit))


def attest(
    inst: Institution, actor: Actor, id: str, *, step: str | None = None, options: Options = NO_OPTIONS
) -> Answer:
    """Ask a second person of the office to confirm when one's own act was done, where that was before it was recorded."""
    task = task_meant(inst.facts(), id)
    mine = [each for each in task.visits if each.doer == actor.person and step in (None, each.step)]
    visit = max(mine, key=lambda each: each.left_index or 0, default=None)
    if visit is None:
        raise UsageError("error.unknown_step", task=task.id, step=step or "", known=[])
    return _propose(
        inst, actor, "attest", {"left": visit.left_index}, target_of(task, visit), Draft(inst), options
    )


def resume(
    inst: Institution, actor: Actor, id: str, *, step: str | None = None, options: Options = NO_OPTIONS
) -> Answer:
    """Let a stopped clock run again."""
    return _handle(inst, actor, id, "resume", {}, step, options)


def extend(
    inst: Institution,
    actor: Actor,
    id: str,
    by: str,
    *,
    reason: str,
    step: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Ask for more time, before the step is due; who directs the office confirms it."""
    facts = inst.facts()
    task = task_meant(facts, id)
    visit = visit_meant(task, step, None, facts, (inst, actor) if _asked_himself(task, actor) else None)
    draft = Draft(inst)
    body = {"extension": by, "reason": draft.text(reason)}
    return _propose(inst, actor, "extend", body, target_of(task, visit), draft, options)


def urge(
    inst: Institution,
    actor: Actor,
    id: str,
    *,
    step: str | None = None,
    note: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Put on record that a desk or an outside body has been urged."""
    facts = inst.facts()
    task = task_meant(facts, id)
    draft = Draft(inst)
    target = target_of(task, visit_meant(task, step, None, facts))
    request = Request("urge", {"note": draft.text(note)}, (target,), OWN, draft.payloads)
    return submit(inst, actor, request, options)


def takeback(inst: Institution, actor: Actor, id: str, options: Options = NO_OPTIONS) -> Answer:
    """拿回: undo one's own last act."""
    task = task_meant(inst.facts(), id)
    target = target_of(task, last_act(task))
    return submit(inst, actor, Request("take_back", {}, (target,)), options)


def _handle(
    inst: Institution,
    actor: Actor,
    id: str,
    kind: str,
    body: Mapping[str, Any],
    step: str | None,
    options: Options,
    draft: Draft | None = None,
) -> Answer:
    facts = inst.facts()
    task = task_meant(facts, id)
    who = (inst, actor) if _asked_himself(task, actor) else None
    target = target_of(task, visit_meant(task, step, None, facts, who))
    payloads = [] if draft is None else draft.payloads
    return submit(inst, actor, Request(kind, body, (target,), payloads=payloads), options)


def _asked_himself(task: Task, actor: Actor) -> bool:
    """Whether he owes an answer of his own among several, which is what he then means by the step."""
    return any(each.asked is not None and each.person == actor.person for each in task.open_visits())


def _propose(
    inst: Institution,
    actor: Actor,
    kind: str,
    body: Mapping[str, Any],
    target: Target,
    draft: Draft,
    options: Options,
) -> Answer:
    request = Request("propose", {"kind": kind, "body": body}, (target,), OWN, draft.payloads, draft.files)
    return submit(inst, actor, request, options)
