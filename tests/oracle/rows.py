"""The table of attribution (design §9), row by row, as it stands in the design.

A row says which answers it allows for a slip, or that it is not about it. Where no row but the first is about a
slip, it is plain; where one is, its answer holds; where several are and they differ, or where the table leaves
something open, every answer in question is allowed and the slip is undecided. What the table forbids is never
among them: the absent on a leave recorded afterwards, the holder of what was due before it came, the asker of an
extension that nobody answered, whoever only covers on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

from tests.oracle.days import a_day_after
from tests.oracle.house import HERE, SECRETARIES, SUPERVISORS, Cover
from tests.oracle.slips import missed_by
from tests.oracle.world import Ask, Due, Hold, Task, Visit, World

#: What is said of people: (person, degree, capacity), and "?" where somebody has still to clarify.
Answer = frozenset[object]
UNDETERMINED: Answer = frozenset({"?"})


@dataclass(frozen=True)
class Verdict:
    """What may be said of a slip, by which row; and who may be asked to explain it (None: anybody fit)."""

    row: str
    answers: frozenset[Answer]
    asked: frozenset[str] | None = None

    @property
    def decided(self) -> bool:
        """Whether the table leaves one answer only."""
        return len(self.answers) == 1


@dataclass(frozen=True)
class Slip:
    """A visit that missed a due date, judged at a minute."""

    world: World
    task: Task
    visit: Visit
    due: Due
    now: int

    @property
    def at(self) -> int:
        """The due instant."""
        assert self.due.at is not None
        return self.due.at

    @property
    def hold(self) -> Hold:
        """Who owed it then."""
        return self.visit.holder(self.at)

    @property
    def person(self) -> str:
        """Whoever owed it then, where somebody did."""
        assert self.hold.person is not None
        return self.hold.person

    def short(self, since: int) -> set[bool]:
        """Whether less than a working day was left, by every calendar from then on."""
        return {a_day_after(days, since) > self.at for days in self.world.calendars_since(since)}

    def plain(self) -> Answer:
        """Its holder, 直接."""
        return direct(self.person, self.hold.capacity)


Row = Callable[[Slip], "set[Answer] | None"]


def direct(person: str, capacity: str = "own") -> Answer:
    """Somebody as 直接."""
    return frozenset({(person, "direct", capacity)})


def leads(world: World, at: int, concerned: str | None) -> set[Answer]:
    """The director as 领导: not said where there is none, and open where he was away, covered, or it is his own."""
    house = world.house
    director = house.director(HERE, at)
    if director is None:
        return {UNDETERMINED}
    named: Answer = frozenset({(director, "lead", "own")})
    if director == concerned or not house.present(director, at) or house.covered(director, at):
        return {named, UNDETERMINED}
    return {named}


def handed_over(slip: Slip) -> set[Answer] | None:
    """「transferred, reassigned, handed over」: less than one working day left to him: undetermined."""
    if slip.hold.person is None or slip.hold.how == "entered":
        return None
    short = slip.short(slip.hold.since)
    if short == {False}:
        return None
    return {UNDETERMINED} if short == {True} else {UNDETERMINED, slip.plain()}


def covered(slip: Slip) -> set[Answer] | None:
    """「covered (B角)」: who covers, if he accepted or was told a working day ahead; recorded afterwards: nobody."""
    if slip.hold.person is None:
        return None
    meant = slip.world.house.covered(slip.person, slip.at)
    if not meant:
        return None
    in_force = [each for each in meant if each.confirmed <= slip.at]
    if not in_force:
        return {UNDETERMINED}
    answers = set().union(*(_coverer(slip, each) for each in in_force))
    return answers if len(meant) == 1 else answers | {UNDETERMINED}


def _coverer(slip: Slip, cover: Cover) -> set[Answer]:
    house, named = slip.world.house, direct(cover.by, "cover")
    if cover.accepted:
        answers = {named}
    else:
        # A working day ahead of the due instant, or of the cover? The table says neither.
        ahead = {not short for short in slip.short(cover.asked)}
        ahead.add(a_day_after(slip.world.days, cover.asked) <= cover.since)
        answers = {named if told else UNDETERMINED for told in ahead}
    away = house.absent(cover.by, slip.at)
    if away or house.covered(cover.by, slip.at) or not house.serves(cover.by, slip.at):
        answers |= {UNDETERMINED, *leads(slip.world, slip.at, cover.by)}
        if any(each.asked > each.since for each in away):
            answers.discard(named)
    if slip.world.barred(slip.task, slip.visit, cover.by, slip.at):
        answers.add(UNDETERMINED)
    return answers


def away(slip: Slip) -> set[Answer] | None:
    """「away on leave」 beforehand with a B角 at hand: he and the director; else nobody, and the director."""
    house = slip.world.house
    if slip.hold.person is None or house.covered(slip.person, slip.at):
        return None
    leaves = house.absent(slip.person, slip.at)
    if not leaves:
        return None
    lead = leads(slip.world, slip.at, slip.person)
    planned = [each for each in leaves if each.asked <= each.since]
    if not planned:
        return lead
    since = min(each.since for each in leaves)
    if slip.hold.since >= since:
        # It came to him when he was gone already; the absent are never named.
        return lead | {UNDETERMINED}
    himself = {slip.plain() | (each - UNDETERMINED) for each in lead}
    at_hand = _b_at_hand(slip, since)
    if at_hand is False:
        return lead
    his = any(True for _ in slip.world.days.open_minutes(slip.hold.since, since))
    sure = at_hand and his and len(planned) == len(leaves) and all(e.confirmed <= slip.at for e in leaves)
    return himself if sure else himself | lead


def _b_at_hand(slip: Slip, since: int) -> bool | None:
    kind, name = slip.visit.plan.owner
    if kind != "duty":
        return False
    first, second = slip.world.house.duties[name]
    others = [each for each in (first, second) if each not in (None, slip.person)]
    house = slip.world.house
    there = [house.there_throughout(str(each), since, slip.at) for each in others]
    covered_then = any(each.person in others for each in house.covers)
    if all(each is False for each in there) and not covered_then:
        return False
    unsure = slip.person != first or any(
        str(each) in house.moved or slip.world.barred(slip.task, slip.visit, str(each), slip.at)
        for each in others
    )
    return True if there == [True] and not unsure else None


def vacant(slip: Slip) -> set[Answer] | None:
    """「nobody to cover; post vacant; A and B both away」: nobody 直接, the director 领导."""
    if slip.hold.person is None or not slip.world.house.serves(slip.person, slip.at):
        return leads(slip.world, slip.at, slip.hold.person)
    return None


def four_eyes(slip: Slip) -> set[Answer] | None:
    """「four eyes forbade the only one present」: undetermined."""
    world, house = slip.world, slip.world.house
    if slip.hold.person is None or not world.barred(slip.task, slip.visit, slip.person, slip.at):
        return None
    kind, name = slip.visit.plan.owner
    others = house.duties[name] if kind == "duty" else ()
    for each in others:
        if each not in (None, slip.person) and house.present(str(each), slip.at):
            return {UNDETERMINED, slip.plain()}
    return {UNDETERMINED}


def extension(slip: Slip) -> set[Answer] | None:
    """「extension asked in time, unanswered」: the approver owes the answer; never the asker."""
    waiting = _waiting(slip)
    return set().union(*(approver(slip, each) for each in waiting)) if waiting else None


def _waiting(slip: Slip) -> list[Ask]:
    """The requests that had no answer when it fell due."""
    return [
        each
        for each in slip.visit.asks
        if each.at <= slip.at and (each.answered is None or each.answered > slip.at)
    ]


def approver(slip: Slip, ask: Ask) -> set[Answer]:
    """Who owes the answer to a request: the asker's director, or who supervises, if he was there all the while."""
    house = slip.world.house
    director = house.director(HERE, ask.at)
    approver = SUPERVISORS[HERE] if director in (None, ask.by) else str(director)
    asked_himself = ask.by == approver
    there = house.there_throughout(approver, ask.at, slip.at)
    if there is True and slip.short(ask.at) == {False} and not asked_himself:
        return {direct(approver)}
    above = {direct(each) for each in (approver, SUPERVISORS[HERE]) if each != ask.by}
    return {UNDETERMINED, *above}


