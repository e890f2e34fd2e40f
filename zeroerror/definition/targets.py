"""Checks of where actions lead: to a step of their own region, to one that stands alone, or to a group.

They are asked first, because whatever else is asked of paths would only tell what follows from a wrong target.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from zeroerror.definition.where import Where
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Action, Step, Workflow


def each_name_is_used_once(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """No two steps have one name, whatever regions they belong to: a visit is known by its step's name."""
    within = Counter(step for group in workflow.groups for region in group.regions for step in region.steps)
    alone = Counter(step.name for step in workflow.steps) - within
    named: list[tuple[str, tuple[str, ...]]] = [(name, ("steps", name)) for name in alone]
    for group in workflow.groups:
        named.append((group.name, ("steps", group.name)))
        for region in group.regions:
            base = ("steps", group.name, "regions", region.name, "steps")
            named += [(step, (*base, step)) for step in region.steps]
    first: dict[str, str] = {}
    for name, path in named:
        here = where(*path)
        if name in first:
            yield Problem("definition.step_twice", {"step": name, "first": first[name]}, here)
        first.setdefault(name, here)


def targets_are_steps(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Every action, and every join, leads to what is there and may be come to from there."""
    for step in workflow.steps:
        for action in step.actions:
            if action.to is not None:
                path = ("steps", step.name, "actions", action.name, "to")
                yield from _target(workflow, step, action, where(*path))
    open_to_all = _open_to_all(workflow)
    for group in workflow.groups:
        if group.to is not None and group.to not in open_to_all:
            params = {"group": group.name, "target": group.to, "known": list(open_to_all)}
            yield Problem("definition.join_target", params, where("steps", group.name, "to"))


def _target(workflow: Workflow, step: Step, action: Action, where: str) -> Iterator[Problem]:
    place = workflow.place(step.name)
    own = () if place is None else place[1].steps
    known = [*own, *_open_to_all(workflow)]
    if action.to in known:
        return
    params = {"step": step.name, "action": action.name, "target": action.to, "known": list(known)}
    there = workflow.place(action.to or "")
    if there is None:
        yield Problem("definition.unknown_target", params, where)
    else:
        params |= {"group": there[0].name, "region": there[1].name}
        yield Problem("definition.other_region", params, where)


def joins_are_in_regions(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Only a step of a region can end one."""
    for step in workflow.steps:
        for action in step.actions:
            if action.joins and workflow.place(step.name) is None:
                path = ("steps", step.name, "actions", action.name, "join")
                yield Problem(
                    "definition.join_outside", {"step": step.name, "action": action.name}, where(*path)
                )


def reopened_regions_are_there(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Which regions open is said of a group, and names its regions; a return says it always."""
    for step in workflow.steps:
        for action in step.actions:
            base = ("steps", step.name, "actions", action.name)
            params = {"step": step.name, "action": action.name}
            group = workflow.group(action.to)
            if group is None:
                if action.reopens:
                    yield Problem("definition.reopens_no_group", params, where(*base, "reopens"))
                continue
            known = [each.name for each in group.regions]
            for place, name in enumerate(action.reopens):
                if name not in known:
                    more = {"region": name, "group": group.name, "known": list(known)}
                    yield Problem("definition.unknown_region", params | more, where(*base, "reopens", place))
            if "." in action.name:
                yield Problem("definition.group_among_several", params | {"group": group.name}, where(*base))
            elif action.outcome == "returned" and not action.reopens:
                more = {"group": group.name, "known": list(known)}
                yield Problem("definition.return_names_no_region", params | more, where(*base))


def returns_to_several_say_why(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Who is given a matter back by choice is told why he and not another."""
    for step in workflow.steps:
        for action in step.actions:
            if "." in action.name and action.outcome == "returned" and not action.reason:
                name = action.name.partition(".")[0]
                path = ("steps", step.name, "actions", name)
                yield Problem(
                    "definition.return_without_reason", {"step": step.name, "action": name}, where(*path)
                )


def _alone(workflow: Workflow) -> list[Step]:
    return [step for step in workflow.steps if workflow.place(step.name) is None]


def _open_to_all(workflow: Workflow) -> list[str]:
    """What can be come to from anywhere: the steps that stand alone, and the groups."""
    return [*(step.name for step in _alone(workflow)), *(group.name for group in workflow.groups)]
