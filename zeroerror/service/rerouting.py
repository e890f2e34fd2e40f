"""并案 and 改办 as people ask for them: what of the old form fits into the new one is carried over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from zeroerror.engine import form
from zeroerror.model.command import OWN
from zeroerror.model.errors import UsageError
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Refusal
from zeroerror.model.task import Task
from zeroerror.model.workflow import Workflow
from zeroerror.service.front import NO_OPTIONS, Options, Receipt, Request, submit
from zeroerror.service.ids import task_of
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.meant import target_of
from zeroerror.service.texts import Draft
from zeroerror.store import reads


def merge(
    inst: Institution,
    actor: Actor,
    id: str,
    lead: str,
    *,
    reason: str | None,
    options: Options = NO_OPTIONS,
) -> Receipt | Refusal:
    """Let a task go on in another one, which leads."""
    draft = Draft(inst)
    body = {"reason": draft.text(reason)}
    targets = tuple(target_of(task_of(inst, each), None) for each in (id, lead))
    return submit(inst, actor, Request("merge", body, targets, OWN, draft.payloads), options)


def redirect(
    inst: Institution,
    actor: Actor,
    id: str,
    *,
    workflow: str | None = None,
    office: str | None = None,
    fields: Mapping[str, str] | None = None,
    reason: str | None,
    options: Options = NO_OPTIONS,
) -> Receipt | Refusal:
    """End a task and open it anew, under another workflow or in another office; UsageError for an unknown one."""
    facts, task = inst.facts(), task_of(inst, id)
    wanted = workflow or task.workflow
    digest = facts.in_force(wanted)
    found = None if digest is None else facts.definition(digest)
    if found is None:
        raise UsageError("error.unknown_workflow", workflow=wanted, known=sorted(reads.workflows(inst.conn)))
    draft = Draft(inst, keeps_files=not found.workflow.stub)
    why = draft.text(reason)
    draft.fill(found.workflow, fields or {})
    held = facts.definition(task.digest)
    assert held is not None, "a task is pinned to a published definition"
    plain, sealed = carried(task, held.workflow, found.workflow, facts.organisation, inst.now())
    body = {
        "workflow": wanted,
        "definition": found.digest,
        "office": office or task.office,
        "fields": {**plain, **draft.fields},
        "sealed": {**sealed, **draft.sealed},
        "reason": why,
    }
    request = Request("redirect", body, (target_of(task, None),), OWN, draft.payloads, draft.files)
    return submit(inst, actor, request, options)


def carried(
    task: Task, old: Workflow, new: Workflow, organisation: Organisation, at: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """What of a task's form fits another: fields of one name, one type and one secrecy, with values that it takes.

    A text that was sealed is not made readable by it.
    """
    same = {
        each.name
        for each in new.fields
        if (was := old.field(each.name)) is not None and (was.type, was.plain) == (each.type, each.plain)
    }
    plain = {
        name: value
        for name, value in task.fields.items()
        if name in same and not any(form.reasons(new, {name: value}, {}, organisation, at))
    }
    return plain, {name: digest for name, digest in task.sealed.items() if name in same}
