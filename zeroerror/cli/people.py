"""Who is at the keyboard: login, logout, whoami, and the keys that speak for persons."""

from __future__ import annotations

from zeroerror.cli import output, session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.words import argument, option


def login(person: str = argument("person")) -> None:
    from zeroerror.service import identity, ids

    with session.current.institution() as inst:
        who = ids.find_person(inst, person)
        found = identity.login(inst, who, session.passphrase(who))
        name = inst.names([who]).get(who)
        output.answer(
            found,
            lambda: "\n".join(
                (
                    session.current.say(
                        "cli.logged_in", person=name or who, until=output.when(found["until"])
                    ),
                    session.current.say("cli.next_command", command="zeroerror next"),
                )
            ),
        )


def logout(person: str = option("--person", help="logout_person", takes="person")) -> None:
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


def key_new(person: str = argument("person")) -> None:
    from zeroerror.service import identity, ids

    with session.current.institution() as inst:
        who = ids.find_person(inst, person)
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
        columns = ("fingerprint", "person", "since_leaf", "until_leaf")
        titles = [session.current.say(f"cli.col_{each}") for each in columns]
        output.answer(found, lambda: output.table(titles, rows))


def key_enrol(person: str = argument("person"), public: str = argument("public_key")) -> None:
    from zeroerror.service import identity, ids

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        who = ids.find_person(inst, person)
        receipt(inst, identity.enrol(inst, actor, who, public, session.current.options()))


def key_revoke(key: str = argument("key")) -> None:
    from zeroerror.service import identity

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        receipt(inst, identity.revoke(inst, actor, key, session.current.options()))
