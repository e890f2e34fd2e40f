"""What is owed beside the steps themselves: an answer to a request, to a notice; a file at a gate; time with a date.

Written from the design (§4 evidence, §5 extensions, §8 reminders, §10 urging) and from what the rules say of
themselves to people (their basis). Where neither decides, every answer in question is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.oracle.days import DAY, Days, a_day_after
from tests.oracle.house import HERE
from tests.oracle.rows import UNDETERMINED, Answer, Slip, Verdict, approver, direct
from tests.oracle.slips import missed_by
from tests.oracle.world import Ask, Due, Notice, Task, Visit, World

#: A date that people give leaves so many minutes of office hours.
LEAST = 4 * 60
#: A notice is answered before so many working days have come.
ANSWERED_WITHIN = 2
#: Nobody is named, and nobody has to clarify anything.
NOBODY: Answer = frozenset()
#: Who has a notice because the delay itself is his.
FOUND_ALREADY = ("owes", "urges")
DIRECTING, DEPUTY = ("主任", "党组成员", "秘书长", "党组书记"), "副主任"


def undecided(world: World, task: Task, visit: Visit, at: int) -> Iterator[tuple[int, bool, Verdict]]:
    """Requests made in time that had no answer a working day later: when made, whether over, whose."""
    missed, owed = missed_by(visit, at), set()
    for ask in visit.asks:
        date = _date_then(visit, ask.at)
        owed_by = a_day_after(world.days, ask.at)
        if date is None or ask.at > date or not owed_by < date or owed_by > at or owed_by in owed:
            continue
        over = [each for each in (ask.answered, visit.ended) if each is not None]
        if any(each <= owed_by for each in over) or _carried_over(ask, missed):
            continue
        owed.add(owed_by)
        slip = Slip(world, task, visit, Due(owed_by, ask.at, "entered"), at)
        yield ask.at, any(each <= at for each in over), Verdict("undecided", frozenset(approver(slip, ask)))


def _carried_over(ask: Ask, missed: Due | None) -> bool:
    """「asked in time and unanswered at expiry」is the step's own delay, and told there."""
    if missed is None or missed.at is None or ask.at > missed.at:
        return False
    return ask.answered is None or ask.answered > missed.at


def asked_late(days: Days, visit: Visit) -> Iterator[int]:
    """Requests made with less than a working day to go, by who had had a working day: when they were made."""
    for ask in visit.asks:
        stood = [each for each in visit.dues if each.since <= ask.at]
        if not stood or stood[-1].at is None:
            continue
        if a_day_after(days, ask.at) > stood[-1].at >= a_day_after(days, stood[-1].since):
            yield ask.at


def _date_then(visit: Visit, at: int) -> int | None:
    stood = [each for each in visit.dues if each.since <= at]
    return stood[-1].at if stood else None


def without_file(task: Task, visit: Visit) -> tuple[bool, Verdict] | None:
    """Whether a gate was passed with fewer files than it asks for, and whether that was made good; nobody's."""
    left = visit.left
    if left is None or left.files >= visit.plan.files(left.way):
        return None
    return any(at > left.recorded for at in task.files), Verdict("gate", frozenset({UNDETERMINED}))


def unanswered(world: World, task: Task, notice: Notice, at: int) -> tuple[bool, Verdict] | None:
    """Whether a notice had no answer when the next might come, the matter going on; whether over; whose."""
    visit, owed_by = notice.visit, answer_owed_by(world.days, notice.at)
    ended = visit.ended
    if owed_by > at or visit.withdrawn:
        return None
    over = [each for each in (notice.answered, ended) if each is not None]
    if any(each <= owed_by for each in over):
        return None
    return any(each <= at for each in over), Verdict("notice", _reader(world, notice, owed_by))


def answer_owed_by(days: Days, given: int) -> int:
    """The first minute of the day on which the next notice may come."""
    day = given // DAY
    for _ in range(ANSWERED_WITHIN):
        day = days.next_worked(day)
    return day * DAY


def _reader(world: World, notice: Notice, owed_by: int) -> frozenset[Answer]:
    if notice.stage in FOUND_ALREADY:
        return frozenset({NOBODY})
    house, named = world.house, direct(notice.reader)
    if any(
        each.person == notice.reader and each.since < owed_by and each.until > notice.at
        for each in house.absences
    ):
        return frozenset({UNDETERMINED})
    if max(answer_owed_by(days, notice.at) for days in world.calendars_since(notice.at)) > owed_by:
        # A day that he took for a day off was entered as worked: he had longer as far as he could know.
        return frozenset({UNDETERMINED})
    there = house.there_throughout(notice.reader, notice.at, owed_by)
    if there is False and not house.serves(notice.reader, owed_by):
        return frozenset({UNDETERMINED})
    return frozenset({named}) if there is True else frozenset({named, UNDETERMINED})


def short(world: World, task: Task) -> tuple[Visit | None, Verdict] | None:
    """The first thing that falls due by the date given, if the date leaves too little; and whose that is.

    By the calendar as it was known when the date was given: nobody could know of a day off announced since.
    """
    if task.instead:
        # Its dates were given when the matter was first opened.
        return None
    known = world.calendars_since(task.opened)[0]
    for visit, due_at in _dated(task):
        asked = visit or task.visits[0]
        if asked.holds[0].person == task.opener:
            continue
        if sum(end - start for start, end in known.open_minutes(task.opened, due_at)) < LEAST:
            ours = visit is None or visit.plan.persons
            return visit, _giver(world, task) if ours else Verdict("given", frozenset({NOBODY}))
    return None


def _dated(task: Task) -> Iterator[tuple[Visit | None, int]]:
    if task.plan.limit == "at" and task.dues[0].at is not None:
        yield None, task.dues[0].at
    for visit in task.visits:
        if visit.plan.limit == "at" and visit.dues[0].at is not None and not visit.withdrawn:
            yield visit, visit.dues[0].at


def _giver(world: World, task: Task) -> Verdict:
    """「who directs」: the director and whoever stands above; whether a deputy does is not said."""
    held = {
        each.role
        for each in world.house.posts
        if each.person == task.opener
        and each.since <= task.opened < each.until
        and each.office in (HERE, None)
    }
    named = direct(task.opener)
    if held & set(DIRECTING) and task.parent is not None:
        # It may have been taken over from the task that opened this one.
        return Verdict("given", frozenset({named, NOBODY}))
    if held & set(DIRECTING):
        return Verdict("given", frozenset({named}))
    return Verdict("given", frozenset({named, NOBODY} if DEPUTY in held else {NOBODY}))
