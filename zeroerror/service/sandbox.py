"""The sandbox's clock: it stands until it is set again, and never goes back; a real ledger has no such door."""

from __future__ import annotations

from datetime import datetime

from zeroerror.model.errors import UsageError
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Refusal
from zeroerror.service.front import Options, Receipt, Request, submit
from zeroerror.service.institution import Actor, Institution


def set_clock(
    inst: Institution, at: datetime, actor: Actor | None = None, options: Options | None = None
) -> Receipt | Refusal:
    """Set a sandbox's clock; UsageError on a real institution, or for an instant that has passed."""
    if not inst.simulated:
        raise UsageError("error.clock_real")
    event = Event(INSTITUTION, "clock_set", {"at": to_text(at)})
    request = Request("clock", {}, events=(event,), at=at)
    return submit(inst, actor or inst.machine(), request, options or Options())
