"""Countersigning while it runs: 加签, 减签, another text; and what silence has come to, told by the machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from zeroerror.engine.countersigning import lapsed
from zeroerror.engine.rounds import current
from zeroerror.model.command import MACHINE, OWN, Target
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Refusal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.service.front import NO_OPTIONS, Options, Request, submit
from zeroerror.service.ids import task_of
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.meant import target_of
from zeroerror.service.tasks import Answer
from zeroerror.service.texts import Draft
from zeroerror.store import reads


def change_signers(
    inst: Institution,
    actor: Actor,
    id: str,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    reason: str | None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """加签, 减签: add persons to a countersigning that runs, or take them out; whoever sent it may."""
    task = task_of(inst, id)
    draft = Draft(inst)
    body = {"add": list(dict.fromkeys(add)), "remove": list(dict.fromkeys(remove))}
    target = target_of(task, _running(task))
    request = Request(
        "change_signers", {**body, "reason": draft.text(reason)}, (target,), OWN, draft.payloads
    )
    return submit(inst, actor, request, options)


def revise(
    inst: Institution,
    actor: Actor,
    id: str,
    *,
    file: Path | None = None,
    text: str | None = None,
    reason: str | None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Put another text in the place of what is being signed; whoever has signed is asked anew."""
    task = task_of(inst, id)
    visit, facts = _running(task), inst.facts()
    definition = facts.definition(task.digest)
    assert definition is not None, "a task is pinned to a published definition"
    draft = Draft(inst, keeps_files=not definition.workflow.stub)
    name = definition.workflow.step(visit.step).text
    if name is not None:
        field = definition.workflow.field(name)
        wants_file = field is not None and field.type == "file"
        given = str(file) if file is not None and wants_file else None if wants_file else text
        if given is None or (file is not None and not wants_file):
            raise UsageError("error.revise_takes_file" if wants_file else "error.revise_takes_text")
        draft.fill(definition.workflow, {name: given})
        draft.same_as(name, task.sealed.get(name))
    body = {
        "fields": draft.fields,
        "sealed": draft.sealed,
        "attachments": draft.attachments,
        "reason": draft.text(reason),
    }
    request = Request("revise", body, (target_of(task, visit),), OWN, draft.payloads, draft.files)
    return submit(inst, actor, request, options)


def let_lapse(inst: Institution, at: datetime) -> None:
    """Tell what the silence of signers has come to whose time was over at that instant.

    It is told before the slot that finds them late is judged, so that nobody is urged for what is on a leader's
    desk already; and it is told once, because who was silent owes nothing any more.
    """
    if not reads.silence_is_told(inst.conn):
        return
    targets = []
    for place in reads.open_and_past(inst.conn, at):
        task = reads.task(inst.conn, place.task)
        visit = None if task is None else task.find(place.step, place.visit)
        if task is not None and visit is not None and visit.open and lapsed(visit, at):
            targets.append(Target(task.id, task.last, visit.step, visit.visit))
    if targets:
        outcome = submit(inst, inst.machine(), Request("let_lapse", {}, tuple(targets), MACHINE), Options())
        # Somebody has signed at the last moment: the next slot asks again.
        assert not isinstance(outcome, Refusal) or outcome.reasons[0].code == "engine.not_lapsed"


def _running(task: Task) -> Visit:
    """A visit of the countersigning, or the vote, that a task is in; of none, the visit that was left last."""
    for visit in task.open_visits():
        if visit.asked is not None:
            return next(each for each in current(task, visit.step) if each.open)
    return (task.open_visits() or task.visits)[-1]