def back_late(slip: Slip) -> set[Answer] | None:
    """Not in the table: back from an unforeseen leave, or from being covered, with less than a working day to go."""
    if slip.hold.person is None:
        return None
    house = slip.world.house
    back = [e.until for e in house.absences if e.person == slip.person and e.asked > e.since]
    back += [e.until for e in house.covers if e.person == slip.person and e.confirmed <= slip.at]
    for until in back:
        if slip.hold.since < until <= slip.at and True in slip.short(until):
            return {UNDETERMINED, slip.plain()}
    return None


def set_late(slip: Slip) -> set[Answer] | None:
    """Not in the table: the date was moved earlier with less than a working day to go."""
    before = [each.at for each in slip.visit.dues if each.since < slip.due.since]
    earlier = bool(before) and before[-1] is not None and before[-1] > slip.at
    if not earlier or True not in slip.short(slip.due.since):
        return None
    return {UNDETERMINED} if slip.hold.person is None else {UNDETERMINED, slip.plain()}


def moved_late(slip: Slip) -> set[Answer] | None:
    """A transfer recorded after the due instant may clear him; the table does not say into what."""
    since, recorded = slip.world.house.moved.get(slip.hold.person or "", (0, 0))
    if since <= slip.at < recorded:
        return {UNDETERMINED, slip.plain(), *leads(slip.world, slip.at, slip.hold.person)}
    return None


