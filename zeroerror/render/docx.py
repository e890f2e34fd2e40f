"""A report as a Word file in the layout of official papers, GB/T 9704-2012.

A4 with margins of 37, 26, 35 and 28 mm; 22 lines of 28.95 pt to a page; 仿宋 in 3号 (16 pt) for the text, the
title in 2号小标宋 (22 pt) and centred, headings of the first order in 黑体, `— 1 —` at the foot in 4号宋体 (14 pt).
All of it stands in the file's styles, so that who edits it afterwards keeps the layout. The fonts are named and
not embedded: official offices have them, and elsewhere the nearest is taken.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from docx import Document as new_document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from zeroerror.render.archive import fixed
from zeroerror.render.columns import width
from zeroerror.render.document import Document, Section, Table
from zeroerror.render.terminal import ordinal
from zeroerror.render.wordchart import Chart, placed

LINE = Pt(28.95)
TEXT, TITLE, FOOT, SMALL = Pt(16), Pt(22), Pt(14), Pt(10.5)
#: Names as Chinese Windows and WPS know them.
SONG, FANGSONG, HEI, KAI, TITLE_SONG = "宋体", "仿宋", "黑体", "楷体", "方正小标宋简体"
_WESTERN = "Times New Roman"
#: The width of the text, in millimetres, and between how many half-width signs a column is reckoned.
_ACROSS, _NARROWEST, _WIDEST = 156, 5, 18
#: Of the text in tables: the width of a half-width sign and what stands beside a cell's text, in millimetres.
_SIGN, _BESIDE = 1.9, 2.4
#: The margin on either side of a cell's text, in twentieths of a point.
_MARGIN = 55
#: An id as people copy it: `BW-2026-0317`, `F-16599670bb78`, `N-…`, `L-12`.
_ID = re.compile(r"(?<![0-9A-Za-z-])[A-Z]{1,3}(?:-[0-9A-Za-z]+)+(?![0-9A-Za-z])")
#: Our own styles: name, font, size, centred.
_STYLES: Sequence[tuple[str, str, Any, bool]] = (
    ("House", FANGSONG, TEXT, True),
    ("Subtitle line", KAI, TEXT, True),
    ("Banner", HEI, TEXT, True),
    ("Table text", FANGSONG, SMALL, False),
    ("Note", KAI, TEXT, False),
    ("Small print", FANGSONG, SMALL, False),
)


def file(
    document: Document, figures: Mapping[str, Any], charts: Mapping[str, list[Chart]] | None = None
) -> bytes:
    """The document as a file, with charts by section; the same figures give the same bytes."""
    made = new_document()
    chinese = document.language.startswith("zh")
    _page(made)
    _styles(made, chinese)
    made.add_paragraph(document.institution, "House")
    made.add_paragraph(document.title, "Title")
    made.add_paragraph(document.subtitle, "Subtitle line")
    if document.banner is not None:
        made.add_paragraph(document.banner, "Banner")
    for number, section in enumerate(document.sections, 1):
        made.add_paragraph(ordinal(document.language, number) + section.title, "Heading 1")
        _section(made, section, (charts or {}).get(section.key, []))
    _ending(made, document)
    at = datetime.fromisoformat(figures["as_of"]).astimezone(UTC)
    _properties(made, document)
    out = io.BytesIO()
    made.save(out)
    return fixed(out.getvalue(), at)


def _page(made: Any) -> None:
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.left_margin = Mm(37), Mm(28)
    page.bottom_margin, page.right_margin = Mm(35), Mm(26)
    # The number stands 7 mm below the text (GB/T 9704-2012, 7.5).
    page.footer_distance = Mm(23)
    _page_number(page.footer.paragraphs[0])


def _page_number(paragraph: Any) -> None:
    paragraph.style = "Footer"
    paragraph.add_run("— ")
    run = paragraph.add_run()
    for kind, text in (("begin", None), (None, " PAGE "), ("separate", None), ("end", None)):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)
    paragraph.add_run(" —")


def _styles(made: Any, chinese: bool) -> None:
    styles = made.styles
    _set(styles["Normal"], FANGSONG, TEXT)
    paragraph = styles["Normal"].paragraph_format
    paragraph.line_spacing_rule, paragraph.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    paragraph.space_before = paragraph.space_after = Pt(0)
    _set(styles["Body Text"], FANGSONG, TEXT)
    styles["Body Text"].paragraph_format.space_after = Pt(0)
    # Two signs at the head of a paragraph, as Chinese is written.
    styles["Body Text"].paragraph_format.first_line_indent = TEXT * 2 if chinese else Pt(0)
    _set(styles["Title"], TITLE_SONG, TITLE, centred=True)
    styles["Title"].paragraph_format.space_after = Pt(0)
    _without_border(styles["Title"])
    _set(styles["Heading 1"], HEI, TEXT)
    heading = styles["Heading 1"].paragraph_format
    heading.space_before = heading.space_after = Pt(0)
    heading.first_line_indent = TEXT * 2 if chinese else Pt(0)
    _set(styles["Footer"], SONG, FOOT, centred=True)
    for name, font, size, centred in _STYLES:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _set(style, font, size, centred=centred)
        if name == "Note" and chinese:
            style.paragraph_format.first_line_indent = TEXT * 2
        if size == SMALL:
            style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE


def _set(style: Any, font: str, size: Any, *, centred: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = _WESTERN, size, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        # A theme's font would be taken before the one that is named.
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:eastAsia"), font)
    if centred:
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _without_border(style: Any) -> None:
    """The template of the library draws a blue line under titles."""
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _section(made: Any, section: Section, charts: list[Chart]) -> None:
    for text in section.paragraphs:
        _write(made.add_paragraph("", "Body Text"), text)
    if section.table is not None:
        _table(made, section.table)
    placed(made, charts)
    for text in section.notes:
        made.add_paragraph(text, "Note")


def _write(paragraph: Any, text: str) -> None:
    """A text in which no id is torn at its hyphen, by Word's own sign for that; programs read it as a hyphen."""
    run, end = paragraph.add_run(), 0
    for found in _ID.finditer(text):
        first, *parts = found.group().split("-")
        run.add_text(text[end : found.start()] + first)
        for part in parts:
            run._r.append(OxmlElement("w:noBreakHyphen"))
            run.add_text(part)
        end = found.end()
    run.add_text(text[end:])


