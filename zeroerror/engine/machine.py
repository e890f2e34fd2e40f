"""A definition as a state machine: walked once, frozen into a table, drawn as a picture.

The only import of `transitions`. It is not given conditions, guards or callbacks, because in 0.9.3 a failing
callback leaves the state changed and a false condition is passed over in silence: it says where an action
leads, and `decide` alone says whether it may be taken. One flat machine is built for each region; today a
definition has one.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from transitions import Machine, State
from transitions.extensions import GraphMachine

from zeroerror.model.limit import limit_text
from zeroerror.model.workflow import LimitChoice, LimitSpec, Owner, Step, Table, Workflow

#: The state in which a region has ended. No step can have this name.
END = "/end"

#: Mermaid's sign for it.
_END_NODE = "[*]"

#: What Mermaid would read as markup in a label.
_ESCAPES = {ord(sign): f"#{ord(sign)};" for sign in '#";:<>{}|`\\'}


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


class _TitledState(State):
    """A state that the picture calls by its title."""

    def __init__(self, name: str, label: str = "", **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.label = label


class _Picture(GraphMachine):
    state_cls = _TitledState


def mermaid(workflow: Workflow) -> str:
    """The picture of a definition as Mermaid text, the same for equal definitions.

    Each step shows its title, who owes it and its limit, as the definition names them.
    """
    machine = _Picture(
        _Region(),
        states=[
            *({"name": _node(step.name), "label": _label(workflow, step)} for step in workflow.steps),
            {"name": _END_NODE, "label": _END_NODE},
        ],
        initial=_node(workflow.steps[0].name),
        transitions=[
            {
                "trigger": f"{step.name}/{action.name}",
                "source": _node(step.name),
                "dest": _node(action.to) if action.to else _END_NODE,
                "label": _escaped(action.title),
            }
            for step in workflow.steps
            for action in step.actions
        ],
        auto_transitions=False,
        graph_engine="mermaid",
    )
    drawn = str(machine.get_combined_graph(title=f'title: "{_escaped(workflow.title)}"').draw(None))
    lines = [line.rstrip() for line in drawn.splitlines()]
    # The colours would mark the first step as the one that is open now; and the sign of the end is Mermaid's
    # own, drawn to, but not declared.
    passed_over = ("  classDef ", "  Class ", f'  state "{_END_NODE}" as')
    return "\n".join(line for line in lines if not line.startswith(passed_over)) + "\n"


def _node(step: str) -> str:
    # Prefixed, because a step may be called `end` or `state`, which are words of Mermaid's.
    return f"step_{step}"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _label(workflow: Workflow, step: Step) -> str:
    parts = [step.title, _owner(workflow, step.owner), _limit(workflow, step.limit)]
    return "<br/>".join(_escaped(part) for part in parts if part)


def _owner(workflow: Workflow, owner: Owner) -> str:
    name = owner.name
    if owner.kind == "doer":
        name = next((step.title for step in workflow.steps if step.name == name), name)
    if owner.kind == "field":
        name = next((field.title for field in workflow.fields if field.name == name), name)
    return name if owner.office is None else f"{owner.office} {name}"


def _limit(workflow: Workflow, limit: LimitSpec | None) -> str:
    if limit is None:
        return ""
    if isinstance(limit, LimitChoice):
        field = workflow.field(limit.field)
        known = [choice for choice in (field.choices if field else ()) if choice in limit.choices]
        return " / ".join(f"{choice} {_limit(workflow, limit.choices[choice])}" for choice in known)
    text = limit_text(limit)
    return text if isinstance(text, str) else " ".join(f"{key} {value}" for key, value in text.items())
