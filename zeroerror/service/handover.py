"""What a leave hands over: the list that its approval wrote, or, until then, what would stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zeroerror.engine.granting import owed
from zeroerror.ledger.leaf import Leaf
from zeroerror.model.instant import from_text
from zeroerror.model.task import Task
from zeroerror.service.reader import Reader


def handover_json(reader: Reader, task: Task, leaves: Sequence[Leaf]) -> dict[str, Any] | None:
    """The hand-over list of a leave's task, read from its leaves; None for a task that records no leave."""
    effects = reader.definition(task).workflow.effects
    reads = next((each.reads for each in effects if each.name == "leave"), None)
    person = None if reads is None else task.fields.get(reads["person"])
    if reads is None or person is None:
        return None
    written = next((leaf.body for leaf in reversed(leaves) if leaf.kind == "handed_over"), None)
    if written is not None:
        steps = [_step(reader, *each) for each in written["steps"]]
        return {"recorded": True, "person": person, "to": written["to"], "steps": steps}
    if task.status != "open":
        return None
    found = [
        _step(reader, each.id, visit.step, visit.visit, None, due_at=visit.due_at)
        for each, visit in owed(person, task, reader.facts)
    ]
    return {
        "recorded": False,
        "person": person,
        "to": task.fields.get(reads.get("cover", "")),
        "steps": found,
    }


def _step(
    reader: Reader, task: str, step: str, visit: int, due: str | None, due_at: Any = None
) -> dict[str, Any]:
    held = reader.facts.task(task)
    title = step if held is None else reader.definition(held).workflow.step(step).title
    due_at = due_at if due is None else from_text(due)
    return {"task": task, "step": step, "step_title": title, "visit": visit, "due_at": due_at}
