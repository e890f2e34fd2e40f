"""Several processes want the same at the same moment; one gets it, and the others are told who.

    python -m tests.campaign race --runs 300 --seed 1 --database postgresql --json

In each round the processes see the same state, sign on it, and hand in together. Most rounds are about one
step: whoever comes first takes it, and every other must be told by whom. The others: one command sent several
times, one proposal confirmed and rejected, one slot run by several schedulers, and tasks opened at once, all of
which must have numbers of their own.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from random import Random
from typing import Any

from tests import failpoints
from tests.campaign import plants
from tests.campaign.tally import Tally, counted
from tests.campaign.world import Child, Wire, World, forked, world
from tests.service.house import House, done_of
from zeroerror.model.errors import Busy
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Refusal
from zeroerror.service import audits, proposals, sandbox, tasks
from zeroerror.service import log as ledger
from zeroerror.service.front import Options
from zeroerror.service.institution import open_institution
from zeroerror.store import log

PLANTS = {"stale": plants.stale}
PROCESSES = 6
VERIFY_EVERY = 50

#: What one process tries: it is given the house and its own number.
Try = Callable[[House, int], Any]
#: What the processes of a round came to, in their order.
Outcomes = Sequence[dict[str, Any]]


def main(arguments: Sequence[str]) -> int:
    """Run the campaign; 0, or 1 where it found a fault."""
    return counted("race", PLANTS, __doc__, arguments, campaign)


def campaign(asking: argparse.Namespace, tally: Tally) -> None:
    """All rounds, and what is so at their end."""
    chance = Random(asking.seed)
    planted = nullcontext if asking.plant is None else PLANTS[asking.plant]
    with world(asking.database) as made:
        for number in range(asking.runs):
            about = ROUNDS[number % len(ROUNDS)]
            tally.counts[about.__name__.strip("_")] += 1
            about(Round(made, number, chance, tally, planted))
            if number % VERIFY_EVERY == VERIFY_EVERY - 1 or number == asking.runs - 1:
                _hold(made, tally)


class Round:
    """One round: something is made ready, several processes try, and their outcomes are held to the promise."""

    def __init__(self, made: World, number: int, chance: Random, tally: Tally, planted: Any) -> None:
        self.made, self.number, self.chance, self.tally, self._planted = made, number, chance, tally, planted

    def ready(self, make: Callable[[House], Any]) -> Any:
        """Something made before the start."""
        with open_institution(self.made.home) as inst:
            return make(House(inst))

    def start(self, attempt: Try) -> Outcomes:
        """Let every process see and sign, and then hand in together; what each came to."""
        starting, start = os.pipe()
        children = [forked(self._racer(attempt, place, starting, start)) for place in range(PROCESSES)]
        os.close(starting)
        waiting = [_first(child) for child in children]
        # The last copy of this end is closed: everybody reads the end of the pipe at once.
        os.close(start)
        outcomes = []
        for child, first in zip(children, waiting, strict=True):
            lines = [first, *child.lines()]
            child.ended()
            outcomes.append(next(line for line in lines if line["say"] != "signed"))
        for each in outcomes:
            if each["say"] == "failed":
                self.fault("wrong", each["trace"])
            self.tally.undetermined += each["say"] == "busy"
        return outcomes

    def _racer(self, attempt: Try, place: int, starting: int, start: int) -> Callable[[Wire], None]:
        def work(wire: Wire) -> None:
            os.close(start)

            def signed() -> None:
                wire.say("signed")
                os.read(starting, 1)

            with self._planted(), open_institution(self.made.home) as inst:
                house = House(inst)
                try:
                    with failpoints.struck("signed", signed):
                        found = attempt(house, place)
                except Busy as error:
                    wire.say("busy", code=error.code)
                    return
            wire.say(*_told(found)[:1], **_told(found)[1])

        return work

    def fault(self, kind: str, what: str, number: int = 1) -> None:
        """Count a fault of this round."""
        self.tally.fault(kind, f"round {self.number}: {what}", number)

    def one_winner(self, outcomes: Outcomes) -> dict[str, Any] | None:
        """The one who won; a fault where nobody did, or several."""
        winners = [each for each in outcomes if each["say"] == "done"]
        if not winners and all(each["say"] != "busy" for each in outcomes):
            self.fault("missed", f"nobody won: {outcomes}")
        if len(winners) > 1:
            self.fault("doubled", f"{len(winners)} won", len(winners) - 1)
        self.in_ledger(winners)
        return winners[0] if len(winners) == 1 else None

    def in_ledger(self, done: Outcomes) -> None:
        """Whatever was acknowledged is there."""
        with open_institution(self.made.home) as inst:
            for each in done:
                rows = log.command_leaves(inst.conn, each["command"])
                if not rows or (rows[-1].idx, rows[-1].hash) != (each["index"], each["digest"]):
                    self.fault("lost", f"{each['command']} was acknowledged at {each['index']}")


def _first(child: Child) -> dict[str, Any]:
    """The first line of a child, read byte by byte so that nothing after it is swallowed."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(child.said, 1)
        if not byte:
            return {"say": "failed", "trace": f"process {child.pid} ended without a word"}
        line += byte
    found: dict[str, Any] = json.loads(line)
    return found


def _told(found: Any) -> tuple[str, dict[str, Any]]:
    """What a process says of what it came to."""
    if isinstance(found, bool):
        return ("ran" if found else "passed"), {}
    if isinstance(found, Refusal):
        reasons = [{"code": each.code, "params": dict(each.params)} for each in found.reasons]
        return "refused", {"reasons": reasons}
    return "done", {
        "command": found.command,
        "index": found.index,
        "digest": found.digest,
        "tasks": list(found.tasks),
        "repeated": found.repeated,
    }


