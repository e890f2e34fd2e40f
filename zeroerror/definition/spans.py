"""Checks of limits along the ways a task can go: whether the whole can be in time."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.definition.graph import shown
from zeroerror.definition.longest import longest
from zeroerror.definition.shortest import shortest
from zeroerror.definition.where import Where
from zeroerror.model.limit import Limit, limit_text
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Action, LimitChoice, LimitSpec, Step, Workflow

#: Hours of a working day, at the most and for comparing only: offices here work seven to eight.
_HOURS = 8
#: Calendar days of a week and the working days among them; a month has at least and at most so many of these.
_WEEK, _WORKED = 7, 5
_MONTH_LEAST, _MONTH_MOST = 15, 23


@dataclass(frozen=True, slots=True)
class _Bound:
    """What the whole may take, for one choice of the field on which it depends."""

    limit: Limit
    path: tuple[str, ...]
    field: str | None = None
    choice: str | None = None

    def least(self, step: Step) -> int:
        """The least that a step's limit may be for that choice, in hours."""
        return least_of(step.limit, self.field, self.choice)

    def allows(self, action: Action) -> bool:
        """Whether an action can be taken where that was chosen."""
        for each in action.conditions:
            if each.field == self.field and each.test in ("equals", "in"):
                values = each.value if isinstance(each.value, tuple) else (each.value,)
                if self.choice not in values:
                    return False
        return True


def the_whole_can_be_in_time(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Where everybody takes the time that he has, the task is done within the overall and the statutory limit.

    By the shortest way, or nobody could keep it; and by the longest on which nothing is returned, or somebody
    is late though nobody was: for that is a warning, as the office may know that it never happens. Reckoned in
    favour of the definition: unlike units are compared at their most generous, and a date from the form is no
    span.
    """
    bounds = [
        ("definition.limit_exceeded", "definition.limit_may_be_exceeded", each) for each in _overall(workflow)
    ]
    bounds += [
        ("definition.statutory_exceeded", "definition.statutory_may_be_exceeded", each)
        for each in _statutory(workflow)
    ]
    for exceeded, may_be, bound in bounds:
        most = hours_of(bound.limit, most=True)
        if most is None:
            continue
        found, severity = shortest(workflow, bound.least), "error"
        if found is None or found[0] <= most:
            found, severity = longest(workflow, bound.least, bound.allows), "warning"
        if found is not None and found[0] > most:
            params = {
                "limit": limit_text(bound.limit),
                "days": -(-found[0] // _HOURS),
                "choice": bound.choice or "",
                "path": shown(found[1], "✓"),
            }
            code = exceeded if severity == "error" else may_be
            yield Problem(code, params, where(*bound.path), severity)


def the_law_gives_as_much_time(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """The institution's own overall limit is not longer than the statutory one."""
    for law in _statutory(workflow):
        for own in _overall(workflow):
            if law.field is not None and law.field == own.field and law.choice != own.choice:
                continue
            least, most = hours_of(own.limit, most=False), hours_of(law.limit, most=True)
            if least is not None and most is not None and least > most:
                params = {"limit": limit_text(own.limit), "statutory": limit_text(law.limit)}
                yield Problem("definition.limit_above_statutory", params, where(*own.path))


def _overall(workflow: Workflow) -> list[_Bound]:
    return _bounds(workflow.limit, ("limit",))


def _statutory(workflow: Workflow) -> list[_Bound]:
    limit = None if workflow.statutory is None else workflow.statutory.limit
    return _bounds(limit, ("statutory", "limit"))


def _bounds(spec: LimitSpec | None, path: tuple[str, ...]) -> list[_Bound]:
    if isinstance(spec, LimitChoice):
        return [_Bound(each, (*path, choice), spec.field, choice) for choice, each in spec.choices.items()]
    return [] if spec is None else [_Bound(spec, path)]


def least_of(spec: LimitSpec | None, field: str | None = None, choice: str | None = None) -> int:
    """The least that a step's limit may be for that choice, in hours."""
    if isinstance(spec, LimitChoice):
        if spec.field == field:
            return least_of(spec.choices.get(choice or ""), field, choice)
        return min((least_of(each, field, choice) for each in spec.choices.values()), default=0)
    return 0 if spec is None else hours_of(spec, most=False) or 0


def hours_of(limit: Limit, *, most: bool) -> int | None:
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
