"""Every code that report and rendering use has words in both languages, and no word stands there unused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import polib
import pytest

import zeroerror
from zeroerror.render.charts import SERIES
from zeroerror.render.daily import BESIDE, COLUMNS
from zeroerror.render.planned import COLUMNS as PLANNED
from zeroerror.report import planned
from zeroerror.report.counting import STANDINGS
from zeroerror.report.periodic import NAMES
from zeroerror.service.telling_urging import OF_NOTICES
from zeroerror.text import LOCALES

PACKAGE = Path(zeroerror.__file__).parent
#: Beside what renders and counts, where reports are asked for.
_BESIDE = (PACKAGE / "service" / "periodic.py", PACKAGE / "cli" / "periods.py")
SOURCES = sorted((*(PACKAGE / "render").glob("*.py"), *(PACKAGE / "report").glob("*.py"), *_BESIDE))
#: What has words of its own, in other domains, is held by the test of every word.
SOURCES = [each for each in SOURCES if not each.name.startswith(("task_", "slips"))]
#: Calls whose first argument is a code without its domain.
SAYING = {"say", "_sentence", "_counted"}
#: Codes that stand in lists and conditions before they are said.
WHOLE = r"(says|column|kind|no|foot|line|mark|plain|period_plain)_[a-z_]+|matter(_step)?"
#: Codes that are made of a value: what the value may be.
FAMILIES = {
    "figure_": (*COLUMNS, *BESIDE, *OF_NOTICES),
    "part_": (*STANDINGS, "found", "cured", "withdrawn", "open_findings"),
    "legend_": tuple(name for name, *_ in SERIES),
    "light_": ("normal", "soon", "today", "overdue"),
    "held_": ("desk", "outside", "stopped"),
    "severity_": ("reminder", "minor", "major", "grave", "critical"),
    "state_": ("open", "cured", "withdrawn", "voided", "closed"),
    "degree_": ("direct", "review", "lead"),
    "capacity_": ("own", "cover", "paper", "imported"),
    "ended_": ("cured", "withdrawn", "voided", "disputed", "revised"),
    "section_": ("overdue", "due", "waiting"),
    "correction_": ("withdrawn", "voided", "revised", "corrected"),
    "none_": ("overdue", "due", "waiting"),
    "title_": ("weekly", "monthly"),
    "chart_": ("found", "cured", "late", "closed"),
    "period_": (*NAMES, "waits", "revised", *planned.NAMES),
    "short_": (*NAMES, "waits", *OF_NOTICES, *planned.NAMES),
    "lacking_": planned.LACKING,
    "column_": (
        *PLANNED,
        "finding",
        "rule",
        "task",
        "step",
        "whose",
        "state",
        "follow_up",
        "part",
        "severity",
        "title",
        "due",
        "found_at",
        "flow",
        "left",
        "longest",
        "longest_hours",
        "longest_task",
        "median_hours",
    ),
    "instant_": ("long", "short", "short_year"),
}


def catalogue(language: str, domain: str = "report") -> dict[str, str]:
    """The words of a language by code."""
    path = PACKAGE / "locale" / LOCALES[language] / "LC_MESSAGES" / f"{domain}.po"  # type: ignore[index]
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}


def used() -> Iterator[str]:
    """Every code in the source, those made of a value spelt out."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.fullmatch(r"report\.[a-z_]+", node.value):
                    yield node.value
                elif re.fullmatch(WHOLE, node.value):
                    yield f"report.{node.value}"
            elif isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in SAYING and node.args:
                    yield from _codes(node.args[0])


def _codes(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "." not in argument.value:
        yield f"report.{argument.value}"
    elif isinstance(argument, ast.IfExp):
        yield from (*_codes(argument.body), *_codes(argument.orelse))
    elif isinstance(argument, ast.JoinedStr) and isinstance(argument.values[0], ast.Constant):
        prefix = str(argument.values[0].value)
        if prefix.startswith(("rule.", "report.")):
            return
        assert prefix in FAMILIES, f"say what may follow {prefix}"
        yield from (f"report.{prefix}{each}" for each in FAMILIES[prefix])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_words(language: str) -> None:
    words = catalogue(language)
    assert sorted(code for code in set(used()) if not words.get(code)) == []


def test_no_word_is_left_that_nobody_says() -> None:
    # The services and the command line say these; the sheet of an office makes two from its section's name.
    said = {*used(), "report.unwritten", "report.as_of_to_come", "report.no_period", "report.no_supervisor"}
    # What stands beside the table is named by who follows it down.
    said |= {"report.period_rerouted", "report.short_rerouted"}
    said |= {"report.section_next", "report.none_next", "report.column_id"}
    assert sorted(code for code in catalogue("zh") if code and code not in said) == []


@pytest.mark.parametrize("domain", ["report", "demo"])
def test_both_languages_have_the_same_codes_and_the_same_places_to_fill(domain: str) -> None:
    chinese, english = catalogue("zh", domain), catalogue("en", domain)
    assert chinese.keys() == english.keys()
    for code in chinese:
        # A language may leave out what it does not need, but not ask for what the other does not have.
        places = [
            {name for _, name, _, _ in Formatter().parse(text) if name}
            for text in (chinese[code], english[code])
        ]
        if not code.startswith("report.instant_"):
            assert places[0] == places[1], code
