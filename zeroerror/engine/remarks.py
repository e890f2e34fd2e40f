"""What a leader wrote by hand about a task, put to it as his: who said it, who recorded it, and the paper (代录).

A clerk's own note says what the clerk says. Words that are put into somebody else's mouth need what his
signature needs: the paper as evidence, and a second person who has compared it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine.authority import may_read
from zeroerror.engine.facts import Facts
from zeroerror.model.command import Capacity
from zeroerror.model.event import Event
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Reason
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task


def remark_reasons(
    task: Task, body: Mapping[str, Any], actor: str, facts: Facts, at: datetime
) -> tuple[Reason, ...]:
    """Why a remark on paper cannot be put to a task; empty where it can."""
    writer, written_at = body["paper_of"], from_text(body["signed_at"])
    definition = facts.definition(task.digest)
    assert definition is not None, "a task is pinned to a published definition"
    reasons = []
    if actor == writer:
        reasons.append(Reason("engine.own_remark", {"person": writer}))
    if not may_read(writer, task, definition.workflow, facts.organisation, written_at):
        reasons.append(Reason("engine.remark_of_stranger", {"person": writer, "task": task.id}))
    if body.get("note") is None:
        reasons.append(Reason("engine.says_nothing"))
    if not body.get("attachments"):
        reasons.append(Reason("engine.evidence", {"needed": 1, "attached": 0}))
    if not task.opened_at <= written_at <= at:
        since, until = to_text(task.opened_at), to_text(at)
        told = {"done_at": to_text(written_at), "since": since, "until": until}
        reasons.append(Reason("engine.written_at_outside", told))
    if definition.workflow.stub:
        reasons.append(Reason("engine.stub_only", {"workflow": definition.workflow.title}))
    return tuple(reasons)


def remarked(proposal: Proposal, actor: str, facts: Facts, at: datetime) -> tuple[Event, ...]:
    """The remark as its writer's, recorded by whoever proposed it."""
    body = proposal.body["body"]
    assert proposal.about is not None, "a remark is about a task"
    told = {
        "note": body["note"],
        "attachments": list(body["attachments"]),
        "sealed": {},
        "doer": body["paper_of"],
        "recorder": proposal.proposer,
        "capacity": Capacity("paper").to_json(),
        "done_at": body["signed_at"],
    }
    return (Event(proposal.about, "task_noted", told),)
