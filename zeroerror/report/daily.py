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

from zeroerror.model.instant import from_text
from zeroerror.model.notice import LEVELS
from zeroerror.report.counting import counted, office_figures, reminded, standing, weighed
from zeroerror.report.facts import CorrectionItem, DailyFacts, FollowUp, FoundItem, NoticeItem, OpenStep
from zeroerror.report.headline import changes, headline

__all__ = ["SCHEMA", "DailyFacts", "FollowUp", "FoundItem", "OpenStep", "figures"]

SCHEMA = "zeroerror.report.daily/1"
_LIGHTS = ("overdue", "today", "soon", "normal")

#: What a wide report may tell of a finding's arithmetic. Everything else stays in the ledger: what was tried,
#: whose desk it was, reasons and actions could name somebody.
_TRACE = frozenset(
    {
        "asked_at",
        "attached",
        "count",
        "days",
        "done_at",
        "due_at",
        "end",
        "ended_at",
        "entered_at",
        "given_at",
        "index",
        "late_days",
        "late_minutes",
        "late_until",
        "left_minutes",
        "limit",
        "needed",
        "office",
        "owed_by",
        "path",
        "provisional",
        "recorded_at",
        "scope",
        "slot",
        "start",
        "tasks",
        "threshold",
        "times",
        "warn_at",
        "why",
        "workflow",
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
    local = Local(facts.as_of, facts.zone)
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
        "notices": {level: _by_level(facts, level) for level in LEVELS},
        "changes": changes(totals, facts.previous),
        "lists": lists,
    }


class Local:
    """Instants and durations of one report: in its zone, as of its instant."""

    def __init__(self, as_of: datetime, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._as_of = as_of

    def text(self, instant: datetime | None) -> str | None:
        """An instant with its zone's offset, to the second."""
        return None if instant is None else instant.astimezone(self._zone).isoformat(timespec="seconds")

    def stamp(self, text: str) -> str | None:
        """An instant as the ledger writes it."""
        return self.text(from_text(text))

    def minutes_since(self, instant: datetime | None) -> int | None:
        """Whole minutes of natural time; never below 0."""
        return None if instant is None else max(0, int((self._as_of - instant).total_seconds()) // 60)


def _lists(facts: DailyFacts, local: Local) -> dict[str, list[Any]]:
    return {
        **listed_steps(sorted(facts.steps, key=oldest_due), local),
        "findings": items_json(counted(facts.found), local),
        "reminders": items_json(reminded(facts), local),
        "open_findings": items_json(counted(facts.open_findings), local),
        "cured": items_json(weighed(facts.cured), local),
        "withdrawn": items_json(weighed(facts.withdrawn), local),
        "voided": items_json(weighed(facts.voided), local),
        "revised": items_json(facts.revised, local),
        "follow_ups": [
            follow_up_json(each, local) for each in sorted(facts.follow_ups, key=lambda each: each.task)
        ],
        "notices": [_notice(each) for each in facts.notices],
        "corrections": [_correction(each) for each in facts.corrections],
        "missed_slots": [local.text(each) for each in sorted(facts.missed_slots)],
    }


def _by_level(facts: DailyFacts, level: str) -> dict[str, Any]:
    """How many notices of a level this slot gave, and which."""
    ids = [each.id for each in facts.notices if each.level == level]
    return {"value": len(ids), "notices": ids}


def _notice(each: NoticeItem) -> dict[str, Any]:
    return {
        "notice": each.id,
        "level": each.level,
        "stage": each.stage,
        "finding": each.finding,
        "task": each.task,
        "step": each.step,
        "posts": list(each.posts),
    }


def _correction(each: CorrectionItem) -> dict[str, Any]:
    return {
        "finding": each.finding,
        "why": each.why,
        "rule": each.rule,
        "task": each.task,
        "posts": list(each.posts),
    }


def listed_steps(steps: Iterable[OpenStep], local: Local) -> dict[str, list[Any]]:
    """Open steps that are worth telling one by one: late, due, or waiting."""
    by_standing: dict[str, list[OpenStep]] = {}
    for step in steps:
        by_standing.setdefault(standing(step), []).append(step)
    due = (*by_standing.get("due_today", ()), *by_standing.get("due_soon", ()))
    waiting = {
        name: [step_json(each, local) for each in sorted(by_standing.get(name, ()), key=_oldest_entry)]
        for name in ("at_desk", "outside", "stopped")
    }
    return {
        "overdue": [step_json(each, local) for each in by_standing.get("overdue", ())],
        "due": [step_json(each, local) for each in due],
        **waiting,
    }


def _pressing(step: OpenStep) -> datetime | None:
    """The due date that presses: the step's own, or its task's where only that has been missed or comes today."""
    by_task = _LIGHTS.index(step.task_light) < _LIGHTS.index(step.light)
    return step.task_due_at if by_task else step.due_at


def oldest_due(step: OpenStep) -> tuple[bool, float, str, str]:
    """By what presses first; what has no date comes last."""
    due_at = _pressing(step)
    return (due_at is None, 0.0 if due_at is None else due_at.timestamp(), step.task, step.step)


def _oldest_entry(step: OpenStep) -> tuple[datetime, str, str]:
    return (step.entered_at, step.task, step.step)


def step_json(step: OpenStep, local: Local) -> dict[str, Any]:
    """An open step as reports tell it."""
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


def items_json(items: Iterable[FoundItem], local: Local) -> list[dict[str, Any]]:
    """Findings as reports tell them, in the order in which they were found."""
    return [_item(each, local) for each in sorted(items, key=lambda each: (each.found_at, each.id))]


def _item(item: FoundItem, local: Local) -> dict[str, Any]:
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


def follow_up_json(each: FollowUp, local: Local) -> dict[str, Any]:
    """An open task of oversight as reports tell it."""
    return {
        "task": each.task,
        "office": each.office,
        "post": each.post,
        "due_at": local.text(each.due_at),
        "light": each.light,
        "finding": each.finding,
    }
