"""Who could have done what, and by when: the questions that `avoidance` asks of the facts at an instant."""

from __future__ import annotations

from datetime import datetime

from zeroerror.audit.circumstances import ENOUGH, Case, forbidden_by_four_eyes, held_up
from zeroerror.model.calendar import CalendarError
from zeroerror.model.limit import Limit
from zeroerror.model.visit import Asked, Holding, Undone, Visit
from zeroerror.timing import close_of_business, due, extended, local_day, previous_working_day

#: An extension of more working days than this is no small change.
LONGEST = 20


def who_could_take_over(
    case: Case, visit: Visit, since: datetime, until: datetime, but: set[str | None]
) -> str | None:
    """Who else of the office was there at both instants and could have done a step."""
    organisation = case.organisation
    staff = organisation.staff(case.office(visit), since)
    there = set(organisation.staff(case.office(visit), until))
    return next(
        (
            each
            for each in staff
            if each in there
            and each not in but
            and can_act(case, visit, each, since)
            and is_free(case, visit, each, until)
        ),
        None,
    )


def who_could(case: Case, visit: Visit, due_at: datetime, only: str | None = None) -> str | None:
    """Who could have done a step by then: whoever held it, or had accepted to cover, if he was there."""
    person = holding_at(visit, due_at).person
    if person is None:
        return None
    covers = [each.by for each in case.organisation.covers_of(person, due_at)]
    able = (each for each in (person, *covers) if can_act(case, visit, each, due_at))
    return next((each for each in able if only in (None, each)), None)


def can_act(case: Case, visit: Visit, person: str, at: datetime) -> bool:
    """Whether somebody was there, and neither four eyes nor the wait for other tasks barred him."""
    present = case.organisation.is_present(person, at)
    return present and not forbidden_by_four_eyes(case, visit, person, at) and not held_up(case, visit, at)


def is_free(case: Case, visit: Visit, person: str, at: datetime) -> bool:
    """Whether somebody could do it himself: there, not barred, and with nobody standing in for him."""
    return can_act(case, visit, person, at) and not case.organisation.covers_meant(person, at)


def who_decides(case: Case, asker: str, at: datetime) -> str | None:
    """Who decides on a request for more time: the asker's director, or who supervises, never the asker."""
    organisation, office = case.organisation, case.task.office
    director = organisation.director(office, at)
    approver = organisation.supervisor(office, at) if director in (None, asker) else director
    there = approver is not None and approver != asker and organisation.is_present(approver, at)
    return approver if there else None


def days_needed(case: Case, due_at: datetime, until: datetime) -> int | None:
    """How many working days more would have been enough; None where it would have been too many."""
    try:
        return next(
            (
                days
                for days in range(1, LONGEST + 1)
                if extended(due_at, Limit("wd", count=days), case.calendar).at >= until
            ),
            None,
        )
    except CalendarError:
        return None


def a_day_ahead(case: Case, due_at: datetime) -> datetime | None:
    """The last close of business from which a whole working day is left."""
    return close_ahead(case, due_at, ENOUGH)


def close_ahead(case: Case, due_at: datetime, limit: Limit) -> datetime | None:
    """The last close of business from which so many working days are left."""
    try:
        day = local_day(case.calendar, due_at)
        for _ in range(limit.count + 1):
            day = previous_working_day(case.calendar, day)
            close = close_of_business(case.calendar, day)
            if due(close, limit, case.calendar).at <= due_at:
                return close
    except CalendarError:
        return None
    return None


def holding_at(visit: Visit, at: datetime) -> Holding:
    """Who owed a visit at an instant after it came."""
    return [each for each in visit.holdings if each.since <= at][-1]


def open_at(visit: Visit, at: datetime) -> bool:
    """Whether somebody owed a visit then."""
    left = visit.status != "withdrawn" and visit.kind == "person"
    return left and visit.entered_at < at and (visit.ended_at is None or visit.ended_at > at)


def owing_at(case: Case, held: Holding, at: datetime) -> set[str | None]:
    """Whoever held it, and whoever was meant to stand in for him."""
    covers = () if held.person is None else case.organisation.covers_meant(held.person, at)
    return {held.person, *(each.by for each in covers)}


def taken_back(visit: Visit, at: datetime) -> Undone | None:
    """The taking back by which a visit is open at an instant at which it had ended."""
    return next((each for each in visit.undone if each.ended_at <= at < each.at), None)


def ends_task(case: Case, visit: Visit) -> bool:
    """Whether a step can be the last of its task."""
    return any(each.ends and each.outcome == "done" for each in case.workflow.step(visit.step).actions)


def waiting_at(visit: Visit, at: datetime) -> list[Asked]:
    """The requests for more time that had no answer then."""
    return [
        each
        for each in visit.extensions
        if each.at <= at and (each.answered_at is None or each.answered_at > at)
    ]
