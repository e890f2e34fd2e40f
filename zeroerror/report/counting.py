"""Counts that can be followed down: a figure is a number with the ids it counts.

A task counts once, by its most pressing step and in whose hands that is, so that the figures of one office
add up to its open tasks: open = normal + due_soon + due_today + overdue + stopped + at_desk + outside. A
leader's desk and an outside body are no office's delay, whatever the clock says, and stand apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zeroerror.report.facts import DailyFacts, FoundItem, OpenStep

#: How a task stands, most pressing first; together they are all that is open.
STANDINGS = ("overdue", "due_today", "due_soon", "normal", "stopped", "at_desk", "outside")
#: Figures that count tasks, and figures that count findings.
OF_TASKS = ("open", *STANDINGS, "followed_up", "closed")
OF_FINDINGS = ("found", "failed", "open_findings", "cured", "withdrawn")

#: Reminders are not counted; what was withdrawn or voided counts against nobody.
_NOT_FOUND = frozenset({"withdrawn", "voided"})
#: Reminders that lights and marks show already.
_SHOWN = frozenset({"step_due_soon", "calendar_provisional"})
_LIGHTS = {"overdue": "overdue", "today": "due_today", "soon": "due_soon", "normal": "normal"}

Figure = dict[str, Any]


def standing(step: OpenStep) -> str:
    """How one step stands: by its own time or its task's, whichever presses more.

    A stopped clock that was late already stays overdue, and a stop of a step does not stop the whole task.
    """
    if step.owner_kind == "desk":
        return "at_desk"
    if step.owner_kind == "outside":
        return "outside"
    light = min((_LIGHTS[each] for each in (step.light, step.task_light)), key=STANDINGS.index)
    return "stopped" if step.clock == "stopped" and light != "overdue" else light


def counted(items: Iterable[FoundItem]) -> list[FoundItem]:
    """The findings that count: no reminders, and none that never was so."""
    return [each for each in items if each.severity != "reminder" and each.state not in _NOT_FOUND]


def weighed(items: Iterable[FoundItem]) -> list[FoundItem]:
    """Everything but reminders, whatever became of it."""
    return [each for each in items if each.severity != "reminder"]


def reminded(facts: DailyFacts) -> list[FoundItem]:
    """The reminders that are to be read: what lights and marks do not show, new or still standing."""
    items = {each.id: each for each in (*facts.found, *facts.open_findings)}
    return [each for each in items.values() if each.severity == "reminder" and each.rule not in _SHOWN]


def office_figures(facts: DailyFacts) -> tuple[list[dict[str, Any]], dict[str, Figure]]:
    """Each office's figures in the institution's order, and the totals, which are their sums."""
    tasks, findings = _tasks_by_office(facts), _findings_by_office(facts)
    titles: dict[str | None, str | None] = {**dict(facts.offices)}
    titles.update({each.office: each.office_title for each in facts.steps if each.office not in titles})
    titles.update({office: office for office in (*tasks, *findings) if office not in titles})
    rows: list[dict[str, Any]] = [
        {"office": office, "title": title, "figures": _row(tasks.get(office, {}), findings.get(office, {}))}
        for office, title in titles.items()
    ]
    return rows, _totals([row["figures"] for row in rows])


def _tasks_by_office(facts: DailyFacts) -> dict[str | None, dict[str, list[str]]]:
    found: dict[str | None, dict[str, list[str]]] = {}
    calm = {task: (office, "normal") for task, office in facts.calm}
    for task, (office, how) in {**standings(facts.steps), **calm}.items():
        found.setdefault(office, {}).setdefault(how, []).append(task)
        found[office].setdefault("open", []).append(task)
    for each in facts.follow_ups:
        found.setdefault(each.office, {}).setdefault("followed_up", []).append(each.task)
    for task, office in facts.closed_today:
        found.setdefault(office, {}).setdefault("closed", []).append(task)
    return found


def standings(steps: Sequence[OpenStep]) -> dict[str, tuple[str, str]]:
    """Each open task with its office and its most pressing standing."""
    found: dict[str, tuple[str, str]] = {}
    for step in steps:
        how = standing(step)
        known = found.get(step.task)
        if known is None or STANDINGS.index(how) < STANDINGS.index(known[1]):
            found[step.task] = (step.office, how)
    return found


def _findings_by_office(facts: DailyFacts) -> dict[str | None, dict[str, list[FoundItem]]]:
    named = {
        "found": counted(facts.found),
        "failed": [each for each in counted(facts.found) if each.rule == "step_failed"],
        "open_findings": counted(facts.open_findings),
        "cured": weighed(facts.cured),
        "withdrawn": weighed(facts.withdrawn),
    }
    found: dict[str | None, dict[str, list[FoundItem]]] = {}
    for name, items in named.items():
        for each in items:
            found.setdefault(each.office, {}).setdefault(name, []).append(each)
    return found


def _row(tasks: Mapping[str, list[str]], findings: Mapping[str, list[FoundItem]]) -> dict[str, Figure]:
    return {
        **{name: of_tasks(tasks.get(name, ())) for name in OF_TASKS},
        **{name: _of_findings(findings.get(name, ())) for name in OF_FINDINGS},
    }


def of_tasks(ids: Iterable[str]) -> Figure:
    """A figure that counts tasks."""
    unique = sorted(set(ids))
    return {"value": len(unique), "tasks": unique}


def _of_findings(items: Iterable[FoundItem]) -> Figure:
    found = {each.id: each.task for each in items}
    tasks = sorted({task for task in found.values() if task is not None})
    return {"value": len(found), "tasks": tasks, "findings": sorted(found)}


def _totals(rows: Sequence[Mapping[str, Figure]]) -> dict[str, Figure]:
    totals: dict[str, Figure] = {}
    for name in (*OF_TASKS, *OF_FINDINGS):
        figure: Figure = {"value": sum(row[name]["value"] for row in rows)}
        for ids in ("tasks", *(("findings",) if name in OF_FINDINGS else ())):
            figure[ids] = sorted({each for row in rows for each in row[name][ids]})
        totals[name] = figure
    return totals
