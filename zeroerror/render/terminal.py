"""A report as plain text: no colour, no boxes, columns right for wide signs, at any width a terminal has."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.render.columns import table, width, wrap
from zeroerror.render.document import Document, Entry, Section, Table

#: Below this nothing can be laid out; such a terminal gets lines of this width.
NARROWEST = 32


def plain(document: Document, columns: int) -> str:
    """The whole report in lines of at most so many columns, ending in one newline."""
    columns = max(NARROWEST, columns)
    lines = [*_head(document, columns)]
    for number, section in enumerate(document.sections, 1):
        heading = wrap(section.title, columns, first=ordinal(document.language, number))
        lines += ["", *heading, *_section(section, document, columns)]
    lines += ["", *wrap(document.basis_title, columns)]
    for basis in document.basis:
        lines += wrap(f"{basis.title}{_joined(document, basis.ids)}", columns, first="  ", rest="    ")
    lines += ["", "=" * columns]
    for label, value in document.foot:
        lines += wrap(f"{label}{_colon(document)}{value}", columns, rest="    ")
    return "\n".join(lines) + "\n"


def _head(document: Document, columns: int) -> Iterator[str]:
    for text in (document.institution, document.title, document.subtitle):
        for line in wrap(text, columns):
            yield (" " * ((columns - width(line)) // 2) + line).rstrip()
    yield "=" * columns
    if document.banner is not None:
        yield from wrap(document.banner, columns)
        yield "=" * columns


def ordinal(language: str, number: int) -> str:
    """The number before a heading, as official papers of that language have it; up to 19."""
    if not language.startswith("zh"):
        return f"{number}. "
    digits = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九")
    return ("十" if number > 9 else "") + digits[number % 10] + "、"


def _colon(document: Document) -> str:
    return "：" if document.language.startswith("zh") else ": "


def _joined(document: Document, ids: tuple[str, ...]) -> str:
    return ("、" if document.language.startswith("zh") else ", ").join(ids)


def _section(section: Section, document: Document, columns: int) -> Iterator[str]:
    indent = "    " if document.language.startswith("zh") else ""
    for text in section.paragraphs:
        yield from wrap(text, columns, first=indent)
    if section.table is not None:
        yield from drawn_table(section.table, columns, _separator(document))
    for number, entry in enumerate(section.entries, 1):
        yield from _entry(number, entry, document, columns)
    for text in (*section.notes, *section.traces):
        yield from wrap(text, columns, first="  * ", rest="    ")


def _entry(number: int, entry: Entry, document: Document, columns: int) -> Iterator[str]:
    yield from wrap(entry.title, columns, first=f"{number}. ", rest="   ")
    for label, text in entry.lines:
        yield from wrap(f"{label}{_colon(document)}{text}", columns, first="   ", rest="     ")


def drawn_table(drawn: Table, columns: int, separator: str = "; ") -> Iterator[str]:
    """A table in columns; where it is too narrow for them, a few lines a row."""
    numbers = [all(row[n].number for row in drawn.rows) for n in range(len(drawn.columns))]
    rows = [[cell.text for cell in row] for row in drawn.rows]
    lines = table(drawn.columns, rows, numbers, columns)
    if lines is not None:
        yield from lines
        return
    # Too narrow for columns: each row becomes a few lines of its own, nought left out.
    for row in drawn.rows:
        yield from wrap(row[0].text, columns, first="- ", rest="  ")
        told = [
            f"{name} {cell.text}"
            for name, cell in zip(drawn.columns[1:], row[1:], strict=True)
            if not (cell.number and cell.text == "0")
        ]
        if told:
            yield from wrap(separator.join(told), columns, first="  ", rest="  ")


def _separator(document: Document) -> str:
    return "；" if document.language.startswith("zh") else "; "
