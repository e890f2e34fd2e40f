"""Which keys and values an action may have: conditions, guards, faults, what it opens and where it leads."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, WithJsonSchema

from zeroerror.definition.terms import (
    END,
    FIELDS_MAX,
    UNIQUE,
    Few,
    Name,
    Names,
    Once,
    Shape,
    Text,
    Texts,
    Yes,
    by_key,
    typed,
)

GUARD = rf"^[a-z][a-z0-9_]*@[1-9][0-9]{{0,3}}{END}"


class Equals(Shape):
    """The field says just this."""

    field: Name
    equals: Text


class In(Shape):
    """The field says one of these."""

    field: Name
    in_: Texts = Field(alias="in")


class AtLeast(Shape):
    """The field's amount, number or date is so much or more."""

    field: Name
    at_least: Text


class Below(Shape):
    """The field's amount, number or date is less."""

    field: Name
    below: Text


class Filled(Shape):
    """The field says something."""

    field: Name
    filled: Annotated[bool, BeforeValidator(typed({"true": True})), WithJsonSchema({"enum": ["true", True]})]


ConditionShape = Annotated[
    Annotated[Equals, Tag("<equals>")]
    | Annotated[In, Tag("<in>")]
    | Annotated[AtLeast, Tag("<at_least>")]
    | Annotated[Below, Tag("<below>")]
    | Annotated[Filled, Tag("<filled>")],
    by_key("equals", "in", "at_least", "below", "filled"),
]

GuardName = Annotated[str, StringConstraints(pattern=GUARD)]

_AboutSteps = Annotated[
    Annotated[Name, Tag("<text>")] | Annotated[Names, Tag("<list>")],
    Discriminator(lambda value: "<list>" if isinstance(value, list) else "<text>"),
]
GuardShape = Annotated[
    Annotated[GuardName, Tag("<text>")]
    | Annotated[dict[GuardName, _AboutSteps], Field(min_length=1, max_length=1), Tag("<steps>")],
    Discriminator(lambda value: "<steps>" if isinstance(value, dict) else "<text>"),
]


#: What an effect reads: for each of its arguments the field, or the step.
EffectShape = Annotated[
    dict[GuardName, Annotated[dict[Name, Name], Field(min_length=1, max_length=20)]],
    Field(min_length=1, max_length=1),
]


class FaultShape(Shape):
    """The fault that an action reports against an earlier step."""

    step: Name
    category: Text


WorkflowId = Annotated[
    str,
    StringConstraints(pattern=rf"^(?:document|meeting|handling|oversight)/[a-z][a-z0-9_-]{{0,39}}{END}"),
]
OutcomeShape = Literal["done", "returned", "failed", "cancelled"]


class OpensShape(Shape):
    """Tasks that an action opens: one for each item that whoever takes it names, by its office."""

    workflow: WorkflowId
    each: Names | None = None
    set_: Annotated[dict[Name, Text], Field(min_length=1, max_length=FIELDS_MAX)] | None = Field(
        default=None, alias="set"
    )
    copy_: Names | None = Field(default=None, alias="copy")


class _ActionShape(Shape):
    title: Text
    require: Names | None = None
    reason: Literal["required"] | None = None
    guards: Annotated[list[GuardShape], Field(min_length=1, max_length=20)] | None = None
    when: Annotated[list[ConditionShape], Field(min_length=1, max_length=20)] | None = None
    fault: FaultShape | None = None
    evidence: Few | None = None
    final: Yes = False
    opens: OpensShape | None = None
    children: Literal["cancel", "keep"] | None = None
    effect: EffectShape | None = None


class ToAction(_ActionShape):
    """An action that leads to another step, or to a step with regions, of which it may name those that open."""

    to: Name
    outcome: OutcomeShape | None = None
    reopens: Names | None = None


class FaultThereShape(Shape):
    """The fault that is reported against whichever step the task is returned to."""

    category: Text


class ToSeveral(_ActionShape):
    """An action that leads to one of several steps, as whoever takes it chooses."""

    to: Annotated[list[Name], Once, Field(min_length=2, max_length=20, json_schema_extra=UNIQUE)]
    outcome: OutcomeShape | None = None
    fault: FaultThereShape | None = None  # type: ignore[assignment]


class EndAction(_ActionShape):
    """An action that ends the task, and how."""

    end: OutcomeShape


class JoinAction(_ActionShape):
    """An action that ends its region, and how."""

    join: OutcomeShape


def _kind_of_action(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("to"), list) and not {"end", "join"} & value.keys():
        return "<several>"
    return next((f"<{key}>" for key in ("end", "join") if key in value), "<to>")


ActionShape = Annotated[
    Annotated[EndAction, Tag("<end>")]
    | Annotated[JoinAction, Tag("<join>")]
    | Annotated[ToSeveral, Tag("<several>")]
    | Annotated[ToAction, Tag("<to>")],
    Discriminator(_kind_of_action, custom_error_type="no_mapping", custom_error_message="not a mapping"),
]
