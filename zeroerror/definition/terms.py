"""The smaller parts of a definition's shape: names, texts, limits and owners.

Where one key decides which others there may be, there is a model for each, told apart by `by_key`. A union's
tag stands in angle brackets, so that it is never taken for a part of a path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from zeroerror.model.share import SHARES

FIELDS_MAX = 200

#: What must not follow an end: `$` alone would let a last line break pass, in Python as in most validators.
END = r"$(?!\n)"
#: A share as rules of procedure write it, or a number of persons.
ENOUGH = rf"^(?:{'|'.join(SHARES)}|[1-9][0-9]{{0,2}}){END}"
NAME = rf"^[a-z][a-z0-9_]{{0,39}}{END}"
#: An action with the step it stands in: `review/pass`.
PLACE = rf"^[a-z][a-z0-9_]{{0,39}}/[a-z][a-z0-9_]{{0,39}}{END}"
TEXT = rf"^\S(?:.*\S)?{END}"
#: The same as `zeroerror.model.limit` reads, without what it would refuse for its count.
COUNTED = rf"^[1-9][0-9]{{0,3}}(?:wd|wh|d|mo){END}"

#: A name in a definition's own text: of a step, an action, a field.
Name = Annotated[str, StringConstraints(pattern=NAME)]
#: One line that people read, or a name that the organisation gives.
Text = Annotated[str, StringConstraints(pattern=TEXT, max_length=200)]


def only_once(items: list[Any]) -> list[Any]:
    twice = next((item for place, item in enumerate(items) if item in items[:place]), None)
    if twice is not None:
        raise PydanticCustomError("named_twice", "named twice", {"value": twice})
    return items


Once = AfterValidator(only_once)
UNIQUE = {"uniqueItems": True}
Names = Annotated[list[Name], Once, Field(min_length=1, max_length=FIELDS_MAX, json_schema_extra=UNIQUE)]
Texts = Annotated[list[Text], Once, Field(min_length=1, max_length=100, json_schema_extra=UNIQUE)]


def typed(words: dict[str, Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in words:
            raise PydanticCustomError("literal_error", "not one of", {"expected": ", ".join(words)})
        return words[value]

    return read


# An editor reads `true` and `1` as YAML types them, so that the published schema takes both forms.
Yes = Annotated[
    bool,
    BeforeValidator(typed({"true": True, "false": False})),
    WithJsonSchema({"enum": ["true", "false", True, False]}),
]
Format = Annotated[int, BeforeValidator(typed({"1": 1})), WithJsonSchema({"enum": ["1", 1]})]
_FEW = {str(count): count for count in range(1, 21)}
Few = Annotated[int, BeforeValidator(typed(_FEW)), WithJsonSchema({"enum": [*_FEW, *_FEW.values()]})]


class Shape(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, regex_engine="python-re")


def by_key(*keys: str, otherwise: str | None = None) -> Discriminator:
    def tag(value: Any) -> str | None:
        if isinstance(value, dict):
            return next((f"<{key}>" for key in keys if key in value), otherwise)
        return "<text>" if "text" in keys and isinstance(value, str) else None

    # The keys are the message, because a context would make the type unhashable.
    known = ", ".join(key for key in keys if key != "text")
    return Discriminator(tag, custom_error_type="none_of_keys", custom_error_message=known)


class At(Shape):
    """A limit that a date in the form gives."""

    at: Name


class Before(Shape):
    """A limit so long before a date in the form."""

    before: Name
    by: Annotated[str, StringConstraints(pattern=rf"^[1-9][0-9]{{0,3}}(?:wd|d|mo){END}")]


Counted = Annotated[str, StringConstraints(pattern=COUNTED)]
Plain = Annotated[str, StringConstraints(pattern=rf"^(?:same_day|[1-9][0-9]{{0,3}}(?:wd|wh|d|mo)){END}")]


def _choices_only(schema: dict[str, Any]) -> None:
    schema["minProperties"] = 2
    schema["properties"] |= {"at": False, "before": False}


class Choice(Shape):
    """A limit for each choice of a field; every key but `by` is a choice."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_choices_only, title="Choice")
    by: Name
    __pydantic_extra__: dict[str, Plain]

    @property
    def choices(self) -> dict[str, str]:
        """The limit of each choice, as it was written."""
        return dict(self.__pydantic_extra__)


def _some_choice(choice: Choice) -> Choice:
    if not choice.choices:
        raise PydanticCustomError("no_choice", "no choice", {})
    # A limit that has them is another kind, and none must be both.
    for reserved in ("at", "before"):
        if reserved in choice.choices:
            raise PydanticCustomError("reserved_choice", "reserved", {"value": reserved})
    return choice


_Choice = Annotated[Choice, AfterValidator(_some_choice)]
_PlainTag = Annotated[Plain, Tag("<text>")]
_ChoiceTag = Annotated[_Choice, Tag("<by>")]
LimitShape = Annotated[
    _PlainTag | Annotated[At, Tag("<at>")] | Annotated[Before, Tag("<before>")] | _ChoiceTag,
    by_key("at", "before", "by", "text"),
]
#: How long, without a date of its own.
SpanShape = Annotated[_PlainTag | _ChoiceTag, by_key("by", "text")]
#: A warning is so long before whatever the limit comes to.
WarningShape = SpanShape


class DutyOwner(Shape):
    """Who does it by the division of labour."""

    duty: Text
    office: Text | None = None


class PostOwner(Shape):
    """Who holds a role."""

    post: Text
    office: Text | None = None


class FieldOwner(Shape):
    """A person whom the form names."""

    field: Name


class DoerOwner(Shape):
    """Who did an earlier step."""

    doer: Name


_Person = (
    Annotated[DutyOwner, Tag("<duty>")]
    | Annotated[PostOwner, Tag("<post>")]
    | Annotated[FieldOwner, Tag("<field>")]
    | Annotated[DoerOwner, Tag("<doer>")]
)
PersonShape = Annotated[_Person, by_key("duty", "post", "field", "doer")]


class OutsideOwner(Shape):
    """A body outside, and who urges it."""

    outside: Text
    urged_by: PersonShape


class DeskOwner(Shape):
    """A leader's desk, and who urges there."""

    desk: Text
    urged_by: PersonShape


OwnerShape = Annotated[
    _Person | Annotated[OutsideOwner, Tag("<outside>")] | Annotated[DeskOwner, Tag("<desk>")],
    by_key("outside", "desk", "duty", "post", "field", "doer"),
]
