"""Attribution and audits held against an oracle written apart: wrong, missed and doubled must all be nothing.

    python -m tests.campaign justice --runs 100000 --seed 7 --json

Each history is made by `tests.oracle`, which imports nothing of the product; it is played through the product's
deciders and folds, passes cut its time at random, and every slot is compared with what it had to say. One of a
few hundred is played to the real service as well, with two schedulers, slots that run late and passes that die. `--plant`
puts a fault into one row, and then this must exit with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from tests.justice.comparing import Differences, compare
from tests.justice.imported import compare_log
from tests.justice.plants import PLANTS, plant
from tests.justice.served import compare_served
from tests.oracle.teller import tell

#: Of so many histories one is a log that was read in.
LOGS = 25
#: One of so many is played to the real service too: signed, stored, its slots late, doubled and killed.
SERVED = 250
CHUNK = 500
#: So many differences are shown.
SHOWN = 12


@dataclass
class Tally:
    """What a campaign came to."""

    runs: int = 0
    #: Histories left out, because they come to an act that the design does not decide.
    left_out: int = 0
    served: int = 0
    findings: int = 0
    undetermined: int = 0
    undecided: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    open_rows: Counter[str] = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)

    def add(self, number: int, found: Differences) -> None:
        """One history more."""
        self.findings += found.findings
        self.undetermined += found.undetermined
        self.undecided += found.undecided
        self.rows += found.rows
        self.open_rows += found.open_rows
        for kind, words in found.found:
            self.faults[kind] += 1
            if len(self.first) < SHOWN and (not self.first or not self.first[-1].startswith(f"{number} ")):
                self.first.append(f"{number} {kind} {words}")

    def join(self, other: Tally) -> None:
        """The tally of another part."""
        self.runs += other.runs
        self.left_out += other.left_out
        self.served += other.served
        self.findings += other.findings
        self.undetermined += other.undetermined
        self.undecided += other.undecided
        self.faults += other.faults
        self.rows += other.rows
        self.open_rows += other.open_rows
        self.first = (self.first + other.first)[:SHOWN]

    def to_json(self) -> dict[str, Any]:
        """As the campaign prints it; `undetermined` is a share of the findings, `undecided` too."""
        share = max(self.findings, 1)
        return {
            "runs": self.runs,
            "wrong": self.faults["wrong"],
            "missed": self.faults["missed"],
            "doubled": self.faults["doubled"],
            "refused": self.faults["refused"],
            "findings": self.findings,
            "undetermined": round(self.undetermined / share, 4),
            "undecided": round(self.undecided / share, 4),
            "left_out": self.left_out,
            "served": self.served,
            "rows": dict(self.rows.most_common()),
            "undecided_rows": dict(self.open_rows.most_common()),
            "first": self.first,
        }

    @property
    def faulty(self) -> bool:
        """Whether anything differs."""
        return bool(self.faults.total())


def part(seed: int, numbers: range, planted: str | None = None, *, until_fault: bool = False) -> Tally:
    """Some of a campaign's histories."""
    tally = Tally()
    with plant(planted):
        for number in numbers:
            tally.runs += 1
            if number % SERVED == SERVED // 2 and planted is None:
                tally.served += 1
                tally.add(number, _served(seed, number))
            if number % LOGS == LOGS - 1:
                tally.add(number, compare_log(seed, number))
            else:
                history = tell(seed, number, tasks=1 + (number % 6 == 0))
                if history is None:
                    tally.left_out += 1
                    continue
                tally.add(number, compare(history))
            if until_fault and tally.faulty:
                break
    return tally


def _served(seed: int, number: int) -> Differences:
    for place in range(number, number + SERVED):
        history = tell(seed, place, tasks=2)
        if history is not None and history.servable:
            with TemporaryDirectory() as directory:
                home = Path(directory) / "home"
                home.mkdir()
                return compare_served(history, home, f"sqlite:///{home}/ledger.db", Random(number))
    return Differences()


def parts(runs: int) -> Iterator[range]:
    """The campaign in parts, each of one block of definitions."""
    for start in range(0, runs, CHUNK):
        yield range(start, min(start + CHUNK, runs))


def campaign(runs: int, seed: int, planted: str | None = None, workers: int | None = None) -> Tally:
    """All of it, on every core; a part that dies is told by the error that killed it."""
    tally, many = Tally(), workers or os.cpu_count() or 1
    if many == 1 or runs <= CHUNK:
        for numbers in parts(runs):
            tally.join(part(seed, numbers, planted))
        return tally
    with ProcessPoolExecutor(many) as pool:
        for done in pool.map(part, *zip(*((seed, each, planted) for each in parts(runs)), strict=True)):
            tally.join(done)
            print(f"{tally.runs}/{runs} {dict(tally.faults)}", file=sys.stderr)
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    """The campaign from the command line; 1 on any fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaign justice", description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", choices=sorted(PLANTS))
    parser.add_argument("--workers", type=int)
    parser.add_argument(
        "--database", help="nothing here is stored; taken so that all campaigns are asked alike"
    )
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    tally = campaign(given.runs, given.seed, given.plant, given.workers)
    told = {
        **tally.to_json(),
        "seed": given.seed,
        "per_second": round(given.runs / (time.monotonic() - began), 1),
    }
    if given.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for name, value in told.items():
            print(f"{name}: {value}")
    return 1 if tally.faulty else 0


if __name__ == "__main__":
    sys.exit(main())
