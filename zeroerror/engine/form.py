"""What people fill in: whether the form knows it, and whether a plain value is what its field says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from zeroerror.model.instant import from_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason
from zeroerror.model.workflow import FormField, Workflow


def reasons(
    workflow: Workflow,
    fields: Mapping[str, str],
    sealed: Mapping[str, str],
    organisation: Organisation,
    at: datetime,
) -> Iterator[Reason]:
    """Every reason why these values cannot stand in this form."""
    for name in (*fields, *sealed):
        field = workflow.field(name)
        if field is None:
            known = [each.name for each in workflow.fields]
            yield Reason("engine.unknown_field", {"field": name, "known": known})
        elif field.plain != (name in fields):
            yield Reason("engine.field_sealing", {"field": name})
        elif field.plain:
            yield from _value(field, fields[name], organisation, at)


def _value(field: FormField, value: str, organisation: Organisation, at: datetime) -> Iterator[Reason]:
    if field.type == "choice" and value not in field.choices:
        yield _bad(field, value, "engine.field_choice", choices=list(field.choices))
    elif field.type == "date" and not _is_date(value):
        yield _bad(field, value, "engine.field_date")
    elif field.type == "instant" and not _reads(from_text, value):
        yield _bad(field, value, "engine.field_instant")
    elif field.type == "integer" and not value.removeprefix("-").isdecimal():
        yield _bad(field, value, "engine.field_integer")
    elif field.type == "amount" and not _is_amount(value):
        yield _bad(field, value, "engine.field_amount")
    elif field.type == "amount" and Decimal(value) <= 0:
        yield _bad(field, value, "engine.field_amount_above")
    elif field.type == "persons":
        yield from _persons(field, value, organisation)
    elif field.type in ("person", "staff") and organisation.person(value) is None:
        yield _bad(field, value, "engine.field_person")
    elif field.type == "staff" and organisation.entitled(value, "leader", at):
        # What is laid before a leader lies on his desk: it is no step of his that could fall due.
        yield _bad(field, value, "engine.field_staff")


def _persons(field: FormField, value: str, organisation: Organisation) -> Iterator[Reason]:
    """Several persons are written by their ids with commas between, each once."""
    named = value.split(",")
    unknown = [each for each in named if organisation.person(each) is None]
    if unknown or len(set(named)) < len(named):
        twice = sorted({each for each in named if named.count(each) > 1})
        yield _bad(field, value, "engine.field_persons", unknown=unknown, twice=twice)


def _bad(field: FormField, value: str, code: str, **more: object) -> Reason:
    return Reason(code, {"field": field.name, "title": field.title, "value": value, **more})


def _reads(read: object, value: str) -> bool:
    assert callable(read)
    try:
        read(value)
    except ValueError:
        return False
    return True


def _is_date(value: str) -> bool:
    # The standard reader also takes 20261130 and 2026-W48-1, which would not order as dates do.
    return _reads(date.fromisoformat, value) and len(value) == 10 and value[4] == value[7] == "-"


def _is_amount(value: str) -> bool:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return False
    exponent = amount.as_tuple().exponent
    return amount.is_finite() and isinstance(exponent, int) and -2 <= exponent <= 0
