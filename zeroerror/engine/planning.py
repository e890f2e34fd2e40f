"""What stands against a plan, and the form with which its tasks are opened.

A plan is checked when it is proposed, and asked again at each opening: offices close, people go and definitions
are replaced while a plan is in force. For somebody who has gone since, the office's director answers, as where
nobody is named. What cannot be opened is put on record once, so that it stays owed when its period is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from zeroerror.engine.deadlines import beyond
from zeroerror.engine.facts import Definition, Facts
from zeroerror.engine.opening import opening_events
from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.command import MACHINE, Command
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import to_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.plan import Owing, Period, Plan, PlanFlaw, Target, flaws, plans_from
from zeroerror.model.problem import Reason
from zeroerror.timing import is_working_day, local_day, next_working_day, previous_working_day

#: Whoever is given a task late in its period, or after it, has so many working days at least.
LEAST_DAYS = 5
#: What a plan can fill in of a form.
FIELDS = ("title", "plan", "period", "person", "place", "finish_by")


def against(plans: tuple[Plan, ...], facts: Facts, at: datetime) -> Iterator[PlanFlaw]:
    """Everything because of which plans cannot be put in force as the institution is."""
    for number, plan in enumerate(plans):
        reason = why_not_by(plan, facts)
        if reason is not None:
            yield PlanFlaw(("plans", number, "workflow"), reason.code, reason.params)
        for place, target in enumerate(plan.targets):
            for key, found in _unfit(target, facts.organisation, at):
                yield PlanFlaw(("plans", number, "for", place, key), found.code, found.params)


def unfit_plans(settings: Mapping[str, Any], facts: Facts, at: datetime) -> tuple[Reason, ...]:
    """Why plans that are proposed cannot be; those that are in force already are not asked again.

    Else an office that is gone would keep everybody from changing a threshold.
    """
    doc = settings.get("plans")
    if doc is None or doc == facts.settings.get("plans"):
        return ()
    found = tuple(flaws(doc)) or tuple(against(plans_from(doc), facts, at))
    return tuple(Reason(each.code, each.params) for each in found)


def why_not(owing: Owing, facts: Facts, at: datetime) -> Reason | None:
    """Why a task cannot be opened for a plan; None where it can."""
    office = owing.target.office
    if facts.organisation.office(office) is None:
        return Reason("plan.office_gone", {"office": office})
    if who(owing.target, facts.organisation, at) is None:
        return Reason("plan.no_director", {"office": office})
    reason = why_not_by(owing.plan, facts)
    if reason is not None:
        return reason
    definition = _definition(owing.plan, facts)
    form = _form(owing, definition, facts, at)
    return next(iter(beyond(definition.workflow, form, facts.calendar)), None)


def held(owing: Owing, reason: Reason) -> Event:
    """The event that says that a task which is owed could not be opened, and why."""
    told = {"code": reason.code, "params": dict(reason.params)}
    return Event(INSTITUTION, "plan_held", {**_said(owing), "reason": told})


def opened(id: str, owing: Owing, facts: Facts, at: datetime, held: int | None) -> tuple[Event, ...]:
    """The events of a plan's task that opens under that id, and which leaf had said that it could not.

    `why_not` is asked first.
    """
    definition, target = _definition(owing.plan, facts), owing.target
    fields = _form(owing, definition, facts, at)
    body = {"office": target.office, "fields": fields, "sealed": {}, "cause": None}
    command = Command("", "", "open", body, (), MACHINE, to_text(at))
    events = opening_events(id, definition, command, "machine", facts, at)
    return (Event(INSTITUTION, "plan_opened", {**_said(owing), "held": held, "task": id}), *events)


def why_not_by(plan: Plan, facts: Facts) -> Reason | None:
    """Why no task can be opened by the definition that a plan names."""
    digest = facts.in_force(plan.workflow)
    definition = None if digest is None else facts.definition(digest)
    if definition is None:
        return Reason("plan.not_in_force", {"workflow": plan.workflow})
    workflow = definition.workflow
    if workflow.family == "oversight" or workflow.opened_by == "machine":
        return Reason("plan.not_for_plans", {"workflow": plan.workflow})
    for each in workflow.fields:
        if each.required and (each.name not in FIELDS or not each.plain):
            # What is no plain field is a text that a person seals.
            return Reason("plan.by_hand", {"workflow": plan.workflow, "field": each.title})
        if each.required and each.name == "place" and any(target.place is None for target in plan.targets):
            return Reason("plan.no_place", {"workflow": plan.workflow})
    return None


def finish_by(period: Period, at: datetime, calendar: Calendar) -> date:
    """The day by which a task opened at an instant is to be done: the period's last working day, or some days."""
    day, least = period.last, local_day(calendar, at)
    try:
        if not is_working_day(calendar, day):
            day = previous_working_day(calendar, day)
        for _ in range(LEAST_DAYS):
            least = next_working_day(calendar, least)
    except CalendarError:
        # Where the calendar ends it is not known which days are worked.
        least += timedelta(days=LEAST_DAYS)
    return max(day, least)


def who(target: Target, organisation: Organisation, at: datetime) -> str | None:
    """Who is to see to it: the person named while he serves there, else the office's director."""
    if target.person is not None and _serves(target, organisation, at):
        return target.person
    return organisation.director(target.office, at)


def _serves(target: Target, organisation: Organisation, at: datetime) -> bool:
    """Whether the person named has a post there; leaders have theirs in the institution as a whole."""
    posts = organisation.posts_of(target.person or "", at)
    return any(post.office in (target.office, None) for post in posts)


def _said(owing: Owing) -> dict[str, Any]:
    target = owing.target
    return {
        "owing": owing.id,
        "plan": owing.plan.id,
        "period": owing.period.name,
        "office": target.office,
        "person": target.person,
        "place": target.place,
        "number": owing.number,
    }


def title_of(owing: Owing) -> str:
    """The title of a plan's task: what, where, and for which period, so that no two look alike."""
    what = owing.plan.title if owing.target.place is None else f"{owing.plan.title}：{owing.target.place}"
    which = owing.period.name if owing.plan.count == 1 else f"{owing.period.name}之{owing.number}"
    return f"{what}（{which}）"


def _definition(plan: Plan, facts: Facts) -> Definition:
    digest = facts.in_force(plan.workflow)
    definition = None if digest is None else facts.definition(digest)
    assert definition is not None, "`why_not_by` is asked first"
    return definition


def _form(owing: Owing, definition: Definition, facts: Facts, at: datetime) -> dict[str, str]:
    """The fields with which a task is opened for a plan, as far as its form has them."""
    known = {
        "title": title_of(owing),
        "plan": owing.plan.id,
        "period": owing.period.name,
        "person": who(owing.target, facts.organisation, at),
        "place": owing.target.place,
        "finish_by": finish_by(owing.period, at, facts.calendar).isoformat(),
    }
    form = {each.name for each in definition.workflow.fields if each.plain}
    return {name: value for name, value in known.items() if value is not None and name in form}


def _unfit(target: Target, organisation: Organisation, at: datetime) -> Iterator[tuple[str, Reason]]:
    if organisation.office(target.office) is None:
        yield "office", Reason("plan.office_gone", {"office": target.office})
    elif target.person is None and organisation.director(target.office, at) is None:
        yield "office", Reason("plan.no_director", {"office": target.office})
    if target.person is not None:
        if organisation.person(target.person) is None:
            yield "person", Reason("plan.unknown_person", {"person": target.person})
        elif not _serves(target, organisation, at):
            params = {"person": target.person, "office": target.office}
            yield "person", Reason("plan.no_post", params)
