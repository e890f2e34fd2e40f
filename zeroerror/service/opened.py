"""What a task's actions have opened, and by which task it was opened itself, as somebody may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zeroerror.model.task import Task
from zeroerror.model.workflow import Action
from zeroerror.service.history import tasks_at
from zeroerror.service.reader import Reader
from zeroerror.store import reads


def kin_json(reader: Reader, task: Task, position: int | None) -> dict[str, Any]:
    """Its parent and its children, as they stood at a position of the ledger; now where none is given."""
    conn = reader.inst.conn
    ids = reads.children_ids(conn, (task.id,)).get(task.id, [])
    wanted = [*ids, *([] if task.parent is None else [task.parent])]
    stood = reads.tasks_by_id(conn, wanted) if position is None else tasks_at(conn, wanted, position)
    titles = reader.titles(stood.values())
    parent = stood.get(task.parent or "")
    return {
        "parent": None if parent is None else _named(reader, parent, titles),
        "children": [_child(reader, stood[id], titles) for id in ids if id in stood],
    }


def _named(reader: Reader, task: Task, titles: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "task": task.id,
        "workflow": task.workflow,
        "workflow_title": reader.definition(task).workflow.title,
        "office": task.office,
        "title": titles[task.id],
        **reader.hidden(task, titles[task.id]),
        "status": task.status,
    }


def _child(reader: Reader, task: Task, titles: Mapping[str, str | None]) -> dict[str, Any]:
    """A child, where it stands, and of one that has ended how, when and by whom: whoever ends it is named."""
    workflow = reader.definition(task).workflow
    steps = [
        {
            "step": each.step,
            "title": workflow.step(each.step).title,
            "person": each.person,
            "waits_for": each.waits_for,
            "urger": each.urger,
            "due_at": each.due_at,
            "clock": each.clock,
            "light": reader.light(each),
        }
        for each in task.open_visits()
    ]
    return {
        **_named(reader, task, titles),
        "opened_at": task.opened_at,
        "closed_at": task.closed_at,
        "due_at": task.due_at,
        "ended": None if task.status == "open" else _ended(reader, task),
        "steps": steps,
    }


def _ended(reader: Reader, task: Task) -> dict[str, Any]:
    if task.into is not None:
        return {"by_parent": False, "action": None, "title": task.into, "outcome": task.status, "by": None}
    last = max(task.visits, key=lambda each: each.left_index or 0)
    action = reader.definition(task).workflow.step(last.step).action(last.action or "")
    if action is None:
        # Nobody left its last step: the task that had opened it called it off, or it goes on as another.
        called_off = task.status == "cancelled"
        return {"by_parent": called_off, "action": None, "title": None, "outcome": task.status, "by": None}
    said = {"action": action.name, "title": action.title, "outcome": last.status}
    return {"by_parent": False, **said, "by": last.doer}


def waited_for(reader: Reader, tasks: Iterable[Task], position: int | None) -> dict[str, list[str]]:
    """By task of which an action waits: the tasks that it waited for at a position of the ledger, or waits for now."""
    waiting = [task.id for task in tasks if reader.definition(task).workflow.waits]
    if not waiting:
        return {}
    conn = reader.inst.conn
    ids = reads.children_ids(conn, waiting)
    wanted = [id for found in ids.values() for id in found]
    stood = reads.tasks_by_id(conn, wanted) if position is None else tasks_at(conn, wanted, position)
    still = {id for id, each in stood.items() if each.status == "open"}
    return {parent: [id for id in found if id in still] for parent, found in ids.items()}


def line_json(reader: Reader, action: Action) -> list[str] | None:
    """What is said of an item behind its office, by the titles that people know; None where nothing is opened."""
    if action.opens is None:
        return None
    digest = reader.facts.in_force(action.opens.workflow)
    held = None if digest is None else reader.facts.definition(digest)
    fields = ((name, None if held is None else held.workflow.field(name)) for name in action.opens.each)
    return [name if field is None else field.title for name, field in fields]
