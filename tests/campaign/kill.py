"""Child processes that do real commands are killed; what was acknowledged must be there, and nothing twice.

    python -m tests.campaign kill --runs 300 --seed 1 --database sqlite --json

Each run forks one child, or two at once, which do one command after another through the service and tell each
receipt as soon as they have it, until SIGKILL ends them: at a random moment, at a random statement, or at a
named failpoint. Every tenth run does a command through the command line instead. Whatever had been begun and
not acknowledged is then asked for again under the same id, and must be there exactly once. At the end every
receipt is looked up again, and replay must equal tables.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests import failpoints
from tests.campaign import plants
from tests.campaign.tally import Tally, counted
from tests.campaign.work import Asked, commands, perform
from tests.campaign.world import Child, Wire, World, forked, world
from tests.service.house import House
from zeroerror.model.errors import Busy, UsageError, ZeroErrorError
from zeroerror.model.problem import Refusal
from zeroerror.service import log as ledger
from zeroerror.service.institution import Institution, open_institution
from zeroerror.store import log

PLANTS = {"early": plants.acknowledged_early, "halves": plants.in_two_halves}
#: One run in so many is done through the command line.
CLI_EVERY = 10
#: How far into its work a child is killed at random, in seconds.
SOON = 0.08
#: A command has about so many statements.
STATEMENTS = 40
#: The ledger is held against its replay after so many runs, and at the end.
VERIFY_EVERY = 50


@dataclass(frozen=True)
class Strike:
    """Where a child is killed: at a moment, at a place, or at a statement of its n-th command."""

    place: str
    command: int = 0
    statement: int = 0
    after: float = 0.0


@dataclass
class Ledgered:
    """What the campaign knows to have been acknowledged: (index, digest) by command."""

    receipts: dict[str, tuple[int, str]] = field(default_factory=dict)
    #: How many tasks each command was to open beside what it did.
    opened: dict[str, int] = field(default_factory=dict)

    def acknowledged(self, asked: Asked, index: int, digest: str) -> None:
        """A receipt was told."""
        self.receipts[asked["id"]] = (index, digest)
        self.opened[asked["id"]] = len(asked.get("items", ()))


def main(arguments: Sequence[str]) -> int:
    """Run the campaign; 0, or 1 where it found a fault."""
    return counted("kill", PLANTS, __doc__, arguments, campaign)


def campaign(asking: argparse.Namespace, tally: Tally) -> None:
    """All runs, and what is so at their end."""
    chance = Random(asking.seed)
    known = Ledgered()
    planted = nullcontext if asking.plant is None else PLANTS[asking.plant]
    with world(asking.database) as made:
        for run in range(asking.runs):
            prefix = f"r{asking.seed}-{run}"
            by_line = run % CLI_EVERY == CLI_EVERY - 1
            try:
                if by_line:
                    _through_the_command_line(made, chance, prefix, known, tally, planted=asking.plant)
                else:
                    _through_the_service(made, chance, prefix, known, tally, planted)
            except ZeroErrorError as error:
                # Nothing that is asked for when everybody is dead may fail.
                tally.fault("wrong", f"run {run}: {error}")
            if run % VERIFY_EVERY == VERIFY_EVERY - 1 or run == asking.runs - 1:
                _hold(made, known, tally)


def _strike(chance: Random) -> Strike:
    kind = chance.choice(["time", "time", "statement", "statement", "place", "place", "place"])
    command = chance.randrange(4)
    if kind == "time":
        return Strike("time", after=chance.uniform(0, SOON))
    if kind == "statement":
        return Strike("statement", command, chance.randrange(STATEMENTS))
    return Strike(chance.choice(failpoints.NAMES), command)


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _through_the_service(
    made: World, chance: Random, prefix: str, known: Ledgered, tally: Tally, planted: Any
) -> None:
    children: list[Child] = []
    strikes = [_strike(chance) for _ in range(chance.choice([1, 1, 2]))]
    for place, strike in enumerate(strikes):
        seed = chance.randrange(2**32)
        children.append(forked(_worker(made, Random(seed), f"{prefix}{'ab'[place]}", strike, planted)))
    _killed(children, strikes)
    begun: list[Asked] = []
    for child, strike in zip(children, strikes, strict=True):
        said = child.lines()
        tally.counts[f"killed at {strike.place}"] += child.ended() == -signal.SIGKILL
        begun += _heard(said, known, tally)
    with open_institution(made.home) as inst:
        for asked in begun:
            _again(House(inst), made, asked, len(children) > 1, known, tally)
        _look_up(inst, known, tally, prefix)


def _worker(made: World, chance: Random, prefix: str, strike: Strike, planted: Any) -> Any:
    def work(wire: Wire) -> None:
        with planted(), open_institution(made.home) as inst:
            house = House(inst)
            wire.say("ready")
            for number, asked in enumerate(commands(house, made, chance, prefix)):
                wire.say("begun", asked=asked)
                with _striking(strike if number == strike.command else None):
                    try:
                        found = perform(house, made, asked)
                    except Busy:
                        wire.say("busy", id=asked["id"])
                        continue
                    except UsageError as error:
                        if error.code != "error.clock_back":
                            raise
                        # The other child has moved the clock on meanwhile.
                        wire.say("refused", id=asked["id"], codes=[error.code])
                        continue
                if isinstance(found, Refusal):
                    wire.say("refused", id=asked["id"], codes=[each.code for each in found.reasons])
                else:
                    wire.say("done", id=asked["id"], index=found.index, digest=found.digest)
                if strike.place != "time" and number > strike.command + 20:
                    # The place was never reached, by a command that was refused, say: then it ends here.
                    _kill_self()

    return work


def _striking(strike: Strike | None) -> AbstractContextManager[Any]:
    if strike is None or strike.place == "time":
        return nullcontext()
    if strike.place == "statement":
        return failpoints.struck_at_statement(strike.statement, _kill_self)
    return failpoints.struck(strike.place, _kill_self)


def _killed(children: Sequence[Child], strikes: Sequence[Strike]) -> None:
    """Kill those whose moment is left to us; the others see to it themselves."""
    since = time.monotonic()
    timed = [
        (strike.after, child)
        for child, strike in zip(children, strikes, strict=True)
        if strike.place == "time"
    ]
    for after, child in sorted(timed, key=lambda each: each[0]):
        time.sleep(max(0.0, after - (time.monotonic() - since)))
        os.kill(child.pid, signal.SIGKILL)


def _heard(said: Sequence[dict[str, Any]], known: Ledgered, tally: Tally) -> list[Asked]:
    """Take down what a child acknowledged; returns what it had begun and not acknowledged."""
    begun: dict[str, Asked] = {}
    for line in said:
        kind = line["say"]
        if kind == "begun":
            begun[line["asked"]["id"]] = line["asked"]
            tally.counts[f"asked {line['asked']['kind']}"] += 1
        elif kind == "done":
            known.acknowledged(begun.pop(line["id"]), line["index"], line["digest"])
            tally.counts["acknowledged"] += 1
        elif kind == "refused":
            del begun[line["id"]]
            tally.counts["refused"] += 1
        elif kind == "busy":
            tally.undetermined += 1
        elif kind == "failed":
            tally.fault("wrong", line["trace"])
    return list(begun.values())


def _again(house: House, made: World, asked: Asked, others: bool, known: Ledgered, tally: Tally) -> None:
    """Ask once more, under the same id, for what may have happened or not."""
    stood = log.command_leaves(house.inst.conn, asked["id"])
    tally.counts["asked again"] += 1
    try:
        found = perform(house, made, asked)
    except ZeroErrorError as error:
        # The clock may have been moved on by the other child; nothing else makes no sense any more.
        if not (others and error.code == "error.clock_back") or stood:
            tally.fault("missed", f"{asked} asked again: {error}")
        return
    if isinstance(found, Refusal):
        # Another child has moved what it was about, or it would have been refused the first time too.
        if stood:
            tally.fault("missed", f"{asked} is in the ledger, and refused when asked again")
        tally.counts["refused when asked again"] += 1
        if not others and asked["kind"] != "denied":
            _expected(asked, found, tally)
        return
    if bool(stood) != found.repeated:
        tally.fault("doubled", f"{asked} had an effect before, and has one again")
    tally.counts["had taken effect"] += bool(stood)
    known.acknowledged(asked, found.index, found.digest)


def _expected(asked: Asked, found: Refusal, tally: Tally) -> None:
    """With nobody else about, a command that was being done is refused by the definition, or not at all."""
    if found.exit_code == 6:
        tally.fault("missed", f"{asked} lost to nobody: {[each.code for each in found.reasons]}")


def _through_the_command_line(
    made: World, chance: Random, prefix: str, known: Ledgered, tally: Tally, *, planted: str | None
) -> None:
    with open_institution(made.home) as inst:
        id = House(inst).open(made.clerk)
    command = f"{prefix}-cli"
    place = chance.choice(["time", *failpoints.NAMES])
    what = chance.choice([["note", id, command], ["advance", id, "drop", "--reason", command]])
    words = ["--as", made.clerk, "--command-id", command, "--json", "task", *what]
    first = _called(
        made, [place, planted or "-", *words], chance.uniform(0.05, 0.7) if place == "time" else None
    )
    tally.counts[f"command line killed at {place}"] += first.returncode == -signal.SIGKILL
    answer = _answer(first)
    if answer is not None:
        known.receipts[command] = (answer["index"], answer["digest"])
        tally.counts["acknowledged"] += 1
    second = _called(made, ["-", "-", *words], None)
    answer = _answer(second)
    tally.counts["asked again"] += 1
    if answer is None:
        tally.fault(
            "missed", f"the command line, asked again: {second.returncode} {second.stdout} {second.stderr}"
        )
    else:
        known.receipts.setdefault(command, (answer["index"], answer["digest"]))
    with open_institution(made.home) as inst:
        _look_up(inst, known, tally, prefix)


def _called(made: World, words: Sequence[str], kill_after: float | None) -> subprocess.CompletedProcess[str]:
    """One call of the program, killed after so long."""
    line = [sys.executable, "-m", "tests.campaign.killed", *words]
    environ = {**os.environ, "ZEROERROR_HOME": str(made.home)}
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=environ
    ) as process:
        if kill_after is not None:
            time.sleep(kill_after)
            process.kill()
        out, err = process.communicate()
        return subprocess.CompletedProcess(line, process.returncode, out, err)


def _answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any] | None:
    """The receipt that the program printed, if it came to that."""
    try:
        envelope = json.loads(done.stdout)
    except ValueError:
        return None
    data: dict[str, Any] | None = envelope["data"] if envelope["ok"] else None
    return data


def _look_up(inst: Institution, known: Ledgered, tally: Tally, prefix: str = "") -> None:
    """Every receipt must be borne out, and every text of a command stand once."""
    for command, (index, digest) in known.receipts.items():
        if not command.startswith(prefix):
            continue
        rows = log.command_leaves(inst.conn, command)
        if not rows or (rows[-1].idx, rows[-1].hash) != (index, digest):
            tally.fault("lost", f"{command} was acknowledged at {index}")
        elif [row.part for row in rows] != list(range(1, len(rows) + 1)):
            tally.fault("wrong", f"{command} has parts {[row.part for row in rows]}")
        _children(rows, known.opened.get(command), command, tally)
        (texts,) = inst.conn.one("SELECT count(*) FROM payload WHERE text = ?", (command,)) or (0,)
        if texts > 1:
            tally.fault("doubled", f"the text of {command} stands {texts} times")


def _children(rows: Sequence[Any], owed: int | None, command: str, tally: Tally) -> None:
    """An act that opens tasks has opened each of them once, or nothing of it is there."""
    if owed is None or not rows or rows[0].kind == "task_opened":
        return
    there = sum(row.kind == "task_opened" for row in rows)
    if there != owed:
        tally.fault("lost" if there < owed else "doubled", f"{command} opened {there} tasks, not {owed}")


def _hold(made: World, known: Ledgered, tally: Tally) -> None:
    """Replay equals tables, every outcome is decided again, and every receipt ever given is borne out."""
    with open_institution(made.home) as inst:
        _look_up(inst, known, tally)
        found = ledger.verify(inst)
        for each in found.problems:
            tally.fault("wrong", f"{each.code} {dict(each.params)}")
        tally.counts["leaves"] = found.leaves
        (children,) = inst.conn.one("SELECT count(*) FROM task WHERE parent IS NOT NULL") or (0,)
        tally.counts["children"] = children
        if children != sum(known.opened.values()):
            tally.fault(
                "wrong", f"{children} tasks of others are there, and {sum(known.opened.values())} were opened"
            )
        if found.ok and ledger.rebuild(inst)["differed"]:
            tally.fault("wrong", "a rebuild changed the tables")
