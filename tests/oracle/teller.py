"""Histories from a seed: who does what, and when, always something that the design lets him do.

Beats are drawn at random, and time mostly moves to where it hurts: shortly before and after what falls due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from tests.oracle import absences, beats, passing
from tests.oracle.days import BASE, DAY, day_of, slots
from tests.oracle.house import DUTIES, House
from tests.oracle.plans import Plan, plan
from tests.oracle.world import Act, Undecided, World

#: Days before which something happens to the calendar: holidays, make-up days, a year without a notice.
CROSSINGS = ("2026-02-13", "2026-04-03", "2026-04-30", "2026-06-18", "2026-09-24", "2026-09-30", "2026-12-25")

#: How many definitions one block of histories shares, and how many histories make a block.
PLANS, BLOCK = 24, 500
#: What says that a leaf is not as any command of ours would write it.
FORGED = {"forged", "claimed", "children"}

BEFOREHAND: Sequence[tuple[int, beats.Beat]] = (
    (5, absences.absence),
    (1, absences.together),
    (3, absences.cover),
    (1, absences.sick),
    (1, beats.answer),
)
ALL: Sequence[tuple[int, beats.Beat]] = (
    (34, beats.act),
    (4, beats.paper),
    (9, beats.attest),
    (9, beats.assign),
    (12, beats.extend),
    (8, beats.answer),
    (5, beats.stop),
    (9, beats.resume),
    (8, beats.take_back),
    (4, beats.urge),
    (5, beats.attach),
    (5, beats.notice),
    (4, beats.reply),
    (9, absences.absence),
    (1, absences.together),
    (2, absences.outing),
    (7, absences.sick),
    (10, absences.cover),
    (3, absences.move),
    (4, absences.retire),
    (3, absences.calendar),
    (4, beats.revise),
    (5, passing.delegate),
    (5, passing.merge),
    (2, passing.redirect),
    (3, passing.circulate),
)


@dataclass(frozen=True)
class History:
    """One history: where it begins, who is who, what happens, and when it is looked at."""

    number: int
    start: int
    end: int
    duties: dict[str, tuple[str, str | None]]
    plans: tuple[Plan, ...]
    revised: tuple[Plan, ...]
    acts: tuple[Act, ...]
    #: The slots that are owed.
    slots: tuple[int, ...]
    #: Of these, those at which passes happen to cut time.
    cuts: tuple[int, ...]

    @property
    def servable(self) -> bool:
        """Whether the real service would let all of it happen: no forged gate, no notice that no audit gave; one step at a time."""
        opened = [self.plans[each.more["plan"]] for each in self.acts if each.kind in ("open", "redirect")]
        grouped = any(each.group for each in opened)
        return not grouped and not any(
            each.kind in ("notice", "reply") or FORGED & set(each.more) or each.more.get("files") == 0
            for each in self.acts
        )

    def world(self) -> World:
        """The world before the first act."""
        return World(House(dict(self.duties)), self.plans)


class Teller:
    """A history as it is being told."""

    def __init__(self, rng: Random, plans: tuple[Plan, ...], revised: tuple[Plan, ...]) -> None:
        self.rng, self.plans, self.revised = rng, plans, revised
        self.duties = {duty: _duty(rng) for duty in DUTIES}
        self.world = World(House(dict(self.duties)), plans)
        self.now = self._start()
        self.start = self.now
        self.pending: list[beats.Pending] = []
        #: In one history of a dozen the reviewers are hard to please.
        self.sternness = 30 if rng.random() < 0.08 else 6

    @property
    def acts(self) -> list[Act]:
        """What has been told."""
        return self.world.acts

    def tell(self, who: str, kind: str, task: int = -1, **more: Any) -> int:
        """One act at this minute; gives its number."""
        self.world.take(Act(self.now, who, kind, task, more))
        return len(self.acts) - 1

    def wait(self, minutes: int) -> None:
        """Time goes on, to a minute at which nothing else falls."""
        self.now += max(1, minutes)
        while self.now % 10 == 0 or self.now in self._edges():
            self.now += 1

    def _edges(self) -> set[int | None]:
        house = self.world.house
        found: set[int | None] = {due.at for task in self.world.tasks for due in task.dues}
        found |= {due.at for task in self.world.tasks for visit in task.visits for due in visit.dues}
        for each in (*house.absences, *house.covers):
            found |= {each.since, each.until}
        return found

    def _start(self) -> int:
        rng = self.rng
        day = (
            day_of(rng.choice(CROSSINGS)) - rng.randrange(6) if rng.random() < 0.5 else rng.randrange(8, 350)
        )
        while not BASE.worked[day]:
            day += 1
        return day * DAY + 9 * 60 + rng.randrange(1, 10) + 10 * rng.randrange(45)

    def next_due(self) -> int | None:
        """A due date that is still to come, of some open step or task."""
        found = [
            due.at
            for task in self.world.tasks
            for due in (task.dues[-1], *(visit.dues[-1] for visit in task.visits if visit.open))
            if due.at is not None and due.at > self.now and not task.over
        ]
        return self.rng.choice(found) if found else None

    def pass_time(self) -> None:
        """To shortly before or after something falls due, or on by minutes or by days."""
        rng, due = self.rng, self.next_due()
        drawn = rng.random()
        if due is not None and drawn < 0.3:
            self.wait(due - self.now - rng.randrange(3, 700) if drawn < 0.15 else due - self.now + 3)
            if drawn >= 0.15:
                self.wait(rng.choice((rng.randrange(1, 90), rng.randrange(60, 1500))))
        elif drawn < 0.6:
            self.wait(rng.randrange(2, 240))
        elif drawn < 0.9:
            day = self.world.days.next_worked(self.now // DAY)
            self.wait(day * DAY + 8 * 60 + 35 + rng.randrange(500) - self.now)
        else:
            self.wait(rng.randrange(DAY, 3 * DAY))


def _duty(rng: Random) -> tuple[str, str | None]:
    first = rng.choice(("ann", "ann", "bob", "dep"))
    second = rng.choice([each for each in ("bob", "cat", "dep", "dir", None) if each != first])
    return first, second


@lru_cache(maxsize=2)
def block(seed: int, number: int) -> tuple[tuple[Plan, ...], tuple[Plan, ...]]:
    """The definitions of a block of histories, and those that may come in their places."""
    rng, other = Random(f"plans/{seed}/{number}"), Random(f"revised/{seed}/{number}")
    first = tuple(plan(rng, place) for place in range(PLANS))
    return first, tuple(plan(other, place) for place in range(PLANS))


def tell(seed: int, number: int, *, tasks: int = 1) -> History | None:
    """One history; None where it came to something that the design does not decide."""
    plans, revised = block(seed, number // BLOCK)
    rng = Random(f"history/{seed}/{number}")
    teller = Teller(rng, plans, revised)
    try:
        _tell(teller, tasks)
    except Undecided:
        return None
    end = _end(teller)
    owed = slots(teller.world.days, teller.start, end)
    share = rng.choice((1.0, 0.5, 0.15))
    cuts = [each for each in owed[:-1] if rng.random() < share]
    return History(
        number,
        teller.start,
        end,
        teller.duties,
        plans,
        revised,
        tuple(teller.acts),
        tuple(owed),
        (*cuts, owed[-1]),
    )


def _tell(teller: Teller, tasks: int) -> None:
    rng = teller.rng
    for _ in range(rng.choice((0, 0, 1, 2))):
        beats.draw(teller, BEFOREHAND)
        teller.pass_time()
    opened = 0
    length = rng.randrange(3, 11) * tasks + (10 if teller.sternness > 6 else 0)
    for place in range(length):
        if opened < tasks and (not place or rng.random() < 0.4):
            beats.open_task(teller)
            opened += 1
        else:
            beats.draw(teller, ALL)
        teller.pass_time()


def _end(teller: Teller) -> int:
    dues = [
        due.at or 0
        for task in teller.world.tasks
        for due in (*task.dues, *(due for visit in task.visits for due in visit.dues))
    ]
    last = max(teller.now, *dues)
    if last > teller.now + 20 * DAY:
        last = teller.now
    day = last // DAY
    for _ in range(3):
        day = teller.world.days.next_worked(day)
    return day * DAY + 18 * 60
