"""Which keys and values an overlay may have: what it changes, and what it adds.

Made out of the shapes of `schema`, so that whatever a step or an action can say, an overlay can change. What it
names under `steps` and `fields` is there already, what it names under `add` is not yet: a name that is misspelt
is then told, and never becomes a step of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import Discriminator, Field, StringConstraints, Tag, create_model

from zeroerror.definition.action_schema import ActionShape
from zeroerror.definition.schema import ACTIONS_MAX, STEPS_MAX, FieldShape, StepOrGroupShape, WorkflowShape
from zeroerror.definition.terms import FIELDS_MAX, PLACE, Format, Name, Once, Shape, Text

Place = Annotated[str, StringConstraints(pattern=PLACE)]
_Id = get_type_hints(WorkflowShape, include_extras=True)["id"]
_Places = Annotated[
    list[Place], Once, Field(min_length=1, max_length=60, json_schema_extra={"uniqueItems": True})
]

#: What makes a definition another one, or is told in the overlay's own way.
_FIXED = {"id", "format", "title", "basis", "family", "opened_by", "stub", "fields", "steps"}


def _added(shape: Any) -> Any:
    """The same kinds of step, each with the actions of the original that now lead to it."""
    kinds, *told_apart = get_args(shape)
    found = []
    for kind in get_args(kinds):
        model, *tag = get_args(kind)
        keys: Any = {"from_": (Annotated[_Places | None, Field(alias="from")], None)}
        found.append(Annotated[create_model(f"Added{model.__name__}", __base__=model, **keys), *tag])
    return Annotated[reduce(or_, found), *told_apart]


_AddedStep = _added(StepOrGroupShape)


class Added(Shape):
    """What an overlay adds: fields, steps, and actions of steps that are there."""

    fields: Annotated[dict[Name, FieldShape], Field(min_length=1, max_length=FIELDS_MAX)] | None = None
    # Made above out of what a step can be, which only Python sees.
    steps: Annotated[dict[Name, _AddedStep], Field(min_length=1, max_length=STEPS_MAX)] | None = None  # type: ignore[valid-type]
    actions: Annotated[dict[Place, ActionShape], Field(min_length=1, max_length=ACTIONS_MAX)] | None = None


def _models(annotation: Any) -> Iterator[type[Shape]]:
    """The shapes that an annotation names, one after another."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, UnionType):
        for each in get_args(annotation):
            yield from _models(each)


def _changes(name: str, of: Any, without: set[str], **others: Any) -> Any:
    """A shape with every key of those, none of them required."""
    hints: dict[str, list[Any]] = {}
    for model in _models(of):
        for key, hint in get_type_hints(model, include_extras=True).items():
            found = _without_none(hint)
            if key in model.model_fields and key not in without and found not in hints.setdefault(key, []):
                hints[key].append(found)
    keys: Any = {key: (_either(found) | None, None) for key, found in hints.items()}
    return create_model(name, __base__=Shape, **keys, **others)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, UnionType):
        return hint
    return reduce(or_, [each for each in get_args(hint) if each is not NoneType])


def _either(hints: list[Any]) -> Any:
    """What any of them takes; told apart by whether it is a text, a list or a mapping."""
    by_kind: dict[str, list[Any]] = {}
    for hint in hints:
        by_kind.setdefault(_kind_of_hint(hint), []).append(hint)
    if len(by_kind) == 1:
        return reduce(or_, hints)
    kinds = [Annotated[reduce(or_, found), Tag(kind)] for kind, found in by_kind.items()]
    return Annotated[reduce(or_, kinds), _BY_KIND]


def _kind_of_hint(hint: Any) -> str:
    plain = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(plain) is list:
        return "<list>"
    mapping = get_origin(plain) is dict or any(True for _ in _models(plain))
    return "<mapping>" if mapping else "<text>"


def _kind_of_value(value: Any) -> str:
    return "<list>" if isinstance(value, list) else "<mapping>" if isinstance(value, dict) else "<text>"


_BY_KIND = Discriminator(_kind_of_value, custom_error_type="no_text_or_list", custom_error_message="-")


def _some(shape: Any, most: int) -> Any:
    return Annotated[dict[Name, shape], Field(min_length=1, max_length=most)] | None, None


_ActionChanges = _changes("ActionChanges", ActionShape, set())
_StepChanges = _changes(
    "StepChanges", StepOrGroupShape, {"actions", "regions"}, actions=_some(_ActionChanges, ACTIONS_MAX)
)
_FieldChanges = _changes("FieldChanges", FieldShape, set())

#: A whole overlay.
OverlayShape: type[Shape] = _changes(
    "OverlayShape",
    WorkflowShape,
    _FIXED,
    overlay=(_Id, ...),
    id=(_Id | None, None),
    format=(Format, ...),
    title=(Text | None, None),
    basis=(Text, ...),
    fields=_some(_FieldChanges, FIELDS_MAX),
    steps=_some(_StepChanges, STEPS_MAX),
    add=(Added | None, None),
)
