"""Whose an error is that people have established against a step: the rows of design §9 on errors and 领导."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.audit.test_attribution import a_task, a_visit, given, held, staff, told
from tests.unit.organisation.people import leave, local
from zeroerror.audit.errors import attribute_error
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit

DRAFTED = a_visit(status="done", doer="yang", action="submit", left_at=local("2026-03-03"), left_index=110)
REVIEWED = a_visit(
    "review",
    held("zhang", "2026-03-03"),
    came="2026-03-03",
    entered_index=111,
    status="done",
    doer="zhang",
    action="pass",
    left_at=local("2026-03-04"),
    left_index=120,
)
MADE, PASSED = "yang direct own: made_error", "zhang review own: let_pass"


def whose(
    *visits: Visit,
    severity: str = "minor",
    recurs: bool = False,
    org: Organisation | None = None,
    task: Task | None = None,
) -> list[str]:
    """Who answers for an error in the draft."""
    of = task or a_task(*visits)
    return told(attribute_error(of, of.visits[0], severity, recurs=recurs, **given(org)))


def test_an_error_is_its_doer_s_and_of_the_reviewer_who_let_it_pass() -> None:
    assert whose(DRAFTED, REVIEWED) == [MADE, PASSED]


def test_before_anybody_has_reviewed_it_an_error_is_its_doer_s_alone() -> None:
    assert whose(DRAFTED) == [MADE]
    waiting = replace(REVIEWED, status="open", doer=None, action=None, left_at=None, left_index=None)
    assert whose(DRAFTED, waiting) == [MADE]


def test_a_reviewer_who_gave_it_back_has_let_nothing_pass() -> None:
    assert whose(DRAFTED, replace(REVIEWED, action="return")) == [MADE]


def test_what_was_reviewed_after_it_was_done_anew_is_not_this_work() -> None:
    again = replace(DRAFTED, visit=2, entered_index=121, left_index=130)
    later = replace(REVIEWED, visit=2, entered_index=131, left_index=140)
    assert whose(DRAFTED, replace(REVIEWED, action="return"), again, later) == [MADE]


def test_who_handles_it_afterwards_and_cannot_give_it_back_is_no_reviewer() -> None:
    printed = replace(REVIEWED, step="print", doer="wu", action="issue", entered_index=121, left_index=130)
    assert whose(DRAFTED, REVIEWED, printed) == [MADE, PASSED]


def test_who_covered_when_it_was_done_answers_as_cover() -> None:
    covered = replace(DRAFTED, doer="wu", capacity="cover")
    assert whose(covered) == ["wu direct cover for 提案委/工作人员: made_error"]


@pytest.mark.parametrize(
    ("severity", "recurs", "leads"),
    [
        ("minor", False, []),
        ("major", False, []),
        ("grave", False, ["zhang lead own: lead_grave"]),
        ("critical", False, ["zhang lead own: lead_grave"]),
        ("minor", True, ["zhang lead own: lead_recurs"]),
    ],
)
def test_who_directs_answers_only_where_it_is_grave_or_recurs(
    severity: str, recurs: bool, leads: list[str]
) -> None:
    assert whose(DRAFTED, severity=severity, recurs=recurs) == [MADE, *leads]


def test_who_directs_and_reviewed_it_is_named_once() -> None:
    assert whose(DRAFTED, REVIEWED, severity="grave") == [MADE, PASSED]


def test_a_director_who_was_away_when_it_was_done_does_not_lead_it() -> None:
    away = staff(leave("zhang", "2026-03-01", "2026-03-09"))
    assert whose(DRAFTED, severity="grave", org=away) == [MADE]


def test_what_was_delegated_is_said_by_people() -> None:
    assert whose(replace(DRAFTED, capacity="delegate")) == ["? delegated → zhang"]


def test_a_step_that_nobody_has_done_has_nobody_s_error() -> None:
    still = replace(DRAFTED, status="open", doer=None, action=None, left_at=None, left_index=None)
    assert whose(still) == ["? not_done → zhang"]


def test_an_error_in_imported_history_is_whose_its_record_names() -> None:
    assert whose(task=a_task(DRAFTED, answers="li")) == ["li direct imported: imported"]
