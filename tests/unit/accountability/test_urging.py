"""The ladder of notices: bounded, never downwards, never within the interval, never on a day off, never up after an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.audit.worlds import (
    CLERK,
    DEPUTY,
    DIRECTOR,
    LONG_AGO,
    SECOND,
    SECRETARY,
    SUPERVISOR,
    World,
    cover,
    instant,
    leave,
    organisation,
)
from tests.unit.timing.calendars import shipped
from zeroerror.accountability.urging import House, Matter, again_at, is_day_for_it, may_come, next_notice
from zeroerror.model.finding import Answerer, Attribution
from zeroerror.model.instant import from_text
from zeroerror.model.notice import LEVELS, STAGES, Notice
from zeroerror.model.organisation import Organisation, Supervision
from zeroerror.timing import is_working_day, local_day, working_days_between

CALENDAR = shipped()
AT = instant("26 08:30")
DIRECT = Attribution((Answerer(CLERK, "direct", {"kind": "own", "for": None}, "attribution.plain"),))


def matter(person: str | None = CLERK, attribution: Attribution = DIRECT, **entered: object) -> Matter:
    """A draft past its time, in somebody's hands."""
    world = World().open("23 09:00").enter("draft", "23 09:00", "25 17:30", person, **entered)
    task = world.task_at(AT)
    assert task is not None
    return Matter(task, task.visits[0], task.office, attribution)


def run(
    subject: Matter, org: Organisation, until: str = "2027-01-29 17:00", answers: int = 0
) -> list[Notice]:
    """Every notice of a ladder that is asked at each slot, the first so many answered an hour later."""
    told: list[Notice] = []
    at, end = AT, instant(until)
    while at <= end:
        step = next_at(subject, org, at, told)
        if step is not None:
            told.append(step)
            if answers:
                answers -= 1
                told[-1] = answered(step, at + timedelta(hours=1))
        at += timedelta(hours=8, minutes=30) if at.astimezone().hour < 6 else timedelta(hours=15, minutes=30)
    return told


def next_at(
    subject: Matter, org: Organisation, at: datetime, told: list[Notice], interval: int = 2
) -> Notice | None:
    """What a pass gives then: the day, the interval, and the ladder."""
    if not is_day_for_it(at, CALENDAR) or (told and not may_come(told[-1], at, CALENDAR)):
        return None
    found = next_notice(subject, House(org, at), told)
    if found is None:
        return None
    if told and told[-1].state == "waiting":
        told[-1] = replace(told[-1], state="unanswered")
    return Notice(
        id=f"N-{len(told)}",
        finding="F-1",
        task="BW-2026-0001",
        step="draft",
        visit=1,
        stage=found.stage,
        level=found.level,
        to=found.to,
        owes=found.owes,
        interval=interval,
        last=found.last,
        given_at=at,
        given_index=len(told),
        again_at=again_at(at, interval, CALENDAR),
    )


def answered(notice: Notice, at: datetime) -> Notice:
    again = again_at(at, notice.interval, CALENDAR)
    return replace(notice, state="answered", answered_by=notice.to[0], answered_at=at, again_at=again)


def told_in(notices: list[Notice]) -> list[tuple[str, str, str]]:
    return [(each.level, each.stage, each.to[0]) for each in notices]


WHOLE = [
    ("blue", "owes", CLERK),
    ("yellow", "deputy", DEPUTY),
    ("yellow", "director", DIRECTOR),
    ("red", "supervisor", SUPERVISOR),
]


def test_unanswered_it_goes_from_who_owes_to_the_supervisor_and_stops() -> None:
    assert told_in(run(matter(), organisation())) == WHOLE


def test_answered_once_it_is_repeated_once_and_then_goes_on() -> None:
    assert told_in(run(matter(), organisation(), answers=1)) == [WHOLE[0], *WHOLE]


