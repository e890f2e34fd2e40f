"""Entering a step: who owes it, and until when, said once and by event (design §4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine.deadlines import step_due
from zeroerror.engine.facts import Facts
from zeroerror.engine.ownership import resolve
from zeroerror.model.event import Event
from zeroerror.model.task import Task
from zeroerror.model.workflow import Workflow


def entered(
    task: Task,
    workflow: Workflow,
    name: str,
    *,
    facts: Facts,
    at: datetime,
    fields: Mapping[str, str],
    doers: Mapping[str, str | None],
) -> Event:
    """The event of a step's next visit; `fields` and `doers` as the command leaves them."""
    step = workflow.step(name)
    owed = resolve(
        step.owner,
        organisation=facts.organisation,
        office=task.office,
        workflow_id=task.workflow,
        family=task.family,
        fields=fields,
        doers=doers,
        opener=task.opener,
        at=at,
    )
    body: dict[str, Any] = {
        "step": name,
        "visit": task.times_entered(name) + 1,
        "owner": owed.kind,
        "person": owed.person,
        "capacity": owed.capacity.to_json(),
        "urger": owed.urger,
        "waits_for": owed.waits_for,
        "unassigned": owed.unassigned,
        "tried": [list(each) for each in owed.tried],
        **step_due(step, at, fields, facts.calendar),
    }
    return Event(task.id, "step_entered", body)
