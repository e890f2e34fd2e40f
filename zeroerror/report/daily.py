"""The daily report as figures: JSON-able, every number with the tasks it counts, every sentence a code.

Reports of this kind are read aloud, then handed round: so the headline is whole sentences, lists come oldest
first, and nobody is named. Delay at a leader's desk or with an outside body is shown by its length and counts
as no office's; a finding is a lead (线索) until people have established an error, and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror.report.counting import counted, office_figures, standing
from zeroerror.report.facts import DailyFacts, FollowUp, FoundItem, OpenStep
from zeroerror.report.headline import changes, headline

__all__ = ["SCHEMA", "DailyFacts", "FollowUp", "FoundItem", "OpenStep", "figures"]

SCHEMA = "zeroerror.report.daily/1"
_LIGHTS = ("overdue", "today", "soon", "normal")

#: What a wide report may tell of a finding's arithmetic. Everything else stays in the ledger: what was tried,
#: whose desk it was, reasons and actions could name somebody.
_TRACE = frozenset(
    {
        "count",
        "done_at",
        "due_at",
        "ended_at",
        "entered_at",
        "late_days",
        "late_minutes",
        "late_until",
        "limit",
        "owed_by",
        "provisional",
        "recorded_at",
        "slot",
        "start",
        "times",
        "warn_at",
    }
)
_TRACE_LISTS = {
    # What a clock waits for is a word of the definition, never a person.
    "stops": ("start", "end", "waits_for"),
    "extensions": ("due_at", "asked_at", "since"),
    "recomputed": ("due_at", "since"),
}


def figures(facts: DailyFacts) -> dict[str, Any]:
    """The daily report of these facts; the same facts give the same figures, byte for byte."""
    local = _Local(facts)
    rows, totals = office_figures(facts)
    lists = _lists(facts, local)
    return {
        "schema": SCHEMA,
        "institution": facts.institution,
        "simulated": facts.simulated,
        "slot": local.text(facts.slot),
        "as_of": local.text(facts.as_of),
        "zone": facts.zone,
        "position": facts.position,
        "wrote": None if facts.wrote is None else {"index": facts.wrote[0], "leaves": facts.wrote[1]},
        "root": facts.root,
        "rules": [{"rule": rule, "version": version} for rule, version in sorted(facts.rules)],
        "headline": headline(facts.institution, local.text(facts.as_of), rows, totals, lists, facts.previous),
        "offices": rows,
        "totals": totals,
        "changes": changes(totals, facts.previous),
        "lists": lists,
    }


class _Local:
    """Instants and durations of one report: in its zone, as of its instant."""

    def __init__(self, facts: DailyFacts) -> None:
        self._zone = ZoneInfo(facts.zone)
        self._as_of = facts.as_of

    def text(self, instant: datetime | None) -> str | None:
        return None if instant is None else instant.astimezone(self._zone).isoformat(timespec="seconds")

    def minutes_since(self, instant: datetime | None) -> int | None:
        """Whole minutes of natural time; never below 0."""
        return None if instant is None else max(0, int((self._as_of - instant).total_seconds()) // 60)


def _lists(facts: DailyFacts, local: _Local) -> dict[str, list[Any]]:
    by_standing: dict[str, list[OpenStep]] = {}
    for step in sorted(facts.steps, key=_oldest_due):
        by_standing.setdefault(standing(step), []).append(step)
    due = (*by_standing.get("due_today", ()), *by_standing.get("due_soon", ()))
    waiting = {
        name: [_step(each, local) for each in sorted(by_standing.get(name, ()), key=_oldest_entry)]
        for name in ("at_desk", "outside", "stopped")
    }
    return {
        "overdue": [_step(each, local) for each in by_standing.get("overdue", ())],
        "due": [_step(each, local) for each in due],
        **waiting,
        "findings": _items(counted(facts.found), local),
        "open_findings": _items(counted(facts.open_findings), local),
        "cured": _items(facts.cured, local),
        "withdrawn": _items(facts.withdrawn, local),
        "voided": _items(facts.voided, local),
        "revised": _items(facts.revised, local),
        "follow_ups": [
            _follow_up(each, local) for each in sorted(facts.follow_ups, key=lambda each: each.task)
        ],
        "missed_slots": [local.text(each) for each in sorted(facts.missed_slots)],
    }


def _pressing(step: OpenStep) -> datetime | None:
    """The due date that presses: the step's own, or its task's where only that has been missed or comes today."""
    by_task = _LIGHTS.index(step.task_light) < _LIGHTS.index(step.light)
    return step.task_due_at if by_task else step.due_at


def _oldest_due(step: OpenStep) -> tuple[bool, float, str, str]:
    due_at = _pressing(step)
    return (due_at is None, 0.0 if due_at is None else due_at.timestamp(), step.task, step.step)


def _oldest_entry(step: OpenStep) -> tuple[datetime, str, str]:
    return (step.entered_at, step.task, step.step)


def _step(step: OpenStep, local: _Local) -> dict[str, Any]:
    pressing = _pressing(step)
    overdue = standing(step) == "overdue"
    return {
        "task": step.task,
        "title": step.title,
        "hidden": step.title is None,
        "family": step.family,
        "workflow_title": step.workflow_title,
        "office": step.office,
        "office_title": step.office_title,
        "step": step.step,
        "step_title": step.step_title,
        "owner_kind": step.owner_kind,
        "post": step.post,
        "waits_for": step.waits_for,
        "entered_at": local.text(step.entered_at),
        "due_at": local.text(step.due_at),
        "light": step.light,
        "task_due_at": local.text(step.task_due_at),
        "task_light": step.task_light,
        "pressing_at": local.text(pressing),
        "whole": pressing is not None and pressing == step.task_due_at and pressing != step.due_at,
        "clock": step.clock,
        "provisional": step.provisional,
        "held_minutes": local.minutes_since(step.stopped_at or step.entered_at),
        "late_minutes": local.minutes_since(pressing) if overdue else None,
    }


def _items(items: Iterable[FoundItem], local: _Local) -> list[dict[str, Any]]:
    return [_item(each, local) for each in sorted(items, key=lambda each: (each.found_at, each.id))]


def _item(item: FoundItem, local: _Local) -> dict[str, Any]:
    return {
        "id": item.id,
        "rule": item.rule,
        "severity": item.severity,
        "state": item.state,
        "disputed": item.disputed,
        "task": item.task,
        "title": item.title,
        "hidden": item.task is not None and item.title is None,
        "workflow_title": item.workflow_title,
        "office": item.office,
        "step": item.step,
        "step_title": item.step_title,
        "due_at": local.text(item.due_at),
        "found_at": local.text(item.found_at),
        "posts": [
            {"post": post, "degree": degree, "capacity": capacity} for post, degree, capacity in item.posts
        ],
        "undetermined": None if item.undetermined is None else list(item.undetermined),
        "clarifier": item.clarifier,
        "follow_up": item.follow_up,
        "trace": _trace(item.trace),
    }


def _trace(trace: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in trace.items() if name in _TRACE}
    for name, keys in _TRACE_LISTS.items():
        if trace.get(name):
            told[name] = [{key: each.get(key) for key in keys} for each in trace[name]]
    return told


def _follow_up(each: FollowUp, local: _Local) -> dict[str, Any]:
    return {
        "task": each.task,
        "office": each.office,
        "post": each.post,
        "due_at": local.text(each.due_at),
        "light": each.light,
        "finding": each.finding,
    }
