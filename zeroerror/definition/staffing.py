"""Whether the people there are can work by a definition: names the organisation does not know, and steps
that resolve to nobody in an office. The first are errors; the second warn, because small offices exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from zeroerror.definition.graph import owners
from zeroerror.definition.votes import NEVER
from zeroerror.definition.where import Where
from zeroerror.engine.counting import never_reached
from zeroerror.engine.ownership import SUPERVISOR, resolve
from zeroerror.engine.votes import due
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Owner, Vote, Workflow


def check_staffing(
    workflow: Workflow, organisation: Organisation, at: datetime, where: Where | None = None
) -> list[Problem]:
    """What the staffing of that instant has against a definition; `where` as `Loaded` has it."""
    found: list[Problem] = []
    for step in workflow.steps:
        asked = list(owners(step))
        if step.owner.urged_by is not None:
            asked.append((step.owner.urged_by, ("steps", step.name, "owner", "urged_by")))
        for owner, path in asked:
            told = list(_unknown(owner, workflow, organisation))
            told = told or list(_nobody(step.name, owner, workflow, organisation, at))
            # The line is asked for only where something is said: to know it, the file may have to be read again.
            found += told if where is None else [replace(each, where=where(*path)) for each in told]
        if step.vote is not None:
            found += _votes(step.name, step.vote, organisation, at, where)
    return found


def _unknown(owner: Owner, workflow: Workflow, organisation: Organisation) -> Iterator[Problem]:
    offices = [office.id for office in organisation.offices]
    if owner.office is not None and owner.office not in offices:
        yield _not_known("definition.unknown_office", "office", owner.office, offices)
    roles = [role.id for role in organisation.roles]
    leader = owner.kind == "desk" and owner.name == SUPERVISOR
    if owner.kind in ("post", "desk") and not leader and owner.name not in roles:
        yield _not_known("definition.unknown_role", "role", owner.name, roles)
    scopes = sorted({duty.scope for duty in organisation.duties})
    # A line for the whole workflow or family stands for every duty in it.
    if owner.kind == "duty" and not {owner.name, workflow.id, workflow.family} & set(scopes):
        yield _not_known("definition.unknown_duty", "duty", owner.name, scopes)


def _not_known(code: str, key: str, name: str, known: Sequence[str]) -> Problem:
    return Problem(code, {key: name, "known": list(known)})


def _nobody(
    step: str,
    owner: Owner,
    workflow: Workflow,
    organisation: Organisation,
    at: datetime,
) -> Iterator[Problem]:
    if owner.kind not in ("duty", "post", "desk"):
        return
    every = [office.id for office in organisation.offices]
    offices = every if owner.office is None else [owner.office]
    without = [office for office in offices if _vacant(owner, office, workflow, organisation, at)]
    if without:
        params = {"step": step, "owner": owner.name, "offices": list(without)}
        yield Problem("definition.nobody", params, severity="warning")


def _votes(
    step: str, vote: Vote, organisation: Organisation, at: datetime, where: Where | None
) -> Iterator[Problem]:
    """A vote that nobody can win with the voters there are, and one over which nobody presides."""
    if any(each.kind == "field" for each in vote.voters):
        return
    offices = [None] if all(each.office is not None for each in vote.voters) else organisation.offices
    for office in offices:
        found = due(vote, "" if office is None else office.id, {}, organisation, at)
        for name in never_reached(vote, len(found)) if found else ():
            params = {"step": step, "enough": getattr(vote, name), "most": len(found)}
            here = None if where is None else where("steps", step, "vote")
            yield Problem(NEVER[name], params, here, "warning")
            return


def _vacant(owner: Owner, office: str, workflow: Workflow, organisation: Organisation, at: datetime) -> bool:
    found = resolve(
        owner,
        organisation=organisation,
        office=office,
        workflow_id=workflow.id,
        family=workflow.family,
        fields={},
        doers={},
        opener="",
        at=at,
    )
    return found.waits_for is None if owner.kind == "desk" else found.person is None
