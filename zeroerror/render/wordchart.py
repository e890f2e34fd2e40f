"""Charts of a Word file: the word processor's own, so that they stay sharp in print and can be restyled.

A picture would need a library that draws pixels, and would be blurred or large; a chart of the format is a
few lines of XML, the same bytes for the same figures (ECMA-376 part 1, 21.2). Its numbers stand in it as literals:
there is no workbook behind it, for the report's own workbook has them all. Series are told apart by pattern before
colour, and every bar has its number, for these papers are printed in black and white.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm

from zeroerror.model.value import dataclass
from zeroerror.render.charts import MOST_STEPS, steps_drawn
from zeroerror.render.words import Words
from zeroerror.text import Language, shown

_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_NAMES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_INLINE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ' + (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)
#: In millimetres: across, around the bars, and for each bar.
_ACROSS, _AROUND, _BAR = 156, 14, 7
#: In hundredths of a point: 五号, as the tables have it.
_SIGN = 1050
_FONTS = '<a:latin typeface="Times New Roman"/><a:ea typeface="仿宋"/>'
_PLAIN = '<a:solidFill><a:srgbClr val="5A6B7A"/></a:solidFill>'
_HATCHED = (
    '<a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="1A1A1A"/></a:fgClr>'
    '<a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>'
)
#: What a chart shows that compares offices with the period before.
_COMPARED = ("found", "late")


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars: a caption, a label for each row, and one or two series of numbers over them."""

    caption: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    #: How a number is written at its bar, as spreadsheets say it.
    form: str = "0"


def period_charts(figures: Mapping[str, Any], lang: Language) -> dict[str, list[Chart]]:
    """The charts of a report, by the section in which they stand."""
    words = Words(lang, figures["as_of"])
    offices = [chart for name in _COMPARED if (chart := _compared(name, figures, words)) is not None]
    steps = _steps(figures, words)
    return {"offices": offices, "waits": [] if steps is None else [steps]}


def placed(made: Any, charts: list[Chart]) -> None:
    """Put charts at the end of a Word file, each under its caption."""
    for chart in charts:
        paragraph = made.add_paragraph(chart.caption, "Table text")
        paragraph.paragraph_format.keep_with_next = True
        number = 1 + sum(1 for each in made.part.rels.values() if each.reltype == RELATIONSHIP_TYPE.CHART)
        name = PackURI(f"/word/charts/chart{number}.xml")
        part = Part(name, _TYPE, _xml(chart).encode(), made.part.package)
        run = made.add_paragraph(style="Table text").add_run()
        run._r.append(parse_xml(_inline(chart, number, made.part.relate_to(part, RELATIONSHIP_TYPE.CHART))))


def _compared(name: str, figures: Mapping[str, Any], words: Words) -> Chart | None:
    """One figure of each office that has any, beside the period before."""
    changes = figures["changes"]
    rows = []
    for row in figures["offices"]:
        now = row["figures"][name]["value"]
        before = 0 if changes is None else now - row["changes"][name]
        if now or before:
            title = words.say("no_office") if row["office"] is None else shown(row["office"])
            rows.append((title, now, before))
    if not rows:
        return None
    series = [(words.say("legend_now"), tuple(float(now) for _, now, _ in rows))]
    if changes is not None:
        series.append((words.say("legend_before"), tuple(float(before) for *_, before in rows)))
    return Chart(words.say(f"chart_{name}"), tuple(title for title, *_ in rows), tuple(series))


def _steps(figures: Mapping[str, Any], words: Words) -> Chart | None:
    """The steps that take longest, by the median of their visits, in hours."""
    rows = steps_drawn(figures)
    if not rows:
        return None
    labels = tuple(
        words.say(
            "step_label", office=shown(each["office"]), flow=each["workflow_title"], step=each["step_title"]
        )
        for each in rows
    )
    hours = tuple(round(each["median_minutes"] / 60, 1) for each in rows)
    caption = words.say("chart_steps", count=MOST_STEPS)
    return Chart(caption, labels, ((words.say("column_median"), hours),), words.say("hours_form"))


def _inline(chart: Chart, number: int, relation: str) -> str:
    """The drawing in the text that shows a chart; its description says the numbers for who cannot see it."""
    bars = len(chart.labels) * len(chart.series)
    wide, high = int(Mm(_ACROSS)), int(Mm(_AROUND + _BAR * bars))
    told = "; ".join(
        f"{label}: " + ", ".join(f"{name} {values[place]:g}" for name, values in chart.series)
        for place, label in enumerate(chart.labels)
    )
    return (
        f'<w:drawing {_INLINE}><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{wide}" cy="{high}"/>'
        f"<wp:docPr id={quoteattr(str(number))} name={quoteattr(chart.caption)} descr={quoteattr(told)}/>"
        f"<wp:cNvGraphicFramePr/><a:graphic {_NAMES}>"
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing>'
    )


def _xml(chart: Chart) -> str:
    legend = (
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_text()}</c:legend>'
        if len(chart.series) > 1
        else ""
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace {_NAMES}><c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>'
        '<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart><c:barDir val="bar"/>'
        f'<c:grouping val="clustered"/><c:varyColors val="0"/>{"".join(_series(chart))}'
        '<c:gapWidth val="50"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        # The first row stands at the top.
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/>{_line()}{_text()}<c:crossAx val="2"/>'
        '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        '<c:noMultiLvlLbl val="1"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        '<c:delete val="1"/><c:axPos val="t"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="none"/>'
        '<c:crossAx val="1"/><c:crosses val="autoZero"/></c:valAx></c:plotArea>'
        f'{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_text()}</c:chartSpace>"
    )


def _series(chart: Chart) -> Iterator[str]:
    count = len(chart.labels)
    labels = "".join(
        f'<c:pt idx="{place}"><c:v>{escape(label)}</c:v></c:pt>' for place, label in enumerate(chart.labels)
    )
    for place, (name, values) in enumerate(chart.series):
        numbers = "".join(f'<c:pt idx="{at}"><c:v>{value:g}</c:v></c:pt>' for at, value in enumerate(values))
        yield (
            f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:v>{escape(name)}</c:v></c:tx>'
            f"<c:spPr>{_HATCHED if place else _PLAIN}"
            '<a:ln w="9525"><a:solidFill><a:srgbClr val="1A1A1A"/></a:solidFill></a:ln></c:spPr>'
            '<c:invertIfNegative val="0"/>'
            f'<c:dLbls><c:numFmt formatCode={quoteattr(chart.form)} sourceLinked="0"/>'
            f'<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_text()}<c:dLblPos val="outEnd"/>'
            '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
            '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
            f'<c:cat><c:strLit><c:ptCount val="{count}"/>{labels}</c:strLit></c:cat>'
            f'<c:val><c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{count}"/>{numbers}'
            "</c:numLit></c:val></c:ser>"
        )


def _line() -> str:
    return '<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="1A1A1A"/></a:solidFill></a:ln></c:spPr>'


def _text() -> str:
    """Black, in the size of the tables."""
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{_SIGN}" b="0">'
        f'<a:solidFill><a:srgbClr val="000000"/></a:solidFill>{_FONTS}</a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
