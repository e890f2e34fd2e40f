"""`zeroerror proposal …`: what takes two persons, and waits for the second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.step_reasons import limit_told
from zeroerror.cli.tasks import one_of, reason_of
from zeroerror.cli.words import argument, option
from zeroerror.model.instant import from_text
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution

STATUSES = ("open", "confirmed", "rejected", "lapsed", "all")

#: What a proposal is about, in the order in which people would say it; the rest can be asked for as JSON.
_TOLD = (
    "person",
    "by",
    "office",
    "role",
    "since",
    "until",
    "extension",
    "waits_for",
    "action",
    "paper_of",
    "signed_at",
)


def listed(
    status: str = option("--status", help="proposal_status", default="open", takes="status"),
) -> None:
    from zeroerror.service import proposals as service

    one_of("--status", status, STATUSES)
    with session.current.institution(read_only=True) as inst:
        reader = session.current.reader(inst)
        found = service.proposals(inst, None if status == "all" else status, reader)
        output.answer(found, lambda: _text(inst, found))


def _text(inst: Institution, found: Sequence[Mapping[str, Any]]) -> str:
    say = session.current.say
    names = inst.names(each["proposer"] for each in found)
    rows = [
        (
            each["id"],
            say(f"cli.act_{each['kind']}"),
            names.get(each["proposer"]) or each["proposer"],
            each["asked_at"],
            subject(inst, each),
            say(f"cli.proposal_{each['status']}"),
            say("cli.mine_to_decide") if each["may_decide"] and each["status"] == "open" else "",
        )
        for each in found
    ]
    columns = ("proposal", "act", "proposer", "at", "about", "status", "why")
    text = output.table([say(f"cli.col_{each}") for each in columns], rows) or say("cli.nothing")
    if any(each["may_decide"] and each["status"] == "open" for each in found):
        text += "\n" + say("cli.next_command", command="zeroerror next --review")
    return text


def subject(inst: Institution, proposal: Mapping[str, Any]) -> str:
    """What a proposal is about, in one line."""
    body = proposal["body"]
    answerers = (body.get("attribution") or {}).get("answerers", ())
    persons = {str(body[key]) for key in ("person", "by", "paper_of") if body.get(key)}
    persons |= {each["person"] for each in answerers}
    if proposal["kind"] == "record_vote":
        persons |= {*body["absent"], *body["recused"]}
    names = inst.names(persons)
    if proposal["kind"] == "record_vote":
        return _minutes(proposal, names)
    if proposal.get("asked"):
        return _more_time(proposal)
    parts = [proposal["about"] or "", *(_told(body[key], names) for key in _TOLD if body.get(key))]
    parts += [str(body[key]) for key in ("id", "finding") if body.get(key)]
    parts += [
        session.current.say(
            f"cli.degree_{each['degree']}", person=names.get(each["person"]) or each["person"]
        )
        for each in answerers
    ]
    parts += body.get("files", ())
    return " ".join(part for part in parts if part)


def _more_time(proposal: Mapping[str, Any]) -> str:
    """In which step how much more time is asked for, and why, for whoever is to grant it."""
    say, asked = session.current.say, proposal["asked"]
    reason = say("cli.hidden") if asked.get("hidden") else shown(asked["reason"] or say("cli.no_reason"))
    limit = limit_told(proposal["body"]["extension"])
    return say("cli.more_time_told", task=proposal["about"], step=asked["title"], limit=limit, reason=reason)


def _minutes(proposal: Mapping[str, Any], names: Mapping[str, str | None]) -> str:
    """What minutes say of a vote, for whoever is to countersign them."""
    body = proposal["body"]
    return session.current.say(
        "cli.minutes_told",
        task=proposal["about"],
        at=output.when(from_text(body["held_at"])),
        yes=body["yes"],
        no=body["no"],
        abstain=body["abstain"],
        absent=[names.get(each) or each for each in body["absent"]],
        recused=[names.get(each) or each for each in body["recused"]],
    )


def _told(value: Any, names: Mapping[str, str | None]) -> str:
    text = str(value)
    if names.get(text):
        return str(names[text])
    try:
        return output.when(from_text(text))
    except ValueError:
        return text


def confirm(ids: list[str] = argument("proposals")) -> None:
    from zeroerror.service import proposals as service

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = service.confirm(inst, actor, ids, session.current.options())
        receipt(inst, outcome, actor.person)


def reject(
    ids: list[str] = argument("proposals"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import proposals as service

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        why = reason_of(reason) or ""
        receipt(inst, service.reject(inst, actor, ids, why, session.current.options()), actor.person)
