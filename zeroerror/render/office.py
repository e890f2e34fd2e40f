"""One office's own sheet put into words: its numbers, what is late or due, what comes next, what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from zeroerror.render.daily import cell, follow_ups, steps
from zeroerror.render.document import Basis, Cell, Document, Section, Table
from zeroerror.render.periodic import TAGS, ended, figure_word, foot, found, recurring, span
from zeroerror.render.words import Words
from zeroerror.report import periodic
from zeroerror.report.office import NAMES, NEXT_MOST, OF_OPEN
from zeroerror.text import Language, shown

_ENDS = ("cured", "withdrawn", "voided", "disputed", "revised")
_LOADS = ("steps", "overdue", "due_today", "due_soon", "stopped")


def office(figures: Mapping[str, Any], lang: Language) -> Document:
    """The sheet of these figures in one language."""
    words = Words(lang, figures["as_of"])
    return Document(
        language=TAGS[lang],
        institution=shown(figures["institution"]),
        title=words.of("sheet.office_title", office=figures["title"]),
        subtitle=words.of(
            "sheet.office_subtitle", **span(figures, words), at=words.instant(figures["as_of"], "long")
        ),
        banner=words.say("simulated") if figures["simulated"] else None,
        sections=tuple(_sections(figures, words)),
        basis_title=words.say("basis_title"),
        basis=tuple(_basis(figures, words)),
        foot=tuple(foot(figures, words)),
    )


def name_of(figure: str, words: Words) -> str:
    """What a figure of the sheet is called."""
    return words.say(f"figure_{figure}") if figure in OF_OPEN else figure_word(figure, words)


def _sections(figures: Mapping[str, Any], words: Words) -> Iterator[Section]:
    lists = figures["lists"]
    yield Section(
        key="summary",
        title=words.say("section_summary"),
        paragraphs=tuple(_read_aloud(figures, words)),
        notes=(words.say("note_leads"),),
    )
    yield _numbers(figures, words)
    yield steps("overdue", lists["overdue"], words, late=True)
    yield steps("due", lists["due"], words)
    yield _next(lists["next"], words)
    yield steps("waiting", (*lists["at_desk"], *lists["outside"], *lists["stopped"]), words, held=True)
    yield from _workload(figures["workload"], words)
    yield found(lists["found"], words)
    told = [line for how in _ENDS for line in ended(lists[how], how, words)]
    yield Section(
        key="ended",
        title=words.say("section_period_ended"),
        paragraphs=tuple(told) or (words.say("none_ended"),),
    )
    yield recurring(figures, words)
    yield follow_ups(lists["follow_ups"], words)


def _read_aloud(figures: Mapping[str, Any], words: Words) -> Iterator[str]:
    values = {name: figures["figures"][name]["value"] for name in NAMES}
    yield words.of("sheet.office_open", office=figures["title"], **values)
    if not figures["recorded"]:
        yield words.say("period_no_ledger")
        return
    if any(values[name] for name in periodic.NAMES):
        says = words.say("period_says_found", count=values["found"], **span(figures, words))
        yield words.gap.join([says, words.say("period_says_ended", **values)])
        yield words.say("period_says_tasks", **values)
    else:
        yield words.say("period_nothing", **span(figures, words))
    if not figures["whole"]:
        yield words.say("period_not_over", at=words.instant(figures["as_of"], "long"))


def _numbers(figures: Mapping[str, Any], words: Words) -> Section:
    """One row a figure: what is open as it stands, then the period beside the one before."""
    rows = [
        (
            Cell(text=name_of(name, words)),
            _count(figures, name),
            Cell(text=_change(figures, name, words), number=True),
        )
        for name in NAMES
    ]
    titles = (words.say("column_figure"), words.of("sheet.column_count"), words.of("sheet.column_more"))
    note = words.of("sheet.office_trace", office=figures["office"], period=figures["period"])
    return Section(
        key="numbers",
        title=words.of("sheet.section_numbers"),
        table=Table(caption=words.of("sheet.section_numbers"), columns=titles, rows=tuple(rows)),
        notes=(note,),
    )


def _count(figures: Mapping[str, Any], name: str) -> Cell:
    value = figures["figures"][name]["value"]
    return Cell(text=str(value), number=True, basis=f"o-{name}" if value else None)


def _change(figures: Mapping[str, Any], name: str, words: Words) -> str:
    changes = figures["changes"]
    return words.say("no_number") if changes is None or name not in changes else f"{changes[name]:+}"


def _next(items: Sequence[Mapping[str, Any]], words: Words) -> Section:
    section = steps("next", items, words)
    more = (words.of("sheet.note_next", most=NEXT_MOST),) if len(items) >= NEXT_MOST else ()
    return replace(section, notes=(*section.notes, *more))


def _workload(workload: Mapping[str, Any], words: Words) -> Iterator[Section]:
    posts = tuple(
        (
            Cell(text=words.post(each["post"])),
            *(
                Cell(text=str(each[name]), number=True, strong=name == "overdue" and each[name] > 0)
                for name in _LOADS
            ),
            cell(words.comma.join(each["tasks"][:8]) + (" …" if len(each["tasks"]) > 8 else "")),
        )
        for each in workload["posts"]
    )
    yield _table(
        "posts",
        words.of("sheet.section_posts"),
        (
            words.of("sheet.column_post"),
            *(words.of(f"sheet.load_{name}") for name in _LOADS),
            words.of("sheet.column_tasks"),
        ),
        posts,
        words.of("sheet.none_posts"),
    )
    kinds = tuple(
        (
            Cell(text=shown(each["kind"])),
            *(Cell(text=str(each[name]["value"]), number=True) for name in periodic.OF_TASKS),
        )
        for each in workload["kinds"]
    )
    yield _table(
        "kinds",
        words.of("sheet.section_kinds"),
        (words.of("sheet.column_kind"), *(figure_word(name, words) for name in periodic.OF_TASKS)),
        kinds,
        words.of("sheet.none_kinds"),
    )


def _table(
    key: str, title: str, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], none: str
) -> Section:
    table = Table(caption=title, columns=columns, rows=rows) if rows else None
    return Section(key=key, title=title, paragraphs=() if rows else (none,), table=table)


def _basis(figures: Mapping[str, Any], words: Words) -> Iterator[Basis]:
    for name in NAMES:
        figure = figures["figures"][name]
        if figure["value"]:
            title = words.of("sheet.basis_of", figure=name_of(name, words), count=figure["value"])
            ids = figure.get("findings", figure["tasks"])
            yield Basis(key=f"o-{name}", title=title, ids=tuple(shown(each) for each in ids))