def test_two_answers_hold_and_then_the_next_above_is_told_too_until_nobody_stands_above() -> None:
    told = told_in(run(matter(), organisation(), answers=40, until="2026-12-31 17:00"))
    assert told[:7] == [each for rung in WHOLE[:3] for each in (rung, rung)] + [WHOLE[3]]
    assert set(told[7:]) == {WHOLE[3]} and len(told) > 8


def test_an_urger_who_answers_is_urged_again_and_nobody_else() -> None:
    subject = matter(None, urger=DIRECTOR)
    told = run(replace(subject, visit=replace(subject.visit, kind="desk")), organisation(), answers=5)  # type: ignore[type-var]
    assert {each.stage for each in told} == {"urges"}


def test_a_directors_own_step_goes_to_the_supervisor_and_never_down() -> None:
    assert told_in(run(matter(DIRECTOR), organisation())) == [
        ("blue", "owes", DIRECTOR),
        ("red", "supervisor", SUPERVISOR),
    ]


def test_a_supervisors_own_step_goes_to_the_secretary_and_never_to_him() -> None:
    assert told_in(run(matter(SUPERVISOR), organisation())) == [("blue", "secretary", SECRETARY)]


def test_a_secretary_who_supervises_and_stands_alone_is_told_nothing_of_his_own_step() -> None:
    org = organisation()
    org = replace(org, supervisions=(*org.supervisions, Supervision(SECRETARY, "proposals", LONG_AGO)))
    org = replace(org, supervisions=(org.supervisions[-1],))
    assert run(matter(SECRETARY), org) == []


def test_undetermined_asks_whoever_is_to_clarify_and_not_who_holds_it() -> None:
    unclear = Attribution((), ("attribution.missing_short_time",), DIRECTOR)
    assert told_in(run(matter(attribution=unclear), organisation())) == [
        ("blue", "clarifies", DIRECTOR),
        ("red", "supervisor", SUPERVISOR),
    ]


def test_what_nobody_owes_is_for_whoever_owes_the_assignment() -> None:
    assert told_in(run(matter(None, urger=DIRECTOR), organisation()))[0] == ("blue", "assigns", DIRECTOR)


@pytest.mark.parametrize("owner", ["desk", "outside"])
def test_a_desk_and_an_outside_body_are_for_their_urger_alone(owner: str) -> None:
    waiting = matter(None, owner=owner, urger=CLERK, waits_for=SUPERVISOR)
    assert told_in(run(waiting, organisation())) == [("blue", "urges", CLERK)]


def test_who_is_away_gets_none_and_who_covers_him_does() -> None:
    away = leave(CLERK, "24 08:00", "30 18:00", "23 10:00")
    alone, covered = (
        organisation([away]),
        organisation([away], [cover(CLERK, SECOND, "24 08:00", "30 18:00", "23 11:00")]),
    )
    assert told_in(run(matter(), alone, "26 17:00")) == [("blue", "deputy", DEPUTY)]
    assert told_in(run(matter(), covered, "26 17:00")) == [("blue", "owes", SECOND)]


def test_who_gets_the_step_later_is_urged_from_the_beginning() -> None:
    org, told = organisation(), run(matter(), organisation(), "2026-12-04 17:00")
    later = next_at(matter(SECOND), org, instant("2026-12-14 08:30"), told)
    assert later is not None and told_in([later]) == [("blue", "owes", SECOND)]


def test_a_vacant_post_is_passed_over() -> None:
    assert told_in(run(matter(), organisation(vacant=True))) == [WHOLE[0], WHOLE[1], WHOLE[3]]


_PEOPLE = (CLERK, SECOND, DEPUTY, DIRECTOR, SUPERVISOR, SECRETARY)


@st.composite
def houses(draw: st.DrawFn) -> Organisation:
    """The small office with some of its people away for some days, some of them covered."""
    leaves, covers = [], []
    for number, person in enumerate(draw(st.lists(st.sampled_from(_PEOPLE), unique=True, max_size=4))):
        first = draw(st.integers(20, 29))
        last = draw(st.integers(first, 30))
        leaves.append(leave(person, f"{first} 08:00", f"{last} 18:00", "19 09:00", 900 + number))
        if draw(st.booleans()):
            by = draw(st.sampled_from([each for each in _PEOPLE if each != person]))
            covers.append(cover(person, by, f"{first} 08:00", f"{last} 18:00", "19 10:00", 950 + number))
    return organisation(leaves, covers, vacant=draw(st.booleans()))


