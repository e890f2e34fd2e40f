"""Whose a finding is, by the facts at the due instant, or what is missing to say so (design §9).

Wrong blame is worse than no blame. So a fact recorded after the due instant may clear somebody, whoever had
less than a working day is not blamed, and every doubt ends in a duty to clarify, given to the office's director
or to whoever stands above the one concerned. Where the table leaves a choice, the one that blames less was taken:

- whoever is back from a leave that was recorded afterwards, or from being covered, for less than a working day;
- an approver who had less than a working day to answer a request for an extension;
- a due date that was moved earlier, or set, with less than a working day to go;
- a step that waited, when it fell due, for tasks that it or an earlier step had opened: who owes it could not
  end them, though he might have asked to wait no longer. Each of them has a limit of its own, and is found late
  on its own; so neither is its delay carried over to the task that opened it. Past its whole limit that one is
  undetermined, unless steps of its own were late: whoever was late with a child never had the parent's limit to
  keep, and would be found twice for one slip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from zeroerror.audit.circumstances import Case, back_too_late, held_up
from zeroerror.audit.entitlement import entitled
from zeroerror.audit.foreseeable import InForce
from zeroerror.audit.holders import Held, by_holding, covered, nobody
from zeroerror.audit.missed import late_steps
from zeroerror.audit.view import imported
from zeroerror.model.calendar import Calendar
from zeroerror.model.command import OWN, Capacity
from zeroerror.model.finding import Answerer, Attribution
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task
from zeroerror.model.visit import Asked, DueChange, Visit
from zeroerror.model.workflow import Workflow


def attribute_step(
    task: Task,
    visit: Visit,
    due: DueChange,
    *,
    workflow: Workflow,
    organisation: Organisation,
    calendar: Calendar,
    at: datetime,
    children: Sequence[Task] = (),
    calendars: Sequence[InForce] = (),
) -> Attribution:
    """Who answers for a step that was still open at that due instant; `at` is when it is judged."""
    case = Case(task, workflow, organisation, calendar, at, tuple(children), calendars)
    evidence = (due.index, visit.entered_index)
    imported = of_import(case, evidence)
    if imported is not None:
        return imported
    due_at = due.due_at
    if due_at is None or visit.kind != "person":
        return case.undetermined("waits_outside", visit, evidence)
    if any(pause.start <= due_at and (pause.end is None or due_at < pause.end) for pause in visit.pauses):
        return case.undetermined("clock_stopped", visit, evidence)
    if due_at <= visit.entered_at:
        return _passed_before(case, visit, due_at, evidence)
    if _set_too_late(case, visit, due, due_at):
        return case.undetermined("due_set_late", visit, evidence)
    waited_for = held_up(case, visit, due_at)
    if waited_for:
        opened = (each.visits[0].entered_index for each in waited_for if each.visits)
        return case.undetermined("waits_for_children", visit, (*evidence, *opened), visit.person)
    unanswered = _unanswered(visit, due_at)
    if unanswered is not None:
        return approver(case, visit, (due.index, visit.entered_index), due_at, unanswered)
    holding = [each for each in visit.holdings if each.since <= due_at][-1]
    if (
        visit.voting is not None
        and holding.person is not None
        and _away(organisation, holding.person, due_at)
    ):
        # Nobody votes for another: who was away was absent, and an absence is no delay of anybody's.
        return case.undetermined("voter_away", visit, evidence, holding.person)
    return by_holding(Held(case, visit, due, due_at, holding))


def attribute_task(
    task: Task,
    due: DueChange,
    *,
    workflow: Workflow,
    organisation: Organisation,
    calendar: Calendar,
    at: datetime,
    children: Sequence[Task] = (),
    calendars: Sequence[InForce] = (),
) -> Attribution:
    """Who answers for a task past its own limit: the steps that were late by then, each its own."""
    case = Case(task, workflow, organisation, calendar, at, tuple(children), calendars)
    imported = of_import(case, (due.index,))
    if imported is not None:
        return imported
    late = _late_steps(case, due.due_at or at, task.visits)
    if late is not None:
        return late
    return case.undetermined("no_step_late", None, (due.index,))


def attribute_urging(
    task: Task,
    visit: Visit,
    due: DueChange,
    *,
    workflow: Workflow,
    organisation: Organisation,
    calendar: Calendar,
    at: datetime,
) -> Attribution:
    """Who answers for an urging that was owed by that instant and did not come: the urger alone."""
    case = Case(task, workflow, organisation, calendar, at)
    evidence = (due.index, visit.entered_index)
    due_at, urger = due.due_at or at, visit.urger
    if urger is None or not organisation.in_service(urger, due_at):
        return case.undetermined("nobody_urges", visit, evidence)
    if visit.entered_at >= due_at:
        return case.undetermined("due_passed_on_entry", visit, evidence, urger)
    meant = organisation.covers_meant(urger, due_at)
    if meant:
        return covered(case, visit, meant, due_at, evidence, urger, None)
    if organisation.is_on_leave(urger, due_at) or back_too_late(case, urger, visit.entered_at, due_at):
        return case.undetermined("urger_away", visit, evidence, urger)
    answerer = Answerer(urger, "direct", OWN.to_json(), "attribution.urging_missed")
    return case.answered(visit, (answerer,), evidence)


def attribute_unassigned(
    task: Task,
    visit: Visit,
    *,
    workflow: Workflow,
    organisation: Organisation,
    calendar: Calendar,
    at: datetime,
) -> Attribution:
    """Whose it is that a step came and nobody was there to owe it: its director, as 领导, or undetermined."""
    case = Case(task, workflow, organisation, calendar, at)
    return nobody(case, visit, visit.entered_at, (visit.entered_index,), "lead_unassigned", None)


def attribute_event(
    task: Task,
    visit: Visit,
    what: str,
    *,
    workflow: Workflow,
    organisation: Organisation,
    calendar: Calendar,
    at: datetime,
) -> Attribution:
    """Whose a step is that was `returned` again and again, `failed`, or was recorded late (`late_record`).

    A third return is nobody's by itself, for the reviewer may be capricious. A fault that is reported against
    an earlier step stands 待核实 until the person named has answered.
    """
    case = Case(task, workflow, organisation, calendar, at)
    evidence = (visit.left_index if visit.left_index is not None else visit.entered_index,)
    imported = of_import(case, evidence)
    if imported is not None:
        return imported
    if what == "returned":
        return case.undetermined("returned_often", visit, evidence)
    action = workflow.step(visit.step).action(visit.action or "")
    if what == "failed" and action is not None and action.fault is not None:
        return case.undetermined("not_answered_yet", visit, evidence, task.doer_of(action.fault.step))
    if visit.doer is None or visit.capacity == "paper":
        # Who signed on paper did not record it, and who recorded it does not stand in the visit.
        return case.undetermined("recorder", visit, evidence)
    if not entitled(case, visit):
        # In a forged leaf his is the very name that was put there.
        return case.undetermined("not_entitled", visit, evidence, visit.doer)
    if visit.capacity == "delegate":
        # He acted for whoever stays answerable, who did not act: between the two, people have to say.
        return case.undetermined("delegated", visit, evidence, visit.doer)
    reason = "attribution.failed" if what == "failed" else "attribution.recorded_late"
    capacity = capacity_of(case, visit)
    return case.answered(visit, (Answerer(visit.doer, "direct", capacity.to_json(), reason),), evidence)


def capacity_of(case: Case, visit: Visit) -> Capacity:
    """In what capacity a visit was ended by who ended it."""
    if visit.capacity != "cover":
        return Capacity(visit.capacity or "own")
    holding = visit.holdings[-1]
    held_by, at = holding.person, visit.left_at or case.at
    return Capacity("cover", holding.for_ or (None if held_by is None else case.post_label(held_by, at)))


def of_import(case: Case, evidence: tuple[int, ...]) -> Attribution | None:
    """Whose imported history is: whom its record names; None for what was not imported."""
    task = case.task
    if task.answers:
        answerer = Answerer(task.answers, "direct", Capacity("imported").to_json(), "attribution.imported")
        return case.answered(None, (answerer,), evidence)
    # The mapping names nobody, or a name that two persons share.
    return case.undetermined("name_not_unique", None, evidence) if imported(task) else None


def _passed_before(case: Case, visit: Visit, due_at: datetime, evidence: tuple[int, ...]) -> Attribution:
    """The due date had passed when the step came: the earlier steps that overran, never who holds it."""
    earlier = [each for each in case.task.visits if each.entered_index < visit.entered_index]
    late = _late_steps(case, visit.entered_at, earlier)
    if late is not None:
        return replace(late, evidence=tuple(dict.fromkeys((*evidence, *late.evidence))))
    return case.undetermined("due_passed_on_entry", visit, evidence, visit.person)


def _late_steps(case: Case, until: datetime, visits: Sequence[Visit]) -> Attribution | None:
    """What comes of every step that was late by then; None where none was."""
    answerers: dict[tuple[str, str], Answerer] = {}
    missing: list[str] = []
    evidence: list[int] = []
    clarifier: str | None = None
    for visit, missed in late_steps(visits, until):
        found = attribute_step(
            case.task,
            visit,
            missed,
            workflow=case.workflow,
            organisation=case.organisation,
            calendar=case.calendar,
            at=case.at,
            children=case.children,
            calendars=case.calendars,
        )
        for each in found.answerers:
            answerers.setdefault((each.person, each.degree), each)
        missing += found.missing
        evidence += found.evidence
        clarifier = clarifier or found.clarifier
    if not evidence:
        return None
    return Attribution(
        tuple(answerers.values()), tuple(dict.fromkeys(missing)), clarifier, tuple(dict.fromkeys(evidence))
    )


def _away(organisation: Organisation, person: str, at: datetime) -> bool:
    return not organisation.is_present(person, at) or bool(organisation.covers_meant(person, at))


def _set_too_late(case: Case, visit: Visit, due: DueChange, due_at: datetime) -> bool:
    """Whether nobody could know of this due date in time: it was set, or moved earlier, at the last moment."""
    before = [each.due_at for each in visit.dues if each.index < due.index]
    moved_earlier = bool(before) and (before[-1] is None or before[-1] > due_at)
    return moved_earlier and case.less_than_a_day(due.since, due_at)


def _unanswered(visit: Visit, due_at: datetime) -> Asked | None:
    """The first extension asked for that had no answer yet at that instant, whatever the answer was then."""
    waiting = (
        each
        for each in visit.extensions
        if each.at <= due_at and (each.answered_at is None or each.answered_at > due_at)
    )
    return min(waiting, key=lambda each: each.at, default=None)


def approver(
    case: Case, visit: Visit, evidence: tuple[int, ...], due_at: datetime, asked: Asked
) -> Attribution:
    """Who owed the answer to a request for more time that had none by an instant."""
    organisation, office, asked_at, asker = case.organisation, case.task.office, asked.at, asked.by
    director = organisation.director(office, asked_at)
    owed_by = organisation.supervisor(office, asked_at) if director in (None, asker) else director
    if owed_by is None or owed_by == asker:
        return case.undetermined("approver", visit, evidence, asker)
    if organisation.covers_meant(owed_by, due_at) or not organisation.is_present(owed_by, due_at):
        return case.undetermined("approver_away", visit, evidence, owed_by)
    if case.less_than_a_day(asked_at, due_at) or back_too_late(case, owed_by, asked_at, due_at):
        return case.undetermined("asked_late", visit, evidence, owed_by)
    answerer = Answerer(owed_by, "direct", OWN.to_json(), "attribution.extension_unanswered")
    return case.answered(visit, (answerer,), evidence)
