"""What has happened, act by act: the naive state of a few tasks and of the people around them.

`World.take` applies one act, in the order of time. Nothing is decided here about anybody's blame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.oracle.days import BASE, Days, Stretch, a_day_after, due
from tests.oracle.house import HERE, SUPERVISORS, Absence, Cover, House, Post
from tests.oracle.plans import GROUP, Plan, StepPlan, Way


class Undecided(Exception):
    """The design does not say what comes of this act."""


@dataclass(frozen=True)
class Act:
    """One thing that somebody does; `task` is its number in this history, `more` what the kind needs."""

    at: int
    who: str
    kind: str
    task: int = -1
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Due:
    """A due date, from when it was set on."""

    at: int | None
    since: int
    #: `entered`, `extended`, `recomputed`, `resumed`.
    why: str


@dataclass
class Hold:
    """Somebody owing a visit from a minute on; None: nobody does."""

    person: str | None
    since: int
    how: str = "entered"
    #: `own` or `cover`.
    capacity: str = "own"


@dataclass
class Ask:
    """More time asked for, and the answer to it if there was one."""

    act: int
    at: int
    by: str
    length: str
    answered: int | None = None
    granted: bool = False


@dataclass
class Left:
    """How a visit was left."""

    recorded: int
    done: int
    way: str
    outcome: str
    doer: str
    capacity: str
    #: How many files went with it.
    files: int
    #: 补办: recorded later than its time allows.
    late: bool
    #: Signed on paper (代录).
    paper: bool
    #: A second person has confirmed when it was done.
    confirmed: bool
    #: The step that came of it, if one did.
    led_to: str | None = None

    @property
    def ended(self) -> int:
        """When it ended as the audit sees it."""
        return self.recorded if self.late else self.done


@dataclass
class Visit:
    """One entry of one step."""

    step: str
    number: int
    plan: StepPlan
    entered: int
    dues: list[Due]
    holds: list[Hold]
    urger: str | None = None
    #: The A person (or holder) was passed over on entry.
    passed_over: bool = False
    stops: list[list[int | None]] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    urged: list[int] = field(default_factory=list)
    #: Whom its holder asked to do it, and when; None: nobody any more.
    delegated: list[tuple[int, str | None]] = field(default_factory=list)
    left: Left | None = None
    withdrawn: bool = False
    #: When another region's act left the group.
    released: int | None = None

    @property
    def open(self) -> bool:
        """Whether it is still owed."""
        return self.left is None and not self.withdrawn and self.released is None

    @property
    def stopped(self) -> bool:
        """Whether its clock stands still."""
        return bool(self.stops) and self.stops[-1][1] is None

    @property
    def ended(self) -> int | None:
        """When it ended as the audit sees it."""
        return self.released if self.left is None else self.left.ended

    def stretches(self) -> list[Stretch]:
        """Its stops."""
        return [(int(start or 0), end) for start, end in self.stops]

    @property
    def asked_to_do(self) -> set[str | None]:
        """Whoever has ever been asked to do it."""
        return {person for _, person in self.delegated}

    def delegate(self, at: int) -> str | None:
        """Who had been asked to do it then, by whoever owed it then."""
        given = [each for each in self.delegated if each[0] <= at]
        if not given or any(given[-1][0] < each.since <= at for each in self.holds):
            return None
        return given[-1][1]

    def holder(self, at: int) -> Hold:
        """Who owed it at that minute; before it came, who got it first."""
        held = [each for each in self.holds if each.since <= at]
        return held[-1] if held else self.holds[0]


@dataclass
class Notice:
    """A notice about an open visit: to whom, in what part, and whether he answered."""

    visit: Visit
    at: int
    reader: str
    stage: str
    answered: int | None = None


@dataclass
class Deed:
    """What an act has brought about: its visit, those it entered and released, the regions ended before it."""

    visit: Visit
    entered: list[Visit]
    released: list[Visit]
    joined: frozenset[str]


@dataclass
class Task:
    """A task of the committee office."""

    number: int
    opener: str
    plan: Plan
    opened: int
    fields: Mapping[str, Any]
    dues: list[Due]
    visits: list[Visit] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    #: When files were put to it, apart from those that went with an act.
    files: list[int] = field(default_factory=list)
    #: By which visit it was ended.
    closed: Visit | None = None
    #: When it was ended otherwise: it goes on in another task (并案, 改办), or its parent ended it.
    stopped: int | None = None
    #: It was opened in the place of another (改办).
    instead: bool = False
    parent: Task | None = None
    #: The regions that have ended.
    joined: frozenset[str] = frozenset()
    #: The act that can be taken back, while nothing has come after it.
    last: Deed | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended, however."""
        return self.closed is not None or self.stopped is not None

    @property
    def ended(self) -> int | None:
        """When it ended as the audit sees it."""
        return self.stopped if self.closed is None else self.closed.ended

    @property
    def ended_on_record(self) -> int | None:
        """When its end was put on record."""
        return self.stopped if self.closed is None or self.closed.left is None else self.closed.left.recorded

    def open_visit(self, step: str | None = None) -> Visit | None:
        """The visit that is open now, of that step where several may be."""
        return next((each for each in self.visits if each.open and step in (None, each.step)), None)

    def open_visits(self) -> list[Visit]:
        """Every visit that is open now."""
        return [each for each in self.visits if each.open]

    def doer(self, step: str, at: int | None = None) -> str | None:
        """Who last did a step, by that minute."""
        done = [
            each.left.doer
            for each in self.visits
            if each.step == step and each.left is not None and (at is None or each.left.recorded <= at)
        ]
        return done[-1] if done else None


