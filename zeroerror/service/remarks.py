"""Remarks that somebody wrote by hand about a task: recorded from paper as his, by a clerk, checked by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from zeroerror.model.command import OWN, Target
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Refusal
from zeroerror.service.facts import definition
from zeroerror.service.front import NO_OPTIONS, Options, Receipt, Request, submit
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.texts import Draft
from zeroerror.store import reads


def record_remark(
    inst: Institution,
    actor: Actor,
    id: str,
    text: str,
    *,
    paper_of: str,
    signed_at: datetime,
    attach: Sequence[Path],
    options: Options = NO_OPTIONS,
) -> Receipt | Refusal:
    """Propose what somebody wrote on paper about a task; it stands there as his when another has compared it."""
    task = reads.task(inst.conn, id)
    if task is None:
        raise UsageError("error.unknown_task", task=id)
    pinned = definition(inst.conn, task.digest)
    draft = Draft(inst, keeps_files=pinned is None or not pinned.workflow.stub)
    note = draft.text(text)
    draft.attach(attach)
    body = {
        "note": note,
        "paper_of": paper_of,
        "signed_at": to_text(signed_at),
        "attachments": draft.attachments,
    }
    asked = {"kind": "record_remark", "body": body}
    target = Target(task.id, task.last)
    return submit(
        inst, actor, Request("propose", asked, (target,), OWN, draft.payloads, draft.files), options
    )
