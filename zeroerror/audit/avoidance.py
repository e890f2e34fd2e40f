"""What would have avoided a finding: the smallest changes, each of which alone would have been enough (design §11).

Each names who, by when, and what comes of it: the rule does not fire (`unfound`), whoever is 直接 or leads is no
longer (`cleared`), or it is at least clear whose it was (`settled`). Where a finding rests on earlier steps, a change
by which one of these would have been in time is named too, but as that (`timely`): a step's being in time does not
move the limit of the whole. A test applies each to the history and judges again. What nobody could have done is not proposed: no act by whoever was away or whom four eyes barred, no request
for more time where less than a working day was left for its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.audit import alternatives
from zeroerror.audit.ability import (
    a_day_ahead,
    can_act,
    days_needed,
    ends_task,
    holding_at,
    is_free,
    open_at,
    owing_at,
    taken_back,
    waiting_at,
    who_could,
    who_could_take_over,
    who_decides,
)
from zeroerror.audit.alternatives import visit_of
from zeroerror.audit.attribution import attribute_step
from zeroerror.audit.change import Change, of_visit
from zeroerror.audit.circumstances import ENOUGH, Case
from zeroerror.audit.missed import late_steps, missed_by_task
from zeroerror.audit.view import imported
from zeroerror.model.finding import Attribution, Lead
from zeroerror.model.instant import from_text
from zeroerror.model.notice import Notice
from zeroerror.model.task import Task
from zeroerror.model.visit import DueChange, Visit
from zeroerror.timing import due

#: Reasons for which the director leads because nobody had been given the step.
UNGIVEN = frozenset(
    f"attribution.lead_{each}" for each in ("unassigned", "vacant", "nobody_covered", "away_unforeseen")
)
#: What is missing where a cover was not settled in time.
UNSETTLED = frozenset({"attribution.missing_cover_not_accepted", "attribution.missing_cover_recorded_late"})


#: What nobody's doing something else by some time would have changed, and why, as the end of a code: whether a matter
#: had to fail or be returned is for those to say who know it.
UNTOLD = {
    "step_failed": "failed",
    "step_returned": "returned",
    "short_notice": "passed_on",
    "not_entitled": "not_let_in",
    "non_conforming": "not_let_in",
    "notice_unanswered": "reader_away",
}


def avoidance(case: Case, lead: Lead, notice: Notice | None = None) -> tuple[Change, ...] | None:
    """The changes that would have avoided a finding, the plainest first; empty where nobody alone could have.

    None where there is nothing to avoid: reminders but that of asking late, and what the machine says of itself. `notice` is the one that a
    finding is about.
    """
    if notice is not None and lead.rule == "notice_unanswered":
        return tuple(dict.fromkeys(alternatives.notice_unanswered(case, lead, notice)))
    find = _BY_RULE.get(lead.rule)
    if find is None and lead.rule not in UNTOLD:
        return None
    # What was done elsewhere, and how well a log tells of it, is nothing that anybody here could have changed.
    if find is None or imported(case.task):
        return ()
    return tuple(dict.fromkeys(find(case, lead)))


def why_none(task: Task, lead: Lead) -> str:
    """Why no change is named, as a code."""
    if imported(task):
        return "avoidance.nothing_imported"
    return f"avoidance.nothing_{UNTOLD[lead.rule]}" if lead.rule in UNTOLD else "avoidance.nothing"


def of_named(changes: tuple[Change, ...], attribution: Attribution) -> tuple[Change, ...]:
    """The changes of whoever is named: once people have judged whose it is, nobody else's are told any more."""
    named = {each.person for each in attribution.answerers}
    return tuple(each for each in changes if each.who in named and each.clears in (None, *named))


def _overdue(case: Case, lead: Lead) -> Iterator[Change]:
    visit = visit_of(case, lead)
    if visit is None or visit.kind != "person":
        return
    for change in visit.dues:
        if change.due_at == lead.due_at:
            yield from _of_step(case, visit, change)
            return


