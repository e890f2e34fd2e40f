"""Weekly and monthly reports as files: the official layout, text that stays text, and the same bytes again."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import docx
import openpyxl
import pytest
from docx.oxml.ns import qn

from tests.unit.report.hand import found
from tests.unit.report.hand_period import HARMFUL, busy, earlier, facts, harmful
from tests.unit.report.test_waiting import VISITS
from zeroerror import render
from zeroerror.render.archive import fixed
from zeroerror.report.periodic import NAMES, figures
from zeroerror.text import Language

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def word_file(told: dict[str, Any], lang: Language = "zh") -> Any:
    """The Word file, opened."""
    return docx.Document(io.BytesIO(render.periodic_docx(told, lang)))


def workbook(told: dict[str, Any], lang: Language = "zh") -> Any:
    """The workbook, opened."""
    return openpyxl.load_workbook(io.BytesIO(render.periodic_xlsx(told, lang)))


def texts_of(file: Any) -> list[str]:
    """Every paragraph of a Word file, those of its tables too."""
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return [each.text for each in file.paragraphs] + cells


def test_the_word_file_has_the_measures_of_official_papers() -> None:
    file = word_file(figures(busy(), earlier()))
    page = file.sections[0]
    sides = (page.page_width, page.page_height, page.top_margin, page.left_margin, page.bottom_margin)
    assert [round(each.mm) for each in (*sides, page.right_margin)] == [210, 297, 37, 28, 35, 26]
    assert file.styles["Normal"].paragraph_format.line_spacing.pt == pytest.approx(28.95, abs=0.05)
    for name, font, size in (
        ("Body Text", "仿宋", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Footer", "宋体", 14),
    ):
        style = file.styles[name]
        fonts = style.element.rPr.rFonts
        assert (style.font.size.pt, fonts.get(qn("w:eastAsia"))) == (size, font), name
        assert not [each for each in fonts.attrib if each.endswith("Theme")], name
    assert file.styles["Title"].paragraph_format.alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.CENTER


def test_the_word_file_is_made_of_styles_and_numbers_its_pages() -> None:
    file = word_file(figures(busy(), earlier()))
    styles = {each.style.name for each in file.paragraphs}
    assert {"Title", "Heading 1", "Body Text"} <= styles
    assert "Normal" not in styles
    headings = [each.text for each in file.paragraphs if each.style.name == "Heading 1"]
    assert headings[0].startswith("一、")
    assert all(table.style.name == "Table Grid" for table in file.tables)
    footer = file.sections[0].footer.paragraphs[0]
    assert footer.style.name == "Footer"
    assert re.fullmatch(r"— ( PAGE )?—|—\s+—", footer.text)
    assert "PAGE" in footer._p.xml


def test_the_workbook_has_a_sheet_for_each_office_with_dates_filters_and_words() -> None:
    told = figures(busy(), earlier())
    book = workbook(told)
    assert book.sheetnames[1:4] == ["办公室", "提案委", "经济委"]
    assert len(book.sheetnames) == 1 + len(told["offices"])
    sheet = book["提案委"]
    head = [cell.value for cell in sheet[1]]
    assert sheet.auto_filter.ref.startswith("A1:")
    rows = [dict(zip(head, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert [row["线索"] for row in rows if row["归类"] == "发现线索"] == ["F-000000000001", "F-000000000002"]
    assert rows[0]["发现时间"] == datetime.fromisoformat("2026-11-27T17:00")
    # A state has its word, whatever its ground.
    assert {row["处理情况"] for row in rows} == {"已纠正", "未了结（有异议）", "已撤销", "已作废"}
    summary = book.worksheets[0]
    line = next(row for row in summary.iter_rows(values_only=True) if row[0] == "提案委")
    assert list(line[1 : len(NAMES) + 1]) == [2, 1, 1, 1, 1, 2, 1, 0, 1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_people_wrote_stays_text_in_every_file(lang: Language) -> None:
    told = harmful()
    words = "\n".join(texts_of(word_file(told, lang)))
    assert all(text in words for text in HARMFUL)
    book = workbook(told, lang)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    written = [cell for cell in cells if cell.value in HARMFUL]
    assert {cell.value for cell in written} == set(HARMFUL)
    assert {cell.data_type for cell in written} == {"s"}
    assert all(cell.quotePrefix for cell in written if cell.value[0] in "=+-@")
    assert not [cell for cell in cells if cell.data_type == "f"]
    page = render.periodic_html(told, lang)
    assert "A &amp; B" in page
    assert "<w:p/>" not in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_xml_does_not_take_is_shown_and_breaks_no_file(lang: Language) -> None:
    told = figures(facts(institution="a\0\x1b[31m\ufffe\uffffb"), None)
    assert "\\ufffe" in "\n".join(texts_of(word_file(told, lang)))
    assert "\\u0000" in str(workbook(told, lang).worksheets[0]["A1"].value)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_facts_give_the_same_bytes(lang: Language) -> None:
    first, again = figures(busy(), earlier()), figures(busy(), earlier())
    for make in (render.periodic_docx, render.periodic_xlsx, render.periodic_html, render.periodic_text):
        assert make(first, lang) == make(again, lang)  # type: ignore[operator]
    for data in (render.periodic_docx(first, lang), render.periodic_xlsx(first, lang)):
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
        assert [each.filename for each in entries] == sorted(each.filename for each in entries)
        assert {each.date_time for each in entries} == {(1980, 1, 1, 0, 0, 0)}
        core = zipfile.ZipFile(io.BytesIO(data)).read("docProps/core.xml").decode()
        assert set(re.findall(r">(\d{4}-[^<]*)</dcterms", core)) == {"2026-11-30T16:00:00Z"}


def charts_of(data: bytes) -> list[Any]:
    """The charts of a Word file, as XML."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    names = [each for each in archive.namelist() if each.startswith("word/charts/")]
    return [ElementTree.fromstring(archive.read(name)) for name in names]


