"""Opening a task: its number, its own limit, and its first step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror.engine import absence, form
from zeroerror.engine.authority import may_open
from zeroerror.engine.deadlines import beyond, task_due
from zeroerror.engine.facts import Definition, Facts
from zeroerror.engine.onward import entries, starts
from zeroerror.engine.rounds import Form
from zeroerror.model.command import MACHINE, Command
from zeroerror.model.event import Event, Stamp
from zeroerror.model.fold import evolve
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.workflow import FAMILIES, Workflow

#: Ids have at least so many digits, and more from 10,000 tasks of a family and year on.
WIDTH = 4


def open_task(command: Command, actor: str, facts: Facts, at: datetime) -> tuple[Event, ...] | Refusal:
    """What opening a task makes happen, or every reason why not."""
    body = command.body
    definition = facts.definition(body["definition"])
    if definition is None or facts.in_force(body["workflow"]) != body["definition"]:
        return Refusal((Reason("engine.definition_replaced", {"workflow": body["workflow"]}),))
    workflow, reasons = definition.workflow, []
    if workflow.opened_by == "machine" and actor != "machine":
        reasons.append(Reason("engine.machine_only", {"workflow": workflow.title}))
    elif workflow.opened_by == "task":
        reasons.append(Reason("engine.opened_by_task", {"workflow": workflow.title}))
    elif not may_open(actor, workflow, body["office"], facts.organisation, at):
        reasons.append(Reason("engine.not_your_act", {"act": "open", "office": body["office"]}))
    reasons += opening_reasons(workflow, body, actor, facts, at)
    if reasons:
        return Refusal(tuple(reasons))
    number = next_number(facts, workflow.family, at)
    # A task that passes for another's would hold that one up, or let it go on.
    body = {**body, "parent": None, "reference": None}
    if actor != "machine":
        # A task that passes for a follow-up would end with a finding that it has nothing to do with.
        body["cause"] = None
    command = replace(command, body=body)
    return opening_events(number, definition, command, actor, facts, at)


def opening_reasons(
    workflow: Workflow, body: Mapping[str, Any], actor: str, facts: Facts, at: datetime
) -> Iterator[Reason]:
    """Why a task cannot be opened with this form in this office, whoever may open one there."""
    if all(each.id != body["office"] for each in facts.organisation.offices):
        yield Reason("engine.unknown_office", {"office": body["office"]})
    if workflow.stub and body.get("attachments"):
        yield Reason("engine.stub_only", {"workflow": workflow.title})
    yield from form.reasons(workflow, body["fields"], body["sealed"], facts.organisation, at)
    yield from beyond(workflow, body["fields"], facts.calendar)
    fields = body["fields"]
    yield from absence.asking(workflow, fields, fields, (), task=None, asker=actor, facts=facts, at=at)
    given = {*body["fields"], *body["sealed"]}
    for each in workflow.fields:
        if each.required and each.name not in given:
            yield Reason("engine.field_missing", {"field": each.name, "title": each.title})


def next_number(facts: Facts, family: str, at: datetime) -> str:
    """The id of the next task of a family."""
    return next(numbers(facts, family, at))


def numbers(facts: Facts, family: str, at: datetime) -> Iterator[str]:
    """The ids of the next tasks of a family, for a command that opens several."""
    prefix, year = FAMILIES[family], at.astimezone(ZoneInfo(facts.calendar.zone)).year
    for number in count(facts.last_number(prefix, year) + 1):
        yield f"{prefix}-{year}-{number:0{WIDTH}d}"


def opening_events(
    id: str, definition: Definition, command: Command, actor: str, facts: Facts, at: datetime
) -> tuple[Event, ...]:
    """The events of a task that opens under that id; its first step is the definition's first."""
    workflow, body = definition.workflow, command.body
    fields, sealed = dict(body["fields"]), dict(body["sealed"])
    opened = Event(
        id,
        "task_opened",
        {
            "task": id,
            "workflow": workflow.id,
            "digest": definition.digest,
            "family": workflow.family,
            "office": body["office"],
            "opener": actor,
            "fields": fields,
            "sealed": sealed,
            "attachments": list(body.get("attachments", ())),
            "cause": body.get("cause"),
            **({"parent": body["parent"]} if body.get("parent") else {}),
            **({"reference": body["reference"]} if body.get("reference") else {}),
            **task_due(workflow, at, fields, facts.calendar),
        },
    )
    # Who owes the first step is asked of the task as this very event leaves it.
    task = evolve(None, opened, Stamp(index=0, at=at, actor=actor, capacity=MACHINE, hash="", seq=0))
    first = entries(
        task,
        definition,
        starts(definition.table, definition.table.start),
        Form(facts, at, fields, sealed, {}),
    )
    return (opened, *first)
