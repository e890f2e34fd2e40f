"""A definition as a state machine: walked once, frozen into a table.

The only import of `transitions`. It is not given conditions, guards or callbacks, because in 0.9.3 a failing
callback leaves the state changed and a false condition is passed over in silence: it says where an action
leads, and `decide` alone says whether it may be taken. One flat machine is built for each region; today a
definition has one.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from transitions import Machine

from zeroerror.model.workflow import Table, Workflow

#: The state in which a region has ended. No step can have this name.
END = "/end"


class _Region:
    """What the machine moves: a region's place, and nothing else."""

    state: str


def compile_table(workflow: Workflow) -> Table:
    """The frozen table of a definition: every reachable step with its actions, found by firing each.

    The machine says which triggers a step has, and where firing one takes it. Raises ValueError for an
    action that leads to a step that is not there, which `definition.check` tells in users' words.
    """
    region = _Region()
    machine = Machine(
        region,
        states=[*(step.name for step in workflow.steps), END],
        initial=workflow.steps[0].name,
        transitions=_transitions(workflow),
        auto_transitions=False,
    )
    moves: dict[tuple[str, str], str | None] = {}
    start = region.state
    waiting, seen = deque([start]), {start}
    while waiting:
        source = waiting.popleft()
        for trigger in machine.get_triggers(source):
            machine.set_state(source)
            machine.events[trigger].trigger(region)
            _, action = trigger.split("/")
            moves[source, action] = None if region.state == END else region.state
            if region.state not in seen:
                seen.add(region.state)
                waiting.append(region.state)
    return Table(start=start, moves=moves)


def _transitions(workflow: Workflow) -> list[dict[str, Any]]:
    return [
        {"trigger": f"{step.name}/{action.name}", "source": step.name, "dest": action.to or END}
        for step in workflow.steps
        for action in step.actions
    ]
