"""`python -m tests.bench [NAME…] [--json] [--quick]`: ratios to a bare floor in the same run.

Names: what stands in `BENCHES`; none means all of them but `million`. `--quick` measures little, to show that it runs. It exits 0
whatever it measured: a machine may be slow, and no test asserts a time.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence

from tests.bench.measure import Line, machine, versions

BENCHES = (
    "advancing",
    "processes",
    "passes",
    "explaining",
    "importing",
    "verifying",
    "reporting",
    "checking",
    "million",
)
#: What is measured only where it is named.
LONG = ("million",)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print a line for each as it comes."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--json", action="store_true", help="one JSON array on standard output")
    parser.add_argument("--quick", action="store_true", help="small and few, to show that it runs")
    asked = parser.parse_args(argv)
    unknown = sorted(set(asked.names) - set(BENCHES))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(BENCHES)}")
    lines: list[Line] = []
    if not asked.json:
        print(f"machine   {machine()}\nversions  {versions()}")
    for name in asked.names or [each for each in BENCHES if each not in LONG]:
        for line in importlib.import_module(f"tests.bench.{name}").run(asked.quick):
            lines.append(line)
            if not asked.json:
                print(_told(line), flush=True)
    if asked.json:
        json.dump([line.to_json() for line in lines], sys.stdout, ensure_ascii=False, indent=1)
        print()
    return 0


def _told(line: Line) -> str:
    ratio, met = line.ratio, {True: "met", False: "MISSED", None: "told only"}[line.met]
    sign = "≥" if line.at_least else "≤"
    target = (
        ""
        if line.target is None
        else f", {sign} {line.target:g}{'' if ratio and not line.at_least else ' ' + line.unit}"
    )
    least = "" if line.floor is None else f"  floor {line.floor:,.1f} {line.unit}"
    times = "" if ratio is None else f"  ratio {ratio:.2f}"
    return (
        f"\n{line.name}: {line.measured:,.1f} {line.unit}{least}{times}  ({met}{target}; n={line.n})\n"
        f"    {line.what}\n    floor: {line.floor_source}"
        + "".join(f"\n    {key}: {value}" for key, value in line.more.items())
    )


if __name__ == "__main__":
    sys.exit(main())
