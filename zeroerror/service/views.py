"""Tasks as people look at them. Values and codes; the words are made where they are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Action
from zeroerror.service.institution import Institution
from zeroerror.service.past import tasks_then
from zeroerror.service.reader import Reader
from zeroerror.store import reads

#: How time stands, the most pressing first.
LIGHTS = ("overdue", "today", "soon", "normal")


def step_json(reader: Reader, task: Task, visit: Visit) -> dict[str, Any]:
    """A visit as `task show` gives it."""
    step = reader.definition(task).workflow.step(visit.step)
    return {
        "name": visit.step,
        "title": step.title,
        "owner": visit.kind,
        "person": visit.person,
        "capacity": visit.holdings[-1].capacity,
        "delegate": visit.delegate,
        "urger": visit.urger,
        "waits_for": visit.waits_for or (visit.pauses[-1].waits_for if visit.clock == "stopped" else None),
        "unassigned": visit.unassigned and visit.person is None,
        "entered_at": visit.entered_at,
        "due_at": visit.due_at,
        "provisional": visit.provisional,
        "light": reader.light(visit),
        "visit": visit.visit,
        "clock": visit.clock,
        "vote": None if step.vote is None else step.vote.ballot,
        "actions": [
            {
                "action": action.name,
                "title": action.title,
                "require": list(action.require),
                "reason": action.reason,
                "evidence": action.evidence,
                "opens": _line(reader, action),
                "waits": action.waits,
            }
            for action in step.offers
        ],
    }


def task_json(reader: Reader, task: Task, title: str | None) -> dict[str, Any]:
    """A task as `task list` gives it."""
    workflow = reader.definition(task).workflow
    return {
        "id": task.id,
        "workflow": task.workflow,
        "workflow_title": workflow.title,
        "digest": task.digest,
        "family": task.family,
        "office": task.office,
        "title": title,
        **reader.hidden(task, title),
        "status": task.status,
        "opened_at": task.opened_at,
        "closed_at": task.closed_at,
        "due_at": task.due_at,
        "fields": dict(task.fields),
        "steps": [step_json(reader, task, visit) for visit in task.open_visits()],
    }


def task_list(
    inst: Institution,
    person: str,
    *,
    status: str | None = "open",
    office: str | None = None,
    owed_by: str | None = None,
    workflow: str | None = None,
    light: str | None = None,
    at: datetime | None = None,
) -> list[dict[str, Any]]:
    """The tasks that pass these filters, as somebody may see them."""
    reader = Reader(inst, person, at or inst.now())
    which = reads.TaskFilter(status=status, office=office, workflow=workflow, person=owed_by)
    past = past_of(inst, at)
    tasks = list(reads.tasks(inst.conn, which)) if past is None else tasks_then(inst.conn, past, which)
    titles = reader.titles(tasks)
    found = [task_json(reader, task, titles[task.id]) for task in tasks]
    return [each for each in found if light is None or any(step["light"] == light for step in each["steps"])]


def _line(reader: Reader, action: Action) -> list[str] | None:
    if action.opens is None:
        return None
    from zeroerror.service.opened import line_json

    return line_json(reader, action)


def past_of(inst: Institution, at: datetime | None) -> datetime | None:
    """The instant asked about, if something may have happened after it."""
    return at if at is not None and at < inst.now() else None
