"""What people do about a finding: dispute it, answer a dispute, have it voided or its attribution corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from zeroerror.engine.oversight import DISPUTE
from zeroerror.model.command import OWN
from zeroerror.model.errors import UsageError
from zeroerror.service import tasks
from zeroerror.service.audits import finding
from zeroerror.service.front import NO_OPTIONS, Options, Request, submit
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.proposals import Answer, propose
from zeroerror.service.texts import Draft
from zeroerror.store import reads

#: Who answers by people's judgement, and not by a rule's.
JUDGED = "attribution.judged"
NOBODY = "attribution.missing_judged"


def dispute(
    inst: Institution, actor: Actor, id: str, reason: str | None, options: Options = NO_OPTIONS
) -> Answer:
    """Dispute a finding that names me; it stands as disputed until it is answered."""
    draft = Draft(inst)
    body = {"finding": finding(inst, id)["id"], "reason": draft.text(reason)}
    return submit(inst, actor, Request("dispute", body, (), OWN, draft.payloads), options)


def answer(
    inst: Institution,
    actor: Actor,
    id: str,
    action: str,
    reason: str | None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Answer a dispute: `uphold` the finding, or `refer` it to be corrected or voided by two persons."""
    about = finding(inst, id)["id"]
    open_tasks = reads.tasks(inst.conn, reads.TaskFilter(status="open", workflow=DISPUTE))
    task = next((each.id for each in open_tasks if each.cause == about), None)
    if task is None:
        raise UsageError("error.no_dispute", finding=about)
    return tasks.advance(inst, actor, [task], action, reason=reason, options=options)


def rectify(
    inst: Institution,
    actor: Actor,
    id: str,
    reason: str | None,
    person: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Have what a finding shows put right for good (整改), by its office's director or whoever is named."""
    draft = Draft(inst)
    body = {"finding": finding(inst, id)["id"], "person": person, "reason": draft.text(reason)}
    return submit(inst, actor, Request("rectify", body, (), OWN, draft.payloads), options)


def void(inst: Institution, actor: Actor, id: str, reason: str, options: Options = NO_OPTIONS) -> Answer:
    """Propose that a finding be voided: a fact of its own, judged by two persons without interest."""
    draft = Draft(inst)
    body = {"finding": finding(inst, id)["id"], "reason": draft.text(reason)}
    return propose(inst, actor, "void_finding", body, payloads=draft.payloads, options=options)


def correct(
    inst: Institution,
    actor: Actor,
    id: str,
    answerers: Sequence[tuple[str, str]],
    reason: str,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Propose whose a finding is: (person, degree) of each who answers; nobody, if the list is empty."""
    draft = Draft(inst)
    attribution: dict[str, Any] = {
        "answerers": [
            {"person": person, "degree": degree, "capacity": OWN.to_json(), "reason": JUDGED}
            for person, degree in answerers
        ],
        "missing": [] if answerers else [NOBODY],
        "clarifier": None,
        "evidence": [],
    }
    body = {
        "finding": finding(inst, id)["id"],
        "attribution": attribution,
        "reason": draft.text(reason),
    }
    return propose(inst, actor, "correct_attribution", body, payloads=draft.payloads, options=options)
