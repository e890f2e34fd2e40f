"""All regions of a definition together: everything that can be open at once, walked step by step.

Each region by itself may be sound, and the group never come to its join: because a region was left open, or
withdrawn, when only others were opened again. That shows only where they are walked together; since what is
open at once grows with every region, this is done when a definition is checked, within a bound, and its
answer kept by the definition's digest.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from functools import lru_cache

from zeroerror.definition.graph import Path, reached, shown
from zeroerror.definition.where import Where
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import JOIN, Action, Group, Region, Workflow
from zeroerror.model.workflow_json import canonical, from_json

#: More standings than this are not walked: a definition must be checked while somebody waits for it.
STANDINGS_MAX = 20_000

#: What a region that was never opened, or was withdrawn, stands at; and where a task that has ended stands.
NOWHERE, ENDED = "", "/end"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open at once: the step or the group at which the task is, and where each region stands."""

    at: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """What walking all of it has shown."""

    #: How many standings there are, or how many had been found when the bound was passed.
    standings: int
    too_many: bool
    #: The group, the regions it would wait for for ever, and the way to there; None where there is no such.
    waiting: tuple[str, tuple[str, ...], str] | None = None


def every_region_can_end(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Each region has a way to its end: else the join waits for ever, whatever the others do."""
    for group in workflow.groups:
        for region in group.regions:
            start = region.steps[0]
            found = {step: path for step, path in reached(workflow, start).items() if step in region.steps}
            if any(action.joins for step in found for action in workflow.step(step).actions):
                continue
            longest = max(found, key=lambda step: len(found[step]))
            params = {"group": group.name, "region": region.name, "path": shown(found[longest], longest)}
            path = ("steps", group.name, "regions", region.name)
            yield Problem("definition.region_never_ends", params, where(*path))


def joins_are_come_to(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """However the regions are opened, left and opened again, the join can still be come to."""
    if not workflow.groups:
        return
    walked = walk(workflow)
    if walked.too_many:
        params = {"most": STANDINGS_MAX, "groups": [each.name for each in workflow.groups]}
        yield Problem("definition.too_many_standings", params, where("steps", workflow.groups[0].name))
    elif walked.waiting is not None:
        group, regions, path = walked.waiting
        params = {"group": group, "regions": list(regions), "path": path}
        yield Problem("definition.join_waits", params, where("steps", group))


def walk(workflow: Workflow) -> Walked:
    """What walking a definition shows."""
    return _walk(canonical(workflow))


@lru_cache(maxsize=256)
def _walk(text: str) -> Walked:
    """The same by its canonical form: a definition is walked once, whichever file it stands in."""
    return _Walk(from_json(json.loads(text))).walked()


def standings(workflow: Workflow) -> dict[Standing, dict[tuple[str, str], Standing]]:
    """Everything that can be open at once, and what each action then makes of it."""
    walk = _Walk(workflow)
    walk.walked()
    return walk.onward


class _Walk:
    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.names = [(group.name, region.name) for group in workflow.groups for region in group.regions]
        self.places = {name: place for place, name in enumerate(self.names)}
        self.onward: dict[Standing, dict[tuple[str, str], Standing]] = {}
        #: From which standing, by which action, each was first come to.
        self.came: dict[Standing, tuple[Standing, str, str] | None] = {}

    def walked(self) -> Walked:
        nothing = Standing("", (NOWHERE,) * len(self.names))
        first = self._come_to(nothing, self.workflow.start, ())
        self.came[first] = None
        waiting = deque([first])
        while waiting:
            standing = waiting.popleft()
            self.onward[standing] = {}
            for step, action in self._offered(standing):
                after = self._taken(standing, step, action)
                self.onward[standing][step, action.name] = after
                if after not in self.came:
                    self.came[after] = standing, step, action.name
                    waiting.append(after)
            if len(self.came) > STANDINGS_MAX:
                return Walked(len(self.came), too_many=True)
        return Walked(len(self.came), too_many=False, waiting=self._waiting())

    def _waiting(self) -> tuple[str, tuple[str, ...], str] | None:
        """The first standing in a group of which a region is neither open nor ended."""
        for standing in self.came:
            group = self.workflow.group(standing.at)
            if group is None:
                continue
            lost = [each.name for each in group.regions if self._at(standing, group, each) == NOWHERE]
            if lost:
                return group.name, tuple(lost), shown(self._path(standing), group.name)
        return None

    def _path(self, standing: Standing) -> Path:
        path: list[tuple[str, str]] = []
        while (came := self.came[standing]) is not None:
            standing = came[0]
            path.append(came[1:])
        return tuple(reversed(path))

    def _at(self, standing: Standing, group: Group, region: Region) -> str:
        return standing.regions[self.places[group.name, region.name]]

    def _offered(self, standing: Standing) -> Iterator[tuple[str, Action]]:
        group = self.workflow.group(standing.at)
        if standing.at == ENDED:
            return
        steps = [standing.at]
        if group is not None:
            steps = [self._at(standing, group, each) for each in group.regions]
        for step in steps:
            if step not in (NOWHERE, JOIN):
                yield from ((step, action) for action in self.workflow.step(step).actions)

    def _taken(self, standing: Standing, step: str, action: Action) -> Standing:
        place = self.workflow.place(step)
        if place is not None:
            group, region = place
            if action.joins or action.to in region.steps:
                moved = self._with(standing, group, {region.name: JOIN if action.joins else action.to or ""})
                every = [self._at(moved, group, each) for each in group.regions]
                return self._left(moved, group.to, ()) if set(every) == {JOIN} else moved
            standing = self._with(standing, group, {region.name: NOWHERE})
        return self._left(standing, action.to, action.reopens)

    def _left(self, standing: Standing, to: str | None, reopens: tuple[str, ...]) -> Standing:
        """After what leads there: a group that is left has its open regions withdrawn; one come to again, none."""
        group = self.workflow.group(standing.at)
        if group is not None and group.name != to:
            open_ones = {
                each.name: NOWHERE for each in group.regions if self._at(standing, group, each) != JOIN
            }
            standing = self._with(standing, group, open_ones)
        return Standing(ENDED, standing.regions) if to is None else self._come_to(standing, to, reopens)

    def _come_to(self, standing: Standing, to: str, reopens: tuple[str, ...]) -> Standing:
        group = self.workflow.group(to)
        if group is not None:
            opened = {
                each.name: each.steps[0] for each in group.regions if not reopens or each.name in reopens
            }
            standing = self._with(standing, group, opened)
        return Standing(to, standing.regions)

    def _with(self, standing: Standing, group: Group, changed: dict[str, str]) -> Standing:
        regions = list(standing.regions)
        for name, at in changed.items():
            regions[self.places[group.name, name]] = at
        return Standing(standing.at, tuple(regions))
