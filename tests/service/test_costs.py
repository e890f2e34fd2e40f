"""What a step, a pass and the board cost, counted and not timed, so that none becomes dearer in silence.

Whoever adds to one of these on purpose raises the number here, and says why it is worth it.
"""

from __future__ import annotations

from pathlib import Path

from tests.bench import passes
from tests.bench.fixture import ERRAND, Staff, hand_in, institution, openings
from tests.service.counted import Asked, asked, calls, forget
from tests.service.house import OFFICE, House
from zeroerror.service import audits
from zeroerror.service.board import board
from zeroerror.service.front import Receipt
from zeroerror.store import log, reads

#: What a plain step asks: all that it needs in one go, where the ledger ends under the lock, and what it writes.
STEP = [
    *("SELECT head", "SELECT document", "SELECT key", "SELECT task", "SELECT finding"),
    *("BEGIN", "SELECT head"),
    *("INSERT leaf", "UPDATE head", "UPDATE task", "UPDATE visit", "INSERT visit", "INSERT visit_due"),
    "COMMIT",
]
#: To and fro: reading, the lock, writing, the commit.
WAITS = 4
CALLS_A_STEP = 570
#: A finding, the two leaves of its follow-up, and a notice.
LEAVES_A_FINDING = 4
CALLS_A_FINDING = 420


def test_a_step_asks_the_database_for_this_and_no_more(house: House, tmp_path: Path) -> None:
    first, second, third = house.open(), house.open(), house.open()
    for each in (first, second, third):
        house.submit(each, tmp_path)
    house.advance(house.director, first, "pass")
    # A sandbox asks the database for its clock; a house at work asks the machine.
    at = house.inst.now()
    house.inst.simulated, house.inst.now = False, lambda: at  # type: ignore[method-assign]
    found = asked(house.inst, lambda: house.advance(house.director, second, "pass"))
    assert found.statements == STEP
    assert found.waits == WAITS
    assert calls(lambda: house.advance(house.director, third, "pass")) <= CALLS_A_STEP


def busy(home: Path, size: int) -> tuple[int, Asked, int]:
    """A pass that finds half of so many tasks overdue: its findings, what it asks, and how many functions it calls."""
    with institution(home) as inst:
        days = passes._mornings(inst, 3)
        due = days[0].date().isoformat()
        asks = openings(
            inst, Staff(inst), ERRAND, size, lambda place: {"by": passes.LATER if place % 2 else due}
        )
        hand_in(inst, asks)
        passes._through(inst, days[0])
        slot = passes._next(inst, days[1])
        before = log.head(inst.conn).size
        ran: list[Asked] = []
        called = calls(lambda: ran.append(asked(inst, lambda: audits.run_slot(inst, "daily", slot))))
        row = reads.last_slot(inst.conn, "daily")
        assert row is not None
        found: int = row.content["counts"]["opened"]
        assert log.head(inst.conn).size - before == 1 + LEAVES_A_FINDING * found
        return found, ran[0], called


def test_a_pass_asks_the_same_for_twice_as_many_findings(tmp_path: Path) -> None:
    forget()
    busy(tmp_path / "warm", 4)
    few, asked_few, calls_few = busy(tmp_path / "few", 80)
    many, asked_many, calls_many = busy(tmp_path / "many", 160)
    assert (few, many) == (40, 80)
    # Where the slot's instant lies among the leaves is searched by halves; a definition is read once a process.
    apart = {"SELECT leaf", "SELECT definition"}
    assert [each for each in asked_many.statements if each not in apart] == [
        each for each in asked_few.statements if each not in apart
    ]
    assert (calls_many - calls_few) / (many - few) <= CALLS_A_FINDING


def test_the_board_reads_no_more_for_more_tasks(house: House) -> None:
    def rows() -> int:
        return asked(house.inst, lambda: board(house.inst)).rows

    house.open()
    rows()
    few = rows()
    for _ in range(5):
        house.open()
    assert rows() == few


class Looked(str):
    """A text that counts how often it is compared."""

    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Looked.compared += 1
        return str.__eq__(self, other)


def test_a_receipt_for_each_of_many_tasks_compares_none_with_all_others() -> None:
    tasks = tuple(Looked(f"{OFFICE}-{place}") for place in range(300))
    events = tuple({"stream": each, "index": place, "digest": ""} for place, each in enumerate(tasks))
    receipt = Receipt("", "", 0, "", events, tasks)
    assert len(receipt.receipts()) == len(tasks)
    assert Looked.compared < 3 * len(tasks)
