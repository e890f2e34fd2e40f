"""`why`: the work of explaining a finding and a task's deadline, in an institution with many open tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from tests.bench.fixture import MONDAY, Staff, directory, hand_in, institution, openings
from tests.bench.measure import Line, median, timed
from zeroerror.model.problem import Refusal
from zeroerror.service import audits, reasons, sandbox
from zeroerror.store import reads

#: Milliseconds.
TARGET = 50.0


def run(quick: bool) -> Iterator[Line]:
    """`why` of a finding, with what would have avoided it, and of an open task."""
    size, rounds = (200, 3) if quick else (10_000, 40)
    with directory() as path, institution(path / "home") as inst:
        staff = Staff(inst)
        fields = {"urgency": "平件"}
        tasks = hand_in(inst, openings(inst, staff, "document/outgoing", size, lambda _: fields))
        moved = sandbox.set_clock(inst, MONDAY + timedelta(days=4))
        assert not isinstance(moved, Refusal), moved
        audits.run_owed(inst)
        findings = reads.finding_ids(inst.conn, "F-", limit=rounds + 1)
        person = staff.organisation.supervisors(MONDAY)[0]
        yield _line("finding", lambda place: reasons.why(inst, findings[place], person), size, rounds)
        yield _line("task", lambda place: reasons.why(inst, tasks[place], person), size, rounds)


def _line(name: str, act: Callable[[int], object], size: int, rounds: int) -> Line:
    # The first is not counted: a process that explains one thing is measured by `processes`.
    times = [timed(lambda place=place: act(place)) for place in range(rounds + 1)][1:]  # type: ignore[misc]
    return Line(
        name=f"why.{name}",
        what=f"the work of explaining one, SQLite with {size:,} open tasks that are all overdue",
        floor_source="none: the target is absolute",
        measured=median(times) * 1e3,
        floor=None,
        unit="ms",
        n=rounds,
        target=TARGET,
    )
