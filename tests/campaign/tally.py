"""What campaigns have in common: how they are asked, what they count, and what they print."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

#: So many faults are described; the others are counted.
SHOWN = 12


@dataclass
class Tally:
    """What a campaign has counted; every kind of fault must be nothing at its end."""

    #: Acknowledged, and not in the ledger as acknowledged.
    lost: int = 0
    #: Asked for once, and there more than once; or more than one winner.
    doubled: int = 0
    #: Anything else that a promise forbids: tables that replay does not make, losers told nothing.
    wrong: int = 0
    #: Owed, and not there: a command tried again without effect, a race that nobody won.
    missed: int = 0
    #: Told to ask again, as a busy database may: no fault, but no answer.
    undetermined: int = 0
    #: What was done, so that somebody can see that something was.
    counts: Counter[str] = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)

    def fault(self, kind: str, what: str, number: int = 1) -> None:
        """Count a fault, and describe the first few."""
        setattr(self, kind, getattr(self, kind) + number)
        if len(self.first) < SHOWN:
            self.first.append(f"{kind}: {what}")

    @property
    def faults(self) -> int:
        """How many faults there were."""
        return self.lost + self.doubled + self.wrong + self.missed


Campaign = Callable[[argparse.Namespace, Tally], None]


def asked(name: str, plants: Collection[str], words: str, arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments of a campaign."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.campaign {name}", description=words)
    parser.add_argument("--runs", type=int, default=100, help="how many runs, or rounds")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same choices")
    parser.add_argument(
        "--database",
        default="sqlite",
        help="`sqlite` (a fresh file), `postgresql` (a server started for this), or a server's address",
    )
    parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")
    parser.add_argument("--plant", choices=sorted(plants), help="for testing the test: a fault it must find")
    return parser.parse_args(arguments)


def counted(
    name: str, plants: Collection[str], words: str, arguments: Sequence[str], campaign: Campaign
) -> int:
    """Run a campaign and print what it counted; the exit code is 1 for any fault."""
    asking = asked(name, plants, words, arguments)
    tally = Tally()
    campaign(asking, tally)
    told: dict[str, Any] = {
        "campaign": name,
        "runs": asking.runs,
        "seed": asking.seed,
        "database": asking.database.partition(":")[0],
        **{kind: getattr(tally, kind) for kind in ("lost", "doubled", "wrong", "missed", "undetermined")},
        "counts": dict(sorted(tally.counts.items())),
        "first": tally.first,
    }
    if asking.plant is not None:
        told["plant"] = asking.plant
    if asking.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for key, value in told.items():
            print(f"{key}: {value}")
    sys.stdout.flush()
    return 1 if tally.faults else 0
