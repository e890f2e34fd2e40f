"""One office's own sheet as figures: what is open with it now, what the period found, what comes due next.

For the office itself and who supervises it: it says who owes what by post, and names nobody, for it lies on
desks. Its numbers are those of the daily and of the periodic report, picked out and not counted anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zeroerror.model.value import dataclass
from zeroerror.report import counting, periodic
from zeroerror.report.daily import Local, follow_up_json, listed_steps, oldest_due, step_json
from zeroerror.report.facts import FollowUp, OpenStep
from zeroerror.report.periodic import PeriodFacts

SCHEMA = "zeroerror.report.office/1"
#: Figures of what is open at the end, then those of the period.
OF_OPEN = ("open", *counting.STANDINGS, "followed_up")
NAMES = (*OF_OPEN, *periodic.NAMES)
#: So many of the next due dates are told; who wants more asks for the list.
NEXT_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeFacts:
    """Everything such a sheet says."""

    office: str
    title: str
    #: The whole institution's period, and the one before it where the ledger had begun.
    period: PeriodFacts
    before: PeriodFacts | None
    #: Every open step of the institution, as of the end.
    steps: tuple[OpenStep, ...]
    follow_ups: tuple[FollowUp, ...]
    #: (task, title of its workflow) of what the period opened, closed or left late.
    kinds: Mapping[str, str]


def figures(facts: OfficeFacts) -> dict[str, Any]:
    """The sheet of these facts; the same facts give the same figures, byte for byte."""
    told = periodic.figures(facts.period, facts.before)
    row = next((each for each in told["offices"] if each["office"] == facts.office), None)
    assert row is not None, "an office that is asked about has a row"
    numbers = {**_open(facts), **row["figures"]}
    local = Local(facts.period.as_of, told["zone"])
    own = sorted((each for each in facts.steps if each.office == facts.office), key=oldest_due)
    return {
        **{name: told[name] for name in _HEAD},
        "schema": SCHEMA,
        "office": facts.office,
        "title": facts.title,
        "figures": numbers,
        "changes": row["changes"],
        "recurring": [each for each in told["recurring"] if each["office"] == facts.office],
        "workload": {
            "posts": _by_post(own),
            "kinds": _by_kind(facts, numbers),
        },
        "lists": {
            **listed_steps(own, local),
            "next": _next(own, local),
            "follow_ups": [
                follow_up_json(each, local)
                for each in sorted(facts.follow_ups, key=lambda each: each.task)
                if each.office == facts.office
            ],
            **{
                name: [each for each in items if each["office"] == facts.office]
                for name, items in told["lists"].items()
            },
        },
    }


_HEAD = (
    "institution",
    "simulated",
    "kind",
    "period",
    "first",
    "last",
    "before",
    "recorded",
    "whole",
    "as_of",
    "zone",
    "position",
    "root",
    "rules",
)


def _open(facts: OfficeFacts) -> dict[str, dict[str, Any]]:
    """How what is open stands, counted as the daily report counts it."""
    found: dict[str, list[str]] = {name: [] for name in OF_OPEN}
    for task, (office, how) in counting.standings(facts.steps).items():
        if office == facts.office:
            found[how].append(task)
            found["open"].append(task)
    found["followed_up"] = [each.task for each in facts.follow_ups if each.office == facts.office]
    return {name: counting.of_tasks(ids) for name, ids in found.items()}


def _by_post(steps: Iterable[OpenStep]) -> list[dict[str, Any]]:
    """What lies with each post: open steps of people here, and how many of them are late or come due."""
    groups: dict[str | None, list[OpenStep]] = {}
    for each in steps:
        if each.owner_kind == "person":
            groups.setdefault(each.post, []).append(each)
    return [
        {
            "post": post,
            "steps": len(group),
            **{
                name: sum(1 for each in group if counting.standing(each) == name)
                for name in ("overdue", "due_today", "due_soon", "stopped")
            },
            "tasks": sorted({each.task for each in group}),
        }
        for post, group in sorted(groups.items(), key=lambda pair: (-len(pair[1]), str(pair[0])))
    ]


def _by_kind(facts: OfficeFacts, numbers: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What kinds of matter the period's tasks were."""
    names = ("opened", "closed", "late")
    kinds = sorted({facts.kinds[id] for name in names for id in numbers[name]["tasks"]})
    return [
        {
            "kind": kind,
            **{
                name: counting.of_tasks(id for id in numbers[name]["tasks"] if facts.kinds[id] == kind)
                for name in names
            },
        }
        for kind in kinds
    ]


def _next(steps: Sequence[OpenStep], local: Local) -> list[dict[str, Any]]:
    """The next due dates of what has time yet."""
    coming = [each for each in steps if counting.standing(each) == "normal" and each.due_at is not None]
    return [step_json(each, local) for each in coming[:NEXT_MOST]]