def delegated(slip: Slip) -> set[Answer] | None:
    """Not in the table: who had asked another to do it was away or covered himself; that other never owed it."""
    given = slip.visit.delegate(slip.at)
    if given is None or slip.hold.person is None:
        return None
    house = slip.world.house
    away = house.absent(slip.person, slip.at) or house.covered(slip.person, slip.at)
    return {UNDETERMINED} if away else None


def waits(slip: Slip) -> set[Answer] | None:
    """Not in the table, and said to people of steps that wait: nobody is blamed who could not end what he waited for."""
    held_up = slip.visit.plan.held_up and slip.world.waited_for(slip.task, slip.at)
    return {UNDETERMINED} if held_up else None


ROWS: dict[str, Row] = {
    "handed_over": handed_over,
    "covered": covered,
    "away": away,
    "vacant": vacant,
    "four_eyes": four_eyes,
    "extension": extension,
    "back_late": back_late,
    "set_late": set_late,
    "moved_late": moved_late,
    "delegated": delegated,
    "waits": waits,
}


def step(slip: Slip) -> Verdict:
    """Whose a step is that was open when it fell due."""
    if slip.at <= slip.visit.entered:
        return passed_before(slip)
    found = {name: answers for name, row in ROWS.items() if (answers := row(slip)) is not None}
    if not found:
        came = slip.hold.how == "entered" and slip.visit.passed_over
        name = "came_while_away" if came else "plain"
        return Verdict(name, frozenset({slip.plain()}), _asked(slip, {slip.plain()}))
    answers = set().union(*found.values())
    if "extension" in found:
        # Whoever had asked before, and was told no, may be the approver of this one.
        askers = {each.by for each in _waiting(slip)}
        answers = {each for each in answers if not _names(each, askers)} or answers
    return Verdict("+".join(found), frozenset(answers), _asked(slip, answers))


def _names(answer: Answer, persons: Iterable[str]) -> bool:
    return bool(blamed(answer) & set(persons))


def passed_before(slip: Slip) -> Verdict:
    """「the due date had already passed when he got it」: the earlier steps that overran, never the holder."""
    earlier = slip.task.visits[: slip.task.visits.index(slip.visit)]
    answers = _late_ones(slip.world, slip.task, earlier, slip.visit.entered, slip.now)
    named = [blamed(each) - set(SUPERVISORS.values()) for each in answers]
    asked = frozenset(str(person) for each in named for person in each) if named and all(named) else None
    return Verdict("passed_before", answers or frozenset({UNDETERMINED}), asked)


def overrun(world: World, task: Task, due_at: int, now: int) -> Verdict:
    """「overall limit overrun」: the steps that were late, each its own; where none was: undetermined."""
    answers = _late_ones(world, task, task.visits, due_at, now)
    return Verdict("overrun", answers or frozenset({UNDETERMINED}))


def _late_ones(world: World, task: Task, visits: Iterable[Visit], until: int, now: int) -> frozenset[Answer]:
    """Every union of what may be said of the steps that were late by then; capacities are left out."""
    parts = []
    for visit in visits:
        missed = missed_by(visit, until) if visit.plan.persons else None
        if missed is not None and missed.at is not None and missed.at > visit.entered:
            verdict = step(Slip(world, task, visit, missed, now))
            parts.append([bare(answer) for answer in verdict.answers])
    return frozenset(frozenset().union(*each) for each in product(*parts)) if parts else frozenset()


