"""Beats by which a matter is passed on: 委派, 并案, 改办, 传阅 and 已阅."""

from __future__ import annotations

from tests.oracle.beats import STAFF, Telling, dated, some
from tests.oracle.house import HERE, POSTS, ROLES, SUPERVISORS
from tests.oracle.world import Task


def _rank(person: str) -> int:
    return min(ROLES[role][0] for _, role in POSTS[person])


def delegate(story: Telling) -> bool:
    """Who owes a step asks a subordinate to do it, or takes that back."""
    chosen, rng, house = some(story), story.rng, story.world.house
    if chosen is None or not chosen[1].plan.persons or chosen[0].plan.oversight:
        return False
    task, visit = chosen
    owes, now = visit.holds[-1].person, story.now
    if (
        owes is None
        or not house.present(owes, now)
        or not (house.stays_here(owes, now) or owes == SUPERVISORS[HERE])
    ):
        return False
    has = visit.delegate(now)
    if has is not None and rng.random() < 0.4:
        story.tell(owes, "delegate", task.number, step=visit.step, person=None)
        return True
    able = [
        each
        for each in STAFF
        if each not in (owes, has)
        and house.present(each, now)
        and house.stays_here(each, now)
        and _rank(each) >= _rank(owes)
    ]
    if not able:
        return False
    story.tell(owes, "delegate", task.number, step=visit.step, person=rng.choice(able))
    return True


def _decide(story: Telling, task: Task) -> list[str]:
    """Who may end a task so, none of whose steps is his own."""
    house, own = story.world.house, set()
    for visit in task.open_visits():
        desk = SUPERVISORS[HERE] if visit.plan.owner[0] == "desk" else visit.urger
        own.add(visit.holds[-1].person if visit.plan.persons else desk)
    directing = [each for each in ("dir", "dep") if house.stays_here(each, story.now)]
    return [each for each in (*directing, SUPERVISORS[HERE]) if each not in own]


def _able(story: Telling) -> list[Task]:
    world = story.world
    return [
        each
        for each in world.tasks
        if not each.over
        and not each.plan.oversight
        and each.parent is None
        and all(child.over for child in world.children(each))
    ]


def merge(story: Telling) -> bool:
    """并案: a task goes on in another of the same kind."""
    pairs = [
        (task, into)
        for task in _able(story)
        for into in story.world.tasks
        if into is not task and not into.over and into.plan.id == task.plan.id and _decide(story, task)
    ]
    if not pairs:
        return False
    task, into = story.rng.choice(pairs)
    story.tell(story.rng.choice(_decide(story, task)), "merge", task.number, into=into.number)
    return True


def redirect(story: Telling) -> bool:
    """改办: a task begins anew under another definition."""
    rng = story.rng
    able = [each for each in _able(story) if _decide(story, each)]
    others = [number for number, plan in enumerate(story.world.plans) if not plan.oversight]
    if not able:
        return False
    task = rng.choice(able)
    number = rng.choice([each for each in others if story.world.plans[each].id != task.plan.id])
    fields = {"who": rng.choice(STAFF), "deadline": dated(story)}
    story.tell(rng.choice(_decide(story, task)), "redirect", task.number, plan=number, fields=fields)
    return True


def circulate(story: Telling) -> bool:
    """A task is given to somebody to read by who opened it; or somebody says that he has read."""
    rng, house, now = story.rng, story.world.house, story.now
    given = {(act.task, act.more["person"]): act for act in story.acts if act.kind == "circulate"}
    read = {(act.task, act.who) for act in story.acts if act.kind == "read"}
    waiting = [each for each in given if each not in read and house.present(each[1], now)]
    if waiting and rng.random() < 0.6:
        task, person = rng.choice(waiting)
        story.tell(person, "read", task)
        return True
    chosen = rng.choice(story.world.tasks) if story.world.tasks else None
    if chosen is None or not house.serves(chosen.opener, now):
        return False
    able = [
        each
        for each in STAFF
        if each != chosen.opener and house.serves(each, now) and (chosen.number, each) not in given
    ]
    if not able:
        return False
    story.tell(chosen.opener, "circulate", chosen.number, person=rng.choice(able))
    return True
