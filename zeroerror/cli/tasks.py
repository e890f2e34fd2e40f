"""`zeroerror task …`: opening, advancing and looking at tasks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import typer

from zeroerror.cli import output, session
from zeroerror.cli.words import argument, helped, option
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Refusal


def add(app: typer.Typer) -> None:
    """Add the commands of this noun."""
    for name, function in (
        ("new", new),
        ("list", listed),
        ("show", show),
        ("advance", advance),
        ("record", record),
        ("note", note),
        ("attach", attach),
        ("assign", assign),
        ("pause", pause),
        ("resume", resume),
        ("extend", extend),
        ("urge", urge),
        ("takeback", takeback),
    ):
        app.command(name, help=helped(f"task_{name}"))(function)


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
    return sys.stdin.read().strip() if given == "-" else given


def receipt(inst: Any, outcome: Any, *more: str) -> NoReturn:
    """Tell what a command has left in the ledger, or every reason why it has not."""
    if isinstance(outcome, Refusal):
        output.refused(outcome, inst.names)
    say = session.current.say

    def text() -> str:
        if outcome.dry_run:
            return say("cli.dry_run", kinds=[each["kind"] for each in outcome.events])
        lines = [
            say(
                "cli.repeated" if outcome.repeated else "cli.receipt",
                index=outcome.index,
                digest=outcome.digest[:12],
            )
        ]
        lines += [*where_tasks_stand(inst, outcome.tasks), *more]
        for event in outcome.events:
            if event["kind"] == "proposed":
                lines.append(say("cli.proposed"))
        return "\n".join(lines)

    output.answer(outcome.to_json(), text)


def where_tasks_stand(inst: Any, ids: Iterable[str]) -> list[str]:
    """One line a task: where it stands now, and which command looks at it."""
    say, lines = session.current.say, []
    facts = inst.facts()
    for id in ids:
        task = facts.task(id)
        if task is None:
            continue
        workflow = facts.definition(task.digest).workflow
        open_visits = task.open_visits()
        if not open_visits:
            lines.append(say("cli.task_closed", task=id))
        for visit in open_visits:
            owes = visit.person or visit.waits_for or visit.urger
            name = inst.names([owes]).get(owes) if owes else None
            lines.append(
                say(
                    "cli.task_stands",
                    task=id,
                    step=workflow.step(visit.step).title,
                    person=name or owes,
                    due_at=output.when(visit.due_at),
                )
            )
    return lines


def new(
    workflow: str = argument("workflow"),
    set_: list[str] = option("--set", help="set"),
    title: str = option("--title", help="title"),
    office: str = option("--office", help="office"),
    attach: list[Path] = option("--attach", help="attach"),
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
        receipt(inst, outcome)


def advance(
    words: list[str] = argument("task_and_action"),
    set_: list[str] = option("--set", help="set"),
    step: str = option("--step", help="step"),
    reason: str = option("--reason", help="reason"),
    attach: list[Path] = option("--attach", help="attach"),
    done_at: str = option("--done-at", help="done_at"),
) -> None:
    from zeroerror.service import tasks

    if len(words) < 2:
        raise UsageError("error.advance_words")
    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = tasks.advance(
            inst,
            actor,
            [tasks.find_task(inst, each, actor) for each in words[:-1]],
            words[-1],
            step=step,
            fields=fields_of(set_),
            reason=reason_of(reason),
            attach=attach or (),
            done_at=None if done_at is None else session.current.instant(done_at),
            options=session.current.options(),
        )
        receipt(inst, outcome)


def record(
    task: str = argument("task"),
    action: str = argument("action"),
    paper_of: str = option("--paper-of", help="paper_of", default=...),
    signed_at: str = option("--signed-at", help="signed_at", default=...),
    attach: list[Path] = option("--attach", help="attach"),
    set_: list[str] = option("--set", help="set"),
    step: str = option("--step", help="step"),
    reason: str = option("--reason", help="reason"),
) -> None:
    from zeroerror.service import organisation, tasks

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = tasks.record_paper(
            inst,
            actor,
            tasks.find_task(inst, task, actor),
            action,
            paper_of=organisation.find_person(inst, paper_of),
            signed_at=session.current.instant(signed_at),
            attach=attach or (),
            fields=fields_of(set_),
            reason=reason_of(reason),
            step=step,
            options=session.current.options(),
        )
        receipt(inst, outcome)


def note(task: str = argument("task"), text: str = argument("note_text")) -> None:
    _handled("note", task, reason_of(text))


def attach(task: str = argument("task"), files: list[Path] = argument("files")) -> None:
    _handled("attach", task, files)


def assign(
    task: str = argument("task"),
    person: str = argument("person"),
    step: str = option("--step", help="step"),
) -> None:
    from zeroerror.service import organisation, tasks

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = tasks.assign(
            inst,
            actor,
            tasks.find_task(inst, task, actor),
            organisation.find_person(inst, person),
            step=step,
            options=session.current.options(),
        )
        receipt(inst, outcome)


def pause(
    task: str = argument("task"),
    waits_for: str = option("--waits-for", help="waits_for", default=...),
    reason: str = option("--reason", help="reason", default=...),
    step: str = option("--step", help="step"),
) -> None:
    _handled("pause", task, waits_for, reason=reason_of(reason), step=step)


def resume(task: str = argument("task"), step: str = option("--step", help="step")) -> None:
    _handled("resume", task, step=step)


def extend(
    task: str = argument("task"),
    by: str = option("--by", help="by", default=...),
    reason: str = option("--reason", help="reason", default=...),
    step: str = option("--step", help="step"),
) -> None:
    _handled("extend", task, by, reason=reason_of(reason), step=step)


def urge(
    task: str = argument("task"),
    note: str = option("--note", help="note"),
    step: str = option("--step", help="step"),
) -> None:
    _handled("urge", task, note=note, step=step)


def takeback(task: str = argument("task")) -> None:
    _handled("takeback", task)


def _handled(name: str, task: str, *words: Any, **more: Any) -> NoReturn:
    from zeroerror.service import tasks

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        id = tasks.find_task(inst, task, actor)
        handle = getattr(tasks, name)
        receipt(inst, handle(inst, actor, id, *words, **more, options=session.current.options()))


def listed(
    status: str = option("--status", help="status", default="open"),
    office: str = option("--office", help="office"),
    person: str = option("--person", help="person"),
    workflow: str = option("--workflow", help="workflow"),
    light: str = option("--light", help="light"),
) -> None:
    from zeroerror.service import organisation, views

    with session.current.institution() as inst:
        found = views.task_list(
            inst,
            session.current.reader(inst),
            status=None if status == "all" else status,
            office=office,
            owed_by=None if person is None else organisation.find_person(inst, person),
            workflow=workflow,
            light=light,
        )
        output.answer(found, lambda: _list_text(inst, found))


def _list_text(inst: Any, found: Sequence[Mapping[str, Any]]) -> str:
    say = session.current.say
    names = inst.names({step["person"] for task in found for step in task["steps"] if step["person"]})
    rows = []
    for task in found:
        for step in task["steps"] or [None]:
            rows.append(
                (
                    task["id"],
                    title_of(task),
                    task["office"],
                    "" if step is None else step["title"],
                    "" if step is None else names.get(step["person"], step["person"]),
                    None if step is None else step["due_at"],
                    say(f"cli.status_{task['status']}")
                    if step is None
                    else say(f"cli.light_{step['light']}"),
                )
            )
    titles = [
        say(f"cli.col_{each}") for each in ("task", "title", "office", "step", "person", "due_at", "light")
    ]
    return output.table(titles, rows) or say("cli.nothing")


def title_of(task: Mapping[str, Any]) -> str:
    """A task's title; what may not be read is said to be hidden, and what was erased to be erased."""
    if task["title"] is not None:
        return str(task["title"])
    return session.current.say("cli.hidden")


