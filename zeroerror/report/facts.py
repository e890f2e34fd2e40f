"""What the daily report is told: posts and offices, never persons, for nobody knows who will read it.

An office answers here for what lies in its hands: a step is counted where the post is that owes it, though the
task is another office's, for a delay at the general office's print room is not the committee's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any

from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStep:
    """One open step of one task, as of the report's instant."""

    task: str
    #: None where not everybody may read it.
    title: str | None
    family: str
    workflow_title: str
    #: In whose hands it is; a desk's and an outside body's step is with the task's own office.
    office: str
    office_title: str
    step: str
    step_title: str
    #: `person`, `outside` or `desk`.
    owner_kind: str
    #: Office and role of who owes it, or the desk it lies on; None where nobody has that post.
    post: str | None
    #: The outside body, or what a stopped clock waits for: words of the definition, never a person.
    waits_for: str | None = None
    entered_at: datetime
    #: Since when it waits, where its clock is stopped.
    stopped_at: datetime | None = None
    due_at: datetime | None
    light: str
    #: When the whole task is due, and how time stands for that.
    task_due_at: datetime | None = None
    task_light: str = "normal"
    #: `running` or `stopped`.
    clock: str
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """A finding as everybody may read it: posts and degrees, its arithmetic, and what became of it."""

    id: str
    rule: str
    severity: str
    state: str
    disputed: bool
    task: str | None
    title: str | None
    workflow_title: str | None = None
    office: str | None
    step: str | None
    step_title: str | None
    due_at: datetime | None
    found_at: datetime
    #: (post, degree, capacity); the post is None where the person had none at the due instant.
    posts: tuple[tuple[str | None, str, str], ...]
    #: Codes of what is missing to say whose it is; None where it is determined.
    undetermined: tuple[str, ...] | None
    #: The post whose duty it is to clarify what is undetermined.
    clarifier: str | None = None
    #: The task of the follow-up, if one was opened.
    follow_up: str | None
    #: The arithmetic as the ledger has it.
    trace: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """An open task of oversight: which office owes an answer, by which post, until when."""

    task: str
    office: str
    post: str | None
    due_at: datetime | None
    light: str
    #: What it follows up, where it is known.
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """A notice that the slot's pass gave: how far the urging has gone, and to which posts."""

    id: str
    level: str
    stage: str
    finding: str
    task: str
    step: str | None
    posts: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class CorrectionItem:
    """What the slot's pass corrected to those who had been told: why, and to which posts."""

    finding: str
    why: str
    rule: str
    task: str | None
    posts: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyFacts:
    """Everything a daily report says, as of one instant and one position of the ledger."""

    institution: str
    #: The slot reported; None for a report asked for before any slot has run.
    slot: datetime | None
    as_of: datetime
    simulated: bool
    #: How many leaves the slot saw: those up to its instant.
    position: int
    #: Index of the first leaf that its pass wrote, and how many it wrote; None before any slot has run.
    wrote: tuple[int, int] | None
    #: The root over those leaves, in hexadecimal.
    root: str
    #: (rule, version) of every rule in force.
    rules: tuple[tuple[str, int], ...]
    #: (id, title), in the institution's order.
    offices: tuple[tuple[str, str], ...]
    #: The open steps; of tasks in which none presses, waits or stands, `calm` may tell instead.
    steps: tuple[OpenStep, ...]
    #: (task, office in whose hands it is) of open tasks of which every step has its time: they are only counted.
    calm: tuple[tuple[str, str], ...] = ()
    #: What this slot found.
    found: tuple[FoundItem, ...]
    #: Every finding still open, older ones included.
    open_findings: tuple[FoundItem, ...]
    #: Put right since the last slot.
    cured: tuple[FoundItem, ...]
    #: Shown since the last slot never to have been so.
    withdrawn: tuple[FoundItem, ...]
    #: Judged since the last slot, by two people, not to be one.
    voided: tuple[FoundItem, ...]
    #: Said before to be somebody else's: corrected to the same readers.
    revised: tuple[FoundItem, ...]
    follow_ups: tuple[FollowUp, ...]
    #: What this slot's pass told people: 督办单 and 更正.
    notices: tuple[NoticeItem, ...] = ()
    corrections: tuple[CorrectionItem, ...] = ()
    #: (task, office) of what ended on this day.
    closed_today: tuple[tuple[str, str], ...]
    #: Slots that were not run in their time, since the last one that was.
    missed_slots: tuple[datetime, ...]
    #: The figures of the report before, for comparison.
    previous: Mapping[str, Any] | None
    #: IANA name of the zone in which people there read the time.
    zone: str
