"""Rows are read one after another; what is broken is named by its row, and nothing is guessed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zeroerror.exchange import table
from zeroerror.exchange.table import Row, Stop, read
from zeroerror.model.problem import Problem

ASKED = ("b", "a")


def rows(text: str | bytes, asked: tuple[str, ...] = ASKED) -> list[Row | Problem]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(io.BytesIO(data), "log.csv", asked))


def told(found: list[Row | Problem]) -> Iterator[tuple[int, str]]:
    for each in found:
        if isinstance(each, Problem):
            yield each.params["row"], each.code.removeprefix("exchange.")


def test_cells_come_in_the_order_asked_with_row_and_line() -> None:
    found = rows('a,b,c\n1,"x\ny",3\n4,5,6\n')
    assert found == [Row(2, 2, ("x\ny", "1")), Row(3, 4, ("5", "4"))]


def test_a_blank_line_is_no_row_and_shifts_no_number() -> None:
    assert [each.number for each in rows("a,b\n1,2\n\n3,4\n\n") if isinstance(each, Row)] == [2, 3]


def test_text_is_taken_in_nfc() -> None:
    assert rows("a,b\n1,cafe\u0301\n") == [Row(2, 2, ("caf\u00e9", "1"))]


@pytest.mark.parametrize(
    ("line", "code"),
    [("1,2,3", "row_cells"), ("1", "row_cells"), ('"1"x,2', "row_unreadable"), ("0,0", "row_twice")],
)
def test_a_broken_row_is_named_and_the_next_is_read(line: str, code: str) -> None:
    found = rows(f"a,b\n0,0\n{line}\n8,9\n")
    assert list(told(found)) == [(3, code)]
    assert found[-1] == Row(4, 4, ("9", "8"))


def test_a_quote_that_is_never_closed_is_one_broken_row() -> None:
    assert list(told(rows('a,b\n1,2\n3,"4\n5,6\n'))) == [(3, "row_unreadable")]


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b"", "empty", "log.csv:1"),
        ("a,b\n一,二\n".encode("gbk"), "not_utf8", "log.csv:2"),
        ("a,b\n".encode("utf-16"), "not_utf8", "log.csv:1"),
        (b"a,b\n1,\0\n", "not_text", "log.csv:2"),
        (b"a,c\n1,2\n", "column_missing", "log.csv:1"),
        (b"a,b,a\n1,2,3\n", "column_twice", "log.csv:1"),
        (b'a,"b\n', "row_unreadable", "log.csv:1"),
    ],
)
def test_what_is_no_table_stops_at_once(data: bytes, code: str, where: str) -> None:
    with pytest.raises(Stop) as caught:
        rows(data)
    assert (caught.value.problem.code, caught.value.problem.where) == (f"exchange.{code}", where)


def test_a_mark_before_the_text_is_no_part_of_the_first_column() -> None:
    assert rows(b"\xef\xbb\xbfa,b\n1,2\n") == [Row(2, 2, ("2", "1"))]


def test_there_is_an_end_to_rows_and_to_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "ROWS_MAX", 2)
    assert len(rows("a,b\n1,2\n3,4\n")) == 2
    with pytest.raises(Stop, match="too_many_rows"):
        rows("a,b\n1,2\n3,4\n5,6\n")
    monkeypatch.setattr(table, "FILE_MAX", 10)
    with pytest.raises(Stop, match="too_large"):
        rows("a,b\n1,2\n3,4\n")


_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(_CELL, _CELL), max_size=20, unique=True))
def test_whatever_a_spreadsheet_writes_is_read_back(cells: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(("a", "b"))
    writer.writerows(cells)
    found = rows(out.getvalue(), ("a", "b"))
    assert [each.cells for each in found if isinstance(each, Row)] == [
        tuple(table._plain(cell) for cell in row) for row in cells
    ]
