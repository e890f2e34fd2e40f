"""A definition as steps and the actions between them: which can be reached, and by which path.

Regions are read as what they are: an action to a group comes to the first step of each region that it opens,
and where the join leads is reached when each of the group's regions has been seen to end. A walk that begins
inside a group, or that opens some of its regions only, takes it that the others can end: whether they really
have by then is asked of all regions together, in `product`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from zeroerror.model.workflow import Action, Group, Owner, Step, Workflow

#: Whether a path may go this way.
Way = Callable[[Step, Action], bool]

#: A path: the actions taken, each with the step it was taken in.
Path = tuple[tuple[str, str], ...]


def any_way(step: Step, action: Action) -> bool:
    """Every action is a way."""
    return True


def opened(group: Group, reopens: tuple[str, ...]) -> list[str]:
    """The steps that are come to where an action leads to a group."""
    return [each.steps[0] for each in group.regions if not reopens or each.name in reopens]


def owners(step: Step) -> Iterator[tuple[Owner, tuple[str | int, ...]]]:
    """Everybody who may owe a step, each with where the definition says so."""
    if step.vote is not None:
        if step.balloted is None:
            yield step.owner, ("steps", step.name, "owner")
        for place, owner in enumerate(step.vote.voters):
            yield owner, ("steps", step.name, "vote", "voters", place)
        return
    if step.consent is None:
        yield step.owner, ("steps", step.name, "owner")
        return
    for place, owner in enumerate(step.consent.signers):
        yield owner, ("steps", step.name, "consent", "signers", place)


def come_to(workflow: Workflow, target: str | None, reopens: tuple[str, ...] = ()) -> list[str]:
    """The steps that are come to where something leads there; a target that is not there is none."""
    group = workflow.group(target)
    if group is not None:
        return opened(group, reopens)
    known = {each.name for each in workflow.steps}
    return [target] if target is not None and target in known else []


def reached(workflow: Workflow, start: str, way: Way = any_way) -> dict[str, Path]:
    """Every step that can be reached from one, itself among them, each with a shortest path."""
    return _Walk(workflow, way, {start: ()}).walked([start])


def from_start(workflow: Workflow, way: Way = any_way) -> dict[str, Path]:
    """Every step that a task can come to, each with a shortest path."""
    starts = come_to(workflow, workflow.start)
    return _Walk(workflow, way, dict.fromkeys(starts, ()), begins=True).walked(starts)


def after(workflow: Workflow, step: str) -> dict[str, Path]:
    """Every step that can be reached by leaving one, with a shortest path; itself only where a loop is."""
    return _Walk(workflow, any_way, {}).walked([step])


class _Walk:
    """Steps found one after another, and the regions of each group that have been seen to end."""

    def __init__(self, workflow: Workflow, way: Way, found: dict[str, Path], begins: bool = False) -> None:
        self.workflow, self.way, self.found, self.begins = workflow, way, found, begins
        self.waiting: deque[tuple[str, Path]] = deque()
        self.ended: dict[str, set[str]] = {}

    def walked(self, starts: Iterable[str]) -> dict[str, Path]:
        for start in starts:
            self.waiting.append((start, ()))
            place = self.workflow.place(start)
            if place is not None and not self.begins:
                self._others_end(place[0], (place[1].name,))
        while self.waiting:
            source, path = self.waiting.popleft()
            step = self.workflow.step(source)
            for action in step.actions:
                if self.way(step, action):
                    self._take(step, action, (*path, (source, action.name)))
        return self.found

    def _take(self, step: Step, action: Action, path: Path) -> None:
        place = self.workflow.place(step.name)
        if not action.joins:
            group = self.workflow.group(action.to)
            # From inside the group the others stay as they are; whether they have ended is found as they are walked.
            if group is not None and action.reopens and (place is None or place[0] != group):
                self._others_end(group, action.reopens)
            self._come(come_to(self.workflow, action.to, action.reopens), path)
        elif place is not None:
            group, region = place
            ended = self.ended.setdefault(group.name, set())
            ended.add(region.name)
            if len(ended) == len(group.regions):
                self._come(come_to(self.workflow, group.to), path)

    def _others_end(self, group: Group, opened: tuple[str, ...]) -> None:
        others = {each.name for each in group.regions if each.name not in opened}
        self.ended.setdefault(group.name, set()).update(others)

    def _come(self, targets: Iterable[str], path: Path) -> None:
        for target in targets:
            if target not in self.found:
                self.found[target] = path
                self.waiting.append((target, path))


def ends(workflow: Workflow, step: Step) -> bool:
    """Whether a task can end from a step, by an action or with the group to which it belongs."""
    place = workflow.place(step.name)
    with_group = place is not None and place[0].to is None
    return any(each.ends or (each.joins and with_group) for each in step.actions)


def ending(workflow: Workflow) -> set[str]:
    """Every step from which there is a way to an end."""
    last = {step.name for step in workflow.steps if ends(workflow, step)}
    return {step.name for step in workflow.steps if last & reached(workflow, step.name).keys()}


def shown(path: Path, last: str) -> str:
    """A path in the definition's own names: `draft/submit → review/pass → sign`."""
    return " → ".join([*(f"{step}/{action}" for step, action in path), last])
