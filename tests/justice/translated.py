"""The oracle's minutes, people and definitions in the product's terms."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from tests.oracle import days, house
from tests.oracle.plans import Plan, document
from zeroerror.definition.loader import Loaded, load
from zeroerror.engine.facts import Definition
from zeroerror.engine.machine import compile_table
from zeroerror.model.calendar import Calendar, calendar_from_json, year_from_json
from zeroerror.model.instant import to_text
from zeroerror.model.organisation import (
    Duty,
    Office,
    Organisation,
    Person,
    Post,
    Role,
    Supervision,
)

#: Minute 0 of the oracle, which counts by Shanghai's clock.
ZERO = datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def instant(minute: int) -> datetime:
    """The instant of a minute."""
    return ZERO + timedelta(minutes=minute)


def minute(at: datetime | None) -> int | None:
    """The minute of an instant, which must be a whole one."""
    if at is None:
        return None
    found, rest = divmod(at - ZERO, timedelta(minutes=1))
    assert not rest, at
    return found


def text(at: int) -> str:
    """A minute as leaves write it."""
    return to_text(instant(at))


def year_document(known: days.Days, year: int) -> dict[str, Any]:
    """One year of the oracle's calendar as a file writes it."""
    first = (date(year, 1, 1) - days.FIRST).days
    official = year in known.official
    doc: dict[str, Any] = {
        "year": str(year),
        "status": "official" if official else "provisional",
        "source": "样例",
        "off": [days.iso(day) for day in sorted(known.off) if first <= day < first + 365],
        "work": [days.iso(day) for day in sorted(known.made_up) if first <= day < first + 365],
    }
    if official:
        doc["noticed_on"] = "2025-11-04"
    return doc


def hours_document() -> dict[str, Any]:
    """Zone and office hours as a file writes them."""
    return {
        "zone": "Asia/Shanghai",
        "hours": [
            {"since": "2024-01-01", "starts": "05-01", "spans": ["08:30-12:00", "14:30-17:30"]},
            {"since": "2024-01-01", "starts": "10-01", "spans": ["08:30-12:00", "14:00-17:30"]},
        ],
    }


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    """The calendar with which every history begins."""
    years = [year_document(days.BASE, 2026), year_document(days.BASE, 2027)]
    return calendar_from_json({**hours_document(), "years": years})


def changed(known: Calendar, doc: dict[str, Any]) -> Calendar:
    """A calendar with one year in the place of another."""
    return known.with_year(year_from_json(doc))


def organisation(duties: dict[str, tuple[str, str | None]]) -> Organisation:
    """The oracle's house."""
    return Organisation(
        offices=tuple(
            Office(each, each, each == house.GENERAL) for each in (house.HERE, house.GENERAL, house.ELSEWHERE)
        ),
        roles=tuple(Role(id, rank, frozenset(words)) for id, (rank, words) in house.ROLES.items()),
        persons=tuple(Person(each, house.NAMES.get(each, each)) for each in house.POSTS),
        posts=tuple(
            Post(person, office, role, LONG_AGO)
            for person, held in house.POSTS.items()
            for office, role in held
        ),
        supervisions=tuple(
            Supervision(person, office, LONG_AGO) for office, person in house.SUPERVISORS.items()
        ),
        duties=tuple(Duty(house.HERE, scope, a, b, LONG_AGO) for scope, (a, b) in duties.items()),
    )


def institution_document(duties: dict[str, tuple[str, str | None]]) -> dict[str, Any]:
    """The oracle's house as `config/institution.yaml` writes it."""
    return {
        "name": "样例政协",
        "since": "2024-01-01",
        "offices": [
            {"id": each, "title": each, **({"general": "true"} if each == house.GENERAL else {})}
            for each in (house.HERE, house.GENERAL, house.ELSEWHERE)
        ],
        "roles": [
            {"id": id, "rank": str(rank), **({"entitlements": list(words)} if words else {})}
            for id, (rank, words) in house.ROLES.items()
        ],
        "persons": [{"id": each, "name": house.NAMES.get(each, each)} for each in house.POSTS],
        "posts": [
            {"person": person, "role": role, **({"office": office} if office else {})}
            for person, held in house.POSTS.items()
            for office, role in held
        ],
        "supervisions": [{"person": who, "office": office} for office, who in house.SUPERVISORS.items()],
        "duties": [
            {"office": house.HERE, "scope": scope, "a": a, **({"b": b} if b else {})}
            for scope, (a, b) in duties.items()
        ],
    }


def loaded(plan: Plan) -> Loaded:
    """A plan read the way a file is read."""
    found = load(json.dumps(document(plan), ensure_ascii=False, indent=1), f"{plan.id}.yaml")
    assert found.workflow is not None, (found.problems, plan)
    return found


@dataclass(frozen=True)
class Published:
    """A block's definitions, by id and by digest."""

    by_id: dict[str, Definition]
    revised: dict[str, Definition]
    by_digest: dict[str, Definition]


#: The block that was asked for last: one block serves hundreds of histories.
_PUBLISHED: dict[int, Published] = {}


def published(plans: tuple[Plan, ...], revised: tuple[Plan, ...]) -> Published:
    """A block's definitions as deciders have them."""
    found = _PUBLISHED.get(id(plans))
    if found is None:
        _PUBLISHED.clear()
        made, later = ({each.id: _definition(each) for each in some} for some in (plans, revised))
        known = {each.digest: each for some in (made, later) for each in some.values()}
        found = Published(made, later, known)
        _PUBLISHED[id(plans)] = found
    return found


def _definition(plan: Plan) -> Definition:
    found = loaded(plan)
    assert found.workflow is not None
    return Definition(found.digest, found.workflow, compile_table(found.workflow))
