"""`zeroerror task show` in words: the head, what is open and what can be done, what belongs to it, its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.fields import field_lines
from zeroerror.cli.receipts import person_told, persons_of
from zeroerror.cli.tasks import light_code, owes, title_of
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution

Names = Mapping[str, str | None]


def told(inst: Institution, found: Mapping[str, Any]) -> str:
    """A task as it is shown to people."""
    names = inst.names(_people(found))
    lines = [
        *_head(found),
        *_open_steps(found, names),
        *_answers(inst, found, names),
        *field_lines(found),
        *_urged(inst, found),
    ]
    return "\n".join([*lines, "", _history(inst, found, names)])


def _people(found: Mapping[str, Any]) -> set[str]:
    """Everybody who is named in it."""
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
    return people


def _head(found: Mapping[str, Any]) -> Iterator[str]:
    say = session.current.say
    yield f"{found['id']}  {shown(title_of(found))}"
    yield say(
        "cli.task_head",
        workflow=found["workflow_title"],
        office=found["office"],
        status=say(f"cli.status_{found['status']}"),
        due_at=output.when(found["due_at"]),
    )


def _open_steps(found: Mapping[str, Any], names: Names) -> Iterator[str]:
    # Forty may owe one step, and what they may answer is said once.
    each_once = {step["name"]: step for step in found["steps"]}
    offered = Counter(each["action"] for step in each_once.values() for each in step["actions"])
    twice = {action for action, times in offered.items() if times > 1}
    for step in found["steps"]:
        last = step is each_once[step["name"]]
        yield from _step_lines(found, step, names, twice, offers=last)


def _answers(inst: Institution, found: Mapping[str, Any], names: Names) -> Iterator[str]:
    """Signatures, kin, where it goes on, readers and votes, as far as there are any."""
    if found["countersigning"]:
        from zeroerror.cli.countersigning import answer_lines

        yield from answer_lines(found["countersigning"], names)
    if found["parent"] or found["children"]:
        from zeroerror.cli.opened import kin_lines

        yield from kin_lines(inst, found)
    if found["into"] or found["reference"] or found["merged"]:
        from zeroerror.cli.rerouting import way_lines

        yield from way_lines(found)
    if found["circulation"]:
        from zeroerror.cli.circulation import reader_lines

        yield from reader_lines(found["circulation"], names)
    if found["voting"]:
        from zeroerror.cli.voting import vote_lines

        yield from vote_lines(found["voting"], names)


def _urged(inst: Institution, found: Mapping[str, Any]) -> Iterator[str]:
    if found["notices"]:
        from zeroerror.cli.notices import notice_lines

        yield from notice_lines(inst, found["notices"])
    if found.get("handover"):
        from zeroerror.cli.handover import handover_lines

        yield from handover_lines(inst, found["handover"])


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