def _table(made: Any, drawn: Table) -> None:
    table = made.add_table(rows=1 + len(drawn.rows), cols=len(drawn.columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _repeated(table.rows[0])
    _close(table)
    texts = [[(text, False) for text in drawn.columns]]
    texts += [[(cell.text, cell.number) for cell in row] for row in drawn.rows]
    widths = _widths([[text for text, _ in line] for line in texts])
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    # Asking a table for one cell after another takes time that grows with its square.
    for row, line in zip(table.rows, texts, strict=True):
        _whole(row)
        for cell, (text, number), wide in zip(row.cells, line, widths, strict=True):
            cell.width = wide
            paragraph = cell.paragraphs[0]
            paragraph.style = "Table text"
            _write(paragraph, text)
            if number:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _widths(texts: Sequence[Sequence[str]]) -> list[Any]:
    """The columns' parts of the line: ids have the room that they need, the others theirs by the longest in each, within bounds."""
    columns = list(zip(*texts, strict=True))
    # A sign more, for what stands beside the text.
    longest = [min(_WIDEST, max(_NARROWEST, *map(width, column))) + 1 for column in columns]
    ids = [max((width(text) for text in column if _ID.fullmatch(text)), default=0) for column in columns]
    needed = [each * _SIGN + _BESIDE if each else 0.0 for each in ids]
    rest = (_ACROSS - sum(needed)) / max(
        1, sum(long for long, need in zip(longest, needed, strict=True) if not need)
    )
    return [Mm(need or rest * long) for long, need in zip(longest, needed, strict=True)]


def _close(table: Any) -> None:
    """Less room beside the text than the library leaves, for our columns are many."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(_MARGIN))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # Where the schema wants it: behind the layout, before how the table looks.
    table._tbl.tblPr.find(qn("w:tblLayout")).addnext(margins)


def _whole(row: Any) -> None:
    """No row is torn over two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeated(row: Any) -> None:
    """The head of a table stands on each of its pages."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _ending(made: Any, document: Document) -> None:
    colon, comma = ("：", "、") if document.language.startswith("zh") else (": ", ", ")
    made.add_paragraph(document.basis_title, "Heading 1")
    for basis in document.basis:
        _write(made.add_paragraph("", "Small print"), basis.title + comma.join(basis.ids))
    for text in (each for section in document.sections for each in section.traces):
        made.add_paragraph(text, "Small print")
    for label, value in document.foot:
        made.add_paragraph(f"{label}{colon}{value}", "Small print")


def _properties(made: Any, document: Document) -> None:
    properties = made.core_properties
    properties.title, properties.author = document.title, document.institution
    properties.subject, properties.comments = document.subtitle, ""
    properties.language, properties.last_modified_by, properties.revision = document.language, "", 1
