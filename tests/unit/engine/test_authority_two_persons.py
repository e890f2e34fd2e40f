"""The table of who proposes and who confirms (design §6), line by line, over everybody there is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.organisation.people import cover, leave, local, people
from zeroerror.engine.effects import EFFECTS
from zeroerror.engine.two_persons import TABLE, confirmers, may_confirm, may_propose, proposers
from zeroerror.model.instant import to_text
from zeroerror.model.organisation import Organisation

NOW = local("2026-03-02 09:00")
AWAY = ("2026-02-01", "2026-04-01")
EVERYBODY = {person.id for person in people().persons}
LATER = to_text(local("2026-03-09"))
EARLIER = to_text(local("2026-02-23"))

HEADS = {"chen", "li", "zhou"}
COMMITTEE = {"zhang", "long", "yang", "wu"}
GENERAL = {"luo", "xiao", "yao", "deng", "tang"}


def absence(person: str, since: str, by: str = "wu") -> dict[str, Any]:
    return {"person": person, "by": by, "since": since, "until": None}


LINES: list[tuple[str, dict[str, Any], set[str], str, set[str]]] = [
    # kind, body, who proposes, who did, who confirms
    ("publish_definition", {}, {"tang", "luo"}, "tang", HEADS),
    ("apply_settings", {}, {"tang", "luo"}, "luo", HEADS),
    ("apply_hours", {}, {"tang", "luo"}, "luo", HEADS),
    ("erase", {}, {"tang"}, "tang", HEADS),
    ("attest", {"office": "提案委"}, EVERYBODY, "yang", {"zhang", "long", "wu"}),
    ("apply_organisation", {}, {"tang"}, "tang", {"luo", "li", "zhou"}),
    ("appoint", {"person": "yang"}, {"tang"}, "tang", {"luo", "li", "zhou"}),
    ("transfer", {"person": "yang"}, {"tang"}, "tang", {"luo", "li", "zhou"}),
    ("enrol_key", {"person": "yang"}, {"tang"}, "tang", {"luo", "li", "zhou"}),
    ("revoke_key", {"person": "yang"}, {"tang"}, "tang", {"luo", "li", "zhou"}),
    ("apply_calendar", {}, {"tang"}, "tang", {"qin"}),
    ("leave", absence("yang", LATER), {"yang", "zhang"}, "yang", {"zhang", "li"}),
    ("leave", absence("yang", LATER), {"yang", "zhang"}, "zhang", {"li"}),
    ("leave", absence("yang", EARLIER), COMMITTEE, "wu", {"li"}),
    ("leave", absence("zhang", LATER), {"zhang"}, "zhang", {"li"}),
    ("leave", absence("li", LATER), {"li"}, "li", {"zhou", "chen"}),
    ("leave", absence("zhou", LATER), {"zhou"}, "zhou", {"chen"}),
    ("leave", absence("chen", EARLIER), {"chen"}, "chen", {"zhou"}),
    ("cover", absence("yang", LATER), {"yang", "zhang"}, "yang", {"wu"}),
    ("cover", absence("yang", LATER), {"yang", "zhang"}, "zhang", {"wu"}),
    ("cover", absence("yang", LATER, by="zhang"), {"yang", "zhang"}, "zhang", {"li"}),
    ("cover", absence("yang", EARLIER), COMMITTEE, "wu", {"li"}),
    ("cover", absence("zhang", EARLIER, by="li"), COMMITTEE, "zhang", {"zhou", "chen"}),
    ("record_paper", {"office": "提案委"}, EVERYBODY, "yang", {"zhang", "long", "wu"}),
    ("record_paper", {"office": None}, EVERYBODY, "yang", set()),
    ("record_remark", {"office": "提案委"}, EVERYBODY, "yang", {"zhang", "long", "wu"}),
    ("exempt", {"office": "提案委"}, {"zhang", "tang"}, "zhang", {"li"}),
    ("extend", {"office": "提案委"}, EVERYBODY, "yang", {"zhang"}),
    ("extend", {"office": "提案委"}, EVERYBODY, "zhang", {"li"}),
    ("extend", {"office": "提案委"}, EVERYBODY, "li", {"zhang"}),
    ("pause", {"office": "提案委"}, EVERYBODY, "yang", {"zhang"}),
    ("pause", {"office": None}, EVERYBODY, "yang", set()),
]


@pytest.mark.parametrize(("kind", "body", "proposing", "proposer", "confirming"), LINES)
def test_the_table_of_two_person_acts(
    kind: str, body: dict[str, Any], proposing: set[str], proposer: str, confirming: set[str]
) -> None:
    org = people()
    assert {each for each in EVERYBODY if may_propose(kind, each, org, NOW, body) is None} == proposing
    decided = {each for each in EVERYBODY if may_confirm(kind, body, proposer, each, org, NOW) is None}
    assert decided == confirming


def test_every_kind_that_takes_effect_is_in_the_table() -> None:
    assert set(TABLE) == set(EFFECTS)


@pytest.mark.parametrize("kind", sorted(TABLE))
def test_nobody_confirms_what_he_proposed(kind: str) -> None:
    body = {**absence("yang", LATER), "office": "提案委"}
    for person in sorted(EVERYBODY):
        reason = may_confirm(kind, body, person, person, people(), NOW)
        assert reason is not None and reason.code == "engine.own_proposal"
        assert person not in confirmers(kind, body, person, people(), NOW)


@pytest.mark.parametrize("kind", sorted(TABLE))
def test_neither_machine_nor_stranger_proposes_or_confirms(kind: str) -> None:
    body = {**absence("yang", LATER), "office": "提案委"}
    for stranger in ("machine", "stranger", ""):
        assert may_propose(kind, stranger, people(), NOW, body) is not None
        assert may_confirm(kind, body, "yang", stranger, people(), NOW) is not None


def test_a_refusal_names_who_may() -> None:
    reason = may_confirm("apply_calendar", {}, "tang", "yang", people(), NOW)
    assert reason is not None and reason.code == "engine.not_entitled"
    assert reason.params == {"act": "apply_calendar", "part": "confirm", "may": ["qin"]}


def test_who_covers_a_director_decides_in_his_place() -> None:
    org = people().with_cover(cover("zhang", "long", *AWAY))
    assert confirmers("extend", {"office": "提案委"}, "yang", org, NOW) == {"zhang", "long"}
    assert confirmers("leave", absence("yang", LATER), "yang", org, NOW) == {"zhang", "long", "li"}
    # Never who asks for it, though he covers.
    assert confirmers("extend", {"office": "提案委"}, "long", org, NOW) == {"zhang"}


def test_the_supervisor_decides_while_no_director_is_there() -> None:
    away: Organisation = people().with_leave(leave("zhang", *AWAY))
    assert confirmers("extend", {"office": "提案委"}, "yang", away, NOW) == {"li"}
    vacant = people().without_post("zhang", "提案委", "主任", local("2026-01-01"))
    assert confirmers("extend", {"office": "提案委"}, "yang", vacant, NOW) == {"li"}
    assert confirmers("extend", {"office": "提案委"}, "li", vacant, NOW) == {"zhou", "chen"}


def test_a_list_takes_whoever_may_do_all_of_it() -> None:
    acts = [{"kind": "appoint", "body": {}}, {"kind": "publish_definition", "body": {}}]
    assert proposers("bulk", {"acts": acts}, people(), NOW) == {"tang"}
    assert confirmers("bulk", {"acts": acts}, "tang", people(), NOW) == {"li", "zhou"}
    assert proposers("bulk", {"acts": []}, people(), NOW) == frozenset()


def test_a_leave_from_this_very_instant_is_still_beforehand() -> None:
    assert "zhang" in confirmers("leave", absence("yang", to_text(NOW)), "yang", people(), NOW)


def test_an_absence_asked_for_beforehand_stays_so_however_long_the_answer_takes() -> None:
    body = {**absence("yang", EARLIER), "asked_at": EARLIER}
    assert confirmers("cover", body, "yang", people(), NOW) == {"wu"}
    assert confirmers("leave", body, "yang", people(), NOW) == {"zhang", "li"}
    late = {**absence("yang", EARLIER), "asked_at": to_text(local("2026-02-23 00:01"))}
    assert confirmers("leave", late, "yang", people(), NOW) == {"li"}
