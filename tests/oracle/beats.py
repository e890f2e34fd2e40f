"""The beats of a history: each does one thing that people may do now, or says that nobody can."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from tests.oracle.days import DAY
from tests.oracle.house import HERE, POSTS, SUPERVISORS
from tests.oracle.owed import answer_owed_by
from tests.oracle.plans import Plan, Way
from tests.oracle.world import Act, Task, Visit, World

STAFF = ("ann", "bob", "cat", "dep", "dir")


@dataclass
class Pending:
    """A proposal that waits for its answer."""

    act: int
    by: str


class Telling(Protocol):
    """A history as it is being told."""

    rng: Random
    world: World
    #: The definitions with which the history begins, and those that may come in their places.
    plans: tuple[Plan, ...]
    revised: tuple[Plan, ...]
    now: int
    pending: list[Pending]
    sternness: int

    @property
    def acts(self) -> list[Act]:
        """What has been told."""

    def tell(self, who: str, kind: str, task: int = -1, **more: object) -> int:
        """One act."""

    def wait(self, minutes: int) -> None:
        """Time goes on."""

    def next_due(self) -> int | None:
        """A due date still to come."""


Beat = Callable[[Telling], bool]


def draw(story: Telling, choices: Sequence[tuple[int, Beat]]) -> None:
    """The first of these, drawn by weight, that somebody can do; nothing where nobody can do any."""
    left = list(choices)
    while left:
        weights = [weight for weight, _ in left]
        chosen = story.rng.choices(range(len(left)), weights)[0]
        if left[chosen][1](story):
            return
        del left[chosen]


def dated(story: Telling) -> int:
    """A day by which something is wanted, mostly to come."""
    rng, days = story.rng, story.world.days
    day = story.now // DAY
    for _ in range(rng.randrange(1, 7)):
        day = days.next_worked(day)
    if rng.random() < 0.2:
        day = story.now // DAY - rng.randrange(1, 4)
        while not days.worked[day]:
            day -= 1
    if rng.random() < 0.2:
        # Wanted at once, or before the close of a day that is nearly over.
        day = story.now // DAY
    return day


def open_task(story: Telling) -> bool:
    """A task is opened by somebody of the office, often one of a kind that there is already."""
    rng, world = story.rng, story.world
    opener = rng.choice([each for each in STAFF if world.house.stays_here(each, story.now)])
    number = rng.randrange(len(world.plans))
    if world.tasks and rng.random() < 0.5:
        ids = [each.id for each in world.plans]
        number = ids.index(world.tasks[0].plan.id)
    story.tell(opener, "open", plan=number, fields=_form(story))
    return True


def _form(story: Telling) -> dict[str, object]:
    who = "sup" if story.rng.random() < 0.12 else story.rng.choice(STAFF)
    return {"who": who, "deadline": dated(story)}


def some(story: Telling) -> tuple[Task, Visit] | None:
    found = [(task, visit) for task in story.world.tasks for visit in task.open_visits()]
    return story.rng.choice(found) if found else None


def _actors(story: Telling, visit: Visit) -> list[str]:
    """Who may act on a visit now and is there to do it: who owes it, and who covers him."""
    house, now = story.world.house, story.now
    owes = visit.holds[-1].person
    if visit.plan.owner[0] == "desk":
        owes = SUPERVISORS[HERE]
    elif visit.plan.owner[0] == "outside":
        owes = visit.urger
    if owes is None:
        return []
    covering = [each.by for each in house.covered(owes, now) if each.accepted]
    asked = visit.delegate(now) if visit.plan.persons else None
    able = dict.fromkeys((owes, *covering, *([] if asked is None else [asked])))
    return [each for each in able if house.present(each, now)]


def act(story: Telling) -> bool:
    """Somebody takes a way out of a step, now or some time ago; where much is returned, mostly at once."""
    if story.sternness > 6:
        for _ in range(2):
            _act(story)
            story.wait(story.rng.randrange(1, 60))
    return _act(story)


def _act(story: Telling) -> bool:
    chosen = some(story)
    if chosen is None or chosen[1].stopped:
        return False
    task, visit = chosen
    actors = _actors(story, visit)
    return bool(actors) and _left(story, task, visit, story.rng.choice(actors))


def act_of(story: Telling, person: str) -> bool:
    """Somebody takes a way out of a step that he may take."""
    able = [
        (task, visit)
        for task in story.world.tasks
        for visit in task.open_visits()
        if not visit.stopped and person in _actors(story, visit)
    ]
    return bool(able) and _left(story, *story.rng.choice(able), person)


def _left(story: Telling, task: Task, visit: Visit, doer: str) -> bool:
    rng = story.rng
    ways = _ways(story, task, visit, doer)
    if not ways or (all(way.name != "go" for way in ways) and visit.plan.held_up and rng.random() < 0.8):
        return False
    weights = [{"go": 14, "back": story.sternness, "fault": 2, "drop": 2, "out": 3}[way.name] for way in ways]
    way = rng.choices(ways, weights)[0]
    # Now and then a leaf says that a gate was passed without its file, as none of ours can.
    files: dict[str, object] = {"files": way.files if rng.random() < 0.6 else 0} if way.files else {}
    files |= _forged(story, task, visit, doer, way)
    if way.opens is not None:
        files |= {"children": tuple(_form(story) for _ in range(rng.choice((1, 1, 2))))}
    earliest = max(visit.entered, visit.holds[-1].since)
    if rng.random() < 0.2 and story.now - earliest > 20:
        span = min(story.now - earliest - 1, rng.choice((120, DAY, 4 * DAY)))
        done = story.now - rng.randrange(1, span)
        story.tell(doer, "do", task.number, step=visit.step, way=way.name, done=done, **files)
    else:
        story.tell(doer, "do", task.number, step=visit.step, way=way.name, **files)
    return True


def _ways(story: Telling, task: Task, visit: Visit, doer: str) -> list[Way]:
    """The ways that somebody may take: four eyes, and the wait for other tasks, bar some."""
    waiting = bool(story.world.waited_for(task, story.now))
    return [
        way
        for way in visit.plan.ways
        if all(task.doer(step) != doer for step in way.four_eyes)
        and not (way.waits and waiting)
        and not (way.to is None and way.outcome == "failed" and _lifts(story, task, doer))
    ]


def _lifts(story: Telling, task: Task, doer: str) -> bool:
    """Whether somebody would lift his own wait by ending this task undone."""
    if task.parent is None:
        return False
    return any(each.plan.held_up and doer in _actors(story, each) for each in task.parent.open_visits())


def _forged(story: Telling, task: Task, visit: Visit, doer: str, way: Way) -> dict[str, object]:
    """Now and then a leaf names somebody who had no part in it, or a way that was not taken."""
    rng = story.rng
    drawn = rng.random()
    if drawn < 0.03:
        return {"forged": rng.choice([each for each in POSTS if each != doer])}
    if drawn < 0.06 and task.plan.group is None:
        others = [each.name for each in visit.plan.ways if each.name != way.name]
        return {"claimed": rng.choice([*others, "vanish"])}
    return {}


def paper(story: Telling) -> bool:
    """What somebody signed on paper is recorded by a clerk and compared by another."""
    chosen, rng = some(story), story.rng
    if chosen is None or chosen[1].stopped or chosen[1].plan.owner[0] == "outside":
        return False
    task, visit = chosen
    desk = visit.plan.owner[0] == "desk"
    signer = SUPERVISORS[HERE] if desk else visit.holds[-1].person
    earliest = max(visit.entered, visit.holds[-1].since)
    if signer is None or story.now - earliest < 20:
        return False
    signed = story.now - rng.randrange(1, min(story.now - earliest, rng.choice((300, 2 * DAY))))
    ways = [each for each in _ways(story, task, visit, signer) if each.opens is None]
    house = story.world.house
    clerks = [each for each in STAFF if each != signer and house.present(each, story.now)]
    here = [each for each in clerks if house.stays_here(each, story.now)]
    if not ways or len(here) < 2 or not house.present(signer, signed):
        return False
    recorder, second = rng.sample(here, 2)
    number = story.tell(
        recorder,
        "paper",
        task.number,
        step=visit.step,
        signer=signer,
        signed=signed,
        way=rng.choice(ways).name,
    )
    story.wait(rng.randrange(1, 30))
    if not house.serves(second, story.now) or not house.stays_here(second, story.now):
        return True
    story.tell(second, "confirm", of=number)
    return True


def attest(story: Telling) -> bool:
    """Another of the office confirms when something was done that was recorded a little later."""
    house, now = story.world.house, story.now
    able = [
        (task, place, visit.left)
        for task in story.world.tasks
        for place, visit in enumerate(task.visits)
        if (left := visit.left) is not None
        and left.done < left.recorded
        and not (left.late or left.confirmed)
    ]
    here = [each for each in STAFF if house.present(each, now) and house.stays_here(each, now)]
    if not able:
        return False
    task, place, left = story.rng.choice(able)
    others = [each for each in here if each != left.doer]
    if not others or not house.serves(left.doer, now):
        return False
    number = story.tell(left.doer, "attest", task.number, visit=place)
    story.wait(story.rng.randrange(1, 60))
    second = story.rng.choice(others)
    if house.stays_here(second, story.now):
        story.tell(second, "confirm", of=number)
    return True


def assign(story: Telling) -> bool:
    """The director gives a step to somebody, or its holder hands it over."""
    chosen, rng, house = some(story), story.rng, story.world.house
    if chosen is None or not chosen[1].plan.persons:
        return False
    task, visit = chosen
    owes = visit.holds[-1].person
    givers = [each for each in ("dir", owes) if each is not None and house.present(each, story.now)]
    takers = [
        each
        for each in STAFF
        if each != owes and house.present(each, story.now) and house.stays_here(each, story.now)
    ]
    if not givers or not takers:
        return False
    story.tell(rng.choice(givers), "assign", task.number, step=visit.step, person=rng.choice(takers))
    return True


def extend(story: Telling) -> bool:
    """More time is asked for before it is due; answered at once, later, or never."""
    chosen, rng, house = some(story), story.rng, story.world.house
    if chosen is None or chosen[1].stopped or not chosen[1].plan.persons:
        return False
    task, visit = chosen
    due, actors = visit.dues[-1].at, _actors(story, visit)
    waiting = any(each.answered is None for each in visit.asks)
    if due is None or due <= story.now or not actors or waiting or task.plan is None:
        return False
    asker = rng.choice(actors)
    number = story.tell(
        asker, "extend", task.number, step=visit.step, length=rng.choice(("1wd", "2wd", "2d", "4wh"))
    )
    answerer = "dir" if asker != "dir" and house.present("dir", story.now) else "sup"
    story.pending.append(Pending(number, answerer))
    return True


def answer(story: Telling) -> bool:
    """A proposal is confirmed or rejected."""
    rng = story.rng
    if not story.pending:
        return False
    waiting = story.pending.pop(rng.randrange(len(story.pending)))
    of = story.acts[waiting.act]
    if of.kind == "extend":
        return _answer_extension(story, waiting, of)
    house, about = story.world.house, of.more["person"]
    if not house.serves(waiting.by, story.now) or not house.stays_here(about, story.now):
        return False
    story.tell(waiting.by, "confirm" if rng.random() < 0.9 else "reject", of=waiting.act)
    return True


def _answer_extension(story: Telling, waiting: Pending, of: Act) -> bool:
    task = story.world.tasks[of.task]
    asked = [each for each in task.open_visits() if any(ask.act == waiting.act for ask in each.asks)]
    house = story.world.house
    if not asked or asked[0].stopped:
        return False
    by = "dir" if of.who != "dir" and house.present("dir", story.now) else "sup"
    covering = house.covered("dir", story.now)
    if covering or by == of.who:
        # Who else may decide then is not the oracle's to say.
        return False
    story.tell(by, "confirm" if story.rng.random() < 0.65 else "reject", of=waiting.act)
    return True


def stop(story: Telling) -> bool:
    """A clock is stopped by the director, or asked for by who owes the step."""
    chosen, rng, house = some(story), story.rng, story.world.house
    if chosen is None or chosen[1].stopped or not chosen[1].plan.waits or chosen[1].asks:
        return False
    task, visit = chosen
    owes = visit.holds[-1].person
    if not house.present("dir", story.now) or owes is None:
        return False
    if owes != "dir" and rng.random() < 0.6:
        story.tell("dir", "stop", task.number, step=visit.step)
        return True
    if owes == "dir" or not house.present(owes, story.now):
        return False
    number = story.tell(owes, "ask_stop", task.number, step=visit.step)
    if house.covered("dir", story.now):
        return True
    story.wait(rng.randrange(1, 40))
    if house.present("dir", story.now):
        story.tell("dir", "confirm", of=number)
    return True


def resume(story: Telling) -> bool:
    """A stopped clock runs again."""
    stopped = [(task, each) for task in story.world.tasks for each in task.open_visits() if each.stopped]
    if not stopped:
        return False
    task, visit = story.rng.choice(stopped)
    able = [each for each in ("dir", visit.holds[-1].person) if each]
    able = [each for each in able if story.world.house.present(each, story.now)]
    if not able:
        return False
    story.tell(story.rng.choice(able), "resume", task.number, step=visit.step)
    return True


def take_back(story: Telling) -> bool:
    """Somebody takes back his last act."""
    able = [
        task
        for task in story.world.tasks
        if task.last is not None
        and task.last.visit.left is not None
        and not _went_on(task)
        and story.world.house.serves(task.last.visit.left.doer, story.now)
    ]
    if not able:
        return False
    task = story.rng.choice(able)
    assert task.last is not None and task.last.visit.left is not None
    story.tell(task.last.visit.left.doer, "take_back", task.number)
    return True


def _went_on(task: Task) -> bool:
    """Whether the task that opened this one has gone on since this one ended."""
    parent, ended = task.parent, task.ended_on_record
    if parent is None or ended is None:
        return False
    return any(
        each.plan.held_up and each.left is not None and each.left.recorded > ended for each in parent.visits
    )


def urge(story: Telling) -> bool:
    """An urging is put on record by its urger."""
    chosen = some(story)
    if chosen is None or chosen[1].plan.persons:
        return False
    task, visit = chosen
    if visit.urger is None or not story.world.house.present(visit.urger, story.now):
        return False
    story.tell(visit.urger, "urge", task.number, step=visit.step)
    return True


def revise(story: Telling) -> bool:
    """A definition is published in the place of another, mostly while tasks run under it."""
    rng, world = story.rng, story.world
    running = [
        number for number, plan in enumerate(world.plans) if any(each.plan == plan for each in world.tasks)
    ]
    number = rng.choice(running) if running and rng.random() < 0.9 else rng.randrange(len(world.plans))
    if world.plans[number] != story.plans[number]:
        return False
    act = story.tell("sec", "revise", plan=number, definition=story.revised[number])
    story.wait(rng.randrange(1, 60))
    story.tell("sup", "confirm", of=act)
    return True


def attach(story: Telling) -> bool:
    """A file is put to a task, where one is lacking or just so."""
    house, now = story.world.house, story.now
    lacking = [
        task
        for task in story.world.tasks
        if any(
            each.left is not None and each.left.files < each.plan.files(each.left.way) for each in task.visits
        )
    ]
    able = [each for each in STAFF if house.present(each, now) and house.stays_here(each, now)]
    if not lacking or not able:
        return False
    story.tell(story.rng.choice(able), "attach", story.rng.choice(lacking).number)
    return True


def notice(story: Telling) -> bool:
    """A notice is given about an open step: to who owes it, or to somebody above."""
    chosen = some(story)
    if chosen is None:
        return False
    task, visit = chosen
    owes = visit.holds[-1].person if visit.plan.persons else visit.urger
    readers = [("deputy", "dep"), ("director", "dir"), ("supervisor", "sup"), ("director", "dir")]
    if owes is not None:
        readers.append(("owes" if visit.plan.persons else "urges", owes))
    stage, reader = story.rng.choice(readers)
    given = [each.at for each in task.notices if each.visit is visit]
    # Never twice within the interval.
    if given and story.now < answer_owed_by(story.world.days, given[-1]):
        return False
    if not story.world.house.serves(reader, story.now):
        return False
    story.tell("machine", "notice", task.number, step=visit.step, reader=reader, stage=stage)
    return True


def reply(story: Telling) -> bool:
    """A notice is answered by who got it."""
    house, now = story.world.house, story.now
    waiting = [
        (task, place, each)
        for task in story.world.tasks
        for place, each in enumerate(task.notices)
        if each.answered is None
        and each.visit.open
        and house.present(each.reader, now)
        and each is [one for one in task.notices if one.visit is each.visit][-1]
    ]
    if not waiting:
        return False
    task, place, each = story.rng.choice(waiting)
    story.tell(each.reader, "reply", task.number, notice=place)
    return True
