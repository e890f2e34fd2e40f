"""Where a case of a log may stand: everything that its definition lets be open, after the steps that the log tells.

A log says that a step was completed and not by which action, so what came of it shows only later, and with regions
much later: until then each possibility is kept. A step fits where it is open in one of them, and an action is
told only if whatever happened afterwards leaves it alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from zeroerror.model.workflow import Action, Workflow

#: Everything that may be open at once, as far as a log tells.
Standings = frozenset[Hashable]
#: Of each standing, what each (step, action) makes of it, the first one first; of one in which a task has ended, nothing.
Onward = Mapping[Any, Mapping[tuple[str, str], Hashable]]


class Ways:
    """The ways of one definition, worked out as far as a log has been seen to go them."""

    def __init__(self, workflow: Workflow, onward: Onward) -> None:
        self._workflow, self._onward = workflow, onward
        #: Where a case stands before anything has happened.
        self.begun: Standings = frozenset([next(iter(self._onward))])
        self._after: dict[tuple[Standings, str], Standings] = {}
        self._back: dict[tuple[Standings, str, Standings], tuple[Action | None, Standings]] = {}

    def after(self, standing: Standings, step: str) -> Standings:
        """Where a case may stand once a step has been completed; nowhere: it cannot have been."""
        found = self._after.get((standing, step))
        if found is None:
            found = self._after[standing, step] = frozenset(
                to for each in standing for (name, _), to in self._onward[each].items() if name == step
            )
        return found

    def taken(self, steps: Sequence[str], *, ended: bool) -> list[Action | None]:
        """By which action each of these steps was left, as far as what the log tells after it says so.

        The steps are those that fit, in order. With the last of them the case has ended, or it is not known
        what came of it.
        """
        stood = [self.begun]
        for step in steps:
            stood.append(self.after(stood[-1], step))
        goal = frozenset(each for each in stood[-1] if ended and not self._onward[each])
        silent = not goal
        goal = goal or stood[-1]
        found: list[Action | None] = []
        for standing, step in zip(reversed(stood[:-1]), reversed(steps), strict=True):
            action, goal = self._led(standing, step, goal)
            found.append(action)
        if found and silent:
            found[0] = None
        return found[::-1]

    def _led(self, standing: Standings, step: str, goal: Standings) -> tuple[Action | None, Standings]:
        """The action by which a step led there, None where it could have been one of several; and from where."""
        found = self._back.get((standing, step, goal))
        if found is None:
            actions = self._workflow.step(step).actions
            possible = {
                name
                for each in standing
                for (at, name), to in self._onward[each].items()
                if at == step and to in goal
            }
            leading = [each for each in actions if each.name in possible]
            # Several to one place are one to whoever only sees what came next: the first stands for them.
            places = {(each.to, each.joins, each.reopens) for each in leading}
            before = frozenset(
                each
                for each in standing
                if any(at == step and to in goal for (at, _), to in self._onward[each].items())
            )
            found = self._back[standing, step, goal] = (leading[0] if len(places) == 1 else None), before
        return found
