"""Charts as inline SVG: bars with their numbers, told apart by pattern before colour, for black-and-white paper.

Drawn with drawsvg: it has no dependencies, fetches nothing, gives the same bytes for the same input and escapes
texts. Chart libraries were weighed: pygal writes today's date, a script and its configuration into each chart;
leather cannot stack bars; matplotlib brings some 80 MB for two rows of rectangles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import drawsvg

from zeroerror.model.value import dataclass
from zeroerror.render.columns import width as text_columns
from zeroerror.render.words import Words
from zeroerror.text import shown

#: One unit is about one CSS pixel on a phone, so that signs of 12 units can be read there.
WIDTH = 300
SIGN = 12
ROW = 36
BAR = 14
LEGEND = 20
#: A bar below this width has no room for its number.
NUMBERED = 16
INK = "#1a1a1a"
#: How many of the longest waits are drawn.
MOST_WAITS = 8
#: And of the steps that take longest.
MOST_STEPS = 8

#: What is stacked, most pressing first, with the figures it sums, its ground and its pattern.
SERIES: Sequence[tuple[str, tuple[str, ...], str, str]] = (
    ("overdue", ("overdue",), "#8c1c13", "solid"),
    ("due_today", ("due_today",), "#e3a857", "crossed"),
    ("due_soon", ("due_soon",), "#f3ddb3", "hatched"),
    ("normal", ("normal",), "#b9c6d2", "solid"),
    ("waiting", ("stopped", "at_desk", "outside"), "#ffffff", "solid"),
)

#: A period beside the one before: a dark ground and a hatched one, told apart in grey print too.
PERIODS: Sequence[tuple[str, tuple[str, ...], str, str]] = (
    ("now", (), "#5a6b7a", "solid"),
    ("before", (), "#ffffff", "hatched"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One labelled row: what stands at its right end, and its parts by series."""

    label: str
    end: str
    parts: tuple[tuple[str, int], ...]


def offices(figures: Mapping[str, Any], words: Words) -> str:
    """How each office's open tasks stand."""
    bars = []
    for row in figures["offices"]:
        title = words.say("no_office") if row["office"] is None else shown(row["office"])
        parts = tuple(
            (name, sum(row["figures"][each]["value"] for each in sums)) for name, sums, _, _ in SERIES
        )
        open_tasks = row["figures"]["open"]["value"]
        bars.append(Bar(title, words.say("count_tasks", count=open_tasks), parts))
    legend = [(name, words.say(f"legend_{name}")) for name, *_ in SERIES]
    return _drawn("c1-", words.say("chart_offices"), bars, legend, numbered=True)


def waits(figures: Mapping[str, Any], words: Words) -> str | None:
    """How long what lies at leaders' desks has lain there; None where there is nothing to compare."""
    items = figures["lists"]["at_desk"][:MOST_WAITS]
    if len(items) < 2:
        return None
    bars = [
        Bar(
            words.say(
                "wait_label", task=each["task"], step=each["step_title"], post=words.post(each["post"])
            ),
            words.duration(each["held_minutes"]),
            (("normal", each["held_minutes"]),),
        )
        for each in items
    ]
    return _drawn("c2-", words.say("chart_waits"), bars, (), numbered=False)


def compared(name: str, figures: Mapping[str, Any], words: Words) -> str | None:
    """One figure of each office that has any, this period above the one before; None where there is nothing."""
    bars, changes = [], figures["changes"]
    for row in figures["offices"]:
        now = row["figures"][name]["value"]
        before = None if changes is None else now - row["changes"][name]
        if not now and not before:
            continue
        title = words.say("no_office") if row["office"] is None else shown(row["office"])
        bars.append(Bar(title, words.say("chart_now", count=now), (("now", now),)))
        if before is not None:
            bars.append(Bar("", words.say("chart_before", count=before), (("before", before),)))
    if not bars:
        return None
    legend = [("now", words.say("legend_now"))]
    legend += [] if changes is None else [("before", words.say("legend_before"))]
    title = words.say(f"chart_{name}")
    return _drawn(f"c-{name}-", title, bars, legend, numbered=False)


