"""Many tasks opened by one command: each as if it had been opened alone, whatever it shares with the others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest

from tests.service.house import House
from zeroerror.engine import openings
from zeroerror.engine.facts import Definition
from zeroerror.engine.opening import opening_events
from zeroerror.engine.openings import Openings
from zeroerror.model.command import MACHINE, Command
from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.event import Event
from zeroerror.model.instant import to_text
from zeroerror.store import reads

VALUES = {"date": ("2026-12-01", "2027-01-04"), "amount": ("1.00", "99999.00"), "text": ("一", "二")}


def forms(house: House, definition: Definition) -> Iterator[dict[str, str]]:
    """Forms that differ in each field; of a few fields at most, for they multiply."""
    people = (house.clerk, house.director)
    filled = [
        (each.name, each.choices[:2] if each.type == "choice" else VALUES.get(each.type, people))
        for each in definition.workflow.fields
    ][:6]
    for values in product(*(choices for _, choices in filled)):
        yield dict(zip((name for name, _ in filled), values, strict=True))


def alone(house: House, definition: Definition, id: str, office: str, form: dict[str, str]) -> list[Event]:
    body = {"office": office, "fields": form, "sealed": {}, "cause": "F-1"}
    at = house.inst.now()
    command = Command("", "", "open", body, (), MACHINE, to_text(at))
    return list(opening_events(id, definition, command, "machine", house.inst.facts(), at))


def compared(house: House) -> int:
    """How many openings were the same as each alone; asserts that all are."""
    facts, count = house.inst.facts(), 0
    offices = [each.id for each in house.inst.organisation.offices][:2]
    for digest in reads.workflows(house.inst.conn).values():
        definition = facts.definition(digest)
        assert definition is not None
        many = Openings(definition, facts, house.inst.now())
        for place, (form, office) in enumerate(product(forms(house, definition), offices)):
            id = f"JD-2026-{place:04d}"
            try:
                expected = alone(house, definition, id, office, form)
            except (ZeroErrorError, ValueError):
                continue
            assert list(many.open(id, office, form, "F-1")) == expected, (definition.workflow.id, form)
            count += 1
    return count


def test_a_task_opened_with_a_thousand_others_is_as_if_opened_alone(house: House) -> None:
    assert compared(house) > 100


def test_what_the_first_step_reads_is_not_shared_by_those_who_differ_in_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openings, "read_on_entry", lambda workflow, step: frozenset())
    with pytest.raises(AssertionError):
        compared(house)
