"""A change that would have avoided a finding: one thing that somebody could have done differently."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit

#: Kinds whose words depend on what comes of them.
BY_EFFECT = ("covered", "assigned", "answered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that somebody could have done differently."""

    #: `done`, `kept` (not taken back), `extended`, `asked` (for more time, sooner), `answered`, `covered`, `assigned`, `urged`, `recorded`, `replied`
    #: (to a notice), `attached`, `given` (a date, sooner), `dated` (later), `handed` (an earlier step, to another),
    #: `arranged` (somebody else stands in) or `stayed` (another time of leave).
    kind: str
    who: str
    #: At the latest.
    by: datetime
    #: `unfound`, `cleared` or `settled`; `timely` where it is an earlier step that would have been in time.
    effect: str
    step: str | None = None
    visit: int | None = None
    #: The due instant that it is about; None for what is not about one.
    due_at: datetime | None = None
    #: It is the whole task that would have ended in time; else the step.
    whole: bool = False
    #: Who covers, is assigned, does it instead, or decides on the request; None where it is not for us to say.
    to: str | None = None
    #: How much more time would have been enough, in working days; how many files.
    days: int | None = None
    #: Which date would have left enough time.
    day: date | None = None
    #: Who would no longer be named.
    clears: str | None = None

    @property
    def code(self) -> str:
        """The code of its words."""
        if self.kind in BY_EFFECT:
            return f"avoidance.{self.kind}_{self.effect}"
        if self.effect == "timely":
            return f"avoidance.{self.kind}_timely"
        if self.kind == "arranged" and self.to is None:
            return "avoidance.arranged_elsewhere"
        return f"avoidance.{self.kind}{'_whole' if self.whole else ''}"


def of_visit(kind: str, visit: Visit, who: str, by: datetime, effect: str, **more: Any) -> Change:
    """A change of what somebody did about a step."""
    return Change(kind=kind, who=who, by=by, effect=effect, step=visit.step, visit=visit.visit, **more)
