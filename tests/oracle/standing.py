"""Whether anybody could act: A and B away on the same days, and a step that four eyes leave to nobody.

From the design (§9 「A and B both away」, 「four eyes forbade the only one present」) in its own words.
Where it does not say what counts, whether there is anything to be said at all is left open (`sure` is false).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.oracle.days import due
from tests.oracle.house import HERE, Absence
from tests.oracle.rows import UNDETERMINED, Answer, Verdict, leads
from tests.oracle.world import Task, Visit, World

#: Who is away together is said so many working days ahead.
AHEAD = "5wd"


@dataclass(frozen=True)
class Stuck:
    """A step that came to somebody who may not do it, with nobody else there who might."""

    ended: bool
    verdict: Verdict
    sure: bool


def blocked(world: World, task: Task, visit: Visit) -> Stuck | None:
    """Whether a step came to one whom four eyes bar, and whether nobody of the office was there who might do it."""
    holder, came = visit.holds[0].person, visit.entered
    if holder is None or not visit.plan.persons or not world.barred(task, visit, holder, came):
        return None
    others = {
        each.person for each in world.house.posts if each.office == HERE and each.since <= came < each.until
    }
    if any(_there(world, task, visit, each) for each in others if each != holder):
        return None
    freed = any(
        each.person is not None and not world.barred(task, visit, each.person, each.since)
        for each in visit.holds[1:]
    )
    verdict = Verdict("blocked", frozenset({UNDETERMINED}))
    return Stuck(freed or not visit.open, verdict, _as_known(world, holder, came))


def _there(world: World, task: Task, visit: Visit, person: str) -> bool:
    """By what was on record when the step came."""
    came = visit.entered
    away = any(each.asked <= came for each in world.house.absent(person, came))
    return not away and not world.barred(task, visit, person, came)


def _as_known(world: World, holder: str, came: int) -> bool:
    """Whether nothing has been recorded since of who served then, and nobody from elsewhere stands in."""
    house = world.house
    moved = any(since <= came < recorded for since, recorded in house.moved.values())
    strangers = any(not house.stays_here(each.by, came) for each in house.covered(holder, came))
    return not moved and not strangers


@dataclass(frozen=True)
class Together:
    """A and B of a duty, away at once."""

    duty: str
    since: int
    verdict: Verdict


def joint(world: World, at: int) -> Iterator[Together]:
    """The times, now or soon, at which A and B of a duty are both away in office hours and nobody else stands in."""
    house, horizon = world.house, due(world.days, at, AHEAD)
    for duty, (first, second) in house.duties.items():
        begun: set[int] = set()
        for one, other in _pairs(house.absences, first, second):
            since, until = max(one.since, other.since), min(one.until, other.until)
            from_now = max(since, at)
            if until <= from_now or since > horizon or since in begun:
                continue
            worked = any(True for _ in world.days.open_minutes(since, until))
            if worked and not _replaced(world, {first, str(second)}, from_now):
                begun.add(since)
                answers = _arranges(world, at, (first, str(second)))
                yield Together(f"{HERE}/{duty}", since, Verdict("together", frozenset(answers)))


def _arranges(world: World, at: int, both: tuple[str, str]) -> set[Answer]:
    """The director, as 领导, whose it is to arrange it; nobody, where he is away himself."""
    director = world.house.director(HERE, at)
    if director is not None and not world.house.present(director, at):
        return {UNDETERMINED}
    return leads(world, at, director if director in both else None)


def unclear(world: World, duty: str) -> bool:
    """Whether one is away twice at a time, has moved, or has left the service: then nothing says how it counts."""
    house = world.house
    for person in house.duties[duty.partition("/")[2]]:
        leaves = [each for each in house.absences if each.person == person]
        twice = any(
            one is not other and one.since <= other.until and other.since <= one.until
            for one in leaves
            for other in leaves
        )
        if person is not None and (twice or person in house.moved or _goes(world, person)):
            return True
    return False


def _goes(world: World, person: str) -> bool:
    last = max(each.until for each in world.house.posts if each.person == person)
    return any(each.person == person and each.until >= last for each in world.house.absences)


def _pairs(leaves: list[Absence], first: str, second: str | None) -> Iterator[tuple[Absence, Absence]]:
    for one in leaves:
        for other in leaves:
            if one.person == first and other.person == second:
                yield one, other


def _replaced(world: World, both: set[str], at: int) -> bool:
    """Whether somebody else stands in for either then, by his own word, and is there."""
    return any(
        each.accepted and each.confirmed <= at and each.by not in both and world.house.present(each.by, at)
        for person in both
        for each in world.house.covered(person, at)
    )
