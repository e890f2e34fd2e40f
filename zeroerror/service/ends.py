"""What has become of a finding: each leaf about it since it was made, as somebody may read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from zeroerror.engine.objecting import named
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.finding import Attribution, Finding, attribution_to_json
from zeroerror.model.instant import from_text
from zeroerror.service.reader import Reader
from zeroerror.store import log, reads

#: The leaves by which somebody else, or nobody, answers for it from then on.
ELSE = ("attribution_revised", "attribution_corrected")


def ends_json(reader: Reader, finding: Finding) -> list[dict[str, Any]]:
    """What was said of a finding after it was made, in order: when, by which leaf, how, by whom and why."""
    conn = reader.inst.conn
    found = [row for index in finding.ends for row in log.leaves(conn, index, index + 1)]
    leaves = [(row.idx, decode_fast(row.bytes)) for row in found]
    digests = [leaf.body["reason"] for _, leaf in leaves if leaf.body.get("reason")]
    texts = reads.texts(conn, digests) if _may_read(reader, finding) else {}
    whose = _whose(finding)
    return [
        {
            "index": index,
            "at": from_text(leaf.time),
            "kind": leaf.kind,
            **_said(leaf.body, texts),
            **(next(whose) if leaf.kind in ELSE else {"before": None, "after": None}),
        }
        for index, leaf in leaves
    ]


def _said(body: Mapping[str, Any], texts: Mapping[str, str | None]) -> dict[str, Any]:
    reason = body.get("reason")
    return {
        "why": body.get("why"),
        "evidence": list(body.get("evidence", ())),
        "by": body.get("by"),
        "proposed_by": body.get("proposed_by"),
        "task": body.get("task"),
        "answer": body.get("answer"),
        "reason": None if reason is None else texts.get(reason),
        **({"hidden": True} if reason is not None and reason not in texts else {}),
    }


def _whose(finding: Finding) -> Iterator[dict[str, Any]]:
    """Whose it was before, and from then on, for each time that this was said otherwise."""
    order = [*finding.history, finding.lead.attribution]
    for before, after in pairwise(order):
        yield {"before": _told(before), "after": _told(after)}


def _told(attribution: Attribution) -> dict[str, Any]:
    told = attribution_to_json(attribution)
    return {"attribution": told["answerers"], "undetermined": told["missing"] or None}


def _may_read(reader: Reader, finding: Finding) -> bool:
    """Whether somebody may read what people wrote of it: as of its task, and whoever is named in it."""
    if reader.person in named(finding):
        return True
    task = None if finding.lead.task is None else reads.task(reader.inst.conn, finding.lead.task)
    if task is not None:
        return reader.may_read(task)
    words: Sequence[str] = ("leader", "party_group", "secretary", "auditor")
    return any(reader.organisation.entitled(reader.person, word, reader.at) for word in words)
