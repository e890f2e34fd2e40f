"""One task's whole file (卷宗) as figures: every visit and who owed it, every stop, act, paper and finding.

For whoever may look at the task: it names people, and is not one of the reports that go wide. Texts that the
reader may not read are null, and said to be hidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zeroerror.report.daily import Local
from zeroerror.report.task_parts import Said, TaskFacts, Told, ran_over

SCHEMA = "zeroerror.report.task/1"
NAMES = (
    "leaves",
    "visits",
    "acts",
    "returned",
    "late",
    "stops",
    "extensions",
    "urged",
    "paper",
    "evidence",
    "findings",
    "open_findings",
    "follow_ups",
    "children",
    "notices",
)


def figures(facts: TaskFacts) -> dict[str, Any]:
    """The file of these facts; the same facts give the same figures, byte for byte."""
    task, local = facts.task, Local(facts.as_of, facts.zone)
    told = Told(facts, local)
    return {
        "schema": SCHEMA,
        "institution": facts.institution,
        "simulated": facts.simulated,
        "as_of": local.text(facts.as_of),
        "zone": facts.zone,
        "position": facts.position,
        "root": facts.root,
        "task": {
            "id": task.id,
            "workflow": task.workflow,
            "workflow_title": facts.workflow.title,
            "basis": facts.workflow.basis,
            "digest": task.digest,
            "family": task.family,
            "office": task.office,
            "opener": task.opener,
            "status": task.status,
            "opened_at": local.text(task.opened_at),
            "closed_at": local.text(task.closed_at),
            "due_at": local.text(task.due_at),
            "cause": task.cause,
            "parent": task.parent,
            "into": task.into,
            "reference": task.reference,
            "merged": list(task.merged),
        },
        "before": [_before(each, local) for each in facts.before],
        "visible_to": list(facts.workflow.visible_to),
        "readable": facts.readable,
        "fields": told.fields(),
        "visits": [told.visit(each) for each in task.visits],
        "history": [told.said(each) for each in facts.leaves],
        "paper": [told.said(each) for each in _paper(facts)],
        "evidence": told.evidence(),
        "findings": [told.finding(each) for each in facts.findings],
        "follow_ups": [told.follow_up(each) for each in facts.follow_ups],
        "children": [told.child(each) for each in facts.children],
        "notices": [told.notice(each) for each in facts.notices],
        "circulation": [told.circulated(each) for each in facts.circulation],
        "persons": dict(sorted(facts.names.items())),
        "figures": {name: _figure(made) for name, made in _counted(facts).items()},
    }


def _before(facts: TaskFacts, local: Local) -> dict[str, Any]:
    """The way of a task that began anew as this one: its visits, with who owed each."""
    told = Told(facts, local)
    return {
        "task": facts.task.id,
        "workflow_title": facts.workflow.title,
        "office": facts.task.office,
        "opened_at": local.text(facts.task.opened_at),
        "closed_at": local.text(facts.task.closed_at),
        "due_at": local.text(facts.task.due_at),
        "visits": [told.visit(each) for each in facts.task.visits],
    }


def _figure(leaves: Iterable[int]) -> dict[str, Any]:
    found = list(leaves)
    return {"value": len(found), "leaves": sorted(found)}


def _counted(facts: TaskFacts) -> dict[str, list[int]]:
    """What each number counts, by the leaf that shows it."""
    visits = facts.task.visits
    left = {each.index: each for each in facts.leaves if each.kind == "step_left"}
    return {
        "leaves": [each.index for each in facts.leaves],
        "visits": [each.entered_index for each in visits],
        "acts": [*left],
        "returned": [index for index, each in left.items() if each.body["outcome"] == "returned"],
        "late": [each.dues[-1].index for each in visits if ran_over(each, facts)],
        "stops": [each.index for visit in visits for each in visit.pauses],
        "extensions": [each.index for each in facts.leaves if each.kind == "extension_asked"],
        "urged": [each.index for each in facts.leaves if each.kind == "step_urged"],
        "paper": [each.index for each in _paper(facts)],
        "evidence": [each.index for each in facts.leaves for _ in each.body.get("attachments") or ()],
        "findings": [each.found_index for each in facts.findings],
        "open_findings": [each.found_index for each in facts.findings if each.state == "open"],
        "follow_ups": [each.opened_index for each in facts.follow_ups],
        "children": [each.opened_index for each in facts.children],
        "notices": [each.given_index for each in facts.notices],
    }


def _paper(facts: TaskFacts) -> list[Said]:
    return [
        each
        for each in facts.leaves
        if each.kind in ("step_left", "task_noted")
        and (each.body.get("capacity") or {}).get("kind") == "paper"
    ]
