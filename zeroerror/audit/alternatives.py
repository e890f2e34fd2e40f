"""What would have avoided what is not a step's lateness: a date, a file, an answer, a pair of eyes, a leave.

It follows the same promise as `avoidance`: each change alone would have been enough, and a test puts it into the
history and judges again. What the machine itself lets nobody do is nobody's to have done otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from zeroerror.audit.ability import (
    close_ahead,
    holding_at,
    is_free,
    taken_back,
    who_could,
    who_could_take_over,
)
from zeroerror.audit.change import Change, of_visit
from zeroerror.audit.circumstances import Case
from zeroerror.audit.foreseeable import calendar_then
from zeroerror.audit.rules.dates import dated_by
from zeroerror.model.calendar import CalendarError
from zeroerror.model.finding import Lead
from zeroerror.model.instant import from_text
from zeroerror.model.limit import Limit, parse_limit
from zeroerror.model.notice import Notice
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Given
from zeroerror.model.visit import Visit
from zeroerror.timing import due, local_day, working_before, working_minutes_between

#: A date further away than so many days is no small change.
FURTHEST = 60


def short_notice(case: Case, lead: Lead) -> Iterator[Change]:
    """The date given sooner, or a later one: by who directs, for others may only have passed it on."""
    given, limits = dated_by(case.workflow, case.task, lead.occurrence)
    if given is None or all(each.person != given.by for each in lead.attribution.answerers):
        return
    calendar = calendar_then(case.calendars, given.at, given.index)
    if calendar is None:
        return
    case = replace(case, calendar=calendar)
    least = parse_limit(str(lead.trace["threshold"]))
    of_it: dict[str, Any] = {"who": given.by, "effect": "unfound", "step": lead.step, "visit": lead.visit}
    by = _latest(case, min(due_at for _, due_at in limits), least)
    if by is not None and case.organisation.is_present(given.by, by):
        yield Change(kind="given", by=by, **of_it)
    day = _day_enough(case, given, [limit for limit, _ in limits], least)
    if day is not None:
        yield Change(kind="dated", by=given.at, day=day, **of_it)


def _latest(case: Case, falls_due: datetime, least: Limit) -> datetime | None:
    try:
        return working_before(falls_due, least, case.calendar)
    except CalendarError:
        return None


def _day_enough(case: Case, given: Given, limits: list[Limit], least: Limit) -> date | None:
    """The first day that would have left enough time to everything that hangs on it."""
    first = local_day(case.calendar, given.at)
    try:
        return next(
            (
                day
                for day in (first + timedelta(days=more) for more in range(FURTHEST))
                if all(_left(case, given, limit, day) >= least.count * 60 for limit in limits)
            ),
            None,
        )
    except CalendarError:
        return None


def _left(case: Case, given: Given, limit: Limit, day: date) -> int:
    """The working minutes that a day would have left."""
    end = due(given.at, limit, case.calendar, given=day).at
    return working_minutes_between(case.calendar, given.at, end)


def extension_late(case: Case, lead: Lead) -> Iterator[Change]:
    """The request made while enough time was left to weigh it: by whoever held the step then and was there."""
    visit, due_at = visit_of(case, lead), lead.due_at
    if visit is None or due_at is None:
        return
    change = next((each for each in visit.dues if each.index == lead.evidence[0]), visit.dues[0])
    by = close_ahead(case, due_at, parse_limit(str(lead.trace["threshold"])))
    # What came, or was moved, after the close of business could not be asked about before it.
    if by is None or by < max(visit.entered_at, change.since) or taken_back(visit, by) is not None:
        return
    who = who_could(case, visit, by)
    if who is not None:
        yield of_visit("asked", visit, who, by, "unfound", due_at=due_at)


def evidence_missing(case: Case, lead: Lead) -> Iterator[Change]:
    """The files put to the gate by who passed it."""
    visit = visit_of(case, lead)
    if visit is not None and visit.doer is not None and visit.left_at is not None:
        lacking = int(lead.trace["needed"]) - int(lead.trace["attached"])
        yield of_visit("attached", visit, visit.doer, visit.left_at, "unfound", days=lacking)


def notice_unanswered(case: Case, lead: Lead, notice: Notice) -> Iterator[Change]:
    """A line of answer by whoever got it, or stood in for him, and was there."""
    owed_by, organisation = from_text(lead.trace["owed_by"]), case.organisation
    visit = visit_of(case, lead)
    undone = None if visit is None else taken_back(visit, owed_by)
    if visit is not None and undone is not None:
        # It had been done by then, and nothing was left to answer.
        yield of_visit("kept", visit, undone.by, undone.at, "unfound")
        return
    readers = (*notice.to, *(each.by for one in notice.to for each in organisation.covers_of(one, owed_by)))
    who = next((each for each in readers if organisation.is_present(each, owed_by)), None)
    if who is not None:
        yield Change(
            kind="replied", who=who, by=owed_by, effect="unfound", step=notice.step, visit=notice.visit
        )


def four_eyes_blocked(case: Case, lead: Lead) -> Iterator[Change]:
    """The earlier step done by another, or somebody else's standing in arranged before this one came."""
    visit = visit_of(case, lead)
    holder = None if visit is None else visit.holdings[0].person
    if visit is None or holder is None:
        return
    earlier = _done_by(case, visit, holder)
    # Where the step goes to whoever did the earlier one, another would have come to the same.
    if len(earlier) == 1 and case.workflow.step(visit.step).owner.kind != "doer":
        yield from _handed(case, earlier[0], holder)
    others = _others(case, visit, holder)
    if others:
        to = others[0] if len(others) == 1 else None
        yield of_visit("arranged", visit, holder, visit.entered_at, "unfound", to=to)


