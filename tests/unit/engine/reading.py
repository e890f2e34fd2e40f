"""A second reading of a definition, to hold the frozen table against.

It takes the text itself, knows nothing of the product (no import of it, of `transitions` or of the loader),
and does the least that can be done: strings out of YAML, and a list of who leads where.
"""

from __future__ import annotations

import yaml

Moves = dict[tuple[str, str], str | None]


def read_moves(text: str) -> tuple[str, Moves]:
    """The first step, and where each action of each step that a task can come to leads; None is the end."""
    steps = yaml.load(text, Loader=yaml.BaseLoader)["steps"]
    start = next(iter(steps))
    every: Moves = {}
    for step, said in steps.items():
        for action, way in said.get("actions", {}).items():
            every[step, action] = None if "end" in way else way["to"]
    return start, {pair: target for pair, target in every.items() if pair[0] in _come_to(start, every)}


def _come_to(start: str, every: Moves) -> set[str]:
    """Grown until it grows no more."""
    known = {start}
    while True:
        more = {target for (step, _), target in every.items() if step in known and target is not None}
        if more <= known:
            return known
        known |= more
