"""The parts of a task's file: visits, leaves, papers and findings, each as figures have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from zeroerror.model.circulation import Circulated
from zeroerror.model.finding import Finding, attribution_to_json
from zeroerror.model.notice import Notice
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Workflow
from zeroerror.report.daily import Local


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One leaf of the task's stream, or about one of its findings."""

    index: int
    at: datetime
    kind: str
    actor: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedUp:
    """A task that a finding about this one has opened."""

    task: str
    workflow_title: str
    finding: str
    office: str
    status: str
    opened_at: datetime
    opened_index: int
    closed_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A task that an action of this one has opened."""

    task: str
    workflow_title: str
    office: str
    status: str
    opened_at: datetime
    opened_index: int
    closed_at: datetime | None
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """Everything such a file says, as of an instant."""

    institution: str
    simulated: bool
    as_of: datetime
    zone: str
    position: int
    root: str
    task: Task
    workflow: Workflow
    #: Whether who reads may read the task's texts.
    readable: bool
    #: Sealed texts by digest: None for an erased one, and none at all where he may not read.
    texts: Mapping[str, str | None]
    #: The leaves of the task's stream.
    leaves: tuple[Said, ...]
    findings: tuple[Finding, ...]
    #: What became of them.
    ends: tuple[Said, ...]
    follow_ups: tuple[FollowedUp, ...]
    children: tuple[Opened, ...]
    #: What was urged, as it stood then.
    notices: tuple[Notice, ...]
    #: To whom it was given to read.
    circulation: tuple[Circulated, ...]
    #: The same of the task that was ended to begin anew as this one (改办), and of those before it.
    before: tuple[TaskFacts, ...]
    #: People's names; None where one has been erased.
    names: Mapping[str, str | None]
    #: Somebody's post in words at an instant.
    post: Callable[[str | None, datetime], str | None]
    #: How time stands for an open visit.
    light: Callable[[Visit], str]


def ran_over(visit: Visit, facts: TaskFacts) -> bool:
    """Whether a person's step ran over the date it was last held to."""
    if visit.kind != "person" or visit.due_at is None or visit.status == "withdrawn":
        return False
    if visit.open:
        return facts.light(visit) == "overdue"
    return visit.ended_at is not None and visit.ended_at > visit.due_at


