"""Small campaigns find nothing, and find each fault that is planted; so the large ones say something."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.campaign import definitions, kill, race, slots
from zeroerror.definition import check

ROOT = Path(__file__).parents[2]
FAULTS = ("lost", "doubled", "wrong", "missed")
#: So many runs, that each planted fault is met: a campaign makes the same choices for the same seed.
RUNS = {"kill": "10", "race": "10", "slots": "2"}


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


@pytest.mark.parametrize("name", list(RUNS))
def test_a_campaign_finds_no_fault(name: str, where: str) -> None:
    code, told = campaign(name, where)
    assert {kind: told[kind] for kind in FAULTS} == dict.fromkeys(FAULTS, 0), told["first"]
    assert code == 0
    assert (told["campaign"], told["runs"], told["seed"]) == (name, int(RUNS[name]), 1)
    assert told["counts"]["leaves"] > 50
    if name == "slots":
        # How many depends on where the kills fall, and that on the machine.
        assert told["counts"]["killed"] > 3
        assert told["counts"]["slots late"] > 3
        assert told["counts"]["findings"] > 5
    if name == "kill":
        assert told["counts"]["acknowledged"] > 20
        assert told["counts"]["asked again"] > 5


@pytest.mark.parametrize(
    ("name", "plant"),
    [(each.__name__.rpartition(".")[2], plant) for each in (kill, race, slots) for plant in each.PLANTS],
)
def test_a_planted_fault_is_found(name: str, plant: str, where: str) -> None:
    if name == "slots" and where != "sqlite":
        # What these break is above the databases, and each history is an institution of its own.
        pytest.skip("planted on one database")
    code, told = campaign(name, where, ["--plant", plant])
    assert code == 1
    assert sum(told[kind] for kind in FAULTS) > 0
    assert told["first"]
    if plant == "early":
        assert told["lost"] > 0


@pytest.mark.parametrize("plant", [None, *definitions.PLANTS])
def test_spoilt_definitions_are_told_or_harmless(
    plant: str | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the plant takes out is put back by leaving the test.
    monkeypatch.setattr(check, "CHECKS", check.CHECKS)
    monkeypatch.setattr(check, "OF_PATHS", check.OF_PATHS)
    more = [] if plant is None else ["--plant", plant]
    # Two of every kind; where a check is taken out, only the kinds that it is to find are made.
    runs, seed = ("100", "5") if plant is None else ("20", "5")
    code = definitions.main(["--runs", runs, "--seed", seed, "--json", *more])
    told = json.loads(capsys.readouterr().out)
    assert (code, bool(told["missed"])) == ((0, False) if plant is None else (1, True)), told
    if plant is None:
        assert told["counts"]["detected"] > 40
        assert told["counts"]["harmless"] > 20
