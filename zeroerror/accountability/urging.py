"""Urging (督办单): who is to be told next about a matter that is past its time, and how far it has gone.

From who owes it by the deputy and the director to the supervisor; a notice goes up only where the one before
was not answered, and never twice within the interval. Where nobody is 直接, whoever is to clarify is asked to,
which blames him for nothing. A leader's desk and an outside body are urged by people: the notice reminds their
urger, and goes no further. A supervisor's own step goes to the secretary, but for his vote. Who is away gets
none: whoever covers him does, else the next above. An answered notice is repeated on its rung after the interval,
for an answer is a promise that may be forgotten; if the repetition is not answered, the next above is told. An
answer does not hold for ever either: a matter that goes on after two answers on one rung is told to the next above, who can read both. Who
answered has done what was asked of him, and nothing is found against him by it; but what two promises did not
bring about needs somebody who can help. Where nobody stands above, the notice stays on its rung.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property, lru_cache

from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.finding import Attribution
from zeroerror.model.notice import STAGES, Notice
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.timing import is_working_day, local_day, working_day_after

#: The rules whose findings are urged: what they found can still be put right by somebody.
URGED = ("step_unassigned", "step_overdue", "follow_up_overdue", "urging_overdue", "task_overdue")
#: For so many notices in a row an answer keeps a matter on its rung.
ANSWERS_HOLD = 2
#: The parts in which a matter is somebody's own.
_OWN = ("owes", "assigns", "urges", "clarifies")

Rung = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Matter:
    """Something past its time that goes on: a visit of a task, or a whole one, and whose it was found to be."""

    task: Task
    visit: Visit | None
    #: The office to which the step belongs.
    office: str
    attribution: Attribution


@dataclass(frozen=True, slots=True)
class Next:
    """The next notice of a matter: to whom, in what part, how far it has gone."""

    stage: str
    level: str
    to: tuple[str, ...]
    owes: str | None
    #: Whether nobody stands above.
    last: bool


# Without slots: what has been asked once is kept, for a pass asks it for a thousand matters.
@dataclass(frozen=True)
class House:
    """Who stands above whom at one instant, and who is there."""

    organisation: Organisation
    at: datetime

    @cached_property
    def _above(self) -> dict[str, tuple[Rung, ...]]:
        return {}

    @cached_property
    def _reached(self) -> dict[str, str | None]:
        return {}

    @cached_property
    def supervisors(self) -> frozenset[str]:
        """Everybody who supervises some office."""
        return frozenset(self.organisation.supervisors(self.at))

    @cached_property
    def secretaries(self) -> tuple[str, ...]:
        """The secretaries, the nearest to the work first."""
        return self.organisation.secretaries(self.at)

    def above(self, office: str) -> tuple[Rung, ...]:
        """Everybody who directs or supervises an office, from below: (stage, person)."""
        if office not in self._above:
            organisation, at = self.organisation, self.at
            found = [("deputy", each) for each in organisation.deputies(office, at)]
            director, supervisor = organisation.director(office, at), organisation.supervisor(office, at)
            found += [] if director is None else [("director", director)]
            found += [] if supervisor is None else [("supervisor", supervisor)]
            self._above[office] = tuple(found)
        return self._above[office]

    def leads(self, person: str) -> bool:
        """Whether no director stands above somebody."""
        return person in self.supervisors or self.organisation.entitled(person, "leader", self.at)

    def reached(self, person: str) -> str | None:
        """Who is told in somebody's place: himself if he is there, else who covers him, if anybody."""
        if person not in self._reached:
            self._reached[person] = self._reach(person)
        return self._reached[person]

    def _reach(self, person: str) -> str | None:
        organisation, at = self.organisation, self.at
        if organisation.is_present(person, at):
            return person
        covers = organisation.covers_of(person, at)
        return next((each.by for each in covers if organisation.is_present(each.by, at)), None)


