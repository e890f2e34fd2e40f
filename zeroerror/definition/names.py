"""Checks of names: what a definition names is there, and what people choose between can be told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zeroerror.definition.graph import owners
from zeroerror.definition.where import Where
from zeroerror.engine.guards import ABOUT_FIELDS, GUARDS
from zeroerror.engine.ownership import OPENER
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Workflow

#: Guards that are asked about earlier steps; those that are not asked about fields either stand alone.
ABOUT_STEPS = frozenset({"four_eyes"})


def id_says_its_family(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """`document/outgoing` is of the family `document`."""
    if workflow.id.split("/")[0] != workflow.family:
        yield Problem("definition.id_family", {"id": workflow.id, "family": workflow.family}, where("family"))


def titles_tell_apart(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """No two steps, no two fields and no two actions of a step are called the same by people."""
    named = [(each.name, each.title) for each in workflow.steps]
    named += [(each.name, each.title) for each in workflow.groups]
    yield from _twice("steps", named, ("steps",), where)
    for group in workflow.groups:
        regions = [(each.name, each.title) for each in group.regions]
        yield from _twice(group.name, regions, ("steps", group.name, "regions"), where)
    yield from _twice("fields", [(each.name, each.title) for each in workflow.fields], ("fields",), where)
    for step in workflow.steps:
        actions = [(each.name, each.title) for each in step.actions]
        yield from _twice(step.name, actions, ("steps", step.name, "actions"), where)


def _twice(
    among: str, titled: Iterable[tuple[str, str]], base: tuple[str, ...], where: Where
) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for name, title in titled:
        if title in first:
            params = {"title": title, "first": first[title], "second": name, "among": among}
            yield Problem("definition.ambiguous", params, where(*base, name, "title"))
        first.setdefault(title, name)


def steps_named_are_there(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Owners, guards and faults name steps that are there."""
    known = [step.name for step in workflow.steps]
    for named, path in _steps_named(workflow):
        if named not in known and not (named == OPENER and path[-1] == "doer"):
            params = {"step": named, "known": list(known)}
            yield Problem("definition.unknown_step", params, where(*path))


def _steps_named(workflow: Workflow) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    for step in workflow.steps:
        base = ("steps", step.name)
        for owner, path in owners(step):
            if owner.kind == "doer":
                yield owner.name, (*path, "doer")
        urger = step.owner.urged_by
        if urger is not None and urger.kind == "doer":
            yield urger.name, (*base, "owner", "urged_by", "doer")
        for action in step.actions:
            here = (*base, "actions", action.name)
            for place, guard in enumerate(action.guards):
                for each in guard.steps:
                    yield each, (*here, "guards", place)
            if action.fault is not None:
                yield action.fault.step, (*here, "fault", "step")
            if action.effect is not None and "accepted" in action.effect.reads:
                written = f"{action.effect.name}@{action.effect.version}"
                yield action.effect.reads["accepted"], (*here, "effect", written, "accepted")


def guards_are_known(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Every guard is one that the engine has, in that version, and is asked about what it can answer."""
    known = [f"{name}@{version}" for name, version in sorted(GUARDS)]
    for step in workflow.steps:
        for action in step.actions:
            for place, guard in enumerate(action.guards):
                here = where("steps", step.name, "actions", action.name, "guards", place)
                written = f"{guard.name}@{guard.version}"
                if (guard.name, guard.version) not in GUARDS:
                    params = {"guard": written, "known": known}
                    yield Problem("definition.unknown_guard", params, here)
                elif guard.name in ABOUT_STEPS and not guard.steps:
                    yield Problem("definition.guard_without_step", {"guard": written}, here)
                elif guard.name in ABOUT_FIELDS and not guard.fields:
                    yield Problem("definition.guard_without_field", {"guard": written}, here)
                elif guard.name not in ABOUT_STEPS and guard.steps:
                    yield Problem("definition.guard_with_step", {"guard": written}, here)
