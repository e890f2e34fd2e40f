"""The frozen transitions of a definition, as `engine.machine` makes them and `decide` asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from zeroerror.model.value import dataclass

#: Where an action leads that ends its region. No step and no group can have this name.
JOIN = "/join"


@dataclass(frozen=True, slots=True)
class Joining:
    """A group as the table has it: where each region starts, which steps it has, and where the join leads."""

    to: str | None
    starts: Mapping[str, str]
    #: Each step that can be come to, with its region.
    regions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The frozen transitions of a workflow: (step, action) → the next step or group, None for the end.

    Made by `engine.machine` when a definition is published, kept beside it, and the only thing `decide` asks
    where an action leads. Each region is a flat machine of its own; a step's name says to which it belongs.
    """

    start: str
    moves: Mapping[tuple[str, str], str | None]
    groups: Mapping[str, Joining] = field(default_factory=dict)

    def group_of(self, step: str) -> str | None:
        """The group to which a step belongs, if it belongs to one."""
        return next((name for name, each in self.groups.items() if step in each.regions), None)

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        stored: dict[str, Any] = {
            "start": self.start,
            "moves": [[a, b, to] for (a, b), to in sorted(self.moves.items())],
        }
        if self.groups:
            stored["groups"] = [
                # Regions open in the order in which they were written.
                [name, each.to, [list(pair) for pair in each.starts.items()], sorted(each.regions.items())]
                for name, each in sorted(self.groups.items())
            ]
        return stored

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Table:
        """The table of its stored form."""
        return cls(
            start=data["start"],
            moves={(a, b): to for a, b, to in data["moves"]},
            groups={
                name: Joining(to, dict(starts), dict(regions))
                for name, to, starts, regions in data.get("groups", ())
            },
        )
