"""The weekly and the monthly report as figures: what a period found, ended and repeated, office by office.

They go wide, so an office and a post are the most that they say of anybody. Reminders are not counted, and
what was withdrawn or voided by the end counts against nobody: it is told by itself, as what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror.report.counting import counted, weighed
from zeroerror.report.facts import FoundItem
from zeroerror.report.period import Period
from zeroerror.report.planned import PlanItem, rows
from zeroerror.report.waiting import NAME, Waited, waits

#: Figures that count findings, and figures that count tasks.
OF_FINDINGS = ("found", "cured", "withdrawn", "voided", "disputed", "recurring")
OF_TASKS = ("opened", "closed", "late")
NAMES = (*OF_FINDINGS, *OF_TASKS)
#: What was merged (并案) or redirected (改办) goes on in another task: it is told beside the table, and not as done.
APART = ("rerouted",)
FIGURES = (*NAMES, *APART)
#: From so many findings of one rule in one office on, something recurs.
RECURS_FROM = 2

#: (task, office)
TaskOf = tuple[str, str]
Figure = dict[str, Any]
_Recurring = dict[tuple[str | None, str], list[FoundItem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFacts:
    """Everything such a report says of one period; a finding belongs to the period of the slot that found it."""

    institution: str
    simulated: bool
    period: Period
    #: The end of the period, or the moment of asking where it has not ended.
    as_of: datetime
    #: Whether the ledger had begun when it ended.
    recorded: bool
    #: How many leaves there were by then, and the root over them.
    position: int
    root: str
    rules: tuple[tuple[str, int], ...]
    #: (id, title), in the institution's order.
    offices: tuple[tuple[str, str], ...]
    found: tuple[FoundItem, ...]
    cured: tuple[FoundItem, ...]
    withdrawn: tuple[FoundItem, ...]
    voided: tuple[FoundItem, ...]
    #: Those that somebody named in them has disputed.
    disputed: tuple[FoundItem, ...]
    #: Of those found before the period: said since to be somebody else's. Who read the report before reads it here.
    revised: tuple[FoundItem, ...] = ()
    opened: tuple[TaskOf, ...]
    #: Done or cancelled.
    closed: tuple[TaskOf, ...]
    #: Merged into another task or redirected.
    rerouted: tuple[TaskOf, ...] = ()
    #: Overdue at the end, or closed after the task's own limit.
    late: tuple[TaskOf, ...]
    #: The visits that were left; not asked of a period that another is only compared with.
    waited: tuple[Waited, ...] = ()
    #: What plans owed in the periods in which its end lies, and what is left of earlier ones; of a month alone.
    plans: tuple[PlanItem, ...] = ()


def figures(facts: PeriodFacts, before: PeriodFacts | None) -> dict[str, Any]:
    """The report of these facts, compared with the period before; None where the ledger had not begun then."""
    offices, then = _offices(facts, before), None if before is None else _offices(before, facts)
    totals = _totals(offices)
    previous = None if then is None else _totals(then)
    period = facts.period
    return {
        "schema": f"zeroerror.report.{period.kind}/1",
        "institution": facts.institution,
        "simulated": facts.simulated,
        "kind": period.kind,
        "period": period.name,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "before": period.before().name if before is not None else None,
        "recorded": facts.recorded,
        "whole": facts.as_of >= period.end,
        "as_of": _local(facts.as_of, period.zone),
        "zone": period.zone,
        "position": facts.position,
        "root": facts.root,
        "rules": [{"rule": rule, "version": version} for rule, version in sorted(facts.rules)],
        "offices": [
            {**row, "changes": None if then is None else _changes(row["figures"], then[place]["figures"])}
            for place, row in enumerate(offices)
        ],
        "totals": totals,
        "changes": None if previous is None else _changes(totals, previous),
        "recurring": _repeated(facts, before),
        NAME: waits(facts.waited, [id for id, _ in facts.offices]),
        **({"plans": rows(facts.plans, [id for id, _ in facts.offices])} if period.kind == "monthly" else {}),
        "lists": {
            name: _items(items, period.zone) for name, items in _named(facts).items() if name != "recurring"
        },
    }


def followed(told: Mapping[str, Any], name: str, office: str | None = None) -> list[dict[str, Any]]:
    """A number followed down: each office that has a part in it, with the ids it counts."""
    return [
        {"office": row["office"], "figure": name, **row["figures"][name]}
        for row in told["offices"]
        if row["figures"][name]["value"] and office in (None, row["office"])
    ]


def _named(facts: PeriodFacts) -> dict[str, Sequence[FoundItem]]:
    return {
        "found": counted(facts.found),
        "cured": weighed(facts.cured),
        "withdrawn": weighed(facts.withdrawn),
        "voided": weighed(facts.voided),
        "disputed": facts.disputed,
        "revised": facts.revised,
        "recurring": [each for group in _recurring(facts).values() for each in group],
    }


def _recurring(facts: PeriodFacts) -> _Recurring:
    """The findings that counted, by office and rule, where there are enough of them."""
    groups: _Recurring = {}
    for each in counted(facts.found):
        # What is no office's, such as a slot that was missed, is not somebody's habit.
        if each.office is not None:
            groups.setdefault((each.office, each.rule), []).append(each)
    return {key: group for key, group in groups.items() if len(group) >= RECURS_FROM}


def _repeated(facts: PeriodFacts, before: PeriodFacts | None) -> list[dict[str, Any]]:
    then: dict[tuple[str | None, str], int] = {}
    for each in () if before is None else counted(before.found):
        then[each.office, each.rule] = then.get((each.office, each.rule), 0) + 1
    groups = sorted(_recurring(facts).items(), key=lambda pair: (-len(pair[1]), str(pair[0])))
    return [
        {
            "office": office,
            "rule": rule,
            "count": len(group),
            "before": None if before is None else then.get((office, rule), 0),
            "findings": sorted(each.id for each in group),
        }
        for (office, rule), group in groups
    ]


def _offices(facts: PeriodFacts, beside: PeriodFacts | None) -> list[dict[str, Any]]:
    """Each office's figures; both periods compared have the same offices in the same order."""
    ids: dict[str | None, str | None] = {
        id: title for each in _both(facts, beside) for id, title in each.offices
    }
    # What belongs to no office comes last.
    strangers = {office for each in _both(facts, beside) for office in _mentioned(each)} - set(ids)
    ids.update((office, office) for office in sorted(strangers, key=lambda office: (office is None, office)))
    findings, tasks = _by_office(facts)
    return [
        {"office": id, "title": title, "figures": _row(findings.get(id, {}), tasks.get(id, {}))}
        for id, title in ids.items()
    ]


