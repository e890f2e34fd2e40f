"""One task's whole file, gathered as of an instant, as somebody may read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.errors import UsageError
from zeroerror.model.finding import Finding
from zeroerror.model.instant import from_text
from zeroerror.model.notice import Notice
from zeroerror.model.task import Task
from zeroerror.report.period import going
from zeroerror.report.task_file import NAMES, figures
from zeroerror.report.task_parts import FollowedUp, Opened, Said, TaskFacts
from zeroerror.service.circulation import circulated_by
from zeroerror.service.facts import definition
from zeroerror.service.following import told
from zeroerror.service.institution import Institution
from zeroerror.service.reader import Reader
from zeroerror.service.span import Span
from zeroerror.service.telling import post_of
from zeroerror.store import log, reads


def task_file(inst: Institution, id: str, person: str, at: datetime | None = None) -> dict[str, Any]:
    """A task's file as somebody may read it; UsageError where there was no such task at that instant."""
    now = inst.now()
    if at is not None and at > now:
        raise UsageError("report.as_of_to_come", at=at, now=now)
    span = Span(inst.conn, going("monthly", at or now, inst.calendar.zone), at or now)
    task = span.tasks([id]).get(id)
    if task is None:
        raise UsageError("error.unknown_task", task=id)
    return figures(_facts(inst, span, task, person))


def followed(inst: Institution, file: dict[str, Any], figure: str) -> dict[str, Any]:
    """One of the file's numbers followed down to its leaves; UsageError for a number that it has not."""
    if figure not in NAMES:
        raise UsageError("report.no_such_figure", figure=figure, figures=list(NAMES))
    found = file["figures"][figure]
    events = told(inst.conn, ((file["task"]["id"], index) for index in found["leaves"]))
    return {"task": file["task"]["id"], "figure": figure, **found, "events": events}


def _facts(inst: Institution, span: Span, task: Task, person: str) -> TaskFacts:
    reader = Reader(inst, person, span.at)
    readable, workflow = reader.may_read(task), reader.definition(task).workflow
    rows = [row for row in log.stream_leaves(inst.conn, task.id) if span.sees(row.idx)]
    leaves = tuple(_said(row.idx, row.bytes) for row in rows)
    findings = span.as_of(reads.findings_of_tasks(inst.conn, [task.id]).get(task.id, []))
    ends = tuple(_ends(inst, span, findings))
    notices = tuple(_notices(inst, span, task))
    circulation = tuple(circulated_by(reads.circulation(inst.conn, task.id), span.at))
    digests = [*task.sealed.values(), *(each.reason for each in notices if each.reason is not None)]
    digests += [*(digest for each in (*leaves, *ends) for digest in _digests(each))]
    before = tuple(_before(inst, span, task, person))
    return TaskFacts(
        institution=inst.name,
        simulated=inst.simulated,
        as_of=span.at,
        zone=span.calendar.zone,
        position=span.position,
        root=span.root,
        task=task,
        workflow=workflow,
        readable=readable,
        texts=reads.texts(inst.conn, digests) if readable else {},
        leaves=leaves,
        findings=tuple(findings),
        ends=ends,
        follow_ups=tuple(_follow_ups(span, findings, ends)),
        children=tuple(_children(span, task)),
        notices=notices,
        circulation=circulation,
        before=before,
        names=inst.names(
            _persons(task, leaves, findings, ends)
            | {each for facts in before for each in facts.names}
            | {person for each in circulation for person in (each.person, each.by)}
            | {person for each in notices for person in (*each.to, each.answered_by) if person is not None}
        ),
        post=lambda whose, then: post_of(span.organisation, whose, then, task.office),
        light=reader.light,
    )


def _before(inst: Institution, span: Span, task: Task, person: str) -> Iterator[TaskFacts]:
    """What the task was before it was sent on under another id, the first one first."""
    earlier = span.tasks([task.reference]).get(task.reference) if task.reference is not None else None
    if earlier is not None:
        found = _facts(inst, span, earlier, person)
        yield from (*found.before, found)


