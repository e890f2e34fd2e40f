"""Entering a step: who owes it, and until when, said once and by event (design §4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine.deadlines import step_due
from zeroerror.engine.facts import Facts
from zeroerror.engine.ownership import Resolved, resolve
from zeroerror.model.event import Event
from zeroerror.model.task import Task
from zeroerror.model.visit import Signing, Voting
from zeroerror.model.workflow import Owner, Workflow


def entered(
    task: Task,
    workflow: Workflow,
    name: str,
    *,
    facts: Facts,
    at: datetime,
    fields: Mapping[str, str],
    doers: Mapping[str, str | None],
    owner: Owner | None = None,
    beyond: int = 0,
    signing: Signing | None = None,
    owed: Resolved | None = None,
    voting: Voting | None = None,
) -> Event:
    """The event of a step's next visit; `fields` and `doers` as the command leaves them.

    Of a countersigned step it is one signer's: he is its `owner`, and so many visits `beyond` those of the task
    are entered before his by the same command. A voter is not looked up, because nobody stands in for him: it is
    `owed` by himself.
    """
    step = workflow.step(name)
    owed = owed or resolve(
        owner or step.owner,
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
        "visit": task.times_entered(name) + 1 + beyond,
        "owner": owed.kind,
        "person": owed.person,
        "capacity": owed.capacity.to_json(),
        "urger": owed.urger,
        "waits_for": owed.waits_for,
        "unassigned": owed.unassigned,
        "tried": [list(each) for each in owed.tried],
        **step_due(step, at, fields, facts.calendar),
    }
    if signing is not None:
        body["signing"] = signing_body(signing)
    if voting is not None:
        body["voting"] = voting_body(voting)
    return Event(task.id, "step_entered", body)


def signing_body(signing: Signing) -> dict[str, Any]:
    """What makes a visit one signer's, as its event carries it."""
    return {
        "round": signing.round,
        "place": signing.place,
        "signer": signing.signer,
        "text": signing.text,
        "silence": signing.silence,
        "added_by": signing.added_by,
        "reason": signing.reason,
    }


def voting_body(voting: Voting) -> dict[str, Any]:
    """What makes a visit one voter's, as its event carries it."""
    return {
        "round": voting.round,
        "place": voting.place,
        "voter": voting.voter,
        "text": voting.text,
        "chair": voting.chair,
        "silence": voting.silence,
    }
