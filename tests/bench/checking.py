"""`workflow check`: what a definition with regions costs as it grows to the bound, and all that is shipped as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.bench.fixture import directory, institution
from tests.bench.measure import Line, median, timed
from zeroerror.definition.loader import load

#: Regions and steps in each: so many standings are (steps + 1) to the power of regions.
GROWTH = ((2, 4), (3, 4), (4, 4), (5, 4), (6, 4))
#: Milliseconds.
TARGET = 2000.0

_HEAD = """id: meeting/example
format: 1
title: 例
basis: 本机关自定
family: meeting
visible_to: [office]
fields:
  title: {title: 标题, type: text, required: open}
steps:
  all:
    title: 同时办
    end: done
    regions:
"""


def run(quick: bool) -> Iterator[Line]:
    """The growth with regions, and a process that checks everything shipped, the first time and again."""
    rounds = 2 if quick else 7
    for regions, steps in GROWTH[:3] if quick else GROWTH:
        text, standings = _definition(regions, steps), (steps + 1) ** regions
        # A walk is kept within a process, so that each is of another definition.
        times = [timed(partial(load, text.replace("title: 例", f"title: 例{n}"), "x")) for n in range(rounds)]
        yield Line(
            name=f"check.{standings}",
            what=f"reading and checking a definition of {regions} regions with {steps} steps each",
            floor_source="none: the target is absolute",
            measured=median(times) * 1e3,
            floor=None,
            unit="ms",
            n=rounds,
            target=TARGET,
        )
    with directory() as path:
        with institution(path / "home"):
            pass
        first = timed(partial(_process, path / "home"))
        again = [timed(partial(_process, path / "home")) for _ in range(rounds)]
    for name, measured, n in (("first", first, 1), ("again", median(again), rounds)):
        yield Line(
            name=f"check.process.{name}",
            what="`workflow check` of everything shipped, a whole process",
            floor_source="none: the target is absolute",
            measured=measured * 1e3,
            floor=None,
            unit="ms",
            n=n,
            target=TARGET if name == "again" else None,
        )


def _definition(regions: int, steps: int) -> str:
    lines = []
    for region in range(regions):
        lines += [f"      r{region}:", f"        title: 第{region}路", "        steps:"]
        for step in range(steps):
            leads = "join: done" if step + 1 == steps else f"to: r{region}s{step + 1}"
            lines += [
                f"          r{region}s{step}:",
                f"            title: {region}路{step}步",
                "            owner: {duty: 会务}",
                f"            actions: {{go: {{title: 办妥, {leads}}}}}",
            ]
    return _HEAD + "\n".join(lines) + "\n"


def _process(home: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    line = [sys.executable, "-m", "zeroerror", "--home", str(home), "workflow", "check"]
    done = subprocess.run(line, env=environment, capture_output=True)
    assert done.returncode in (0, 7), done.stderr.decode()