def _said(index: int, data: bytes) -> Said:
    leaf = decode_fast(data)
    return Said(index=index, at=from_text(leaf.time), kind=leaf.kind, actor=leaf.actor, body=leaf.body)


def _ends(inst: Institution, span: Span, findings: Sequence[Finding]) -> Iterator[Said]:
    """What the leaves after them say of these findings."""
    ids = {each.id for each in findings}
    first = min((each.found_index for each in findings), default=span.position)
    for said in span.changes(first, span.wrote.end):
        if said.finding in ids and span.sees(said.idx):
            row = next(log.leaves(inst.conn, said.idx, said.idx + 1))
            yield _said(row.idx, row.bytes)


def _digests(said: Said) -> Iterator[str]:
    yield from (digest for key in ("reason", "note") if isinstance(digest := said.body.get(key), str))
    yield from (file["name"] for file in said.body.get("attachments") or ())


def _follow_ups(span: Span, findings: Sequence[Finding], ends: Sequence[Said]) -> Iterator[FollowedUp]:
    """The tasks that ask somebody to explain, and those that answer a dispute."""
    opened = {each.follow_up: each.id for each in findings if each.follow_up is not None}
    opened.update(
        (each.body["task"], each.body["finding"]) for each in ends if each.kind == "finding_disputed"
    )
    for id, task in span.tasks(opened).items():
        made = definition(span.conn, task.digest)
        assert made is not None, "a task is pinned to a published definition"
        yield FollowedUp(
            task=id,
            workflow_title=made.workflow.title,
            finding=opened[id],
            office=task.office,
            status=task.status,
            opened_at=task.opened_at,
            opened_index=task.dues[0].index,
            closed_at=task.closed_at,
            # Whoever is asked owes his answer by the step's own date.
            due_at=min((each.due_at for each in task.open_visits() if each.due_at), default=task.due_at),
        )


def _children(span: Span, task: Task) -> Iterator[Opened]:
    """The tasks that its actions have opened, as they stood."""
    ids = reads.children_ids(span.conn, (task.id,)).get(task.id, [])
    for id, child in span.tasks(ids).items():
        made = definition(span.conn, child.digest)
        assert made is not None, "a task is pinned to a published definition"
        yield Opened(
            task=id,
            workflow_title=made.workflow.title,
            office=child.office,
            status=child.status,
            opened_at=child.opened_at,
            opened_index=child.dues[0].index,
            closed_at=child.closed_at,
            due_at=child.due_at,
        )


def _notices(inst: Institution, span: Span, task: Task) -> Iterator[Notice]:
    """Its notices, those that were answered or followed only afterwards as they stood before."""
    for each in reads.notices(inst.conn, reads.NoticeFilter(task=task.id)):
        if not span.sees(each.given_index):
            continue
        later = each.answered_at is not None and each.answered_at > span.at
        yield (
            replace(each, state="waiting", answered_by=None, answered_at=None, reason=None) if later else each
        )


def _persons(
    task: Task, leaves: Sequence[Said], findings: Sequence[Finding], ends: Sequence[Said]
) -> set[str]:
    found = {each.person for visit in task.visits for each in visit.holdings}
    found |= {each.person for visit in task.visits for each in visit.delegations}
    found |= {
        person
        for visit in task.visits
        for person in (
            visit.doer,
            visit.urger,
            *(each.by for each in visit.pauses),
            *(each.by for each in visit.extensions),
            visit.waits_for if visit.kind == "desk" else None,
        )
    }
    found |= {each.body.get(key) or each.actor for each in leaves for key in ("doer", "recorder")}
    found |= {each.body.get("by") for each in ends}
    for each in findings:
        attribution = each.lead.attribution
        found |= {one.person for one in attribution.answerers} | {attribution.clarifier}
    return {each for each in (*found, task.opener) if each is not None and each != "machine"}