def _both(facts: PeriodFacts, beside: PeriodFacts | None) -> list[PeriodFacts]:
    both = [facts] if beside is None else [facts, beside]
    return sorted(both, key=lambda each: each.as_of, reverse=True)


def _mentioned(facts: PeriodFacts) -> set[str | None]:
    found = {each.office for items in _named(facts).values() for each in items}
    return found | {office for _, office in (*facts.opened, *facts.closed, *facts.rerouted, *facts.late)}


def _by_office(
    facts: PeriodFacts,
) -> tuple[dict[str | None, dict[str, dict[str, str | None]]], dict[str | None, dict[str, set[str]]]]:
    """What each office's figures count: findings with their tasks, and tasks; gone through once, for there are many."""
    findings: dict[str | None, dict[str, dict[str, str | None]]] = {}
    for name, items in _named(facts).items():
        for each in items:
            findings.setdefault(each.office, {}).setdefault(name, {})[each.id] = each.task
    tasks: dict[str | None, dict[str, set[str]]] = {}
    named = {
        "opened": facts.opened,
        "closed": facts.closed,
        "late": facts.late,
        "rerouted": facts.rerouted,
    }
    for name, pairs in named.items():
        for task, office in pairs:
            tasks.setdefault(office, {}).setdefault(name, set()).add(task)
    return findings, tasks


def _row(
    findings: Mapping[str, Mapping[str, str | None]], tasks: Mapping[str, set[str]]
) -> dict[str, Figure]:
    row: dict[str, Figure] = {}
    for name in OF_FINDINGS:
        own = findings.get(name, {})
        about = sorted({task for task in own.values() if task is not None})
        row[name] = {"value": len(own), "tasks": about, "findings": sorted(own)}
    for name in (*OF_TASKS, *APART):
        ids = sorted(tasks.get(name, ()))
        row[name] = {"value": len(ids), "tasks": ids}
    return row


def _totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, Figure]:
    totals: dict[str, Figure] = {}
    for name in FIGURES:
        parts = [row["figures"][name] for row in rows]
        totals[name] = {"value": sum(each["value"] for each in parts)}
        for ids in ("tasks", *(("findings",) if name in OF_FINDINGS else ())):
            totals[name][ids] = sorted({id for each in parts for id in each[ids]})
    return totals


def _changes(now: Mapping[str, Figure], then: Mapping[str, Figure]) -> dict[str, int]:
    return {name: now[name]["value"] - then[name]["value"] for name in FIGURES}


def _items(items: Iterable[FoundItem], zone: str) -> list[dict[str, Any]]:
    return [_item(each, zone) for each in sorted(items, key=lambda each: (each.found_at, each.id))]


def _item(item: FoundItem, zone: str) -> dict[str, Any]:
    posts = [{"post": post, "degree": degree, "capacity": capacity} for post, degree, capacity in item.posts]
    return {
        "id": item.id,
        "rule": item.rule,
        "severity": item.severity,
        "state": item.state,
        "disputed": item.disputed,
        "task": item.task,
        "title": item.title,
        "workflow_title": item.workflow_title,
        "office": item.office,
        "step_title": item.step_title,
        "due_at": None if item.due_at is None else _local(item.due_at, zone),
        "found_at": _local(item.found_at, zone),
        "posts": posts,
        "undetermined": None if item.undetermined is None else list(item.undetermined),
        "clarifier": item.clarifier,
        "follow_up": item.follow_up,
    }


def _local(instant: datetime, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
