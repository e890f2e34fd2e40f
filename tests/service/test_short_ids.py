"""Two findings, or two notices, whose hashes begin alike keep an id each: the later one's is longer."""

from __future__ import annotations

import hashlib

import pytest

from tests.service.house import House, local
from zeroerror.service import audits, short_ids
from zeroerror.store import reads

ALIKE = "0" * short_ids.SHORT


@pytest.fixture(autouse=True)
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hash begins with the same digits, and only those that follow tell them apart."""
    monkeypatch.setattr(
        short_ids, "digest_of", lambda text: ALIKE + hashlib.sha256(text.encode()).hexdigest()[len(ALIKE) :]
    )


def lengths(ids: list[str]) -> list[int]:
    return [len(id) - len("F-") for id in ids]


def test_what_begins_alike_is_told_apart_in_one_pass_and_from_one_to_the_next(house: House) -> None:
    house.open(), house.open()
    house.run_slots("2026-12-01 18:00")
    house.open()
    house.run_slots("2026-12-07 18:00")
    found = reads.findings(house.inst.conn, reads.FindingFilter())
    assert len({each.lead.fingerprint for each in found}) == len(found) > 4
    ids = [each.id for each in found]
    assert len(set(ids)) == len(found)
    assert lengths(ids) == [short_ids.SHORT] + [short_ids.SHORT + short_ids.MORE] * (len(found) - 1)
    notices = reads.notices(house.inst.conn, reads.NoticeFilter())
    assert len({each.id for each in notices}) == len(notices) > 2
    # Decided again, every pass gives the ids that it gave.
    house.verify()


def test_a_question_as_of_an_instant_names_each_finding_as_the_ledger_does(house: House) -> None:
    house.open(), house.open()
    house.run_slots("2026-12-01 18:00")
    asked = audits.audit_as_of(house.inst, local("2026-12-01 18:00"))["findings"]
    open_now = reads.findings(house.inst.conn, reads.FindingFilter(state="open"))
    late = {each.id for each in open_now if each.lead.rule in ("step_overdue", "task_overdue")}
    assert {each["id"] for each in asked if each["rule"] in ("step_overdue", "task_overdue")} == late
    assert len(late) == 2
