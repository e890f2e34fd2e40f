"""Beats about people and days: leave, cover, transfer, retirement, a calendar that changes."""

from __future__ import annotations

from tests.oracle.beats import STAFF, Pending, Telling, act_of
from tests.oracle.days import DAY, PROVISIONAL


def _somebody(story: Telling) -> str:
    """Mostly whoever owes something now."""
    owing = [
        visit.holds[-1].person
        for task in story.world.tasks
        for visit in task.open_visits()
        if visit.holds[-1].person in STAFF
    ]
    if owing and story.rng.random() < 0.6:
        return str(story.rng.choice(owing))
    return story.rng.choice(STAFF)


def _around(story: Telling, *, past: bool) -> tuple[int, int]:
    """A stretch that has begun, or is to begin, and mostly reaches beyond what falls due next."""
    rng, now = story.rng, story.now
    if past:
        since = now - rng.choice((rng.randrange(30, 600), rng.randrange(200, 4 * DAY)))
    else:
        since = now + rng.choice((rng.randrange(2, 400), rng.randrange(100, 2 * DAY)))
    due = story.next_due()
    until = since + rng.randrange(300, 5 * DAY)
    if due is not None and rng.random() < 0.6:
        until = max(until, due + rng.randrange(30, 2 * DAY))
    if past and rng.random() < 0.7:
        until = max(until, now + rng.randrange(30, DAY))
    # On odd minutes nothing falls due, no audit looks and nobody acts.
    return since - since % 10 + 5, until - until % 10 + 5


def _free(story: Telling, person: str, since: int, until: int) -> bool:
    """Whether no leave of his was asked for that overlaps: of two such, one is refused."""
    asked = [each.more for each in story.acts if each.kind == "absence" and each.more["person"] == person]
    return all(each["until"] <= since or until <= each["since"] for each in asked)


def _settle(story: Telling, number: int, by: str, *, late: float) -> None:
    if story.rng.random() < late:
        story.pending.append(Pending(number, by))
        return
    story.wait(story.rng.randrange(1, 60))
    person = story.acts[number].more.get("person")
    if person is None or story.world.house.stays_here(person, story.now):
        story.tell(by, "confirm", of=number)


def absence(story: Telling) -> bool:
    """A leave asked for beforehand."""
    person, rng, house = _somebody(story), story.rng, story.world.house
    since, until = _around(story, past=False)
    if (
        not house.stays_here(person, story.now)
        or since <= story.now
        or not _free(story, person, since, until)
    ):
        return False
    directs = house.serves("dir", story.now)
    proposer = "dir" if directs and rng.random() < 0.3 else person
    number = story.tell(proposer, "absence", person=person, since=since, until=until)
    _settle(story, number, "sup", late=0.15)
    return True


def together(story: Telling) -> bool:
    """A and B of a duty go away on the same days, at least for a while."""
    rng, house, now = story.rng, story.world.house, story.now
    pairs = [(a, b) for a, b in house.duties.values() if b is not None]
    able = [pair for pair in pairs if all(house.stays_here(each, now) for each in pair)]
    if not able:
        return False
    first, second = rng.choice(able)
    since, until = _around(story, past=False)
    _away(story, first, since, until)
    if rng.random() < 0.5:
        since, until = since + 10 * rng.randrange(60), until + 10 * rng.randrange(-20, 100)
    return _away(story, second, since, until)


def outing(story: Telling) -> bool:
    """Everybody of the office but one goes away over the same days; he goes on with what he has."""
    rng, house, now = story.rng, story.world.house, story.now
    here = [each for each in STAFF if house.stays_here(each, now)]
    stays = _stuck_next(story) or _somebody(story)
    since, until = _around(story, past=False)
    until = max(until, since + 3 * DAY)
    for each in here:
        if each != stays:
            _away(story, each, since, until)
    story.wait(max(1, since - story.now) + rng.randrange(60, 600))
    return act_of(story, stays)


def _stuck_next(story: Telling) -> str | None:
    """Whoever owes a step after which four eyes would bar him from the next."""
    for task in story.world.tasks:
        for visit in task.open_visits():
            after = [way.to for way in visit.plan.ways if way.outcome == "done" and way.to]
            nexts = [each for each in task.plan.steps if each.name in after]
            if any(visit.step in way.four_eyes for each in nexts for way in each.ways):
                return visit.holds[-1].person
    return None


