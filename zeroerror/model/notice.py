"""A notice (督办单): one rung of the urging of one matter, and what has become of it.

A matter is what is urged: one visit of one step, or, with neither, a whole task (一事一单). However many
findings there are about it, it is urged once, and its notices follow one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.model.instant import from_text
from zeroerror.model.value import dataclass

#: How far the urging has gone: 蓝、黄、红.
LEVELS = ("blue", "yellow", "red")
#: What may have become of a notice: it waits for an answer, has one, was followed by the next without one, or
#: the matter has ended first.
STATES = ("waiting", "answered", "unanswered", "ended")
#: Whom a notice may go to, from the bottom: who owes the step, its assignment, an urging or the clarification,
#: then upwards.
STAGES = ("owes", "assigns", "urges", "clarifies", "deputy", "director", "supervisor", "secretary")


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as the ledger has it."""

    id: str
    finding: str
    task: str
    step: str | None
    visit: int | None
    #: In what part its readers get it, one of STAGES.
    stage: str
    level: str
    #: Who gets it: of those away, whoever covers.
    to: tuple[str, ...]
    #: Whose the matter was then: a new holder is urged from the beginning.
    owes: str | None
    #: Working days before the next one.
    interval: int
    #: Whether nobody stands above who could be urged next.
    last: bool
    given_at: datetime
    given_index: int
    state: str = "waiting"
    #: When the next one may come; None once it has come, or the matter has ended.
    again_at: datetime | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    #: The digest of the answer (回执).
    reason: str | None = None

    @property
    def since(self) -> datetime:
        """From when on the interval counts: from the answer, or from when it was given."""
        return self.answered_at or self.given_at

    @property
    def live(self) -> bool:
        """Whether it is the last word on its matter, which goes on."""
        return self.again_at is not None


def matter_of(task: str, step: str | None, visit: int | None) -> str:
    """What is urged, as one text: the same for all findings and notices about it."""
    return f"{task}|{step or '-'}|{visit or 0}"


def notice_given(body: Mapping[str, Any], at: datetime, index: int) -> Notice:
    """The notice that a `notice_given` leaf puts on record."""
    return Notice(
        id=body["notice"],
        finding=body["finding"],
        task=body["task"],
        step=body["step"],
        visit=body["visit"],
        stage=body["stage"],
        level=body["level"],
        to=tuple(body["to"]),
        owes=body["owes"],
        interval=body["interval"],
        last=body["last"],
        given_at=at,
        given_index=index,
        again_at=from_text(body["again_at"]),
    )
