"""The weekly and the monthly report: the facts of a period gathered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.audit.rules import RULES
from zeroerror.model.errors import UsageError
from zeroerror.report import planned
from zeroerror.report.counting import standing
from zeroerror.report.period import Kind, Period, last_whole, named
from zeroerror.report.periodic import PeriodFacts, TaskOf, figures
from zeroerror.report.periodic import followed as parts
from zeroerror.report.planned import PlanItem
from zeroerror.report.waiting import NAME as WAITS
from zeroerror.service import plan_status
from zeroerror.service.following import parts_with_events
from zeroerror.service.following import told as leaves
from zeroerror.service.history import settings_leaf
from zeroerror.service.institution import Institution
from zeroerror.service.span import Span
from zeroerror.service.telling import Telling
from zeroerror.service.waiting import followed as waits_followed
from zeroerror.service.waiting import waited
from zeroerror.store import reads


def periodic(inst: Institution, kind: Kind, name: str | None = None) -> dict[str, Any]:
    """The figures of a period, by default of the last whole one.

    Raises UsageError for what names no period, and for one that has not begun.
    """
    span, before = spans(inst, asked(inst, kind, name), inst.now())
    facts = replace(gathered(inst, span), plans=tuple(_plans(inst, span)))
    return figures(facts, None if before is None else gathered(inst, before, rooted=False))


def followed(
    inst: Institution, told: Mapping[str, Any], figure: str, office: str | None
) -> list[dict[str, Any]]:
    """One of these figures followed down: by office, with the ids it counts and the leaves behind them."""
    span, _ = spans(inst, named(told["kind"], told["period"], told["zone"]), inst.now())
    if figure == WAITS:
        return waits_followed(span, told, office)
    if figure in planned.NAMES:
        offices = [each["office"] for each in told["offices"]]
        found = planned.followed(_plans(inst, span), offices, figure, office)
        return [{**each, "events": leaves(span.conn, each.pop("leaves"))} for each in found]
    return parts_with_events(span, parts(told, figure, office))


def asked(inst: Institution, kind: Kind, name: str | None) -> Period:
    """The period of that name, by default the last whole one."""
    zone = inst.calendar.zone
    return last_whole(kind, inst.now(), zone) if name is None else named(kind, name, zone)


def spans(inst: Institution, period: Period, at: datetime, *, then: bool = False) -> tuple[Span, Span | None]:
    """A period as it stands at an instant, and the one before it where the ledger had begun.

    Raises UsageError for one that has not begun.
    """
    if period.start > at:
        last = last_whole(period.kind, at, period.zone).name
        raise UsageError("report.period_to_come", period=period.name, begins=period.first, last=last)
    before = Span(inst.conn, period.before(), at, then=then)
    return Span(inst.conn, period, at, then=then), before if before.began else None


def gathered(inst: Institution, span: Span, *, rooted: bool = True) -> PeriodFacts:
    """Everything that a report says of one period; the root over its leaves only where it will be told."""
    told, period = Telling(span), span.period
    closed = _closed(span)
    return PeriodFacts(
        institution=inst.name,
        simulated=inst.simulated,
        period=period,
        as_of=span.at,
        recorded=span.began,
        position=span.position,
        root=span.root if rooted else "",
        rules=tuple((each.name, each.version) for each in RULES.values()),
        offices=tuple(
            (each.id, each.title)
            for each in sorted(span.organisation.offices, key=lambda office: not office.general)
        ),
        found=told.items(span.found_in()),
        cured=told.items(span.changed("finding_cured")),
        withdrawn=told.items(span.changed("finding_withdrawn")),
        voided=told.items(span.changed("finding_voided")),
        disputed=told.items(span.changed("finding_disputed")),
        revised=told.items(
            each
            for each in span.changed("attribution_revised", "attribution_corrected")
            if each.found_at < period.start
        ),
        opened=tuple(reads.opened_between(span.conn, period.start, span.until, span.position)),
        closed=tuple((each.task, each.office) for each in closed if not each.goes_on),
        rerouted=tuple((each.task, each.office) for each in closed if each.goes_on),
        late=(*_overdue(span, told), *((each.task, each.office) for each in closed if each.late)),
        waited=waited(span) if rooted else (),
    )


def _plans(inst: Institution, span: Span) -> Iterator[PlanItem]:
    """What plans owed at the end of a month, and what is left of earlier periods."""
    if span.period.kind != "monthly" or not span.began:
        return
    told = plan_status.status(inst, min(span.last, span.at))
    brought = settings_leaf(span.conn, span.position)
    for each in (*(item for plan in told["plans"] for item in plan["items"]), *told["earlier"]):
        reason = each["reason"]
        yield PlanItem(
            **{name: each[name] for name in ("owing", "plan", "title", "period", "office", "state", "task")},
            reason=None if reason is None else (reason["code"], reason["params"]),
            leaves=(brought, *each["evidence"]),
        )


def _closed(span: Span) -> list[reads.Closed]:
    """What ended in the period, those among it that went on after it."""
    since, until = span.period.start, span.until
    found = {each.task: each for each in reads.closed_between(span.conn, since, until, span.position)}
    for id, task in span.tasks(reads.reopened_since(span.conn, span.position)).items():
        found.pop(id, None)
        if task.closed_at is not None and since <= task.closed_at < until and task.family != "oversight":
            late = task.due_at is not None and task.due_at < task.closed_at
            found[id] = reads.Closed(id, task.office, late, task.into is not None)
    return [found[id] for id in sorted(found)]


def _overdue(span: Span, told: Telling) -> Iterable[TaskOf]:
    """What was overdue at the end, each with the office in whose hands it was then."""
    ids = {each.task for each in reads.open_and_past(span.conn, span.last)}
    ids.update(reads.tasks_open_and_past(span.conn, span.last))
    for task in span.judged(ids):
        steps = (told.step(task, visit) for visit in task.open_visits())
        offices = [step.office for step in steps if standing(step) == "overdue"]
        if offices:
            yield task.id, offices[0]