def _step(round: Round) -> None:
    """One step, two persons who may take it, in several processes, with different decisions."""
    made = round.made

    def make(house: House) -> str:
        task = house.open()
        house.advance(made.clerk, task, "submit", attach=[made.paper])
        return task

    task = round.ready(make)
    order = [
        (made.director, "pass"),
        (made.deputy, "return"),
        (made.director, "refer"),
        (made.deputy, "pass"),
    ]
    round.chance.shuffle(order)

    def attempt(house: House, place: int) -> Any:
        person, action = order[place % len(order)]
        return house.try_advance(person, task, action, reason="比赛")

    outcomes = round.start(attempt)
    won = round.one_winner(outcomes)
    if won is None:
        return
    winner = order[outcomes.index(won) % len(order)][0]
    for each in outcomes:
        if each["say"] == "refused":
            told = [
                reason["params"].get("winner")
                for reason in each["reasons"]
                if reason["code"] == "engine.lost_race"
            ]
            if told != [winner]:
                round.fault("wrong", f"{winner} won, and a loser was told {each['reasons']}")


def _same(round: Round) -> None:
    """One command, sent several times at once under its id."""
    task, command = round.ready(House.open), f"same-{round.number}"

    def attempt(house: House, place: int) -> Any:
        return tasks.note(
            house.inst, house.actor(round.made.clerk), task, command, Options(command_id=command)
        )

    outcomes = [each for each in round.start(attempt) if each["say"] != "busy"]
    if any(each["say"] != "done" for each in outcomes):
        round.fault("wrong", f"a command sent again was refused: {outcomes}")
        return
    first = [each for each in outcomes if not each["repeated"]]
    if len(first) != 1:
        round.fault("doubled" if first else "missed", f"{len(first)} of one command had an effect")
    if len({(each["index"], each["digest"]) for each in outcomes}) > 1:
        round.fault("wrong", "one command has several receipts")
    round.in_ledger(outcomes)
    with open_institution(round.made.home) as inst:
        (texts,) = inst.conn.one("SELECT count(*) FROM payload WHERE text = ?", (command,)) or (0,)
        if texts != 1:
            round.fault("doubled" if texts else "lost", f"the text of {command} stands {texts} times")


def _proposal(round: Round) -> None:
    """One proposal, confirmed and rejected by two who may decide it."""
    made = round.made

    def make(house: House) -> str:
        task = house.open()
        done_of(tasks.extend(house.inst, house.actor(made.clerk), task, "1wd", reason="等待"))
        waiting = proposals.proposals(house.inst)
        return str(next(each["id"] for each in waiting if each["about"] == task))

    proposal = round.ready(make)

    def attempt(house: House, place: int) -> Any:
        actor = house.actor((made.director, made.deputy)[place % 2])
        if place % 3:
            return proposals.confirm(house.inst, actor, [proposal])
        return proposals.reject(house.inst, actor, [proposal], "不同意")

    outcomes = round.start(attempt)
    if round.one_winner(outcomes) is None:
        return
    for each in outcomes:
        if each["say"] == "refused" and {reason["code"] for reason in each["reasons"]} != {
            "engine.decided_already"
        }:
            round.fault("wrong", f"a loser was told {each['reasons']}")


def _slot(round: Round) -> None:
    """One slot, run by several schedulers."""

    def make(house: House) -> tuple[str, str]:
        coming = audits.status(house.inst)["next"]
        done_of(sandbox.set_clock(house.inst, coming))
        owed = audits.owed(house.inst)
        for slot in owed[:-1]:
            audits.run_slot(house.inst, audits.schedule(house.inst).audit, slot)
        return audits.schedule(house.inst).audit, to_text(owed[-1])

    audit, slot = round.ready(make)
    outcomes = round.start(lambda house, place: audits.run_slot(house.inst, audit, from_text(slot)))
    ran = sum(each["say"] == "ran" for each in outcomes)
    if ran != 1 and all(each["say"] != "busy" for each in outcomes):
        round.fault("doubled" if ran else "missed", f"the slot was run by {ran}")


def _open(round: Round) -> None:
    """Tasks opened at once, with one and the same file: all are opened, each under a number of its own."""
    made = round.made
    paper = made.paper.with_name(f"附件{round.number}.txt")
    paper.write_text(f"附件 {round.number}", "utf-8")

    def attempt(house: House, place: int) -> Any:
        fields = {"title": "同时开立", "urgency": "平件"}
        return tasks.open_task(
            house.inst,
            house.actor(made.clerk),
            "document/outgoing",
            fields=fields,
            office="提案委",
            attach=[paper],
        )

    outcomes = [each for each in round.start(attempt) if each["say"] != "busy"]
    done = [each for each in outcomes if each["say"] == "done"]
    if len(done) < len(outcomes):
        round.fault("missed", f"not opened: {[each for each in outcomes if each['say'] != 'done']}")
    numbers = [each["tasks"][0] for each in done]
    if len(set(numbers)) < len(numbers):
        round.fault("doubled", f"numbers given twice: {numbers}")
    round.in_ledger(done)


#: The kinds of rounds, in turn: most are about one step.
ROUNDS = (_step, _step, _same, _step, _proposal, _step, _open, _step, _slot, _step)


def _hold(made: World, tally: Tally) -> None:
    with open_institution(made.home) as inst:
        found = ledger.verify(inst)
        for each in found.problems:
            tally.fault("wrong", f"{each.code} {dict(each.params)}")
        tally.counts["leaves"] = found.leaves
