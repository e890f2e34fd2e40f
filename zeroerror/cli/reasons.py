"""`why`: the clause, the arithmetic and the persons behind a task, its deadlines and lights, or a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.tasks import light_code, title_of
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution

#: The grounds of denials that have words of their own, with what would have let it through.
GROUNDS = (
    "not_your_step",
    "unassigned",
    "not_entitled",
    "not_your_act",
    "four_eyes",
    "own_proposal",
    "key_revoked",
    "key_unknown",
    "key_not_yours",
    "machine_only",
)


def why(id: str = argument("why_id"), as_of: str = option("--as-of", help="as_of", takes="time")) -> None:
    from zeroerror.service import reasons

    with session.current.institution(read_only=True) as inst:
        reader = session.current.reader(inst)
        found = reasons.why(inst, _meant(inst, id), reader, session.current.at(as_of))
        output.answer(found, lambda: _text(inst, found))


def _meant(inst: Institution, text: str) -> str:
    """The task, finding or denial that a text means: a task or finding whole, or a unique beginning or end of it."""
    from zeroerror.service import ids
    from zeroerror.service.denials import LEAF
    from zeroerror.store import reads

    if LEAF.fullmatch(text):
        return text
    if not text.upper().startswith("F-"):
        try:
            return ids.find_task(inst, text)
        except UsageError as error:
            if error.code != "error.unknown_task" or not text.strip():
                raise
    found = reads.finding_ids(inst.conn, text)
    if len(found) > 1:
        raise UsageError("error.ambiguous_finding", finding=text, found=found)
    if not found:
        raise UsageError("error.unknown_id", id=text)
    return found[0]


def _text(inst: Institution, found: Mapping[str, Any]) -> str:
    if "denial" in found:
        return "\n".join(_denial_lines(inst, found["denial"]))
    lines: list[str] = []
    if "task" in found:
        lines += _task_lines(found)
    for step in found["steps"]:
        lines += _step_lines(inst, step)
    if found.get("parent") or found.get("children"):
        from zeroerror.cli.opened import kin_lines

        lines += kin_lines(inst, found)
    findings = [found["finding"]] if "finding" in found else found["findings"]
    if findings:
        from zeroerror.cli.findings import finding_text

        # Of a task it stands at the head.
        clause = found["basis"] if "finding" in found else None
        lines += [finding_text(inst, each, clause) for each in findings]
    if "finding" in found:
        from zeroerror.cli.avoided import avoided_lines

        lines += avoided_lines(inst, found)
    return "\n".join(lines)


def _denial_lines(inst: Institution, denial: Mapping[str, Any]) -> Iterator[str]:
    """Who was turned away from what and when, on which grounds, and what would have let it through."""
    say = session.current.say
    names = inst.names({each for each in (denial["by"], denial["owed_by"]) if each})
    names = {id: name or id for id, name in names.items()}
    told = {
        "who": names.get(denial["by"], denial["by"]),
        "at": output.when(denial["at"]),
        "task": denial["task"],
        "step": denial["title"],
        "owed_by": names.get(denial["owed_by"], denial["owed_by"]) or say("cli.nobody"),
        "index": denial["index"],
    }
    yield say("denial.head_step" if denial["title"] else "denial.head", **told)
    grounds = [(code, code.partition(".")[2]) for code in denial["codes"]]
    # What was wrong besides was told at once; what he was turned away for is what is asked here.
    known = [(code, name) for code, name in grounds if name in GROUNDS]
    for code, name in known or grounds:
        yield say(f"denial.{name}" if known else "denial.other", ground=code, **told)


def _task_lines(found: Mapping[str, Any]) -> Iterator[str]:
    say, task = session.current.say, found["task"]
    yield f"{task['id']}  {shown(title_of(task))}"
    yield say("cli.why_basis", workflow=task["workflow_title"], basis=found["basis"])
    if task["due_at"] is not None:
        yield say("cli.why_task_due", limit=limit_told(found["limit"]), due_at=output.when(task["due_at"]))
    if task["into"] or task["reference"] or task["merged"]:
        from zeroerror.cli.rerouting import way_lines

        yield from way_lines(task)


def _step_lines(inst: Institution, step: Mapping[str, Any]) -> Iterator[str]:
    say = session.current.say
    dated = step["due_at"] is not None
    yield say(
        "cli.why_step" if dated else "cli.why_step_undated",
        step=step["title"],
        entered_at=output.when(step["entered_at"]),
        limit=limit_told(step["limit"]),
        due_at=output.when(step["due_at"]),
        light=say(light_code(step)),
    )
    yield from days_told(step["trace"])
    if step["provisional"]:
        yield say("cli.why_provisional")
    yield from _moved(step)
    yield from _held(inst, step)


def days_told(trace: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each day of a due date's arithmetic, counted or passed over, and why."""
    say = session.current.say
    for each in trace:
        counted = say("cli.counted" if each["counted"] else "cli.passed_over")
        yield say(
            "cli.why_day",
            day=each["day"].isoformat(),
            weekday=say(f"cli.weekday_{each['day'].isoweekday()}"),
            counted=counted,
            reason=say(f"timing.{each['reason']}"),
        )


def _moved(step: Mapping[str, Any]) -> Iterator[str]:
    """What has moved the due date since, and when the clock stood still."""
    say = session.current.say
    for each in step["dues"]:
        if each["why"] != "entered":
            yield say(
                f"cli.due_{each['why']}", since=output.when(each["since"]), due_at=output.when(each["due_at"])
            )
    for each in step["undone"]:
        yield say("cli.why_undone", ended_at=output.when(each["ended_at"]), at=output.when(each["at"]))
    for each in step["stops"]:
        code = "cli.stop_still" if each["end"] is None else "cli.stop"
        yield say(
            code,
            start=output.when(each["start"]),
            end=output.when(each["end"]),
            waits_for=each["waits_for"],
        )


def _held(inst: Institution, step: Mapping[str, Any]) -> Iterator[str]:
    """Who has owed it since when and how it came to him, and whom the lookup passed over."""
    say = session.current.say
    persons = {each["person"] for each in step["holdings"]} | {person for person, _ in step["tried"]}
    names = inst.names({each for each in (*persons, step["urger"], step["waits_for"]) if each})

    def name(person: str | None) -> str:
        return say("cli.nobody") if person is None else names.get(person) or person

    for person, reason in step["tried"]:
        yield say("cli.why_tried", person=name(person), reason=say(f"cli.tried_{reason}"))
    for each in step["holdings"]:
        if each["person"]:
            how = say(f"cli.holding_{each['why']}")
            yield say(
                "cli.why_holding", since=output.when(each["since"]), person=name(each["person"]), how=how
            )
    if step["owner"] in ("desk", "outside"):
        yield say(f"cli.waits_{step['owner']}", waits_for=name(step["waits_for"]), urger=name(step["urger"]))
    if step["unassigned"]:
        yield say("cli.why_unassigned", urger=name(step["urger"]))


def limit_told(limit: Any) -> str:
    """A limit as people say it: `3 个工作日`, or the field that gives its date."""
    if limit is None:
        return session.current.say("cli.no_limit")
    if isinstance(limit, Mapping):
        if "before" in limit:
            return session.current.say("cli.limit_before", field=limit["before"], by=limit_told(limit["by"]))
        return session.current.say("cli.limit_at", field=limit["at"])
    if limit == "same_day":
        return session.current.say("cli.limit_same_day")
    count = limit.rstrip("wdhmo")
    return session.current.say(f"cli.limit_{limit[len(count) :]}", count=count)
