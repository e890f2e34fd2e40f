"""A task: its form, its limits and its visits. `fold.evolve` is the only way in which one arises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from zeroerror.model.value import dataclass
from zeroerror.model.visit import (
    DueChange,
    Visit,
)


@dataclass(frozen=True, slots=True)
class Given:
    """A plain field filled in, or filled in anew, after the task was opened: by whom, when, and by which leaf.

    Every time is kept: what came of a date that has been given anew since was still asked by who gave it first.
    """

    field: str
    by: str
    at: datetime
    index: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something in history read in from elsewhere that the definition has no place for."""

    #: `after_end`, `unknown_activity`, `no_such_move`.
    why: str
    step: str | None
    at: datetime
    index: int
    #: The row of the file.
    row: int


@dataclass(frozen=True, slots=True)
class Task:
    """One running instance of a workflow, as its stream tells it."""

    id: str
    workflow: str
    digest: str
    family: str
    office: str
    opener: str
    #: Plain values, readable in the leaf.
    fields: Mapping[str, str]
    #: Digests of everything else.
    sealed: Mapping[str, str]
    opened_at: datetime
    dues: tuple[DueChange, ...]
    visits: tuple[Visit, ...] = ()
    #: `open`, `closed` or `cancelled`; `merged` or `redirected` where it goes on in another task.
    status: str = "open"
    closed_at: datetime | None = None
    #: For an imported task: who answers for it.
    answers: str | None = None
    #: For a follow-up: the finding that opened it.
    cause: str | None = None
    #: The task by whose action it was opened.
    parent: str | None = None
    seq: int = 0
    last: str = ""
    last_index: int = 0
    #: Who wrote the stream's last leaf that a person wrote, and since which leaf no other person has, for 拿回.
    last_actor: str = ""
    actor_since: int = 0
    #: Of each plain field that was filled in later, or again: the last time.
    given: tuple[Given, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    #: Files put to the task beside its steps: when, and by which leaf.
    attached: tuple[tuple[datetime, int], ...] = ()
    #: In which task it goes on (并案, 改办).
    into: str | None = None
    #: The task that was ended to begin anew as this one (改办).
    reference: str | None = None
    #: The tasks that go on in this one (并案).
    merged: tuple[str, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """When the whole is due now."""
        return self.dues[-1].due_at

    def open_visits(self) -> tuple[Visit, ...]:
        """The steps that somebody owes now."""
        return tuple([visit for visit in self.visits if visit.status == "open"])

    def find(self, step: str, visit: int) -> Visit | None:
        """That visit of that step, if it was ever entered."""
        for each in self.visits:
            if each.visit == visit and each.step == step:
                return each
        return None

    def doer_of(self, step: str) -> str | None:
        """Who last did that step."""
        done = [each for each in self.visits if each.step == step and each.doer is not None]
        return done[-1].doer if done else None

    def times_entered(self, step: str) -> int:
        """How often that step has been entered."""
        return sum(1 for each in self.visits if each.step == step)
