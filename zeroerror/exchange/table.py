"""A CSV's rows, read strictly and one after another: what cannot be read is named with its row.

A row's number is what a spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from zeroerror.model.problem import Problem

#: A case load of years, and few enough to be one command: half a gigabyte of memory (rows).
ROWS_MAX = 100_000
#: The same as text (bytes).
FILE_MAX = 64 * 1024 * 1024

_MARK = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """One row of a log, with the cells that were asked for, in the order asked."""

    number: int
    line: int
    cells: tuple[str, ...]


class Stop(Exception):
    """The file as a whole cannot be read, for a reason that is no single row's."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


def read(lines: Iterable[bytes], name: str, asked: Sequence[str]) -> Iterator[Row | Problem]:
    """The rows of a file's lines, and a problem in the place of each that is broken.

    Raises Stop where nothing of the file can be trusted: its encoding, its header, its size.
    """
    reader = csv.reader(_decoded(lines, name), strict=True)
    header = _header(reader, name, asked)
    places = tuple(header.index(column) for column in asked)
    width, number = len(header), 1
    first: dict[bytes, int] = {}
    while True:
        number, line = number + 1, reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem("exchange.row_unreadable", {"row": number, "detail": str(error)}, f"{name}:{line}")
            continue
        if not cells:
            # An empty line is no row; spreadsheets leave one at the end.
            number -= 1
            continue
        if number - 1 > ROWS_MAX:
            raise Stop(Problem("exchange.too_many_rows", {"most": ROWS_MAX}, f"{name}:{line}"))
        if len(cells) != width:
            params = {"row": number, "cells": len(cells), "columns": width}
            yield Problem("exchange.row_cells", params, f"{name}:{line}")
            continue
        # The digest of a row instead of the row: a long log must not be held in memory twice.
        whole = blake2b("\0".join(cells).encode(), digest_size=16).digest()
        earlier = first.setdefault(whole, number)
        if earlier != number:
            yield Problem("exchange.row_twice", {"row": number, "first": earlier}, f"{name}:{line}")
            continue
        yield Row(number, line, tuple([cells[place] for place in places]))


def _header(reader: Iterator[list[str]], name: str, asked: Sequence[str]) -> list[str]:
    try:
        header = [_plain(cell).strip() for cell in next(reader)]
    except StopIteration:
        raise Stop(Problem("exchange.empty", {}, f"{name}:1")) from None
    except csv.Error as error:
        raise Stop(
            Problem("exchange.row_unreadable", {"row": 1, "detail": str(error)}, f"{name}:1")
        ) from None
    missing = [column for column in asked if column not in header]
    if missing:
        params = {"columns": missing, "known": header[:60]}
        raise Stop(Problem("exchange.column_missing", params, f"{name}:1"))
    twice = sorted({column for column in asked if header.count(column) > 1})
    if twice:
        raise Stop(Problem("exchange.column_twice", {"columns": twice}, f"{name}:1"))
    return header


def _decoded(lines: Iterable[bytes], name: str) -> Iterator[str]:
    """The file's lines as text in NFC: UTF-8, with the mark that spreadsheets put before it or without."""
    size = 0
    for number, raw in enumerate(lines, 1):
        size += len(raw)
        if size > FILE_MAX:
            raise Stop(Problem("exchange.too_large", {"most": FILE_MAX // (1024 * 1024)}, f"{name}:{number}"))
        try:
            text = (raw.removeprefix(_MARK) if number == 1 else raw).decode("utf-8")
        except UnicodeDecodeError:
            raise Stop(Problem("exchange.not_utf8", {}, f"{name}:{number}")) from None
        if "\0" in text:
            raise Stop(Problem("exchange.not_text", {}, f"{name}:{number}"))
        yield _plain(text)


def _plain(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)
