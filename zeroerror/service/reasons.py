"""`why`: the clause, the arithmetic and the persons behind a task, a step or a finding; codes and values only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zeroerror.audit.missed import late_steps
from zeroerror.engine.deadlines import chosen
from zeroerror.model.errors import UsageError
from zeroerror.model.finding import Finding, attribution_to_json
from zeroerror.model.task import Task
from zeroerror.service.avoided import avoided_json, avoided_of_institution
from zeroerror.service.denials import denial
from zeroerror.service.ends import ends_json
from zeroerror.service.institution import Institution
from zeroerror.service.opened import kin_json
from zeroerror.service.reader import Reader
from zeroerror.service.step_reasons import limit_json, step_why, waits, whole_why
from zeroerror.service.views import task_json
from zeroerror.store import reads

#: The rules about which it is told how long the task lay at each step.
TIMED = ("step_returned", "task_overdue")
#: What is told of a finding about no task.
NO_STEPS: dict[str, Any] = {"whole": None, "steps": [], "waits": []}


def why(inst: Institution, id: str, person: str, at: datetime | None = None) -> dict[str, Any]:
    """Why a task stands where it does and is due when it is, why a finding was made, or why somebody was denied.

    Raises UsageError for what is none of them.
    """
    reader = Reader(inst, person, at or inst.now())
    task = reads.task(inst.conn, id)
    if task is not None:
        return _task(reader, task)
    finding = reads.finding(inst.conn, id)
    if finding is not None:
        return why_finding(reader, finding)
    denied = denial(reader, id)
    if denied is not None:
        return {"denial": denied}
    raise UsageError("error.unknown_id", id=id)


def why_finding(reader: Reader, finding: Finding) -> dict[str, Any]:
    """Why a finding was made; also one that holds at an instant, and is not on record."""
    return {"finding": finding_told(reader, finding), **_about(reader, finding)}


def _task(reader: Reader, task: Task) -> dict[str, Any]:
    definition = reader.definition(task)
    notices = _notices(reader, reads.NoticeFilter(task=task.id))
    found = task_json(reader, task, reader.titles([task])[task.id])
    way = {"into": task.into, "reference": task.reference, "merged": list(task.merged)}
    return {
        "task": {**found, **way},
        "basis": definition.workflow.basis,
        "limit": limit_json(chosen(definition.workflow.limit, task.fields)),
        "whole": whole_why(reader, task),
        **kin_json(reader, task, None),
        "steps": [step_why(reader, task, visit) for visit in task.open_visits()],
        "findings": [
            {
                **finding_json(each),
                "ends": ends_json(reader, each),
                "notices": [one for one in notices if one["finding"] == each.id],
            }
            for each in reads.findings_of_tasks(reader.inst.conn, [task.id]).get(task.id, ())
        ],
    }


def finding_told(reader: Reader, finding: Finding) -> dict[str, Any]:
    """A finding with what has become of it and the notices about it."""
    notices = _notices(reader, reads.NoticeFilter(finding=finding.id))
    return {**finding_json(finding), "ends": ends_json(reader, finding), "notices": notices}


def _notices(reader: Reader, which: reads.NoticeFilter) -> list[dict[str, Any]]:
    from zeroerror.service.notices import notices_json

    return notices_json(reader, reads.notices(reader.inst.conn, which))


def _about(reader: Reader, finding: Finding) -> dict[str, Any]:
    """The clause of the definition, the step, and what would have avoided it."""
    lead = finding.lead
    task = None if lead.task is None else reads.task(reader.inst.conn, lead.task)
    if task is None:
        return {"basis": None, "limit": None, **NO_STEPS, **avoided_of_institution(reader, lead)}
    workflow = reader.definition(task).workflow
    whole = lead.rule == "task_overdue"
    visits = [] if lead.step is None else [task.find(lead.step, lead.visit or 0)]
    if whole and lead.due_at is not None:
        # It is the steps that were late by then of which it comes, each with who held it.
        visits = [visit for visit, _ in late_steps(task.visits, lead.due_at)]
    return {
        "basis": workflow.basis,
        "limit": limit_json(chosen(workflow.limit, task.fields)),
        "whole": whole_why(reader, task) if whole else None,
        "steps": [step_why(reader, task, each) for each in visits if each is not None],
        "waits": waits(reader, task) if lead.rule in TIMED else [],
        **avoided_json(reader, task, workflow, finding),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as `audit run` and `finding list` give it."""
    lead = finding.lead
    attribution = attribution_to_json(lead.attribution)
    return {
        "id": finding.id,
        "fingerprint": lead.fingerprint,
        "rule": lead.rule,
        "version": lead.version,
        "severity": lead.severity,
        "state": finding.state,
        "disputed": finding.disputed,
        "task": lead.task,
        "step": lead.step,
        "visit": lead.visit,
        "due_at": lead.due_at,
        "found_at": finding.found_at,
        "evidence": list(lead.evidence),
        "trace": dict(lead.trace),
        "attribution": attribution["answerers"],
        "clarifier": attribution["clarifier"],
        "history": [attribution_to_json(each)["answerers"] for each in finding.history],
        "undetermined": attribution["missing"] or None,
        "follow_up": finding.follow_up,
    }
