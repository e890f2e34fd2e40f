"""What the engine makes of regions, held against the walk of the product, on random definitions.

The engine counts from a task's visits, the product from standings: they share no code, and agree on what is
open after every action of a random course. `python -m tests.campaign regions` does the same for thousands.
"""

from __future__ import annotations

import json

import pytest

from tests.campaign import regions


@pytest.mark.parametrize("seed", range(3))
def test_every_reading_of_a_definition_with_regions_agrees(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert regions.main(["--runs", "120", "--seed", str(seed), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"]["with regions"] > 50
    assert told["counts"]["acts"] > 300


@pytest.mark.parametrize("plant", list(regions.PLANTS))
def test_a_planted_difference_is_found(plant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert regions.main(["--runs", "40", "--plant", plant, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["wrong"] > 0
