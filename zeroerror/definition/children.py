"""Checks of the tasks that a definition opens: what waits for them can be lifted, and every end says what becomes of them.

They ask of one definition alone; whether what it opens is there, and can be opened so, is asked in `opened`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zeroerror.definition.graph import come_to, reached, shown
from zeroerror.definition.where import Where
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Action, Step, Workflow


def what_is_said_has_children(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Only where an action opens tasks can another wait for them, or say what becomes of them."""
    if workflow.opens:
        return
    for step in workflow.steps:
        for action in step.actions:
            base, params = _at(step, action), {"step": step.name, "action": action.name}
            if action.waits:
                yield Problem("definition.waits_for_none", params, where(*base, "guards"))
            if action.children is not None:
                yield Problem("definition.no_children", params, where(*base, "children"))


def taken_over_is_there(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """What the tasks take over is a field of the form."""
    known = [each.name for each in workflow.fields]
    for step in workflow.steps:
        for action in step.actions:
            for place, name in enumerate(() if action.opens is None else action.opens.copy):
                if name not in known:
                    here = where(*_at(step, action), "opens", "copy", place)
                    yield Problem("definition.unknown_field", {"field": name, "known": known}, here)


def waits_can_be_lifted(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """From where a task waits for others, a way leads on that does not wait: to an end, or to their being called off."""
    for name, path in _standing(workflow).items():
        step = workflow.step(name)
        waiting = [action for action in step.actions if action.waits]
        if waiting and not _lifted(workflow, step):
            params = {"step": step.name, "action": waiting[0].name, "path": path}
            yield Problem("definition.wait_never_lifted", params, where(*_at(step, waiting[0]), "guards"))


def _lifted(workflow: Workflow, step: Step) -> bool:
    place = workflow.place(step.name)
    beside = [step.name] if place is None else [name for each in place[0].regions for name in each.steps]
    for start in beside:
        for name in reached(workflow, start, lambda _, action: not action.waits):
            for action in workflow.step(name).actions:
                if not action.waits and (action.children == "cancel" or _ends(workflow, name, action)):
                    return True
    return False


def every_end_says_what_becomes_of_them(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """An action that ends the task while others that it opened may be open says what becomes of them."""
    for step in workflow.steps:
        for action in step.actions:
            if action.opens is not None and action.children is None and _ends(workflow, step.name, action):
                yield _unsaid(step, action, step.name, where)
    for name, path in _standing(workflow).items():
        step = workflow.step(name)
        for action in step.actions:
            silent = action.children is None and not action.waits and action.opens is None
            if silent and _ends(workflow, name, action):
                yield _unsaid(step, action, path, where)


def _standing(workflow: Workflow) -> dict[str, str]:
    """Every step at which a task may stand with what it opened still open, each with a way on which it does."""
    found: dict[str, str] = {}
    for step in workflow.steps:
        for action in step.actions:
            if action.opens is None:
                continue
            for start in dict.fromkeys(_from(workflow, step, action)):
                for name, path in reached(workflow, start, _goes_on).items():
                    found.setdefault(name, shown(((step.name, action.name), *path), name))
    return found


def _unsaid(step: Step, action: Action, path: str, where: Where) -> Problem:
    params = {"step": step.name, "action": action.name, "path": path}
    return Problem("definition.children_unsaid", params, where(*_at(step, action)))


def _goes_on(step: Step, action: Action) -> bool:
    """Whether children may be open still behind an action."""
    return not action.waits and action.children != "cancel"


def _from(workflow: Workflow, step: Step, action: Action) -> Iterable[str]:
    """The steps at which a task may stand once an action has opened others."""
    yield from come_to(workflow, action.to, action.reopens)
    place = workflow.place(step.name)
    if place is None:
        return
    group, region = place
    if action.joins:
        yield from come_to(workflow, group.to)
    if action.joins or action.to in region.steps:
        yield from (name for each in group.regions if each != region for name in each.steps)


def _ends(workflow: Workflow, step: str, action: Action) -> bool:
    place = workflow.place(step)
    return action.ends or (action.joins and place is not None and place[0].to is None)


def _at(step: Step, action: Action) -> tuple[str, ...]:
    return ("steps", step.name, "actions", action.name)
