"""`zeroerror task new|list|show`: opening tasks and looking at them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import person_told, persons_of, receipt
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution


def fields_of(given: Sequence[str] | None) -> dict[str, str]:
    """The form's values as `name=value`; UsageError for anything else."""
    found = {}
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise UsageError("error.set", value=each)
        found[name] = value
    return found


def reason_of(given: str | None) -> str | None:
    """A reason; `-` reads it from standard input."""
    if given != "-":
        return given
    try:
        return session.readable(sys.stdin.read().strip())
    except UnicodeDecodeError:
        raise UsageError("error.not_text", text="stdin") from None


def new(
    workflow: str = argument("workflow"),
    set_: list[str] = option("--set", help="set", takes="field"),
    title: str = option("--title", help="title"),
    office: str = option("--office", help="office_of_task", takes="office"),
    attach: list[Path] = option("--attach", help="attach", takes="file"),
) -> None:
    from zeroerror.service import tasks

    fields = fields_of(set_)
    if title is not None:
        fields["title"] = title
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = tasks.open_task(
            inst,
            actor,
            workflow,
            fields=fields,
            office=office,
            attach=attach or (),
            options=session.current.options(),
        )
        receipt(inst, outcome, actor.person)


def listed(
    status: str = option("--status", help="status", default="open", takes="status"),
    office: str = option("--office", help="office", takes="office"),
    person: str = option("--person", help="owed_by", takes="person"),
    workflow: str = option("--workflow", help="of_workflow", takes="workflow"),
    light: str = option("--light", help="light", takes="light"),
    as_of: str = option("--as-of", help="as_of", takes="time"),
) -> None:
    from zeroerror.service import ids, views

    one_of("--status", status, ("open", "closed", "cancelled", "merged", "redirected", "all"))
    one_of("--light", light, views.LIGHTS)
    with session.current.institution(read_only=True) as inst:
        found = views.task_list(
            inst,
            session.current.reader(inst),
            status=None if status == "all" else status,
            office=None if office is None else ids.find_office(inst, office),
            owed_by=None if person is None else ids.find_person(inst, person),
            workflow=workflow,
            light=light,
            at=session.current.at(as_of),
        )
        output.answer(found, lambda: _list_text(inst, found))


def one_of(flag: str, value: str | None, known: Sequence[str]) -> None:
    """UsageError for a value that an option does not have."""
    if value is not None and value not in known:
        raise UsageError("cli.not_one_of", option=flag, value=value, known=list(known))


def _list_text(inst: Institution, found: Sequence[Mapping[str, Any]]) -> str:
    say = session.current.say
    names = inst.names(persons_of([step for task in found for step in task["steps"]]))
    rows = [
        (
            task["id"],
            title_of(task),
            task["office"],
            "" if step is None else step["title"],
            "" if step is None else person_told(owes(step), names),
            None if step is None else step["due_at"],
            say(f"cli.status_{task['status']}" if step is None else light_code(step)),
        )
        for task in found
        for step in task["steps"] or [None]
    ]
    columns = ("task", "title", "office", "step", "person", "due_at", "light")
    return output.table([say(f"cli.col_{each}") for each in columns], rows) or say("cli.nothing")


def owes(step: Mapping[str, Any]) -> str | None:
    """Who owes a step as `task show` gives it, or for whom it waits."""
    owing: str | None = step["person"] or step["waits_for"] or step["urger"]
    return owing


def light_code(step: Mapping[str, Any]) -> str:
    """The word for how time stands: a stopped clock has no light."""
    return "cli.clock_stopped" if step["clock"] == "stopped" else f"cli.light_{step['light']}"


def title_of(task: Mapping[str, Any]) -> str:
    """A task's title; what may not be read is said to be hidden, and what was erased to be erased."""
    if task["title"] is not None:
        return str(task["title"])
    return session.current.say("cli.hidden" if task.get("hidden") else "cli.untitled")


def show(task: str = argument("task"), as_of: str = option("--as-of", help="as_of", takes="time")) -> None:
    from zeroerror.cli.task_show import told
    from zeroerror.service import ids, task_show

    with session.current.institution(read_only=True) as inst:
        reader = session.current.reader(inst)
        id = ids.find_task(inst, task)
        found = task_show.task_show(inst, id, reader, session.current.at(as_of))
        output.answer(found, lambda: told(inst, found))
