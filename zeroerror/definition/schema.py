"""Which keys and values a definition may have: its shape, before anybody asks what it means.

Every scalar comes as the string that was written; here it gets its type. A model is one mapping of the file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from zeroerror.definition.action_schema import ActionShape, OutcomeShape, WorkflowId
from zeroerror.definition.several_schema import (
    CountersignedShape,
    PersonalVoteStepShape,
    RecordedVoteStepShape,
)
from zeroerror.definition.terms import (
    FIELDS_MAX,
    Counted,
    Format,
    LimitShape,
    Name,
    Once,
    OwnerShape,
    Shape,
    SpanShape,
    Text,
    Texts,
    WarningShape,
    Yes,
)

STEPS_MAX = 200
ACTIONS_MAX = 60
REGIONS_MAX = 20


class StepShape(Shape):
    """One thing that somebody owes. Without actions it is a dead end, which `check` tells."""

    title: Text
    owner: OwnerShape
    limit: LimitShape | None = None
    warn_before: WarningShape | None = None
    actions: dict[Name, ActionShape] = Field(default_factory=dict, max_length=ACTIONS_MAX)
    waits_for: Texts | None = None
    record_within: Counted | None = None


def _kind_of_plain_step(value: dict[str, Any]) -> str:
    vote = value.get("vote")
    if "vote" in value:
        recorded = isinstance(vote, dict) and vote.get("ballot") == "recorded"
        return "<recorded>" if recorded else "<personal>"
    return "<consent>" if "consent" in value else "<step>"


def _kind_of_inner_step(value: Any) -> str | None:
    return _kind_of_plain_step(value) if isinstance(value, dict) else None


InnerStepShape = Annotated[
    Annotated[StepShape, Tag("<step>")]
    | Annotated[CountersignedShape, Tag("<consent>")]
    | Annotated[PersonalVoteStepShape, Tag("<personal>")]
    | Annotated[RecordedVoteStepShape, Tag("<recorded>")],
    Discriminator(_kind_of_inner_step, custom_error_type="no_mapping", custom_error_message="not a mapping"),
]


class RegionShape(Shape):
    """One of several machines that run side by side."""

    title: Text
    steps: Annotated[dict[Name, InnerStepShape], Field(min_length=1, max_length=STEPS_MAX)]


class _GroupShape(Shape):
    title: Text
    regions: Annotated[dict[Name, RegionShape], Field(min_length=2, max_length=REGIONS_MAX)]


class ToGroup(_GroupShape):
    """A step with regions, and the step to which it leads when all have ended."""

    to: Name


class EndGroup(_GroupShape):
    """A step with regions, with whose end the task ends."""

    end: OutcomeShape


def _kind_of_step(value: Any) -> str | None:
    if not isinstance(value, dict):
        return None
    if "regions" not in value:
        return _kind_of_plain_step(value)
    return "<group_end>" if "end" in value else "<group_to>"


StepOrGroupShape = Annotated[
    Annotated[StepShape, Tag("<step>")]
    | Annotated[CountersignedShape, Tag("<consent>")]
    | Annotated[PersonalVoteStepShape, Tag("<personal>")]
    | Annotated[RecordedVoteStepShape, Tag("<recorded>")]
    | Annotated[ToGroup, Tag("<group_to>")]
    | Annotated[EndGroup, Tag("<group_end>")],
    Discriminator(_kind_of_step, custom_error_type="no_mapping", custom_error_message="not a mapping"),
]


class FieldShape(Shape):
    """A field of the form."""

    title: Text
    type: Literal[
        "text", "choice", "date", "instant", "integer", "amount", "file", "person", "staff", "persons"
    ]
    required: Literal["open"] | None = None
    choices: Texts | None = None
    plain: Yes = False
    relayed: Annotated[dict[Name, Texts], Field(min_length=1, max_length=1)] | None = None


class StatutoryShape(Shape):
    """How long a regulation gives the whole, and which."""

    limit: SpanShape
    basis: Text


class WorkflowShape(Shape):
    """A whole definition."""

    id: WorkflowId
    format: Format
    title: Text
    basis: Text
    family: Literal["document", "meeting", "handling", "oversight"]
    limit: LimitShape | None = None
    statutory: StatutoryShape | None = None
    visible_to: Annotated[
        list[Literal["office", "leaders", "auditor"]],
        Once,
        Field(min_length=1, json_schema_extra={"uniqueItems": True}),
    ]
    opened_by: Literal["person", "machine", "task"] | None = None
    stub: Yes = False
    title_field: Name | None = None
    fields: Annotated[dict[Name, FieldShape], Field(min_length=1, max_length=FIELDS_MAX)]
    steps: Annotated[dict[Name, StepOrGroupShape], Field(min_length=1, max_length=STEPS_MAX)]
