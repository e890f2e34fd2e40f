"""What stands in brackets behind an action: under which conditions, for what it waits, which regions open again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zeroerror.model.workflow import Action, Condition, Workflow
from zeroerror.text import Language, say, shown


def noted(workflow: Workflow, action: Action, language: Language) -> str:
    """All of it in one pair of brackets, or nothing."""
    found = list(_notes(workflow, action, language))
    return said("picture.noted", language, notes=found) if found else ""


def said(code: str, language: Language, **params: Any) -> str:
    """What a code says, with its parameters by name."""
    return say(code, params, language)


def _notes(workflow: Workflow, action: Action, language: Language) -> Iterator[str]:
    for each in action.conditions:
        yield shown(_condition(workflow, each, language))
    if action.waits:
        yield said("picture.waits", language)
    group = workflow.group(action.to)
    if group is not None and action.reopens:
        titles = [shown(each.title) for each in group.regions if each.name in action.reopens]
        yield said("picture.reopens", language, regions=titles)


def _condition(workflow: Workflow, condition: Condition, language: Language) -> str:
    field = workflow.field(condition.field)
    value = condition.value if isinstance(condition.value, tuple) else (condition.value or "",)
    title = condition.field if field is None else field.title
    return said(f"picture.when_{condition.test}", language, field=title, value=list(value))
