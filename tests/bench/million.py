"""The same passes over a million open steps; it takes a quarter of an hour and ten gigabytes, so it must be asked for."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.fixture import directory
from tests.bench.measure import Line
from tests.bench.passes import sized


def run(quick: bool) -> Iterator[Line]:
    """At a million open steps."""
    with directory() as path:
        yield from sized(path, 10_000 if quick else 1_000_000, 1 if quick else 3)
