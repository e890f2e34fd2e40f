"""Checks of limits along the ways a task can go: whether the whole can be in time, and what a return does to a date."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

from zeroerror.definition.fields import DATES
from zeroerror.definition.graph import Path, come_to, from_start, opened, reached, shown
from zeroerror.definition.strict_yaml import Where
from zeroerror.model.limit import Limit, limit_text
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Action, Group, LimitChoice, LimitSpec, Step, Workflow

#: Hours of a working day, at the most and for comparing only: offices here work seven to eight.
_HOURS = 8
#: Calendar days of a week and the working days among them; a month has at least and at most so many of these.
_WEEK, _WORKED = 7, 5
_MONTH_LEAST, _MONTH_MOST = 15, 23


def the_whole_can_be_in_time(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Where everybody takes the time that he has, the shortest way to being done is within the overall limit.

    Reckoned in favour of the definition: unlike units are compared at their most generous, and a date from
    the form is no span. Longer ways may well exceed it; that they may is for the office to decide.
    """
    for choice, overall in _overall(workflow):
        most = _hours(overall, most=True)
        if most is None:
            continue
        found = _shortest(workflow, choice)
        if found is not None and found[0] > most:
            params = {
                "limit": limit_text(overall),
                "days": -(-found[0] // _HOURS),
                "choice": choice or "",
                "path": shown(found[1], "✓"),
            }
            path = ("limit",) if choice is None else ("limit", choice)
            yield Problem("definition.limit_exceeded", params, where(*path))


def _overall(workflow: Workflow) -> Iterator[tuple[str | None, Limit]]:
    if isinstance(workflow.limit, LimitChoice):
        yield from workflow.limit.choices.items()
    elif workflow.limit is not None:
        yield None, workflow.limit


def _shortest(workflow: Workflow, choice: str | None) -> tuple[int, Path] | None:
    """The least time, in hours, in which a task can be done if every step takes its limit, and that way."""
    return _Spans(workflow, choice).to_done(0, (), workflow.start, ())


class _Spans:
    """The least that ways take, for one choice of the field on which the overall limit depends."""

    def __init__(self, workflow: Workflow, choice: str | None) -> None:
        self.workflow, self.choice = workflow, choice
        self.field = workflow.limit.field if isinstance(workflow.limit, LimitChoice) else None
        self.waiting: list[tuple[int, int, str, Path]] = []

    def to_done(
        self, hours: int, path: Path, target: str | None, reopens: tuple[str, ...]
    ) -> tuple[int, Path] | None:
        """The shortest from where something leads to the task's being done."""
        self._come(hours, path, target, reopens, ends=False)
        passed: set[str] = set()
        while self.waiting:
            hours, _, name, path = heappop(self.waiting)
            if name == "":
                return hours, path
            if name not in passed:
                passed.add(name)
                step = self.workflow.step(name)
                for action in step.actions:
                    if not action.joins:
                        ends = action.ends and action.outcome == "done"
                        further = (*path, (name, action.name))
                        self._come(hours + self._limit(step), further, action.to, action.reopens, ends=ends)
        return None

    def _come(
        self, hours: int, path: Path, target: str | None, reopens: tuple[str, ...], *, ends: bool
    ) -> None:
        if ends:
            heappush(self.waiting, (hours, len(path), "", path))
        for step in come_to(self.workflow, target, reopens):
            heappush(self.waiting, (hours, len(path), step, path))
        group = self.workflow.group(target)
        if group is not None:
            # A join waits for the longest of its regions.
            took = [self._region(group, step) for step in opened(group, reopens)]
            if None not in took:
                longest = max((each for each in took if each is not None), key=lambda each: each[0])
                done = group.to is None and group.outcome == "done"
                self._come(hours + longest[0], (*path, *longest[1]), group.to, (), ends=done)

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
                    heappush(waiting, (hours + self._limit(step), len(further), target, further))
        return None

    def _limit(self, step: Step) -> int:
        return _least(step.limit, self.field, self.choice)


def _least(spec: LimitSpec | None, field: str | None, choice: str | None) -> int:
    """The least that a step's limit may be for that choice, in hours."""
    if isinstance(spec, LimitChoice):
        if spec.field == field:
            return _least(spec.choices.get(choice or ""), field, choice)
        return min((_least(each, field, choice) for each in spec.choices.values()), default=0)
    return 0 if spec is None else _hours(spec, most=False) or 0


def _hours(limit: Limit, *, most: bool) -> int | None:
    """A limit's length in working hours, at the most or at the least; None where it has none."""
    if limit.unit == "wh":
        return limit.count
    if limit.unit == "wd":
        return limit.count * _HOURS
    if limit.unit == "d":
        weeks, rest = divmod(limit.count, _WEEK)
        # Feast days can take a week of work out of any span, and make-up days put one in.
        return (
            (weeks * _WORKED + min(rest, _WORKED) + _WORKED) * _HOURS
            if most
            else max(0, weeks - 1) * _WORKED * _HOURS
        )
    if limit.unit == "mo":
        return limit.count * (_MONTH_MOST if most else _MONTH_LEAST) * _HOURS
    if limit.unit == "same_day":
        return _HOURS if most else 0
    return None


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
