"""How long matters lay at each step: the visits that were left in a period, by office and step.

It says where time goes, not whose fault it is: a step that is long in the house may be the one that waits for
others. Time is natural time, from when the step came to when it was left, stops and all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low
from typing import Any

#: The figure's name: what `--trace` follows down.
NAME = "waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """One visit that was left, and how long it had lasted."""

    task: str
    step: str
    visit: int
    #: The step's office.
    office: str
    workflow: str
    workflow_title: str
    step_title: str
    entered_at: datetime
    left_at: datetime

    @property
    def minutes(self) -> int:
        """Whole minutes of natural time."""
        return max(0, int((self.left_at - self.entered_at).total_seconds()) // 60)

    @property
    def id(self) -> str:
        """The visit by task, step and count."""
        return f"{self.task}/{self.step}/{self.visit}"


def waits(visits: Iterable[Waited], offices: Sequence[str]) -> list[dict[str, Any]]:
    """Each office's steps, in the institution's order, the one that takes longest first.

    The median is a visit there was: at least half took no longer.
    """
    groups: dict[tuple[str, str, str], list[Waited]] = {}
    for each in visits:
        groups.setdefault((each.office, each.workflow, each.step), []).append(each)
    order = {office: place for place, office in enumerate(offices)}
    rows = [_row(group) for group in groups.values()]
    rows.sort(
        key=lambda row: (
            order.get(row["office"], len(order)),
            row["office"],
            -row["median_minutes"],
            -row["longest_minutes"],
            row["workflow"],
            row["step"],
        )
    )
    return rows


def _row(group: Sequence[Waited]) -> dict[str, Any]:
    longest = max(group, key=lambda each: (each.minutes, each.task))
    last = group[-1]
    return {
        "office": last.office,
        "workflow": last.workflow,
        "workflow_title": last.workflow_title,
        "step": last.step,
        "step_title": last.step_title,
        "value": len(group),
        "median_minutes": median_low(each.minutes for each in group),
        "longest_minutes": longest.minutes,
        "longest_task": longest.task,
    }


def followed(
    told: Mapping[str, Any], visits: Iterable[Waited], office: str | None = None
) -> list[dict[str, Any]]:
    """Each row with the visits that it counts, the longest first."""
    groups: dict[tuple[str, str, str], list[Waited]] = {}
    for each in visits:
        groups.setdefault((each.office, each.workflow, each.step), []).append(each)
    return [
        {
            **row,
            "figure": NAME,
            "visits": [
                {"of": each.id, "minutes": each.minutes}
                for each in sorted(
                    groups[row["office"], row["workflow"], row["step"]],
                    key=lambda each: (-each.minutes, each.id),
                )
            ],
        }
        for row in told[NAME]
        if office in (None, row["office"])
    ]
