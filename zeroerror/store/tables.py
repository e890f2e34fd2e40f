"""The tables as sqlmodel declares them, for comparison with the migrations and for reads that are not hot.

A test holds these declarations against what the migrations make, in every name, type and constraint, on both
databases. A declaration here changes nothing by itself: write a migration.
"""

from __future__ import annotations

import builtins

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from zeroerror.store.among import among
from zeroerror.store.declared import NARROW, STRICT, Declared, key_of, partial, whole, words
from zeroerror.store.reads.afterwards import AFTERWARDS
from zeroerror.store.reads.calendars import CALENDARS


class Meta(Declared, table=True):
    """Which ledger this is."""

    __table_args__ = (key_of("meta", "id"), CheckConstraint("id = 1", name="meta_one"), STRICT)
    id: int = whole()
    origin: str = words()
    created_at: str = words()


class Head(Declared, table=True):
    """Where the ledger ends."""

    __table_args__ = (key_of("head", "id"), CheckConstraint("id = 1", name="head_one"), STRICT)
    id: int = whole()
    size: int = whole()
    hash: str = words()
    time: str = words()
    frontier: str = words()


class Leaf(Declared, table=True):
    """One event's bytes, and what they are found by."""

    __table_args__ = (
        key_of("leaf", "idx"),
        UniqueConstraint("stream", "seq", name="leaf_stream"),
        UniqueConstraint("command", "part", name="leaf_command"),
        partial("leaf_afterwards", "idx", AFTERWARDS),
        partial("leaf_calendars", "idx", CALENDARS),
        STRICT,
    )
    idx: int = whole()
    hash: str = words()
    stream: str = words()
    seq: int = whole()
    command: str = words()
    part: int = whole()
    kind: str = words()
    time: str = words()
    bytes: builtins.bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Payload(Declared, table=True):
    """A sealed text; erased, it has neither salt nor text."""

    __table_args__ = (key_of("payload", "digest"), STRICT)
    digest: str = words()
    salt: str | None = words(null=True)
    text: str | None = words(null=True)


class Definition(Declared, table=True):
    """A published definition."""

    __table_args__ = (key_of("definition", "digest"), STRICT)
    digest: str = words()
    id: str = words()
    text: str = words()
    overlays: str = words()
    effective: str = words()
    tbl: str = words()
    idx: int = whole()


class Workflow(Declared, table=True):
    """Which definition of a workflow is in force."""

    __table_args__ = (
        key_of("workflow", "id"),
        ForeignKeyConstraint(["digest"], ["definition.digest"], name="workflow_digest"),
        STRICT,
    )
    id: str = words()
    digest: str = words()


class Document(Declared, table=True):
    """What holds for the whole institution."""

    __table_args__ = (key_of("document", "name"), STRICT)
    name: str = words()
    content: str = words()
    digest: str = words()
    idx: int = whole()


class Task(Declared, table=True):
    """A task's fold, but for its visits."""

    __table_args__ = (
        key_of("task", "id"),
        CheckConstraint(
            among("status", "open", "closed", "cancelled", "merged", "redirected"), name="task_status"
        ),
        Index("task_office", "office", "status"),
        partial("task_open_due", "due_at", "status = 'open'"),
        partial("task_closed", "closed_at", "closed_at IS NOT NULL"),
        Index("task_opened", "opened_at"),
        partial("task_parent", "parent", "parent IS NOT NULL"),
        STRICT,
    )
    id: str = words()
    workflow: str = words()
    digest: str = words()
    family: str = words()
    office: str = words()
    status: str = words()
    opened_at: str = words()
    closed_at: str | None = words(null=True)
    due_at: str | None = words(null=True)
    #: The task by whose action it was opened.
    parent: str | None = words(null=True)
    seq: int = whole()
    last: str = words()
    last_idx: int = whole()
    state: str = words()


class Visit(Declared, table=True):
    """One visit's fold, and what it is searched by."""

    __table_args__ = (
        key_of("visit", "task", "step", "visit"),
        ForeignKeyConstraint(["task"], ["task.id"], name="visit_task"),
        CheckConstraint(among("clock", "running", "stopped", "ended"), name="visit_clock"),
        partial("visit_first_due", "first_due_at", "status = 'open'"),
        partial("visit_warn", "warn_at", "status = 'open'"),
        partial("visit_person", "person", "status = 'open'"),
        partial("visit_urger", "urger", "status = 'open' AND urger IS NOT NULL"),
        partial("visit_delegate", "delegate", "status = 'open' AND delegate IS NOT NULL"),
        partial("visit_desk", "kind", "status = 'open' AND kind = 'desk'"),
        partial("visit_left", "left_at", "left_at IS NOT NULL"),
        NARROW,
    )
    task: str = words()
    step: str = words()
    visit: int = whole()
    place: int = whole()
    office: str = words()
    kind: str = words()
    person: str | None = words(null=True)
    urger: str | None = words(null=True)
    status: str = words()
    clock: str = words()
    entered_at: str = words()
    left_at: str | None = words(null=True)
    ended_at: str | None = words(null=True)
    due_at: str | None = words(null=True)
    first_due_at: str | None = words(null=True)
    warn_at: str | None = words(null=True)
    delegate: str | None = words(null=True)
    content: str = words()


