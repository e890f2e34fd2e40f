"""A slot that finds nothing new costs the same however many steps are open: counted in statements, rows and instructions.

Times are for the bench; what is counted here is the same on every machine. An instruction is one of the virtual
machine's in SQLite, so that a row which a statement goes through and leaves out is seen as well as one it gives.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.bench import copies, passes
from tests.bench.fixture import ERRAND, Staff, hand_in, institution, openings
from zeroerror.service import audits
from zeroerror.store import reads
from zeroerror.store.sqlite import SQLite

OPENED = 200


class Work(NamedTuple):
    """What one pass asked of the database."""

    statements: int
    instructions: int


def quiet(home: Path, size: int) -> Work:
    """A pass with nothing new over so many open tasks, one in a hundred of which fell due two mornings before."""
    with institution(home) as inst:
        days = passes._mornings(inst, 4)
        asked = openings(inst, Staff(inst), ERRAND, OPENED, lambda place: {"by": passes._by(place, days[:1])})
        hand_in(inst, asked)
        passes._through(inst, days[0])
        copies.fill(inst, size)
        passes._through(inst, days[1])
        found = reads.last_slot(inst.conn, "daily")
        assert found is not None and found.content["counts"]["opened"] == size // passes.ONE_IN
        slot = passes._next(inst, days[2])
        driver = inst.conn._driver
        assert isinstance(driver, SQLite)
        statements: list[str] = []
        instructions = 0

        def step() -> int:
            nonlocal instructions
            instructions += 1
            return 0

        driver.raw.set_trace_callback(statements.append)
        driver.raw.set_progress_handler(step, 1)
        assert audits.run_slot(inst, "daily", slot)
        driver.raw.set_progress_handler(None, 1)
        driver.raw.set_trace_callback(None)
        ran = reads.last_slot(inst.conn, "daily")
        assert ran is not None and not any(ran.content["counts"].values()), "nothing is new"
        return Work(len(statements), instructions)


def test_a_pass_with_nothing_new_costs_no_more_for_ten_times_the_open_steps(tmp_path: Path) -> None:
    few, many = quiet(tmp_path / "few", OPENED), quiet(tmp_path / "many", 10 * OPENED)
    assert many.statements == few.statements
    # The levels of a tree that is a little higher, and nothing by the number of steps.
    assert many.instructions == pytest.approx(few.instructions, rel=0.02)
