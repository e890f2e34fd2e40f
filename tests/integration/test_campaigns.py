"""Small campaigns find nothing, and find each fault that is planted; so the large ones say something."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.campaign import kill, race

ROOT = Path(__file__).parents[2]
FAULTS = ("lost", "doubled", "wrong", "missed")
#: So many runs, that each planted fault is met: a campaign makes the same choices for the same seed.
RUNS = {"kill": "10", "race": "10"}


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest) -> str:
    """What a campaign is told of its database."""
    if request.param == "sqlite":
        return "sqlite"
    address: str = request.getfixturevalue("postgresql_server")
    return address


def campaign(name: str, where: str, more: Sequence[str] = ()) -> tuple[int, dict[str, Any]]:
    """The exit code and what was printed."""
    words = [name, "--runs", RUNS[name], "--seed", "1", "--database", where, "--json", *more]
    done = subprocess.run(
        [sys.executable, "-m", "tests.campaign", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("name", ["kill", "race"])
def test_a_campaign_finds_no_fault(name: str, where: str) -> None:
    code, told = campaign(name, where)
    assert {kind: told[kind] for kind in FAULTS} == dict.fromkeys(FAULTS, 0), told["first"]
    assert code == 0
    assert (told["campaign"], told["runs"], told["seed"]) == (name, 10, 1)
    assert told["counts"]["leaves"] > 50
    if name == "kill":
        assert told["counts"]["acknowledged"] > 20
        assert told["counts"]["asked again"] > 5


@pytest.mark.parametrize(
    ("name", "plant"), [*(("kill", each) for each in kill.PLANTS), *(("race", each) for each in race.PLANTS)]
)
def test_a_planted_fault_is_found(name: str, plant: str, where: str) -> None:
    code, told = campaign(name, where, ["--plant", plant])
    assert code == 1
    assert sum(told[kind] for kind in FAULTS) > 0
    assert told["first"]
    if plant == "early":
        assert told["lost"] > 0