def _task_overdue(case: Case, lead: Lead) -> Iterator[Change]:
    missed = missed_by_task(case.task, case.at)
    if missed is None or missed.due_at is None:
        return
    for visit in case.task.visits:
        if not open_at(visit, missed.due_at) or not ends_task(case, visit):
            continue
        actor, undone = who_could(case, visit, missed.due_at), taken_back(visit, missed.due_at)
        more: dict[str, Any] = {"due_at": missed.due_at, "whole": True}
        if undone is not None:
            action = case.workflow.step(visit.step).action(undone.action or "")
            if action is not None and action.ends:
                yield of_visit("kept", visit, undone.by, undone.at, "unfound", **more)
        elif actor is not None:
            yield of_visit("done", visit, actor, missed.due_at, "unfound", **more)
    yield from _of_late_steps(case, missed.due_at, case.task.visits)


def _urging(case: Case, lead: Lead) -> Iterator[Change]:
    visit, owed_by = visit_of(case, lead), lead.trace.get("owed_by")
    urger = next((each.person for each in lead.attribution.answerers), None)
    if visit is None or owed_by is None or urger is None:
        return
    by = from_text(owed_by)
    undone = taken_back(visit, by)
    if undone is not None:
        yield of_visit("kept", visit, undone.by, undone.at, "unfound", due_at=lead.due_at)
    elif case.organisation.is_present(urger, by):
        yield of_visit("urged", visit, urger, by, "unfound", due_at=lead.due_at)


def _unassigned(case: Case, lead: Lead) -> Iterator[Change]:
    visit = visit_of(case, lead)
    away = None if visit is None else next((each for each, why in visit.tried if why == "absent"), None)
    if visit is None or away is None:
        return
    if case.workflow.step(visit.step).owner_at(visit.place).kind not in ("post", "field"):
        return
    stand_in = who_could_take_over(case, visit, visit.entered_at, visit.entered_at, {away})
    if stand_in is not None:
        yield of_visit("covered", visit, away, visit.entered_at, "unfound", to=stand_in)


def _recorded(case: Case, lead: Lead) -> Iterator[Change]:
    visit = visit_of(case, lead)
    if visit is None or visit.doer is None or visit.done_at is None or visit.capacity == "paper":
        return
    within = case.workflow.step(visit.step).record_within or ENOUGH
    by = due(visit.done_at, within, case.calendar).at
    if taken_back(visit, by) is None and who_could(case, visit, by, visit.doer) is not None:
        yield of_visit("recorded", visit, visit.doer, by, "unfound")


def _of_step(
    case: Case, visit: Visit, change: DueChange, said: Attribution | None = None
) -> Iterator[Change]:
    """What would have kept a step in time; `said` is whose it is, where that has been asked already."""
    due_at = change.due_at
    if due_at is None:
        return
    if due_at <= visit.entered_at:
        earlier = [each for each in case.task.visits if each.entered_index < visit.entered_index]
        yield from _of_late_steps(case, visit.entered_at, earlier)
        return
    undone = taken_back(visit, due_at)
    if undone is not None:
        # It had been done by then; all that happened in between happened because of it.
        yield of_visit("kept", visit, undone.by, undone.at, "unfound", due_at=due_at)
        return
    actor = who_could(case, visit, due_at)
    if actor is not None and change.since <= due_at:
        yield of_visit("done", visit, actor, due_at, "unfound", due_at=due_at)
    yield from _more_time(case, visit, change, due_at)
    yield from _by_others(case, visit, due_at, said or _said_of(case, visit, change))


def _said_of(case: Case, visit: Visit, change: DueChange) -> Attribution:
    return attribute_step(
        case.task,
        visit,
        change,
        workflow=case.workflow,
        organisation=case.organisation,
        calendar=case.calendar,
        at=case.at,
        children=case.children,
        calendars=case.calendars,
    )


def _of_late_steps(case: Case, until: datetime, visits: Sequence[Visit]) -> Iterator[Change]:
    """What would have kept each earlier step in time, or kept what is said of it out of a finding that rests on it."""
    late = late_steps(visits, until)
    said = [_said_of(case, visit, missed) for visit, missed in late]
    for place, (visit, missed) in enumerate(late):
        others = [*said[:place], *said[place + 1 :]]
        named = {one.person for each in others for one in each.answerers}
        doubtful = any(each.missing for each in others)
        for change in _of_step(case, visit, missed, said[place]):
            if change.effect == "unfound":
                yield replace(change, effect="timely")
            # Whoever is named, or whatever is missing, for another step's sake too stays so.
            elif change.clears not in named if change.effect == "cleared" else not doubtful:
                yield change


