"""One office's own sheet: the facts of its period, and of what is open with it at the end, gathered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine.oversight import DISPUTE
from zeroerror.model.errors import UsageError
from zeroerror.report.facts import FollowUp
from zeroerror.report.office import NAMES, OfficeFacts, figures
from zeroerror.report.period import either, going
from zeroerror.service.facts import definition
from zeroerror.service.following import events
from zeroerror.service.institution import Institution
from zeroerror.service.periodic import gathered, spans
from zeroerror.service.seen import Seen
from zeroerror.service.span import Span
from zeroerror.service.telling import Telling


def office_sheet(
    inst: Institution, office: str, name: str | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """An office's sheet of a week or a month, by default of the month that goes on, as it stood at an instant.

    Raises UsageError for an unknown office, for what names no period, and for one that has not begun.
    """
    span, before = _spans(inst, name, at)
    offices = {each.id: each.title for each in span.organisation.offices}
    if office not in offices:
        raise UsageError("report.no_such_office", office=office, offices=list(offices))
    told, open_tasks = Telling(span), span.open_tasks()
    period = gathered(inst, span)
    facts = OfficeFacts(
        office=office,
        title=offices[office],
        period=period,
        before=None if before is None else gathered(inst, before, rooted=False),
        steps=tuple(told.step(task, visit) for task in open_tasks for visit in task.open_visits()),
        follow_ups=follow_ups(span, told),
        kinds=_kinds(span, {id for id, _ in (*period.opened, *period.closed, *period.late)}),
    )
    return figures(facts)


def followed(inst: Institution, sheet: Mapping[str, Any], figure: str, at: datetime | None) -> dict[str, Any]:
    """One of the sheet's figures followed down to the leaves; UsageError for a figure that it has not."""
    if figure not in NAMES:
        raise UsageError("report.no_such_figure", figure=figure, figures=list(NAMES))
    span, _ = _spans(inst, sheet["period"], at)
    found = sheet["figures"][figure]
    return {
        "office": sheet["office"],
        "figure": figure,
        **found,
        "events": events(span, figure, found.get("findings"), found["tasks"]),
    }


def follow_ups(seen: Seen, told: Telling) -> tuple[FollowUp, ...]:
    """The open tasks of oversight that follow something up."""
    return tuple(
        told.follow_up(task, visit)
        for task in seen.open_tasks()
        # Whoever answers a dispute follows nothing up.
        if task.family == "oversight" and task.workflow != DISPUTE
        for visit in task.open_visits()
    )


def _spans(inst: Institution, name: str | None, at: datetime | None) -> tuple[Span, Span | None]:
    now, zone = inst.now(), inst.calendar.zone
    if at is not None and at > now:
        raise UsageError("report.as_of_to_come", at=at, now=now)
    until = at or now
    return spans(inst, going("monthly", until, zone) if name is None else either(name, zone), until)


def _kinds(span: Span, ids: set[str]) -> dict[str, str]:
    found = {}
    for id, task in span.tasks(ids).items():
        made = definition(span.conn, task.digest)
        assert made is not None, "a task is pinned to a published definition"
        found[id] = made.workflow.title
    return found
