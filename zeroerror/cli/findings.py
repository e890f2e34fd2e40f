"""`zeroerror finding …`: leads on record, their arithmetic, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.tasks import one_of
from zeroerror.cli.words import argument, option

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution

STATES = ("open", "cured", "withdrawn", "voided", "closed")


def listed(
    state: str = option("--state", help="finding_state", takes="state"),
    rule: str = option("--rule", help="rule", takes="rule"),
    person: str = option("--person", help="names_person", takes="person"),
    task: str = option("--task", help="about_task", takes="id"),
    office: str = option("--office", help="office", takes="office"),
    as_of: str = option("--as-of", help="as_of", takes="time"),
) -> None:
    from zeroerror.audit.rules import RULES
    from zeroerror.service import audits, ids
    from zeroerror.store import reads

    one_of("--state", state, STATES)
    one_of("--rule", rule, sorted(RULES))
    with session.current.institution(read_only=True) as inst:
        which = reads.FindingFilter(
            rule=rule,
            state=state,
            person=None if person is None else ids.find_person(inst, person),
            task=None if task is None else ids.find_task(inst, task),
            office=None if office is None else ids.find_office(inst, office),
        )
        found = audits.findings(inst, which, session.current.at(as_of))
        output.answer(found, lambda: findings_table(inst, found) or session.current.say("cli.nothing"))


def findings_table(inst: Institution, found: Sequence[Mapping[str, Any]]) -> str:
    """Findings in one line each; empty where there are none."""
    say = session.current.say
    names = inst.names(each["person"] for finding in found for each in finding["attribution"])
    rows = [
        (
            each["id"],
            say(f"rule.{each['rule']}.title"),
            say(f"cli.severity_{each['severity']}"),
            say(f"cli.state_{each['state']}"),
            each["task"] or "",
            step_title(inst, each) or "",
            each["due_at"],
            whose(each, names),
        )
        for each in found
    ]
    columns = ("finding", "rule", "severity", "state", "task", "step", "due_at", "whose")
    return output.table([say(f"cli.col_{each}") for each in columns], rows)


def whose(finding: Mapping[str, Any], names: Mapping[str, str | None]) -> str:
    """Whose a finding is, in few words."""
    say = session.current.say
    if finding["undetermined"]:
        return say("cli.undetermined")
    told = [
        say(f"cli.degree_{each['degree']}", person=names.get(each["person"]) or each["person"])
        for each in finding["attribution"]
    ]
    return "、".join(told) if session.current.language == "zh" else ", ".join(told)


def show(id: str = argument("finding")) -> None:
    from zeroerror.service import audits

    with session.current.institution(read_only=True) as inst:
        # That there is none is told to whoever asks; who asks is of matter for what he may read of it.
        known = audits.finding(inst, id)["id"]
        found = audits.finding_told(inst, known, session.current.reader(inst))
        output.answer(found, lambda: finding_text(inst, found))


def step_title(inst: Institution, finding: Mapping[str, Any]) -> str | None:
    """What people call the step that a finding is about."""
    facts = inst.facts()
    task = None if finding["task"] is None else facts.task(finding["task"])
    definition = None if task is None else facts.definition(task.digest)
    if definition is None or finding["step"] is None:
        return None
    return definition.workflow.step(finding["step"]).title


def finding_text(inst: Institution, finding: Mapping[str, Any], clause: str | None = None) -> str:
    """A finding as it can be read out: what was seen, by which arithmetic, whose it is, what has become of it.

    The clause is that of its task's definition.
    """
    say = session.current.say
    lines = [
        say(
            "cli.finding_head",
            finding=finding["id"],
            rule=say(f"rule.{finding['rule']}.title"),
            severity=say(f"cli.severity_{finding['severity']}"),
            state=say(f"cli.state_{finding['state']}"),
        )
    ]
    if finding["task"] is not None:
        title = step_title(inst, finding)
        code = "cli.finding_task" if title is None else "cli.finding_step"
        lines.append(say(code, task=finding["task"], step=title, visit=finding["visit"]))
    lines += (f"  {sentence}" for sentence in arithmetic(inst, finding))
    lines += _attributed(inst, finding)
    lines.append(say("cli.finding_basis", basis=say(f"rule.{finding['rule']}.basis")))
    if clause is not None:
        lines.append(say("cli.why_clause", basis=clause))
    if finding["evidence"]:
        lines.append(say("cli.finding_evidence", evidence=finding["evidence"]))
    if finding["disputed"]:
        lines.append(say("cli.finding_disputed"))
    if finding["follow_up"] is not None:
        lines.append(say("cli.finding_follow_up", task=finding["follow_up"]))
    if finding.get("notices"):
        from zeroerror.cli.notices import notice_lines

        lines += (f"  {line}" for line in notice_lines(inst, finding["notices"]))
    if finding.get("ends"):
        from zeroerror.cli.ends import end_lines

        lines += end_lines(inst, finding)
    return "\n".join(lines)


def arithmetic(inst: Institution, finding: Mapping[str, Any]) -> Iterator[str]:
    """What was seen, by which limit, how late, and what moved the date: one sentence each."""
    from zeroerror.audit.explanation import explain
    from zeroerror.model.finding import Attribution, Lead

    lead = Lead(
        rule=finding["rule"],
        version=finding["version"],
        severity=finding["severity"],
        task=finding["task"],
        step=finding["step"],
        visit=finding["visit"],
        due_at=finding["due_at"],
        evidence=(),
        trace=finding["trace"],
        attribution=Attribution(),
    )
    for code, params in explain(lead, session.current.zone):
        yield session.current.say(code, **params)


def _attributed(inst: Institution, finding: Mapping[str, Any]) -> Iterator[str]:
    say = session.current.say
    persons = {each["person"] for each in finding["attribution"]} | {finding["clarifier"]}
    names = inst.names(each for each in persons if each)
    for each in finding["attribution"]:
        yield say(
            "cli.finding_whose",
            whose=say(f"cli.degree_{each['degree']}", person=names.get(each["person"]) or each["person"]),
            capacity=say(f"cli.capacity_{each['capacity']['kind']}", **{"for": each["capacity"]["for"]}),
            reason=say(each["reason"]),
        )
    for code in finding["undetermined"] or ():
        yield say("cli.finding_undetermined", reason=say(code))
    if finding["clarifier"]:
        name = names.get(finding["clarifier"]) or finding["clarifier"]
        # Where nothing is missing there is nothing to clarify.
        yield say("cli.finding_clarifier" if finding["undetermined"] else "cli.finding_told", person=name)
    if finding["history"] and "ends" not in finding:
        yield say("cli.finding_revised", count=len(finding["history"]))
