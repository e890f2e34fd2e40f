"""What people say of a finding: disputed, answered, corrected, voided; each by whom it may be and nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House, codes, done_of, judged_by_two, local
from zeroerror.engine.objecting import who_answers
from zeroerror.model.errors import UsageError
from zeroerror.model.organisation import Leave
from zeroerror.service import audits, findings, organisation, tasks
from zeroerror.service.proposals import confirm, proposals


def overdue(house: House) -> dict[str, Any]:
    """A draft that ran over: the finding about it, which names its drafter."""
    house.open()
    found = house.run_slots("2026-11-26 12:00")
    return dict(next(each for each in found if each["rule"] == "step_overdue"))


def test_whom_a_finding_names_may_dispute_it_and_nobody_else(house: House) -> None:
    found = overdue(house)
    assert [each["person"] for each in found["attribution"]] == [house.clerk]
    stranger = findings.dispute(house.inst, house.actor("tianye"), found["id"], "与我无关")
    assert codes(stranger) == {"engine.not_named"}
    done_of(findings.dispute(house.inst, house.actor(house.clerk), found["id"], "材料晚到"))
    again = audits.finding(house.inst, found["id"])
    assert again["disputed"] and again["state"] == "open"
    twice = findings.dispute(house.inst, house.actor(house.clerk), found["id"], "再说一次")
    assert codes(twice) == {"engine.disputed_already"}


def test_a_dispute_is_answered_by_somebody_without_interest_and_by_nobody_else(house: House) -> None:
    found = overdue(house)
    done_of(findings.dispute(house.inst, house.actor(house.clerk), found["id"], "材料晚到"))
    own = findings.answer(house.inst, house.actor(house.clerk), found["id"], "refer", "是的")
    assert "engine.not_your_step" in codes(own)
    done_of(findings.answer(house.inst, house.actor(house.leader), found["id"], "uphold", "材料按时到了"))
    after = audits.finding(house.inst, found["id"])
    assert not after["disputed"] and after["state"] == "open"


def test_an_attribution_is_corrected_by_two_persons_and_no_rule_changes_it_back(
    house: House, tmp_path: Path
) -> None:
    found = overdue(house)
    correct = [(house.director, "lead")]
    clerks = findings.correct(house.inst, house.actor(house.clerk), found["id"], correct, "不是我")
    assert codes(clerks) >= {"engine.not_entitled", "engine.recused"}
    done_of(findings.correct(house.inst, house.actor(house.leader), found["id"], correct, "主任未分派"))
    waiting = proposals(house.inst)[0]["id"]
    assert codes(confirm(house.inst, house.actor(house.leader), [waiting])) == {"engine.own_proposal"}
    done_of(confirm(house.inst, house.actor("zhoujianming"), [waiting]))
    after = audits.finding(house.inst, found["id"])
    assert [(each["person"], each["degree"]) for each in after["attribution"]] == correct
    assert [each["person"] for each in after["history"][0]] == [house.clerk]
    organisation.leave(
        house.inst,
        house.actor(house.clerk),
        house.clerk,
        house.inst.now(),
        house.inst.now().replace(month=12),
    )
    house.submit(house.task(found["task"]).id, tmp_path)
    house.run_slots("2026-11-27 12:00")
    still = audits.finding(house.inst, found["id"])
    assert [(each["person"], each["degree"]) for each in still["attribution"]] == correct


def test_a_finding_is_voided_by_two_persons_without_interest_and_stays_so(house: House) -> None:
    found = overdue(house)
    one = findings.void(house.inst, house.actor(house.leader), found["id"], "系统时钟有误")
    done_of(one)
    assert audits.finding(house.inst, found["id"])["state"] == "open"
    done_of(confirm(house.inst, house.actor("yangxiulan"), [proposals(house.inst)[0]["id"]]))
    assert audits.finding(house.inst, found["id"])["state"] == "voided"
    assert found["follow_up"] is not None and house.task(found["follow_up"]).status == "closed"
    house.run_slots("2026-11-27 12:00")
    assert audits.finding(house.inst, found["id"])["state"] == "voided"
    assert codes(findings.void(house.inst, house.actor(house.leader), found["id"], "再作废")) == {
        "engine.finding_gone"
    }


def test_what_is_voided_is_not_corrected_in_the_same_breath(house: House) -> None:
    found = overdue(house)
    done_of(findings.void(house.inst, house.actor(house.leader), found["id"], "系统时钟有误"))
    named = [(house.colleague, "direct")]
    done_of(findings.correct(house.inst, house.actor(house.leader), found["id"], named, "由其承办"))
    void = next(each["id"] for each in proposals(house.inst) if each["kind"] == "void_finding")
    both = [void, *(each["id"] for each in proposals(house.inst) if each["id"] != void)]
    assert codes(confirm(house.inst, house.actor("yangxiulan"), both)) == {"engine.finding_gone"}
    assert audits.finding(house.inst, found["id"])["state"] == "open"
    done_of(confirm(house.inst, house.actor("yangxiulan"), [void]))
    left = [each["id"] for each in proposals(house.inst)]
    assert codes(confirm(house.inst, house.actor("yangxiulan"), left)) == {"engine.finding_gone"}
    assert [each["person"] for each in audits.finding(house.inst, found["id"])["attribution"]] == [
        house.clerk
    ]


def test_whoever_is_named_may_dispute_though_every_leader_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, now = overdue(house), house.inst.now()
    finding = house.inst.facts().finding(found["id"])
    assert finding is not None
    assert who_answers(finding, house.inst.facts(), now) == house.leader
    organisation, away = house.inst.organisation, timedelta(days=3)
    for person in (*organisation.all_entitled("leader", now), *organisation.all_entitled("auditor", now)):
        organisation = organisation.with_leave(Leave("L-1", person, now, now + away, now, 1, confirmed=True))
        monkeypatch.setattr(type(house.inst.facts()), "organisation", organisation)
    assert who_answers(finding, house.inst.facts(), now) == house.leader
    assert who_answers(finding, house.inst.facts(), now + away) == house.leader


def test_what_people_have_judged_holds_when_it_is_asked_what_held_then(house: House) -> None:
    found, other = overdue(house), house.open()
    house.run_slots("2026-12-02 09:00")
    then, known = local("2026-11-26 12:00"), house.inst.now()
    before = audits.audit_as_of(house.inst, then)["findings"]
    assert [(each["id"], each["attribution"][0]["person"]) for each in before] == [(found["id"], house.clerk)]
    house.at("2026-12-02 10:00")
    judged_by_two(house, findings.correct, found["id"], [(house.director, "lead")], "主任未分派")
    [corrected] = audits.audit_as_of(house.inst, then)["findings"]
    assert [each["person"] for each in corrected["attribution"]] == [house.director]
    assert audits.audit_as_of(house.inst, then, known_at=known)["findings"] == before
    judged_by_two(house, findings.void, found["id"], "登记有误")
    assert audits.audit_as_of(house.inst, then)["findings"] == []
    assert audits.audit_as_of(house.inst, then, known_at=known)["findings"] == before
    assert other in {each["task"] for each in audits.audit_as_of(house.inst, known)["findings"]}


def test_what_was_late_and_has_ended_is_not_told_as_open(house: House, tmp_path: Path) -> None:
    task = house.open()
    house.run_slots("2026-11-26 12:00")
    house.submit(task, tmp_path)
    at = house.at("2026-11-26 13:00")
    [ended] = audits.audit_as_of(house.inst, at, since=local("2026-11-25 09:00"))["findings"]
    assert (ended["task"], ended["state"]) == (task, "cured")


def test_nothing_is_said_of_an_instant_that_has_not_come(house: House) -> None:
    house.open()
    at = house.at("2026-11-24 09:00")
    with pytest.raises(UsageError) as ahead:
        audits.audit_as_of(house.inst, local("2030-01-01 09:00"))
    assert ahead.value.code == "error.not_yet"
    with pytest.raises(UsageError) as turned:
        audits.audit_as_of(house.inst, at, since=at)
    assert turned.value.code == "error.since_not_before"


def test_an_act_that_is_taken_back_takes_with_it_the_end_of_the_explanation(
    house: House, tmp_path: Path
) -> None:
    found = overdue(house)
    asked = house.task(found["follow_up"])
    assert asked.status == "open" and asked.open_visits()[0].person == house.clerk
    house.submit(found["task"], tmp_path)
    assert house.task(asked.id).status == "closed"
    done_of(tasks.takeback(house.inst, house.actor(house.clerk), found["task"]))
    again = house.task(asked.id)
    assert again.status == "open" and again.open_visits()[0].person == house.clerk
    assert again.open_visits()[0].due_at == asked.open_visits()[0].due_at
    house.submit(found["task"], tmp_path)
    assert house.task(asked.id).status == "closed"


def test_what_a_pass_has_seen_cured_is_asked_for_anew_when_it_is_taken_back(
    house: House, tmp_path: Path
) -> None:
    found = overdue(house)
    house.submit(found["task"], tmp_path)
    house.run_slots("2026-11-26 18:00")
    assert audits.finding(house.inst, found["id"])["state"] == "cured"
    done_of(tasks.takeback(house.inst, house.actor(house.clerk), found["task"]))
    assert house.task(found["follow_up"]).status == "closed"
    fresh = [each for each in house.run_slots("2026-11-27 09:00") if each["rule"] == "step_overdue"]
    assert [house.task(each["follow_up"]).status for each in fresh] == ["open"]
