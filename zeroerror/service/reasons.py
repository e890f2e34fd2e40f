"""`why`: the clause, the arithmetic and the persons behind a task, a step or a finding; codes and values only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zeroerror.engine.deadlines import chosen
from zeroerror.model.errors import UsageError
from zeroerror.model.finding import Finding, attribution_to_json
from zeroerror.model.limit import Limit, limit_text
from zeroerror.model.task import Task, Visit
from zeroerror.service.avoided import avoided_json, avoided_of_institution
from zeroerror.service.denials import denial
from zeroerror.service.ends import ends_json
from zeroerror.service.institution import Institution
from zeroerror.service.opened import kin_json
from zeroerror.service.reader import Reader
from zeroerror.service.views import step_json, task_json
from zeroerror.store import reads
from zeroerror.timing import Due, Stop, due


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
        return {"finding": finding_told(reader, finding), **_about(reader, finding)}
    denied = denial(reader, id)
    if denied is not None:
        return {"denial": denied}
    raise UsageError("error.unknown_id", id=id)


def _task(reader: Reader, task: Task) -> dict[str, Any]:
    definition = reader.definition(task)
    notices = _notices(reader, reads.NoticeFilter(task=task.id))
    found = task_json(reader, task, reader.titles([task])[task.id])
    way = {"into": task.into, "reference": task.reference, "merged": list(task.merged)}
    return {
        "task": {**found, **way},
        "basis": definition.workflow.basis,
        "limit": _limit(chosen(definition.workflow.limit, task.fields)),
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
        return {"basis": None, "limit": None, "steps": [], **avoided_of_institution(reader, lead)}
    workflow = reader.definition(task).workflow
    visit = None if lead.step is None else task.find(lead.step, lead.visit or 0)
    return {
        "basis": workflow.basis,
        "limit": _limit(chosen(workflow.limit, task.fields)),
        "steps": [] if visit is None else [step_why(reader, task, visit)],
        **avoided_json(reader, task, workflow, finding),
    }


def step_why(reader: Reader, task: Task, visit: Visit) -> dict[str, Any]:
    """A visit with its clause, each day counted or passed over, its stops and extensions, and who held it when."""
    step = reader.definition(task).workflow.step(visit.step)
    limit = chosen(step.limit, task.fields)
    return {
        **step_json(reader, task, visit),
        "limit": _limit(limit),
        "trace": trace(reader, task, visit, limit),
        "dues": [
            {"due_at": each.due_at, "since": each.since, "why": each.why, "index": each.index}
            for each in visit.dues
        ],
        "holdings": [
            {
                "person": each.person,
                "capacity": each.capacity,
                "for": each.for_,
                "since": each.since,
                "why": each.why,
                "index": each.index,
            }
            for each in visit.holdings
        ],
        "undone": [{"ended_at": each.ended_at, "at": each.at, "by": each.by} for each in visit.undone],
        "stops": [
            {"start": each.start, "end": each.end, "waits_for": each.waits_for, "by": each.by}
            for each in visit.pauses
        ],
        "urged_at": list(visit.urged_at),
        "tried": [list(each) for each in visit.tried],
    }


def trace(reader: Reader, task: Task, visit: Visit, limit: Limit | None) -> list[dict[str, Any]]:
    """Each day of a visit's limit, counted or passed over and why; empty where there is no limit."""
    if limit is None:
        return []
    day = limit.given(task.fields)
    if limit.field is not None and day is None:
        return []
    stops = [Stop(each.start, each.end or reader.at) for each in visit.pauses]
    found = due(visit.entered_at, limit, reader.facts.calendar, given=day, stops=stops, now=reader.at)
    return trace_json(found)


def trace_json(found: Due) -> list[dict[str, Any]]:
    """A due date's arithmetic, day by day."""
    return [{"day": each.day, "counted": each.counted, "reason": each.reason} for each in found.trace]


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


def _limit(limit: Limit | None) -> Any:
    return None if limit is None else limit_text(limit)
