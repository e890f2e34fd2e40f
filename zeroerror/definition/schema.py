"""Which keys and values a definition may have: its shape, before anybody asks what it means.

Every scalar comes as the string that was written; here it gets its type. A model is one mapping of the file.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, WithJsonSchema

from zeroerror.definition.terms import (
    END,
    ENOUGH,
    FIELDS_MAX,
    UNIQUE,
    Counted,
    Few,
    FieldOwner,
    Format,
    LimitShape,
    Name,
    Names,
    Once,
    OwnerShape,
    PersonShape,
    PostOwner,
    Shape,
    SpanShape,
    Text,
    Texts,
    WarningShape,
    Yes,
    by_key,
    typed,
)
from zeroerror.definition.votes import VOTERS_MAX

STEPS_MAX = 200
ACTIONS_MAX = 60
REGIONS_MAX = 20
SIGNERS_MAX = 40

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


class StepShape(Shape):
    """One thing that somebody owes. Without actions it is a dead end, which `check` tells."""

    title: Text
    owner: OwnerShape
    limit: LimitShape | None = None
    warn_before: WarningShape | None = None
    actions: dict[Name, ActionShape] = Field(default_factory=dict, max_length=ACTIONS_MAX)
    waits_for: Texts | None = None
    record_within: Counted | None = None


class _AnswerShape(Shape):
    """An answer of a signer: where it leads, when all have answered."""

    title: Text
    to: Name
    guards: Annotated[list[GuardShape], Field(min_length=1, max_length=20)] | None = None


class SignAction(_AnswerShape):
    """Consent; where all consent, the step is left this way."""


class ObjectAction(_AnswerShape):
    """Objection, always with its reason; where anybody objects, the step is left this way."""

    reason: Literal["required"]


class AnswersShape(Shape):
    """The two answers of a countersigning."""

    sign: SignAction
    object: ObjectAction


class ConsentShape(Shape):
    """What is signed, by whom, in which order, and what comes of silence."""

    of: Name
    signers: Annotated[
        list[PersonShape],
        Once,
        Field(min_length=1, max_length=SIGNERS_MAX, json_schema_extra={"uniqueItems": True}),
    ]
    order: Literal["parallel", "in_turn"] | None = None
    silence: Literal["wait", "refer", "consent"] | None = None


class CountersignedShape(Shape):
    """A step that each of several signers owes by himself."""

    title: Text
    consent: ConsentShape
    limit: LimitShape | None = None
    warn_before: WarningShape | None = None
    actions: AnswersShape
    waits_for: Texts | None = None
    record_within: Counted | None = None


class VotedToShape(Shape):
    """A way in which a vote ends: to another step."""

    title: Text
    to: Name
    outcome: OutcomeShape | None = None


class VotedEndShape(Shape):
    """A way in which a vote ends, and the task with it."""

    title: Text
    end: OutcomeShape


VotedShape = Annotated[
    Annotated[VotedEndShape, Tag("<end>")] | Annotated[VotedToShape, Tag("<to>")],
    by_key("end", otherwise="<to>"),
]


class WaysShape(Shape):
    """The three ways in which a vote ends."""

    pass_: VotedShape = Field(alias="pass")
    refuse: VotedShape
    no_quorum: VotedShape


VoterShape = Annotated[
    Annotated[PostOwner, Tag("<post>")] | Annotated[FieldOwner, Tag("<field>")], by_key("post", "field")
]
#: A share as rules of procedure write it, or a number of persons.
Enough = Annotated[str, StringConstraints(pattern=ENOUGH)]


class _VoteShape(Shape):
    of: Name
    voters: Annotated[
        list[VoterShape],
        Once,
        Field(min_length=1, max_length=VOTERS_MAX, json_schema_extra={"uniqueItems": True}),
    ]
    chair: VoterShape
    quorum: Enough
    threshold: Enough
    base: Literal["due", "present", "cast"] | None = None
    after: Name | None = None


class PersonalVoteShape(_VoteShape):
    """What is voted on, by whom, when enough have voted, and how many have to say yes; each votes himself."""

    ballot: Literal["personal"] | None = None
    silence: Literal["wait", "absent"] | None = None


class RecordedVoteShape(_VoteShape):
    """The same of a meeting whose signed minutes are brought."""

    ballot: Literal["recorded"]


class _VotedStepShape(Shape):
    title: Text
    limit: LimitShape | None = None
    warn_before: WarningShape | None = None
    actions: WaysShape
    record_within: Counted | None = None


class PersonalVoteStepShape(_VotedStepShape):
    """A step that each of several voters owes by himself."""

    vote: PersonalVoteShape


class RecordedVoteStepShape(_VotedStepShape):
    """A step in which a meeting votes, owed by whoever brings its minutes."""

    vote: RecordedVoteShape
    owner: PersonShape


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
