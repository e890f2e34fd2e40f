"""`zeroerror task signers|revise`: who signs a text besides, who no longer, and another text in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.tasks import reason_of
from zeroerror.cli.words import argument, option
from zeroerror.text import shown


def signers(
    task: str = argument("task"),
    add: list[str] = option("--add", help="add_signer", takes="person"),
    remove: list[str] = option("--remove", help="remove_signer", takes="person"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import countersigning, ids

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = countersigning.change_signers(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            add=[ids.find_person(inst, each) for each in add or ()],
            remove=[ids.find_person(inst, each) for each in remove or ()],
            reason=reason_of(reason),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def revise(
    task: str = argument("task"),
    attach: Path = option("--attach", help="revise_attach", takes="file"),
    text: str = option("--text", help="revise_text", takes="text"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import countersigning, ids

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = countersigning.revise(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            file=attach,
            text=reason_of(text),
            reason=reason_of(reason),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def answer_lines(answers: list[Mapping[str, Any]], names: Mapping[str, str | None]) -> Iterator[str]:
    """Everybody who was asked to sign, and what he said; objections with their reasons."""
    say = session.current.say
    yield say("cli.countersigning")
    for each in answers:
        person = each["person"] or each["signer"]
        told = {
            "person": names.get(person) or person.rpartition(":")[2].lstrip("/"),
            "at": output.when(each["at"]),
            "due_at": output.when(each["due_at"]),
            "by": names.get(each["by"]) or each["by"] or "",
            "reason": shown(each["reason"] or ""),
        }
        line = say(f"cli.signed_{each['answer']}", **told)
        line += say("cli.signer_added", by=names.get(each["added_by"]) or "") if each["added_by"] else ""
        line += "" if each["stands"] else say("cli.signed_other_text")
        yield line
