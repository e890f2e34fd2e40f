"""Guards by name and version: each yields every reason why an action may not be taken (design §4).

A definition names them; none is ever an expression. Another version of a guard is another function, because
a ledger is decided again by the guards that held when it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from zeroerror.model.instant import from_text
from zeroerror.model.problem import Reason
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import CHILDREN_ENDED, NOT_IN_FUTURE, Action, Condition, Guard, Workflow


@dataclass(frozen=True, slots=True)
class Attempt:
    """An action as somebody means to take it, with the fields as they would then stand."""

    workflow: Workflow
    task: Task
    visit: Visit
    action: Action
    #: Whose act it is: for a paper signature, who signed.
    doer: str
    #: Plain values.
    fields: Mapping[str, str]
    #: Names of every field that would be filled.
    filled: frozenset[str]
    attachments: int
    #: When it is done, in the institution's zone: for what is recorded afterwards, when it was done.
    at: datetime
    #: The tasks opened by this one's actions that have not ended, in words; asked only where an action waits.
    children: tuple[str, ...] = ()


def reasons(attempt: Attempt) -> Iterator[Reason]:
    """Every reason that guards, conditions and evidence give against an attempt."""
    yield from _required(attempt)
    for condition in attempt.action.conditions:
        if not holds(condition, attempt.fields, attempt.filled):
            yield Reason(
                "engine.condition",
                {"action": attempt.action.title, "field": attempt.workflow.field_title(condition.field)},
            )
    if attempt.attachments < attempt.action.evidence:
        yield Reason("engine.evidence", {"needed": attempt.action.evidence, "attached": attempt.attachments})
    for guard in attempt.action.guards:
        yield from GUARDS[guard.name, guard.version](attempt, guard)


def holds(condition: Condition, fields: Mapping[str, str], filled: frozenset[str]) -> bool:
    """Whether a condition holds for these fields; one over a field that is not filled does not."""
    if condition.test == "filled":
        return condition.field in filled
    value = fields.get(condition.field)
    if value is None or condition.value is None:
        return False
    if condition.test == "in":
        return value in condition.value
    wanted = str(condition.value)
    if condition.test == "equals":
        return value == wanted
    try:
        left, right = Decimal(value), Decimal(wanted)
    except InvalidOperation:
        # Dates in ISO form order as text does.
        return value >= wanted if condition.test == "at_least" else value < wanted
    return left >= right if condition.test == "at_least" else left < right


def _required(attempt: Attempt) -> Iterator[Reason]:
    for name in attempt.action.require:
        if name not in attempt.filled:
            yield Reason("engine.field_missing", {"field": name, "title": attempt.workflow.field_title(name)})


def _four_eyes(attempt: Attempt, guard: Guard) -> Iterator[Reason]:
    for step in guard.steps:
        if attempt.task.doer_of(step) == attempt.doer:
            yield Reason("engine.four_eyes", {"step": attempt.workflow.step(step).title})


def _fields(attempt: Attempt, guard: Guard) -> Iterator[Reason]:
    yield from (
        Reason("engine.field_missing", {"field": each.name, "title": each.title})
        for each in attempt.workflow.fields
        if each.required and each.name not in attempt.filled
    )


def _evidence(attempt: Attempt, guard: Guard) -> Iterator[Reason]:
    if attempt.attachments == 0:
        yield Reason("engine.evidence", {"needed": 1, "attached": 0})


def _children_ended(attempt: Attempt, guard: Guard) -> Iterator[Reason]:
    if attempt.children:
        step = attempt.workflow.step(attempt.visit.step)
        ways = [each.title for each in step.actions if not each.waits]
        yield Reason("engine.children_open", {"children": list(attempt.children), "ways": ways})


def _not_in_future(attempt: Attempt, guard: Guard) -> Iterator[Reason]:
    """A date is in the future from the next day on, an instant from the next microsecond on; an empty field is not."""
    today = attempt.at.date().isoformat()
    for name in guard.fields:
        text = attempt.fields.get(name, "")
        if from_text(text) > attempt.at if "T" in text else text > today:
            told = {"field": name, "title": attempt.workflow.field_title(name), "value": text, "today": today}
            yield Reason("engine.date_in_future", told)


GUARDS: Mapping[tuple[str, int], Callable[[Attempt, Guard], Iterator[Reason]]] = {
    ("four_eyes", 1): _four_eyes,
    ("fields", 1): _fields,
    ("evidence", 1): _evidence,
    (CHILDREN_ENDED, 1): _children_ended,
    (NOT_IN_FUTURE, 1): _not_in_future,
}
#: Guards that are asked about dates of the form.
ABOUT_FIELDS = frozenset({NOT_IN_FUTURE})
