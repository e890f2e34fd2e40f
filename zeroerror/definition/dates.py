"""Checks of dates from the form: that none is over, nobody having been late, before who is due on it comes to act."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.definition.fields import DATES
from zeroerror.definition.graph import Path, come_to, from_start, reached, shown
from zeroerror.definition.spans import hours_of, least_of
from zeroerror.definition.where import Where
from zeroerror.model.limit import Limit
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Action, Step, Workflow

#: Outcomes of what goes back: how often that happens, and when, no definition can say.
_BACK = ("returned", "failed")


def dates_come_in_turn(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Where two steps count from one date, the later is not due before the earlier has used its time.

    Otherwise whoever does the later one is late though nobody was. A warning, because whether it comes to that
    depends on the day on which the earlier is really done. A way on which something is returned, or on which a
    new date is asked for, is not followed.
    """
    for target in workflow.steps:
        field = _date(workflow, target)
        if field is None:
            continue
        found = [
            (len(path), step.name, path)
            for step in workflow.steps
            if step != target and _date(workflow, step) == field
            for path in _uses_up(workflow, step, target, field)
        ]
        if found:
            _, name, path = min(found)
            there = from_start(workflow).get(name, ())
            way = shown((*there, *path), target.name)
            params = {"step": name, "target": target.name, "field": field, "path": way}
            place = where("steps", target.name, "limit")
            yield Problem("definition.date_over_before", params, place, "warning")


def _uses_up(workflow: Workflow, step: Step, target: Step, field: str) -> Iterator[Path]:
    """The way from a step to another by which that one's date is over when it is come to, if there is such."""
    if step.name not in from_start(workflow) or _goes_back(workflow, step, target.name):
        return
    ways = reached(
        workflow, step.name, lambda _, action: action.outcome not in _BACK and field not in action.require
    )
    path = ways.get(target.name, ())
    between = sum(least_of(workflow.step(name).limit) for name, _ in path[1:])
    over = _before(step, most=True) - between <= _before(target, most=False)
    if path and (over or step.limit == target.limit):
        yield path


def _before(step: Step, *, most: bool) -> int:
    """How many working hours before its date a step is due, at the most or at the least."""
    by = step.limit.by if isinstance(step.limit, Limit) else None
    return 0 if by is None else hours_of(by, most=most) or 0


def returns_give_time(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """A return does not lead to a step whose date has come: where it goes back to before a date, it asks for a new one.

    Limits that are spans run anew with each visit; a date stays where it is. It has certainly come where
    every way from the step that is returned to leads through one that is due on that very date.
    """
    for step in workflow.steps:
        for action in step.actions:
            for target in come_to(workflow, action.to, action.reopens):
                field = _date(workflow, workflow.step(target))
                if field is None or field in action.require or not _goes_back(workflow, step, target):
                    continue
                if not _has_come(workflow, target, step, field):
                    continue
                there = from_start(workflow).get(step.name, ())
                params = {
                    "step": step.name,
                    "action": action.name,
                    "target": target,
                    "field": field,
                    "path": shown((*there, (step.name, action.name)), target),
                }
                path = ("steps", step.name, "actions", action.name)
                yield Problem("definition.return_without_time", params, where(*path))
                break


def _date(workflow: Workflow, step: Step) -> str | None:
    """The field whose date a step's limit depends on."""
    field = (
        None
        if not isinstance(step.limit, Limit) or step.limit.field is None
        else workflow.field(step.limit.field)
    )
    return field.name if field is not None and field.type in DATES else None


def _goes_back(workflow: Workflow, step: Step, target: str) -> bool:
    """Whether every way to a step has led through the target."""
    return step.name == target or step.name not in from_start(
        workflow, lambda source, _: source.name != target
    )


def _has_come(workflow: Workflow, target: str, step: Step, field: str) -> bool:
    def before(source: Step, action: Action) -> bool:
        return not _is_due_on(source, field) and field not in action.require

    return _is_due_on(step, field) or step.name not in reached(workflow, target, before)


def _is_due_on(step: Step, field: str) -> bool:
    limit = step.limit
    return isinstance(limit, Limit) and limit.unit == "at" and limit.field == field