def _away(story: Telling, person: str, since: int, until: int) -> bool:
    """A leave asked for and granted at once; not where it would have begun by then."""
    house = story.world.house
    if since <= story.now or since >= until or not house.stays_here(person, story.now):
        return False
    if not _free(story, person, since, until):
        return False
    number = story.tell(person, "absence", person=person, since=since, until=until)
    story.wait(1)
    if since > story.now and story.world.house.stays_here(person, story.now):
        story.tell("sup", "confirm", of=number)
    return True


def sick(story: Telling) -> bool:
    """A leave recorded when it had begun, by anyone of the office, confirmed by the supervisor."""
    person, rng, house = _somebody(story), story.rng, story.world.house
    since, until = _around(story, past=True)
    here = [each for each in STAFF if house.stays_here(each, story.now)]
    if person not in here or not _free(story, person, since, until):
        return False
    number = story.tell(rng.choice(here), "absence", person=person, since=since, until=until)
    _settle(story, number, "sup", late=0.1)
    return True


def cover(story: Telling) -> bool:
    """A standing-in: asked beforehand and accepted; offered; or recorded afterwards, when nobody has accepted."""
    person, rng, house = _somebody(story), story.rng, story.world.house
    here = [each for each in STAFF if house.stays_here(each, story.now)]
    others = [each for each in here if each != person]
    if person not in here or not others:
        return False
    by, drawn = rng.choice(others), rng.random()
    if drawn < 0.35:
        since, until = _around(story, past=True)
        proposer = rng.choice([each for each in here if each != by] or here)
        number = story.tell(proposer, "cover", person=person, by=by, since=since, until=until)
        _settle(story, number, "sup", late=0.15)
        return True
    since, until = _around(story, past=False)
    if since <= story.now + 2:
        return False
    if drawn < 0.45 and by == "dir":
        number = story.tell("dir", "cover", person=person, by="dir", since=since, until=until)
        _settle(story, number, "sup", late=0.1)
        return True
    proposer = person if by == "dir" or rng.random() < 0.7 else "dir"
    if proposer == "dir" and not house.serves("dir", story.now):
        return False
    number = story.tell(proposer, "cover", person=person, by=by, since=since, until=until)
    _settle(story, number, by, late=0.2)
    return True


def move(story: Telling) -> bool:
    """A clerk is transferred to another office, from soon on or from some time ago."""
    rng, house = story.rng, story.world.house
    person = rng.choice(("ann", "bob", "cat"))
    if person in house.moved or not house.stays_here(person, story.now):
        return False
    since, _ = _around(story, past=rng.random() < 0.3)
    number = story.tell("sec", "move", person=person, office="经济委", role="工作人员", since=since)
    _settle(story, number, "gen", late=0.0)
    return True


def retire(story: Telling) -> bool:
    """Somebody leaves the service from soon on."""
    house, rng = story.world.house, story.rng
    person = rng.choice(("ann", "bob", "cat", "dep", "dir"))
    since, _ = _around(story, past=False)
    if since <= story.now + 70 or not house.stays_here(person, story.now) or person in house.moved:
        return False
    number = story.tell("sec", "retire", person=person, since=since)
    _settle(story, number, "gen", late=0.0)
    return True


def calendar(story: Telling) -> bool:
    """A day becomes a day off, a weekend is made up, or a year that was provisional is announced."""
    rng, days = story.rng, story.world.days
    day, drawn = story.now // DAY + rng.randrange(-2, 9), rng.random()
    if drawn < 0.6:
        while not days.worked[day]:
            day += 1
        change = {"off": [day]}
    elif drawn < 0.8:
        while days.worked[day] or day in days.off:
            day += 1
        change = {"worked": [day]}
    elif story.now // DAY > PROVISIONAL - 25 and 2027 not in days.official:
        change = {"official": [2027], "off": [day_in_2027(rng.randrange(4, 8))]}
    else:
        return False
    number = story.tell("sec", "calendar", change=change)
    _settle(story, number, "aud", late=0.0)
    return True


def day_in_2027(day: int) -> int:
    """A day of January 2027, counted from its first."""
    return PROVISIONAL + day - 1
