"""A definition as steps and the actions between them: which can be reached, and by which path."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from zeroerror.model.workflow import Action, Step, Workflow

#: Whether a path may go this way.
Way = Callable[[Step, Action], bool]

#: A path: the actions taken, each with the step it was taken in.
Path = tuple[tuple[str, str], ...]


def any_way(step: Step, action: Action) -> bool:
    """Every action is a way."""
    return True


def moves(workflow: Workflow, step: str) -> Iterator[tuple[Action, str]]:
    """The actions of a step that lead to another one, with that one; a target that is not there is none."""
    known = {each.name for each in workflow.steps}
    for action in workflow.step(step).actions:
        if action.to is not None and action.to in known:
            yield action, action.to


def reached(workflow: Workflow, start: str, way: Way = any_way) -> dict[str, Path]:
    """Every step that can be reached from one, itself among them, each with a shortest path."""
    return _walked(workflow, {start: ()}, deque([(start, ())]), way)


def from_start(workflow: Workflow, way: Way = any_way) -> dict[str, Path]:
    """Every step that a task can come to, each with a shortest path."""
    return reached(workflow, workflow.steps[0].name, way)


def after(workflow: Workflow, step: str) -> dict[str, Path]:
    """Every step that can be reached by leaving one, with a shortest path; itself only where a loop is."""
    return _walked(workflow, {}, deque([(step, ())]), any_way)


def _walked(
    workflow: Workflow, found: dict[str, Path], waiting: deque[tuple[str, Path]], way: Way
) -> dict[str, Path]:
    while waiting:
        source, path = waiting.popleft()
        step = workflow.step(source)
        for action, target in moves(workflow, source):
            if target not in found and way(step, action):
                found[target] = (*path, (source, action.name))
                waiting.append((target, found[target]))
    return found


def ending(workflow: Workflow) -> set[str]:
    """Every step from which there is a way to an end."""
    ends = {step.name for step in workflow.steps if any(each.to is None for each in step.actions)}
    return {step.name for step in workflow.steps if ends & reached(workflow, step.name).keys()}


def shown(path: Path, last: str) -> str:
    """A path in the definition's own names: `draft/submit → review/pass → sign`."""
    return " → ".join([*(f"{step}/{action}" for step, action in path), last])
