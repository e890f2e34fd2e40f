"""The shortest way to being done, where a join waits for the longest of its regions."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from zeroerror.definition.graph import Path, come_to, opened
from zeroerror.model.workflow import Group, Step, Workflow


def shortest(workflow: Workflow, hours: Callable[[Step], int]) -> tuple[int, Path] | None:
    """The least hours in which a task can be done if every step takes that long, and the way; None without any."""
    return _Ways(workflow, hours).to_done(0, (), workflow.start, ())


class _Ways:
    def __init__(self, workflow: Workflow, hours: Callable[[Step], int]) -> None:
        self.workflow, self.hours = workflow, hours
        self.waiting: list[tuple[int, int, str, tuple[str, ...], Path]] = []

    def to_done(
        self, hours: int, path: Path, target: str | None, reopens: tuple[str, ...]
    ) -> tuple[int, Path] | None:
        """The shortest from where something leads to the task's being done."""
        self._come(hours, path, target, reopens, ends=False)
        passed: set[tuple[str, tuple[str, ...]]] = set()
        while self.waiting:
            hours, _, name, reopens, path = heappop(self.waiting)
            if name == "":
                return hours, path
            if (name, reopens) in passed:
                continue
            passed.add((name, reopens))
            group = self.workflow.group(name)
            if group is not None:
                self._open(hours, path, group, reopens)
            else:
                self._leave(hours, path, self.workflow.step(name))
        return None

    def _leave(self, hours: int, path: Path, step: Step) -> None:
        for action in step.actions:
            if not action.joins:
                ends = action.ends and action.outcome == "done"
                further = (*path, (step.name, action.name))
                self._come(hours + self.hours(step), further, action.to, action.reopens, ends=ends)

    def _open(self, hours: int, path: Path, group: Group, reopens: tuple[str, ...]) -> None:
        """The regions may be left from any of them, or joined, which waits for the longest of them."""
        starts = opened(group, reopens)
        for step in starts:
            heappush(self.waiting, (hours, len(path), step, (), path))
        took = [self._region(group, step) for step in starts]
        if None not in took:
            longest = max((each for each in took if each is not None), key=lambda each: each[0])
            done = group.to is None and group.outcome == "done"
            self._come(hours + longest[0], (*path, *longest[1]), group.to, (), ends=done)

    def _come(
        self, hours: int, path: Path, target: str | None, reopens: tuple[str, ...], *, ends: bool
    ) -> None:
        if ends:
            heappush(self.waiting, (hours, len(path), "", (), path))
        if target is not None and come_to(self.workflow, target, reopens):
            named = reopens if self.workflow.group(target) is not None else ()
            heappush(self.waiting, (hours, len(path), target, named, path))

    def _region(self, group: Group, start: str) -> tuple[int, Path] | None:
        """The shortest from a region's step to the region's end."""
        waiting: list[tuple[int, int, str, Path]] = [(0, 0, start, ())]
        passed: set[str] = set()
        while waiting:
            hours, _, name, path = heappop(waiting)
            if name == "":
                return hours, path
            if name in passed:
                continue
            passed.add(name)
            step = self.workflow.step(name)
            for action in step.actions:
                place = None if action.to is None else self.workflow.place(action.to)
                target = (
                    "" if action.joins else action.to if place is not None and place[0] == group else None
                )
                if target is not None:
                    further = (*path, (name, action.name))
                    heappush(waiting, (hours + self.hours(step), len(further), target, further))
        return None
