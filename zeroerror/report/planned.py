"""What plans owed by the end of a month, what was done and what is lacking, office by office.

A quarter's or a year's plan is told with its own period, so that what is not done yet is not taken for what
was missed. It goes wide: an office is the most that is said of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: What `--trace` follows down.
NAMES = ("plan_owed", "plan_done", "plan_left")
#: How a task stands that is lacking; `ahead`: reported done, on a day that has not come.
LACKING = ("open", "overdue", "ahead", "not_opened")
_COUNTED: Mapping[str, frozenset[str]] = {
    "plan_owed": frozenset(("done", "cancelled", *LACKING)),
    "plan_done": frozenset(("done",)),
    "plan_left": frozenset(LACKING),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem:
    """One task that a plan owes in a period, and how it stood."""

    owing: str
    plan: str
    title: str
    period: str
    office: str
    #: `done`, `cancelled`, `open`, `overdue`, `ahead` or `not_opened`.
    state: str
    task: str | None
    #: Why it has not been opened: code and parameters.
    reason: tuple[str, Mapping[str, Any]] | None
    #: The leaves that say so.
    leaves: tuple[int, ...]


def rows(items: Iterable[PlanItem], offices: Sequence[str]) -> list[dict[str, Any]]:
    """Each office's plans, in the institution's order, with what they owed, did and lack."""
    return [_row(group) for group in _groups(items, offices)]


def followed(
    items: Iterable[PlanItem], offices: Sequence[str], name: str, office: str | None = None
) -> list[dict[str, Any]]:
    """Each office's plans with what one of the numbers counts of them, and the leaves behind each."""
    found = []
    for group in _groups(items, offices):
        counted = [each for each in group if each.state in _COUNTED[name]]
        if counted and office in (None, group[0].office):
            found.append(
                {
                    "office": group[0].office,
                    "figure": name,
                    "plan": group[0].plan,
                    "period": group[0].period,
                    "value": len(counted),
                    "owings": [each.owing for each in counted],
                    "tasks": sorted({each.task for each in counted if each.task is not None}),
                    "leaves": [(each.task or each.owing, index) for each in counted for index in each.leaves],
                }
            )
    return found


def _groups(items: Iterable[PlanItem], offices: Sequence[str]) -> list[list[PlanItem]]:
    groups: dict[tuple[str, str, str], list[PlanItem]] = {}
    for each in items:
        groups.setdefault((each.office, each.plan, each.period), []).append(each)
    order = {office: place for place, office in enumerate(offices)}
    # What is left of earlier periods comes first of its office.
    keys = sorted(groups, key=lambda key: (order.get(key[0], len(order)), key[0], key[2], key[1]))
    return [groups[key] for key in keys]


def _row(group: Sequence[PlanItem]) -> dict[str, Any]:
    states = [each.state for each in group]
    reasons = {repr(each.reason): each.reason for each in group if each.reason is not None}
    return {
        "office": group[0].office,
        "plan": group[0].plan,
        "title": group[0].title,
        "period": group[0].period,
        **{name: sum(state in _COUNTED[name] for state in states) for name in NAMES},
        **{state: states.count(state) for state in ("cancelled", *LACKING)},
        "reasons": [{"code": code, "params": dict(params)} for code, params in reasons.values()],
    }
