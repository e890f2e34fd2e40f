"""Somebody who looks at tasks, and what he may see of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from zeroerror.engine.authority import may_read
from zeroerror.engine.facts import Definition
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.service.facts import StoreFacts
from zeroerror.service.institution import Institution
from zeroerror.service.seen import Seen
from zeroerror.store import reads
from zeroerror.timing import light


class Reader:
    """Somebody who looks, and what he may read: who may not gets `null` with `hidden: true`."""

    def __init__(self, inst: Institution, person: str, at: datetime, then: Seen | None = None) -> None:
        """With `then`, by the organisation and the circulation as they stood, for what must be had again as it was."""
        self.inst, self.person, self.at = inst, person, at
        self.facts: StoreFacts = inst.facts()
        self.organisation: Organisation = self.facts.organisation if then is None else then.organisation
        self.zone = self.facts.zone if then is None else then.calendar.zone
        self._position = None if then is None else then.position

    def may_read(self, task: Task) -> bool:
        """Whether the task's definition lets him read its texts."""
        definition = self.definition(task)
        if may_read(self.person, task, definition.workflow, self.organisation, self.at):
            return True
        # A circulated paper is read by whoever gets it.
        given = reads.was_circulated(self.inst.conn, task.id, self.person, self._position)
        return given and self.organisation.in_service(self.person, self.at)

    def definition(self, task: Task) -> Definition:
        """The definition to which a task is pinned."""
        found = self.facts.definition(task.digest)
        assert found is not None, "a task is pinned to a published definition"
        return found

    def titles(self, tasks: Iterable[Task]) -> dict[str, str | None]:
        """The titles of tasks by id; None where he may not read them, or they have been erased."""
        found: dict[str, str | None] = {}
        digests: dict[str, str] = {}
        for task in tasks:
            name = self.definition(task).workflow.title_field
            found[task.id] = task.fields.get(name)
            digest = task.sealed.get(name)
            if digest is not None and self.may_read(task):
                digests[task.id] = digest
        texts = reads.texts(self.inst.conn, digests.values())
        return {**found, **{id: texts.get(digest) for id, digest in digests.items()}}

    def hidden(self, task: Task, title: str | None) -> dict[str, bool]:
        """The mark of a title that there is and that he may not read."""
        sealed = self.definition(task).workflow.title_field in task.sealed
        return {"hidden": True} if title is None and sealed else {}

    def light(self, visit: Visit) -> str:
        """How time stands for a visit."""
        stopped = visit.pauses[-1].start if visit.clock == "stopped" else None
        return light(
            self.at,
            visit.due_at,
            visit.warn_at,
            clock=visit.clock,
            stopped_at=stopped,
            zone=self.zone,
        )
