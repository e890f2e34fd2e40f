"""Whose an error (差错) is that people have established against a step (design §9).

An error is no lead: it is there only when people have said so, and nothing here looks for one. Who did the step
answers for it, and who reviewed it and let it pass; whoever directs answers only where it is grave or recurs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.audit.attribution import capacity_of, of_import
from zeroerror.audit.circumstances import Case
from zeroerror.model.calendar import Calendar
from zeroerror.model.finding import Answerer, Attribution
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Workflow

#: 严重 and above: here whoever directs answers too.
GRAVE = ("grave", "critical")


def attribute_error(
    task: Task,
    visit: Visit,
    severity: str,
    *,
    recurs: bool,
    workflow: Workflow,
    organisation: Organisation,
    calendar: Calendar,
    at: datetime,
) -> Attribution:
    """Who answers for an error established against a visit: its doer, who let it pass, and who directs.

    `severity` is that of a finding; `recurs` says that the same error was established before.
    """
    case = Case(task, workflow, organisation, calendar, at)
    done_by = visit.left_index if visit.left_index is not None else visit.entered_index
    imported = of_import(case, (done_by,))
    if imported is not None:
        return imported
    if visit.doer is None or visit.left_at is None:
        return case.undetermined("not_done", visit, (done_by,))
    if visit.capacity == "delegate":
        # Who acted did so for whoever stays answerable: between the two, people have to say.
        return case.undetermined("delegated", visit, (done_by,), visit.doer)
    doer = Answerer(visit.doer, "direct", capacity_of(case, visit).to_json(), "attribution.made_error")
    passed = [each for each in _reviews(case, visit) if each.doer != visit.doer]
    reviewers = {each.doer: _reviewer(case, each) for each in passed}
    reason = "lead_grave" if severity in GRAVE else "lead_recurs" if recurs else None
    above = () if reason is None else case.lead(visit, visit.left_at, reason)
    named = {visit.doer, *reviewers}
    leading = tuple(each for each in above if each.person not in named)
    evidence = (done_by, *(each.left_index or each.entered_index for each in passed))
    return case.answered(visit, (doer, *reviewers.values(), *leading), evidence)


def _reviews(case: Case, visit: Visit) -> Iterator[Visit]:
    """The visits at which that one's work could have been given back and was let pass, before it was done anew.

    Who signs or votes among others answers for his own matter, and is not made a reviewer of the whole.
    """
    for later in case.task.visits:
        if visit.left_index is None or later.entered_index < visit.left_index:
            continue
        if later.step == visit.step:
            return
        step = case.workflow.step(later.step)
        taken = step.action(later.action or "")
        gives_back = any(each.outcome == "returned" and each.to == visit.step for each in step.actions)
        alone = later.signing is None and later.voting is None and later.capacity != "delegate"
        if gives_back and alone and later.doer is not None and taken is not None and taken.outcome == "done":
            yield later


def _reviewer(case: Case, visit: Visit) -> Answerer:
    capacity = capacity_of(case, visit).to_json()
    return Answerer(visit.doer or "", "review", capacity, "attribution.let_pass")
