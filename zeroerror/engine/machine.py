"""A definition as a state machine: walked once, frozen into a table.

The only import of `transitions`. It is not given conditions, guards or callbacks, because in 0.9.3 a failing
callback leaves the state changed and a false condition is passed over in silence: it says where an action
leads, and `decide` alone says whether it may be taken. One flat machine is built for what stands alone, in
which a group is one state, and one for each region; where a group's join leads is told when every region of
it was seen to reach its end. No machine has parallel states.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from transitions import Machine

from zeroerror.model.workflow import JOIN, Group, Joining, Region, Step, Table, Workflow

#: The state in which a region has ended. No step can have this name.
END = "/end"


class _Region:
    """What the machine moves: a region's place, and nothing else."""

    state: str


def compile_table(workflow: Workflow) -> Table:
    """The frozen table of a definition: every step that can be come to with its actions, found by firing each.

    The machines say which triggers a step has, and where firing one takes it. Raises ValueError for an
    action that leads to what is neither in its own region nor a step that stands alone nor a group, which
    `definition.check` tells in users' words.
    """
    return _Walk(workflow).table()


class _Walk:
    """Fires every action of every step that is come to, each in the machine of its own region."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.alone = [step.name for step in workflow.steps if workflow.place(step.name) is None]
        self.alone += [group.name for group in workflow.groups]
        self.machines: dict[tuple[str, str] | None, tuple[Machine, _Region]] = {}
        self.moves: dict[tuple[str, str], str | None] = {}
        self.seen: set[str] = set()
        self.waiting: deque[str] = deque()
        #: The groups that can be come to, and which of their regions were seen to end.
        self.entered: set[str] = set()
        self.ended: dict[str, set[str]] = {}

    def table(self) -> Table:
        self._come_to(self.workflow.start, ())
        while self.waiting:
            self._fire(self.waiting.popleft())
        groups = {
            group.name: Joining(
                to=group.to,
                starts={each.name: each.steps[0] for each in group.regions},
                regions={
                    step: region.name
                    for region in group.regions
                    for step in region.steps
                    if step in self.seen
                },
            )
            for group in self.workflow.groups
            if group.name in self.entered
        }
        return Table(self.workflow.start, self.moves, groups)

    def _fire(self, source: str) -> None:
        place = self.workflow.place(source)
        machine, region = self._machine(place)
        for trigger in machine.get_triggers(source):
            machine.set_state(source)
            machine.events[trigger].trigger(region)
            name = trigger.split("/")[1]
            self.moves[source, name] = None if region.state == END else region.state
            if region.state == JOIN and place is not None:
                self._ended(place[0], place[1].name)
            elif region.state != END:
                action = self.workflow.step(source).action(name)
                self._come_to(region.state, () if action is None else action.reopens)

    def _come_to(self, name: str, reopens: tuple[str, ...]) -> None:
        group = self.workflow.group(name)
        if group is None:
            self._wait_at(name)
            return
        opened = [each for each in group.regions if not reopens or each.name in reopens]
        self.entered.add(name)
        for each in opened:
            self._wait_at(each.steps[0])

    def _wait_at(self, step: str) -> None:
        if step not in self.seen:
            self.seen.add(step)
            self.waiting.append(step)

    def _ended(self, group: Group, region: str) -> None:
        ended = self.ended.setdefault(group.name, set())
        ended.add(region)
        if group.to is not None and len(ended) == len(group.regions):
            if group.to not in self.alone:
                raise ValueError(group.to)
            self._come_to(group.to, ())

    def _machine(self, place: tuple[Group, Region] | None) -> tuple[Machine, _Region]:
        key = None if place is None else (place[0].name, place[1].name)
        if key not in self.machines:
            own = self.alone if place is None else place[1].steps
            model = _Region()
            machine = Machine(
                model,
                states=[*dict.fromkeys((*own, *self.alone)), END, JOIN],
                initial=END,
                transitions=_transitions([self.workflow.step(each) for each in own if not self._group(each)]),
                auto_transitions=False,
            )
            self.machines[key] = machine, model
        return self.machines[key]

    def _group(self, name: str) -> bool:
        return self.workflow.group(name) is not None


def _transitions(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [
        {
            "trigger": f"{step.name}/{action.name}",
            "source": step.name,
            "dest": JOIN if action.joins else action.to or END,
        }
        for step in steps
        for action in step.actions
    ]
