"""`zeroerror log …`: the ledger shown, verified, exported, and the tables made again from it."""

from __future__ import annotations

from pathlib import Path

from zeroerror.cli import output, session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.tasks import reason_of
from zeroerror.cli.words import argument, option

#: How a ledger that does not hold what it claims ends a program.
UNVERIFIED = 8


def show(
    since: int = option("--since", help="log_since", default=0, takes="number"),
    until: int = option("--until", help="log_until", takes="number"),
    task: str = option("--task", help="about_task", takes="id"),
) -> None:
    from zeroerror.service import ids, log

    with session.current.institution(read_only=True) as inst:
        stream = None if task is None else ids.find_task(inst, task)
        found = list(log.show(inst, since, until, stream))
        say = session.current.say

        def text() -> str:
            names = inst.names(each["actor"] for each in found)
            rows = [
                (
                    each["index"],
                    output.plain(each["at"])[:16].replace("T", " "),
                    each["stream"] if each["stream"] != "institution" else say("cli.institution"),
                    say(f"cli.event_{each['kind']}"),
                    say("cli.machine")
                    if each["actor"] == "machine"
                    else names.get(each["actor"]) or each["actor"],
                    each["hash"][:12],
                )
                for each in found
            ]
            columns = ("index", "at", "stream", "event", "person", "hash")
            return output.table([say(f"cli.col_{each}") for each in columns], rows) or say("cli.nothing")

        output.answer(found, text)


def verify(
    checkpoints: list[Path] = option("--checkpoint", help="checkpoint", takes="file"),
) -> None:
    from zeroerror.service import log
    from zeroerror.service.verification import described

    with session.current.institution(read_only=True) as inst:
        found = log.verify(inst, checkpoints or ())
    say = session.current.say
    if not found.ok:
        raise output.Done(
            output.failed(
                [(each.code, each.params) for each in found.problems],
                UNVERIFIED,
                data=described(found),
            )
        )
    output.answer(described(found), say("cli.verified", leaves=found.leaves, root=found.root))


def export(directory: Path = argument("directory")) -> None:
    from zeroerror.service import log

    with session.current.institution() as inst:
        found = log.export(inst, directory)
    output.answer(found, session.current.say("cli.exported", **found))


def checkpoint() -> None:
    from zeroerror.service import log

    with session.current.institution() as inst:
        found = log.checkpoint_of(inst)
    output.answer({"checkpoint": found}, found.rstrip("\n"))


def rebuild() -> None:
    from zeroerror.service import log

    with session.current.institution() as inst:
        found = log.rebuild(inst)
    output.answer(found, session.current.say("cli.rebuilt", **found))


def texts(task: str = argument("task")) -> None:
    from zeroerror.service import erasure, ids

    with session.current.institution(read_only=True) as inst:
        found = erasure.texts_of(inst, ids.find_task(inst, task))
        say = session.current.say
        rows = [
            (each["index"], each["name"], each["digest"], say("cli.erased" if each["erased"] else "cli.kept"))
            for each in found
        ]
        columns = ("index", "name", "digest", "status")
        titles = [say(f"cli.col_{each}") for each in columns]
        output.answer(found, lambda: output.table(titles, rows) or say("cli.nothing"))


def erase(
    digests: list[str] = argument("digests"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.service import log

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        why = reason_of(reason) or ""
        receipt(inst, log.erase(inst, actor, digests, why, session.current.options()), actor.person)
