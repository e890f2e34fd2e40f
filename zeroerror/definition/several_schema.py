"""Which keys and values a step of several persons may have: 会签 and 票决."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, Tag

from zeroerror.definition.action_schema import GuardShape, OutcomeShape
from zeroerror.definition.terms import (
    ENOUGH,
    Counted,
    FieldOwner,
    LimitShape,
    Name,
    Once,
    PersonShape,
    PostOwner,
    Shape,
    Text,
    Texts,
    WarningShape,
    by_key,
)
from zeroerror.definition.votes import VOTERS_MAX

SIGNERS_MAX = 40


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
