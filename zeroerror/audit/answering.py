"""Whose a slip is that is not a step's own: who decides on requests, who directs, who gave a date.

Like `attribution`, it names nobody where the facts leave a doubt, and what was recorded since clears and never
newly blames.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from zeroerror.audit.attribution import approver, attribute_step
from zeroerror.audit.circumstances import Case
from zeroerror.audit.view import View
from zeroerror.model.finding import Attribution
from zeroerror.model.task import Asked, DueChange, Task, Visit


def case_of(view: View, task: Task) -> Case:
    """One task as a view has it."""
    return Case(task, view.workflow(task), view.organisation, view.calendar, view.slot)


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
    )
    if found.clarifier is not None:
        return found
    direct = {each.person for each in found.answerers if each.degree == "direct"}
    concerned = direct | {each.person for each in found.answerers}
    return replace(found, clarifier=case_of(view, task).clarifier(visit, concerned))