def _more_time(case: Case, visit: Visit, change: DueChange, due_at: datetime) -> Iterator[Change]:
    """Asked for with a working day left for the answer, and granted: so much that it would have been enough."""
    ask_by, held = a_day_ahead(case, due_at), holding_at(visit, due_at)
    asker = held.person
    if ask_by is None or asker is None or not can_act(case, visit, asker, ask_by):
        return
    if visit.pauses or waiting_at(visit, due_at):
        return
    approver = who_decides(case, asker, ask_by)
    days = days_needed(case, due_at, visit.ended_at or case.at)
    theirs = ask_by >= max(held.since, change.since) and taken_back(visit, ask_by) is None
    if not theirs or approver is None or days is None:
        return
    yield of_visit("extended", visit, asker, ask_by, "unfound", due_at=due_at, to=approver, days=days)


def _by_others(case: Case, visit: Visit, due_at: datetime, said: Attribution) -> Iterator[Change]:
    """What others than the holder could have done: decide, stand in, hand it to somebody who is there."""
    held = holding_at(visit, due_at)
    for each in said.answerers:
        if each.reason == "attribution.extension_unanswered":
            deciders = {who_decides(case, one.by, due_at) for one in waiting_at(visit, due_at)}
            if deciders == {each.person} and each.person not in owing_at(case, held, due_at):
                yield _cleared("answered", visit, each.person, due_at, each.person, due_at=due_at)
        elif each.reason == "attribution.left_without_handing_over":
            left_at = min(one.since for one in case.organisation.leaves_of(each.person, due_at))
            stand_in = case.substitute(visit, each.person, left_at, due_at)
            yield _cleared("covered", visit, each.person, left_at, each.person, due_at=due_at, to=stand_in)
        elif each.reason in UNGIVEN:
            yield from _given(case, visit, due_at, each.person, "cleared")
    if held.person is not None and UNSETTLED & set(said.missing):
        meant = case.organisation.covers_meant(held.person, due_at)
        ahead = a_day_ahead(case, due_at)
        alone = len({each.by for each in meant}) == 1 and is_free(case, visit, meant[0].by, due_at)
        if alone and ahead is not None:
            by = min(ahead, max(meant[0].since, visit.entered_at))
            yield of_visit("covered", visit, held.person, by, "settled", due_at=due_at, to=meant[0].by)
    if "attribution.missing_four_eyes" in said.missing:
        director = case.organisation.director(case.office(visit), due_at)
        if director is not None and director != held.person:
            yield from _given(case, visit, due_at, director, "settled")


def _given(case: Case, visit: Visit, due_at: datetime, director: str, effect: str) -> Iterator[Change]:
    """Handed by the director, a working day ahead, to somebody of the office who was there."""
    by, held = a_day_ahead(case, due_at), holding_at(visit, due_at)
    unforeseen = [
        each.recorded_at
        for each in ([] if held.person is None else case.organisation.leaves_of(held.person, due_at))
    ]
    # Nobody hands on in time what he could not know of.
    if by is None or by < max([held.since, *unforeseen]) or not case.organisation.is_present(director, by):
        return
    stand_in = who_could_take_over(case, visit, by, due_at, {director, held.person})
    if stand_in is not None:
        clears = director if effect == "cleared" else None
        yield of_visit("assigned", visit, director, by, effect, due_at=due_at, to=stand_in, clears=clears)


def _cleared(kind: str, visit: Visit, who: str, by: datetime, clears: str, **more: Any) -> Change:
    return of_visit(kind, visit, who, by, "cleared", clears=clears, **more)


def _undecided(case: Case, lead: Lead) -> Iterator[Change]:
    visit = visit_of(case, lead)
    decider = next((each.person for each in lead.attribution.answerers if each.degree == "direct"), None)
    if visit is not None and decider is not None and lead.due_at is not None:
        yield of_visit("answered", visit, decider, lead.due_at, "unfound", due_at=lead.due_at)


_BY_RULE: Mapping[str, Callable[[Case, Lead], Iterator[Change]]] = {
    "step_overdue": _overdue,
    "follow_up_overdue": _overdue,
    "extension_undecided": _undecided,
    "extension_late": alternatives.extension_late,
    "task_overdue": _task_overdue,
    "urging_overdue": _urging,
    "step_unassigned": _unassigned,
    "late_record": _recorded,
    "short_notice": alternatives.short_notice,
    "evidence_missing": alternatives.evidence_missing,
    "four_eyes_blocked": alternatives.four_eyes_blocked,
}
