"""A finding: a lead, with its evidence and its arithmetic, and who answers for it or why nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Answerer:
    """One person who answers for a finding: in what degree, in what capacity, for which reason."""

    person: str
    #: `direct`, `review` or `lead`.
    degree: str
    #: {kind: own|cover|paper|imported, for: POST}
    capacity: Mapping[str, Any]
    #: A code of the catalogue, `attribution.…`.
    reason: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who answers, or what is missing to say so: never both empty."""

    answerers: tuple[Answerer, ...] = ()
    #: Codes of what is missing (`undetermined`); empty where it is determined.
    missing: tuple[str, ...] = ()
    #: Whose duty it is to clarify what is undetermined.
    clarifier: str | None = None
    #: Indices of the leaves it rests on.
    evidence: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Lead:
    """What a rule found, before it is compared with the findings already in the ledger."""

    rule: str
    version: int
    severity: str
    task: str | None
    step: str | None
    visit: int | None
    #: The first due instant missed; None for a finding about an event.
    due_at: datetime | None
    #: Indices of the leaves that show it.
    evidence: tuple[int, ...]
    #: The arithmetic as data: what was due when, how late, days counted.
    trace: Mapping[str, Any]
    attribution: Attribution
    #: Born closed: findings about an event.
    closed: bool = False
    #: Distinguishes a new occurrence of the same slip; the index of the event for findings about one.
    occurrence: int = 0

    @property
    def fingerprint(self) -> str:
        """One slip, one finding: (rule, task, step, visit, due instant, occurrence), without the version."""
        due = self.due_at.isoformat() if self.due_at else "-"
        parts = (self.rule, self.task or "-", self.step or "-", str(self.visit or 0), due, str(self.occurrence))
        return "|".join(parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """A lead on record, with what has become of it."""

    id: str
    lead: Lead
    found_at: datetime
    found_index: int
    #: `open`, `cured`, `withdrawn`, `voided` or `closed`.
    state: str = "open"
    disputed: bool = False
    #: Earlier attributions, oldest first.
    history: tuple[Attribution, ...] = ()
    follow_up: str | None = None
