"""What happened and calls for a look: a step failed, returned again and again, recorded late, or nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zeroerror.audit.attribution import attribute_event, attribute_unassigned
from zeroerror.audit.rules.overdue import left
from zeroerror.audit.rules.rule import End, Sighting
from zeroerror.audit.view import View
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit


def step_failed(view: View, task: Task) -> Iterator[Sighting]:
    """A step that ended as failed."""
    for visit in _ended_as(task, "failed"):
        yield _event(view, task, visit, "failed", {})


def step_returned(view: View, task: Task) -> Iterator[Sighting]:
    """A task's third return (the threshold says how many): once, and not again at the fourth."""
    returns = _ended_as(task, "returned")
    # The threshold is asked where there is something to count, which is hardly anywhere.
    often = view.thresholds.returns if returns else 1
    if len(returns) >= often:
        counted = [each.left_index for each in returns[:often]]
        yield _event(view, task, returns[often - 1], "returned", {"times": often, "returns": counted})


def late_record(view: View, task: Task) -> Iterator[Sighting]:
    """An act that was put on record later than its time allows (补办)."""
    for visit in task.visits:
        if visit.late_record and visit.left_index is not None:
            yield _event(view, task, visit, "late_record", {})


def step_unassigned(view: View, task: Task) -> Iterator[Sighting]:
    """A step that came when nobody was there to owe it: said at once, before anything is due."""
    for visit in task.visits:
        if visit.status == "withdrawn" or not _came_to_nobody(visit):
            continue
        end = _assigned(visit) or left(visit, view.slot)
        yield Sighting(
            step=visit.step,
            visit=visit.visit,
            evidence=(visit.entered_index, *(end.evidence if end else ())),
            trace={
                "entered_at": to_text(visit.entered_at),
                "tried": [list(each) for each in visit.tried],
                "ended_at": None if end is None else to_text(end.at),
            },
            attribution=attribute_unassigned(
                task,
                visit,
                workflow=view.workflow(task),
                organisation=view.organisation,
                calendar=view.calendar,
                at=view.slot,
            ),
            end=end,
        )


def _ended_as(task: Task, outcome: str) -> list[Visit]:
    found = [visit for visit in task.visits if visit.status == outcome and visit.left_index is not None]
    return sorted(found, key=lambda visit: visit.left_index or 0)


def _event(view: View, task: Task, visit: Visit, what: str, more: dict[str, Any]) -> Sighting:
    index = visit.left_index or 0
    instants = {"entered_at": visit.entered_at, "done_at": visit.done_at, "recorded_at": visit.left_at}
    return Sighting(
        step=visit.step,
        visit=visit.visit,
        evidence=(visit.entered_index, *more.get("returns", ()), index),
        trace={
            **{name: None if at is None else to_text(at) for name, at in instants.items()},
            "action": visit.action,
            "reason": visit.reason,
            **more,
        },
        attribution=attribute_event(
            task,
            visit,
            what,
            workflow=view.workflow(task),
            organisation=view.organisation,
            calendar=view.calendar,
            at=view.slot,
        ),
        event=index,
    )


def _came_to_nobody(visit: Visit) -> bool:
    # A desk has no person from the start; it was nobody's only if it had to be assigned.
    assigned = visit.kind == "person" or len(visit.holdings) > 1
    return visit.unassigned or (visit.holdings[0].person is None and assigned)


def _assigned(visit: Visit) -> End | None:
    if len(visit.holdings) < 2:
        return None
    given = visit.holdings[1]
    return End(given.since, "audit.cured_assigned", (given.index,))
