"""Checks across definitions: what an action opens is there, is given what it needs, and never opens its opener again.

A definition is sound by itself or not, wherever it stands; this is asked of it among the others, those in its
directory or those in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from zeroerror.definition.graph import from_start, shown
from zeroerror.definition.where import Where
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Action, FormField, Opens, Step, Workflow

#: The definition of that id, as far as there is one.
Known = Callable[[str], Workflow | None]
#: Where something is said of what is opened.
_Place = tuple[str | int, ...]


def check_opened(workflow: Workflow, known: Known, where: Where) -> Iterator[Problem]:
    """Every problem with what a definition opens, among the definitions that are known."""
    for step in workflow.steps:
        for action in step.actions:
            if action.opens is None:
                continue
            base = ("steps", step.name, "actions", action.name, "opens")
            child = known(action.opens.workflow)
            if child is None:
                params = {"action": action.name, "workflow": action.opens.workflow}
                yield Problem("definition.opens_unknown", params, where(*base, "workflow"))
                continue
            if child.opened_by == "machine":
                params = {"action": action.name, "workflow": child.id}
                yield Problem("definition.opens_machine", params, where(*base, "workflow"))
            circle = _circle(workflow.id, child, known)
            if circle is not None:
                params = {"action": action.name, "path": " → ".join(circle)}
                yield Problem("definition.opens_cyclic", params, where(*base, "workflow"))
            yield from _given(workflow, step, action, action.opens, child, where)


def _circle(id: str, child: Workflow, known: Known) -> tuple[str, ...] | None:
    """The way from a definition back to itself through what is opened; None where there is none."""
    waiting: list[tuple[Workflow, tuple[str, ...]]] = [(child, (id, child.id))]
    seen: set[str] = set()
    while waiting:
        here, way = waiting.pop(0)
        if here.id == id:
            return way
        if here.id in seen:
            continue
        seen.add(here.id)
        for name in here.opens:
            further = known(name)
            if name == id:
                return (*way, id)
            if further is not None:
                waiting.append((further, (*way, name)))
    return None


def _given(
    workflow: Workflow, step: Step, action: Action, opens: Opens, child: Workflow, where: Where
) -> Iterator[Problem]:
    """What the child's form is given is in it, once, of the right kind, and enough."""
    base: _Place = ("steps", step.name, "actions", action.name, "opens")
    said: dict[str, _Place] = {}
    for name, path in _said(opens):
        field, told = child.field(name), list[Problem]()
        if field is None:
            known = [each.name for each in child.fields]
            params = {"field": name, "workflow": child.id, "known": known}
            told.append(Problem("definition.opens_unknown_field", params))
        elif name in said:
            told.append(Problem("definition.opens_twice", {"field": name, "first": said[name][0]}))
        elif path[0] == "set":
            told += _set(field, dict(opens.set)[name])
        elif path[0] == "copy":
            told += _copied(workflow, step, action, field)
        # The line is asked for only where something is said: to know it, the file may have to be read again.
        yield from (replace(each, where=where(*base, *path)) for each in told)
        said.setdefault(name, path)
    for field in child.fields:
        if field.required and field.name not in said:
            params = {"action": action.name, "field": field.name, "workflow": child.id}
            yield Problem("definition.opens_without", params, where(*base))


def _said(opens: Opens) -> Iterator[tuple[str, _Place]]:
    yield from ((name, ("each", place)) for place, name in enumerate(opens.each))
    yield from ((name, ("set", name)) for name, _ in opens.set)
    yield from ((name, ("copy", place)) for place, name in enumerate(opens.copy))


def _set(field: FormField, value: str) -> Iterator[Problem]:
    """What is the same in all stands in a definition for everybody to read, so its field is plain."""
    if not field.plain:
        yield Problem("definition.field_not_plain", {"field": field.name})
    elif field.type == "choice" and value not in field.choices:
        params = {"field": field.name, "value": value, "known": list(field.choices)}
        yield Problem("definition.unknown_choice", params)


def _copied(workflow: Workflow, step: Step, action: Action, field: FormField) -> Iterator[Problem]:
    """What is taken over is of the same kind in both forms, and is filled in by then where it is needed."""
    own = workflow.field(field.name)
    if own is None:
        return
    if (own.type, own.plain) != (field.type, field.plain) or not set(own.choices) <= set(field.choices):
        yield Problem("definition.copy_differs", {"field": field.name, "workflow": workflow.id})
    filled = own.required or field.name in action.require
    if not field.required or filled:
        return
    found = from_start(workflow, lambda _, each: field.name not in each.require)
    if step.name in found:
        params = {"field": field.name, "path": shown(found[step.name], step.name)}
        yield Problem("definition.copy_may_be_unset", params)
