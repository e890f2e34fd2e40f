"""What an audit must find, slot by slot, and what becomes of each finding (design §8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tests.oracle import conform, owed, rows, standing
from tests.oracle.days import DAY, Stretch, due
from tests.oracle.rows import Slip, Verdict
from tests.oracle.slips import first_missed, missed_by, undone, whole_missed_by
from tests.oracle.world import Due, Task, Visit, World

#: rule, task, step, visit, and the due instant or the minute of the event that it is about.
Key = tuple[str, int, str | None, int | None, int | None]

EVENTS = (
    *("step_failed", "step_returned", "late_record", "short_notice"),
    *("not_entitled", "non_conforming"),
)
REMINDERS = ("step_due_soon", "calendar_provisional", "extension_late")
#: About no task; nothing that is recorded later changes what was said of them.
OF_HOUSE = ("joint_absence", "definition_changed")
#: Said once, and closed from the start.
ONCE = (*EVENTS, *REMINDERS, "definition_changed")
#: The number of the task in the key of what is about none.
NO_TASK = -1
#: Of these the design does not say how they follow a calendar that changes afterwards.
LENIENT = REMINDERS
#: What one owes beside a step: gone, it never was.
BESIDE = ("extension_undecided", "evidence_missing", "notice_unanswered", "four_eyes_blocked")
#: The rules that the oracle decides; what an audit says by others is theirs to be tested.
DECIDED = (
    *("step_overdue", "follow_up_overdue", "task_overdue", "urging_overdue", "step_unassigned"),
    *(*EVENTS, *REMINDERS, *BESIDE, *OF_HOUSE),
)


@dataclass
class Seen:
    """What holds at a slot."""

    key: Key
    ended: bool = False
    verdict: Verdict | None = None
    #: The step is still open, so that somebody is asked to explain.
    asks: bool = False
    #: The design leaves open whether there is anything to be said at all.
    sure: bool = True


@dataclass
class Slot:
    """What one slot must say."""

    at: int
    opened: list[tuple[Key, str]] = field(default_factory=list)
    cured: list[Key] = field(default_factory=list)
    withdrawn: list[Key] = field(default_factory=list)
    #: The calendar has changed: what is in `LENIENT` may be said or not.
    lenient: bool = False
    #: Beginnings of keys of which the design does not say whether there is anything to be said.
    unsure: set[tuple[object, ...]] = field(default_factory=set)
    #: What may be said now of each finding that stands.
    verdicts: dict[Key, Verdict] = field(default_factory=dict)
    asks: set[Key] = field(default_factory=set)


class Auditor:
    """The findings on record, as slots pass over a world that goes on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.states: dict[Key, str] = {}
        #: What has been allowed to be said of each, which may stand where anything new would newly blame.
        self.stood: dict[Key, frozenset[rows.Answer]] = {}
        self.unsure: set[tuple[object, ...]] = set()
        self.previous = -1

    def slot(self, at: int) -> Slot:
        """What a slot at that minute must say, the world having taken every act up to it."""
        found, seen = Slot(at, unsure=self.unsure), {}
        for each in self._seen(at):
            if not each.sure:
                self.unsure.add(each.key[:4])
            seen[each.key] = each
            self._compare(each, found)
        for key, state in list(self.states.items()):
            stood = state in ("open", "cured", "closed") and key[0] not in (*REMINDERS, "definition_changed")
            if key not in seen and stood:
                self._gone(key, state, found)
        found.lenient = len(self.world.calendars) > 1
        self.previous = at
        return found

    def _seen(self, at: int) -> Iterator[Seen]:
        for task in self.world.tasks:
            yield from sightings(self.world, task, at)
        yield from _of_house(self.world, self.previous, at)

    def _compare(self, seen: Seen, found: Slot) -> None:
        key, state = seen.key, self.states.get(seen.key)
        again = state == "withdrawn" or (state == "cured" and not seen.ended)
        opened = state is None or (again and key[0] not in ONCE)
        if opened:
            now = "closed" if key[0] in ONCE else "cured" if seen.ended else "open"
            # A new occurrence is judged anew, by all that is known.
            self.stood.pop(key, None)
            self.states[key] = now
            found.opened.append((key, now))
            if seen.asks:
                found.asks.add(key)
        elif state == "open" and seen.ended:
            self.states[key] = "cured"
            found.cured.append(key)
        said = opened or key[0] not in OF_HOUSE
        if seen.verdict is not None and said and self.states[key] != "withdrawn":
            found.verdicts[key] = self._never_newly_blaming(key, seen.verdict)

    def _never_newly_blaming(self, key: Key, verdict: Verdict) -> Verdict:
        """A fact recorded after the due instant may clear somebody and never newly blames anyone."""
        stood = self.stood.get(key)
        if stood is None:
            answers = verdict.answers
        else:
            answers = frozenset(_since(before, now) for before in stood for now in verdict.answers)
        self.stood[key] = answers
        return replace(verdict, answers=answers)

    def _gone(self, key: Key, state: str, found: Slot) -> None:
        if self._never_was(key):
            self.states[key] = "withdrawn"
            found.withdrawn.append(key)
        elif state == "open":
            # Said to have been done in time, but by one person only: put right, and still counted.
            self.states[key] = "cured"
            found.cured.append(key)

    def _never_was(self, key: Key) -> bool:
        rule, number, step, place, at = key
        if rule == "joint_absence":
            # A leave on record stands: it is over, or somebody stands in now.
            return False
        task = self.world.tasks[number]
        visit = next((each for each in task.visits if (each.step, each.number) == (step, place)), None)
        if rule in EVENTS + BESIDE or (visit is not None and visit.withdrawn):
            return True
        dues = task.dues if visit is None else visit.dues
        judged = [place for place, each in enumerate(dues) if each.at == at]
        if judged and undone(at or 0, dues[judged[0] + 1 :]):
            return True
        act = task.closed if visit is None else visit
        if rule == "urging_overdue" and visit is not None and visit.left is None:
            # Urged or still waited for, and by the calendar as it is now not yet owed then.
            return True
        if rule == "urging_overdue" and visit is not None and visit.left is not None:
            return visit.left.confirmed or visit.left.recorded <= due(self.world.days, at or 0, "1wd")
        return act is not None and act.left is not None and act.left.confirmed


