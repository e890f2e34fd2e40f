"""Schedulers sleep, are killed, race and have wrong clocks; the findings are those of one that never slept.

    python -m tests.campaign slots --runs 60 --seed 1 --database sqlite --json

Each run plays one history of `tests.oracle`, which imports nothing of the product, to a fresh institution: a
sandbox, or a real ledger whose clock is the campaign's. Nobody looks for days; then two to five schedulers at
once do what `scheduler tick` or `scheduler run` does, and most of them end by SIGKILL: at a random moment, before
a random statement, or at a named place of a pass. Some have a clock that is ahead or behind. At the end every
slot must have run once, with the findings that the oracle has for it; what plans owed was opened once, by the slot
that owed it first, though they were changed on the way; `slot_missed` is held against the leaves' times; every slot that a scheduler told of must be there as told, with its report, and replay must equal tables.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import apscheduler.schedulers.blocking  # noqa: F401  (so that no child has to load it)

from tests import databases, failpoints
from tests.campaign import planned, plants
from tests.campaign.tally import Tally, counted
from tests.campaign.world import Child, Wire, forked
from tests.justice import translated
from tests.justice.comparing import Differences
from tests.justice.served import Refused, Served, compared, steps
from tests.oracle.teller import History, tell
from zeroerror import render, scheduler
from zeroerror.ledger import keys
from zeroerror.ledger.leaf import decode_fast
from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.instant import from_text
from zeroerror.service import genesis, proposals, reporting
from zeroerror.service import log as ledger
from zeroerror.service.institution import Institution, open_institution
from zeroerror.store import reads

PLANTS = {
    "skips": plants.skipping,
    "twice": plants.running_twice,
    "now": plants.looking_at_now,
    "drops": plants.dropping,
    "forgets": plants.forgetting,
}
#: How far into its work a scheduler is killed at random, in seconds.
SOON = 0.15
#: A pass with its report has about so many statements.
STATEMENTS = 90
#: One history in so many is a real ledger, and one scheduler in so many is the command line in a process of its own.
REAL_EVERY = 3
#: How often plans are changed, of all that happens.
CHANGES = 0.03
CLI_EVERY = 12


@dataclass(frozen=True)
class Strike:
    """Where a scheduler is killed: at a moment, at a statement, at the n-th to come to a place; or nowhere."""

    place: str
    passing: int = 0
    after: float = 0.0


def main(arguments: Sequence[str]) -> int:
    """Run the campaign; 0, or 1 where it found a fault."""
    return counted("slots", PLANTS, __doc__, arguments, campaign)


def campaign(asking: argparse.Namespace, tally: Tally) -> None:
    """All histories, each with an institution of its own."""
    planted = nullcontext if asking.plant is None else PLANTS[asking.plant]
    with tempfile.TemporaryDirectory(prefix="zeroerror-slots-") as directory, planted():
        address = None
        if asking.database != "sqlite":
            started = asking.database == "postgresql"
            address = databases.server(Path(directory, "server")) if started else asking.database
        number, run = 0, 0
        while run < asking.runs:
            number += 1
            history = tell(asking.seed, number, tasks=2)
            if history is None or not history.servable:
                continue
            run += 1
            home = Path(directory, f"home{run}")
            home.mkdir()
            url = f"sqlite:///{home}/ledger.db" if address is None else databases.fresh_schema(address)
            _lived(home, url, history, Random(f"slots/{asking.seed}/{run}"), run % REAL_EVERY == 0, tally)
            if address is not None:
                databases.drop(address, url)


def _lived(home: Path, url: str, history: History, chance: Random, real: bool, tally: Tally) -> None:
    """One history, played with such schedulers, and held to the oracle."""
    found = Differences()
    slept = Slept(home, history, url, chance, real, tally)
    try:
        with slept.walls():
            owed = slept.lived()
            compared(slept, owed, found)
            slept.held()
    except (Refused, ZeroErrorError) as error:
        tally.fault("wrong", f"history {history.number}: {error}")
    finally:
        slept.close()
    for kind, words in found.found:
        tally.fault(kind, f"history {history.number}: {words}")
    tally.counts["findings"] += found.findings
    tally.counts["histories in a real ledger" if real else "histories in a sandbox"] += 1


class Slept(Served):
    """An institution whose schedulers sleep, are killed, and have clocks of their own."""

    def __init__(
        self, home: Path, history: History, database: str, chance: Random, real: bool, tally: Tally
    ) -> None:
        self.real, self.tally, self.wall = real, tally, translated.instant(history.start - 5)
        self.told: list[dict[str, Any]] = []
        with self.walls():
            super().__init__(home, history, database, chance)
        self.other.conn.close()

    def _founded(self, at: datetime, database: str) -> None:
        planned.prepare(self.home, self.rng)
        with ExitStack() as stack:
            if self.real:
                # Whoever is in this house has a key from the start; else each would cost two persons' acts.
                everybody = mock.patch.object(genesis, "_enrolled", lambda house, *_: _persons(house))
                stack.enter_context(everybody)
                stack.enter_context(mock.patch.object(keys, "WORK", keys.SANDBOX_WORK))
            genesis.initialise(
                self.home, at=at, database=database, simulated=not self.real, passphrase="demo"
            )

    def close(self) -> None:
        """The one handle."""
        self.inst.conn.close()

    @contextmanager
    def walls(self) -> Iterator[None]:
        """While it lasts, a real ledger's clock is the campaign's; a sandbox has its own."""
        if not self.real:
            yield
            return
        with mock.patch.object(Institution, "now", lambda _: self.wall):
            yield

    def clock(self, at: int) -> None:
        """Let time go on to that minute."""
        if self.real:
            self.wall = max(self.wall, translated.instant(at))
        else:
            super().clock(at)

    def lived(self) -> list[int]:
        """Acts, sleep, and schedulers; at the end one that is not killed. The slots that were owed."""
        owed: list[int] = []
        asleep = 0
        plan = list(steps(self.history))
        for place, (at, act) in enumerate(plan):
            if self.rng.random() < CHANGES:
                self._other_plans(at)
            if act is not None:
                self.play(act)
                continue
            owed.append(at)
            asleep = asleep - 1 if asleep else self.rng.choice((0, 0, 0, 0, 1, 3, 12))
            if asleep:
                self.tally.counts["slots slept through"] += 1
                continue
            room = (plan[place + 1][0] if place + 1 < len(plan) else self.history.end) - at
            self.clock(at + self.rng.randrange(max(1, min(room, 9))))
            self.awake(at + room - 1)
        self.clock(self.history.end)
        self.awake(self.history.end, whole=True)
        return owed

    def _other_plans(self, at: int) -> None:
        """Plans are changed by two persons."""
        self.clock(at - 1)
        self._done(planned.change(self.inst, self.actor("sec"), self.home, self.rng))
        (waiting,) = (
            each["id"] for each in proposals.proposals(self.inst) if each["kind"] == "apply_settings"
        )
        self._done(proposals.confirm(self.inst, self.actor("mid"), [waiting]))
        self.tally.counts["plans changed"] += 1

    def awake(self, until: int, *, whole: bool = False) -> None:
        """Several schedulers at once, most of which are killed; none but whole ones where that is asked."""
        now = self.inst.now()
        # A connection is nobody's but the process's that opened it.
        self.inst.conn.close()
        strikes = [Strike("nowhere")] * 2 if whole else self._strikes()
        children = [forked(self._scheduler(each, self._skew(now, until, whole))) for each in strikes]
        if not whole and self.rng.randrange(CLI_EVERY) == 0 and not self.real:
            self._by_line()
        _killed(children, strikes)
        for child, strike in zip(children, strikes, strict=True):
            self._heard(child, strike)
        self.inst = open_institution(self.home)

    def _strikes(self) -> list[Strike]:
        return [self._strike() for _ in range(self.rng.randrange(2, 6))]

    def _strike(self) -> Strike:
        chance = self.rng
        kind = chance.choice(["nowhere", "time", "time", "statement", "statement", *["place"] * 4])
        if kind == "time":
            return Strike("time", after=chance.uniform(0, SOON))
        if kind == "statement":
            return Strike("statement", chance.randrange(STATEMENTS))
        if kind == "place":
            return Strike(chance.choice(failpoints.PASS_NAMES), chance.choice((0, 0, 0, 1, 2, 4)))
        return Strike("nowhere")

    def _skew(self, now: datetime, until: int, whole: bool) -> timedelta:
        """How far a scheduler's clock is off: ahead never so far that something else would have happened by then."""
        chance = self.rng
        drawn = chance.random()
        if whole or drawn < 0.7:
            return timedelta()
        self.tally.counts["clocks ahead" if drawn < 0.85 else "clocks behind"] += 1
        if drawn < 0.85:
            room = (translated.instant(until) - now) / timedelta(minutes=1)
            return timedelta(minutes=chance.uniform(0, max(0.0, room)))
        return -timedelta(minutes=chance.choice((1, 4, 30, 600, 6000)))

    def _scheduler(self, strike: Strike, skew: timedelta) -> Any:
        ticking = self.rng.random() < 0.75 or strike.place == "nowhere"
        right = Institution.now

        def work(wire: Wire) -> None:
            def tell(code: str, params: dict[str, Any]) -> None:
                wire.say("told", code=code)

            with mock.patch.object(Institution, "now", lambda inst: right(inst) + skew), _striking(strike):
                if not ticking:
                    with mock.patch.object(scheduler, "TICK_SECONDS", 0.02):
                        scheduler.run(self.home, tell)
                    return
                try:
                    for each in scheduler.tick(self.home, tell):
                        wire.say("ran", slot=str(each["slot"]), root=each["root"], position=each["position"])
                except ZeroErrorError as error:
                    wire.say("unable", code=error.code)

        return work

    def _by_line(self) -> None:
        """The program itself, killed or not."""
        line = [sys.executable, "-m", "zeroerror", "--home", str(self.home), "--json", "scheduler", "tick"]
        with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            try:
                process.communicate(timeout=self.rng.choice((0.3, 0.6, 30)))
            except subprocess.TimeoutExpired:
                process.kill()
        self.tally.counts["command line"] += 1
        if process.returncode == -signal.SIGKILL:
            self.tally.counts["killed"] += 1
        elif process.returncode not in (0, 6):
            self.tally.fault("wrong", f"scheduler tick ended with {process.returncode}")

    def _heard(self, child: Child, strike: Strike) -> None:
        said, code = child.lines(), child.ended()
        self.tally.counts["schedulers"] += 1
        if code == -signal.SIGKILL:
            self.tally.counts["killed"] += 1
            self.tally.counts[f"killed at {strike.place}"] += 1
        for line in said:
            if line["say"] == "ran":
                self.told.append(line)
            elif line["say"] == "unable":
                self.tally.counts[f"unable {line['code']}"] += 1
            elif line["say"] == "failed":
                self.tally.fault("wrong", line["trace"])

    def held(self) -> None:
        """What was told is there, each slot once, what ran late is said to have, reports and tables are whole."""
        conn, tally = self.inst.conn, self.tally
        rows = {str(each.slot): each for each in reads.slots(conn)}
        tally.counts["slots"] += len(rows)
        for each in self.told:
            row = rows.get(each["slot"])
            if row is None or (row.content["root"], row.seen) != (each["root"], each["position"]):
                tally.fault("lost", f"{each} was told, and is not there")
        ran = [(decode_fast(data), time_) for data, time_ in conn.all(_RAN)]
        for slot, times in Counter(leaf.body["slot"] for leaf, _ in ran).items():
            if times > 1:
                tally.fault("doubled", f"{slot} ran {times} times")
        self._late([(from_text(leaf.body["slot"]), from_text(at)) for leaf, at in ran])
        self._reports()
        planned.held(self.inst, tally)
        found = ledger.verify(self.inst)
        for problem in found.problems:
            tally.fault("wrong", f"{problem.code} {dict(problem.params)}")
        if found.ok and ledger.rebuild(self.inst)["differed"]:
            tally.fault("wrong", "a rebuild changed the tables")
        tally.counts["leaves"] += found.leaves

    def _late(self, ran: list[tuple[datetime, datetime]]) -> None:
        """A slot is said to have been passed over if the next was due when it ran, and no other is."""
        wanted = [slot for (slot, at), (following, _) in pairwise(ran) if at >= following]
        which = reads.FindingFilter(rule="slot_missed")
        said = [each.lead.due_at for each in reads.findings(self.inst.conn, which)]
        self.tally.counts["slots late"] += len(wanted)
        if said != wanted:
            self.tally.fault("wrong", f"{said} are said to have been passed over, and were {wanted}")

    def _reports(self) -> None:
        for row in reads.slots(self.inst.conn):
            directory = reporting.report_directory(self.inst, row.slot)
            names = sorted(each.name for each in directory.iterdir()) if directory.is_dir() else []
            if names != ["checkpoint.txt", "daily.en.html", "daily.json", "daily.zh.html"]:
                self.tally.fault("lost", f"the report of {row.slot} is {names}")
                continue
            if self.rng.random() < 0.1:
                found = render.daily_json(reporting.daily(self.inst, row.slot))
                if (directory / "daily.json").read_text("utf-8") != found:
                    self.tally.fault("wrong", f"the report of {row.slot} is another when it is made again")