def blamed(answer: Answer) -> frozenset[object]:
    """Who is 直接."""
    return frozenset(each[0] for each in answer if isinstance(each, tuple) and each[1] == "direct")


def bare(answer: Answer) -> Answer:
    """An answer without capacities."""
    return frozenset(each[:2] if isinstance(each, tuple) else each for each in answer)


def _asked(slip: Slip, answers: set[Answer]) -> frozenset[str]:
    """Who may be asked: who is 直接, else the director; what is open goes to him too, or above where it is his own."""
    world, now = slip.world, slip.now
    above = {SUPERVISORS[HERE], *SECRETARIES}
    found: set[str] = set()
    for answer in answers:
        named = {each[0] for each in answer if isinstance(each, tuple) and each[1] == "direct"}
        led = {each[0] for each in answer if isinstance(each, tuple) and each[1] == "lead"}
        if named & set(SUPERVISORS.values()):
            found |= set(SECRETARIES) - named
        elif named or led:
            found |= named or led
        else:
            director = world.house.director(HERE, now)
            concerned = {each.person for each in slip.visit.holds}
            concerned |= {each.by for each in world.house.covers}
            concerned |= {str(director)} if slip.visit.asks else set()
            # 「own step of a supervisor」 goes to the secretary.
            supervises = bool(concerned & set(SUPERVISORS.values()))
            simple = director is not None and world.house.present(director, now) and not supervises
            found |= (
                {director} if director and simple and director not in concerned else {str(director), *above}
            )
    return frozenset(found)


def unassigned(world: World, visit: Visit) -> Verdict:
    """「Where nobody could act」: undetermined, or on the director."""
    return Verdict("nobody", frozenset(leads(world, visit.entered, None)))


def urging(world: World, visit: Visit, due_at: int, owed_by: int) -> Verdict:
    """「an outside body, a leader's desk」: a missed urging is the urger's."""
    house, urger = world.house, str(visit.urger)
    there = house.present(urger, owed_by) and not house.covered(urger, owed_by)
    if there and visit.entered < due_at and _back_in_time(world, urger, visit.entered, owed_by):
        return Verdict("urging", frozenset({direct(urger)}))
    answers = {UNDETERMINED, direct(urger)} | {
        direct(each.by, "cover") for each in house.covers if each.person == urger
    }
    if any(each.asked > each.since for each in house.absent(urger, owed_by)):
        answers.discard(direct(urger))
    return Verdict("urging", frozenset(answers))


def _back_in_time(world: World, person: str, since: int, at: int) -> bool:
    """Whether whoever had been away or covered was back a working day before, by every calendar there was."""
    back = [
        each.until
        for each in (*world.house.absences, *world.house.covers)
        if each.person == person and since < each.until <= at
    ]
    return all(a_day_after(days, until) <= at for until in back for days in world.calendars_since(until))


def failed(visit: Visit, *, entitled: bool) -> Verdict:
    """A fault reported against an earlier step is 待核实; any other failure is whose act it was, if he might act."""
    assert visit.left is not None
    way = next((each for each in visit.plan.ways if each.name == visit.left.way), None)
    if not entitled or (way is not None and way.fault is not None):
        return Verdict("failed", frozenset({UNDETERMINED}))
    named = direct(visit.left.doer, visit.left.capacity)
    if visit.left.capacity == "delegate":
        return Verdict("failed", frozenset(_asked_to(visit)))
    if visit.left.paper or way is None:
        return Verdict("failed", frozenset({named, direct(visit.left.doer), UNDETERMINED}))
    return Verdict("failed", frozenset({named}))


def returned() -> Verdict:
    """「returned for the third time」: nobody automatically."""
    return Verdict("returned", frozenset({UNDETERMINED}))


def _asked_to(visit: Visit) -> set[Answer]:
    """Who did it had only been asked to; whether who had asked him answers, the table does not say."""
    return {UNDETERMINED, direct(str(visit.holds[-1].person), visit.holds[-1].capacity)}


def late_record(visit: Visit, *, entitled: bool) -> Verdict:
    """Not in the table: whose act it was, or nobody's; never his whom a forged leaf names."""
    assert visit.left is not None
    answers = {UNDETERMINED, direct(visit.left.doer, visit.left.capacity)}
    if visit.left.capacity == "delegate":
        answers = _asked_to(visit)
    open_to = answers if entitled and not visit.left.paper else {UNDETERMINED}
    return Verdict("late_record", frozenset(open_to))
