"""`next --review`: what waits for my decision, one after another; at a terminal only.

Proposals that I may decide come first, because others wait for them; then the steps that I owe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from zeroerror.cli import output, session
from zeroerror.cli.tasks import light_code, title_of
from zeroerror.model.errors import UsageError, ZeroErrorError
from zeroerror.model.problem import Refusal

if TYPE_CHECKING:
    from zeroerror.service.institution import Actor, Institution

#: What was answered: the whole is left, this one is left.
QUIT, SKIP = "q", ""


class _Left(Exception):
    """No more is to be asked."""


def go_through() -> NoReturn:
    """Ask about each; UsageError where nobody can be asked."""
    if not session.current.interactive:
        raise UsageError("cli.review_terminal")
    say, done = session.current.say, 0
    try:
        with session.current.institution() as inst:
            actor = session.current.actor(inst)
            for ask in (_proposals, _steps):
                done += ask(inst, actor)
    except (_Left, EOFError):
        output.write("")
    output.answer({}, say("cli.review_end"))


def _proposals(inst: Institution, actor: Actor) -> int:
    from zeroerror.cli.proposals import subject
    from zeroerror.service import proposals

    say, done = session.current.say, 0
    waiting = [each for each in proposals.proposals(inst, "open", actor.person) if each["may_decide"]]
    for place, each in enumerate(waiting, 1):
        names = inst.names([each["proposer"]])
        output.write(
            say(
                "cli.review_proposal",
                place=place,
                count=len(waiting),
                proposal=each["id"],
                act=say(f"cli.act_{each['kind']}"),
                proposer=names.get(each["proposer"]) or each["proposer"],
                about=subject(inst, each),
                reason=_reason(inst, each),
            )
        )
        answered = _asked("cli.review_ask_proposal", ("y", "n"))
        if answered == "y":
            outcome = proposals.confirm(inst, actor, [each["id"]], session.current.options())
        elif answered == "n":
            reason = _text("cli.review_reason")
            outcome = proposals.reject(inst, actor, [each["id"]], reason, session.current.options())
        else:
            continue
        done += _told(inst, outcome)
    return done


def _reason(inst: Institution, proposal: Mapping[str, Any]) -> str:
    # Whoever compares a remark with the paper reads what was typed of it.
    digest = proposal["body"].get("reason") or proposal["body"].get("note")
    return "" if digest is None else inst.text(digest) or ""


def _steps(inst: Institution, actor: Actor) -> int:
    from zeroerror.service import desk

    say, done = session.current.say, 0
    owed = [each for each in desk.next_for(inst, actor.person)["owed"] if each["actions"]]
    for place, each in enumerate(owed, 1):
        output.write(
            say(
                "cli.review_step",
                place=place,
                count=len(owed),
                task=each["task"],
                title=title_of(each),
                step=each["step_title"],
                due_at=output.when(each["due_at"]),
                light=say(light_code(each)),
            )
        )
        actions = each["actions"]
        for number, action in enumerate(actions, 1):
            output.write(f"  {number}  {action['title']}  ({action['action']})")
        answered = _asked("cli.review_ask_step", [str(number) for number in range(1, len(actions) + 1)])
        if answered != SKIP:
            done += _taken(inst, actor, each, actions[int(answered) - 1])
    return done


def _taken(inst: Institution, actor: Actor, entry: Mapping[str, Any], action: Mapping[str, Any]) -> int:
    from zeroerror.service import tasks

    reason = _text("cli.review_reason") if action["reason"] else None
    fields = {name: _text("cli.review_field", field=name) for name in action["require"]}
    try:
        outcome = tasks.advance(
            inst,
            actor,
            [entry["task"]],
            action["action"],
            step=entry["step"],
            fields=fields,
            reason=reason,
            options=session.current.options(),
        )
    except ZeroErrorError as error:
        # A file that is not there stops this one and not the others.
        output.write(session.current.say(error.code, **output.localised(error.params)))
        return 0
    return _told(inst, outcome)


def _told(inst: Institution, outcome: Any) -> int:
    from zeroerror.cli.receipts import told

    if isinstance(outcome, Refusal):
        for each in outcome.reasons:
            params = output.localised(output.named(each.params, inst.names))
            output.write(session.current.say(each.code, **params))
        return 0
    output.write(told(inst, outcome))
    return 1


def _asked(code: str, known: Sequence[str]) -> str:
    """One of the answers, or SKIP for none; raises _Left where no more is to be asked."""
    while True:
        answered = input(session.current.say(code)).strip().lower()
        if answered == QUIT:
            raise _Left
        if answered in (SKIP, *known):
            return answered


def _text(code: str, **params: Any) -> str:
    return input(session.current.say(code, **params)).strip()