def _since(before: rows.Answer, now: rows.Answer) -> rows.Answer:
    """What may be said when one thing was, and another is now known: the cleared go, and nobody comes."""
    named, known = rows.blamed(before), rows.blamed(now)
    if known <= named:
        return now
    if named <= known:
        return before
    both = {each for each in now if isinstance(each, tuple) and each[0] in named}
    return frozenset(both) | rows.UNDETERMINED


def sightings(world: World, task: Task, at: int) -> Iterator[Seen]:
    """Everything that holds, or has held, of a task at a minute."""
    whole = whole_missed_by(task, at)
    if whole is not None and whole.at is not None:
        verdict = rows.overrun(world, task, whole.at, at)
        yield Seen(("task_overdue", task.number, None, None, whole.at), task.over, verdict)
    if not task.over:
        yield from _provisional(world, task, None, at)
    returns = sorted(
        (each for each in task.visits if each.left is not None and each.left.outcome == "returned"),
        key=lambda each: each.left.recorded if each.left else 0,
    )
    if len(returns) > 2:
        yield _event("step_returned", task, returns[2], rows.returned())
    given = owed.short(world, task)
    if given is not None:
        of = (None, None) if given[0] is None else (given[0].step, given[0].number)
        yield Seen(("short_notice", task.number, *of, task.opened), False, given[1])
    for visit in task.visits:
        if not visit.withdrawn:
            yield from _of_visit(world, task, visit, at)
            yield from _beside(world, task, visit, at)


def _of_house(world: World, previous: int, at: int) -> Iterator[Seen]:
    """What holds of no task: who is away together, and definitions changed under tasks that go on as they were."""
    for each in standing.joint(world, at):
        unclear = standing.unclear(world, each.duty) or len(world.calendars) > 1
        yield Seen(
            ("joint_absence", NO_TASK, each.duty, None, each.since), False, each.verdict, sure=not unclear
        )
    for change in world.revisions:
        running = [
            task
            for task in world.tasks
            if task.plan.id == change.plan.id
            and task.plan != change.plan
            and task.opened <= at
            and not task.over
        ]
        if previous < change.at <= at and running:
            verdict = Verdict("revised", frozenset({owed.NOBODY}), change.by)
            yield Seen(("definition_changed", NO_TASK, change.plan.id, None, change.at), False, verdict)


def _of_visit(world: World, task: Task, visit: Visit, at: int) -> Iterator[Seen]:
    place = (task.number, visit.step, visit.number)
    if visit.plan.persons:
        missed = missed_by(visit, at)
        if missed is not None:
            verdict = rows.step(Slip(world, task, visit, missed, at))
            # Tasks of oversight never open follow-ups.
            rule, asks = ("follow_up_overdue", False) if task.plan.oversight else ("step_overdue", visit.open)
            yield Seen((rule, *place, missed.at), not visit.open, verdict, asks)
        if visit.holds[0].person is None:
            ended = len(visit.holds) > 1 or not visit.open
            yield Seen(("step_unassigned", *place, None), ended, rows.unassigned(world, visit))
    else:
        yield from _urging(world, task, visit, at)
    if visit.left is not None:
        yield from _of_act(world, task, visit)
    if visit.open and not visit.stopped:
        yield from _due_soon(world, task, visit, at)
    if visit.open:
        yield from _provisional(world, task, visit, at)


