"""`why`: the clause, the arithmetic and the persons behind a task, its deadlines and lights, or a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.step_reasons import step_lines, wait_lines, whole_lines
from zeroerror.cli.tasks import title_of
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
        reader, at = session.current.reader(inst), session.current.at(as_of)
        try:
            found = reasons.why(inst, _meant(inst, id), reader, at)
        except UsageError as error:
            if at is None or error.code != "error.unknown_id":
                raise
            found = _standing(inst, id, reader, at)
        output.answer(found, lambda: _text(inst, found))


def _standing(inst: Institution, id: str, person: str, at: datetime) -> dict[str, Any]:
    """The same of what `audit run --as-of` tells, and no slot has put on record."""
    from zeroerror.service import audits, reasons
    from zeroerror.service.reader import Reader

    return reasons.why_finding(Reader(inst, person, at), audits.standing(inst, id, at))


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
    if found["whole"] is not None:
        lines += whole_lines(found["whole"])
        if "finding" in found and found["steps"]:
            lines.append(session.current.say("cli.why_late_steps"))
    for step in found["steps"]:
        lines += step_lines(inst, step)
    if found.get("waits"):
        lines += wait_lines(inst, found["waits"])
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
    if task["into"] or task["reference"] or task["merged"]:
        from zeroerror.cli.rerouting import way_lines

        yield from way_lines(task)
