"""Where an action leads, with regions: what is entered, what is released, and whether the join has been come to.

A group is left when each of its regions has ended, which is counted from the visits themselves: of a region
the latest visit that was not taken back says where it stands. What leaves a group releases the steps of it that
are still open: they are owed no longer, and whoever owed them is not blamed for what falls due afterwards,
but what had fallen due before stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from zeroerror.engine import votes
from zeroerror.engine.consents import opened, unsigned
from zeroerror.engine.entering import entered
from zeroerror.engine.facts import Definition
from zeroerror.engine.rounds import Form
from zeroerror.model.event import Event
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import JOIN, SIGN, Joining, Table


@dataclass(frozen=True, slots=True)
class Onward:
    """What follows an act: the visits that are released, what is entered, and how the task ends, if it does."""

    released: tuple[Visit, ...]
    entered: tuple[str, ...]
    ends: str | None = None


def led(task: Task, visit: Visit, definition: Definition, action: str, form: Form) -> Onward:
    """Where an action really leads: past a countersigning in which nobody is left to be asked."""
    found, passed = onward(task, visit, definition, action), set[str]()
    while len(found.entered) == 1:
        name = found.entered[0]
        step = definition.workflow.step(name)
        if step.consent is None or name in passed or unsigned(task, step, form):
            return found
        passed.add(name)
        after = onward(task, replace(visit, step=name), definition, SIGN)
        released = tuple(each for each in after.released if each != visit)
        found = Onward((*found.released, *released), after.entered, after.ends)
    return found


def onward(task: Task, visit: Visit, definition: Definition, action: str) -> Onward:
    """Where taking an action in a visit leads, as the table has it."""
    table, workflow = definition.table, definition.workflow
    target = table.moves[visit.step, action]
    taken = workflow.step(visit.step).action(action)
    assert taken is not None, "the table has the definition's own actions"
    within = table.group_of(visit.step) if table.groups else None
    if within is None:
        return _to(table, target, taken.reopens, taken.outcome)
    group = table.groups[within]
    if target == JOIN:
        if not _all_ended(task, table, group, group.regions[visit.step]):
            return Onward((), ())
        joined = workflow.group(within)
        assert joined is not None, "the table has the definition's own groups"
        return _to(table, group.to, (), joined.outcome)
    if target is not None and target in group.regions:
        return Onward((), (target,))
    others = tuple(each for each in task.open_visits() if each.step in group.regions and each != visit)
    if target == within and taken.reopens:
        # The other regions are left as they are: those that have ended stay so, and the open ones stay open.
        others = tuple(each for each in others if group.regions[each.step] in taken.reopens)
    found = _to(table, target, taken.reopens, taken.outcome)
    return Onward(others, found.entered, found.ends)


def starts(table: Table, name: str, reopens: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The steps that are entered where something leads to that step or group."""
    group = table.groups.get(name)
    if group is None:
        return (name,)
    return tuple(start for region, start in group.starts.items() if not reopens or region in reopens)


def ended(task: Task, table: Table, group: Joining) -> set[str]:
    """The regions of a group that have ended and were not opened again."""
    last: dict[str, Visit] = {}
    for visit in task.visits:
        # What was taken back has never been.
        if visit.step in group.regions and visit.status != "withdrawn":
            last[group.regions[visit.step]] = visit
    return {
        region
        for region, visit in last.items()
        if not visit.open and table.moves.get((visit.step, visit.action or "")) == JOIN
    }


def released(task: Task, visit: Visit, why: str) -> Event:
    """The event of a step that nobody owes any more, because another region's act has left the group."""
    return Event(task.id, "step_released", {"step": visit.step, "visit": visit.visit, "why": why})


def entries(
    task: Task,
    definition: Definition,
    steps: tuple[str, ...],
    form: Form,
) -> Iterator[Event]:
    """The events of the steps that are entered side by side; of one in which several are asked, each one's."""
    for name in steps:
        step = definition.workflow.step(name)
        if step.consent is not None:
            yield from opened(task, definition, step, form)
            continue
        if step.balloted is not None:
            yield from votes.opened(task, definition, step, form)
            continue
        yield entered(
            task,
            definition.workflow,
            name,
            facts=form.facts,
            at=form.at,
            fields=form.fields,
            doers=form.doers,
        )


def closed(task: Task, outcome: str, at: datetime) -> Event:
    """The event of a task that ends."""
    status = "cancelled" if outcome == "cancelled" else "closed"
    return Event(task.id, "task_closed", {"status": status, "outcome": outcome, "closed_at": to_text(at)})


def _to(table: Table, target: str | None, reopens: tuple[str, ...], outcome: str) -> Onward:
    return Onward((), (), outcome) if target is None else Onward((), starts(table, target, reopens))


def _all_ended(task: Task, table: Table, group: Joining, ending: str) -> bool:
    return ended(task, table, group) | {ending} >= set(group.starts)
