"""Two who stand in for each other, away together (A、B岗不得同时外出).

It is said beforehand, while it can still be arranged: so it is a reminder, counted against nobody, and it names the
director because arranging it is his. What goes wrong by it is found where it goes wrong, by the rules about steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from zeroerror.audit.rules.rule import Sighting
from zeroerror.audit.view import View
from zeroerror.model.calendar import CalendarError
from zeroerror.model.command import OWN
from zeroerror.model.finding import Answerer, Attribution
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.limit import limit_text
from zeroerror.model.organisation import Duty, Leave
from zeroerror.timing import due, working_minutes_between


def joint_absence(view: View) -> Iterator[Sighting]:
    """A duty whose A and B are both away, now or on the working days ahead, and that nobody else covers."""
    horizon, away = _horizon(view), _away(view)
    for duty in view.organisation.duties if away else ():
        if duty.b is None or duty.a not in away or duty.b not in away:
            continue
        starts: set[datetime] = set()
        for first in away[duty.a]:
            for second in away[duty.b]:
                since, until = max(first.since, second.since), min(first.until, second.until)
                if since in starts or not _worth_saying(view, duty, since, until, horizon):
                    continue
                starts.add(since)
                yield _joint(view, duty, first, second)


def absence_gone(view: View, trace: Mapping[str, Any]) -> tuple[str, bool]:
    """How a joint absence ended, as a code; and whether it never was, because a leave or the duty does not stand."""
    since, until = from_text(trace["start"]), from_text(trace["end"])
    if until <= view.slot:
        return "audit.cured_over", False
    a, b = trace["a"], trace["b"]
    place = (trace["office"], trace["scope"], a, b)
    stands = any((each.office, each.scope, each.a, each.b) == place for each in view.organisation.duties)
    both = all(view.organisation.is_on_leave(each, since) for each in (a, b))
    return ("audit.cured_arranged", False) if stands and both else ("audit.withdrawn_otherwise", True)


def _away(view: View) -> dict[str, list[Leave]]:
    """Who is away now or later, by leaves that count."""
    found: dict[str, list[Leave]] = {}
    for leave in view.organisation.leaves:
        if leave.confirmed and leave.until > view.slot:
            found.setdefault(leave.person, []).append(leave)
    return found


def _horizon(view: View) -> datetime:
    try:
        return due(view.slot, view.thresholds.joint_absence_ahead, view.calendar).at
    except CalendarError:
        return view.slot


def _worth_saying(view: View, duty: Duty, since: datetime, until: datetime, horizon: datetime) -> bool:
    at = max(since, view.slot)
    if until <= at or since > horizon or not duty.holds(at) or _covered(view, duty, at):
        return False
    try:
        return working_minutes_between(view.calendar, since, until) > 0
    except CalendarError:
        return False


def _covered(view: View, duty: Duty, at: datetime) -> bool:
    """Whether somebody else stands in for either, and is there."""
    return any(
        cover.by not in (duty.a, duty.b) and view.organisation.is_present(cover.by, at)
        for each in (duty.a, duty.b)
        if each is not None
        for cover in view.organisation.covers_of(each, at)
    )


def _joint(view: View, duty: Duty, first: Leave, second: Leave) -> Sighting:
    since, until = max(first.since, second.since), min(first.until, second.until)
    evidence = tuple(sorted({first.recorded_index, second.recorded_index}))
    return Sighting(
        # No step: but which duty it is tells it from another of the same day.
        step=duty.label,
        due_at=since,
        evidence=evidence,
        trace={
            "office": duty.office,
            "scope": duty.scope,
            "a": duty.a,
            "b": duty.b,
            "start": to_text(since),
            "end": to_text(until),
            "threshold": limit_text(view.thresholds.joint_absence_ahead),
        },
        attribution=_arranges(view, duty, evidence),
    )


def _arranges(view: View, duty: Duty, evidence: tuple[int, ...]) -> Attribution:
    organisation, at = view.organisation, view.slot
    director = organisation.director(duty.office, at)
    if director is not None and director not in (duty.a, duty.b) and organisation.is_present(director, at):
        answerer = Answerer(director, "lead", OWN.to_json(), "attribution.lead_arranges")
        return Attribution((answerer,), (), None, evidence)
    above = (organisation.supervisor(duty.office, at), *organisation.secretaries(at))
    clarifier = next((each for each in above if each is not None and each not in (duty.a, duty.b)), None)
    return Attribution((), ("attribution.missing_nobody_arranges",), clarifier, evidence)
