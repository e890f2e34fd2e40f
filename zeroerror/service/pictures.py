"""What a picture of a definition shows beside it: whom its steps resolve to, and how far a task has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from zeroerror.engine import consents, counting, rounds, votes
from zeroerror.engine.ownership import Resolved, resolve
from zeroerror.model.errors import UsageError
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Step, Workflow
from zeroerror.service.ids import task_of
from zeroerror.service.institution import Institution
from zeroerror.service.reader import Reader


@dataclass(frozen=True, slots=True)
class Held:
    """Whom a step resolves to, or for whom it waits and who urges there; by id."""

    #: `person`, `outside` or `desk`.
    kind: str
    person: str | None
    urger: str | None
    capacity: str = "own"


@dataclass(frozen=True, slots=True)
class Stands:
    """A task with its definition, as somebody may see it."""

    task: Task
    workflow: Workflow
    title: str | None
    hidden: bool

    @property
    def taken(self) -> tuple[tuple[str, str], ...]:
        """The way so far: (step, action) of every act that led on, in that order.

        Where several have answered in a step, it is the one way to which their answers came.
        """
        found: dict[tuple[str, int, int], tuple[int, str]] = {}
        for visit in self.task.visits:
            if visit.left_index is None or visit.status == "withdrawn":
                continue
            if visit.asked is not None:
                round_ = [
                    each
                    for each in self.task.visits
                    if each.step == visit.step
                    and each.status != "withdrawn"
                    and each.asked is not None
                    and each.asked.round == visit.asked.round
                ]
                way = came_to(self.workflow.step(visit.step), round_)
                if way is not None:
                    last = max(each.left_index or 0 for each in round_)
                    found[visit.step, 0, visit.asked.round] = last, way
            elif visit.action is not None:
                found[visit.step, visit.visit, 0] = visit.left_index, visit.action
        ordered = sorted(found.items(), key=lambda each: each[1][0])
        return tuple((step, way) for (step, _, _), (_, way) in ordered)


def came_to(step: Step, round_: Sequence[Visit]) -> str | None:
    """The action to which the answers of a round came; None while one is outstanding, or another text ended it."""
    if any(each.open for each in round_) or rounds.changed(round_):
        return None
    if step.consent is not None:
        return consents.way_of(round_)
    return None if step.vote is None else counting.outcome(step.vote, votes.tally(round_))


def held(inst: Institution, workflow: Workflow, office: str) -> dict[str, Held]:
    """Whom each step would resolve to if it were entered now in a task of that office.

    Left out are the steps that only a task's form or its way can tell, and those of several persons. Raises UsageError for an office that
    is not there.
    """
    organisation, at = inst.organisation, inst.now()
    if organisation.office(office) is None:
        raise UsageError(
            "error.unknown_office", office=office, known=[each.id for each in organisation.offices]
        )
    found = {}
    for step in workflow.steps:
        if step.owner.kind in ("field", "doer") or step.text is not None:
            # Of several persons none stands for the others.
            continue
        resolved = resolve(
            step.owner,
            organisation=organisation,
            office=office,
            workflow_id=workflow.id,
            family=workflow.family,
            fields={},
            doers={},
            opener="",
            at=at,
        )
        found[step.name] = _held(resolved)
    return found


def _held(resolved: Resolved) -> Held:
    person = resolved.person if resolved.kind == "person" else resolved.waits_for
    return Held(resolved.kind, person, resolved.urger, resolved.capacity.kind)


def stands(inst: Institution, id: str, person: str) -> Stands:
    """A task and the definition it is pinned to."""
    task, reader = task_of(inst, id), Reader(inst, person, inst.now())
    title = reader.titles([task])[task.id]
    return Stands(task, reader.definition(task).workflow, title, bool(reader.hidden(task, title)))


def owed(stood: Stands) -> dict[str, Held]:
    """Who owes each open step of a task, and who did each of those that were left; of those of one person."""
    found = {}
    for visit in stood.task.visits:
        if visit.asked is not None:
            continue
        if visit.open:
            found[visit.step] = Held(visit.kind, visit.person or visit.waits_for, visit.urger)
        elif visit.doer is not None and visit.step not in found:
            found[visit.step] = Held("person", visit.doer, None)
    return found


def marks(stood: Stands) -> dict[str, str]:
    """`open` for each step where a task stands, `passed` for the others it has been in.

    What was taken back has not been passed: the way that leads there was not taken.
    """
    found = {visit.step: "passed" for visit in stood.task.visits if visit.status != "withdrawn"}
    return {**found, **{visit.step: "open" for visit in stood.task.open_visits()}}


def visits(stood: Stands, step: str) -> int:
    """How often a task has been in a step, what was taken back not counted."""
    return sum(1 for each in stood.task.visits if each.step == step and each.status != "withdrawn")


def due(stood: Stands) -> dict[str, tuple[datetime, datetime | None]]:
    """Since when each open step has been open, and when it is due."""
    return {visit.step: (visit.entered_at, visit.due_at) for visit in stood.task.open_visits()}


def picture_json(workflow: Workflow, holders: dict[str, Held], stood: Stands | None) -> dict[str, Any]:
    """The same for programs: steps and actions with what is known of each."""
    states = {} if stood is None else marks(stood)
    taken = () if stood is None else stood.taken
    steps = []
    for step in workflow.steps:
        holder = holders.get(step.name)
        steps.append(
            {
                "name": step.name,
                "title": step.title,
                "owner": step.owner.kind,
                "person": None if holder is None else holder.person,
                "urger": None if holder is None else holder.urger,
                "mark": states.get(step.name),
                "visits": 0 if stood is None else visits(stood, step.name),
            }
        )
    actions = [
        {
            "step": step.name,
            "action": action.name,
            "title": action.title,
            "to": action.to,
            "outcome": action.outcome,
            "turns": [turn for turn, act in enumerate(taken, 1) if act == (step.name, action.name)],
        }
        for step in workflow.steps
        for action in step.actions
    ]
    return {"workflow": workflow.id, "title": workflow.title, "steps": steps, "actions": actions}
