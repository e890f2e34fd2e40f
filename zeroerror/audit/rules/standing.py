"""Whether anybody could act, and whether who acted was the one who might.

Who took a step without being entitled to is named in the arithmetic, as a fact, and blamed by nobody but people: in
history from elsewhere the log may be wrong about him, and in a forged leaf his is the very name that was put there.
What is held against the record, and what is not, is for `entitlement` to say.
"""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.audit.answering import case_of, undetermined
from zeroerror.audit.circumstances import Case, forbidden_by_four_eyes
from zeroerror.audit.entitlement import entitled, of_the_step, plainly_his
from zeroerror.audit.rules.overdue import left
from zeroerror.audit.rules.rule import End, Sighting
from zeroerror.audit.view import View
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Step


def four_eyes_blocked(view: View, task: Task) -> Iterator[Sighting]:
    """A step that came to somebody who may not do it, with nobody else in its office who might."""
    workflow = view.workflow(task)
    for visit in task.visits:
        holder = visit.holdings[0].person
        if visit.kind != "person" or holder is None or visit.status == "withdrawn":
            continue
        if not _guarded(workflow.step(visit.step)):
            continue
        case = case_of(view, task)
        if not forbidden_by_four_eyes(case, visit, holder, visit.entered_at) or _somebody_else(case, visit):
            continue
        end = _freed(case, visit, view)
        yield Sighting(
            step=visit.step,
            visit=visit.visit,
            evidence=(visit.entered_index, *(end.evidence if end else ())),
            trace={
                "entered_at": to_text(visit.entered_at),
                "ended_at": None if end is None else to_text(end.at),
            },
            attribution=undetermined(view, task, visit, "four_eyes", (visit.entered_index,), holder),
            end=end,
        )


def not_entitled(view: View, task: Task) -> Iterator[Sighting]:
    """A step that was taken by somebody who might not."""
    for visit in task.visits:
        doer, index = visit.doer, visit.left_index
        if doer is None or index is None or plainly_his(visit) or entitled(case_of(view, task), visit):
            continue
        evidence = (visit.entered_index, index)
        yield Sighting(
            step=visit.step,
            visit=visit.visit,
            evidence=evidence,
            trace={
                "doer": doer,
                "index": index,
                "action": visit.action,
                "recorded_at": None if visit.left_at is None else to_text(visit.left_at),
            },
            attribution=undetermined(view, task, visit, "not_entitled", evidence, doer),
            event=index,
        )


def _guarded(step: Step) -> bool:
    return any(guard.name == "four_eyes" for action in step.actions for guard in action.guards)


def _somebody_else(case: Case, visit: Visit) -> bool:
    """Whether anybody of the step's office was there who might do it, by what was on record when it came."""
    at, organisation = visit.entered_at, case.organisation
    return any(
        organisation.in_service(each, at)
        and not organisation.is_on_leave(each, at, visit.entered_index)
        and not forbidden_by_four_eyes(case, visit, each, at)
        for each in of_the_step(case, visit)
    )


def _freed(case: Case, visit: Visit, view: View) -> End | None:
    given = (
        End(each.since, "audit.cured_assigned", (each.index,))
        for each in visit.holdings[1:]
        if each.person is not None and not forbidden_by_four_eyes(case, visit, each.person, each.since)
    )
    ends = [each for each in (next(given, None), left(visit, view.slot)) if each is not None]
    return min(ends, key=lambda each: each.at, default=None)
