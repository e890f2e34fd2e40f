"""How time stands, in words: 正常、临期、今日到期、逾期."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from zeroerror.model.calendar import ZONE

Light = Literal["normal", "soon", "today", "overdue"]


def light(
    at: datetime,
    due_at: datetime | None,
    warn_at: datetime | None,
    *,
    clock: str = "running",
    stopped_at: datetime | None = None,
    zone: str = ZONE,
) -> Light:
    """The light of a step at an instant; at the very due instant it is not overdue yet.

    What has ended has no light but `normal`. A stopped clock neither warns nor runs over; but what was
    overdue when it stopped stays so, which only `stopped_at` can tell.
    """
    if due_at is None or clock == "ended":
        return "normal"
    if clock == "stopped":
        return "overdue" if stopped_at is not None and stopped_at > due_at else "normal"
    if at > due_at:
        return "overdue"
    local = ZoneInfo(zone)
    if at.astimezone(local).date() == due_at.astimezone(local).date():
        return "today"
    return "soon" if warn_at is not None and at >= warn_at else "normal"
