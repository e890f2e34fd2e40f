"""What people say of a finding: disputed, answered, corrected, voided; each by whom it may be and nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.service.house import House, codes, done_of
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
