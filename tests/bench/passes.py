"""A slot's pass over many open steps, of which one in a hundred has newly fallen due; and one that finds nothing new.

The first pass over a fresh ledger looks at everything and is not measured. Then mornings alternate: what fell
due the day before is found by one, and nothing is new to the next, for the passes of the evening in between
have looked at what the first one wrote.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.bench import copies, floors
from tests.bench.fixture import ERRAND, Staff, directory, hand_in, institution, openings
from tests.bench.measure import Line, median, timed
from zeroerror.model.instant import to_text
from zeroerror.service import audits, sandbox
from zeroerror.service.institution import Institution
from zeroerror.store import log, reads
from zeroerror.timing import slots_between

TARGET = 3.0
QUIET_MS, QUIET_MS_AT_A_MILLION = 50.0, 100.0
ONE_IN = 100
#: So many are opened by signed commands; the others are their copies.
OPENED = 1_000
#: Long after everything that is measured.
LATER = "2027-03-31"
WHAT = "one slot's pass: verify what is new, find, attribute, open follow-ups, sign, append, project, commit"
SOURCE = (
    "bare sqlite3, same durability: select the steps newly due by index, JSON and chained SHA-256 for as many rows"
    " as the pass has leaves, executemany, COMMIT"
)


def run(quick: bool) -> Iterator[Line]:
    """At ten and at a hundred thousand open steps."""
    for size in (1_000,) if quick else (10_000, 100_000):
        with directory() as path:
            yield from sized(path, size, 1 if quick else 5)


def sized(path: Path, size: int, rounds: int) -> Iterator[Line]:
    """Busy and quiet passes over so many open steps: so many of each."""
    with institution(path / "home") as inst:
        days = _mornings(inst, 2 * rounds + 2)
        dues = [days[2 * place] for place in range(rounds + 1)]
        opened = min(size, OPENED)
        hand_in(inst, openings(inst, Staff(inst), ERRAND, opened, lambda place: {"by": _by(place, dues)}))
        _through(inst, days[0])
        copies.fill(inst, size)
        raw = floors.bare(path / "floor.db")
        floor = floors.Sweep(raw, inst.conn.all("SELECT task, due_at FROM visit WHERE status = 'open'"))
        busy: list[float] = []
        quiet: list[float] = []
        least: list[float] = []
        fewest: list[float] = []
        found, rows = 0, 0
        sizes: list[tuple[int, int]] = []
        for place in range(rounds):
            slot = _next(inst, days[2 * place + 1])
            last = reads.last_slot(inst.conn, "daily")
            before = log.head(inst.conn).size
            busy.append(timed(partial(audits.run_slot, inst, "daily", slot)))
            rows = log.head(inst.conn).size - before
            ran = reads.last_slot(inst.conn, "daily")
            assert last is not None and ran is not None, "slots have run"
            # What fell due the mornings before calls for more by now: follow-ups and notices nobody answered.
            found = ran.content["counts"]["opened"]
            assert rows > found >= size // ONE_IN, f"{rows} leaves and {found} findings"
            sizes.append((found, rows))
            span = to_text(last.slot), to_text(slot)
            least.append(timed(partial(floor.run, *span, rows)))
            fewest.append(timed(partial(floor.run, *span, found)))
            _through(inst, slot)
            slot = _next(inst, days[2 * place + 2])
            quiet.append(timed(partial(audits.run_slot, inst, "daily", slot)))
        raw.close()
        yield Line(
            name=f"pass.{size}",
            what=WHAT,
            floor_source=SOURCE,
            measured=median(busy) * 1e3,
            floor=median(least) * 1e3,
            unit="ms",
            n=rounds,
            target=TARGET,
            more={
                "newly_due": size // ONE_IN,
                "findings": [found for found, _ in sizes],
                "leaves": [rows for _, rows in sizes],
                "µs_a_leaf": [round(took / rows * 1e6) for took, (_, rows) in zip(busy, sizes, strict=True)],
            },
        )
        yield Line(
            name=f"pass.{size}.finding",
            what=WHAT,
            floor_source="the same with one row a finding, as if no follow-up were opened",
            measured=median(busy) * 1e3,
            floor=median(fewest) * 1e3,
            unit="ms",
            n=rounds,
            target=None,
        )
        yield Line(
            name=f"pass.{size}.quiet",
            what="one slot's pass that finds nothing new",
            floor_source="none: the target is absolute",
            measured=median(quiet) * 1e3,
            floor=None,
            unit="ms",
            n=rounds,
            target=QUIET_MS if size < 1_000_000 else QUIET_MS_AT_A_MILLION,
        )
        slot = _next(inst, days[2 * rounds + 1])
    yield _memory(path, size, slot)


def _memory(path: Path, size: int, slot: datetime) -> Line:
    """The most memory that a process of its own takes for such a pass; a process that only opens is the floor."""
    call = [sys.executable, "-m", "tests.bench.memory", str(path / "home")]
    peaks = []
    for more in ([], [to_text(slot)]):
        out = subprocess.run([*call, *more], check=True, capture_output=True, text=True).stdout
        peaks.append(float(json.loads(out)["peak_mb"]))
    return Line(
        name=f"pass.{size}.memory",
        what="peak resident memory of a process of its own that runs such a pass",
        floor_source="the same process when it only opens the institution",
        measured=peaks[1],
        floor=peaks[0],
        unit="MB",
        n=1,
        target=None,
    )


def _mornings(inst: Institution, count: int) -> list[datetime]:
    """The 08:30 slots of so many working days."""
    plan = audits.schedule(inst)
    start = inst.now()
    found = slots_between(inst.calendar, plan.at[:1], start, start.replace(year=start.year + 1))
    return found[:count]


def _by(place: int, dues: list[datetime]) -> str:
    """The day by which an errand is to be done: one in a hundred on each of these days, the rest much later."""
    which = place % ONE_IN
    return (
        dues[which].astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat() if which < len(dues) else LATER
    )


def _next(inst: Institution, slot: datetime) -> datetime:
    """Run every slot before that one, and set the clock to it."""
    _through(inst, slot, itself=False)
    sandbox.set_clock(inst, slot)
    return slot


def _through(inst: Institution, until: datetime, *, itself: bool = True) -> None:
    while (coming := audits.status(inst)["next"]) is not None and (
        coming <= until if itself else coming < until
    ):
        sandbox.set_clock(inst, coming)
        audits.run_owed(inst)
