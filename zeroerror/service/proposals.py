"""Two-person acts about the institution: proposing them, and deciding about what others proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from zeroerror.engine.acts import BULK, as_judged, parts
from zeroerror.engine.two_persons import may_confirm
from zeroerror.model.command import OWN, Payload
from zeroerror.model.errors import UsageError, VerificationFailed
from zeroerror.model.problem import Refusal
from zeroerror.model.proposal import Proposal
from zeroerror.service import erasure
from zeroerror.service.definitions import says_what_it_does
from zeroerror.service.facts import StoreFacts, proposal_of
from zeroerror.service.front import NO_OPTIONS, Options, Receipt, Request, submit
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.reader import Reader
from zeroerror.service.texts import Draft
from zeroerror.store import reads

Answer = Receipt | Refusal


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


def propose_list(
    inst: Institution,
    actor: Actor,
    acts: Sequence[Mapping[str, Any]],
    *,
    payloads: Sequence[Payload] = (),
    options: Options = NO_OPTIONS,
) -> Answer:
    """Hand in one proposal over a list of acts `{kind, body, target}`, for one confirmation."""
    body = {"acts": [{"target": None, **act} for act in acts]}
    return propose(inst, actor, BULK, body, payloads=payloads, options=options)


def proposals(
    inst: Institution, status: str | None = "open", person: str | None = None
) -> list[dict[str, Any]]:
    """The proposals of a status; `person` adds whether he may decide each of them."""
    rows = [proposal_of(row) for row in reads.proposals(inst.conn, status)]
    reader = Reader(inst, person or "", inst.now())
    found = proposals_json(rows, reader.facts, reader.at, person)
    for proposal, told in zip(rows, found, strict=True):
        if proposal.kind == "extend":
            told["asked"] = _asked(reader, proposal)
    return found


def _asked(reader: Reader, proposal: Proposal) -> dict[str, Any]:
    """Of more time asked for: in which step, and why, as somebody may read it."""
    task = reads.task(reader.inst.conn, proposal.about or "")
    assert task is not None, "more time is asked for in a step"
    step, reason = proposal.body["target"]["step"], proposal.body["body"].get("reason")
    readable = reader.may_read(task)
    return {
        "step": step,
        "title": reader.definition(task).workflow.step(step).title,
        "reason": reader.inst.text(reason) if readable and reason is not None else None,
        **({} if readable else {"hidden": True}),
    }


def proposals_json(
    asked: Iterable[Proposal], facts: StoreFacts, at: datetime, person: str | None
) -> list[dict[str, Any]]:
    """Proposals, and whether somebody may decide each of them at an instant."""
    found = []
    for proposal in asked:
        body = as_judged(proposal, facts)
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
                "body": {**_short(body), **_differs(body, facts.settings)},
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
    found = [find_proposal(inst, id) for id in ids]
    acts = [act for id in found for act in _acts(inst, id)]
    for act in acts:
        if act.kind == "publish_definition" and not says_what_it_does(act.body["body"]):
            raise VerificationFailed("verify.definition_forged", id=act.body["body"]["id"], proposal=act.id)
    erased = [digest for act in acts if act.kind == "erase" for digest in act.body["body"]["digests"]]
    files = erasure.files_of(inst, erased) if erased else []
    done = submit(inst, actor, Request("confirm", {"proposals": found}), options)
    if erased and isinstance(done, Receipt) and any(each["kind"] == "texts_erased" for each in done.events):
        erasure.forget(inst, erased, files)
    return done


def _acts(inst: Institution, id: str) -> tuple[Proposal, ...]:
    row = reads.proposal(inst.conn, id)
    assert row is not None, "it has just been found"
    return parts(proposal_of(row))


def reject(
    inst: Institution, actor: Actor, ids: Sequence[str], reason: str, options: Options = NO_OPTIONS
) -> Answer:
    """Reject proposals with a reason; who proposed may take his own back the same way."""
    draft = Draft(inst)
    body = {"proposals": [find_proposal(inst, id) for id in ids], "reason": draft.text(reason)}
    return submit(inst, actor, Request("reject", body, (), OWN, draft.payloads), options)


def _differs(body: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Of settings: the files that say something else than is in force, so that nobody confirms he knows not what."""
    if "settings" not in body:
        return {}
    names = {*body["settings"], *settings}
    return {
        "files": [
            f"{name}.yaml" for name in sorted(names) if body["settings"].get(name) != settings.get(name)
        ]
    }


def _short(body: Mapping[str, Any]) -> dict[str, Any]:
    """A proposal's body for a list: long texts stay where they can be asked for."""
    long = ("text", "overlays", "effective", "table", "organisation", "year", "settings", "hours", "replaces")
    return {key: value for key, value in body.items() if key not in long}
