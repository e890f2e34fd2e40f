"""Notices and corrections in the daily report: counted by level, followed down to each, nobody named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.report import hand
from zeroerror import render
from zeroerror.report.daily import figures
from zeroerror.report.facts import CorrectionItem, DailyFacts, NoticeItem


def told() -> DailyFacts:
    blue = NoticeItem("N-1", "blue", "owes", "F-1", "BW-2026-0001", "draft", ("提案委工作人员",))
    red = NoticeItem("N-2", "red", "supervisor", "F-2", "BW-2026-0002", "draft", ("副主席",))
    corrected = CorrectionItem("F-3", "voided", "step_overdue", "BW-2026-0003", ("提案委工作人员", None))
    return replace(hand.facts(), notices=(red, blue), corrections=(corrected,))


def test_notices_are_counted_by_level_with_the_ids_behind_each_number() -> None:
    found = figures(told())
    assert found["notices"] == {
        "blue": {"value": 1, "notices": ["N-1"]},
        "yellow": {"value": 0, "notices": []},
        "red": {"value": 1, "notices": ["N-2"]},
    }
    assert [each["notice"] for each in found["lists"]["notices"]] == ["N-2", "N-1"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_shows_them_and_what_was_corrected_to_whom(lang: str) -> None:
    text = render.daily_html(figures(told()), lang)  # type: ignore[arg-type]
    for word in ("N-1", "N-2", "F-3", "提案委工作人员", "副主席"):
        assert word in text
    assert text.index("N-1") < text.index("N-2")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_without_any_says_so(lang: str) -> None:
    text = render.daily_html(figures(hand.facts()), lang)  # type: ignore[arg-type]
    assert ("没有发出督办单" if lang == "zh" else "No notices were given") in text