def test_the_word_file_draws_its_numbers_beside_the_tables() -> None:
    told = figures(busy(waited=VISITS), earlier())
    charts = charts_of(render.periodic_docx(told))
    drawn = [[each.text for each in chart.iter(f"{CHART}v")] for chart in charts]
    # This period and the one before, office by office; then the slowest steps, in hours.
    assert drawn[0] == [
        "本期",
        "提案委",
        "经济委",
        "不属哪个委办",
        "2",
        "1",
        "2",
        "上期",
        "提案委",
        "经济委",
        "不属哪个委办",
        "0",
        "1",
        "0",
    ]
    assert drawn[1][:5] == ["本期", "提案委", "经济委", "1", "1"]
    assert drawn[2] == [
        "中位用时",
        "提案委 发文·起草",
        "提案委 发文·审核",
        "已撤的委 发文·起草",
        "办公室 发文·起草",
        "1",
        "0.5",
        "0.1",
        "0.1",
    ]
    file = word_file(told)
    described = [each.get("descr") for each in file.element.iter(qn("wp:docPr"))]
    assert described[0].startswith("提案委: 本期 2, 上期 0")
    assert len(described) == len(charts) == 3
    assert render.periodic_docx(told) == render.periodic_docx(told)
    assert charts_of(render.periodic_docx(figures(facts(), facts("2026-10")))) == []


def test_a_chart_takes_no_text_for_markup() -> None:
    told = figures(
        facts(waited=tuple(replace(each, office=HARMFUL[1], step_title=HARMFUL[0]) for each in VISITS)), None
    )
    labels = [each.text for each in charts_of(render.periodic_docx(told))[0].iter(f"{CHART}v")]
    assert any(HARMFUL[0] in label and HARMFUL[1] in label for label in labels)


def test_how_long_steps_took_has_a_sheet_of_its_own_that_can_be_summed() -> None:
    sheet = workbook(figures(busy(waited=VISITS), None)).worksheets[-1]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("委办", "流程", "环节", "件次", "中位用时（小时）", "最长用时（小时）", "最长的一件")
    assert ("提案委", "发文", "起草", 3, 1, 33.3, "BW-2026-0003") in rows


def test_an_archive_made_at_another_time_in_another_order_is_the_same() -> None:
    made = []
    for names, date in ((("b", "a"), (2020, 1, 1, 0, 0, 0)), (("a", "b"), (2021, 2, 2, 2, 2, 2))):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name in names:
                archive.writestr(zipfile.ZipInfo(name, date), name * 100)
        made.append(fixed(out.getvalue(), datetime.fromisoformat("2026-11-30")))
    assert made[0] == made[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_period_with_nothing_in_it_says_so_in_every_form(lang: Language) -> None:
    told = figures(facts(), facts("2026-10"))
    said = {"zh": "没有发现线索", "en": "nothing was found"}[lang]
    assert said in re.sub(r"\s+", " " if lang == "en" else "", render.periodic_text(told, lang))
    assert any(said in each for each in texts_of(word_file(told, lang)))
    assert len(workbook(told, lang).sheetnames) == 4


def test_what_changed_is_said_aloud_in_plain_words() -> None:
    text = re.sub(r"\s+", "", render.periodic_text(figures(busy(), earlier()), "zh"))
    assert "共发现线索5条。比上期（1条）增加4条。" in text
    assert "逾期比上期（3件）减少1件。" in text
    more = re.sub(r"\s+", " ", render.periodic_text(figures(busy(), earlier()), "en"))
    assert "4 more than in the period before (1)." in more


def test_the_table_of_findings_keeps_ids_whole_and_lets_words_break() -> None:
    page = render.periodic_html(figures(busy(), earlier()), "zh")
    whole = set(re.findall(r'class="short"><span>([^<]+)</span></td>', page))
    assert {"BW-2026-0002", "JD-2026-0001", "环节逾期"} <= whole
    assert "提案委工作人员" in page and "提案委工作人员" not in whole


def test_what_is_about_no_task_and_nobody_asks_for_no_clearing_up() -> None:
    slot = found("F-00000000000a", None, rule="slot_missed", step_title=None, posts=())
    unclear = found("F-00000000000b", posts=(), undetermined=("attribution.vacant",))
    told = figures(facts(found=(slot, unclear)), None)
    (listed,) = (table for table in word_file(told).tables if table.rows[0].cells[0].text == "线索")
    rows = {row.cells[0].text: [cell.text for cell in row.cells[2:5]] for row in listed.rows}
    assert rows["F-00000000000a"] == ["—", "—", "—"]
    assert rows["F-00000000000b"] == ["BW-2026-0001", "起草", "待核实"]


def test_a_month_that_goes_on_says_so() -> None:
    going = busy(as_of=datetime.fromisoformat("2026-11-20T12:00:00+08:00"))
    assert "本期尚未结束，数字截至2026年11月20日12:00。" in re.sub(
        r"\s+", "", render.periodic_text(figures(going, None), "zh")
    )
