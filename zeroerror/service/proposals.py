"""Two-person acts about the institution: proposing them, and deciding about what others proposed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zeroerror.engine.two_persons import may_confirm
from zeroerror.model.command import OWN, Payload
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Refusal
from zeroerror.service.facts import proposal_of
from zeroerror.service.front import Options, Receipt, Request, submit
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.texts import Draft
from zeroerror.store import reads

Answer = Receipt | Refusal
NO_OPTIONS = Options()


def propose(
    inst: Institution,
    actor: Actor,
    kind: str,
    body: Mapping[str, Any],
    *,
    payloads: Sequence[Payload] = (),
    options: Options = NO_OPTIONS,
) -> Answer:
    """Hand in a proposal about the institution."""
    request = Request("propose", {"kind": kind, "body": body}, (), OWN, list(payloads))
    return submit(inst, actor, request, options)


def proposals(
    inst: Institution, status: str | None = "open", person: str | None = None
) -> list[dict[str, Any]]:
    """The proposals of a status; `person` adds whether he may decide each of them."""
    facts, at = inst.facts(), inst.now()
    found = []
    for row in reads.proposals(inst.conn, status):
        proposal = proposal_of(row)
        body = dict(proposal.body["body"])
        task = None if proposal.about is None else facts.task(proposal.about)
        if task is not None:
            body["office"] = task.office
        may = None
        if person is not None:
            against = may_confirm(proposal.kind, body, proposal.proposer, person, facts.organisation, at)
            may = against is None
        found.append(
            {
                "id": proposal.id,
                "kind": proposal.kind,
                "status": proposal.status,
                "proposer": proposal.proposer,
                "about": proposal.about,
                "asked_at": proposal.asked_at,
                "body": _short(body),
                "may_decide": may,
            }
        )
    return found


def find_proposal(inst: Institution, text: str) -> str:
    """The id that a text means: the whole of it, or a unique part; UsageError otherwise."""
    ids = [row.id for row in reads.proposals(inst.conn, None)]
    if text in ids:
        return text
    found = [id for id in ids if text and (id.startswith(text) or id.endswith(text))]
    if not found:
        raise UsageError("error.unknown_proposal", proposal=text)
    if len(found) > 1:
        raise UsageError("error.ambiguous_proposal", proposal=text, found=found)
    return found[0]


def confirm(inst: Institution, actor: Actor, ids: Sequence[str], options: Options = NO_OPTIONS) -> Answer:
    """Confirm one proposal, or a list of them: all take effect, or none."""
    body = {"proposals": [find_proposal(inst, id) for id in ids]}
    return submit(inst, actor, Request("confirm", body), options)


def reject(
    inst: Institution, actor: Actor, ids: Sequence[str], reason: str, options: Options = NO_OPTIONS
) -> Answer:
    """Reject proposals with a reason; who proposed may take his own back the same way."""
    draft = Draft(inst)
    body = {"proposals": [find_proposal(inst, id) for id in ids], "reason": draft.text(reason)}
    return submit(inst, actor, Request("reject", body, (), OWN, draft.payloads), options)


def _short(body: Mapping[str, Any]) -> dict[str, Any]:
    """A proposal's body for a list: long texts stay where they can be asked for."""
    long = ("text", "effective", "table", "organisation", "year", "settings")
    return {key: value for key, value in body.items() if key not in long}
