"""A report in words, before it has a shape: sections, tables and entries that every renderer draws."""

from __future__ import annotations

from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: its words, and the key of the basis that it can be followed down to."""

    text: str
    basis: str | None = None
    number: bool = False
    strong: bool = False
    #: Ids, dates and single words, which are not broken over lines where there is room.
    short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns; the first cell of a row names it."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    #: The last row is the sum of the others.
    total: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One matter told in lines, each with what it is about."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One numbered part of a report."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None
    entries: tuple[Entry, ...] = ()
    notes: tuple[str, ...] = ()
    #: How its numbers are followed down: commands, which an official paper has at its end.
    traces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What one figure counts: the ids behind it."""

    key: str
    title: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole report in one language."""

    #: BCP 47 tag of its language.
    language: str
    institution: str
    title: str
    subtitle: str
    #: Said before everything else, where it must not be overlooked: 演示.
    banner: str | None
    sections: tuple[Section, ...]
    basis_title: str
    basis: tuple[Basis, ...]
    #: Label and value: position, root, and so on.
    foot: tuple[tuple[str, str], ...]
