"""What an organisation answers, each question as of an instant."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.organisation.people import cover, leave, local, people
from zeroerror.model.organisation import Duty, Organisation, Supervision

NOW = local("2026-03-02 09:00")
BEFORE = local("2023-12-31 23:59")


def test_nobody_is_in_service_before_his_post_began() -> None:
    org = people()
    assert org.posts_of("zhang", BEFORE) == ()
    assert org.director("提案委", BEFORE) is None
    assert not org.in_service("zhang", BEFORE)
    assert not org.entitled("deng", "sysadmin", BEFORE)


def test_a_post_holds_from_its_first_instant_and_no_longer_at_its_end() -> None:
    start, end = local("2026-02-01"), local("2026-03-01")
    org = people().with_post("pan", "经济委", "工作人员", start, end)
    assert "经济委" in org.offices_of("pan", start)
    assert "经济委" not in org.offices_of("pan", end)


def test_same_names_are_different_persons() -> None:
    org = people()
    first, second = org.person("yang"), org.person("wu")
    assert first is not None and second is not None and first.name == second.name
    gone = org.with_leave(leave("yang", "2026-03-01", "2026-04-01"))
    assert gone.is_on_leave("yang", NOW) and not gone.is_on_leave("wu", NOW)


def test_of_several_holders_the_longest_in_post_comes_first() -> None:
    org = people()
    assert org.holders("提案委", "工作人员", NOW) == ("wu", "yang")
    later = org.without_post("wu", "提案委", "工作人员", local("2026-01-10")).with_post(
        "wu", "提案委", "工作人员", local("2026-02-01")
    )
    assert later.holders("提案委", "工作人员", NOW) == ("yang", "wu")


def test_posts_of_the_institution_belong_to_no_office() -> None:
    org = people()
    assert org.holders(None, "秘书长", NOW) == ("zhou",)
    assert org.office_of("li", NOW) is None
    assert [post.label for post in org.posts_of("qin", NOW)] == ["经济委/主任", "安全审计员"]


def test_the_secretary_is_the_secretary_general_else_the_party_secretary() -> None:
    org = people()
    assert org.secretary(NOW) == "zhou"
    assert org.without_post("zhou", None, "秘书长", local("2026-01-01")).secretary(NOW) == "chen"


def test_a_supervisor_who_has_left_supervises_nothing() -> None:
    org = people()
    assert org.supervisor("提案委", NOW) == "li"
    gone = org.without_post("li", None, "副主席", local("2026-01-01")).without_post(
        "li", None, "党组成员", local("2026-01-01")
    )
    assert gone.supervisor("提案委", NOW) is None
    assert gone.supervisor("提案委", local("2025-12-31")) == "li"


def test_a_supervision_is_dated() -> None:
    org = people()
    later = replace(
        org,
        supervisions=(
            Supervision("li", "提案委", local("2024-01-01"), local("2026-03-01")),
            Supervision("zhou", "提案委", local("2026-03-01")),
        ),
    )
    assert later.supervisor("提案委", local("2026-02-28 23:59")) == "li"
    assert later.supervisor("提案委", local("2026-03-01")) == "zhou"


def test_a_leave_counts_only_as_far_as_it_was_on_record() -> None:
    org = people().with_leave(leave("yang", "2026-03-01", "2026-03-05", index=50))
    assert org.is_on_leave("yang", NOW)
    assert org.is_on_leave("yang", NOW, known_at=51)
    assert not org.is_on_leave("yang", NOW, known_at=50)


def test_a_leave_that_nobody_confirmed_does_not_count() -> None:
    org = people().with_leave(replace(leave("yang", "2026-03-01", "2026-03-05"), confirmed=False))
    assert not org.is_on_leave("yang", NOW)


def test_a_cover_is_in_force_from_when_it_was_accepted() -> None:
    meant = cover("yang", "wu", "2026-03-01", "2026-03-05", accepted=None)
    org = people().with_cover(meant)
    assert org.cover_of("yang", NOW) is None
    assert org.covers_meant("yang", NOW) == (meant,)
    accepted = org.accept_cover(meant.id, local("2026-03-02 10:00"))
    assert accepted.cover_of("yang", NOW) is None
    found = accepted.cover_of("yang", local("2026-03-02 10:00"))
    assert found is not None and found.by == "wu"
    assert accepted.accept_cover(meant.id, local("2026-03-04")) == accepted


def test_a_cover_counts_only_as_far_as_it_was_on_record() -> None:
    org = people().with_cover(cover("yang", "wu", "2026-03-01", "2026-03-05", index=60))
    assert org.cover_of("yang", NOW, known_at=60) is None
    assert org.cover_of("yang", NOW, known_at=61) is not None
    assert org.cover_of("yang", local("2026-03-05")) is None


def test_the_division_of_labour_is_asked_from_the_narrow_to_the_wide() -> None:
    org = people()

    def first(*scopes: str) -> str | None:
        duty = org.division("提案委", scopes, NOW)
        return None if duty is None else duty.a

    assert first("起草", "document/outgoing", "document") == "yang"
    assert first("承办", "handling/supervision", "handling") == "wu"
    assert first("承办", "document/incoming", "document") == "long"
    assert first("承办", "meeting/meeting", "meeting") is None
    assert org.division("提案委", ("起草",), BEFORE) is None


def test_a_duty_ends_for_who_moves_away_but_not_for_who_came_from_elsewhere() -> None:
    org = people()
    own = org.division("提案委", ("起草",), NOW)
    assert own is not None and org.serves("yang", own, NOW)
    moved = org.with_transfer("yang", "经济委", "工作人员", local("2026-02-01"))
    assert not moved.serves("yang", own, NOW)
    assert moved.serves("yang", own, local("2026-01-31 23:59"))
    lent = Duty("经济委", "起草", "wu", None, local("2024-01-01"))
    assert org.serves("wu", lent, NOW)
    assert not org.serves(None, lent, NOW)


def test_a_transfer_ends_posts_in_offices_and_keeps_those_of_the_institution() -> None:
    at = local("2026-02-01")
    org = people().with_transfer("qin", "提案委", "主任", at)
    assert org.director("经济委", at) is None
    assert org.offices_of("qin", at) == ("提案委",)
    assert org.entitled("qin", "auditor", at)
    assert org.offices_of("qin", local("2026-01-31")) == ("经济委",)


def test_a_transfer_leaves_later_appointments_alone() -> None:
    later = local("2026-05-01")
    org = people().with_post("yang", "办公室", "副主任", later)
    moved = org.with_transfer("yang", "经济委", "工作人员", local("2026-02-01"))
    assert set(moved.offices_of("yang", later)) == {"办公室", "经济委"}


def test_changes_make_new_organisations() -> None:
    org = people()
    assert org.with_leave(leave("yang", "2026-03-01", "2026-03-05")) is not org
    assert org == people() and not org.leaves


def test_there_is_one_general_office() -> None:
    found = people().general_office()
    assert found is not None and found.id == "办公室"
    assert Organisation().general_office() is None


def test_deputies_and_the_entitled_are_found_by_what_their_roles_give() -> None:
    org = people()
    assert org.deputies("提案委", NOW) == ("long",)
    assert org.all_entitled("leader", NOW)[0] == "chen"
    assert org.supervisors(NOW) == ("zhou", "li")
    assert org.entitled("li", "party_group", NOW) and not org.entitled("pan", "party_group", NOW)
