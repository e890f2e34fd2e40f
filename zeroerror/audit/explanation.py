"""A finding's arithmetic put into clauses, each a code with its parameters, for whoever shows it to make words of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror.model.calendar import ZONE
from zeroerror.model.finding import Lead
from zeroerror.model.instant import from_text
from zeroerror.model.limit import COUNTED, parse_limit

#: A sentence's code and what fills it.
Clause = tuple[str, Mapping[str, Any]]

_INSTANTS = frozenset(
    {
        "asked_at",
        "done_at",
        "due_at",
        "end",
        "ended_at",
        "entered_at",
        "given_at",
        "late_until",
        "owed_by",
        "recorded_at",
        "slot",
        "start",
        "warn_at",
    }
)


def explain(lead: Lead, zone: str = ZONE) -> tuple[Clause, ...]:
    """What was seen, by which limit, how late, and what moved the date; instants are those of the zone."""
    trace = lead.trace
    ended = "_ended" if trace.get("ended_at") is not None else ""
    clauses: list[Clause] = [(f"rule.{lead.rule}.trace{ended}", _told(trace, zone))]
    if trace.get("why") is not None:
        clauses.append((f"rule.{lead.rule}.{trace['why']}", _told(trace, zone)))
    if trace.get("tasks"):
        clauses.append(("rule.tasks", {"tasks": list(trace["tasks"])}))
    if trace.get("limit") is not None:
        clauses.append(_limit(trace["limit"]))
    if trace.get("late_days"):
        clauses.append(("rule.late_days", {"days": trace["late_days"]}))
    elif trace.get("late_minutes"):
        clauses.append(("rule.late_minutes", {"minutes": trace["late_minutes"]}))
    clauses += _moves(trace, zone)
    return tuple(clauses)


def _moves(trace: Mapping[str, Any], zone: str) -> Iterator[Clause]:
    for stop in trace.get("stops", ()):
        yield ("rule.stopped" if stop["end"] else "rule.stopped_still"), _told(stop, zone)
    for name, code in (("extensions", "rule.extended"), ("recomputed", "rule.recomputed")):
        for each in trace.get(name, ()):
            yield code, _told(each, zone)
    if trace.get("provisional"):
        yield "rule.provisional", {}


def _told(trace: Mapping[str, Any], zone: str) -> dict[str, Any]:
    local = ZoneInfo(zone)
    if isinstance(trace.get("threshold"), str):
        # Which unit it counts in, each rule's own words say.
        trace = {**trace, "threshold": parse_limit(trace["threshold"]).count}
    return {
        name: from_text(value).astimezone(local) if name in _INSTANTS and isinstance(value, str) else value
        for name, value in trace.items()
        if isinstance(value, str | int) or value is None
    }


def _limit(written: Any) -> Clause:
    limit = parse_limit(written)
    if limit.unit == "before" and limit.by is not None:
        return f"rule.limit_before_{limit.by.unit}", {"count": limit.by.count, "field": limit.field}
    if limit.unit in COUNTED:
        return f"rule.limit_{limit.unit}", {"count": limit.count}
    return f"rule.limit_{limit.unit}", {"field": limit.field}
