"""A task given to somebody to read (传阅): by whom, when, and when he said that he had (已阅)."""

from __future__ import annotations

from datetime import datetime

from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Circulated:
    """One reader of one task; it is given to him once, however often somebody means to."""

    task: str
    person: str
    by: str
    at: datetime
    index: int
    read_at: datetime | None = None
    read_index: int | None = None
