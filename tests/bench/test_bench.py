"""The bench runs and says what it promises; how fast anything is, no test asserts."""

from __future__ import annotations

import json

import pytest

from tests.bench.__main__ import main
from tests.bench.measure import Line

PROMISED = {
    "name",
    "ratio",
    "target",
    "met",
    "floor",
    "floor_source",
    "measured",
    "unit",
    "n",
    "machine",
    "versions",
}


def test_the_bench_runs_small_and_says_for_each_line_what_it_promises(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--json", "--quick", "passes", "explaining", "verifying"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert {each["name"] for each in lines} >= {"pass.1000", "pass.1000.quiet", "why.finding", "verify"}
    for each in lines:
        assert each.keys() >= PROMISED, each["name"]
        assert each["met"] in (None, True, False)
        assert each["measured"] > 0
        assert each["floor_source"]


def test_a_name_that_no_bench_has_is_refused() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["speed"])
    assert caught.value.code == 2


@pytest.mark.parametrize(
    ("measured", "floor", "target", "at_least", "met"),
    [
        (18.0, 10.0, 1.8, False, True),
        (18.1, 10.0, 1.8, False, False),
        (49.0, None, 50.0, False, True),
        (51.0, None, 50.0, False, False),
        (10_000.0, 90_000.0, 10_000.0, True, True),
        (9_999.0, 90_000.0, 10_000.0, True, False),
        (9.0, 3.0, None, False, None),
    ],
)
def test_a_target_is_met_by_the_ratio_or_by_itself(
    measured: float, floor: float | None, target: float | None, at_least: bool, met: bool | None
) -> None:
    line = Line(
        name="x",
        what="",
        floor_source="",
        measured=measured,
        floor=floor,
        unit="ms",
        n=1,
        target=target,
        at_least=at_least,
    )
    assert line.met is met
