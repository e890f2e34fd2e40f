"""Whether history is what the definition and the people then allowed: who took a step, and where it led.

No command of ours lets it be otherwise; it is found where leaves were forged. Whose it is cannot be told from it: the
name in a forged leaf is the very one that was put there (design §9: wrong blame is worse than no blame).
"""

from __future__ import annotations

from tests.oracle.house import HERE, SUPERVISORS
from tests.oracle.rows import UNDETERMINED, Verdict
from tests.oracle.world import Task, Visit, World

AMISS = Verdict("conform", frozenset({UNDETERMINED}))
INTRUDED = Verdict("entitled", frozenset({UNDETERMINED}))


def entitled(world: World, visit: Visit) -> bool:
    """Whether who took a step had ever owed it, or stood in on record for who had, or had been asked to by him."""
    left = visit.left
    assert left is not None
    owed = {each.person for each in visit.holds} | {visit.urger}
    if visit.plan.owner[0] == "desk":
        owed.add(SUPERVISORS[HERE])
    stands_in = any(
        each.by == left.doer and each.person in owed and each.asked < left.recorded
        for each in world.house.covers
    )
    return left.doer in owed or stands_in or left.doer in visit.asked_to_do


def strayed_to(task: Task, visit: Visit) -> str | None:
    """The step at which a history goes where the way that was put down does not lead; None where it does not."""
    left = visit.left
    assert left is not None
    way = next((each for each in visit.plan.ways if each.name == left.way), None)
    if way is None:
        return visit.step
    if task.plan.group is not None:
        return None
    if left.led_to == way.to:
        return None
    return visit.step if left.led_to is None else left.led_to
