"""`zeroerror org …`: who is where, who is away, and who covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.tasks import reason_of
from zeroerror.cli.words import argument, option


def show(as_of: str = option("--as-of", help="as_of", takes="time")) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        at = None if as_of is None else session.current.instant(as_of)
        found = organisation.org_show(inst, at)
        output.answer(found, lambda: _organisation_text(found))


def _organisation_text(found: Mapping[str, Any]) -> str:
    say = session.current.say
    names = {each["id"]: each["name"] for each in found["persons"]}

    def name(person: str | None) -> str:
        return "—" if person is None else output.called(person, names)

    rows: list[tuple[Any, ...]] = [
        (office["title"], post["role"], name(post["person"]))
        for office in found["offices"]
        for post in office["posts"]
    ]
    duties = [(each["office"], each["scope"], name(each["a"]), name(each["b"])) for each in found["duties"]]
    parts = [
        _columns(("office", "role", "person"), rows),
        _columns(("office", "duty", "a", "b"), duties),
    ]
    away = [
        (name(each["person"]), each["since"], each["until"], say("cli.on_leave")) for each in found["leaves"]
    ]
    away += [
        (
            name(each["by"]),
            each["since"],
            each["until"],
            say("cli.covers" if each["accepted"] else "cli.asked_to_cover", person=name(each["person"])),
        )
        for each in found["covers"]
    ]
    parts.append(_columns(("person", "since", "until", "event"), away))
    return "\n\n".join(part for part in parts if part)


def _columns(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    return output.table([session.current.say(f"cli.col_{each}") for each in names], rows)


def apply(file: Path = argument("org_file")) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        receipt(inst, organisation.apply(inst, actor, file, session.current.options()))


def appoint(
    person: str = argument("person"),
    office: str = option("--office", help="office", default=..., takes="office"),
    role: str = option("--role", help="role", default=..., takes="role"),
    since: str = option("--since", help="since", takes="time"),
) -> None:
    _moved("appoint", person, office, role, since)


def transfer(
    person: str = argument("person"),
    office: str = option("--office", help="office", default=..., takes="office"),
    role: str = option("--role", help="role", default=..., takes="role"),
    since: str = option("--since", help="since", takes="time"),
) -> None:
    _moved("transfer", person, office, role, since)


def _moved(name: str, person: str, office: str, role: str, since: str | None) -> None:
    from zeroerror.service import ids, organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        at = inst.now() if since is None else session.current.instant(since)
        propose = getattr(organisation, name)
        who = ids.find_person(inst, person)
        receipt(inst, propose(inst, actor, who, office, role, at, session.current.options()))


def leave(
    person: str = argument("person"),
    since: str = option("--since", help="since", default=..., takes="time"),
    until: str = option("--until", help="until", default=..., takes="time"),
) -> None:
    from zeroerror.service import ids, organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        who = ids.find_person(inst, person)
        span = session.current.instant(since), session.current.instant(until)
        receipt(inst, organisation.leave(inst, actor, who, *span, session.current.options()))


def cover(
    person: str = argument("person"),
    by: str = option("--by", help="cover_by", default=..., takes="person"),
    since: str = option("--since", help="since", default=..., takes="time"),
    until: str = option("--until", help="until", default=..., takes="time"),
) -> None:
    from zeroerror.service import ids, organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        who, other = ids.find_person(inst, person), ids.find_person(inst, by)
        span = session.current.instant(since), session.current.instant(until)
        receipt(inst, organisation.cover(inst, actor, who, other, *span, session.current.options()))


def exempt(
    office: str = argument("office"),
    since: str = option("--since", help="since", default=..., takes="time"),
    until: str = option("--until", help="until", default=..., takes="time"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        span = session.current.instant(since), session.current.instant(until)
        receipt(
            inst,
            organisation.exempt(
                inst, actor, office, *span, reason_of(reason) or "", session.current.options()
            ),
        )


def accept(proposal: str = argument("proposal")) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        receipt(inst, organisation.accept(inst, actor, proposal, session.current.options()))