def steps_drawn(figures: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The steps that are drawn: those whose visits take longest, by their median."""
    rows = sorted(figures["waits"], key=lambda each: -each["median_minutes"])
    return [each for each in rows if each["median_minutes"]][:MOST_STEPS]


def steps(figures: Mapping[str, Any], words: Words) -> str | None:
    """How long the slowest steps of the house take; None where there is nothing to compare."""
    rows = steps_drawn(figures)
    if len(rows) < 2:
        return None
    bars = [
        Bar(
            words.say(
                "step_label",
                office=shown(each["office"]),
                flow=each["workflow_title"],
                step=each["step_title"],
            ),
            words.duration(each["median_minutes"]),
            (("normal", each["median_minutes"]),),
        )
        for each in rows
    ]
    return _drawn("c-steps-", words.say("chart_steps", count=MOST_STEPS), bars, (), numbered=False)


def _drawn(
    prefix: str, title: str, bars: Sequence[Bar], legend: Sequence[tuple[str, str]], *, numbered: bool
) -> str:
    places = list(_legend(legend))
    top = 4 + LEGEND * (1 + max((row for _, _, row in places), default=-1))
    drawing = drawsvg.Drawing(WIDTH, top + ROW * len(bars), id_prefix=prefix, role="img", class_="chart")
    drawing.append_title(title)
    fills = {name: _fill(ground, pattern) for name, _, ground, pattern in (*SERIES, *PERIODS)}
    for (name, text), (x, _, row) in zip(legend, places, strict=True):
        drawing.append(_rectangle(x, LEGEND * row + 3, 12, 12, fills[name]))
        drawing.append(_text(text, x + 16, LEGEND * row + 14))
    longest = max((sum(value for _, value in bar.parts) for bar in bars), default=0)
    for row, bar in enumerate(bars):
        _row(drawing, bar, top + ROW * row, (WIDTH - 2) / max(1, longest), fills, numbered=numbered)
    drawn: str = drawing.as_svg(header="")
    return drawn


def _legend(entries: Sequence[tuple[str, str]]) -> Iterator[tuple[float, float, int]]:
    """Where each entry begins and ends, and on which line: a new one where it would not fit."""
    x, row = 0.0, 0
    for _, text in entries:
        length = 16 + _length(text)
        if x and x + length > WIDTH:
            x, row = 0.0, row + 1
        yield x, x + length, row
        x += length + 10


def _row(drawing: Any, bar: Bar, y: float, scale: float, fills: Mapping[str, Any], *, numbered: bool) -> None:
    drawing.append(_text(_clipped(bar.label, WIDTH - _length(bar.end) - 12), 0, y + SIGN))
    drawing.append(_text(bar.end, WIDTH, y + SIGN, anchor="end"))
    drawing.append(drawsvg.Line(0.5, y + 17, 0.5, y + 17 + BAR, stroke=INK, stroke_width=1))
    x = 1.0
    for name, value in bar.parts:
        length = round(value * scale, 2)
        if not length:
            continue
        drawing.append(_rectangle(x, y + 17, length, BAR, fills[name]))
        if numbered and length >= NUMBERED:
            _number(drawing, str(value), x + length / 2, y + 17)
        x = round(x + length, 2)


def _number(drawing: Any, text: str, x: float, y: float) -> None:
    """A number inside its bar, on a white plate so that it can be read over any pattern."""
    half = _length(text) / 2 + 2
    drawing.append(drawsvg.Rectangle(round(x - half, 2), y + 1, round(half * 2, 2), BAR - 2, fill="#ffffff"))
    drawing.append(_text(text, round(x, 2), y + BAR - 3, anchor="middle", size=11))


def _fill(ground: str, pattern: str) -> Any:
    if pattern == "solid":
        return ground
    fill = drawsvg.Pattern(6, 6)
    fill.append(drawsvg.Rectangle(0, 0, 6, 6, fill=ground))
    fill.append(drawsvg.Line(0, 6, 6, 0, stroke=INK, stroke_width=0.8))
    if pattern == "crossed":
        fill.append(drawsvg.Line(0, 0, 6, 6, stroke=INK, stroke_width=0.8))
    return fill


def _rectangle(x: float, y: float, length: float, height: float, fill: Any) -> Any:
    return drawsvg.Rectangle(x, y, length, height, fill=fill, stroke=INK, stroke_width=0.7)


def _text(text: str, x: float, y: float, *, anchor: str = "start", size: int = SIGN) -> Any:
    return drawsvg.Text(text, size, x, y, fill=INK, text_anchor=anchor)


def _length(text: str) -> float:
    """About how long a text is: half a sign's height for each column."""
    return text_columns(text) * SIGN / 2


def _clipped(text: str, room: float) -> str:
    """A label that fits; the table beside it has the whole of it."""
    if _length(text) <= room:
        return text
    while text and _length(text + "…") > room:
        text = text[:-1]
    return text + "…"
