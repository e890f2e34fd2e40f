"""Checks of conditions: their values fit, every action can be taken some day, and nobody is stuck.

What a field may say is cut into the few cases that the conditions of a step tell apart: below, at and
between the amounts and dates they name; each choice; what they name and anything else; and nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import product
from math import prod

from zeroerror.definition.fields import ORDERED
from zeroerror.definition.graph import from_start, shown
from zeroerror.definition.where import Where
from zeroerror.model.instant import from_text
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Action, Condition, FormField, Step, Workflow

#: More cases than this are not gone through: no office writes such a step, and a check must end.
CASES_MAX = 20_000


def values_fit_their_fields(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """What a condition compares with is something that its field could say."""
    for step in workflow.steps:
        for action in step.actions:
            for place, condition in enumerate(action.conditions):
                field = workflow.field(condition.field)
                if field is None:
                    continue
                here = where("steps", step.name, "actions", action.name, "when", place)
                for value in _values(condition):
                    if field.type == "choice" and value not in field.choices:
                        params = {"field": field.name, "value": value, "known": list(field.choices)}
                        yield Problem("definition.unknown_choice", params, here)
                    elif field.type in ORDERED and _key(field, value) is None:
                        params = {"field": field.name, "value": value, "type": field.type}
                        yield Problem("definition.value_type", params, here)


def actions_can_be_taken(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """The conditions of an action do not contradict each other."""
    for step in workflow.steps:
        for action in step.actions:
            scales = _scales(workflow, action.conditions)
            if scales is None or any(_all_hold(action, case) for case in _cases(scales)):
                continue
            params = {"step": step.name, "action": action.name}
            path = ("steps", step.name, "actions", action.name, "when")
            yield Problem("definition.never_holds", params, where(*path))


def some_action_always_can(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Whatever the form says, a step has an action whose conditions hold."""
    found = from_start(workflow)
    for step in workflow.steps:
        case = _stuck(workflow, step)
        if case is not None:
            said = ", ".join(f"{field} {text}" for field, text in case)
            params = {"step": step.name, "case": said, "path": shown(found.get(step.name, ()), step.name)}
            yield Problem("definition.stuck", params, where("steps", step.name, "actions"))


def _stuck(workflow: Workflow, step: Step) -> list[tuple[str, str]] | None:
    """A case in which no action of a step can be taken; None where there is none."""
    if not step.actions or not all(action.conditions for action in step.actions):
        return None
    scales = _scales(workflow, [each for action in step.actions for each in action.conditions])
    if scales is None:
        return None
    for case in _cases(scales):
        if not any(_all_hold(action, case) for action in step.actions):
            return [(name, scale.text(point)) for name, (scale, point) in case.items()]
    return None


@dataclass(frozen=True, slots=True)
class _Scale:
    """The cases of one field: where each value that a condition names stands, and every point there is."""

    ranks: Mapping[str, int]
    points: tuple[int | None, ...]

    def text(self, point: int | None) -> str:
        """A point for people: a value, below or above one, `…` for what no condition names, `—` for nothing."""
        if point is None:
            return "= —"
        named = {rank: value for value, rank in self.ranks.items()}
        if point in named:
            return f"= {named[point]}"
        if point < 0:
            return "= …"
        return f"< {named[point + 1]}" if point + 1 in named else f"> {named[point - 1]}"


_Case = Mapping[str, tuple[_Scale, int | None]]


def _scales(
    workflow: Workflow, conditions: tuple[Condition, ...] | list[Condition]
) -> dict[str, _Scale] | None:
    """The scale of every field they read; None where a value or field is wrong, or the cases are too many."""
    values: dict[str, list[str]] = {}
    for condition in conditions:
        values.setdefault(condition.field, []).extend(_values(condition))
    scales: dict[str, _Scale] = {}
    for name, named in values.items():
        field = workflow.field(name)
        scale = None if field is None else _scale(field, named)
        if scale is None:
            return None
        scales[name] = scale
    return scales if prod(len(scale.points) for scale in scales.values()) <= CASES_MAX else None


def _scale(field: FormField, named: list[str]) -> _Scale | None:
    empty: tuple[int | None, ...] = () if field.required else (None,)
    if field.type in ORDERED:
        keys = {value: _key(field, value) for value in named}
        if None in keys.values():
            return None
        order = sorted({key for key in keys.values() if key is not None})
        ranks = {value: 2 * order.index(key) + 1 for value, key in keys.items() if key is not None}
        return _Scale(ranks, (*range(2 * len(order) + 1), *empty))
    if field.type == "choice":
        if not set(named) <= set(field.choices):
            return None
        ranks = {choice: place for place, choice in enumerate(field.choices)}
        return _Scale(ranks, (*ranks.values(), *empty))
    ranks = {value: place for place, value in enumerate(dict.fromkeys(named))}
    return _Scale(ranks, (*ranks.values(), -1, *empty))


def _cases(scales: Mapping[str, _Scale]) -> Iterator[_Case]:
    for points in product(*(scale.points for scale in scales.values())):
        yield {name: (scale, point) for (name, scale), point in zip(scales.items(), points, strict=True)}


def _all_hold(action: Action, case: _Case) -> bool:
    return all(_holds(condition, *case[condition.field]) for condition in action.conditions)


def _holds(condition: Condition, scale: _Scale, point: int | None) -> bool:
    if point is None:
        return False
    ranks = [scale.ranks[value] for value in _values(condition)]
    if condition.test == "at_least":
        return point >= ranks[0]
    if condition.test == "below":
        return point < ranks[0]
    return condition.test == "filled" or point in ranks


def _values(condition: Condition) -> tuple[str, ...]:
    if condition.value is None:
        return ()
    return (condition.value,) if isinstance(condition.value, str) else condition.value


def _key(field: FormField, value: str) -> Decimal | None:
    """Where a value stands among others of its type; None where it is not of that type."""
    try:
        if field.type == "date":
            return Decimal(date.fromisoformat(value).toordinal()) if len(value) == 10 else None
        if field.type == "instant":
            return Decimal(str(from_text(value).timestamp()))
        number = Decimal(value)
    except (ValueError, InvalidOperation):
        return None
    whole = field.type == "integer"
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > 0 or exponent < (0 if whole else -2):
        return None
    return number