@given(
    org=houses(),
    person=st.sampled_from((*_PEOPLE, None)),
    waits=st.lists(st.integers(1, 60), min_size=1, max_size=40),
    answers=st.lists(st.booleans(), max_size=40),
    interval=st.integers(1, 5),
)
def test_whatever_happens_the_ladder_keeps_its_promises(
    org: Organisation, person: str | None, waits: list[int], answers: list[bool], interval: int
) -> None:
    subject = matter(person, urger=DIRECTOR) if person is None else matter(person)
    told: list[Notice] = []
    at = AT
    for number, hours in enumerate(waits):
        at += timedelta(hours=hours)
        before = told[-1] if told else None
        found = next_at(subject, org, at, told, interval)
        if found is None:
            continue
        assert is_working_day(CALENDAR, local_day(CALENDAR, at))
        assert len(set(found.to)) == len(found.to) == 1
        assert all(org.is_present(each, at) for each in found.to)
        if before is None:
            assert found.level == "blue"
        else:
            assert working_days_between(CALENDAR, before.since, at) >= interval
            assert STAGES.index(found.stage) >= STAGES.index(before.stage)
            assert LEVELS.index(found.level) >= LEVELS.index(before.level)
            if before.state == "answered":
                up = STAGES.index(found.stage) > STAGES.index(before.stage)
                # Upwards after an answer only where nobody is there on its rung, or after the second.
                worn = [each.stage for each in told[-2:] if each.state == "answered"] == [before.stage] * 2
                assert not up or worn or before.stage not in _reachable(subject, org, at)
            else:
                assert found.stage != before.stage
        told.append(found)
        if number < len(answers) and answers[number]:
            told[-1] = answered(found, at)
    assert len(told) <= len(STAGES) + sum(answers)
    once = [each.to[0] for each in told if each.state != "answered"]
    assert len(once) == len(set(once)) or any(answers) or org.leaves


def _reachable(subject: Matter, org: Organisation, at: datetime) -> set[str]:
    from zeroerror.accountability.urging import ladder

    house = House(org, at)
    return {stage for stage, person in ladder(subject, house) if house.reached(person) is not None}


def test_an_interval_counts_working_days_from_the_first_moment_of_the_day() -> None:
    assert again_at(instant("26 17:00"), 2, CALENDAR) == instant("30 00:00")
    assert again_at(instant("27 08:30"), 1, CALENDAR) == instant("30 00:00")


def test_beyond_the_calendar_a_working_day_is_taken_for_a_week() -> None:
    late = from_text("2099-03-02T01:00:00.000000Z")
    assert again_at(late, 2, CALENDAR) == late + timedelta(days=14)
    assert not is_day_for_it(late, CALENDAR)


def test_who_was_told_in_the_place_of_somebody_below_is_not_told_again_in_his_own() -> None:
    away = leave(DEPUTY, "24 08:00", "30 18:00", "23 10:00")
    org = organisation([away], [cover(DEPUTY, DIRECTOR, "24 08:00", "30 18:00", "23 11:00")])
    told: list[Notice] = []
    for at in ("26 08:30", "30 08:30", "30 17:00"):
        found = next_at(matter(), org, instant(at), told, interval=1)
        told += [] if found is None else [found]
    assert told_in(told) == [WHOLE[0], ("yellow", "deputy", DIRECTOR)]
    assert next_notice(matter(), House(org, instant("30 17:00")), told) is not None
    assert told_in([each for each in told if each.to == (DIRECTOR,)]) == [("yellow", "deputy", DIRECTOR)]
    above = next_notice(matter(), House(org, instant("30 17:00")), told)
    assert above is not None and (above.stage, above.to) == ("supervisor", (SUPERVISOR,))