def next_notice(matter: Matter, house: House, earlier: Sequence[Notice]) -> Next | None:
    """The notice that is next, whenever that may be; None where nobody is left, or nobody there, to be told.

    `earlier` are the notices of this matter so far, oldest first.
    """
    rungs = ladder(matter, house)
    owes = rungs[0][1] if rungs and rungs[0][0] in _OWN else None
    run: list[Notice] = []
    for each in earlier:
        # Who has got the step since begins at the bottom, whatever others were told.
        run = [*run, each] if each.owes == owes else []
    last = run[-1] if run else None
    again: Next | None = None
    for stage, to in _reached(rungs, house, owes):
        if last is None:
            level = "blue"
        elif last.state == "answered" and _height(stage) == _height(last.stage):
            level = last.level if stage == last.stage else _level(stage)
            again = Next(stage, level, to, owes, _height(rungs[-1][0]) <= _height(stage))
            if not _worn(run):
                break
            continue
        elif _height(stage) > _height(last.stage):
            level = _level(stage)
        else:
            continue
        return Next(stage, level, to, owes, _height(rungs[-1][0]) <= _height(stage))
    return again


def _worn(run: Sequence[Notice]) -> bool:
    """Whether the last notices, as many as an answer holds for, were all answered on one rung."""
    latest = run[-ANSWERS_HOLD:]
    alike = {each.stage for each in latest} == {run[-1].stage}
    return len(latest) == ANSWERS_HOLD and alike and all(each.state == "answered" for each in latest)


def ladder(matter: Matter, house: House) -> tuple[Rung, ...]:
    """Everybody who may be told of a matter, from below, whether he is there or not."""
    first = _first(matter)
    if first is None:
        return tuple(each for each in house.above(matter.office) if each[0] != "deputy")
    stage, person = first
    if stage == "urges":
        return (first,)
    if house.leads(person):
        above = tuple(("secretary", each) for each in house.secretaries if each != person)[:1]
        # A supervisor's own step is not held up to him by the machine; of his vote he is reminded, for it is his
        # alone, and nobody else could see to it.
        held_up = stage == "owes" and person in house.supervisors and not _votes(matter)
        return above if held_up else (first, *above)
    rungs = house.above(matter.office)
    places = [place for place, (_, each) in enumerate(rungs) if each == person]
    if places:
        below = rungs[places[-1]][0]
        rungs = tuple(each for each in rungs[places[-1] + 1 :] if each[0] != below)
    return (first, *rungs)


def _votes(matter: Matter) -> bool:
    return matter.visit is not None and matter.visit.voting is not None


def _first(matter: Matter) -> Rung | None:
    """Whose the matter is, and in what part; None for a whole task, which is its director's."""
    visit, attribution = matter.visit, matter.attribution
    if visit is None:
        return None
    if visit.kind != "person":
        return None if visit.urger is None else ("urges", visit.urger)
    if visit.person is None and visit.urger is not None:
        return "assigns", visit.urger
    direct = any(each.degree == "direct" for each in attribution.answerers)
    if attribution.missing and not direct and attribution.clarifier is not None:
        return "clarifies", attribution.clarifier
    return None if visit.person is None else ("owes", visit.person)


def _reached(rungs: Sequence[Rung], house: House, owes: str | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rungs with who is told on each: one person, and nobody on two."""
    seen: set[str] = set()
    stages: set[str] = set()
    for place, (stage, person) in enumerate(rungs):
        to = house.reached(person)
        # Of several deputies one is told; who stands in for somebody above is told once, below.
        if to is None or to in seen or stage in stages or (place and to == owes):
            continue
        seen.add(to)
        stages.add(stage)
        yield stage, (to,)


def _height(stage: str) -> int:
    return max(0, STAGES.index(stage) - len(_OWN) + 1)


def _level(stage: str) -> str:
    return "red" if stage in ("supervisor", "secretary") else "yellow"


#: What one slot tells again was told at the same few instants.
@lru_cache(maxsize=1024)
def again_at(since: datetime, interval: int, calendar: Calendar) -> datetime:
    """From when on the next notice may come: so many working days after that day, from its first moment."""
    try:
        return working_day_after(calendar, since, interval)
    except CalendarError:
        # Beyond the calendar nobody knows which days are worked, and fewer than all of them are.
        return since + timedelta(days=7 * interval)


def may_come(last: Notice, at: datetime, calendar: Calendar) -> bool:
    """Whether the interval since a matter's last notice, or its answer, is over by the calendar in force."""
    if last.again_at is not None and at < last.again_at:
        return False
    return at >= again_at(last.since, last.interval, calendar)


def is_day_for_it(at: datetime, calendar: Calendar) -> bool:
    """Whether notices go out on that day: a working day, as far as the calendar knows."""
    try:
        return is_working_day(calendar, local_day(calendar, at))
    except CalendarError:
        return False
