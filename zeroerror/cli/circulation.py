"""`zeroerror task circulate|read`: a task given to people to read (传阅), and their word that they have (已阅)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import person_told, receipt
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError
from zeroerror.text import shown


def circulate(
    task: str = argument("task"),
    persons: list[str] = argument("readers", default=None),
    office: str = option("--office", help="circulate_office", takes="office"),
) -> None:
    from zeroerror.service import circulation, ids

    if not persons and office is None:
        raise UsageError("error.readers")
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = circulation.circulate(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            [ids.find_person(inst, each) for each in persons or ()],
            office=office,
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def read(
    tasks: list[str] = argument("tasks", default=None),
    all_: bool = option("--all", help="read_all", default=False),
) -> None:
    from zeroerror.service import circulation, ids

    if bool(tasks) == all_:
        raise UsageError("error.read_which")
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        wanted = [ids.find_task(inst, each, actor) for each in tasks or ()]
        outcome = circulation.read(inst, actor, wanted, session.current.options())
        receipt(inst, outcome, actor.person)


def unread_lines(found: Sequence[Mapping[str, Any]], names: Mapping[str, str | None]) -> Iterator[str]:
    """What `next` says of what waits to be read."""
    say = session.current.say
    yield say("cli.next_unread", count=len(found))
    for each in found:
        given = say("cli.unread_from", by=person_told(each["by"], names), at=output.when(each["at"]))
        yield f"  {each['task']}  {shown(each['title'] or say('cli.untitled'))}  {given}"
    yield say("cli.next_read", command="zeroerror task read --all")


def reader_lines(found: Sequence[Mapping[str, Any]], names: Mapping[str, str | None]) -> Iterator[str]:
    """What `task show` says of a task's readers: who has read it, and who has not yet."""
    say = session.current.say
    has = [each for each in found if each["read_at"] is not None]
    yield say("cli.circulated", count=len(found), read=len(has))
    if has:
        told = [f"{person_told(each['person'], names)} {output.when(each['read_at'])}" for each in has]
        yield "  " + say("cli.readers_read", persons=told)
    left = [person_told(each["person"], names) for each in found if each["read_at"] is None]
    if left:
        yield "  " + say("cli.readers_unread", persons=left)
