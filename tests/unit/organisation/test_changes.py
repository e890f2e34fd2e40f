"""From when on an organisation is another."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.organisation.people import local, people
from zeroerror.model.organisation import Duty, differ_since


def test_a_post_that_ends_makes_a_difference_from_its_end_on() -> None:
    after = people().without_post("yang", "提案委", "工作人员", local("2026-03-03"))
    assert differ_since(people(), after) == local("2026-03-03")
    assert differ_since(after, people()) == local("2026-03-03")


def test_a_transfer_laid_down_for_a_day_that_has_passed_is_told_by_that_day() -> None:
    after = people().with_transfer("wu", "经济委", "工作人员", local("2026-02-02"))
    assert differ_since(people(), after) == local("2026-02-02")


def test_another_duty_counts_and_the_same_in_two_parts_does_not() -> None:
    first, *rest = people().duties
    cut = local("2026-03-01")
    parts = (replace(first, until=cut), replace(first, since=cut))
    assert differ_since(people(), replace(people(), duties=(*parts, *rest))) is None
    other = (parts[0], Duty(first.office, first.scope, first.a, None, cut))
    assert differ_since(people(), replace(people(), duties=(*other, *rest))) == cut


def test_what_is_the_same_never_differs() -> None:
    assert differ_since(people(), people()) is None
