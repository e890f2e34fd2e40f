"""传阅 and 已阅: a task given to people to read, and their word that they have.

To read is no step: nobody is late with it, nothing waits for it, and it stands in the institution's own stream,
so that no reader's word voids what somebody else is about to sign. Who has not read yet is there to be seen, and
that is all. Whom a task is given to may read its texts, as a circulated paper is read by whoever gets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.engine.authority import capacities, directs
from zeroerror.engine.facts import Facts
from zeroerror.model.command import Command
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task

Answer = tuple[Event, ...] | Refusal


def circulate(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A task given to people to read, by who opened it, owes a step of it, or directs its office."""
    target = command.targets[0]
    task = facts.task(target.task)
    if task is None:
        return Refusal((Reason("engine.unknown_task", {"task": target.task}),))
    if not _may_circulate(actor, task, facts, at):
        return Refusal((Reason("engine.not_your_act", {"act": "circulate", "task": task.id}),))
    wanted = tuple(dict.fromkeys(command.body["persons"]))
    reasons = tuple(
        Reason("engine.not_in_service", {"person": each})
        for each in wanted
        if not facts.organisation.in_service(each, at)
    )
    if reasons:
        return Refusal(reasons)
    has_it = facts.circulation(task.id)
    fresh = [each for each in wanted if each not in has_it and each != actor]
    if not fresh:
        return Refusal((Reason("engine.circulated_already", {"task": task.id}),))
    return (Event(INSTITUTION, "task_circulated", {"task": task.id, "persons": fresh, "by": actor}),)


def read(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """Somebody's word that he has read each of these: all of them, or none."""
    reasons = tuple(_against_reading(command, actor, facts))
    if reasons:
        return Refusal(reasons)
    return tuple(
        Event(INSTITUTION, "task_read", {"task": task, "by": actor})
        for task in dict.fromkeys(each.task for each in command.targets)
    )


def _against_reading(command: Command, actor: str, facts: Facts) -> Iterator[Reason]:
    for each in command.targets:
        given = facts.circulation(each.task).get(actor)
        if given is None:
            yield Reason("engine.not_circulated", {"task": each.task})
        elif given.read_at is not None:
            yield Reason("engine.read_already", {"task": each.task})


def _may_circulate(person: str, task: Task, facts: Facts, at: datetime) -> bool:
    organisation = facts.organisation
    if not organisation.in_service(person, at):
        return False
    if person == task.opener or directs(person, task.office, organisation, at):
        return True
    return any(
        capacities(each, person=person, organisation=organisation, task=task, at=at)
        for each in task.open_visits()
    )
