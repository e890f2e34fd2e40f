"""The longest way to being done on which nothing is returned and no step comes twice.

What is returned takes as long as it takes; but a way without returns that is longer than it may be is late
though nobody was. A way that leads back to where it came from is not followed, so that some longest way of
steps that never repeat may not be found where many lead round; each way that is found is a real one.
"""

from __future__ import annotations

from collections.abc import Callable

from zeroerror.definition.graph import Path, opened
from zeroerror.model.workflow import Action, Group, Step, Workflow

#: Hours, and the way that takes them.
Long = tuple[int, Path]
_Key = tuple[str, str, tuple[str, ...]]


def longest(
    workflow: Workflow, hours: Callable[[Step], int], allowed: Callable[[Action], bool]
) -> Long | None:
    """The longest way by actions that are allowed, if every step takes that long; None where none leads to the end."""
    return _Longest(workflow, hours, allowed).come_to(workflow.start, ())


class _Longest:
    def __init__(
        self, workflow: Workflow, hours: Callable[[Step], int], allowed: Callable[[Action], bool]
    ) -> None:
        self.workflow, self.hours, self.allowed = workflow, hours, allowed
        self.found: dict[_Key, Long | None] = {}
        #: What is being walked: whoever comes to it again has come round.
        self.open: set[_Key] = set()

    def come_to(self, target: str | None, reopens: tuple[str, ...]) -> Long | None:
        """The longest to the end from where something leads."""
        if target is None:
            return None
        group = self.workflow.group(target)
        if group is None:
            return self._once(("step", target, ()), lambda: self._step(target))
        return self._once(("group", target, reopens), lambda: self._group(group, reopens))

    def _once(self, key: _Key, ask: Callable[[], Long | None]) -> Long | None:
        if key in self.open:
            return None
        if key not in self.found:
            self.open.add(key)
            self.found[key] = ask()
            self.open.discard(key)
        return self.found[key]

    def _step(self, name: str) -> Long | None:
        return self._most(name, self._onward)

    def _most(self, name: str, onward: Callable[[Action], Long | None]) -> Long | None:
        """The longest by any of a step's actions, its own time with it."""
        step = self.workflow.step(name)
        best: Long | None = None
        for action in step.actions:
            goes_on = action.outcome != "returned" and self.allowed(action)
            rest = onward(action) if goes_on else None
            if rest is not None:
                best = _longer(best, (self.hours(step) + rest[0], ((name, action.name), *rest[1])))
        return best

    def _onward(self, action: Action) -> Long | None:
        if action.ends:
            return (0, ()) if action.outcome == "done" else None
        return self.come_to(action.to, action.reopens)

    def _group(self, group: Group, reopens: tuple[str, ...]) -> Long | None:
        """By the join, which waits for the longest of the regions; or by leaving them."""
        best: Long | None = None
        joined = [self._in_region(group, step, joining=True) for step in opened(group, reopens)]
        after: Long | None = (0, ()) if group.to is None and group.outcome == "done" else None
        after = after or self.come_to(group.to, ())
        if after is not None and None not in joined:
            region = max((each for each in joined if each is not None), key=lambda each: each[0])
            best = (region[0] + after[0], (*region[1], *after[1]))
        for step in opened(group, reopens):
            best = _longer(best, self._in_region(group, step, joining=False))
        return best

    def _in_region(self, group: Group, name: str, *, joining: bool) -> Long | None:
        """From a step of a region to its end, or to the end of the task by an action that leaves the group."""

        def onward(action: Action) -> Long | None:
            place = None if action.to is None else self.workflow.place(action.to)
            if action.to is not None and place is not None and place[0] == group:
                return self._in_region(group, action.to, joining=joining)
            if joining or action.joins:
                return (0, ()) if joining and action.joins else None
            return self._onward(action)

        key = ("joining" if joining else "leaving", name, ())
        return self._once(key, lambda: self._most(name, onward))


def _longer(first: Long | None, second: Long | None) -> Long | None:
    return second if first is None or (second is not None and second[0] > first[0]) else first
