"""Tasks that another task's action opens: what each is given, what waits for them, and what becomes of them.

A child is a task like any other: its own number, steps, limits and findings. What it knows besides is its
parent. A parent waits for its children only where an action of its definition says so (`children_ended@1`), and
whoever is held up by them can go on by another action, which a definition must have. What an action says of
them with `children: cancel` ends those that are still open, and theirs with them: nobody owes their steps any
more, and nobody is blamed for what falls due afterwards, but what had fallen due before stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from zeroerror.engine import form
from zeroerror.engine.authority import capacities
from zeroerror.engine.deadlines import beyond
from zeroerror.engine.facts import Definition, Facts
from zeroerror.engine.onward import released
from zeroerror.engine.opening import numbers, opening_events
from zeroerror.engine.oversight import reopening
from zeroerror.model.command import OWN, Command
from zeroerror.model.event import Event
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Reason
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Action, Opens, Workflow

#: Why a child's step is released: its parent has ended it.
BY_PARENT = "parent"


def opening_reasons(
    workflow: Workflow,
    action: Action,
    asked: Mapping[str, Any] | None,
    fields: Mapping[str, str],
    sealed: Mapping[str, str],
    facts: Facts,
    at: datetime,
) -> Iterator[Reason]:
    """Every reason why an action cannot open what it is to open; `fields` and `sealed` as it leaves them."""
    items = () if asked is None else asked["items"]
    if action.opens is None:
        if items:
            yield Reason("engine.opens_nothing", {"action": action.title})
        return
    held = _held(action.opens, asked, facts)
    if not items:
        yield Reason("engine.nothing_to_open", {"action": action.title, "line": _line(action.opens, facts)})
    elif held is None:
        yield Reason("engine.definition_replaced", {"workflow": action.opens.workflow})
    else:
        for place, item in enumerate(items, 1):
            for each in _against(workflow, held.workflow, action.opens, item, fields, sealed, facts, at):
                yield Reason(each.code, {**each.params, "item": place})


def _line(opens: Opens, facts: Facts) -> list[str]:
    """What is said of an item behind its office, as people see it."""
    digest = facts.in_force(opens.workflow)
    held = None if digest is None else facts.definition(digest)
    fields = ((name, None if held is None else held.workflow.field(name)) for name in opens.each)
    return [name if field is None else field.title for name, field in fields]


def _held(opens: Opens, asked: Mapping[str, Any] | None, facts: Facts) -> Definition | None:
    """The definition under which children are opened: that in force, if it is still the one that was meant."""
    digest = facts.in_force(opens.workflow)
    if digest is None or asked is None or asked["definition"] != digest:
        return None
    return facts.definition(digest)


def _against(
    workflow: Workflow,
    child: Workflow,
    opens: Opens,
    item: Mapping[str, Any],
    fields: Mapping[str, str],
    sealed: Mapping[str, str],
    facts: Facts,
    at: datetime,
) -> Iterator[Reason]:
    if all(each.id != item["office"] for each in facts.organisation.offices):
        yield Reason("engine.unknown_office", {"office": item["office"]})
    for name in (*item["fields"], *item["sealed"]):
        if name not in opens.each:
            yield Reason("engine.unknown_field", {"field": name, "known": list(opens.each)})
    plain, hidden = _filled(opens, item, fields, sealed)
    yield from form.reasons(child, plain, hidden, facts.organisation, at)
    yield from beyond(child, plain, facts.calendar)
    for each in child.fields:
        if each.required and each.name not in {*plain, *hidden}:
            yield Reason("engine.item_lacks", {"field": each.name, "title": each.title})


def _filled(
    opens: Opens, item: Mapping[str, Any], fields: Mapping[str, str], sealed: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """A child's form: what all have, what it takes over, and what was said of it alone."""
    plain = dict(opens.set) | {name: fields[name] for name in opens.copy if name in fields}
    # The digest of a text that stands beside the ledger once is the same in both tasks.
    hidden = {name: sealed[name] for name in opens.copy if name in sealed}
    return plain | dict(item["fields"]), hidden | dict(item["sealed"])


