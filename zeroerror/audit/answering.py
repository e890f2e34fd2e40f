"""Whose a slip is that is not a step's own: who decides on requests, who directs, who gave a date.

Like `attribution`, it names nobody where the facts leave a doubt, and what was recorded since clears and never
newly blames.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zeroerror.audit.attribution import approver, attribute_step
from zeroerror.audit.circumstances import Case
from zeroerror.audit.foreseeable import calendars_from
from zeroerror.audit.view import View
from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.command import OWN
from zeroerror.model.finding import Answerer, Attribution
from zeroerror.model.notice import Notice
from zeroerror.model.task import Given, Task
from zeroerror.model.visit import Asked, DueChange, Visit
from zeroerror.timing import working_day_after

#: What entitles somebody to set dates of his own.
DIRECTING = ("director", "deputy", "leader", "secretary", "party_group")


def case_of(view: View, task: Task) -> Case:
    """One task as a view has it."""
    return Case(
        task, view.workflow(task), view.organisation, view.calendar, view.slot, calendars=view.calendars
    )


def attribute_undecided(view: View, task: Task, visit: Visit, asked: Asked, owed_by: datetime) -> Attribution:
    """Who left a request for more time unanswered: who decides on it, if he was there to."""
    evidence = (visit.entered_index, asked.index)
    return approver(case_of(view, task), visit, evidence, owed_by, asked)


def attribute_follow_up(view: View, task: Task, visit: Visit, change: DueChange) -> Attribution:
    """Who answers for a follow-up that is late, as for any other step; and it goes to who stands above him too.

    No follow-up is opened for a follow-up, which might go on for ever; it is taken upward instead (design §10).
    """
    found = attribute_step(
        task,
        visit,
        change,
        workflow=view.workflow(task),
        organisation=view.organisation,
        calendar=view.calendar,
        at=view.slot,
        calendars=view.calendars,
    )
    if found.clarifier is not None:
        return found
    direct = {each.person for each in found.answerers if each.degree == "direct"}
    concerned = direct | {each.person for each in found.answerers}
    return replace(found, clarifier=case_of(view, task).clarifier(visit, concerned))


def attribute_date(view: View, task: Task, visit: Visit | None, given: Given) -> Attribution | None:
    """Who gave a date that leaves hardly any time, if he directs; None where he may only have passed it on.

    Who registers what comes from above or from outside writes down a date that is not his: so whoever does not
    direct, and anybody where the form says that it came from there (`relayed`); and a task that another
    task's action has opened may have taken its dates over from there, where somebody else gave them long before.
    """
    field = view.workflow(task).field(given.field)
    relayed = None if field is None else field.relayed
    if relayed is not None and task.fields.get(relayed.field) in relayed.choices:
        return None
    taken_over = task.parent is not None and all(each.index != given.index for each in task.given)
    if taken_over:
        return None
    case = case_of(view, task)
    leads = (case.organisation.supervisor(task.office, given.at) == given.by) or any(
        case.organisation.entitled(given.by, word, given.at) for word in DIRECTING
    )
    if not leads:
        return None
    answerer = Answerer(given.by, "direct", OWN.to_json(), "attribution.gave_short_notice")
    return case.answered(visit, (answerer,), (given.index,))


def undetermined(
    view: View,
    task: Task,
    visit: Visit | None,
    missing: str,
    evidence: tuple[int, ...],
    concerned: str | None,
) -> Attribution:
    """Nobody is named, and why; somebody without a part in it is to clarify."""
    return case_of(view, task).undetermined(missing, visit, evidence, concerned)


def attribute_notice(view: View, task: Task, notice: Notice, owed_by: datetime) -> Attribution:
    """Who left a notice unanswered: who got it, if he was there all the while.

    Not where a day was entered as worked only after it had passed: by the calendar that he knew he had longer.
    """
    case, organisation = case_of(view, task), view.organisation
    visit = None if notice.step is None else task.find(notice.step, notice.visit or 0)
    reader = notice.to[0] if len(notice.to) == 1 else None
    evidence = (notice.given_index,)
    if reader is None or not organisation.in_service(reader, owed_by):
        return case.undetermined("reader_away", visit, evidence, reader)
    if any(_owed_later(each, notice, owed_by) for each in calendars_from(view.calendars, notice.given_at)):
        return case.undetermined("due_set_late", visit, evidence, reader)
    away = any(
        each.confirmed and each.since < owed_by and each.until > notice.given_at
        for each in organisation.all_leaves(reader)
    )
    if away:
        return case.undetermined("reader_away", visit, evidence, reader)
    answerer = Answerer(reader, "direct", OWN.to_json(), "attribution.notice_unanswered")
    return case.answered(visit, (answerer,), evidence)


def _owed_later(calendar: Calendar, notice: Notice, owed_by: datetime) -> bool:
    """Whether an answer was owed only later by a calendar; in doubt it was."""
    try:
        return working_day_after(calendar, notice.given_at, notice.interval) > owed_by
    except CalendarError:
        return True
