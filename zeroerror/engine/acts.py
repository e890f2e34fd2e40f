"""What a proposal asks for: one act, or a list of them that is proposed, confirmed and void as one (design §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.engine.facts import Facts
from zeroerror.engine.voting import minutes_countersigners
from zeroerror.model.command import Command, Target
from zeroerror.model.instant import to_text
from zeroerror.model.proposal import Proposal
from zeroerror.model.value import dataclass

BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Asked:
    """One act as somebody means to propose it."""

    kind: str
    body: Mapping[str, Any]
    target: Target | None


def asked(command: Command) -> tuple[Asked, ...]:
    """The acts of a command that proposes; of a list, each with its own target."""
    kind, body = command.body["kind"], command.body["body"]
    if kind != BULK:
        return (Asked(kind, body, command.targets[0] if command.targets else None),)
    return tuple(
        Asked(
            each["kind"], each["body"], None if each["target"] is None else Target.from_json(each["target"])
        )
        for each in body["acts"]
    )


def parts(proposal: Proposal) -> tuple[Proposal, ...]:
    """The acts of a proposal as proposals of their own; that of a single one is itself."""
    if proposal.kind != BULK:
        return (proposal,)
    return tuple(
        replace(
            proposal,
            id=part_id(proposal.id, place),
            kind=each["kind"],
            about=None if each["target"] is None else each["target"]["task"],
            body={"body": each["body"], "target": each["target"]},
        )
        for place, each in enumerate(proposal.body["body"]["acts"], 1)
    )


def part_id(proposal: str, place: int) -> str:
    """The id of the n-th act of a list."""
    return f"{proposal}.{place}"


def as_judged(proposal: Proposal, facts: Facts) -> dict[str, Any]:
    """A proposal's body as the table of who may confirm reads it: with when it was asked, and whose office's it is."""
    if proposal.kind == BULK:
        acts = [{"kind": each.kind, "body": as_judged(each, facts)} for each in parts(proposal)]
        return {"acts": acts}
    # What was asked for beforehand stays so, however long the answer took.
    body = {**proposal.body["body"], "asked_at": to_text(proposal.asked_at)}
    if proposal.about is not None:
        task = facts.task(proposal.about)
        body["office"] = None if task is None else task.office
    if proposal.kind == "record_vote":
        body["countersigned_by"] = minutes_countersigners(proposal, facts)
    return body


def as_proposed(kind: str, body: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """A body as the table of who may propose reads it: asked for now, whatever it says of itself."""
    if kind == BULK:
        acts = [{**each, "body": as_proposed(each["kind"], each["body"], at)} for each in body["acts"]]
        return {**body, "acts": acts}
    return {**body, "asked_at": to_text(at)}
