"""Notices by the real service: who is told when, what an answer does, and what ends them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.service.house import OFFICE, House, codes, done_of, local
from zeroerror.model.problem import Refusal
from zeroerror.service import audits, findings, notices, organisation, proposals
from zeroerror.service.desk import next_for
from zeroerror.store import reads


def given(house: House, **which: Any) -> list[tuple[str, str, str]]:
    """Level, part and reader of every notice, in order."""
    found = notices.notices(house.inst, house.director, reads.NoticeFilter(**which))
    return [(each["level"], each["stage"], *each["to"]) for each in found]


def states(house: House) -> list[str]:
    return [each["state"] for each in notices.notices(house.inst, house.director, reads.NoticeFilter())]


def first(house: House) -> Mapping[str, Any]:
    return notices.notices(house.inst, house.director, reads.NoticeFilter())[-1]


def deputy(house: House) -> str:
    return house.inst.organisation.deputies(OFFICE, house.inst.now())[0]


def test_the_urging_goes_up_from_who_owes_while_nobody_answers_and_ends_at_the_top(house: House) -> None:
    task = house.open()
    house.run_slots("2026-12-04 18:00")
    assert given(house, task=task) == [
        ("blue", "owes", house.clerk),
        ("yellow", "deputy", deputy(house)),
        ("yellow", "director", house.director),
        ("red", "supervisor", house.leader),
    ]
    house.run_slots("2026-12-22 18:00")
    # By then the whole task is overdue too, which is its director's, and his supervisor's.
    assert given(house, task=task)[4:] == [
        ("blue", "director", house.director),
        ("red", "supervisor", house.leader),
    ]
    house.verify()


def test_a_notice_comes_with_the_finding_and_the_next_only_after_the_interval(house: House) -> None:
    task = house.open()
    house.run_slots("2026-11-26 08:30")
    assert given(house) == [("blue", "owes", house.clerk)]
    house.run_slots("2026-11-27 18:00")
    assert len(given(house, task=task)) == 1
    house.run_slots("2026-11-30 08:30")
    assert given(house, task=task) == [("blue", "owes", house.clerk), ("yellow", "deputy", deputy(house))]
    assert states(house)[:2] == ["unanswered", "waiting"]
    house.verify()


def test_an_answered_notice_is_repeated_on_its_rung_and_goes_up_only_if_that_is_not_answered(
    house: House,
) -> None:
    task = house.open()
    house.run_slots("2026-11-26 10:00")
    done_of(notices.answer(house.inst, house.actor(house.clerk), [first(house)["id"]], "材料周五到齐"))
    house.run_slots("2026-11-27 18:00")
    assert len(given(house, task=task)) == 1
    house.run_slots("2026-11-30 09:00")
    assert given(house, task=task) == [("blue", "owes", house.clerk)] * 2
    house.run_slots("2026-12-02 09:00")
    assert given(house, task=task)[2] == ("yellow", "deputy", deputy(house))
    house.verify()


def test_a_matter_that_ends_stops(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.run_slots("2026-11-26 10:00")
    assert [each["id"] for each in next_for(house.inst, house.clerk)["notices"]] == [first(house)["id"]]
    house.submit(task, tmp_path)
    assert next_for(house.inst, house.clerk)["notices"] == []
    answered = notices.answer(house.inst, house.actor(house.clerk), [first(house)["id"]], "已办")
    assert codes(answered) == {"engine.notice_ended"}
    house.run_slots("2026-11-26 18:00")
    assert states(house) == ["ended"]
    house.verify()


def test_only_who_got_it_answers_once_and_with_words(house: House) -> None:
    house.open()
    house.run_slots("2026-11-26 10:00")
    id = first(house)["id"]

    def tried(person: str, reason: str | None = "正在办") -> Any:
        return notices.answer(house.inst, house.actor(person), [id], reason)

    assert codes(tried(house.colleague)) == {"engine.not_your_notice"}
    assert codes(tried(house.clerk, None)) == {"engine.says_nothing"}
    done_of(tried(house.clerk))
    assert codes(tried(house.clerk)) == {"engine.notice_answered"}
    assert isinstance(tried(house.director), Refusal)
    shown = first(house)
    assert (shown["state"], shown["answered_by"], shown["answer"]) == ("answered", house.clerk, "正在办")
    house.verify()


def test_who_has_gone_on_leave_gets_none_but_the_next_above(house: House) -> None:
    house.open()
    house.at("2026-11-25 16:00")
    asked = organisation.leave(
        house.inst,
        house.actor(house.clerk),
        house.clerk,
        local("2026-11-26 08:00"),
        local("2026-11-30 18:00"),
    )
    done_of(asked)
    waiting = proposals.proposals(house.inst)
    done_of(proposals.confirm(house.inst, house.actor(house.director), [waiting[0]["id"]]))
    house.run_slots("2026-11-26 09:00")
    assert given(house) == [("blue", "deputy", deputy(house))]
    house.verify()


def test_slots_that_were_slept_through_give_their_notices_once(house: House) -> None:
    house.open()
    house.at("2026-12-01 09:00")
    audits.run_owed(house.inst)
    assert given(house, task="BW-2026-0001")[:1] == [("blue", "owes", house.clerk)]
    found = notices.notices(house.inst, house.director, reads.NoticeFilter())
    assert len({(each["task"], each["step"]) for each in found}) == len(found)
    house.verify()


def test_on_a_day_off_nobody_is_urged_and_on_the_next_working_day_it_is_made_good(house: House) -> None:
    house.open()
    house.run_slots("2026-11-25 17:00")
    house.at("2026-11-28 10:00")
    assert audits.run_owed(house.inst)
    assert given(house) == []
    house.run_slots("2026-11-30 09:00")
    assert given(house, task="BW-2026-0001")[:1] == [("blue", "owes", house.clerk)]
    house.verify()


def test_what_was_voided_is_urged_no_more(house: House) -> None:
    house.open()
    house.run_slots("2026-11-26 10:00")
    id = first(house)["finding"]
    secretary = house.inst.organisation.secretary(house.inst.now()) or ""
    done_of(findings.void(house.inst, house.actor(secretary), id, "系统停用期间"))
    waiting = [each for each in proposals.proposals(house.inst) if each["kind"] == "void_finding"]
    done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting[0]["id"]]))
    assert states(house) == ["ended"]
    house.run_slots("2026-11-30 18:00")
    assert [each for each in given(house, task="BW-2026-0001") if each[1] != "director"] == [
        ("blue", "owes", house.clerk)
    ]
    house.verify()


def corrected_to(house: House, person: str) -> list[str]:
    return [each["why"] for each in next_for(house.inst, person)["corrections"]]


def test_what_was_voided_is_corrected_once_to_everybody_who_had_been_told(house: House) -> None:
    house.open()
    house.run_slots("2026-11-30 09:00")
    id = first(house)["finding"]
    secretary = house.inst.organisation.secretary(house.inst.now()) or ""
    about = notices.notices(house.inst, house.director, reads.NoticeFilter(finding=id))
    readers = {person for each in about for person in each["to"]}
    done_of(findings.void(house.inst, house.actor(secretary), id, "系统停用期间"))
    waiting = [each for each in proposals.proposals(house.inst) if each["kind"] == "void_finding"]
    done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting[0]["id"]]))
    assert reads.corrections_of(house.inst.conn, id) == []
    house.run_slots("2026-12-02 18:00")
    sent = reads.corrections_of(house.inst.conn, id)
    assert {each.person for each in sent} >= readers
    assert len({each.person for each in sent}) == len(sent)
    assert {each.why for each in sent} == {"voided"}
    for person in readers:
        assert corrected_to(house, person) == ["voided"]
    assert corrected_to(house, house.colleague) == []
    house.verify()


def test_an_attribution_that_is_revised_is_corrected_to_who_was_named(house: House) -> None:
    house.open()
    house.run_slots("2026-11-26 09:00")
    away = local("2026-11-24 08:00"), local("2026-11-27 18:00")
    done_of(organisation.leave(house.inst, house.actor(house.director), house.clerk, *away))
    waiting = [each for each in proposals.proposals(house.inst) if each["kind"] == "leave"]
    done_of(proposals.confirm(house.inst, house.actor(house.leader), [waiting[0]["id"]]))
    house.run_slots("2026-11-26 18:00")
    assert corrected_to(house, house.clerk) == ["revised"]
    house.run_slots("2026-11-27 18:00")
    assert corrected_to(house, house.clerk) == ["revised"]
    house.verify()
