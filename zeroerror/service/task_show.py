"""One task with its history, as somebody may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine.facts import Definition
from zeroerror.ledger.leaf import Leaf, decode_fast
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.service.history import folded, position_at
from zeroerror.service.institution import Institution
from zeroerror.service.reader import Reader
from zeroerror.service.views import task_json
from zeroerror.store import log, reads


def task_show(inst: Institution, id: str, person: str, at: datetime | None = None) -> dict[str, Any]:
    """A task with its history, as of an instant, as somebody may see it."""
    reader = Reader(inst, person, at or inst.now())
    rows, position = log.stream_leaves(inst.conn, id), None
    if at is not None:
        position = position_at(inst.conn, to_text(at))
        rows = [row for row in rows if row.idx < position]
        task = folded(rows)
    else:
        task = reads.task(inst.conn, id)
    if task is None:
        raise UsageError("error.unknown_task", task=id)
    found = task_json(reader, task, reader.titles([task])[task.id])
    readable = reader.may_read(task)
    digests = dict(task.sealed)
    leaves = [decode_fast(row.bytes) for row in rows]
    reasons = {digest for leaf in leaves for key in ("reason", "note") if (digest := leaf.body.get(key))}
    reasons |= {visit.signing.reason for visit in task.visits if visit.signing and visit.signing.reason}
    reasons |= {visit.voting.opinion for visit in task.visits if visit.voting and visit.voting.opinion}
    reasons |= {each for visit in task.visits if visit.minutes for _, each in visit.minutes.absent if each}
    texts = reads.texts(inst.conn, [*digests.values(), *reasons]) if readable else {}
    gone = sorted(name for name, digest in digests.items() if texts.get(digest) is None)
    found["fields"] = {**task.fields, **{name: texts.get(digest) for name, digest in digests.items()}}
    form = reader.definition(task).workflow.fields
    found["field_titles"] = {each.name: each.title for each in form if each.name in found["fields"]}
    # Who may read is told that a text has been erased; who may not learns only that there is one.
    found["hidden"], found["erased"] = ([], gone) if readable else (gone, [])
    found["cause"] = task.cause
    found["into"], found["reference"], found["merged"] = task.into, task.reference, list(task.merged)
    from zeroerror.service.opened import kin_json

    found |= kin_json(reader, task, position)
    found["countersigning"] = list(_answers(task, reader.definition(task), texts))
    found["voting"] = _votes(task, reader.definition(task), texts)
    from zeroerror.service.circulation import circulated_by, readers
    from zeroerror.service.notices import notices_json

    found["circulation"] = readers(circulated_by(reads.circulation(inst.conn, id), reader.at))
    found["notices"] = notices_json(
        reader, reads.notices(inst.conn, reads.NoticeFilter(task=id, until=position))
    )
    if at is None and reader.definition(task).workflow.effects:
        from zeroerror.service.handover import handover_json

        found["handover"] = handover_json(reader, task, leaves)
    found["history"] = [
        {
            "index": row.idx,
            "at": _happened_at(leaf),
            "recorded_at": leaf.time,
            "kind": row.kind,
            "step": leaf.body.get("step"),
            "visit": leaf.body.get("visit"),
            "action": leaf.body.get("action"),
            "person": leaf.body.get("doer") or leaf.actor,
            "recorded_by": leaf.body.get("recorder") or leaf.actor,
            "owed_by": leaf.body.get("person"),
            "capacity": leaf.body.get("capacity") or dict(leaf.capacity),
            "due_at": leaf.body.get("due_at"),
            "reason": texts.get(leaf.body.get("reason") or leaf.body.get("note") or ""),
            "nonconforming": leaf.body.get("nonconforming"),
            "row": leaf.body.get("row"),
            "how": _how(leaf),
            "into": leaf.body.get("into"),
            "signing": said if isinstance(said := leaf.body.get("signing"), str) else None,
            "voting": said if isinstance(said := leaf.body.get("voting"), str) else None,
        }
        for row, leaf in zip(rows, leaves, strict=True)
    ]
    return found


def _answers(task: Task, definition: Definition, texts: Mapping[str, str | None]) -> Iterator[dict[str, Any]]:
    """Everybody who was asked to sign, in that order, with his answer, and whether it is about the text as it is."""
    for visit in task.visits:
        signing, consent = visit.signing, definition.workflow.step(visit.step).consent
        if signing is None or consent is None or visit.status == "withdrawn":
            continue
        text = task.sealed.get(consent.of) or task.fields.get(consent.of) or ""
        yield {
            "step": visit.step,
            "visit": visit.visit,
            "round": signing.round,
            "signer": signing.signer,
            "person": visit.doer or visit.person,
            "answer": answer_of(visit),
            "at": visit.left_at,
            "due_at": visit.due_at,
            "by": signing.ended_by,
            "added_by": signing.added_by,
            "reason": texts.get(visit.reason or signing.reason or ""),
            "stands": signing.text == text,
        }


def _votes(task: Task, definition: Definition, texts: Mapping[str, str | None]) -> list[dict[str, Any]]:
    if all(step.vote is None for step in definition.workflow.steps):
        return []
    from zeroerror.service.voting import voting_json

    return list(voting_json(task, definition, texts))


def answer_of(visit: Visit) -> str:
    """What a signer said: `signed`, `objected`, `pending`; or why he is asked no longer."""
    if visit.open:
        return "pending"
    ended = None if visit.signing is None else visit.signing.ended
    if ended == "silent" and visit.signing is not None:
        return f"silent_{visit.signing.silence}"
    return ended or {"sign": "signed", "object": "objected"}.get(visit.action or "", "released")


def _how(leaf: Leaf) -> str | None:
    """How somebody came to a step: assigned, handed over, or asked to do it, or no longer; how a task ended."""
    if leaf.kind == "step_assigned":
        return str(leaf.body["why"])
    if leaf.kind == "task_closed" and leaf.body["status"] != "closed":
        return str(leaf.body["status"])
    return "ended" if leaf.kind == "step_delegated" and leaf.body["person"] is None else None


def _happened_at(leaf: Leaf) -> str:
    """When what a leaf tells of happened: history that was read in did so long before it was recorded."""
    if "row" not in leaf.body:
        return leaf.time
    told = (leaf.body.get(name) for name in ("left_at", "happened_at", "closed_at", "opened_at"))
    return str(next(each for each in told if each is not None))
