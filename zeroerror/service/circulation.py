"""传阅 and 已阅 as people do and see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.model.circulation import Circulated
from zeroerror.model.command import Target
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Refusal
from zeroerror.service.front import NO_OPTIONS, Options, Receipt, Request, submit
from zeroerror.service.ids import find_office
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.reader import Reader
from zeroerror.store import reads


def circulate(
    inst: Institution,
    actor: Actor,
    id: str,
    persons: Sequence[str],
    *,
    office: str | None = None,
    options: Options = NO_OPTIONS,
) -> Receipt | Refusal:
    """Give a task to people to read, and to everybody of an office."""
    organisation, at = inst.organisation, inst.now()
    staff = () if office is None else organisation.staff(find_office(inst, office), at)
    named = (*persons, *staff)
    body = {"persons": list(dict.fromkeys(named))}
    return submit(inst, actor, Request("circulate", body, _targets(inst, [id])), options)


def read(
    inst: Institution, actor: Actor, ids: Sequence[str], options: Options = NO_OPTIONS
) -> Receipt | Refusal:
    """Say that one has read these; of none named, everything that one was given and has not read yet."""
    wanted = ids or [each.task for each in reads.unread(inst.conn, actor.person)]
    if not wanted:
        raise UsageError("error.nothing_to_read")
    return submit(inst, actor, Request("read", {}, _targets(inst, wanted)), options)


def unread(reader: Reader, past: datetime | None = None) -> list[dict[str, Any]]:
    """What somebody was given to read and has not said he has, as he may see it; of the past nothing is asked."""
    found = reads.unread(reader.inst.conn, reader.person) if past is None else []
    if not found:
        return []
    tasks = reads.tasks_by_id(reader.inst.conn, {each.task for each in found})
    titles = reader.titles(tasks.values())
    return [
        {"task": each.task, "title": titles[each.task], "by": each.by, "at": each.at, "index": each.index}
        for each in found
    ]


def circulated_by(found: Iterable[Circulated], at: datetime) -> Iterator[Circulated]:
    """To whom a task had been given by an instant, as it stood then."""
    for each in found:
        if each.at <= at:
            later = each.read_at is not None and each.read_at > at
            yield replace(each, read_at=None, read_index=None) if later else each


def readers(found: Iterable[Circulated]) -> list[dict[str, Any]]:
    """To whom a task was given, and who has read it."""
    return [
        {
            "person": each.person,
            "by": each.by,
            "at": each.at,
            "index": each.index,
            "read_at": each.read_at,
            "read_index": each.read_index,
        }
        for each in found
    ]


def _targets(inst: Institution, ids: Iterable[str]) -> tuple[Target, ...]:
    wanted = list(dict.fromkeys(ids))
    tasks = reads.tasks_by_id(inst.conn, wanted)
    for id in wanted:
        if id not in tasks:
            raise UsageError("error.unknown_task", task=id)
    return tuple(Target(id, tasks[id].last) for id in wanted)
