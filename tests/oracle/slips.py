"""Which due date was missed first: every date is asked for at its own minute, by what held then (design §8)."""

from __future__ import annotations

from collections.abc import Sequence

from tests.oracle.days import Stretch
from tests.oracle.world import Due, Task, Visit


def first_missed(dues: Sequence[Due], stops: Sequence[Stretch], ended: int | None, until: int) -> Due | None:
    """The first date that passed, by `until`, while it held, the matter was open and its clock ran."""
    for place, each in enumerate(dues):
        if each.at is None or max(each.at, each.since) > until:
            continue
        later = dues[place + 1 :]
        moved_before = bool(later) and later[0].since <= each.at
        in_time = ended is not None and ended <= each.at
        stood = any(start <= each.at and (end is None or each.at < end) for start, end in stops)
        if not (moved_before or in_time or stood or undone(each.at, later)):
            return each
    return None


def undone(at: int, later: Sequence[Due]) -> bool:
    """Whether a date was recomputed since to a later one: then this one had never been right."""
    for each in later:
        if each.why == "extended":
            return False
        if each.why == "recomputed" and (each.at is None or each.at > at):
            return True
    return False


def missed_by(visit: Visit, until: int) -> Due | None:
    """The first date that a visit missed."""
    return None if visit.withdrawn else first_missed(visit.dues, visit.stretches(), visit.ended, until)


def whole_missed_by(task: Task, until: int) -> Due | None:
    """The first date of its own that a task missed."""
    return first_missed(task.dues, (), task.ended, until)
