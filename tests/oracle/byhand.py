"""Histories told by hand, of what comes of a seed once in some hundred or some thousand.

All of them happen in one week of March, whose Monday is day 0.
"""

from __future__ import annotations

from tests.oracle.days import BASE, DAY, Days, day_of, slots
from tests.oracle.house import DUTIES, ELSEWHERE
from tests.oracle.plans import Plan, StepPlan, Way
from tests.oracle.teller import History
from tests.oracle.world import Act

MONDAY = day_of("2026-03-02")
MATTER = {"who": "ann", "deadline": MONDAY + 2}


def _step(name: str, limit: str, *ways: Way) -> StepPlan:
    return StepPlan(name, ("duty", DUTIES[0]), limit, None, ways)


ONE_STEP = (Plan("document/p0", None, (_step("s0", "2wd", Way("go", None), Way("drop", None, "failed")),)),)
TWO_STEPS = (
    Plan("document/p0", None, (_step("s0", "2wd", Way("go", "s1")), _step("s1", "2wd", Way("go", None)))),
)
BY_A_DATE = (Plan("document/p0", None, (_step("s0", "at", Way("go", None)),)),)


def _minute(day: int, hour: int, minute: int) -> int:
    return (MONDAY + day) * DAY + hour * 60 + minute


def _history(plans: tuple[Plan, ...], *acts: Act, days: Days = BASE) -> History:
    start, end = _minute(0, 8, 35), _minute(3, 18, 0)
    owed = tuple(slots(days, start, end))
    return History(0, start, end, dict.fromkeys(DUTIES, ("ann", "bob")), plans, (), acts, owed, owed)


def _opened(by: str, hour: int) -> Act:
    return Act(_minute(0, hour, 1), by, "open", more={"plan": 0, "fields": MATTER})


def director_gone_before() -> History:
    """More time asked for and not answered; that the director had gone before, nobody put on record in time.

    He was named, and is cleared. The supervisor owed the answer then, and would be blamed by what was recorded
    later; so nobody is named.
    """
    gone = {"person": "dir", "office": ELSEWHERE, "role": "工作人员", "since": _minute(0, 8, 45)}
    return _history(
        ONE_STEP,
        _opened("ann", 9),
        Act(_minute(0, 9, 31), "ann", "extend", 0, {"step": "s0", "length": "2wd"}),
        Act(_minute(3, 9, 1), "sec", "move", more=gone),
        Act(_minute(3, 9, 3), "gen", "confirm", more={"of": 2}),
    )


def notice_taken_back() -> History:
    """A step is taken back, about which somebody had left a notice unanswered: it was nothing that he had to answer."""
    return _history(
        TWO_STEPS,
        _opened("ann", 9),
        Act(_minute(0, 9, 31), "ann", "do", 0, {"step": "s0", "way": "go"}),
        Act(
            _minute(0, 10, 1), "machine", "notice", 0, {"step": "s1", "reader": "sup", "stage": "supervisor"}
        ),
        Act(_minute(2, 9, 1), "ann", "take_back", 0),
    )


def days_off_announced_later() -> History:
    """The director gives two days; that they would be days off was announced the next morning."""
    off = [MONDAY + 1, MONDAY + 2]
    return _history(
        BY_A_DATE,
        _opened("dir", 16),
        Act(_minute(1, 9, 1), "sec", "calendar", more={"change": {"off": off}}),
        Act(_minute(1, 9, 3), "aud", "confirm", more={"of": 1}),
        days=BASE.changed(off=off),
    )


def failure_in_another_name() -> History:
    """A matter is given up, and the leaf says that somebody did it who had nothing to do with it."""
    return _history(
        ONE_STEP,
        _opened("ann", 9),
        Act(_minute(0, 9, 31), "ann", "do", 0, {"step": "s0", "way": "drop", "forged": "top"}),
    )
