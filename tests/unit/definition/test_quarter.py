"""The staffing of the coming quarter: who is away together, whose post ends, and who would look twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tests.unit.definition.test_shipped import sample, workflow
from zeroerror.definition.quarter import Day, check_quarter
from zeroerror.model.organisation import (
    Cover,
    Exemption,
    Leave,
    Organisation,
    organisation_from_json,
    organisation_to_json,
)

FIRST = date(2026, 11, 23)
DAYS = [
    Day(FIRST + timedelta(days=ahead), datetime(2026, 11, 23, 1, tzinfo=UTC) + timedelta(days=ahead))
    for ahead in range(30)
]
OUTGOING = workflow("document/outgoing")


def away(person: str, since: int, until: int) -> Leave:
    """A leave from one of these days to another, which no longer belongs to it."""
    return Leave(person, person, DAYS[since].opens, DAYS[until].opens, DAYS[0].opens, 1, True)


def told(organisation: Organisation) -> list[tuple[str, str, str, str, str, int]]:
    """What is said of the office concerned."""
    return [
        (each.code, str(p["step"]), str(p["office"]), str(p["first"]), str(p["last"]), int(p["days"]))
        for each in check_quarter(OUTGOING, organisation, DAYS)
        for p in [each.params]
    ]


#: In the sample's general office one person drafts and rechecks: it stands there for people to see.
ALONE = ("definition.four_eyes_then", "recheck", "办公室", "2026-11-23", "2026-12-22", 30)


def test_the_sample_institution_has_somebody_on_every_day() -> None:
    assert told(sample()) == [ALONE]


def test_one_of_two_away_is_no_fault() -> None:
    assert told(replace(sample(), leaves=(away("yangyan", 3, 6),))) == [ALONE]


def test_both_away_are_told_with_the_days_they_are_away_together() -> None:
    leaves = (away("yangyan", 3, 8), away("wuxiaomei", 5, 12))
    found = [each for each in told(replace(sample(), leaves=leaves)) if each[1] == "draft"]
    assert found == [("definition.nobody_then", "draft", "提案委", "2026-11-28", "2026-11-30", 3)]
    (problem,) = [
        each
        for each in check_quarter(OUTGOING, replace(sample(), leaves=leaves), DAYS)
        if each.params["step"] == "draft"
    ]
    assert problem.params["absent"] == ["wuxiaomei", "yangyan"]
    assert problem.severity == "warning"


def test_a_post_with_cover_is_no_fault_and_without_is() -> None:
    leaves = (away("zhanghui", 2, 4),)
    cover = Cover("c", "zhanghui", "longhai", DAYS[2].opens, DAYS[4].opens, DAYS[0].opens, 1, DAYS[0].opens)
    without = [each for each in told(replace(sample(), leaves=leaves)) if each[1] == "review"]
    assert without == [("definition.nobody_then", "review", "提案委", "2026-11-25", "2026-11-26", 2)]
    assert [
        each for each in told(replace(sample(), leaves=leaves, covers=(cover,))) if each[1] == "review"
    ] == []


def test_one_person_on_both_sides_of_four_eyes_is_told() -> None:
    organisation = sample()
    duties = tuple(
        replace(each, a="zhanghui", b=None) if (each.office, each.scope) == ("提案委", "起草") else each
        for each in organisation.duties
    )
    found = [
        each for each in told(replace(organisation, duties=duties)) if each[0] == "definition.four_eyes_then"
    ]
    assert ("definition.four_eyes_then", "review", "提案委", "2026-11-23", "2026-12-22", 30) in found


def test_of_an_office_without_a_second_person_nothing_is_said_on_the_days_that_are_approved() -> None:
    def exempted(office: str, until: int) -> Organisation:
        given = Exemption("E-1", office, DAYS[0].opens, DAYS[until].opens, DAYS[0].opens, 1)
        return sample().with_exemption(given)

    assert told(exempted("提案委", 29)) == [ALONE]
    assert told(exempted("办公室", 10)) == [(*ALONE[:3], "2026-12-03", "2026-12-22", 20)]
    last = exempted("办公室", 29).with_exemption(
        Exemption("E-2", "办公室", DAYS[29].opens, DAYS[29].opens + timedelta(days=1), DAYS[0].opens, 2)
    )
    assert told(last) == []
    written = organisation_to_json(last)
    assert organisation_from_json(written).is_exempted("办公室", DAYS[29].opens)
    assert organisation_to_json(organisation_from_json(written)) == written