class VisitDue(Declared, table=True):
    """A due instant that a visit has had."""

    __table_args__ = (
        key_of("visit_due", "task", "step", "visit", "idx"),
        Index("visit_due_at", "due_at"),
        partial("visit_due_wait", "due_at", "kind <> 'person'"),
        NARROW,
    )
    task: str = words()
    step: str = words()
    visit: int = whole()
    idx: int = whole()
    due_at: str = words()
    kind: str = words()


class TaskDue(Declared, table=True):
    """A due instant that a whole task has had."""

    __table_args__ = (key_of("task_due", "task", "idx"), Index("task_due_at", "due_at"), NARROW)
    task: str = words()
    idx: int = whole()
    due_at: str = words()


class Finding(Declared, table=True):
    """A finding, and what it is searched by."""

    __table_args__ = (
        key_of("finding", "id"),
        UniqueConstraint("fingerprint", name="finding_fingerprint"),
        CheckConstraint(
            among("state", "open", "cured", "withdrawn", "voided", "closed"), name="finding_state"
        ),
        Index("finding_task", "task"),
        partial("finding_open", "rule", "state = 'open'"),
        Index("finding_found", "found_idx"),
        STRICT,
    )
    id: str = words()
    fingerprint: str = words()
    rule: str = words()
    severity: str = words()
    task: str | None = words(null=True)
    step: str | None = words(null=True)
    visit: int | None = whole(null=True)
    state: str = words()
    follow_up: str | None = words(null=True)
    found_at: str = words()
    found_idx: int = whole()
    last_idx: int = whole()
    content: str = words()


class FindingPerson(Declared, table=True):
    """Whom a finding names now."""

    __table_args__ = (
        key_of("finding_person", "person", "finding"),
        Index("finding_person_finding", "finding"),
        NARROW,
    )
    finding: str = words()
    person: str = words()


class Notice(Declared, table=True):
    """A notice, and what has become of it."""

    __table_args__ = (
        key_of("notice", "id"),
        CheckConstraint(among("level", "blue", "yellow", "red"), name="notice_level"),
        CheckConstraint(among("state", "waiting", "answered", "unanswered", "ended"), name="notice_state"),
        Index("notice_task", "task"),
        Index("notice_given", "given_idx"),
        partial("notice_again", "again_at", "again_at IS NOT NULL"),
        partial("notice_live", "matter", "again_at IS NOT NULL"),
        STRICT,
    )
    id: str = words()
    matter: str = words()
    finding: str = words()
    task: str = words()
    level: str = words()
    owes: str | None = words(null=True)
    last: int = whole()
    state: str = words()
    given_at: str = words()
    given_idx: int = whole()
    again_at: str | None = words(null=True)
    answered_by: str | None = words(null=True)
    answered_at: str | None = words(null=True)
    reason: str | None = words(null=True)
    content: str = words()


class NoticePerson(Declared, table=True):
    """Who got a notice."""

    __table_args__ = (key_of("notice_person", "person", "notice"), NARROW)
    notice: str = words()
    person: str = words()


class Correction(Declared, table=True):
    """To whom it was corrected what had been said of a finding."""

    __table_args__ = (
        key_of("correction", "person", "idx"),
        Index("correction_finding", "finding"),
        Index("correction_sent", "idx"),
        NARROW,
    )
    person: str = words()
    idx: int = whole()
    finding: str = words()
    why: str = words()
    sent_at: str = words()


class Circulation(Declared, table=True):
    """To whom a task was given to read, and when he said that he had."""

    __table_args__ = (
        key_of("circulation", "task", "person"),
        partial("circulation_unread", "person", "read_at IS NULL"),
        NARROW,
    )
    task: str = words()
    person: str = words()
    given_by: str = words()
    given_at: str = words()
    given_idx: int = whole()
    read_at: str | None = words(null=True)
    read_idx: int | None = whole(null=True)


class Slot(Declared, table=True):
    """A slot that was run."""

    __table_args__ = (key_of("slot", "audit", "slot"), STRICT)
    audit: str = words()
    slot: str = words()
    idx: int = whole()
    seen: int = whole()
    content: str = words()


class Planned(Declared, table=True):
    """What a plan owed in a period, by its id, and the task that was opened for it, or that none could be."""

    __tablename__ = "planned"
    __table_args__ = (
        key_of("planned", "id"),
        partial("planned_place", "idx", "place IS NOT NULL"),
        partial("planned_held", "held", "task IS NULL"),
        partial("planned_task", "task", "task IS NOT NULL"),
        STRICT,
    )
    id: str = words()
    plan: str = words()
    period: str = words()
    office: str = words()
    person: str | None = words(null=True)
    place: str | None = words(null=True)
    number: int = whole()
    held: int | None = whole(null=True)
    task: str | None = words(null=True)
    idx: int | None = whole(null=True)


class Proposal(Declared, table=True):
    """A proposal as it stands."""

    __table_args__ = (key_of("proposal", "id"), Index("proposal_status", "status"), STRICT)
    id: str = words()
    kind: str = words()
    status: str = words()
    proposer: str = words()
    about: str | None = words(null=True)
    idx: int = whole()
    content: str = words()


class Key(Declared, table=True):
    """A key, and from which leaf to which it is valid."""

    __table_args__ = (key_of("key", "id"), Index("key_person", "person"), STRICT)
    id: str = words()
    person: str = words()
    public: str = words()
    since_idx: int = whole()
    until_idx: int | None = whole(null=True)


class Number(Declared, table=True):
    """The last number given to a task, by prefix and local year."""

    __table_args__ = (key_of("number", "prefix", "year"), STRICT)
    prefix: str = words()
    year: int = whole()
    last: int = whole()
