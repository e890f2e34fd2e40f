"""A log from elsewhere: cases with a deadline, a beginning and perhaps an end, and the name of who answers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.oracle.days import DAY
from tests.oracle.house import NAMES, POSTS
from tests.oracle.rows import UNDETERMINED, Answer


@dataclass(frozen=True)
class Case:
    """One case of the log."""

    start: int
    deadline: int
    end: int | None
    #: As the log writes it; some names are those of two persons, some of none.
    name: str
    #: How many activities it tells of.
    activities: int

    def late_at(self, at: int) -> bool:
        """Whether it existed, was past its deadline and had not ended."""
        return self.start <= at and self.deadline < at and (self.end is None or self.end > at)

    @property
    def answer(self) -> Answer:
        """「imported history」: the person that the record names; 「same name twice」: undetermined."""
        named = [person for person in POSTS if NAMES.get(person, person) == self.name]
        if len(named) > 1 or not self.name:
            return UNDETERMINED
        return frozenset({(named[0] if named else self.name, "direct", "imported")})


def cases(rng: Random) -> list[Case]:
    """A few cases of a log."""
    names = (*POSTS, "王丽", "张慧", "Resource21", "")
    found = []
    for _ in range(rng.randrange(1, 5)):
        start = rng.randrange(20 * DAY, 200 * DAY)
        deadline = start + rng.randrange(DAY, 30 * DAY)
        end = None if rng.random() < 0.3 else start + rng.randrange(60, 50 * DAY)
        found.append(Case(start, deadline, end, rng.choice(names), rng.randrange(3)))
    return found


def questions(rng: Random, log: list[Case]) -> list[int]:
    """Minutes at which to ask what holds: at random, and just about what matters."""
    edges = [each for case in log for each in (case.start, case.deadline, case.end) if each is not None]
    return sorted(
        {rng.choice(edges) + rng.choice((-1, 0, 1)), rng.choice(edges), rng.randrange(20 * DAY, 260 * DAY)}
    )
