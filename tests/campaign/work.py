"""What the children of `kill` do: commands of every kind, each with an id and a text that is its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from tests.campaign.world import World
from tests.integration.attempts import actions, items
from tests.service.house import House
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Refusal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.service import organisation, proposals, sandbox, tasks
from zeroerror.service.front import Options, Receipt
from zeroerror.service.items import Item
from zeroerror.store import reads

#: A command as data, so that it can be asked for again by another process.
Asked = dict[str, Any]


def owed_by(house: House, visit: Visit) -> str | None:
    """Who may act on a visit."""
    return visit.waits_for if visit.kind == "desk" else visit.person


def commands(house: House, world: World, chance: Random, prefix: str) -> Iterator[Asked]:
    """Commands without end, each made of what there is when it is asked for."""
    number = 0
    while True:
        number += 1
        yield {"id": f"{prefix}-{number}", **_one(house, world, chance)}


def _one(house: House, world: World, chance: Random) -> Asked:
    rows = reads.open_visits(house.inst.conn)
    kind = chance.choice(
        ["open", *["advance"] * 5, "note", "note", "assign", "leave", "reject", "clock", "denied"]
    )
    if not rows or kind == "open":
        workflow = chance.choice(["document/outgoing", "handling/asking"])
        return {"kind": "open", "person": world.clerk, "workflow": workflow}
    row = chance.choice(rows)
    task = house.task(row.task)
    visit = task.find(row.step, row.visit)
    assert visit is not None
    if kind == "clock":
        return {"kind": kind, "at": to_text(house.inst.now() + timedelta(minutes=chance.randrange(60)))}
    if kind == "leave":
        return {"kind": kind, "person": world.clerk, "days": chance.randrange(400, 800)}
    waiting = reads.proposals(house.inst.conn, "open")
    if kind == "reject" and waiting:
        return {"kind": kind, "person": waiting[0].proposer, "proposal": waiting[0].id}
    owner = owed_by(house, visit)
    if kind == "advance" and owner is not None:
        action, fields = actions(house.inst, task, visit, chance.randrange(19), world.paper)
        lines = [each.line for each in items(house.inst, task, visit.step, action, chance.choice((1, 2)))]
        asked = {"kind": kind, "person": owner, **_place(task, visit), "action": action, "fields": fields}
        return {**asked, "items": lines}
    if kind == "assign" and visit.kind == "person":
        other = chance.choice([world.clerk, world.colleague])
        if other != visit.person:
            return {"kind": kind, "person": visit.person, **_place(task, visit), "to": other}
    if kind == "denied":
        # The auditor may not write a word to anything.
        return {"kind": kind, "person": "qinlan", **_place(task, visit)}
    return {"kind": "note", "person": world.clerk, **_place(task, visit)}


def _place(task: Task, visit: Visit) -> Asked:
    return {"task": task.id, "step": visit.step}


def perform(house: House, world: World, asked: Asked) -> Receipt | Refusal:
    """Do what was asked for, under its id; its text is its id too."""
    inst, options, text = house.inst, Options(command_id=asked["id"]), asked["id"]
    kind = asked["kind"]
    if kind == "clock":
        return sandbox.set_clock(inst, from_text(asked["at"]), inst.machine(), options)
    actor = house.actor(asked["person"])
    if kind == "open":
        workflow = asked["workflow"]
        fields = {"title": text} | ({"urgency": "平件"} if workflow == "document/outgoing" else {})
        return tasks.open_task(inst, actor, workflow, fields=fields, office="提案委", options=options)
    if kind == "leave":
        since = inst.now() + timedelta(days=asked["days"])
        return organisation.leave(inst, actor, asked["person"], since, since + timedelta(hours=8), options)
    if kind == "reject":
        return proposals.reject(inst, actor, [asked["proposal"]], text, options)
    task, step = asked["task"], asked["step"]
    if kind == "assign":
        return tasks.assign(inst, actor, task, asked["to"], step=step, options=options)
    if kind in ("note", "denied"):
        return tasks.note(inst, actor, task, text, options)
    return tasks.advance(
        inst,
        actor,
        [task],
        asked["action"],
        step=step,
        fields=asked["fields"],
        reason=text,
        attach=[world.paper],
        items=[Item(each) for each in asked["items"]],
        options=options,
    )
