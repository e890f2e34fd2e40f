"""Plain text keeps to its columns, wide signs counted double, and says what the page says."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.render.test_html import hostile
from tests.unit.report.hand import busy, facts
from zeroerror.render import daily_text
from zeroerror.render.columns import pad, table, width, wrap
from zeroerror.report.daily import figures
from zeroerror.text import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


def columns_of(line: str) -> int:
    """How many columns a terminal takes for a line, counted anew."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in line
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("columns", [32, 40, 60, 79, 80, 100, 132])
def test_no_line_is_wider_than_the_terminal(lang: Language, columns: int) -> None:
    for told in (busy(), facts()):
        lines = daily_text(figures(told), lang, columns).splitlines()
        assert max(columns_of(line) for line in lines) <= columns
    assert max(columns_of(line) for line in daily_text(hostile(), lang, columns).splitlines()) <= columns


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_code_and_no_control_sign_is_left(lang: Language) -> None:
    text = daily_text(figures(busy()), lang)
    assert re.findall(r"\b(?:report|rule|attribution|audit)\.[a-z_]+", text) == []
    evil = daily_text(hostile(), lang)
    assert "\x1b" not in evil
    assert "\u202e" not in evil


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_of_the_page_stands_in_the_text(lang: Language) -> None:
    told = figures(busy())
    text = daily_text(told, lang, 80).replace("\n", "")
    for row in told["offices"]:
        for figure in row["figures"].values():
            for each in figure.get("findings") or figure["tasks"]:
                assert each in re.sub(r" {2,}", "", text)


def test_a_narrow_terminal_gets_the_offices_in_lines_and_leaves_nought_out() -> None:
    text = daily_text(figures(busy()), "zh", 40)
    offices = text[text.index("二、") : text.index("三、")]
    assert "- 提案委" in offices
    assert " 0" not in offices


@given(st.text(alphabet="中文，。（）“”abc 0-9é\u0301", max_size=80), st.integers(2, 40))
def test_wrapping_loses_no_sign_and_keeps_to_its_columns(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    # What may not begin a line stays with its word, where that leaves room.
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(columns_of(line) <= columns for line in lines)


@given(st.text(alphabet="中a ", max_size=20), st.integers(0, 30))
def test_padding_fills_up_to_so_many_columns(text: str, columns: int) -> None:
    assert columns_of(pad(text, columns)) == max(width(text), columns)
    assert pad(text, columns, right=True).endswith(text)


def test_numbers_stand_under_each_other_on_the_right() -> None:
    lines = table(("委办", "在办"), (("办公室", "1"), ("提案委", "12")), (False, True), 80)
    assert lines is not None
    assert lines[2].endswith(" 1")
    assert lines[3].endswith("12")
    assert columns_of(lines[2]) == columns_of(lines[3])


def test_a_table_that_would_cut_words_is_no_table() -> None:
    assert table(("编号",), (("BW-2026-0001",),), (False,), 8) is None