def _handed(case: Case, before: Visit, holder: str) -> Iterator[Change]:
    until = before.left_at
    if until is None or holding_at(before, until).person != holder:
        return
    other = who_could_take_over(case, before, before.entered_at, until, {holder})
    if other is not None:
        yield of_visit("handed", before, holder, until, "unfound", to=other)


def _done_by(case: Case, visit: Visit, person: str) -> list[Visit]:
    """The earlier visits for the sake of which four eyes bar somebody: the last of each step that a way out names."""
    guards = {
        step
        for action in case.workflow.step(visit.step).actions
        for guard in action.guards
        if guard.name == "four_eyes"
        for step in guard.steps
    }
    found = []
    for step in sorted(guards):
        done = [
            each
            for each in case.task.visits
            if each.step == step and each.left_at is not None and each.left_at <= visit.entered_at
        ]
        found += [each for each in done[-1:] if each.doer == person]
    return found


def _others(case: Case, visit: Visit, holder: str) -> list[str]:
    """Who else could have stood in: of other offices, for in its own nobody could."""
    at = visit.entered_at
    return [
        each.id
        for each in case.organisation.persons
        if each.id != holder and is_free(case, visit, each.id, at)
    ]


def joint_absence(organisation: Organisation, lead: Lead) -> Iterator[Change]:
    """The later of two leaves put to another time, or a third who stands in: where both were told of beforehand."""
    start, pair = from_text(lead.trace["start"]), {lead.trace["a"], lead.trace["b"]}
    leaves = [
        each
        for person in sorted(pair)
        for each in organisation.all_leaves(person)
        if each.recorded_index in lead.evidence
    ]
    if len(leaves) != 2 or any(each.recorded_at >= start for each in leaves):
        return
    later = max(leaves, key=lambda each: each.recorded_index)
    yield Change(kind="stayed", who=later.person, by=later.recorded_at, effect="unfound", due_at=start)
    office = str(lead.trace["office"])
    director = organisation.director(office, start)
    able = director is not None and _stands_in(organisation, director, pair, start)
    arranges = director if able and director is not None else later.person
    taken = {*pair, arranges}
    third = next(
        (each for each in organisation.staff(office, start) if _stands_in(organisation, each, taken, start)),
        None,
    )
    yield Change(kind="arranged", who=arranges, by=start, effect="unfound", due_at=start, to=third)


def _stands_in(organisation: Organisation, person: str, pair: set[str], at: datetime) -> bool:
    return person not in pair and organisation.is_present(person, at)


def visit_of(case: Case, lead: Lead) -> Visit | None:
    """The visit that a finding is about."""
    return None if lead.step is None else case.task.find(lead.step, lead.visit or 0)
