"""People of the sample institution, and what a test does with them in few words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from zeroerror.ledger import keys
from zeroerror.ledger.signing import key_id, public_hex
from zeroerror.model.problem import Refusal
from zeroerror.model.task import Task
from zeroerror.service import audits, log, proposals, sandbox, tasks
from zeroerror.service.front import Options, Receipt
from zeroerror.service.institution import Actor, Institution
from zeroerror.store import reads

OFFICE = "提案委"


class House:
    """An institution under test."""

    def __init__(self, inst: Institution) -> None:
        self.inst = inst
        organisation, at = inst.organisation, inst.now()
        duty = organisation.division(OFFICE, ["起草"], at)
        assert duty is not None
        self.clerk, self.colleague = duty.a, duty.b or ""
        self.director = organisation.director(OFFICE, at) or ""
        self.leader = organisation.supervisor(OFFICE, at) or ""
        self._actors: dict[str, Actor] = {}

    def actor(self, person: str) -> Actor:
        """Somebody with his own unlocked key."""
        if person not in self._actors:
            private = keys.load_private(self.inst.keys / f"{person}.key", "demo")
            self._actors[person] = Actor(person, key_id(public_hex(private)), private)
        return self._actors[person]

    def open(self, person: str | None = None, **fields: str) -> str:
        """A 发文 opened by its drafter; returns the task's id."""
        given = {"title": "关于召开季度协商会议的通知", "urgency": "平件", **fields}
        done = tasks.open_task(
            self.inst, self.actor(person or self.clerk), "document/outgoing", fields=given, office=OFFICE
        )
        return done_of(done).tasks[0]

    def advance(self, person: str, task: str, action: str, **more: Any) -> Receipt:
        """An action that must succeed."""
        return done_of(self.try_advance(person, task, action, **more))

    def try_advance(self, person: str, task: str, action: str, **more: Any) -> Receipt | Refusal:
        """An action that may be refused."""
        return tasks.advance(self.inst, self.actor(person), [task], action, **more)

    def submit(self, task: str, tmp_path: Path, person: str | None = None) -> Receipt:
        """The draft handed in for review."""
        file = tmp_path / "draft.txt"
        file.write_text("关于召开季度协商会议的通知", "utf-8")
        return self.advance(person or self.clerk, task, "submit", attach=[file])

    def task(self, id: str) -> Task:
        """A task as the projection has it."""
        found = reads.task(self.inst.conn, id)
        assert found is not None
        return found

    def at(self, text: str) -> datetime:
        """Set the clock, in Shanghai's time (`2026-11-24 09:00`), and say the instant."""
        instant = local(text)
        done_of(sandbox.set_clock(self.inst, instant))
        return instant

    def tick(self) -> list[Mapping[str, Any]]:
        """Run what is owed; every finding of it."""
        return [each for slot in audits.run_owed(self.inst) for each in slot["findings"]]

    def run_slots(self, until: str) -> list[Mapping[str, Any]]:
        """Let the scheduler run each slot in its time, up to an instant; every finding on the way."""
        found: list[Mapping[str, Any]] = []
        end = local(until)
        while (coming := audits.status(self.inst)["next"]) is not None and coming <= end:
            done_of(sandbox.set_clock(self.inst, coming))
            found += self.tick()
        done_of(sandbox.set_clock(self.inst, end))
        return found

    def verify(self) -> None:
        """Replay = tables, and every outcome decided again."""
        found = log.verify(self.inst)
        assert found.problems == []


def local(text: str) -> datetime:
    """An instant by Shanghai's clock."""
    return datetime.fromisoformat(f"{text.replace(' ', 'T')}:00+08:00").astimezone(UTC)


def done_of(outcome: Receipt | Refusal) -> Receipt:
    """The receipt of what must have succeeded."""
    assert isinstance(outcome, Receipt), [(each.code, dict(each.params)) for each in outcome.reasons]
    return outcome


def judged_by_two(house: House, judge: Callable[..., Receipt | Refusal], *said: object) -> None:
    """A finding voided or corrected by one leader, and confirmed by another."""
    done_of(judge(house.inst, house.actor(house.leader), *said))
    (waiting,) = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor("yangxiulan"), [waiting["id"]]))


def codes(outcome: Receipt | Refusal) -> set[str]:
    """Why something was refused."""
    assert isinstance(outcome, Refusal), outcome
    return {each.code for each in outcome.reasons}


def with_id(command: str) -> Options:
    """Options of a command that can be sent again."""
    return Options(command_id=command)
