"""A diagram as SVG: one file that needs nothing else, readable in black and white."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from zeroerror.render.columns import width as columns
from zeroerror.render.columns import wrap
from zeroerror.render.picture.diagram import Diagram, Node
from zeroerror.render.picture.layout import RING, Box, Layout, Line, Measures, laid_out

#: A narrow sign's width and a line's height, at the size of ordinary text.
_SIGN, _LEADING = 6.6, 18
#: Columns of text in a box.
_COLUMNS = 40
_WIDTH = _COLUMNS * _SIGN + 24

_STYLE = """
text { font: 13px "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  fill: #1f2328 }
.heading { font-size: 16px; font-weight: bold }
.title { font-weight: bold; font-size: 14px }
.small { font-size: 12px; fill: #424a53 }
.label { font-size: 12px; paint-order: stroke; stroke: #fff; stroke-width: 3px }
.box { fill: #fff; stroke: #1f2328; stroke-width: 1.3 }
.desk { stroke-dasharray: 7 3 }
.outside { stroke-dasharray: 2 3 }
.group, .join { fill: #eef1f4 }
.passed { fill: #eef6ee; stroke: #2f6b2f }
.open { fill: #fff4d6; stroke: #8a5a00; stroke-width: 3 }
.line { fill: none; stroke: #57606a; stroke-width: 1.2 }
.back { stroke: #9a3412; stroke-dasharray: 5 3 }
.taken { stroke: #1a56a8; stroke-width: 2.6 }
.end { fill: #fff; stroke: #57606a; stroke-width: 1.5 }
.dot { fill: #57606a }
"""
#: Height of the lines above the picture.
_HEAD = 52


def svg(diagram: Diagram) -> str:
    """The picture as the text of an SVG file, the same for equal diagrams."""
    measures = Measures(
        _WIDTH,
        lambda node: len(_told(diagram, node)) * _LEADING + 14,
        lambda text: columns(text) * 6.3,
        lambda node: 0,
    )
    layout = laid_out(diagram, measures)
    wide = max(layout.width, 24 + columns(diagram.heading) * 8.5)
    size = {"width": f"{wide:.0f}", "height": f"{layout.height + _HEAD:.0f}"}
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {wide:.0f} {layout.height + _HEAD:.0f}",
            "role": "img",
            **size,
        },
    )
    ET.SubElement(root, "title").text = diagram.heading
    ET.SubElement(root, "style").text = _STYLE
    root.append(_heads())
    ET.SubElement(root, "rect", {"width": "100%", "height": "100%", "fill": "#fff"})
    _text(root, 24, 26, diagram.heading, "heading")
    _text(root, 24, 46, diagram.limit, "small")
    picture = ET.SubElement(root, "g", {"transform": f"translate(0 {_HEAD})"})
    _start(picture, layout)
    for line in layout.lines:
        _line(picture, line)
    for box in layout.boxes:
        _box(picture, diagram, box)
    for line in layout.lines:
        _text(picture, *line.label, line.arrow.label, "label")
    return ET.tostring(root, encoding="unicode") + "\n"


def _heads() -> ET.Element:
    """The heads of the arrows: one that takes its line's colour."""
    heads = ET.Element("defs")
    marker = ET.SubElement(heads, "marker", {
        "id": "head", "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "8", "markerHeight": "8",
        "markerUnits": "userSpaceOnUse", "orient": "auto",
    })  # fmt: skip
    ET.SubElement(marker, "path", {"d": "M0 0 L8 4 L0 8 z", "fill": "context-stroke"})
    return heads


def _told(diagram: Diagram, node: Node) -> list[tuple[str, str]]:
    """The lines of a step's box, each with its class."""
    parts = [("title", diagram.titled(node)), ("small", node.owner), ("", node.holder)]
    parts += [("small", limit) for limit in _limits(node.limit)] + [("", node.note)]
    return [(kind, line) for kind, part in parts if part for line in wrap(part, _COLUMNS)]


def _limits(text: str) -> list[str]:
    """A limit in lines that break between its choices."""
    lines = [""]
    for choice in text.split(" / "):
        longer = f"{lines[-1]} / {choice}" if lines[-1] else choice
        lines = [*lines[:-1], longer] if columns(longer) <= _COLUMNS else [*lines, choice]
    return lines


def _box(picture: ET.Element, diagram: Diagram, box: Box) -> None:
    kinds = " ".join(each for each in ("box", box.node.kind, box.node.mark) if each)
    ET.SubElement(picture, "rect", {
        "x": f"{box.x:.1f}", "y": f"{box.y:.1f}", "width": f"{box.width:.1f}", "height": f"{box.height:.1f}",
        "rx": "6", "class": kinds,
    })  # fmt: skip
    told = _told(diagram, box.node)
    y = box.y + (box.height - len(told) * _LEADING) / 2 + 13
    for place, (kind, line) in enumerate(told):
        _text(picture, box.middle, y + place * _LEADING, line, kind, anchor="middle")


def _line(picture: ET.Element, line: Line) -> None:
    kinds = ["line"]
    if line.arrow.outcome in ("returned", "failed"):
        kinds.append("back")
    if line.arrow.turns:
        kinds.append("taken")
    # A line that joins another's lane ends there; the way that was taken is drawn to its end.
    ends_there = line.joins is not None and not line.arrow.turns
    drawn = line.points[: line.points.index(line.joins) + 1] if line.joins and ends_there else line.points
    attributes = {"points": " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn), "class": " ".join(kinds)}
    ET.SubElement(
        picture, "polyline", attributes if ends_there else {**attributes, "marker-end": "url(#head)"}
    )
    if line.joins is not None:
        x, y = line.joins
        ET.SubElement(picture, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": "2.5", "class": "dot"})
    if line.ring:
        x, y = line.points[-1]
        x, y = (x, y + RING) if line.points[-2][0] == x else (x + RING, y)
        ring = ET.SubElement(picture, "g")
        # What it is called shows where somebody points at it.
        ET.SubElement(ring, "title").text = line.arrow.ending
        ET.SubElement(ring, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{RING}", "class": "end"})
        ET.SubElement(
            ring, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{RING - 4}", "class": "dot"}
        )


def _start(picture: ET.Element, layout: Layout) -> None:
    x, y = layout.start
    ET.SubElement(picture, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{RING}", "class": "dot"})
    points = f"{x:.1f},{y + RING:.1f} {x:.1f},{layout.boxes[0].y:.1f}"
    ET.SubElement(picture, "polyline", {"points": points, "class": "line", "marker-end": "url(#head)"})


def _text(picture: ET.Element, x: float, y: float, text: str, kind: str, *, anchor: str = "start") -> None:
    if not text:
        return
    attributes = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}
    if kind:
        attributes["class"] = kind
    ET.SubElement(picture, "text", attributes).text = text