class Told:
    """The parts of a file, each put as figures have it: instants in its zone, texts where they may be read."""

    def __init__(self, facts: TaskFacts, local: Local) -> None:
        self._facts, self._local = facts, local

    def _text(self, digest: str | None) -> dict[str, Any]:
        """A sealed text, or that it is hidden or erased; nothing at all where none was given."""
        if digest is None:
            return {"text": None}
        text = self._facts.texts.get(digest)
        return {
            "text": text,
            **({"hidden": True} if not self._facts.readable else {}),
            **({"erased": True} if self._facts.readable and text is None else {}),
        }

    def fields(self) -> list[dict[str, Any]]:
        """What stands in the form, in the order of the definition."""
        task, known = self._facts.task, {each.name: each.title for each in self._facts.workflow.fields}
        names = [*(name for name in known if name in task.fields or name in task.sealed)]
        names += sorted({*task.fields, *task.sealed} - set(names))
        return [
            {
                "name": name,
                "title": known.get(name, name),
                **({"text": task.fields[name]} if name in task.fields else self._text(task.sealed[name])),
            }
            for name in names
        ]

    def visit(self, visit: Visit) -> dict[str, Any]:
        """A visit with who owed it, its dates, its stops and how it ended."""
        text = self._local.text
        return {
            "step": visit.step,
            "title": self._facts.workflow.step(visit.step).title,
            "visit": visit.visit,
            "owner": visit.kind,
            "holdings": self._holdings(visit),
            "delegations": [
                {
                    "person": each.person,
                    "post": self._facts.post(each.person, each.since),
                    "since": text(each.since),
                    "index": each.index,
                }
                for each in visit.delegations
            ],
            "urger": visit.urger,
            "waits_for": visit.waits_for,
            "entered_at": text(visit.entered_at),
            "index": visit.entered_index,
            "dues": self._dues(visit),
            "due_at": text(visit.due_at),
            "light": self._facts.light(visit) if visit.open else None,
            "clock": visit.clock,
            "stops": [
                {
                    "start": text(each.start),
                    "end": text(each.end),
                    "waits_for": each.waits_for,
                    "by": each.by,
                    "index": each.index,
                }
                for each in visit.pauses
            ],
            "extensions": [
                {
                    "proposal": each.proposal,
                    "at": text(each.at),
                    "by": each.by,
                    "answered_at": text(each.answered_at),
                }
                for each in visit.extensions
            ],
            "urged_at": [text(each) for each in visit.urged_at],
            **self._left(visit),
        }

    def _holdings(self, visit: Visit) -> list[dict[str, Any]]:
        return [
            {
                "person": each.person,
                "post": self._facts.post(each.person, each.since),
                "capacity": each.capacity,
                "for": each.for_,
                "since": self._local.text(each.since),
                "why": each.why,
                "index": each.index,
            }
            for each in visit.holdings
        ]

    def _dues(self, visit: Visit) -> list[dict[str, Any]]:
        return [
            {
                "due_at": self._local.text(each.due_at),
                "since": self._local.text(each.since),
                "why": each.why,
                "extension": each.extension,
                "provisional": each.provisional,
                "index": each.index,
            }
            for each in visit.dues
        ]

    def _left(self, visit: Visit) -> dict[str, Any]:
        """How it ended, if it has."""
        actions = self._facts.workflow.step(visit.step).named
        action = next((each for each in actions if each.name == visit.action), None)
        return {
            "status": visit.status,
            "action": visit.action,
            "action_title": None if action is None else action.title,
            "doer": visit.doer,
            "capacity": visit.capacity,
            "done_at": self._local.text(visit.done_at),
            "left_at": self._local.text(visit.left_at),
            "left_index": visit.left_index,
            "late": ran_over(visit, self._facts),
            "late_record": visit.late_record,
            "reason": self._text(visit.reason),
        }

    def circulated(self, given: Circulated) -> dict[str, Any]:
        """To whom it was given to read, and when he had."""
        return {
            "person": given.person,
            "post": self._facts.post(given.person, given.at),
            "by": given.by,
            "at": self._local.text(given.at),
            "index": given.index,
            "read_at": self._local.text(given.read_at),
            "read_index": given.read_index,
        }

    def said(self, said: Said) -> dict[str, Any]:
        """A leaf of the stream."""
        body = said.body
        step, action = body.get("step"), body.get("action")
        titles = {each.name: each for each in self._facts.workflow.steps}
        actions = {each.name: each.title for each in titles[step].named} if step in titles else {}
        return {
            "index": said.index,
            "at": self._local.text(said.at),
            "kind": said.kind,
            "step": step,
            "step_title": titles[step].title if step in titles else step,
            "visit": body.get("visit"),
            "action": action,
            "action_title": actions.get(action or "", action),
            "outcome": body.get("outcome"),
            "person": body.get("doer") or said.actor,
            "recorded_by": body.get("recorder") or said.actor,
            "owed_by": body.get("person"),
            "done_at": None if body.get("done_at") is None else self._local.stamp(body["done_at"]),
            "capacity": body.get("capacity"),
            "reason": self._text(body.get("reason") or body.get("note")),
            "nonconforming": body.get("nonconforming"),
            "row": body.get("row"),
        }

    def evidence(self) -> list[dict[str, Any]]:
        """The digests of what was attached: whoever holds the file can compare it."""
        return [
            {
                "index": each.index,
                "at": self._local.text(each.at),
                "step": each.body.get("step"),
                "by": each.body.get("recorder") or each.actor,
                "sha256": file["file"],
                "name": self._text(file["name"]),
            }
            for each in self._facts.leaves
            for file in each.body.get("attachments") or ()
        ]

    def finding(self, finding: Finding) -> dict[str, Any]:
        """A finding, and what became of it."""
        lead, text = finding.lead, self._local.text
        step = None if lead.step is None else self._facts.workflow.step(lead.step).title
        attribution = attribution_to_json(lead.attribution)
        at = lead.due_at or finding.found_at
        return {
            "id": finding.id,
            "rule": lead.rule,
            "version": lead.version,
            "severity": lead.severity,
            "state": finding.state,
            "disputed": finding.disputed,
            "step": lead.step,
            "step_title": step,
            "visit": lead.visit,
            "due_at": text(lead.due_at),
            "found_at": text(finding.found_at),
            "index": finding.found_index,
            "evidence": list(lead.evidence),
            "answerers": [
                {**each, "post": self._facts.post(each["person"], at)} for each in attribution["answerers"]
            ],
            "undetermined": attribution["missing"] or None,
            "clarifier": attribution["clarifier"],
            "follow_up": finding.follow_up,
            "ends": [
                {
                    "index": each.index,
                    "at": text(each.at),
                    "kind": each.kind,
                    "by": each.body.get("by"),
                    "reason": self._text(each.body.get("reason")),
                }
                for each in self._facts.ends
                if each.body["finding"] == finding.id
            ],
        }

    def notice(self, notice: Notice) -> dict[str, Any]:
        """A notice, and its answer."""
        text = self._local.text
        return {
            "id": notice.id,
            "level": notice.level,
            "stage": notice.stage,
            "state": notice.state,
            "finding": notice.finding,
            "step": notice.step,
            "visit": notice.visit,
            "to": list(notice.to),
            "given_at": text(notice.given_at),
            "index": notice.given_index,
            "answered_by": notice.answered_by,
            "answered_at": text(notice.answered_at),
            "answer": self._text(notice.reason),
        }

    def child(self, each: Opened) -> dict[str, Any]:
        """A task that was opened."""
        text = self._local.text
        return {
            "task": each.task,
            "workflow_title": each.workflow_title,
            "office": each.office,
            "status": each.status,
            "opened_at": text(each.opened_at),
            "closed_at": text(each.closed_at),
            "due_at": text(each.due_at),
        }

    def follow_up(self, each: FollowedUp) -> dict[str, Any]:
        """A task that follows a finding up."""
        text = self._local.text
        return {
            "task": each.task,
            "workflow_title": each.workflow_title,
            "finding": each.finding,
            "office": each.office,
            "status": each.status,
            "opened_at": text(each.opened_at),
            "closed_at": text(each.closed_at),
            "due_at": text(each.due_at),
        }
