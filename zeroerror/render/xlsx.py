"""A report as a workbook: a sheet of figures, then one sheet for each office with its findings.

Dates are dates and numbers numbers, so that they can be sorted and summed. What people wrote is text and
stays text: a cell that begins with `=`, `+`, `-` or `@` is never reckoned (CWE-1236). Words stand beside
colours, for these sheets are printed in black and white.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from zeroerror.render.archive import fixed
from zeroerror.render.columns import width
from zeroerror.render.periodic import figure_word, finding_words, office_word, periodic
from zeroerror.render.planned import COLUMNS as PLAN_COLUMNS
from zeroerror.render.planned import lacking
from zeroerror.render.words import Words
from zeroerror.report import planned
from zeroerror.report.periodic import NAMES
from zeroerror.text import Language, shown

#: What a sheet's name may not hold, and how long it may be.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_NAME_MOST = 31
_WIDEST = 48
_INSTANT = "yyyy-mm-dd hh:mm"
_HEAD = PatternFill("solid", fgColor="FFE3E7EB")
#: Grounds beside the word of a state.
_STATES = {
    "open": PatternFill("solid", fgColor="FFF3DDB3"),
    "cured": PatternFill("solid", fgColor="FFD9E8D5"),
}
#: How a finding came into the list of its office.
_PARTS = ("found", "cured", "withdrawn", "voided", "disputed", "revised")
_COLUMNS = (
    "part",
    "finding",
    "rule",
    "severity",
    "task",
    "title",
    "step",
    "whose",
    "state",
    "due",
    "found_at",
    "follow_up",
)


def file(figures: Mapping[str, Any], lang: Language) -> bytes:
    """The workbook of these figures; the same figures give the same bytes."""
    words = Words(lang, figures["as_of"])
    at = datetime.fromisoformat(figures["as_of"]).astimezone(UTC)
    book = Workbook()
    _summary(book.active, figures, words)
    taken = {book.active.title.casefold()}
    for row in figures["offices"]:
        sheet = book.create_sheet(_name(office_word(row["office"], words), taken))
        _office(sheet, row["office"], figures, words)
    if figures["waits"]:
        _waits(book.create_sheet(_name(words.say("section_waits"), taken)), figures, words)
    if figures.get("plans"):
        _plans(book.create_sheet(_name(words.say("section_plans"), taken)), figures, words)
    book.properties.creator = shown(figures["institution"])
    book.properties.title = words.say(f"title_{figures['kind']}")
    out = io.BytesIO()
    book.save(out)
    return fixed(out.getvalue(), at)


def _summary(sheet: Any, figures: Mapping[str, Any], words: Words) -> None:
    told = periodic(figures, words.lang)
    sheet.title = _name(words.say("sheet_summary"), set())
    head = [text for text in (told.institution, told.title, told.subtitle, told.banner) if text is not None]
    for text in head:
        _put(sheet, sheet.max_row + 1 if sheet["A1"].value else 1, 1, text)
    first = len(head) + 1
    titles = [words.say("column_office"), *(figure_word(name, words) for name in NAMES)]
    titles += [words.say("column_change", figure=figure_word(name, words)) for name in NAMES]
    rows = [[office_word(row["office"], words), *_numbers(row)] for row in figures["offices"]]
    rows.append(
        [words.say("total"), *_numbers({"figures": figures["totals"], "changes": figures["changes"]})]
    )
    _table(sheet, first, titles, rows, filtered=len(rows) - 1)
    for label, value in told.foot:
        _put(sheet, sheet.max_row + 1, 1, f"{label} {value}")


def _numbers(row: Mapping[str, Any]) -> list[int | None]:
    values = [row["figures"][name]["value"] for name in NAMES]
    changes = [None if row["changes"] is None else row["changes"][name] for name in NAMES]
    return [*values, *changes]


def _office(sheet: Any, office: str | None, figures: Mapping[str, Any], words: Words) -> None:
    rows = [
        _finding(each, part, words)
        for part in _PARTS
        for each in figures["lists"][part]
        if each["office"] == office
    ]
    _table(sheet, 1, [words.say(f"column_{name}") for name in _COLUMNS], rows, filtered=len(rows))
    place = _COLUMNS.index("state") + 1
    states = [each["state"] for part in _PARTS for each in figures["lists"][part] if each["office"] == office]
    for number, state in enumerate(states, 2):
        if state in _STATES:
            sheet.cell(number, place).fill = _STATES[state]


def _waits(sheet: Any, figures: Mapping[str, Any], words: Words) -> None:
    """How long matters lay at each step, in hours that can be summed and sorted."""
    names = ("office", "flow", "step", "left", "median_hours", "longest_hours", "longest_task")
    rows = [
        [
            office_word(each["office"], words),
            shown(each["workflow_title"]),
            shown(each["step_title"]),
            each["value"],
            round(each["median_minutes"] / 60, 1),
            round(each["longest_minutes"] / 60, 1),
            shown(each["longest_task"]),
        ]
        for each in figures["waits"]
    ]
    _table(sheet, 1, [words.say(f"column_{name}") for name in names], rows, filtered=len(rows))


def _plans(sheet: Any, figures: Mapping[str, Any], words: Words) -> None:
    """What plans owed, did and lack."""
    titles = [
        *(words.say(f"column_{name}") for name in PLAN_COLUMNS),
        *(words.say(f"short_{name}") for name in planned.NAMES),
    ]
    rows = [
        [
            shown(each["office"]),
            shown(each["title"]),
            each["period"],
            *(each[name] for name in planned.NAMES),
            lacking(each, words),
        ]
        for each in figures["plans"]
    ]
    _table(sheet, 1, [*titles, words.say("column_lacking")], rows, filtered=len(rows))


def _finding(item: Mapping[str, Any], part: str, words: Words) -> list[Any]:
    told = finding_words(item, words)
    instants = {"due": _instant(item["due_at"]), "found_at": _instant(item["found_at"])}
    return [{**told, "part": figure_word(part, words), **instants}[name] for name in _COLUMNS]


def _instant(text: str | None) -> datetime | None:
    """By the institution's clock: a sheet's dates know no zone."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=None)


