"""A sandbox's doors, which a real ledger has not: its clock, that stands until it is set again and never goes
back, and the hand of somebody who owns the database and changes a leaf.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from zeroerror.model.errors import UsageError
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Refusal
from zeroerror.service.front import Options, Receipt, Request, submit
from zeroerror.service.institution import Actor, Institution
from zeroerror.store import tampering


def set_clock(
    inst: Institution, at: datetime, actor: Actor | None = None, options: Options | None = None
) -> Receipt | Refusal:
    """Set a sandbox's clock; UsageError on a real institution, or for an instant that has passed."""
    if not inst.simulated:
        raise UsageError("error.clock_real")
    event = Event(INSTITUTION, "clock_set", {"at": to_text(at)})
    request = Request("clock", {}, events=(event,), at=at)
    return submit(inst, actor or inst.machine(), request, options or Options())


def tamper(inst: Institution, index: int, change: Callable[[bytes], bytes]) -> bytes:
    """Change a leaf behind the ledger's back; returns what stood there. UsageError on a real institution."""
    if not inst.simulated:
        raise UsageError("error.tamper_real")
    return tampering.alter(inst.conn, index, change)
