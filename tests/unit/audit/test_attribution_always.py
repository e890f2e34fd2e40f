"""What holds of every attribution, whatever the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.unit.audit.test_attribution import CAME, WORKFLOW, a_task, a_visit, due_on, held
from tests.unit.organisation.people import local, people
from tests.unit.timing.calendars import shipped
from zeroerror.audit.attribution import attribute_step
from zeroerror.model.finding import Attribution
from zeroerror.model.limit import Limit
from zeroerror.model.organisation import Cover, Leave, Organisation
from zeroerror.model.task import Task
from zeroerror.model.visit import Asked, Holding, Visit
from zeroerror.timing import due

START = local(CAME)
JUDGED = local("2026-03-20 08:30")
CLERKS = ("yang", "wu", "long", "zhang")

#: Quarter days around a step of a week, so that facts often meet.
instants = st.integers(-8, 24).map(lambda quarters: START + timedelta(hours=6 * quarters))
persons = st.sampled_from(CLERKS)


@st.composite
def leaves(draw: st.DrawFn) -> Leave:
    since = draw(instants)
    until = since + timedelta(hours=6 * draw(st.integers(1, 30)))
    recorded = draw(instants)
    return Leave(
        f"L{draw(st.integers(0, 10**6))}",
        draw(persons),
        since,
        until,
        recorded,
        draw(st.integers(0, 99)),
        True,
    )


@st.composite
def covers(draw: st.DrawFn) -> Cover:
    person, by = draw(st.permutations(CLERKS))[:2]
    since = draw(instants)
    recorded = draw(instants)
    later = st.none() | st.integers(0, 4).map(lambda quarters: recorded + timedelta(hours=6 * quarters))
    return Cover(
        id=f"C{draw(st.integers(0, 10**6))}",
        person=person,
        by=by,
        since=since,
        until=since + timedelta(hours=6 * draw(st.integers(1, 30))),
        recorded_at=recorded,
        recorded_index=draw(st.integers(0, 99)),
        accepted_at=draw(later),
        told_at=draw(later),
    )


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    holdings = [held(draw(st.none() | persons), CAME)]
    for at in sorted(draw(st.lists(st.integers(1, 24), max_size=2, unique=True))):
        since = START + timedelta(hours=6 * at)
        holdings.append(Holding(draw(persons), "own", since, 110 + at, "assign"))
    change = replace(due_on(None), due_at=START + timedelta(hours=6 * draw(st.integers(1, 24))))
    requests = tuple(
        Asked("P", START + timedelta(hours=6 * at), "yang")
        for at in draw(st.lists(st.integers(0, 40), max_size=1))
    )
    return a_visit(draw(st.sampled_from(("draft", "review"))), *holdings, dues=(change,), extensions=requests)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Task, Organisation]:
    drafted = a_visit(
        "draft",
        held(draw(persons), "2026-02-20 09:00"),
        came="2026-02-20 09:00",
        number=9,
        entered_index=80,
        dues=(due_on("2026-02-27 17:30", "2026-02-20 09:00", index=80),),
        status="done",
        doer=draw(persons),
        left_at=local("2026-02-26 09:00"),
        left_index=90,
    )
    organisation = replace(
        people(),
        leaves=tuple(draw(st.lists(leaves(), max_size=4))),
        covers=tuple(draw(st.lists(covers(), max_size=3))),
    )
    return a_task(drafted, draw(visits())), organisation


@cache
def a_day_after(at: datetime) -> datetime:
    return due(at, Limit("wd", count=1), shipped()).at


def attributed(task: Task, organisation: Organisation) -> Attribution:
    visit = task.visits[-1]
    return attribute_step(
        task,
        visit,
        visit.dues[-1],
        workflow=WORKFLOW,
        organisation=organisation,
        calendar=shipped(),
        at=JUDGED,
    )


def due_at(task: Task) -> datetime:
    found = task.visits[-1].due_at
    assert found is not None
    return found


def direct(found: Attribution) -> set[str]:
    return {each.person for each in found.answerers if each.degree == "direct"}


@given(worlds())
@settings(max_examples=120, deadline=None)
def test_somebody_is_named_or_it_is_said_what_is_missing_and_who_is_to_clarify(
    world: tuple[Task, Organisation],
) -> None:
    task, organisation = world
    found = attributed(task, organisation)
    assert bool(found.answerers) != bool(found.missing)
    assert found.evidence
    if found.missing:
        assert found.clarifier is not None
        assert found.clarifier != task.visits[-1].person


@given(worlds())
@settings(max_examples=120, deadline=None)
def test_nobody_away_is_named_unless_he_left_a_b_person_to_it_on_a_leave_recorded_beforehand(
    world: tuple[Task, Organisation],
) -> None:
    task, organisation = world
    at = due_at(task)
    for each in attributed(task, organisation).answerers:
        away = [leave for leave in organisation.leaves_of(each.person, at) if leave.recorded_at > leave.since]
        assert not away
        if organisation.is_on_leave(each.person, at):
            assert each.reason == "attribution.left_without_handing_over"


@given(worlds())
@settings(max_examples=120, deadline=None)
def test_who_covers_is_named_only_if_he_accepted_or_was_told_in_time(
    world: tuple[Task, Organisation],
) -> None:
    task, organisation = world
    at = due_at(task)
    for each in attributed(task, organisation).answerers:
        if each.capacity["kind"] != "cover":
            continue
        known = [
            cover
            for cover in organisation.covers
            if cover.by == each.person and cover.spans(at) and cover.recorded_at <= at
        ]
        assert any(
            (cover.accepted_at is not None and cover.accepted_at <= at)
            or (cover.told_at is not None and a_day_after(cover.told_at) <= at)
            for cover in known
        )


@given(worlds())
@settings(max_examples=120, deadline=None)
def test_nobody_is_named_for_what_he_got_too_late_to_do(world: tuple[Task, Organisation]) -> None:
    task, organisation = world
    visit, at = task.visits[-1], due_at(task)
    for each in attributed(task, organisation).answerers:
        if each.degree != "direct" or each.capacity["kind"] == "cover" or "extension" in each.reason:
            continue
        held_then = [holding for holding in visit.holdings if holding.since <= at][-1]
        assert held_then.person == each.person
        assert held_then is visit.holdings[0] or a_day_after(held_then.since) <= at


@given(worlds())
@settings(max_examples=120, deadline=None)
def test_what_is_recorded_after_the_due_instant_clears_but_blames_nobody_anew(
    world: tuple[Task, Organisation],
) -> None:
    task, organisation = world
    at = due_at(task)
    then = replace(
        organisation,
        leaves=tuple(leave for leave in organisation.leaves if leave.recorded_at <= at),
        covers=tuple(cover for cover in organisation.covers if cover.recorded_at <= at),
    )
    assume(then != organisation)
    assert direct(attributed(task, organisation)) <= direct(attributed(task, then))


@given(worlds(), st.lists(persons, min_size=1, max_size=2))
@settings(max_examples=120, deadline=None)
def test_whoever_gets_it_after_the_due_instant_changes_nothing(
    world: tuple[Task, Organisation], later: list[str]
) -> None:
    task, organisation = world
    visit = task.visits[-1]
    since = max(due_at(task), visit.holdings[-1].since) + timedelta(hours=1)
    given_on = tuple(Holding(person, "own", since, 300, "assign") for person in later)
    after = replace(visit, holdings=(*visit.holdings, *given_on))
    moved = replace(task, visits=(*task.visits[:-1], after))
    assert attributed(moved, organisation).answerers == attributed(task, organisation).answerers


@given(worlds())
@settings(max_examples=120, deadline=None)
@example((a_task(a_visit()), people()))
def test_names_do_not_matter(world: tuple[Task, Organisation]) -> None:
    task, organisation = world
    nameless = replace(
        organisation, persons=tuple(replace(person, name="王丽") for person in organisation.persons)
    )
    assert attributed(task, nameless) == attributed(task, organisation)
