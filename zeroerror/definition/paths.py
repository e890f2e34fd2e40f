"""Checks of the way a task goes: ends, dead ends, loops, and what must have come before."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.definition.graph import Way, after, ending, from_start, owners, reached, shown
from zeroerror.definition.where import Where
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Action, Owner, Step, Workflow


def some_action_ends(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """A task can come to an end at all."""
    if workflow.steps[0].name not in ending(workflow):
        path = from_start(workflow)
        params = {"start": workflow.steps[0].name, "steps": list(path)}
        yield Problem("definition.no_end", params, where("steps"))


def every_step_is_reached(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """No step stands where no task ever comes."""
    found = from_start(workflow)
    for step in workflow.steps:
        if step.name not in found:
            params = {"step": step.name, "start": workflow.steps[0].name}
            yield Problem("definition.unreachable", params, where("steps", step.name))


def no_step_is_a_dead_end(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """No step is without an action."""
    found = from_start(workflow)
    for step in workflow.steps:
        if not step.actions:
            params = {"step": step.name, "path": shown(found.get(step.name, ()), step.name)}
            yield Problem("definition.dead_end", params, where("steps", step.name))


def every_loop_can_be_left(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """No task goes round for ever; told once for each loop, with the way into it and round it."""
    found, ends = from_start(workflow), ending(workflow)
    told: set[str] = set()
    for step in workflow.steps:
        name = step.name
        if name in ends or name in told or name not in found:
            continue
        further = after(workflow, name)
        # A step that leads on to something worse, or to a target that is not there, is not the fault.
        if name in further and all(name in after(workflow, each) for each in further):
            told |= set(further)
            path = (*found[name], *further[name])
            params = {"step": name, "path": shown(path, name)}
            yield Problem("definition.endless_loop", params, where("steps", name))


def steps_asked_about_come_before(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """A guard or a fault names a step that can have been done by then."""
    known = {step.name for step in workflow.steps}
    for step in workflow.steps:
        for action in step.actions:
            for code, asked, path in _asked(step, action):
                if asked in known and (asked == step.name or step.name not in reached(workflow, asked)):
                    params = {"step": step.name, "action": action.name, "other": asked}
                    yield Problem(code, params, where(*path))


def _asked(step: Step, action: Action) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    base = ("steps", step.name, "actions", action.name)
    for place, guard in enumerate(action.guards):
        for asked in guard.steps:
            yield "definition.guard_not_before", asked, (*base, "guards", place)
    if action.fault is not None:
        yield "definition.fault_not_before", action.fault.step, (*base, "fault", "step")


def doers_have_acted_before(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Who did an earlier step can owe this one only where every way here leads through that step."""
    known = {step.name for step in workflow.steps}
    for step in workflow.steps:
        for owner, path in _owners(step):
            if owner.kind != "doer" or owner.name not in known:
                continue
            found = from_start(workflow, _without(owner.name))
            if step.name in found:
                params = {
                    "step": step.name,
                    "doer": owner.name,
                    "path": shown(found[step.name], step.name),
                }
                yield Problem("definition.doer_not_before", params, where(*path))


def _without(step: str) -> Way:
    return lambda source, action: source.name != step


def _owners(step: Step) -> Iterator[tuple[Owner, tuple[str | int, ...]]]:
    yield from owners(step)
    if step.owner.urged_by is not None:
        yield step.owner.urged_by, ("steps", step.name, "owner", "urged_by")
