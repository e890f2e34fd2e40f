"""The monthly and the daily report, and the board, over many tasks, half of them ended; beside a bare select of what they count."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.fixture import ERRAND, Staff, directory, finishings, hand_in, institution, openings
from tests.bench.measure import Line, median, timed
from zeroerror.service.board import board
from zeroerror.service.periodic import periodic
from zeroerror.service.reporting import daily

MOST_MS = 5_000.0
MONTH = "2026-11"
_COUNTED = "SELECT id, office, opened_at, closed_at, due_at FROM task WHERE family <> 'oversight' ORDER BY id"
SOURCE = "bare sqlite3: one select of id, office and dates of every task, fetched whole"


def run(quick: bool) -> Iterator[Line]:
    """At ten and at a hundred thousand tasks."""
    for size in (500,) if quick else (10_000, 100_000):
        with directory() as path:
            yield from _size(path, size, 1 if quick else 5)


def _size(path: Path, size: int, rounds: int) -> Iterator[Line]:
    with institution(path / "home") as inst:
        staff = Staff(inst)
        ids = hand_in(inst, openings(inst, staff, ERRAND, size, lambda _: {"by": "2027-03-31"}))
        hand_in(inst, finishings(inst, staff, ids[1::2]))
        raw = sqlite3.connect(path / "home" / "zeroerror.db")
        for name, made in (
            ("monthly", partial(periodic, inst, "monthly", MONTH)),
            ("daily", partial(daily, inst)),
            ("board", partial(board, inst)),
        ):
            ours: list[float] = []
            least: list[float] = []
            for _ in range(rounds):
                ours.append(timed(made))
                least.append(timed(lambda: raw.execute(_COUNTED).fetchall()))
            yield Line(
                name=f"report.{name}.{size}",
                what=f"the figures of the {name} report" if name != "board" else "the board",
                floor_source=SOURCE,
                measured=median(ours) * 1e3,
                floor=median(least) * 1e3,
                unit="ms",
                n=rounds,
                target=None,
                more={"below_5_s": median(ours) * 1e3 < MOST_MS},
            )
        raw.close()