def opened(
    task: Task,
    action: Action,
    asked: Mapping[str, Any] | None,
    doer: str,
    fields: Mapping[str, str],
    sealed: Mapping[str, str],
    facts: Facts,
    at: datetime,
) -> Iterator[Event]:
    """The events of the children that an action opens, one task for each item, in the order of the items."""
    if action.opens is None or asked is None:
        return
    held = _held(action.opens, asked, facts)
    assert held is not None, "`opening_reasons` is asked first"
    fresh = numbers(facts, held.workflow.family, at)
    for item in asked["items"]:
        plain, hidden = _filled(action.opens, item, fields, sealed)
        body = {"office": item["office"], "fields": plain, "sealed": hidden, "parent": task.id}
        command = Command("", "", "open", body, (), OWN, to_text(at))
        yield from opening_events(next(fresh), held, command, doer, facts, at)


def open_children(task: Task, facts: Facts) -> list[Task]:
    """The children of a task that have not ended."""
    return [each for each in facts.children(task.id) if each.status == "open"]


def cancelled(
    task: Task, facts: Facts, at: datetime
) -> Iterator[tuple[Task, tuple[Visit, ...], list[Event]]]:
    """Every child that is still open, and theirs in turn: what it leaves undone, and the events of its end."""
    for child in open_children(task, facts):
        gone = child.open_visits()
        events = [released(child, each, BY_PARENT) for each in gone]
        body = {"status": "cancelled", "outcome": "cancelled", "closed_at": to_text(at), "why": BY_PARENT}
        yield child, gone, [*events, Event(child.id, "task_closed", body)]
        yield from cancelled(child, facts, at)


def restored(task: Task, since: int, facts: Facts) -> Iterator[Event]:
    """The children that an act after that leaf had ended, as they stood: it is taken back."""
    for child in facts.children(task.id):
        gone = [each for each in child.visits if each.status == "released" and (each.left_index or 0) > since]
        if child.status != "cancelled" or not gone:
            continue
        yield Event(child.id, "task_reopened", {"why": "taken_back"})
        for each in gone:
            yield Event(child.id, "step_restored", {"step": each.step, "visit": each.visit})
        for follow_up in facts.ended_follow_ups(child.id):
            if follow_up.finding.state == "open":
                yield from reopening(follow_up.task, since)
        yield from restored(child, since, facts)


def lifting_reasons(task: Task, action: Action, doer: str, facts: Facts, at: datetime) -> Iterator[Reason]:
    """Why somebody may not end a child undone: he waits for it himself, and would lift his own wait unseen."""
    parent = None if task.parent is None else facts.task(task.parent)
    if parent is None or not action.ends or action.outcome not in ("cancelled", "failed"):
        return
    held = facts.definition(parent.digest)
    assert held is not None, "a task is pinned to a published definition"
    for visit in parent.open_visits():
        step = held.workflow.step(visit.step)
        if not any(each.waits for each in step.actions):
            continue
        # Who covers whoever waits could go on in his place, so it is his wait too.
        if capacities(visit, person=doer, organisation=facts.organisation, task=parent, at=at):
            yield Reason("engine.lifts_own_wait", {"parent": parent.id, "step": step.title})


def went_on(task: Task, since: int, facts: Facts) -> Reason | None:
    """Why the end of a child cannot be taken back any more: its parent has gone on because of it."""
    parent = None if task.parent is None or task.status == "open" else facts.task(task.parent)
    if parent is None:
        return None
    held = facts.definition(parent.digest)
    assert held is not None, "a task is pinned to a published definition"
    later = (each for each in parent.visits if (each.left_index or 0) > since and each.action is not None)
    taken = (held.workflow.step(each.step).action(each.action or "") for each in later)
    if any(each is not None and each.waits for each in taken):
        return Reason("engine.parent_went_on", {"task": task.id, "parent": parent.id})
    return None


def told(children: Sequence[Task], facts: Facts) -> list[str]:
    """Children for people: each by its id, its office, and the steps at which it stands."""
    return [" ".join(_told(each, facts)) for each in children]


def _told(child: Task, facts: Facts) -> Iterator[str]:
    held = facts.definition(child.digest)
    assert held is not None, "a task is pinned to a published definition"
    yield child.id
    yield child.office
    yield "/".join(held.workflow.step(each.step).title for each in child.open_visits())
