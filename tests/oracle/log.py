"""A log from elsewhere: cases with a deadline, a beginning and perhaps an end, who answers, and what was done by whom.

What the definition does not allow, and who was not entitled, the oracle decides from the log alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.oracle.days import DAY
from tests.oracle.house import DUTIES, HERE, NAMES, POSTS, ROLES
from tests.oracle.rows import UNDETERMINED, Answer

#: step → (its owner, ways: name → the step to which it leads; None: the end).
STEPS: dict[str, tuple[tuple[str, str], dict[str, str | None]]] = {
    "s0": (("duty", DUTIES[0]), {"go": "s1"}),
    "s1": (("post", "主任"), {"go": "s2", "back": "s0"}),
    "s2": (("desk", "分管领导"), {"go": None, "back": "s1"}),
}
#: What the log calls an activity for which there is no step.
UNMAPPED = "其他"


@dataclass(frozen=True)
class Activity:
    """One row: a step, or something that is none, done by somebody at a minute."""

    step: str | None
    doer: str
    at: int


@dataclass(frozen=True)
class Case:
    """One case of the log."""

    start: int
    deadline: int
    end: int | None
    #: As the log writes it; some names are those of two persons, some of none.
    name: str
    activities: tuple[Activity, ...]

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

    def placed(self) -> Iterator[tuple[Activity, str | None]]:
        """Each activity in its order, and why the definition has no place for it, where it has none."""
        may_stand: set[str | None] = {"s0"}
        for each in self.activities:
            if self.end is not None and each.at > self.end:
                yield each, "after_end"
            elif each.step is None:
                yield each, "unknown_activity"
            elif each.step not in may_stand:
                yield each, "no_such_move"
            else:
                may_stand = set(STEPS[each.step][1].values())
                yield each, None

    def strayed(self) -> list[tuple[str | None, int, str]]:
        """Step, minute and why, of all that the definition has no place for."""
        return [(each.step, each.at, why) for each, why in self.placed() if why is not None]

    def intruded(self) -> list[tuple[str | None, int, str]]:
        """Step, minute and by whom, of each step that was taken by one of ours who might not."""
        return [
            (each.step, each.at, each.doer)
            for each, why in self.placed()
            if why is None and not entitled(each)
        ]


def entitled(activity: Activity) -> bool:
    """Whether somebody might have done a step: of the office, a leader at his desk; of strangers nothing is known."""
    held = POSTS.get(activity.doer)
    if held is None or activity.step is None:
        return True
    leads = any("leader" in ROLES[role][1] for _, role in held)
    return any(office == HERE for office, _ in held) or (STEPS[activity.step][0][0] == "desk" and leads)


def document() -> dict[str, Any]:
    """The definition under which the log is read in, as a file would write it."""
    return {
        "id": "handling/log",
        "format": "1",
        "title": "日志",
        "basis": "样例",
        "family": "handling",
        "visible_to": ["office", "auditor"],
        "limit": {"at": "deadline"},
        "fields": {
            "title": {"title": "标题", "type": "text"},
            "deadline": {"title": "期限", "type": "date", "required": "open", "plain": "true"},
        },
        "steps": {
            name: {
                "title": f"环节{name}",
                "owner": {kind: word} | ({"urged_by": {"duty": DUTIES[0]}} if kind == "desk" else {}),
                "actions": {way: _way(way, to) for way, to in ways.items()},
            }
            for name, ((kind, word), ways) in STEPS.items()
        },
    }


def _way(name: str, to: str | None) -> dict[str, str]:
    target = {"end": "done"} if to is None else {"to": to}
    return {"title": name, **target} | ({"outcome": "returned"} if name == "back" else {})


def cases(rng: Random) -> list[Case]:
    """A few cases of a log."""
    names = (*POSTS, "王丽", "张慧", "Resource21", "")
    found = []
    for _ in range(rng.randrange(1, 5)):
        start = rng.randrange(20 * DAY, 200 * DAY)
        deadline = (start // DAY + rng.randrange(1, 30)) * DAY + 17 * 60 + 30
        end = None if rng.random() < 0.3 else start + rng.randrange(60, 50 * DAY)
        found.append(Case(start, deadline, end, rng.choice(names), tuple(_activities(rng, start, end))))
    return found


def _activities(rng: Random, start: int, end: int | None) -> Iterator[Activity]:
    """Mostly as the definition has it and by who might; now and then neither, or after the end."""
    last, at, step = end or start + 30 * DAY, start, "s0"
    for _ in range(rng.randrange(1, 6)):
        at += rng.randrange(1, max(2, (last - start) // 4))
        drawn = rng.random()
        taken = None if drawn < 0.1 else rng.choice(list(STEPS)) if drawn < 0.25 else step
        # Whether the director of another office holds the post that is asked for, nothing says.
        doers = [each for each in POSTS if each not in ("gen", "eco")]
        doer = (
            rng.choice(("ann", "bob", "dir", "dep", "Resource7")) if rng.random() < 0.7 else rng.choice(doers)
        )
        yield Activity(taken, doer, at)
        step = rng.choice([each for each in STEPS[taken or step][1].values() if each] or ["s0"])


def questions(rng: Random, log: list[Case]) -> list[int]:
    """Minutes at which to ask what holds: at random, and just about what matters."""
    edges = [each for case in log for each in (case.start, case.deadline, case.end) if each is not None]
    return sorted(
        {rng.choice(edges) + rng.choice((-1, 0, 1)), rng.choice(edges), rng.randrange(20 * DAY, 260 * DAY)}
    )
