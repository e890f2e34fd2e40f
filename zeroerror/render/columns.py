"""Plain text in columns: wide signs take two, and a line breaks where Chinese and Latin text may break."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

#: Up to so many columns a text in a table is a word, and is not broken but at its blanks.
WORD = 16
#: Signs that may not begin a line.
_NOT_FIRST = frozenset("，。、；：！？）》〉】”’％%,.;:!?)]}…—")
#: Signs that may not end one.
_NOT_LAST = frozenset("（《〈【“‘([{")


def width(text: str) -> int:
    """How many columns a text takes; signs of ambiguous width count one, as UTF-8 terminals draw them."""
    return len(text) if text.isascii() else sum(_sign_width(sign) for sign in text)


def _sign_width(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """The text filled up with blanks to so many columns."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def wrap(text: str, columns: int, *, first: str = "", rest: str = "") -> list[str]:
    """The text in lines of at most so many columns; `first` and `rest` stand before its lines.

    A single piece wider than a line is cut by columns; a sign that may not begin a line stays with its word.
    """
    lines: list[str] = []
    line, before = "", first
    for piece in _cut(_pieces(text), max(2, columns - max(width(first), width(rest)))):
        if line and width(before) + width(line) + width(piece.rstrip()) > columns:
            lines.append(before + line.rstrip())
            line, before = "", rest
            piece = piece.lstrip()
        line += piece
    lines.append((before + line).rstrip())
    return lines


def narrowest(text: str) -> int:
    """The columns that the longest piece of a text needs if no word is to be cut."""
    pieces = text.split(" ") if width(text) <= WORD else _pieces(text)
    return max((width(piece.rstrip()) for piece in pieces), default=0)


def _pieces(text: str) -> Iterator[str]:
    """The parts between which a line may break: single wide signs, and Latin words with the blank after."""
    piece = ""
    for sign in text:
        if piece and _breaks(piece[-1], sign):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _breaks(before: str, after: str) -> bool:
    if after == " " or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return before == " " or _sign_width(before) == 2 or _sign_width(after) == 2


def _cut(pieces: Iterator[str], columns: int) -> Iterator[str]:
    for piece in pieces:
        if width(piece) <= columns:
            yield piece
            continue
        part = ""
        for sign in piece:
            if part and sign != " " and width(part) + _sign_width(sign) > columns:
                yield part
                part = ""
            part += sign
        yield part


def table(
    columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool], total: int
) -> list[str] | None:
    """The rows under their columns within the width; None where words would have to be cut for it."""
    gap = 2 if len(columns) < 8 else 1
    cells = [list(columns), *(list(row) for row in rows)]
    least = [max(narrowest(row[n]) for row in cells) for n in range(len(columns))]
    widths = [max(width(row[n]) for row in cells) for n in range(len(columns))]
    room = total - gap * (len(columns) - 1)
    if sum(least) > room:
        return None
    while sum(widths) > room:
        loosest = max(range(len(widths)), key=lambda n: (widths[n] - least[n], widths[n]))
        widths[loosest] -= 1
    drawn = [_row(cells[0], widths, numbers, gap), ["-" * (sum(widths) + gap * (len(columns) - 1))]]
    drawn += [_row(row, widths, numbers, gap) for row in cells[1:]]
    return [line for lines in drawn for line in lines]


def _row(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool], gap: int) -> list[str]:
    wrapped = [wrap(cell, columns) for cell, columns in zip(cells, widths, strict=True)]
    lines = []
    for n in range(max(len(each) for each in wrapped)):
        parts = [
            pad(each[n] if n < len(each) else "", columns, right=number)
            for each, columns, number in zip(wrapped, widths, numbers, strict=True)
        ]
        lines.append((" " * gap).join(parts).rstrip())
    return lines
