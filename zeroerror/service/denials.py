"""Why somebody was turned away: a denial on record, and whose the step was then; codes and values only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.instant import from_text
from zeroerror.service.reader import Reader
from zeroerror.store import log, reads

#: A leaf as `why` takes it: its place in the ledger.
LEAF = re.compile(r"[Ll]-(\d{1,15})")


def denial(reader: Reader, id: str) -> dict[str, Any] | None:
    """The denial that stands in that leaf; None where there is no such leaf, or it is none."""
    written = LEAF.fullmatch(id)
    if written is None:
        return None
    index = int(written.group(1))
    row = next(log.leaves(reader.inst.conn, index, index + 1), None)
    if row is None or row.kind != "denied":
        return None
    leaf = decode_fast(row.bytes)
    return {"id": f"L-{index}", "index": index, "at": from_text(leaf.time), **_told(reader, leaf.body, index)}


def _told(reader: Reader, body: Mapping[str, Any], index: int) -> dict[str, Any]:
    """What was tried by whom, on which grounds it was denied, and who owed the step at that place of the ledger."""
    task = None if body["task"] is None else reads.task(reader.inst.conn, body["task"])
    visits = () if task is None else task.visits
    then = [each for each in visits if each.step == body["step"] and each.entered_index < index]
    visit = then[-1] if then else None
    held = [each for each in visit.holdings if each.index < index] if visit is not None else []
    title = None
    if task is not None and visit is not None:
        title = reader.definition(task).workflow.step(visit.step).title
    return {
        "by": body["by"],
        "kind": body["kind"],
        "codes": list(body["codes"]),
        "task": body["task"],
        "step": body["step"],
        "title": title,
        "owed_by": (held[-1].person if held else None) or (None if visit is None else visit.urger),
    }