def show(task: str = argument("task"), as_of: str = option("--as-of", help="as_of")) -> None:
    from zeroerror.service import tasks, views

    with session.current.institution() as inst:
        reader = session.current.reader(inst)
        id = tasks.find_task(inst, task)
        at = None if as_of is None else session.current.instant(as_of)
        found = views.task_show(inst, id, reader, at)
        output.answer(found, lambda: _show_text(inst, found))


def _show_text(inst: Any, found: Mapping[str, Any]) -> str:
    say = session.current.say
    people = {step[key] for step in found["steps"] for key in ("person", "urger", "waits_for") if step[key]}
    people |= {each[key] for each in found["history"] for key in ("person", "owed_by") if each[key]}
    names = inst.names(people)
    lines = [
        f"{found['id']}  {output.shown(title_of(found))}",
        say(
            "cli.task_head",
            workflow=found["workflow_title"],
            office=found["office"],
            status=say(f"cli.status_{found['status']}"),
            due_at=output.when(found["due_at"]),
        ),
    ]
    for step in found["steps"]:
        owes = step["person"] or step["waits_for"] or step["urger"]
        lines.append(
            say(
                "cli.step_line",
                step=step["title"],
                person=names.get(owes) or owes,
                due_at=output.when(step["due_at"]),
                light=say(f"cli.light_{step['light']}"),
            )
        )
        lines += [_action_line(found["id"], each) for each in step["actions"]]
    rows = [
        (
            each["index"],
            output.plain(each["at"])[:16].replace("T", " "),
            say(f"cli.event_{each['kind']}"),
            each["step"] or "",
            each["action"] or "",
            names.get(each["person"]) or each["person"],
            each["reason"] or "",
        )
        for each in found["history"]
    ]
    titles = [
        say(f"cli.col_{each}") for each in ("index", "at", "event", "step", "action", "person", "reason")
    ]
    return "\n".join([*lines, "", output.table(titles, rows)])


def _action_line(task: str, action: Mapping[str, Any]) -> str:
    say = session.current.say
    needs = [*action["require"], *(["--reason"] if action["reason"] else [])]
    needs += ["--attach"] if action["evidence"] else []
    return say("cli.action_line", task=task, action=action["action"], title=action["title"], needs=needs)
