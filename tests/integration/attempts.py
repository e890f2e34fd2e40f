"""One attempt at something, in some manner, and what must be so after it whatever came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests import failpoints
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Refusal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.service.front import Options, Receipt
from zeroerror.service.institution import Institution, open_institution
from zeroerror.service.items import Item
from zeroerror.store import log, replay
from zeroerror.store.connection import Connection

Do = Callable[[Institution, Options], Any]


class Crash(BaseException):
    """The process is gone from one moment to the next; nobody catches that."""


@dataclass(frozen=True)
class Manner:
    """How something is tried: plain, dry, again, repeated, overtaken, or with a crash at a place."""

    kind: str
    place: str | None = None


@dataclass
class Attempt:
    """What has been acknowledged so far, and under which id the next thing is tried."""

    home: Path
    number: int = 0
    receipts: dict[str, Receipt] = field(default_factory=dict)

    def stand(self, conn: Connection) -> None:
        """Everything acknowledged is in the ledger, once, as its receipt says."""
        for command, receipt in self.receipts.items():
            rows = log.command_leaves(conn, command)
            assert [row.idx for row in rows] == [each["index"] for each in receipt.events]
            assert rows[-1].hash == receipt.digest


def tried(
    attempt: Attempt, inst: Institution, manner: Manner, do: Do, overtaking: Callable[[Institution], None]
) -> Any:
    """Try it; Crash where it was struck. What was refused, or made no sense, has changed nothing."""
    if manner.kind != "repeated":
        attempt.number += 1
    command = f"c{attempt.number}"
    before = [state(inst.conn)]
    options = Options(command_id=command, dry_run=manner.kind == "dry")
    try:
        if manner.kind == "crash" and manner.place is not None:
            with failpoints.struck(manner.place, _crash):
                outcome = do(inst, options)
        elif manner.kind == "overtaken":
            with failpoints.struck("signed", lambda: _overtaken(attempt.home, before, overtaking)):
                outcome = do(inst, options)
        else:
            outcome = do(inst, options)
    except UsageError:
        assert state(inst.conn) == before[0]
        return None
    if manner.kind == "dry":
        assert state(inst.conn) == before[0]
        return None
    if isinstance(outcome, Refusal):
        _refused(inst.conn, outcome, before[0])
        return outcome
    _acknowledged(attempt, inst.conn, command, outcome, before[0])
    if manner.kind == "again":
        after = state(inst.conn)
        again = do(inst, options)
        assert again.repeated and (again.index, again.digest) == (outcome.index, outcome.digest)
        assert state(inst.conn) == after
    return outcome


def _crash() -> None:
    raise Crash


def _overtaken(home: Path, before: list[Any], overtaking: Callable[[Institution], None]) -> None:
    with open_institution(home) as other:
        overtaking(other)
        before[0] = state(other.conn)


def _refused(conn: Connection, refusal: Refusal, before: tuple[log.Head, Mapping[str, Any]]) -> None:
    """A refusal changes nothing; of authority and of the separation of duties there is one leaf, a denial."""
    head, tables = before
    kinds = [row.kind for row in log.leaves(conn, head.size)]
    assert kinds == (["denied"] if refusal.on_record else [])
    assert state(conn)[1] == tables
    assert refusal.reasons


def _acknowledged(
    attempt: Attempt, conn: Connection, command: str, receipt: Receipt, before: tuple[log.Head, Any]
) -> None:
    rows = log.command_leaves(conn, command)
    assert [row.idx for row in rows] == [each["index"] for each in receipt.events]
    assert [row.part for row in rows] == list(range(1, len(rows) + 1))
    if not receipt.repeated:
        assert rows[0].idx == before[0].size
        assert log.head(conn).size == before[0].size + len(rows)
    attempt.receipts[command] = receipt


def state(conn: Connection) -> tuple[log.Head, Mapping[str, Any]]:
    """Where the ledger ends, and every row of the projection."""
    return log.head(conn), {table: list(replay._rows(conn, table)) for table in replay.PROJECTIONS}


def filled(workflow: str, urgency: str, now: datetime) -> dict[str, str]:
    """The fields with which a task of that workflow can be opened."""
    day = now.date().replace(day=28).isoformat()
    return {
        "document/outgoing": {"title": "通知", "urgency": urgency},
        "document/incoming": {"title": "来文", "sender": "县政府办", "urgency": urgency, "kind": "批办件"},
        "handling/supervision": {"title": "督办", "source": "领导批示", "finish_by": day},
        "meeting/meeting": {"title": "主席会议"},
        "handling/proposal": {"title": "提案", "proposer": "委员甲"},
        "handling/on_the_spot": {"title": "现场交办", "person": "yangyan", "finish_by": day},
    }[workflow]


def items(inst: Institution, task: Task, step: str, name: str, count: int) -> list[Item]:
    """So many items for an action that opens tasks; none for any other."""
    facts = inst.facts()
    definition = facts.definition(task.digest)
    assert definition is not None
    action = definition.workflow.step(step).action(name)
    if action is None or action.opens is None:
        return []
    child = facts.definition(facts.in_force(action.opens.workflow) or "")
    assert child is not None
    said = {"person": "yangyan", "staff": "yangyan", "date": inst.now().date().isoformat()}
    fields = [child.workflow.field(each) for each in action.opens.each]
    line = " ".join(said.get(each.type, "内容") for each in fields if each is not None)
    return [Item(f"{office} {line}") for office in ("经济委", "提案委", "没有这个委办")[:count]]


VALUES = {"text": "内容", "integer": "3", "amount": "120.50"}


def actions(
    inst: Institution, task: Task, visit: Visit, number: int, paper: Path | None
) -> tuple[str, dict[str, str]]:
    """One of the ways out of a step, or a word that is none, and what its form asks for."""
    definition = inst.facts().definition(task.digest)
    assert definition is not None
    workflow = definition.workflow
    known = workflow.step(visit.step).actions
    if number % 20 == 19:
        return "no_such_action", {}
    action = known[number % len(known)]
    fields = {}
    for name in action.require:
        asked = workflow.field(name)
        assert asked is not None
        if asked.type == "file":
            if paper is not None:
                fields[name] = str(paper)
        elif asked.type == "date":
            fields[name] = inst.now().date().isoformat()
        elif asked.type == "choice":
            fields[name] = asked.choices[number % len(asked.choices)]
        else:
            fields[name] = VALUES.get(asked.type, "内容")
    return action.name, fields