def _table(
    sheet: Any, first: int, titles: Sequence[str], rows: Sequence[Sequence[Any]], *, filtered: int
) -> None:
    for column, title in enumerate(titles, 1):
        cell = _put(sheet, first, column, title)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for number, row in enumerate(rows, first + 1):
        for column, value in enumerate(row, 1):
            if value is not None:
                _put(sheet, number, column, value)
    last = get_column_letter(len(titles))
    sheet.auto_filter.ref = f"A{first}:{last}{first + filtered}"
    sheet.freeze_panes = sheet.cell(first + 1, 2)
    for column, title in enumerate(titles, 1):
        longest = max([width(title), *(width(_told(row[column - 1])) for row in rows)])
        sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, longest + 4)


def _told(value: Any) -> str:
    return (
        ""
        if value is None
        else value.strftime("%Y-%m-%d %H:%M")
        if isinstance(value, datetime)
        else str(value)
    )


def _put(sheet: Any, row: int, column: int, value: Any) -> Any:
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        # Set last: the library takes a text that begins with `=` for a formula.
        cell.data_type = "s"
        # And a person who edits the cell leaves it a text.
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@")
    elif isinstance(value, datetime):
        cell.number_format = _INSTANT
    return cell


def _name(text: str, taken: set[str]) -> str:
    """A name that a sheet may have, and no other has yet."""
    plain = _FORBIDDEN.sub("_", text).strip("'")[:_NAME_MOST] or "_"
    found, number = plain, 2
    while found.casefold() in taken:
        tail = f" ({number})"
        found, number = plain[: _NAME_MOST - len(tail)] + tail, number + 1
    taken.add(found.casefold())
    return found
