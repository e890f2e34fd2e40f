"""Figures made into what people read: a page, plain text, a file. No figure is computed here.

One `Document` is put into words once and drawn by each renderer, so that page and terminal cannot differ in
what they say. The same figures and language give the same bytes: no clock, no random ids, nothing fetched.
Renderers are imported when they are called, for a command that prints text must not load a template engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.text import Language


def daily_html(figures: Mapping[str, Any], lang: Language = "zh") -> str:
    """The daily report as one self-contained page, for A4 and for a phone."""
    from zeroerror.render import html
    from zeroerror.render.daily import daily

    return html.page(daily(figures, lang), html.daily_charts(figures, lang))


def periodic_html(figures: Mapping[str, Any], lang: Language = "zh") -> str:
    """A weekly or monthly report as one self-contained page."""
    from zeroerror.render import html
    from zeroerror.render.periodic import periodic

    return html.page(periodic(figures, lang), html.period_charts(figures, lang))


def periodic_text(figures: Mapping[str, Any], lang: Language = "zh", width: int = 80) -> str:
    """A weekly or monthly report as plain text of so many columns."""
    from zeroerror.render import terminal
    from zeroerror.render.periodic import periodic

    return terminal.plain(periodic(figures, lang), width)


def periodic_docx(figures: Mapping[str, Any], lang: Language = "zh") -> bytes:
    """A monthly report as a Word file in official layout."""
    from zeroerror.render import docx, wordchart
    from zeroerror.render.periodic import periodic

    return docx.file(periodic(figures, lang), figures, wordchart.period_charts(figures, lang))


def periodic_xlsx(figures: Mapping[str, Any], lang: Language = "zh") -> bytes:
    """A monthly report as a workbook, one sheet an office."""
    from zeroerror.render import xlsx

    return xlsx.file(figures, lang)


def daily_text(figures: Mapping[str, Any], lang: Language = "zh", width: int = 80) -> str:
    """The daily report as plain text of so many columns, wide signs counted double."""
    from zeroerror.render import terminal
    from zeroerror.render.daily import daily

    return terminal.plain(daily(figures, lang), width)


def daily_json(figures: Mapping[str, Any]) -> str:
    """A report's figures as a file: codes and parameters, sorted keys."""
    from zeroerror.render import json

    return json.file(figures)
