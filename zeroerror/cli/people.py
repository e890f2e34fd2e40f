"""Who is at the keyboard, who is where, and what takes two persons."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from zeroerror.cli import output, session
from zeroerror.cli.tasks import reason_of, receipt
from zeroerror.cli.words import argument, helped, option


def add_root(app: typer.Typer) -> None:
    """Add login, logout and whoami."""
    for name, function in (("login", login), ("logout", logout), ("whoami", whoami)):
        app.command(name, help=helped(name))(function)


def add_organisation(app: typer.Typer) -> None:
    """Add the commands about the organisation."""
    for name, function in (
        ("show", show),
        ("apply", apply),
        ("appoint", appoint),
        ("transfer", transfer),
        ("leave", leave),
        ("cover", cover),
        ("accept", accept),
    ):
        app.command(name, help=helped(f"org_{name}"))(function)


def add_keys(app: typer.Typer) -> None:
    """Add the commands about keys."""
    for name, function in (
        ("new", key_new),
        ("list", key_list),
        ("enrol", key_enrol),
        ("revoke", key_revoke),
    ):
        app.command(name, help=helped(f"key_{name}"))(function)


def add_proposals(app: typer.Typer) -> None:
    """Add the commands about proposals."""
    for name, function in (("list", proposals), ("confirm", confirm), ("reject", reject)):
        app.command(name, help=helped(f"proposal_{name}"))(function)


def login(person: str = argument("person")) -> None:
    from zeroerror.service import identity, organisation

    with session.current.institution() as inst:
        who = organisation.find_person(inst, person)
        found = identity.login(inst, who, session.passphrase(who))
        name = inst.names([who]).get(who)
        output.answer(
            found,
            lambda: session.current.say(
                "cli.logged_in", person=name or who, until=output.when(found["until"])
            ),
        )


def logout(person: str = option("--person", help="logout_person")) -> None:
    from zeroerror.service import identity

    identity.logout(session.current.directory, person or session.current.person)
    output.answer({}, session.current.say("cli.logged_out"))


def whoami() -> None:
    from zeroerror.service import identity

    with session.current.institution() as inst:
        found = identity.whoami(inst, session.current.person)

        def text() -> str:
            posts = [f"{each['office']} {each['role']}" for each in found["posts"]]
            return session.current.say(
                "cli.whoami", name=found["name"], person=found["person"], posts=posts, key=found["key"]
            )

        output.answer(found, text)


def show(as_of: str = option("--as-of", help="as_of")) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        at = None if as_of is None else session.current.instant(as_of)
        found = organisation.org_show(inst, at)
        output.answer(found, lambda: _organisation_text(found))


def _organisation_text(found: Mapping[str, Any]) -> str:
    say = session.current.say
    names = {each["id"]: each["name"] for each in found["persons"]}

    def name(person: str | None) -> str:
        return "—" if person is None else f"{names.get(person) or ''}（{person}）"

    rows = [
        (office["title"], post["role"], name(post["person"]))
        for office in found["offices"]
        for post in office["posts"]
    ]
    duties = [(each["office"], each["scope"], name(each["a"]), name(each["b"])) for each in found["duties"]]
    columns = ("office", "role", "person")
    parts = [output.table([say(f"cli.col_{each}") for each in columns], rows)]
    columns = ("office", "duty", "a", "b")
    parts.append(output.table([say(f"cli.col_{each}") for each in columns], duties))
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
    columns = ("person", "since", "until", "event")
    parts.append(output.table([say(f"cli.col_{each}") for each in columns], away))
    return "\n\n".join(part for part in parts if part)


def apply(file: Path = argument("org_file")) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        receipt(inst, organisation.apply(inst, actor, file, session.current.options()))


def appoint(
    person: str = argument("person"),
    office: str = option("--office", help="office", default=...),
    role: str = option("--role", help="role", default=...),
    since: str = option("--since", help="since"),
) -> None:
    _moved("appoint", person, office, role, since)


def transfer(
    person: str = argument("person"),
    office: str = option("--office", help="office", default=...),
    role: str = option("--role", help="role", default=...),
    since: str = option("--since", help="since"),
) -> None:
    _moved("transfer", person, office, role, since)


def _moved(name: str, person: str, office: str, role: str, since: str | None) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        at = inst.now() if since is None else session.current.instant(since)
        propose = getattr(organisation, name)
        who = organisation.find_person(inst, person)
        receipt(inst, propose(inst, actor, who, office, role, at, session.current.options()))


def leave(
    person: str = argument("person"),
    since: str = option("--since", help="since", default=...),
    until: str = option("--until", help="until", default=...),
) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        who = organisation.find_person(inst, person)
        span = session.current.instant(since), session.current.instant(until)
        receipt(inst, organisation.leave(inst, actor, who, *span, session.current.options()))


def cover(
    person: str = argument("person"),
    by: str = option("--by", help="cover_by", default=...),
    since: str = option("--since", help="since", default=...),
    until: str = option("--until", help="until", default=...),
) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        who, other = organisation.find_person(inst, person), organisation.find_person(inst, by)
        span = session.current.instant(since), session.current.instant(until)
        receipt(inst, organisation.cover(inst, actor, who, other, *span, session.current.options()))


def accept(proposal: str = argument("proposal")) -> None:
    from zeroerror.service import organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        receipt(inst, organisation.accept(inst, actor, proposal, session.current.options()))


def key_new(person: str = argument("person")) -> None:
    from zeroerror.service import identity, organisation

    with session.current.institution() as inst:
        who = organisation.find_person(inst, person)
        found = identity.new_key(inst, who, session.passphrase(who, twice=True))
        output.answer(
            found,
            lambda: session.current.say("cli.key_made", person=who, key=found["id"], public=found["public"]),
        )


def key_list() -> None:
    from zeroerror.service import identity

    with session.current.institution() as inst:
        found = identity.key_list(inst)
        names = inst.names(each["person"] for each in found)
        rows = [
            (each["id"], names.get(each["person"]) or each["person"], each["since"], each["until"])
            for each in found
        ]
        columns = ("fingerprint", "person", "since", "until")
        titles = [session.current.say(f"cli.col_{each}") for each in columns]
        output.answer(found, lambda: output.table(titles, rows))


def key_enrol(person: str = argument("person"), public: str = argument("public_key")) -> None:
    from zeroerror.service import identity, organisation

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        who = organisation.find_person(inst, person)
        receipt(inst, identity.enrol(inst, actor, who, public, session.current.options()))


def key_revoke(key: str = argument("key")) -> None:
    from zeroerror.service import identity

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        receipt(inst, identity.revoke(inst, actor, key, session.current.options()))


def proposals(
    status: str = option("--status", help="proposal_status", default="open"),
) -> None:
    from zeroerror.service import proposals as service

    with session.current.institution() as inst:
        reader = session.current.reader(inst)
        found = service.proposals(inst, None if status == "all" else status, reader)
        names = inst.names(each["proposer"] for each in found)
        say = session.current.say
        rows = [
            (
                each["id"],
                say(f"cli.act_{each['kind']}"),
                names.get(each["proposer"]) or each["proposer"],
                each["asked_at"],
                each["about"] or "",
                say(f"cli.proposal_{each['status']}"),
                say("cli.mine_to_decide") if each["may_decide"] else "",
            )
            for each in found
        ]
        columns = ("proposal", "act", "proposer", "at", "task", "status", "why")
        titles = [say(f"cli.col_{each}") for each in columns]
        output.answer(found, lambda: output.table(titles, rows) or say("cli.nothing"))


def confirm(ids: list[str] = argument("proposals")) -> None:
    from zeroerror.service import proposals as service

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        receipt(inst, service.confirm(inst, actor, ids, session.current.options()))


def reject(
    ids: list[str] = argument("proposals"), reason: str = option("--reason", help="reason", default=...)
) -> None:
    from zeroerror.service import proposals as service

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        why = reason_of(reason) or ""
        receipt(inst, service.reject(inst, actor, ids, why, session.current.options()))
