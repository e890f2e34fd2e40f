"""`zeroerror task advance …`: what people do with tasks that are open."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from zeroerror.cli import session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.tasks import fields_of, reason_of
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError

if TYPE_CHECKING:
    from zeroerror.service.items import Item


def advance(
    words: list[str] = argument("task_and_action", default=None),
    from_: str = option("--from", help="from_list", takes="file"),
    set_: list[str] = option("--set", help="set", takes="field"),
    step: str = option("--step", help="step", takes="step"),
    to: str = option("--to", help="to", takes="step"),
    reason: str = option("--reason", help="reason", takes="reason"),
    attach: list[Path] = option("--attach", help="attach", takes="file"),
    done_at: str = option("--done-at", help="done_at", takes="time"),
    item: list[str] = option("--item", help="item", takes="item"),
    items: str = option("--items", help="items", takes="file"),
) -> None:
    from zeroerror.service import ids, tasks

    opens = items_of(item, items)
    if from_ is not None:
        if opens:
            raise UsageError("error.items_of_one_task")
        _advance_list(words, from_, step or to, reason, set_, attach, done_at)
    if len(words or ()) < 2:
        raise UsageError("error.advance_words")
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        found = [ids.find_task(inst, each, actor) for each in words[:-1]]
        outcome = tasks.advance(
            inst,
            actor,
            found,
            words[-1] if to is None else f"{words[-1]}.{to}",
            step=step,
            fields=fields_of(set_),
            reason=reason_of(reason),
            attach=attach or (),
            done_at=session.current.at(done_at),
            items=opens,
            options=session.current.options(),
        )
        places = {each: each for each in found} if len(set(found)) > 1 else None
        receipt(inst, outcome, actor.person, places)


def _advance_list(
    words: list[str] | None,
    list_: str,
    step: str | None,
    reason: str | None,
    set_: list[str] | None,
    attach: list[Path] | None,
    done_at: str | None,
) -> NoReturn:
    """Take the actions of a list, all or none; a reason on the line goes before the one that is everybody's."""
    from dataclasses import replace

    from zeroerror.service import batch
    from zeroerror.service.texts import contents

    if len(words or ()) > 1 or step is not None:
        raise UsageError("error.list_and_words")
    every = words[0] if words else None
    data, name = (sys.stdin.buffer.read(), "-") if list_ == "-" else (contents(Path(list_)), Path(list_).name)
    why = reason_of(reason)
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        wanted = [
            replace(each, reason=each.reason or why)
            for each in batch.read_list(inst, actor, data, name, every)
        ]
        outcome = batch.advance_each(
            inst,
            actor,
            wanted,
            fields=fields_of(set_),
            attach=attach or (),
            done_at=session.current.at(done_at),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person, {each.task: f"{each.where}  {each.task}" for each in wanted})


def items_of(written: list[str] | None, list_: str | None) -> list[Item]:
    """What an act is to open, as it was written on the line and in a file; `-` reads standard input."""
    if not written and list_ is None:
        return []
    from zeroerror.service.items import Item, read_items
    from zeroerror.service.texts import contents

    found = [Item(each) for each in written or ()]
    if list_ is not None:
        data, name = (
            (sys.stdin.buffer.read(), "-") if list_ == "-" else (contents(Path(list_)), Path(list_).name)
        )
        found += read_items(data, name)
    return found


