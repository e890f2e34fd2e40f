"""What stood at an instant: asked afterwards, everything is answered as it would have been answered then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.service.house import House, local
from zeroerror.service import audits, views
from zeroerror.service.board import board
from zeroerror.service.desk import next_for
from zeroerror.store import reads


def answers(house: House, at: Any = None) -> dict[str, Any]:
    """Everything that can be asked as of an instant."""
    people = (house.clerk, house.colleague, house.director, house.leader)
    return {
        "owed": {person: _without_decisions(next_for(house.inst, person, at)) for person in people},
        "board": board(house.inst, at)["offices"],
        "open": views.task_list(house.inst, house.director, at=at),
        "all": views.task_list(house.inst, house.director, status=None, owed_by=house.clerk, at=at),
        "findings": audits.findings(house.inst, reads.FindingFilter(state="open"), at),
        "named": audits.findings(house.inst, reads.FindingFilter(person=house.clerk), at),
    }


def _without_decisions(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name != "decisions"}


def test_what_is_asked_afterwards_is_answered_as_then(house: House, tmp_path: Path) -> None:
    first, second = house.open(title="一"), house.open(title="二")
    asked = {}
    for at, act in (
        ("2026-11-23 10:00", lambda: house.submit(first, tmp_path)),
        ("2026-11-24 10:00", lambda: house.advance(house.director, first, "return", reason="不全")),
        ("2026-11-27 12:00", lambda: house.submit(second, tmp_path)),
        ("2026-11-30 12:00", lambda: house.advance(house.director, second, "pass")),
        ("2026-12-01 12:00", lambda: house.submit(first, tmp_path)),
        ("2026-12-02 12:00", lambda: house.advance(house.leader, second, "decline", reason="不发")),
    ):
        house.run_slots(at)
        asked[at] = answers(house)
        # A minute later, for an instant sees what has happened up to it and in it.
        house.at(at.replace(":00", ":01"))
        act()
    house.run_slots("2026-12-04 12:00")
    assert [at for at, found in asked.items() if answers(house, local(at)) != found] == []
    states = {each["state"] for found in asked.values() for each in found["named"]}
    assert {"open", "cured"} <= states
