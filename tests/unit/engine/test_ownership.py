"""Who owes a step on entry: one named person, or nobody and who is to find one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.organisation.people import cover, leave, local, people
from zeroerror.engine.ownership import Resolved, resolve
from zeroerror.model.command import OWN, Capacity
from zeroerror.model.organisation import Organisation, Person
from zeroerror.model.workflow import Owner

NOW = local("2026-03-02 09:00")
DRAFT = Owner("duty", "起草")
#: From long before now until long after.
AWAY = ("2026-02-01", "2026-04-01")


def ask(
    owner: Owner,
    org: Organisation | None = None,
    *,
    office: str = "提案委",
    fields: dict[str, str] | None = None,
    doers: dict[str, str | None] | None = None,
    workflow: str = "document/outgoing",
) -> Resolved:
    return resolve(
        owner,
        organisation=people() if org is None else org,
        office=office,
        workflow_id=workflow,
        family=workflow.partition("/")[0],
        fields=fields or {},
        doers=doers or {},
        opener="yang",
        at=NOW,
    )


def away(*persons: str) -> Organisation:
    org = people()
    for person in persons:
        org = org.with_leave(leave(person, *AWAY))
    return org


def gone(person: str, org: Organisation | None = None) -> Organisation:
    base = people() if org is None else org
    return replace(base, posts=tuple(post for post in base.posts if post.person != person))


def test_a_duty_is_the_a_persons_while_he_is_present() -> None:
    assert ask(DRAFT) == Resolved("person", "yang")


def test_a_duty_is_the_b_persons_while_the_a_person_is_away() -> None:
    assert ask(DRAFT, away("yang")) == Resolved(
        "person", "wu", Capacity("cover", "提案委/起草"), tried=(("yang", "absent"),)
    )


def test_a_duty_is_the_b_persons_where_the_a_person_has_left_or_moved() -> None:
    assert ask(DRAFT, gone("yang")).tried == (("yang", "left"),)
    moved = ask(DRAFT, people().with_transfer("yang", "经济委", "工作人员", local("2026-02-01")))
    assert (moved.person, moved.tried) == ("wu", (("yang", "moved"),))


def test_both_away_leaves_the_step_unassigned_and_the_director_owes_the_assignment() -> None:
    found = ask(DRAFT, away("yang", "wu"))
    assert found == Resolved("person", None, OWN, "zhang", None, True, (("yang", "absent"), ("wu", "absent")))


def test_a_cover_of_the_a_person_does_not_go_before_the_b_person() -> None:
    org = away("yang").with_cover(cover("yang", "long", *AWAY))
    assert ask(DRAFT, org).person == "wu"


def test_who_accepted_to_cover_one_of_both_who_are_away_goes_before_nobody() -> None:
    for covered in ("yang", "wu"):
        org = away("yang", "wu").with_cover(cover(covered, "long", *AWAY))
        found = ask(DRAFT, org)
        assert (found.person, found.capacity) == ("long", Capacity("cover", "提案委/起草"))
        assert found.tried == (("yang", "absent"), ("wu", "absent"))
    # He is away too, or has not accepted: it is to be assigned.
    assert ask(DRAFT, away("yang", "wu", "long").with_cover(cover("yang", "long", *AWAY))).unassigned
    promised = replace(cover("yang", "long", *AWAY), accepted_at=None)
    assert ask(DRAFT, away("yang", "wu").with_cover(promised)).unassigned


def test_nobodys_duty_is_unassigned_with_nobody_tried() -> None:
    found = ask(Owner("duty", "用印"), workflow="meeting/meeting")
    assert (found.person, found.unassigned, found.tried, found.urger) == (None, True, (), "zhang")


def test_a_duty_falls_back_to_the_workflow_and_then_to_the_family() -> None:
    assert ask(Owner("duty", "承办"), workflow="handling/supervision").person == "wu"
    assert ask(Owner("duty", "承办"), workflow="document/incoming").person == "long"


def test_a_duty_of_a_named_office_is_asked_there_and_assigned_there() -> None:
    typing = Owner("duty", "文印", "办公室")
    assert ask(typing).person == "xiao"
    assert ask(typing, away("xiao", "yao")).urger == "luo"


@pytest.mark.parametrize(
    ("absent", "urger"),
    [
        ((), "zhang"),
        (("zhang",), "long"),
        (("zhang", "long"), "li"),
        (("zhang", "long", "li"), "zhou"),
        (("zhang", "long", "li", "zhou"), "chen"),
        (("zhang", "long", "li", "zhou", "chen"), None),
    ],
)
def test_the_assignment_is_owed_by_the_first_who_is_present_going_upwards(
    absent: tuple[str, ...], urger: str | None
) -> None:
    assert ask(Owner("duty", "用印"), away(*absent), workflow="meeting/meeting").urger == urger


def test_a_post_is_its_holders() -> None:
    assert ask(Owner("post", "主任")) == Resolved("person", "zhang")
    assert ask(Owner("post", "主任", "办公室")).person == "luo"


def test_a_post_of_the_institution_is_found_from_any_office() -> None:
    assert ask(Owner("post", "秘书长")).person == "zhou"
    covered = away("zhou").with_cover(cover("zhou", "li", *AWAY))
    assert ask(Owner("post", "秘书长"), covered).capacity == Capacity("cover", "秘书长")


def test_who_covers_an_absent_holder_owes_for_the_post() -> None:
    org = away("zhang").with_cover(cover("zhang", "long", *AWAY))
    assert ask(Owner("post", "主任"), org) == Resolved(
        "person", "long", Capacity("cover", "提案委/主任"), tried=(("zhang", "absent"),)
    )


def test_a_cover_that_was_not_accepted_owes_nothing() -> None:
    org = away("zhang").with_cover(cover("zhang", "long", *AWAY, accepted=None))
    assert ask(Owner("post", "主任"), org).unassigned


def test_a_cover_does_not_take_a_post_from_a_holder_who_is_present() -> None:
    org = people().with_cover(cover("zhang", "long", *AWAY))
    assert ask(Owner("post", "主任"), org).person == "zhang"


def test_who_covers_and_is_away_himself_owes_nothing() -> None:
    org = away("zhang", "long").with_cover(cover("zhang", "long", *AWAY))
    found = ask(Owner("post", "主任"), org)
    assert found.unassigned and found.tried == (("zhang", "absent"), ("long", "absent"))


def test_of_several_holders_the_first_who_is_present_owes() -> None:
    assert ask(Owner("post", "工作人员")).person == "wu"
    found = ask(Owner("post", "工作人员"), away("wu"))
    assert (found.person, found.capacity) == ("yang", OWN)


def test_a_vacant_post_is_unassigned() -> None:
    found = ask(Owner("post", "副主任", "经济委"))
    assert (found.person, found.unassigned, found.urger) == (None, True, "qin")


def test_a_field_names_the_person() -> None:
    owner = Owner("field", "person")
    assert ask(owner, fields={"person": "pan"}) == Resolved("person", "pan")
    assert ask(owner, gone("pan"), fields={"person": "pan"}).tried == (("pan", "left"),)
    assert ask(owner, fields={"person": "stranger"}).tried == (("stranger", "unknown"),)
    assert ask(owner).unassigned and ask(owner, fields={"person": ""}).tried == ()
    org = away("pan").with_cover(cover("pan", "li", *AWAY))
    assert ask(owner, org, fields={"person": "pan"}).capacity == Capacity("cover", "副主席")


def test_a_doer_owes_again_what_he_did() -> None:
    owner = Owner("doer", "draft")
    assert ask(owner, doers={"draft": "wu"}).person == "wu"
    assert ask(owner, away("wu"), doers={"draft": "wu"}).tried == (("wu", "absent"),)
    assert ask(owner, gone("wu"), doers={"draft": "wu"}).unassigned
    assert ask(owner, doers={"draft": None}).unassigned
    assert ask(owner).unassigned


def test_nobody_stands_in_for_who_did_it() -> None:
    org = away("wu").with_cover(cover("wu", "long", *AWAY))
    assert ask(Owner("doer", "draft"), org, doers={"draft": "wu"}).unassigned


def test_the_opener_can_be_named_as_the_doer_of_the_opening() -> None:
    assert ask(Owner("doer", "opener")).person == "yang"


def test_an_outside_body_has_no_person_but_an_urger() -> None:
    owner = Owner("outside", "县政府办", urged_by=DRAFT)
    assert ask(owner) == Resolved("outside", None, OWN, "yang", "县政府办")
    found = ask(owner, away("yang"))
    assert (found.urger, found.tried, found.unassigned) == ("wu", (("yang", "absent"),), False)
    assert ask(owner, away("yang", "wu")).urger == "zhang"


def test_an_outside_body_that_nobody_at_all_could_urge_is_unassigned() -> None:
    owner = Owner("outside", "县政府办", urged_by=DRAFT)
    nobody = away("yang", "wu", "zhang", "long", "li", "zhou", "chen")
    assert ask(owner, nobody).unassigned


def test_a_leaders_desk_is_the_supervisors_and_has_an_urger() -> None:
    owner = Owner("desk", "分管领导", urged_by=DRAFT)
    assert ask(owner) == Resolved("desk", None, OWN, "yang", "li")
    assert ask(owner, office="办公室") == Resolved("desk", None, OWN, "yao", "zhou")
    # The matter lies at his desk, whether he is there or not.
    assert ask(owner, away("li")).waits_for == "li"


def test_another_desk_is_the_holder_of_that_role() -> None:
    assert ask(Owner("desk", "秘书长", urged_by=DRAFT)).waits_for == "zhou"


def test_a_desk_without_a_leader_is_unassigned() -> None:
    owner = Owner("desk", "分管领导", urged_by=DRAFT)
    org = replace(people(), supervisions=())
    found = ask(owner, org)
    assert (found.waits_for, found.unassigned, found.urger) == (None, True, "yang")


def test_of_two_with_one_name_the_id_decides() -> None:
    names = {person.id: person.name for person in people().persons}
    assert names["yang"] == names["wu"]
    assert ask(DRAFT, away("wu")).person == "yang"
    assert Person("yang", names["yang"]) != Person("wu", names["wu"])
