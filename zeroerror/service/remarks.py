"""Remarks that somebody wrote by hand about a task: recorded from paper as his, by a clerk, checked by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from zeroerror.model.command import OWN
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Refusal
from zeroerror.service.front import NO_OPTIONS, Options, Receipt, Request, submit
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.meant import target_of, task_meant, workflow_of
from zeroerror.service.texts import Draft


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
    facts = inst.facts()
    task = task_meant(facts, id)
    draft = Draft(inst, keeps_files=not workflow_of(facts, task).stub)
    note = draft.text(text)
    draft.attach(attach)
    body = {
        "note": note,
        "paper_of": paper_of,
        "signed_at": to_text(signed_at),
        "attachments": draft.attachments,
    }
    asked = {"kind": "record_remark", "body": body}
    target = target_of(task, None)
    return submit(
        inst, actor, Request("propose", asked, (target,), OWN, draft.payloads, draft.files), options
    )