def _of_act(world: World, task: Task, visit: Visit) -> Iterator[Seen]:
    """What an act was: a failure, recorded late, taken by somebody who might not, put down as what it was not."""
    left, entitled = visit.left, conform.entitled(world, visit)
    assert left is not None
    if left.outcome == "failed":
        found = _event("step_failed", task, visit, rows.failed(visit, entitled=entitled))
        found.asks = not task.plan.oversight
        yield found
    if left.late:
        yield _event("late_record", task, visit, rows.late_record(visit, entitled=entitled))
    if not entitled:
        yield _event("not_entitled", task, visit, conform.INTRUDED)
    strayed = conform.strayed_to(task, visit)
    if strayed is not None:
        yield Seen(("non_conforming", task.number, strayed, None, left.recorded), False, conform.AMISS)


def _beside(world: World, task: Task, visit: Visit, at: int) -> Iterator[Seen]:
    """What is owed beside the step itself."""
    place = (task.number, visit.step, visit.number)
    for asked, over, verdict in owed.undecided(world, task, visit, at):
        yield Seen(("extension_undecided", *place, asked), over, verdict)
    for asked in owed.asked_late(world.days, visit):
        yield Seen(("extension_late", *place, asked))
    gate = owed.without_file(task, visit)
    if gate is not None:
        yield Seen(("evidence_missing", *place, None), *gate)
    stuck = standing.blocked(world, task, visit)
    if stuck is not None:
        yield Seen(("four_eyes_blocked", *place, None), stuck.ended, stuck.verdict, sure=stuck.sure)
    for notice in task.notices:
        told = owed.unanswered(world, task, notice, at) if notice.visit is visit else None
        if told is not None:
            yield Seen(("notice_unanswered", *place, notice.at), *told)


def _event(rule: str, task: Task, visit: Visit, verdict: Verdict) -> Seen:
    assert visit.left is not None
    return Seen((rule, task.number, visit.step, visit.number, visit.left.recorded), False, verdict)


def _urging(world: World, task: Task, visit: Visit, at: int) -> Iterator[Seen]:
    """Owed by the close of the working day after it fell due; it counts from the working day before, or the warning."""
    missed = missed_by(visit, at)
    if missed is None or missed.at is None:
        return
    days = world.days
    before = max(1, int((visit.plan.warn or "0wd")[:-2]))
    counts = days.opening(days.worked_before(missed.at // DAY, before))
    owed_by = due(days, missed.at, "1wd")
    urged = [each for each in visit.urged if each >= counts]
    answered = visit.ended is not None and visit.ended <= owed_by
    if owed_by > at or answered or any(each <= owed_by for each in urged):
        return
    verdict = rows.urging(world, visit, missed.at, owed_by)
    key: Key = ("urging_overdue", task.number, visit.step, visit.number, missed.at)
    yield Seen(key, bool(urged) or not visit.open, verdict)


def _due_soon(world: World, task: Task, visit: Visit, at: int) -> Iterator[Seen]:
    due_at, warn = visit.dues[-1].at, visit.plan.warn
    if due_at is None or warn is None or due_at <= at:
        return
    days = world.days
    if days.opening(days.worked_before(due_at // DAY, int(warn[:-2]))) <= at:
        yield Seen(("step_due_soon", task.number, visit.step, visit.number, due_at))


def _provisional(world: World, task: Task, visit: Visit | None, at: int) -> Iterator[Seen]:
    last = (task.dues if visit is None else visit.dues)[-1]
    limit = task.plan.limit if visit is None else visit.plan.limit
    given = limit == "at" and last.why != "extended"
    if last.at is None or given or not world.days.provisional(last.at):
        return
    step, number = (None, None) if visit is None else (visit.step, visit.number)
    yield Seen(("calendar_provisional", task.number, step, number, last.at))


def late_at(dues: Sequence[Due], stops: Sequence[Stretch], ended: int | None, at: int) -> bool:
    """Whether something was open and past due at a minute: what a question `--as-of` must answer."""
    missed = first_missed(dues, stops, ended, at)
    return missed is not None and missed.at is not None and missed.at < at and (ended is None or ended > at)
