"""What the machine owes itself: its slots, and a ledger that holds what it claims."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.audit.rules.rule import Sighting
from zeroerror.audit.view import View
from zeroerror.model.instant import to_text

#: More than so many problems help nobody; the first says where to look.
MOST = 20


def slot_missed(view: View) -> Iterator[Sighting]:
    """An audit that was passed over: the next was due before it ran."""
    for slot in view.missed:
        yield Sighting(due_at=slot, evidence=(), trace={"slot": to_text(slot)}, event=0)


def ledger_mismatch(view: View) -> Iterator[Sighting]:
    """A ledger that does not hold what it claims, as the slot's verification found."""
    if view.mismatch:
        problems = [
            {"code": each.code, "params": dict(each.params), "where": each.where}
            for each in view.mismatch[:MOST]
        ]
        trace = {"slot": to_text(view.slot), "count": len(view.mismatch), "problems": problems}
        yield Sighting(due_at=view.slot, evidence=(), trace=trace, event=0)
