"""What a change of a definition means for what is running."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from zeroerror.definition.difference import Change
from zeroerror.model.workflow import Workflow
from zeroerror.model.workflow_json import canonical
from zeroerror.service.institution import Institution
from zeroerror.store import reads


def named(workflow: Workflow) -> dict[str, str]:
    """A definition by id, title and digest."""
    return {"id": workflow.id, "title": workflow.title, "digest": _digest(workflow)}


def running(inst: Institution, before: Workflow, changes: Iterable[Change]) -> dict[str, Any]:
    """The open tasks pinned to a definition, and those among them that stand in a step that changes.

    None of them moves: a task stays with the definition under which it was opened.
    """
    digest = _digest(before)
    which = reads.TaskFilter(status="open", workflow=before.id)
    tasks = [task for task in reads.tasks(inst.conn, which) if task.digest == digest]
    changed = {change.step for change in changes if change.step is not None}
    standing = [task.id for task in tasks if changed & {visit.step for visit in task.open_visits()}]
    return {"tasks": [task.id for task in tasks], "standing": standing}


def _digest(workflow: Workflow) -> str:
    return sha256(canonical(workflow).encode()).hexdigest()
