"""What a definition says of its form, of time and of persons: fields, limits, and who owes a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from zeroerror.model.limit import Limit
from zeroerror.model.value import dataclass

FieldType = Literal[
    "text", "choice", "date", "instant", "integer", "amount", "file", "person", "staff", "persons"
]


@dataclass(frozen=True, slots=True)
class Relayed:
    """Where a date is not that of whoever enters it: a choice field, and which of its choices say so."""

    field: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form. A plain one stands in the leaf; any other only as a salted digest."""

    name: str
    title: str
    type: FieldType
    #: Needed when the task is opened.
    required: bool = False
    choices: tuple[str, ...] = ()
    plain: bool = False
    #: Of a date: where this choice field says one of these, it comes from above or from outside, and whoever enters
    #: it has only written it down.
    relayed: Relayed | None = None


@dataclass(frozen=True, slots=True)
class LimitChoice:
    """A limit that a choice field decides: 特急, 加急, 平件."""

    field: str
    choices: Mapping[str, Limit]


LimitSpec = Limit | LimitChoice


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes a step, before anybody is looked up.

    `duty` by the division of labour; `post` the holder of a role; `field` a person named in the form; `doer`
    who did an earlier step; `outside` a body whose delay is nobody's error here; `desk` a leader's desk. The
    last two have no person but an urger.
    """

    kind: Literal["duty", "post", "field", "doer", "outside", "desk"]
    #: The duty, role, field, step or body; for a desk the role (分管领导 is the task's office's supervisor).
    name: str
    #: The office asked; None is the task's own.
    office: str | None = None
    urged_by: Owner | None = None
