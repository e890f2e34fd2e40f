"""Checks of the form: what is read from it is there, of the right type, in the leaf, and filled in time."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.definition.effects import placed
from zeroerror.definition.graph import from_start, owners, shown
from zeroerror.definition.where import Where
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import LimitChoice, LimitSpec, Owner, Step, Workflow

PathParts = tuple[str | int, ...]

DATES = ("date", "instant")
#: The types of which one can say more or less.
ORDERED = ("amount", "integer", *DATES)


@dataclass(frozen=True, slots=True)
class Reading:
    """A place where the machine reads a field of the form."""

    field: str
    path: PathParts
    #: Types that make sense there; empty: any.
    types: tuple[str, ...] = ()
    #: The step on whose entry it is read; None for the opening, or where it may be empty.
    step: str | None = None
    on_entry: bool = False


def choices_belong_to_choice_fields(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """A choice has choices, and nothing else has."""
    for field in workflow.fields:
        if field.type == "choice" and not field.choices:
            yield Problem("definition.choices_missing", {"field": field.name}, where("fields", field.name))
        elif field.type != "choice" and field.choices:
            path = ("fields", field.name, "choices")
            params = {"field": field.name, "type": field.type}
            yield Problem("definition.choices_unused", params, where(*path))


def only_dates_are_relayed(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """What comes from above or from outside is a date, and a choice of that field says so."""
    for field in workflow.fields:
        if field.relayed is None:
            continue
        path = ("fields", field.name, "relayed")
        if field.type not in DATES:
            params = {"field": field.name, "type": field.type, "wanted": list(DATES)}
            yield Problem("definition.field_type", params, where(*path))
        told = workflow.field(field.relayed.field)
        for choice in field.relayed.choices:
            if told is not None and told.choices and choice not in told.choices:
                known = {"field": told.name, "value": choice, "known": list(told.choices)}
                yield Problem("definition.unknown_choice", known, where(*path, told.name))


def fields_named_are_there(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Whatever names a field names one of the form."""
    known = [field.name for field in workflow.fields]
    named = [(each.field, each.path) for each in readings(workflow)]
    named += [
        (name, ("steps", step.name, "actions", action.name, "require", place))
        for step in workflow.steps
        for action in step.actions
        for place, name in enumerate(action.require)
    ]
    named.append((workflow.title_field, ("title_field",)))
    for name, path in named:
        if workflow.field(name) is None:
            yield Problem("definition.unknown_field", {"field": name, "known": known}, where(*path))


def what_is_read_is_plain_and_fits(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """A field that the machine reads stands in the leaf (design §7), and is of a type it can read there."""
    for reading in readings(workflow):
        field = workflow.field(reading.field)
        if field is None:
            continue
        if not field.plain:
            yield Problem("definition.field_not_plain", {"field": field.name}, where(*reading.path))
        if reading.types and field.type not in reading.types:
            wanted = list(reading.types)
            params = {"field": field.name, "type": field.type, "wanted": wanted}
            yield Problem("definition.field_type", params, where(*reading.path))


def limits_know_every_choice(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """A limit by a choice names choices of that field; one it leaves out has no limit, which is a warning."""
    for spec, path in limits(workflow):
        field = workflow.field(spec.field) if isinstance(spec, LimitChoice) else None
        if not isinstance(spec, LimitChoice) or field is None:
            continue
        for choice in spec.choices:
            if choice not in field.choices:
                params = {"field": field.name, "value": choice, "known": list(field.choices)}
                yield Problem("definition.unknown_choice", params, where(*path, choice))
        left_out = [choice for choice in field.choices if choice not in spec.choices]
        if left_out and path[-1] == "limit":
            params = {"field": field.name, "choices": list(left_out)}
            yield Problem("definition.choice_without_limit", params, where(*path), "warning")


def warnings_have_a_limit(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Only what falls due can be warned of."""
    for step in workflow.steps:
        if step.warn_before is not None and step.limit is None:
            path = ("steps", step.name, "warn_before")
            yield Problem("definition.warning_without_limit", {"step": step.name}, where(*path))


def what_entering_reads_is_filled(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """What is read on entering a step has been filled by then, whichever way the task came.

    An owner from an empty field is nobody, which is an error; a limit from one is no limit, which is a
    warning, told once for a field, because offices do open tasks before they know.
    """
    told: set[str] = set()
    for reading in readings(workflow):
        field = workflow.field(reading.field)
        if field is None or field.required or not reading.on_entry:
            continue
        path = _unfilled(workflow, reading)
        if path is not None and {"owner", "signers", "voters"} & set(reading.path):
            params = {"field": field.name, "path": path}
            yield Problem("definition.owner_may_be_unset", params, where(*reading.path))
        elif path is not None and field.name not in told:
            told.add(field.name)
            params = {"field": field.name, "path": path}
            yield Problem("definition.limit_may_be_unset", params, where(*reading.path), "warning")


def _unfilled(workflow: Workflow, reading: Reading) -> str | None:
    """A way on which nothing asks for a field before it is read."""
    if reading.step is None:
        return workflow.steps[0].name
    found = from_start(workflow, lambda step, action: reading.field not in action.require)
    return shown(found[reading.step], reading.step) if reading.step in found else None


def readings(workflow: Workflow) -> Iterator[Reading]:
    """Every place where the machine reads a field: limits, owners, conditions and guards."""
    for spec, path in limits(workflow):
        entered = str(path[1]) if path[0] == "steps" else None
        on_entry = path[-1] == "limit"
        if isinstance(spec, LimitChoice):
            yield Reading(spec.field, (*path, "by"), ("choice",), entered, on_entry)
        elif spec.field is not None:
            yield Reading(spec.field, (*path, spec.unit), DATES, entered, on_entry)
    for step in workflow.steps:
        for owner, path in _owners(step):
            if owner.kind == "field":
                several = {"signers", "voters"} & set(path)
                types: tuple[str, ...] = ("person", "staff", "persons") if several else ("person", "staff")
                yield Reading(owner.name, (*path, "field"), types, step.name, on_entry=True)
        for action in step.actions:
            for place, condition in enumerate(action.conditions):
                path = ("steps", step.name, "actions", action.name, "when", place)
                types = ORDERED if condition.test in ("at_least", "below") else ()
                yield Reading(condition.field, path, types)
            for place, guard in enumerate(action.guards):
                path = ("steps", step.name, "actions", action.name, "guards", place)
                yield from (Reading(name, path, DATES) for name in guard.fields)
    for field in workflow.fields:
        if field.relayed is not None:
            yield Reading(
                field.relayed.field, ("fields", field.name, "relayed", field.relayed.field), ("choice",)
            )
    for effect in placed(workflow):
        for argument, name, wanted in effect.fields():
            yield Reading(name, (*effect.path, argument), wanted)


def limits(workflow: Workflow) -> Iterator[tuple[LimitSpec, PathParts]]:
    """Every limit and warning of a definition, with where it stands."""
    if workflow.limit is not None:
        yield workflow.limit, ("limit",)
    if workflow.statutory is not None:
        yield workflow.statutory.limit, ("statutory", "limit")
    for step in workflow.steps:
        if step.limit is not None:
            yield step.limit, ("steps", step.name, "limit")
        if step.warn_before is not None:
            yield step.warn_before, ("steps", step.name, "warn_before")


def _owners(step: Step) -> Iterator[tuple[Owner, PathParts]]:
    yield from owners(step)
    if step.owner.urged_by is not None:
        yield step.owner.urged_by, ("steps", step.name, "owner", "urged_by")
