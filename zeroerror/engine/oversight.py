"""What tasks of oversight and the findings that opened them say of each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task

#: The definition under which a finding's explanation is owed.
EXPLAIN = "oversight/explain"
#: The definition under which an office puts something right for good (整改).
RECTIFY = "oversight/rectify"
#: The definition under which a dispute is answered.
DISPUTE = "oversight/dispute"


def closing(follow_up: Task, why: str, at: datetime) -> Iterator[Event]:
    """The end of a task whose cause is gone: nobody owes its steps any more, and nobody is blamed for them."""
    for each in follow_up.open_visits():
        yield Event(follow_up.id, "step_withdrawn", {"step": each.step, "visit": each.visit, "why": why})
    body = {"status": "closed", "outcome": why, "closed_at": to_text(at)}
    yield Event(follow_up.id, "task_closed", body)


def reopening(follow_up: Task, since: int) -> Iterator[Event]:
    """A task that was closed because its cause had gone, by a leaf after that one, and whose cause has come back."""
    gone = [
        each for each in follow_up.visits if each.status == "withdrawn" and (each.left_index or 0) > since
    ]
    if gone:
        yield Event(follow_up.id, "task_reopened", {"why": "taken_back"})
    for each in gone:
        yield Event(follow_up.id, "step_restored", {"step": each.step, "visit": each.visit})


def answered(task: Task, action: str, doer: str, reason: str | None) -> Iterator[Event]:
    """What the end of a dispute's task says of its finding."""
    if task.workflow == DISPUTE and task.cause is not None:
        said = {"finding": task.cause, "by": doer, "task": task.id, "answer": action, "reason": reason}
        yield Event(INSTITUTION, "dispute_answered", said)
