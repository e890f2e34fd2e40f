"""What would have avoided a finding, as `why` tells it: the changes that are enough each, and those that are not."""

from __future__ import annotations

from typing import Any

from zeroerror.audit.alternatives import joint_absence
from zeroerror.audit.avoidance import avoidance, of_named, why_none
from zeroerror.audit.change import Change
from zeroerror.audit.circumstances import Case
from zeroerror.model.finding import Finding, Lead
from zeroerror.model.task import Task
from zeroerror.model.workflow import Workflow
from zeroerror.service.history import calendars_until
from zeroerror.service.reader import Reader
from zeroerror.store import log, reads

#: What people have judged not to stand, and what never was, nobody need have avoided.
NEVER_WAS = ("voided", "withdrawn")
#: Where there is nothing to avoid.
UNASKED: dict[str, Any] = {"avoidance": None, "timely": [], "unavoidable": None}


def avoided_json(reader: Reader, task: Task, workflow: Workflow, finding: Finding) -> dict[str, Any]:
    """What would have avoided a finding about a task; why nothing is named, where nothing is."""
    lead = finding.lead
    if finding.state in NEVER_WAS:
        return UNASKED
    children = tuple(reader.facts.children(task.id)) if workflow.waits else ()
    conn = reader.inst.conn
    known = calendars_until(conn, log.head(conn).size)
    case = Case(task, workflow, reader.organisation, reader.facts.calendar, reader.at, children, known)
    id = lead.trace.get("notice")
    changes = avoidance(case, lead, None if id is None else reads.notice(conn, id))
    if changes is None:
        return UNASKED
    none = why_none(task, lead)
    if finding.corrected:
        changes, none = of_named(changes, lead.attribution), "avoidance.nothing_judged"
    told = [_change_json(workflow, each) for each in changes]
    return {
        "avoidance": [each for each in told if each["effect"] != "timely"],
        "timely": [each for each in told if each["effect"] == "timely"],
        "unavoidable": None if told else none,
    }


def avoided_of_institution(reader: Reader, lead: Lead) -> dict[str, Any]:
    """The same of a finding about no task."""
    if lead.rule != "joint_absence":
        return UNASKED
    changes = [_change_json(None, each) for each in joint_absence(reader.organisation, lead)]
    return {**UNASKED, "avoidance": changes, "unavoidable": None if changes else "avoidance.nothing"}


def _change_json(workflow: Workflow | None, change: Change) -> dict[str, Any]:
    step = None if workflow is None or change.step is None else workflow.step(change.step)
    return {
        "code": change.code,
        "kind": change.kind,
        "effect": change.effect,
        "who": change.who,
        "by": change.by,
        "step": change.step,
        "title": None if step is None else step.title,
        "visit": change.visit,
        "due_at": change.due_at,
        "to": change.to,
        "days": change.days,
        "day": change.day,
    }
