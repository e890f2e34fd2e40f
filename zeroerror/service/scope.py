"""What a slot has to look at, found by index, and the views of it that the rules are given, some tasks at a time.

A view too large would take memory by the number of steps that have fallen due; so the tasks are read in the
order of their ids, five hundred at a time, and what holds for the institution is asked once for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from zeroerror.audit.judge import look_from
from zeroerror.audit.view import View
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Problem
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Workflow
from zeroerror.service.facts import definition
from zeroerror.service.history import (
    calendars_until,
    changed_since,
    organisation_at,
    persons_touched,
    position_at,
    settings_at,
    tasks_at,
)
from zeroerror.service.listed import Listed
from zeroerror.service.looked import notices_of, notices_owed, published_since, requests_owed
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Scope:
    """What one slot looks at: the institution as of then, and which tasks."""

    #: Everything but the tasks, and what is on record about them.
    institution: View
    #: In order; a task that was opened later is among them, and is passed over.
    tasks: Listed
    #: How many leaves the pass before had seen.
    seen: int


def scope_of(
    conn: Connection, audit: str, slot: datetime, *, late: bool, mismatch: Sequence[Problem] = ()
) -> Scope:
    """What a slot has to look at; its view of the institution says how many leaves it sees.

    `mismatch` is what its runner found wrong with the ledger's own shape.
    """
    position = position_at(conn, to_text(slot))
    last = reads.last_slot(conn, audit)
    seen = 0 if last is None else last.seen
    calendars = calendars_until(conn, position)
    calendar = calendars[-1].calendar
    # What the projection says of a task that has gone on since is not what held then; it is folded and looked at.
    looked: list[Iterable[str]] = [
        reads.touched_since(conn, seen, position),
        reads.touched_since(conn, position, log.head(conn).size),
        _due(conn, None if last is None else last.slot, slot),
        sorted(_named(conn, persons_touched(conn, seen, position)) | _overlapped(conn, seen, position)),
    ]
    if last is not None:
        # An urging is owed a working day after the wait fell due; nothing else comes due that has been looked at.
        looked.append(reads.waits_due_between(conn, look_from(last.slot, calendar), last.slot))
    view = View(
        slot=slot,
        previous=None if last is None else last.slot,
        position=position,
        tasks={},
        workflows={},
        organisation=organisation_at(conn, position),
        calendar=calendar,
        calendars=calendars,
        findings={"": tuple(reads.findings_of_institution(conn))},
        settings=settings_at(conn, position),
        published=published_since(conn, seen, position, slot),
        missed=(slot,) if late else (),
        mismatch=tuple(mismatch),
    )
    looked += [sorted(requests_owed(conn, view)), notices_owed(conn, view)]
    return Scope(view, Listed(*looked), seen)


def views(conn: Connection, scope: Scope) -> Iterator[View]:
    """The tasks of a scope as they stood at its slot, with what is on record about each."""
    whole = replace(scope.institution, missed=(), mismatch=())
    for ids in scope.tasks.pages():
        tasks = tasks_at(conn, ids, whole.position)
        findings = {id: tuple(found) for id, found in reads.findings_of_tasks(conn, tasks).items()}
        workflows = workflows_of(conn, tasks.values())
        yield replace(
            whole,
            tasks=tasks,
            workflows=workflows,
            children=children_of(conn, tasks.values(), workflows, whole.position),
            findings=findings,
            notices=notices_of(conn, tasks),
        )


def as_of_view(
    conn: Connection, at: datetime, known_at: datetime | None, since: datetime | None = None
) -> View:
    """What the rules look at when somebody asks what holds at an instant, known by another; or since one."""
    position = log.head(conn).size if known_at is None else position_at(conn, to_text(known_at))
    asked = at if since is None else since
    looked = {each.task for each in reads.open_and_past(conn, asked)}
    looked |= set(reads.tasks_open_and_past(conn, asked))
    if known_at is not None and known_at < asked:
        # What has ended since was not known to have ended.
        looked |= set(reads.touched_since(conn, position, log.head(conn).size))
    if since is not None:
        looked |= set(_due(conn, since, at))
    tasks = tasks_at(conn, looked, position)
    workflows = workflows_of(conn, tasks.values())
    calendars = calendars_until(conn, position)
    return View(
        slot=at,
        previous=None,
        position=position,
        tasks=tasks,
        workflows=workflows,
        children=children_of(conn, tasks.values(), workflows, position),
        organisation=organisation_at(conn, position),
        calendar=calendars[-1].calendar,
        calendars=calendars,
        findings={},
        settings=settings_at(conn, position),
        missed=(),
        mismatch=(),
    )


def workflows_of(conn: Connection, tasks: Iterable[Task]) -> dict[str, Workflow]:
    """The definitions to which tasks are pinned, by digest."""
    found: dict[str, Workflow] = {}
    for digest in {task.digest for task in tasks}:
        held = definition(conn, digest)
        assert held is not None, "a task is pinned to a published definition"
        found[digest] = held.workflow
    return found


def children_of(
    conn: Connection, tasks: Iterable[Task], workflows: Mapping[str, Workflow], position: int
) -> dict[str, tuple[Task, ...]]:
    """What those tasks have opened, as the leaves before a position leave it; only of those that wait for it."""
    waiting = {digest for digest, workflow in workflows.items() if workflow.waits}
    ids = reads.children_ids(conn, (task.id for task in tasks if task.digest in waiting)) if waiting else {}
    stood = tasks_at(conn, (id for found in ids.values() for id in found), position)
    return {parent: tuple(stood[id] for id in found if id in stood) for parent, found in ids.items()}


def _due(conn: Connection, since: datetime | None, slot: datetime) -> Iterator[str]:
    """The tasks that have anything falling due between two instants, in order."""
    after = since or datetime.min.replace(tzinfo=slot.tzinfo)
    return reads.falling_due(conn, after, slot)


def _named(conn: Connection, persons: Iterable[str]) -> set[str]:
    """The tasks of findings that name these persons."""
    found: set[str] = set()
    for person in sorted(persons):
        for each in reads.findings(conn, reads.FindingFilter(person=person)):
            if each.lead.task is not None:
                found.add(each.lead.task)
    return found


def _overlapped(conn: Connection, seen: int, position: int) -> set[str]:
    """The tasks of findings about a time of which the organisation or the calendar says something else now.

    A B person who turns out to have been away clears whoever did not hand over to him, and no finding names him.
    What a finding rests on had happened when it was found, so those found since that time are enough.
    """
    since = changed_since(conn, seen, position)
    return set() if since is None else set(reads.tasks_of_findings(conn, position_at(conn, since)))
