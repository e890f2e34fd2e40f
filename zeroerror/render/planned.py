"""What plans owed, did and lack, put into words: each office's plans with the period of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.render.columns import WORD, width
from zeroerror.render.document import Cell, Section, Table
from zeroerror.render.words import Words
from zeroerror.report.planned import LACKING, NAMES
from zeroerror.text import shown

#: What the table says of an office's plan, besides its numbers.
COLUMNS = ("office", "plan", "plan_period")


def plans(figures: Mapping[str, Any], words: Words) -> Section:
    """What each office's plans owed, and how far they are done."""
    title = words.say("section_plans")
    columns = [words.say(f"column_{name}") for name in COLUMNS]
    columns += [words.say(f"short_{name}") for name in NAMES]
    columns.append(words.say("column_lacking"))
    rows = tuple(
        (
            *(_cell(shown(text)) for text in (row["office"], row["title"], row["period"])),
            *(Cell(text=str(row[name]), number=True) for name in NAMES),
            Cell(text=lacking(row, words)),
        )
        for row in figures["plans"]
    )
    told = {name: sum(row[name] for row in figures["plans"]) for name in NAMES}
    return Section(
        key="plans",
        title=title,
        paragraphs=(words.say("plans_told", **told),),
        table=Table(caption=title, columns=tuple(columns), rows=rows),
        traces=(words.say("note_plans_trace", kind=figures["kind"], period=figures["period"]),),
    )


def lacking(row: Mapping[str, Any], words: Words) -> str:
    """How what is lacking stands, and why what was not opened was not."""
    told = [words.say(f"lacking_{state}", count=row[state]) for state in LACKING if row[state]]
    told += [words.of(each["code"], **each["params"]) for each in row["reasons"]]
    return words.comma.join(told)


def _cell(text: str) -> Cell:
    return Cell(text=text, short=width(text) <= WORD)
