"""`zeroerror task new|list|show`: opening tasks and looking at them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.fields import field_lines
from zeroerror.cli.receipts import person_told, persons_of, receipt
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError
from zeroerror.text import shown

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
    from zeroerror.service import ids, task_show

    with session.current.institution(read_only=True) as inst:
        reader = session.current.reader(inst)
        id = ids.find_task(inst, task)
        found = task_show.task_show(inst, id, reader, session.current.at(as_of))
        output.answer(found, lambda: _show_text(inst, found))


def _show_text(inst: Institution, found: Mapping[str, Any]) -> str:
    say = session.current.say
    people = persons_of(found["steps"])
    people |= {
        each[key] for each in found["history"] for key in ("person", "owed_by", "recorded_by") if each[key]
    }
    people |= {
        each[key]
        for each in found["countersigning"]
        for key in ("person", "signer", "by", "added_by")
        if each[key]
    }
    people |= {each["person"] for each in found["circulation"]}
    if found["voting"]:
        from zeroerror.cli.voting import voters_of

        people |= voters_of(found["voting"])
    names = inst.names(people)
    lines = [
        f"{found['id']}  {shown(title_of(found))}",
        say(
            "cli.task_head",
            workflow=found["workflow_title"],
            office=found["office"],
            status=say(f"cli.status_{found['status']}"),
            due_at=output.when(found["due_at"]),
        ),
    ]
    # Forty may owe one step, and what they may answer is said once.
    each_once = {step["name"]: step for step in found["steps"]}
    offered = Counter(each["action"] for step in each_once.values() for each in step["actions"])
    twice = {action for action, times in offered.items() if times > 1}
    for step in found["steps"]:
        last = step is each_once[step["name"]]
        lines += _step_lines(found, step, names, twice, offers=last)
    if found["countersigning"]:
        from zeroerror.cli.countersigning import answer_lines

        lines += answer_lines(found["countersigning"], names)
    if found["parent"] or found["children"]:
        from zeroerror.cli.opened import kin_lines

        lines += kin_lines(inst, found)
    if found["into"] or found["reference"] or found["merged"]:
        from zeroerror.cli.rerouting import way_lines

        lines += way_lines(found)
    if found["circulation"]:
        from zeroerror.cli.circulation import reader_lines

        lines += reader_lines(found["circulation"], names)
    if found["voting"]:
        from zeroerror.cli.voting import vote_lines

        lines += vote_lines(found["voting"], names)
    lines += field_lines(found)
    if found["notices"]:
        from zeroerror.cli.notices import notice_lines

        lines += notice_lines(inst, found["notices"])
    if found.get("handover"):
        from zeroerror.cli.handover import handover_lines

        lines += handover_lines(inst, found["handover"])
    return "\n".join([*lines, "", _history(inst, found, names)])


def _step_lines(
    found: Mapping[str, Any],
    step: Mapping[str, Any],
    names: Mapping[str, str | None],
    twice: set[str],
    *,
    offers: bool,
) -> list[str]:
    say = session.current.say
    told = {
        "step": step["title"],
        "person": person_told(owes(step), names),
        "due_at": output.when(step["due_at"]),
        "light": say(light_code(step)),
    }
    code = "cli.step_unassigned" if step["unassigned"] else f"cli.step_{step['owner']}"
    lines = [say(code, **told)]
    if step["delegate"]:
        lines.append("  " + say("cli.step_delegated", person=person_told(step["delegate"], names)))
    for each in step["actions"] if offers else ():
        # What several open steps offer is taken in the one that is named.
        which = ["--step", step["name"]] if each["action"] in twice else []
        lines.append(_action_line(found, each, which, "advance" if step["vote"] is None else "vote"))
    if step["vote"] == "recorded":
        lines.append(f"    zeroerror task minutes {found['id']} --held-at … --attach …")
    return lines


def _action_line(found: Mapping[str, Any], action: Mapping[str, Any], which: list[str], verb: str) -> str:
    # What the form has already need not be handed in again.
    lacking = [name for name in action["require"] if name not in found["fields"]]
    needs = [*which, *(f"--set {name}=…" for name in lacking)]
    needs += [*(["--reason …"] if action["reason"] else []), *(["--attach …"] if action["evidence"] else [])]
    if action["opens"] is not None:
        needs.append(f'--item "{" ".join([session.current.say("cli.col_office"), *action["opens"]])}"')
    command = " ".join(["zeroerror", "task", verb, found["id"], action["action"], *needs])
    return f"    {action['title']}  {command}"


def _said(event: Mapping[str, Any], names: Mapping[str, str | None]) -> str:
    """Why something was done; of what was done on paper, who recorded it; of what was read in, why it does not fit."""
    say, kind = session.current.say, event["nonconforming"]
    marked = [say(f"cli.nonconforming_{kind}")] if kind else []
    if (event["capacity"] or {}).get("kind") == "paper":
        marked.append(say("cli.from_paper", person=person_told(event["recorded_by"], names)))
    return " ".join([*marked, *([event["reason"]] if event["reason"] else [])])


def _how(event: Mapping[str, Any]) -> str:
    how = event["signing"] or event["voting"] or event["how"]
    return f"_{how}" if how else ""


def _to_whom(event: Mapping[str, Any], names: Mapping[str, str | None]) -> str:
    if event["into"]:
        return f" → {event['into']}"
    given = event["kind"] in ("step_assigned", "step_delegated") and event["owed_by"]
    return f" → {person_told(event['owed_by'], names)}" if given else ""


def _history(inst: Institution, found: Mapping[str, Any], names: Mapping[str, str | None]) -> str:
    say = session.current.say
    facts = inst.facts()
    definition = facts.definition(found["digest"])
    workflow = None if definition is None else definition.workflow
    titles = {step.name: step.title for step in workflow.steps} if workflow else {}
    actions = (
        {(step.name, each.name): each.title for step in workflow.steps for each in step.named}
        if workflow
        else {}
    )
    rows = [
        (
            each["index"],
            output.plain(each["at"])[:16].replace("T", " "),
            say(f"cli.event_{each['kind']}" + _how(each)) + _to_whom(each, names),
            titles.get(each["step"], each["step"] or ""),
            actions.get((each["step"], each["action"]), each["action"] or ""),
            say("cli.machine")
            if each["person"] == "machine"
            else names.get(each["person"]) or each["person"],
            _said(each, names),
        )
        for each in found["history"]
    ]
    columns = ("index", "at", "event", "step", "action", "person", "reason")
    return output.table([say(f"cli.col_{each}") for each in columns], rows)
