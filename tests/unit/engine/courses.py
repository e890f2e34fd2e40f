"""One task moved by what the engine says follows each action, for holding it against the walk of the product."""

from __future__ import annotations

from datetime import UTC, datetime

from zeroerror.definition.product import ENDED, NOWHERE, Standing
from zeroerror.engine.facts import Definition
from zeroerror.engine.onward import onward, starts
from zeroerror.model.command import MACHINE
from zeroerror.model.event import Event, Stamp
from zeroerror.model.fold import evolve
from zeroerror.model.workflow import JOIN, Workflow

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
_DUE = {"due_at": None, "warn_at": None, "provisional": False}
_OWN = {"kind": "own", "for": None}


class Course:
    """One task, moved by what the engine says follows each action."""

    def __init__(self, definition: Definition) -> None:
        self.definition, self.index = definition, 0
        body = {"task": "BS-1", "workflow": "w", "digest": "d", "family": "handling", "office": "o"}
        more = {"opener": "a", "fields": {}, "sealed": {}, "due_at": None}
        self.task = evolve(None, Event("BS-1", "task_opened", body | more), self.stamp())
        self.enter(starts(definition.table, definition.table.start))

    def stamp(self) -> Stamp:
        self.index += 1
        return Stamp(self.index, AT, "a", MACHINE, "", self.index)

    def write(self, kind: str, **body: object) -> None:
        self.task = evolve(self.task, Event("BS-1", kind, body), self.stamp())

    def enter(self, steps: tuple[str, ...]) -> None:
        for step in steps:
            visit = self.task.times_entered(step) + 1
            body = {"step": step, "visit": visit, "owner": "person", "person": "a", "capacity": _OWN}
            self.write("step_entered", **body, **_DUE)

    def take(self, step: str, action: str) -> None:
        visit = next(each for each in self.task.open_visits() if each.step == step)
        after = onward(self.task, visit, self.definition, action)
        place = {"step": step, "visit": visit.visit}
        self.write("step_left", **place, action=action, outcome="done", doer="a", capacity=_OWN)
        for each in after.released:
            self.write("step_released", step=each.step, visit=each.visit, why=step)
        self.enter(after.entered)
        if after.ends is not None:
            self.write("task_closed", status="closed", outcome=after.ends)


def is_open(workflow: Workflow, standing: Standing) -> set[str]:
    """The steps that are open in a standing of the product."""
    group = workflow.group(standing.at)
    if group is None:
        return set() if standing.at == ENDED else {standing.at}
    names = [(each.name, region.name) for each in workflow.groups for region in each.regions]
    stand = dict(zip(names, standing.regions, strict=True))
    at = {stand[group.name, each.name] for each in group.regions}
    return at - {NOWHERE, JOIN}