@dataclass(frozen=True)
class Revision:
    """A definition published in the place of another: when, which, and by whom (who proposed, who confirmed)."""

    at: int
    plan: Plan
    by: frozenset[str]


class World:
    """Everything that has happened so far."""

    def __init__(self, house: House, plans: tuple[Plan, ...], days: Days = BASE) -> None:
        self.house = house
        #: The definitions in force, by their numbers.
        self.plans = list(plans)
        self.revisions: list[Revision] = []
        #: The calendars that have been in force, the last one now.
        self.calendars = [days]
        #: From when on each was in force.
        self.announced = [0]
        self.tasks: list[Task] = []
        self.acts: list[Act] = []

    @property
    def days(self) -> Days:
        """The calendar in force."""
        return self.calendars[-1]

    def calendars_since(self, at: int) -> list[Days]:
        """The calendars by which somebody may have reckoned from a minute on: that in force then, and all since."""
        in_force = max(place for place, since in enumerate(self.announced) if since <= at)
        return self.calendars[in_force:]

    def take(self, act: Act) -> None:
        """One act; raises Undecided."""
        self.acts.append(act)
        getattr(self, "_" + act.kind)(act)

    def children(self, task: Task) -> list[Task]:
        """The tasks that a task has opened."""
        return [each for each in self.tasks if each.parent is task]

    def waited_for(self, task: Task, at: int) -> list[Task]:
        """Those of them that had been opened and had not ended by then."""
        return [
            each
            for each in self.children(task)
            if each.opened <= at and (each.ended_on_record is None or each.ended_on_record > at)
        ]

    def barred(self, task: Task, visit: Visit, person: str, at: int | None = None) -> bool:
        """Whether four eyes bar somebody from every way onward."""
        onward = [way for way in visit.plan.ways if way.outcome == "done"]
        return bool(onward) and all(
            any(task.doer(step, at) == person for step in way.four_eyes) for way in onward
        )

    # What happens to tasks.

    def _open(self, act: Act) -> None:
        self._opened(act.at, act.who, act.more["plan"], act.more["fields"])

    def _opened(self, at: int, who: str, number: int, fields: Mapping[str, Any]) -> Task:
        plan = self.plans[number]
        whole = None if plan.limit is None else due(self.days, at, plan.limit, given=fields["deadline"])
        task = Task(len(self.tasks), who, plan, at, fields, [Due(whole, at, "entered")])
        self.tasks.append(task)
        self._enter(task, plan.steps[0], at, who)
        return task

    def _enter(self, task: Task, step: StepPlan, at: int, who: str) -> Visit:
        at_due = None
        if step.limit is not None:
            at_due = due(self.days, at, step.limit, given=task.fields["deadline"])
        person, capacity, passed = self._owner(task, step, at)
        urger = None
        if not step.persons:
            urger, _, passed_urger = self._by_duty("起草", at)
            if urger is None or passed_urger:
                raise Undecided("who urges while A and B are away")
            person, passed = None, False
        number = 1 + sum(each.step == step.name for each in task.visits)
        hold = Hold(person, at, "entered", capacity)
        visit = Visit(step.name, number, step, at, [Due(at_due, at, "entered")], [hold], urger, passed)
        task.visits.append(visit)
        return visit

    def _owner(self, task: Task, step: StepPlan, at: int) -> tuple[str | None, str, bool]:
        kind, name = step.owner
        if kind == "duty":
            return self._by_duty(name, at)
        wanted = {
            "post": lambda: self.house.director(HERE, at),
            "field": lambda: str(task.fields["who"]),
            "doer": lambda: task.doer(name),
        }.get(kind, lambda: None)()
        if wanted is None:
            return None, "own", False
        if self.house.present(wanted, at):
            return wanted, "own", False
        if self.house.covered(wanted, at):
            raise Undecided("a step that comes to somebody absent who is covered")
        return None, "own", True

    def _by_duty(self, duty: str, at: int) -> tuple[str | None, str, bool]:
        first, second = self.house.duties[duty]
        for person in (first, second):
            if person is not None and person in self.house.moved:
                raise Undecided("a step that comes to somebody who has moved to another office")
        if self.house.present(first, at):
            return first, "own", False
        if second is not None and self.house.present(second, at):
            return second, "cover", True
        if any(person is not None and self.house.covered(person, at) for person in (first, second)):
            raise Undecided("a step that comes to two who are away, one of them covered")
        return None, "own", True

    def _leave(
        self, act: Act, capacity: str, *, paper: bool, doer: str, done: int, handed_in: int | None = None
    ) -> None:
        task = self.tasks[act.task]
        visit = task.open_visit(act.more["step"])
        assert visit is not None
        way = visit.plan.way(act.more["way"])
        # 代录 is recorded when the clerk hands it in, however long the other takes to compare it.
        late = (act.at if handed_in is None else handed_in) > a_day_after(self.days, done)
        # What is signed on paper comes with its scan.
        files = 1 if paper else act.more.get("files", 0)
        visit.left = Left(act.at, done, way.name, way.outcome, doer, capacity, files, late, paper, paper)
        joined = task.joined
        released = self._released(task, visit, way, act.at)
        entered = [self._enter(task, each, act.at, doer) for each in self._next(task, visit, way)]
        visit.left.led_to = entered[0].step if entered else None
        if way.to is None and not way.join:
            task.closed = visit
        task.last = None if paper else Deed(visit, entered, released, joined)
        if "forged" in act.more or "claimed" in act.more:
            # The leaf says somebody else, or another way, than it was.
            visit.left.doer = act.more.get("forged", doer)
            visit.left.way = act.more.get("claimed", way.name)
            task.last = None
        self._others(task, way, act, doer)

    def _others(self, task: Task, way: Way, act: Act, doer: str) -> None:
        """The tasks that an act ends, and those that it opens; neither can be taken back here."""
        if way.children == "cancel":
            for each in self.children(task):
                if not each.over:
                    self._end(each, act.at)
                    task.last = None
        for fields in act.more.get("children", ()) if way.opens is not None else ():
            self._opened(act.at, doer, int(way.opens or 0), fields).parent = task
            task.last = None

    def _end(self, task: Task, at: int) -> None:
        """A task is ended where it stands; nobody owes what falls due there afterwards."""
        for visit in task.open_visits():
            visit.released = at
        task.stopped, task.last = at, None

    def _merge(self, act: Act) -> None:
        self._end(self.tasks[act.task], act.at)
        self.tasks[act.more["into"]].last = None

    def _redirect(self, act: Act) -> None:
        self._end(self.tasks[act.task], act.at)
        self._opened(act.at, act.who, act.more["plan"], act.more["fields"]).instead = True

    def _delegate(self, act: Act) -> None:
        task = self.tasks[act.task]
        visit = task.open_visit(act.more["step"])
        assert visit is not None
        visit.delegated.append((act.at, act.more["person"]))
        task.last = None

    def _circulate(self, act: Act) -> None:
        """It is given to somebody to read: nobody owes anything by it, and nothing is voided."""

    _read = _circulate

    def _released(self, task: Task, visit: Visit, way: Way, at: int) -> list[Visit]:
        """What leaves the group, or ends the task, releases the steps that are still open in it."""
        if visit.plan.region is None or way.join or (way.to and way.to[0] == visit.plan.region):
            return []
        others = task.open_visits()
        for each in others:
            each.released = at
        return others

    def _next(self, task: Task, visit: Visit, way: Way) -> list[StepPlan]:
        """The steps that an act enters."""
        group = task.plan.group
        if group is not None and way.join:
            task.joined |= {str(visit.plan.region)}
            return [task.plan.step(group.to)] if task.joined == set(group.regions) else []
        if group is not None and way.to == GROUP:
            opened = way.reopens or group.regions
            task.joined -= set(opened)
            return [task.plan.first(each) for each in opened]
        return [] if way.to is None else [task.plan.step(way.to)]

    def _do(self, act: Act) -> None:
        visit = self.tasks[act.task].open_visit(act.more["step"])
        assert visit is not None and not visit.stopped
        own = act.who == (visit.holds[-1].person if visit.plan.persons else self._answers(visit))
        covers = any(
            each.by == act.who and each.accepted and each.confirmed <= act.at
            for each in self.house.covered(visit.holds[-1].person or str(self._answers(visit)), act.at)
        )
        capacity = "own" if own else "cover" if covers or not visit.plan.persons else "delegate"
        self._leave(act, capacity, paper=False, doer=act.who, done=act.more.get("done", act.at))

    def _answers(self, visit: Visit) -> str | None:
        return SUPERVISORS[HERE] if visit.plan.owner[0] == "desk" else visit.urger

    def _take_back(self, act: Act) -> None:
        task = self.tasks[act.task]
        assert task.last is not None
        undone = task.last
        undone.visit.left, task.closed, task.last = None, None, None
        task.joined = undone.joined
        for each in undone.entered:
            each.withdrawn = True
        for each in undone.released:
            each.released = None

    def _assign(self, act: Act) -> None:
        task = self.tasks[act.task]
        visit = task.open_visit(act.more["step"])
        assert visit is not None
        how = "handover" if visit.holds[-1].person == act.who else "assign"
        visit.holds.append(Hold(act.more["person"], act.at, how))
        task.last = None

    def _attach(self, act: Act) -> None:
        task = self.tasks[act.task]
        task.files.append(act.at)
        task.last = None

    def _notice(self, act: Act) -> None:
        """A notice is given; it is no leaf of the task."""
        task = self.tasks[act.task]
        visit = task.open_visit(act.more["step"])
        assert visit is not None
        task.notices.append(Notice(visit, act.at, act.more["reader"], act.more["stage"]))

    def _reply(self, act: Act) -> None:
        self.tasks[act.task].notices[act.more["notice"]].answered = act.at

    def _urge(self, act: Act) -> None:
        task = self.tasks[act.task]
        visit = task.open_visit(act.more["step"])
        assert visit is not None
        visit.urged.append(act.at)
        task.last = None

    def _stop(self, act: Act) -> None:
        self._stand(self.tasks[act.task], act.more["step"], act.at)

    def _stand(self, task: Task, step: str, since: int) -> None:
        visit = task.open_visit(step)
        assert visit is not None
        if any(each.why == "extended" for each in visit.dues):
            raise Undecided("a stop after an extension")
        visit.stops.append([since, None])
        task.last = None

    def _resume(self, act: Act) -> None:
        task = self.tasks[act.task]
        visit = task.open_visit(act.more["step"])
        assert visit is not None and visit.stopped
        visit.stops[-1][1] = act.at
        self._recompute(task, visit, act.at, "resumed")
        task.last = None

    def _recompute(self, task: Task, visit: Visit, at: int, why: str) -> None:
        limit = visit.plan.limit
        if limit is None:
            return
        found = due(self.days, visit.entered, limit, visit.stretches(), given=task.fields["deadline"])
        if why == "resumed" or found != visit.dues[-1].at:
            visit.dues.append(Due(found, at, why))
            task.last = None

    # What is proposed, and what comes of it.

    def _extend(self, act: Act) -> None:
        task = self.tasks[act.task]
        visit = task.open_visit(act.more["step"])
        assert visit is not None
        if visit.stops:
            raise Undecided("an extension after a stop")
        visit.asks.append(Ask(len(self.acts) - 1, act.at, act.who, act.more["length"]))
        task.last = None

    def _proposed(self, act: Act) -> None:
        """Nothing happens until another person confirms it."""

    _absence = _cover = _move = _retire = _calendar = _paper = _ask_stop = _attest = _revise = _proposed

    def _confirm(self, act: Act) -> None:
        of = self.acts[act.more["of"]]
        getattr(self, "_confirmed_" + of.kind)(of, act)

    def _reject(self, act: Act) -> None:
        of = self.acts[act.more["of"]]
        if of.kind == "extend":
            task, ask = self._ask_of(of, act)
            ask.answered, task.last = act.at, None

    def _ask_of(self, of: Act, act: Act) -> tuple[Task, Ask]:
        task = self.tasks[of.task]
        number = act.more["of"]
        ask = next(ask for visit in task.visits for ask in visit.asks if ask.act == number)
        return task, ask

    def _confirmed_extend(self, of: Act, act: Act) -> None:
        task, ask = self._ask_of(of, act)
        visit = next(each for each in task.visits if ask in each.asks)
        assert visit.open and visit.dues[-1].at is not None
        found = due(self.days, visit.dues[-1].at, ask.length)
        visit.dues.append(Due(found, act.at, "extended"))
        ask.answered, ask.granted, task.last = act.at, True, None

    def _confirmed_paper(self, of: Act, act: Act) -> None:
        signed = of.more["signed"]
        confirmed = Act(act.at, of.more["signer"], "do", of.task, of.more)
        self._leave(confirmed, "paper", paper=True, doer=of.more["signer"], done=signed, handed_in=of.at)

    def _confirmed_attest(self, of: Act, act: Act) -> None:
        task = self.tasks[of.task]
        left = task.visits[of.more["visit"]].left
        assert left is not None
        left.confirmed, task.last = True, None

    def _confirmed_ask_stop(self, of: Act, act: Act) -> None:
        visit = self.tasks[of.task].open_visit(of.more["step"])
        assert visit is not None
        at = visit.dues[-1].at
        if at is not None and of.at <= at < act.at:
            raise Undecided("a stop asked for before and granted after the due instant")
        self._stand(self.tasks[of.task], of.more["step"], of.at)

    def _confirmed_absence(self, of: Act, act: Act) -> None:
        more = of.more
        self.house.absences.append(Absence(more["person"], more["since"], more["until"], of.at, act.at))

    def _confirmed_cover(self, of: Act, act: Act) -> None:
        more = of.more
        accepted = more["by"] in (of.who, act.who)
        self.house.covers.append(
            Cover(more["person"], more["by"], more["since"], more["until"], of.at, act.at, accepted)
        )

    def _confirmed_move(self, of: Act, act: Act) -> None:
        more = of.more
        for each in self.house.posts:
            if each.person == more["person"] and each.office is not None and each.until > more["since"]:
                each.until, each.recorded = more["since"], act.at
        self.house.posts.append(
            Post(more["person"], more["office"], more["role"], more["since"], recorded=act.at)
        )
        self.house.moved[more["person"]] = (more["since"], act.at)

    def _confirmed_retire(self, of: Act, act: Act) -> None:
        for each in self.house.posts:
            if each.person == of.more["person"] and each.until > of.more["since"]:
                each.until, each.recorded = of.more["since"], act.at

    def _confirmed_revise(self, of: Act, act: Act) -> None:
        """A definition changes; what runs goes on as it was opened."""
        self.plans[of.more["plan"]] = of.more["definition"]
        self.revisions.append(Revision(act.at, of.more["definition"], frozenset({of.who, act.who})))

    def _confirmed_calendar(self, of: Act, act: Act) -> None:
        before = self.days
        self.calendars.append(before.changed(**of.more["change"]))
        self.announced.append(act.at)
        for task in self.tasks:
            self._whole_recomputed(task, act.at, before)
            for visit in task.visits:
                self._visit_recomputed(task, visit, act.at)

    def _whole_recomputed(self, task: Task, at: int, before: Days) -> None:
        limit = task.plan.limit
        if limit is None or limit == "at":
            return
        found = due(self.days, task.opened, limit)
        if found == task.dues[-1].at:
            if before.provisional(found) != self.days.provisional(found):
                task.last = None
            return
        if task.over:
            raise Undecided("a calendar that changes after a task has ended")
        task.dues.append(Due(found, at, "recomputed"))
        task.last = None

    def _visit_recomputed(self, task: Task, visit: Visit, at: int) -> None:
        limit = visit.plan.limit
        if limit is None or visit.withdrawn or visit.stopped:
            return
        # A date given from outside does not move with the calendar; what was added to it may.
        if any(each.why == "extended" for each in visit.dues):
            raise Undecided("a calendar that changes after an extension")
        if limit == "at":
            return
        found = due(self.days, visit.entered, limit, visit.stretches(), given=task.fields["deadline"])
        if not visit.open:
            if found != visit.dues[-1].at:
                raise Undecided("a calendar that changes after a step was left")
            return
        self._recompute(task, visit, at, "recomputed")
        # A date that has only become certain is written down again too.
        task.last = None
