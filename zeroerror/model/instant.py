"""Instants as text: UTC, fixed width, microseconds, so that text order is time order."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
#: Before every instant and after every instant, for intervals without an end.
ALWAYS = "0001-01-01T00:00:00.000000Z"
NEVER = "9999-12-31T23:59:59.999999Z"


# The same few instants come again and again: reading and writing them was most of the work of keeping a task.
@lru_cache(maxsize=8192)
def to_text(instant: datetime) -> str:
    """The fixed-width UTC text of an aware instant; ValueError for a naive one."""
    zone = instant.tzinfo
    if zone is None:
        raise ValueError("a naive datetime is not an instant")
    text = (instant if zone is UTC else instant.astimezone(UTC)).isoformat(timespec="microseconds")
    return text[:26] + "Z"


@lru_cache(maxsize=8192)
def from_text(text: str) -> datetime:
    """The instant of a fixed-width UTC text; ValueError for any other text."""
    if len(text) != 27 or text[26] != "Z":
        raise ValueError(f"not a fixed-width UTC instant: {text!r}")
    return datetime.fromisoformat(text[:26] + "+00:00")
