"""Plans: what an office owes every month, quarter or year, by whom and where; each owing has an id of its own.

The id is derived from the plan, the period and for whom it is, so that a task that is opened for it is opened
once, however often, by whomever and how late it is asked what is owed.
"""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field
from datetime import date
from typing import Any

from zeroerror.model.value import dataclass

#: How many months a period has, by how it is written.
PERIODS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
#: The definition by which a plan's tasks are opened, where it names no other.
WORKFLOW = "handling/planned"
#: More often than daily is no plan.
MOST = 31


@dataclass(frozen=True, slots=True)
class Target:
    """For whom something is planned; without a person the office's director answers for it."""

    office: str
    person: str | None = None
    #: A contact point (联系点) or area, which is always somebody's.
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """So many tasks of one definition in every period, for each of its targets."""

    id: str
    title: str
    every: str
    count: int
    workflow: str
    targets: tuple[Target, ...]
    #: The first and the last month of its life; None where it has none.
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A month, quarter or year, by its name and its days."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Owing:
    """One task that a plan owes in a period."""

    plan: Plan
    period: Period
    target: Target
    number: int

    @property
    def id(self) -> str:
        """The same whenever it is asked what is owed."""
        parts = (self.plan.id, self.period.name, self.target.office, self.target.person, self.target.place)
        text = "\n".join([*(each or "" for each in parts), str(self.number)])
        return "PL-" + hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class PlanFlaw:
    """What is wrong with plans: where, and why as a code with parameters."""

    path: tuple[str | int, ...]
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def period_of(every: str, day: date) -> Period:
    """The period of that kind in which a day lies."""
    months = PERIODS[every]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    end = first.month + months - 1
    name = {
        "month": f"{day.year}-{day.month:02d}",
        "quarter": f"{day.year}-Q{(first.month + 2) // 3}",
        "year": str(day.year),
    }[every]
    return Period(name, first, date(day.year, end, monthrange(day.year, end)[1]))


def period_named(name: str) -> Period:
    """The period that has that name."""
    year, _, rest = name.partition("-")
    if not rest:
        return period_of("year", date(int(year), 1, 1))
    if rest.startswith("Q"):
        return period_of("quarter", date(int(year), int(rest[1:]) * 3, 1))
    return period_of("month", date(int(year), int(rest), 1))


def owings(plans: tuple[Plan, ...], day: date) -> Iterator[Owing]:
    """What plans owe in the periods in which a day lies, plan by plan as they are written."""
    month = f"{day.year}-{day.month:02d}"
    for plan in plans:
        if (plan.since or month) <= month <= (plan.until or month):
            period = period_of(plan.every, day)
            for target in plan.targets:
                for number in range(1, plan.count + 1):
                    yield Owing(plan, period, target, number)


def still_planned(plans: tuple[Plan, ...], id: str, period: str, target: Target, number: int) -> Owing | None:
    """What was owed in a period that may be over, as long as the plans have it; None where they do not any more."""
    for plan in plans:
        if plan.id == id and target in plan.targets and number <= plan.count:
            found = period_named(period)
            return Owing(plan, found, target, number) if period_of(plan.every, found.first) == found else None
    return None


def plans_from(doc: Mapping[str, Any]) -> tuple[Plan, ...]:
    """The plans that a mapping writes in which `flaws` has found nothing."""
    return tuple(
        Plan(
            id=each["id"],
            title=each["title"],
            every=each["every"],
            count=int(each.get("count", "1")),
            workflow=each.get("workflow", WORKFLOW),
            targets=tuple(Target(**target) for target in each["for"]),
            since=each.get("since"),
            until=each.get("until"),
        )
        for each in doc["plans"]
    )


def flaws(doc: Mapping[str, Any]) -> Iterator[PlanFlaw]:
    """Everything that keeps a mapping of strings from being plans, each by its path."""
    yield from _keys((), doc, ("plans",), ("plans",))
    plans = doc.get("plans", [])
    if not isinstance(plans, list):
        yield PlanFlaw(("plans",), "plan.no_list")
        return
    seen: dict[str, int] = {}
    for place, each in enumerate(plans):
        path = ("plans", place)
        if not isinstance(each, Mapping):
            yield PlanFlaw(path, "plan.not_a_plan")
            continue
        yield from _plan(path, each)
        id = str(each.get("id"))
        if id in seen:
            yield PlanFlaw((*path, "id"), "plan.id_twice", {"id": id, "first": seen[id] + 1})
        seen.setdefault(id, place)


def _plan(path: tuple[str | int, ...], each: Mapping[str, Any]) -> Iterator[PlanFlaw]:
    yield from _keys(path, each, _KEYS, ("id", "title", "every", "for"))
    for key, test in _KEYS.items():
        if key in each and not test(each[key]):
            yield PlanFlaw((*path, key), f"plan.bad_{key}", {"value": str(each[key]), "most": MOST})
    since, until = each.get("since"), each.get("until")
    if isinstance(since, str) and isinstance(until, str) and until < since:
        yield PlanFlaw((*path, "until"), "plan.ends_before", {"since": since, "until": until})
    if isinstance(each.get("for"), list):
        yield from _targets((*path, "for"), each["for"])


def _targets(path: tuple[str | int, ...], found: list[Any]) -> Iterator[PlanFlaw]:
    seen: dict[tuple[str, ...], int] = {}
    for place, each in enumerate(found):
        if not isinstance(each, Mapping):
            yield PlanFlaw((*path, place), "plan.not_a_target")
            continue
        yield from _keys((*path, place), each, _TARGET_KEYS, ("office",))
        for key, test in _TARGET_KEYS.items():
            if key in each and not test(each[key]):
                yield PlanFlaw((*path, place, key), "plan.not_text", {"key": key})
        if "place" in each and "person" not in each:
            yield PlanFlaw((*path, place, "place"), "plan.place_of_nobody", {"place": str(each["place"])})
        who = tuple(str(each.get(key, "")) for key in _TARGET_KEYS)
        if who in seen:
            yield PlanFlaw((*path, place), "plan.target_twice", {"first": seen[who] + 1})
        seen.setdefault(who, place)


def _keys(
    path: tuple[str | int, ...], each: Mapping[str, Any], known: Collection[str], needed: tuple[str, ...]
) -> Iterator[PlanFlaw]:
    for key in each:
        if key not in known:
            yield PlanFlaw((*path, key), "plan.unknown_key", {"key": key, "known": list(known)})
    for key in needed:
        if key not in each:
            yield PlanFlaw(path, "plan.key_missing", {"key": key})


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 100 and "\n" not in value


def _month(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", value) is not None


def _id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[^\s/]{1,40}", value) is not None


def _count(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[1-9][0-9]?", value) is not None and int(value) <= MOST


_KEYS: Mapping[str, Callable[[Any], bool]] = {
    "id": _id,
    "title": _text,
    "every": lambda value: isinstance(value, str) and value in PERIODS,
    "count": _count,
    "workflow": _text,
    "basis": _text,
    "since": _month,
    "until": _month,
    "for": lambda value: isinstance(value, list) and bool(value),
}
_TARGET_KEYS: Mapping[str, Callable[[Any], bool]] = {"office": _text, "person": _text, "place": _text}
