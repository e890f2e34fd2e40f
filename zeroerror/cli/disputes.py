"""`zeroerror finding dispute|answer|correct|void|rectify`: what people say about a finding, and have done about it."""

from __future__ import annotations

from collections.abc import Sequence

from zeroerror.cli import session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.tasks import reason_of
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError

DEGREES = ("direct", "review", "lead")


def dispute(
    id: str = argument("finding"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import findings

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = findings.dispute(inst, actor, id, reason_of(reason), session.current.options())
        receipt(inst, outcome, actor.person)


def answer(
    id: str = argument("finding"),
    action: str = argument("dispute_answer"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import findings

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = findings.answer(inst, actor, id, action, reason_of(reason), session.current.options())
        receipt(inst, outcome, actor.person)


def correct(
    id: str = argument("finding"),
    whose: list[str] = option("--whose", help="whose", takes="whose"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import findings, ids

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        answerers = [(ids.find_person(inst, person), degree) for person, degree in _answerers(whose or ())]
        why = reason_of(reason) or ""
        outcome = findings.correct(inst, actor, id, answerers, why, session.current.options())
        receipt(inst, outcome, actor.person)


def _answerers(given: Sequence[str]) -> list[tuple[str, str]]:
    """`person=degree` as written; a person alone is direct."""
    found = []
    for each in given:
        person, _, degree = each.partition("=")
        if (degree or "direct") not in DEGREES:
            raise UsageError("cli.not_one_of", option="--whose", value=degree, known=list(DEGREES))
        found.append((person, degree or "direct"))
    return found


def void(
    id: str = argument("finding"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import findings

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        why = reason_of(reason) or ""
        receipt(inst, findings.void(inst, actor, id, why, session.current.options()), actor.person)


def rectify(
    id: str = argument("finding"),
    person: str = option("--person", help="rectify_person", takes="person"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import findings, ids

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        leads = None if person is None else ids.find_person(inst, person)
        why = reason_of(reason)
        receipt(inst, findings.rectify(inst, actor, id, why, leads, session.current.options()), actor.person)