def record(
    task: str = argument("task"),
    action: str = argument("action"),
    paper_of: str = option("--paper-of", help="paper_of", default=..., takes="person"),
    signed_at: str = option("--signed-at", help="signed_at", default=..., takes="time"),
    attach: list[Path] = option("--attach", help="attach", takes="file"),
    set_: list[str] = option("--set", help="set", takes="field"),
    step: str = option("--step", help="step", takes="step"),
    to: str = option("--to", help="to", takes="step"),
    reason: str = option("--reason", help="reason", takes="reason"),
    item: list[str] = option("--item", help="item", takes="item"),
    items: str = option("--items", help="items", takes="file"),
) -> None:
    from zeroerror.service import ids, tasks

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = tasks.record_paper(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            action if to is None else f"{action}.{to}",
            paper_of=ids.find_person(inst, paper_of),
            signed_at=session.current.instant(signed_at),
            attach=attach or (),
            fields=fields_of(set_),
            reason=reason_of(reason),
            step=step,
            items=items_of(item, items),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def note(
    task: str = argument("task"),
    text: str = argument("note_text"),
    paper_of: str = option("--paper-of", help="remark_of", takes="person"),
    signed_at: str = option("--signed-at", help="remark_at", takes="time"),
    attach: list[Path] = option("--attach", help="attach", takes="file"),
) -> None:
    if paper_of is None and signed_at is None and not attach:
        _handled("note", task, reason_of(text))
    if paper_of is None or signed_at is None:
        raise UsageError("error.whose_remark")
    from zeroerror.service import ids, remarks

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = remarks.record_remark(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            reason_of(text) or "",
            paper_of=ids.find_person(inst, paper_of),
            signed_at=session.current.instant(signed_at),
            attach=attach or (),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def attach(task: str = argument("task"), files: list[Path] = argument("files")) -> None:
    _handled("attach", task, files)


def assign(
    task: str = argument("task"),
    person: str = argument("person", default=None),
    office: str = option("--office", help="assign_office", takes="office"),
    reason: str = option("--reason", help="assign_reason", takes="reason"),
    step: str = option("--step", help="step", takes="step"),
) -> None:
    from zeroerror.service import ids, tasks

    if (person is None) == (office is None):
        raise UsageError("error.person_or_office")
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = tasks.assign(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            None if person is None else ids.find_person(inst, person),
            office=office,
            reason=reason_of(reason),
            step=step,
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def delegate(
    task: str = argument("task"),
    person: str = argument("person", default=None),
    end: bool = option("--end", help="delegate_end", default=False),
    reason: str = option("--reason", help="reason", takes="reason"),
    step: str = option("--step", help="step", takes="step"),
) -> None:
    from zeroerror.service import ids, tasks

    if (person is None) != end:
        raise UsageError("error.person_or_end")
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = tasks.delegate(
            inst,
            actor,
            ids.find_task(inst, task, actor),
            None if person is None else ids.find_person(inst, person),
            reason=reason_of(reason),
            step=step,
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def pause(
    task: str = argument("task"),
    waits_for: str = option("--waits-for", help="waits_for", default=..., takes="text"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
    step: str = option("--step", help="step", takes="step"),
) -> None:
    _handled("pause", task, waits_for, reason=reason_of(reason), step=step)


def resume(task: str = argument("task"), step: str = option("--step", help="step", takes="step")) -> None:
    _handled("resume", task, step=step)


def extend(
    task: str = argument("task"),
    by: str = option("--by", help="by", default=..., takes="limit"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
    step: str = option("--step", help="step", takes="step"),
) -> None:
    _handled("extend", task, by, reason=reason_of(reason), step=step)


def urge(
    task: str = argument("task"),
    note: str = option("--note", help="note", takes="text"),
    step: str = option("--step", help="step", takes="step"),
) -> None:
    _handled("urge", task, note=note, step=step)


def takeback(task: str = argument("task")) -> None:
    _handled("takeback", task)


def attest(task: str = argument("task"), step: str = option("--step", help="step", takes="step")) -> None:
    _handled("attest", task, step=step)


def _handled(name: str, task: str, *words: Any, **more: Any) -> NoReturn:
    from zeroerror.service import ids, tasks

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        id = ids.find_task(inst, task, actor)
        handle = getattr(tasks, name)
        outcome = handle(inst, actor, id, *words, **more, options=session.current.options())
        receipt(inst, outcome, actor.person)
