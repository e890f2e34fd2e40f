"""Who may act on a step, and in what capacity, by the organisation at that instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from tests.unit.organisation.people import cover, leave, local, people
from zeroerror.engine.authority import capacities, may_assign, may_open, may_read, may_urge, why_not
from zeroerror.model.command import OWN, Capacity
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task
from zeroerror.model.visit import DueChange, Holding, Signing, Visit
from zeroerror.model.workflow import Owner, Step, Workflow
from zeroerror.text import say

NOW = local("2026-03-02 09:00")
AWAY = ("2026-02-01", "2026-04-01")
EVERYBODY = [person.id for person in people().persons]


def visit(
    person: str | None = "yang",
    *,
    kind: str = "person",
    urger: str | None = None,
    waits_for: str | None = None,
    unassigned: bool = False,
    held_for: str | None = None,
) -> Visit:
    entered = local("2026-03-01 09:00")
    return Visit(
        step="draft",
        visit=1,
        kind=kind,
        entered_at=entered,
        entered_index=101,
        dues=(DueChange(None, None, entered, 101, "entered"),),
        holdings=(Holding(person, "cover" if held_for else "own", entered, 101, for_=held_for),),
        urger=urger,
        waits_for=waits_for,
        unassigned=unassigned,
    )


def task(*visits: Visit, office: str = "提案委", opener: str = "yang") -> Task:
    opened = local("2026-03-01 09:00")
    return Task(
        id="BW-2026-0001",
        workflow="document/outgoing",
        digest="d",
        family="document",
        office=office,
        opener=opener,
        fields={},
        sealed={},
        opened_at=opened,
        dues=(DueChange(None, None, opened, 100, "entered"),),
        visits=visits,
    )


def workflow(*visible_to: str, opened_by: str = "person") -> Workflow:
    step = Step("draft", "起草", Owner("duty", "起草"), None, None, ())
    found = Workflow("document/outgoing", "发文", "", "document", None, visible_to, (), (step,))
    return replace(found, opened_by="machine") if opened_by == "machine" else found


def held(
    each: Visit, person: str, org: Organisation | None = None, at: datetime = NOW
) -> tuple[Capacity, ...]:
    return capacities(each, person=person, organisation=org or people(), task=task(each), at=at)


def who_may(each: Visit, org: Organisation | None = None) -> set[str]:
    return {person for person in EVERYBODY if held(each, person, org)}


def test_who_owes_a_step_may_act_and_nobody_else_whatever_his_rank() -> None:
    assert held(visit("yang"), "yang") == (OWN,)
    assert who_may(visit("yang")) == {"yang"}
    assert held(visit("yang"), "machine") == () and held(visit("yang"), "") == ()


def test_who_has_left_the_service_may_not_act() -> None:
    org = people().without_post("yang", "提案委", "工作人员", NOW)
    assert who_may(visit("yang"), org) == set()
    assert held(visit("yang"), "yang", org, local("2026-03-02 08:59")) == (OWN,)


def test_who_covers_acts_for_the_post_while_the_cover_is_in_force() -> None:
    org = people().with_cover(cover("yang", "wu", "2026-03-01", "2026-03-03"))
    each = visit("yang")
    assert held(each, "wu", org) == (Capacity("cover", "提案委/工作人员"),)
    assert held(each, "wu", org, local("2026-03-03")) == ()
    assert held(each, "wu", org, local("2026-02-28 23:59")) == ()
    assert held(each, "yang", org) == (OWN,)


def test_who_covers_a_holder_who_covers_acts_for_the_same_duty() -> None:
    org = people().with_cover(cover("wu", "long", *AWAY))
    assert held(visit("wu", held_for="提案委/起草"), "long", org) == (Capacity("cover", "提案委/起草"),)


def test_a_cover_that_was_not_accepted_lets_nobody_act() -> None:
    org = people().with_cover(cover("yang", "wu", *AWAY, accepted=None))
    assert who_may(visit("yang"), org) == {"yang"}


def test_the_b_person_of_the_duty_may_not_act_while_the_step_is_another_s() -> None:
    assert held(visit("yang"), "wu", people().with_leave(leave("yang", *AWAY))) == ()


def test_an_unassigned_step_lets_nobody_act() -> None:
    each = visit(None, unassigned=True, urger="zhang")
    assert who_may(each) == set()
    reason = why_not(each, "起草", organisation=people(), task=task(each), at=NOW)
    assert (reason.code, reason.params["assigned_by"]) == ("engine.unassigned", "zhang")


def test_at_a_desk_the_leader_acts_or_who_covers_him() -> None:
    each = visit(None, kind="desk", waits_for="li", urger="yang")
    assert who_may(each) == {"li"}
    org = people().with_cover(cover("li", "zhou", *AWAY))
    assert held(each, "zhou", org) == (Capacity("cover", "副主席"),)


def test_an_outside_body_s_answer_is_recorded_by_the_urger_or_who_covers_him() -> None:
    each = visit(None, kind="outside", waits_for="县政府办", urger="yang")
    assert who_may(each) == {"yang"}
    assert who_may(each, people().with_cover(cover("yang", "wu", *AWAY))) == {"yang", "wu"}


def test_a_refusal_says_whose_step_it_is_and_who_covers_until_when() -> None:
    each = visit("yang")
    plain = why_not(each, "起草", organisation=people(), task=task(each), at=NOW)
    assert plain.code == "engine.not_your_step"
    assert (plain.params["owed_by"], plain.params["covered_by"], plain.params["cover_until"]) == (
        "yang",
        None,
        None,
    )
    org = people().with_cover(cover("yang", "wu", "2026-03-01", "2026-03-03"))
    covered = why_not(each, "起草", organisation=org, task=task(each), at=NOW)
    assert covered.params["covered_by"] == "wu"
    assert covered.params["cover_until"] == "2026-03-02T16:00:00.000000Z"


def test_a_refusal_names_several_who_are_asked_and_how_many_more_there_are() -> None:
    def signing(person: str, number: int) -> Visit:
        return replace(visit(person), visit=number, signing=Signing(1, 0, person, "", "wait", None, None))

    def told(*persons: str) -> Mapping[str, Any]:
        visits = [signing(person, number) for number, person in enumerate(persons, 1)]
        whole = replace(task(visits[0]), visits=tuple(visits))
        return why_not(visits[0], "会签", organisation=people(), task=whole, at=NOW).params

    assert (told("yang")["others"], told("yang")["more"]) == ([], None)
    assert (told("yang", "wu", "li")["others"], told("yang", "wu", "li")["more"]) == (["wu", "li"], None)
    many = told("yang", "wu", "li", "zhou", "luo")
    assert (many["owed_by"], many["others"], many["more"]) == ("yang", ["wu", "li"], 2)
    assert "由 yang、wu、li 等 5 人 承办" in say("engine.not_your_step", many, "zh")
    assert "owed by yang, wu, li and others, 5 in all" in say("engine.not_your_step", many, "en")


def assigns(each: Visit, org: Organisation | None = None, office: str = "提案委") -> set[str]:
    whole = task(each, office=office)
    return {one for one in EVERYBODY if may_assign(one, each, whole, org or people(), NOW)}


def test_the_office_s_directors_its_supervisor_and_the_holder_may_assign() -> None:
    assert assigns(visit("yang")) == {"zhang", "long", "li", "yang"}


def test_a_step_of_another_office_may_be_assigned_by_who_directs_there_too() -> None:
    assert assigns(visit("xiao")) == {"zhang", "long", "li", "xiao", "luo", "zhou"}
    assert assigns(visit("wu", held_for="经济委/承办"), office="经济委") >= {"qin", "li"}


def test_an_unassigned_step_may_be_assigned_by_whoever_owes_the_assignment() -> None:
    assert "chen" not in assigns(visit(None, unassigned=True, urger="zhang"))
    assert "chen" in assigns(visit(None, unassigned=True, urger="chen"))
    # Once it is assigned, who owed the assignment has no say any more.
    assert "chen" not in assigns(visit("yang", urger="chen"))


def test_who_covers_the_director_may_assign_and_who_has_left_may_not() -> None:
    org = people().with_cover(cover("zhang", "wu", *AWAY))
    assert "wu" in assigns(visit("yang"), org)
    left = people().without_post("yang", "提案委", "工作人员", local("2026-01-01"))
    assert "yang" not in assigns(visit("yang"), left)


def test_the_urger_or_who_covers_him_puts_urgings_on_record() -> None:
    def urges(each: Visit, org: Organisation | None = None) -> set[str]:
        return {one for one in EVERYBODY if may_urge(one, each, task(opener="yao"), org or people(), NOW)}

    desk = visit(None, kind="desk", waits_for="li", urger="yang")
    assert urges(desk) == {"yang"}
    assert urges(desk, people().with_cover(cover("yang", "wu", *AWAY))) == {"yang", "wu"}
    assert urges(visit(None, kind="desk", waits_for="li")) == set()
    assert urges(desk, people().without_post("yang", "提案委", "工作人员", NOW)) == set()


def test_a_step_of_the_house_is_urged_by_who_opened_the_task_or_directs_there() -> None:
    def urges(each: Visit) -> set[str]:
        return {one for one in EVERYBODY if may_urge(one, each, task(opener="yao"), people(), NOW)}

    assert urges(visit("yang")) == {"yao", "zhang", "long", "li"}
    # Nobody urges himself, and what nobody owes is to be assigned.
    assert urges(visit("zhang")) == {"yao", "long", "li"}
    assert urges(visit(None, unassigned=True, urger="chen")) == set()


def test_a_task_is_opened_by_the_office_its_supervisor_or_the_general_office() -> None:
    found = {one for one in EVERYBODY if may_open(one, workflow(), "提案委", people(), NOW)}
    assert found == {"zhang", "long", "yang", "wu", "li", "luo", "xiao", "yao", "deng", "tang"}


def test_what_the_machine_opens_nobody_else_does() -> None:
    follow_up = workflow(opened_by="machine")
    assert may_open("machine", follow_up, "提案委", people(), NOW)
    assert not any(may_open(one, follow_up, "提案委", people(), NOW) for one in EVERYBODY)
    assert not may_open("machine", workflow(), "提案委", people(), NOW)


@pytest.mark.parametrize(
    ("words", "readers"),
    [
        ((), set()),
        (("office",), {"zhang", "long", "yang", "wu"}),
        (("leaders",), {"chen", "li", "pan", "zhou"}),
        (("auditor",), {"qin"}),
        (("office", "auditor"), {"zhang", "long", "yang", "wu", "qin"}),
    ],
)
def test_a_task_is_read_by_whom_it_is_visible_to(words: tuple[str, ...], readers: set[str]) -> None:
    whole = task(opener="yao")
    found = {one for one in EVERYBODY if may_read(one, whole, workflow(*words), people(), NOW)}
    assert found == readers | {"yao"}


def test_whoever_had_a_part_in_a_task_reads_it() -> None:
    done = replace(visit("wu"), status="done", doer="deng")
    desk = visit(None, kind="desk", waits_for="pan", urger="xiao")
    whole = task(done, desk, opener="yao")
    found = {one for one in EVERYBODY if may_read(one, whole, workflow(), people(), NOW)}
    assert found == {"yao", "wu", "deng", "pan", "xiao"}


def test_who_covers_reads_what_he_may_act_on() -> None:
    org = people().with_cover(cover("yang", "tang", *AWAY))
    whole = task(visit("yang"))
    assert may_read("tang", whole, workflow(), org, NOW)
    assert not may_read("tang", whole, workflow(), org, local("2026-04-02"))


def test_neither_the_machine_nor_who_has_left_reads_a_task() -> None:
    whole = task(visit("yang"), opener="machine")
    assert not may_read("machine", whole, workflow("office"), people(), NOW)
    left = people().without_post("yang", "提案委", "工作人员", local("2026-01-01"))
    assert not may_read("yang", whole, workflow("office"), left, NOW)