#: Every slot that ran, by the leaves alone.
_RAN = "SELECT bytes, time FROM leaf WHERE kind = 'slot_run' ORDER BY idx"


def _persons(house: Any) -> list[str]:
    return sorted(each.id for each in house.persons)


def _kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _striking(strike: Strike) -> Any:
    if strike.place in ("nowhere", "time"):
        return nullcontext()
    if strike.place == "statement":
        return failpoints.struck_at_statement(strike.passing, _kill_self)
    return failpoints.struck(strike.place, _kill_self, strike.passing)


def _killed(children: Sequence[Child], strikes: Sequence[Strike]) -> None:
    """Kill those whose moment is left to us; and, in the end, those that go on ticking."""
    since = time.monotonic()
    timed = [
        (each.after, child) for each, child in zip(strikes, children, strict=True) if each.place == "time"
    ]
    for after, child in sorted(timed, key=lambda each: each[0]):
        time.sleep(max(0.0, after - (time.monotonic() - since)))
        os.kill(child.pid, signal.SIGKILL)
    for strike, child in zip(strikes, children, strict=True):
        if strike.place not in ("time", "nowhere"):
            _ended_within(child, 0.7)


def _ended_within(child: Child, seconds: float) -> None:
    """Give a child that long, and then kill it: its place may be one to which it never comes."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        # It is left to be waited for: only whether it has ended is looked at.
        if os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
