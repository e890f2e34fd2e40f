"""How long matters lay at each step of a period: the visits gathered, and each followed down to its two leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.model.instant import from_text, to_text
from zeroerror.report.waiting import Waited
from zeroerror.report.waiting import followed as parts
from zeroerror.service.facts import definition
from zeroerror.service.following import told as leaves
from zeroerror.service.span import Span
from zeroerror.store import reads

_ACTED = frozenset({"done", "returned", "failed", "cancelled"})


def waited(span: Span) -> tuple[Waited, ...]:
    """The visits that were left in a period, as it stood at its end."""
    since, until = span.period.start, span.until
    # What has been taken back since was left all the same; how it stood then is asked of its leaves.
    again = set(reads.restored_since(span.conn, span.position))
    found = [each for each in reads.left_between(span.conn, since, until) if each.task not in again]
    for task in span.tasks(again).values():
        if task.family != "oversight":
            found += [
                reads.Left(
                    task.id,
                    task.digest,
                    task.office,
                    each.step,
                    each.visit,
                    to_text(each.entered_at),
                    to_text(each.left_at),
                )
                for each in task.visits
                if each.left_at is not None and since <= each.left_at < until and each.status in _ACTED
            ]
    return tuple(_waited(span, each) for each in sorted(found, key=lambda each: (each.left_at, each)))


def followed(span: Span, told: Mapping[str, Any], office: str | None) -> list[dict[str, Any]]:
    """Each row of such a report with its visits, and the leaves by which each came and was left."""
    rows = parts(told, waited(span), office)
    ends: dict[str, dict[tuple[str, int], list[int]]] = {}
    found = []
    for row in rows:
        pairs: list[tuple[str, int]] = []
        for visit in row["visits"]:
            task, step, number = visit["of"].split("/")
            if task not in ends:
                ends[task] = _ends(span, task)
            pairs += ((visit["of"], index) for index in ends[task][step, int(number)])
        found.append({**row, "events": leaves(span.conn, pairs)})
    return found


def _ends(span: Span, task: str) -> dict[tuple[str, int], list[int]]:
    """By which leaves each visit of a task came and was left."""
    return {
        (each.step, each.visit): [
            each.entered_index,
            *(() if each.left_index is None else (each.left_index,)),
        ]
        for each in span.tasks([task])[task].visits
    }


def _waited(span: Span, left: reads.Left) -> Waited:
    held = definition(span.conn, left.digest)
    assert held is not None, "a task is pinned to a published definition"
    step = held.workflow.step(left.step)
    return Waited(
        task=left.task,
        step=left.step,
        visit=left.visit,
        office=step.owner.office or left.office,
        workflow=held.workflow.id,
        workflow_title=held.workflow.title,
        step_title=step.title,
        entered_at=from_text(left.entered_at),
        left_at=from_text(left.left_at),
    )
