"""A report as one self-contained page.

Its looks are those of the papers it will lie among (GB/T 9704-2012): A4 with margins of 37, 26, 35 and 28 mm,
仿宋 for the text, 黑体 for headings, a centred title under the name of the house, `— 1 —` at the foot of the
outer side. What is read aloud stands in 3号 (16 pt), tables in 五号. Words stand beside every colour, so that
nothing is lost in black and white. On a phone each row of a table becomes a card with its labels. No script,
no font and no picture is fetched: the page must open, years later, from a disk that has nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from zeroerror.render import charts
from zeroerror.render.document import Document
from zeroerror.render.terminal import ordinal
from zeroerror.render.words import Words
from zeroerror.text import Language

_TEMPLATES = Path(__file__).parent / "templates"


Drawing = tuple[str, Markup]


def page(document: Document, drawn: Sequence[Drawing] = ()) -> str:
    """The document as a page, with these charts under its table of offices."""
    chinese = document.language.startswith("zh")
    return _template().render(
        document=document,
        charts=drawn,
        ordinal=lambda number: ordinal(document.language, number),
        colon="：" if chinese else ": ",
        comma="、" if chinese else ", ",
    )


def daily_charts(figures: Mapping[str, Any], lang: Language) -> list[Drawing]:
    """How each office stands, and how long what lies at desks has lain there."""
    words = Words(lang, figures["as_of"])
    drawn = [
        (words.say("chart_offices"), charts.offices(figures, words)),
        (words.say("chart_waits"), charts.waits(figures, words)),
    ]
    return _marked(drawn)


def period_charts(figures: Mapping[str, Any], lang: Language) -> list[Drawing]:
    """What each office's period was, beside the one before."""
    words = Words(lang, figures["as_of"])
    names = ("found", "cured", "late", "closed")
    drawn = [(words.say(f"chart_{name}"), charts.compared(name, figures, words)) for name in names]
    steps = words.say("chart_steps", count=charts.MOST_STEPS), charts.steps(figures, words)
    return _marked((*drawn, steps))


def _marked(drawn: Iterable[tuple[str, str | None]]) -> list[Drawing]:
    """Captions and drawings. The library escapes every text; nothing of people's stands in an attribute."""
    return [(caption, Markup(svg)) for caption, svg in drawn if svg is not None]


@lru_cache(maxsize=1)
def _template() -> Template:
    return environment().get_template("report.html.j2")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Where templates are found, with every text escaped."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
