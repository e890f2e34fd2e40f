"""Where boxes and lines of a picture stand: one column of steps, lanes beside it, nothing drawn yet.

What leads to the next step runs straight down. Whatever else leads to a step joins that step's one lane: on
the right if it goes on, on the left if it goes back. Short lanes stand nearest to the boxes. All lengths are
pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from zeroerror.model.value import dataclass
from zeroerror.render.picture.diagram import Arrow, Diagram, Node

Side = Literal["left", "right"]
Point = tuple[float, float]
SIDES: tuple[Side, ...] = ("left", "right")

#: Between two lines that leave a box on the same side, and so the height of a line of text beside it.
PORT = 22
#: Between two lanes.
LANE = 14
#: Between two boxes, without what is written there.
GAP = 34
LABEL_LINE = 17
MARGIN = 24
RING = 8


@dataclass(frozen=True, slots=True)
class Measures:
    """What whoever draws says of sizes."""

    width: float
    #: How high a step's box is at least.
    height: Callable[[Node], float]
    #: How wide a text beside a line is.
    label: Callable[[str], float]
    #: Height below the box in which its own sign for a choice stands, and where lines leave; 0: no such sign.
    choice: Callable[[Node], float]
    #: How far that sign reaches from the middle.
    choice_reach: float = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A step's place."""

    node: Node
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The horizontal middle."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow's way, from its step to the head, and where its label begins."""

    arrow: Arrow
    points: tuple[Point, ...]
    label: Point
    #: Where it joins a lane that runs on from further away; None where it does not.
    joins: Point | None = None
    #: Whether it ends in an end of its own, at its last point.
    ring: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Every place in a picture, and its size."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    start: Point
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Row:
    """A step's row before it has a place: what leaves and comes on each side, and what leads straight on."""

    node: Node
    down: tuple[Arrow, ...]
    out: Mapping[Side, tuple[Arrow, ...]]
    comes: Mapping[Side, bool]


def laid_out(diagram: Diagram, measures: Measures) -> Layout:
    """The layout of a diagram."""
    rows = _rows(diagram)
    tops, boxes_bottom = _heights(rows, measures)
    lanes = {side: _lanes(rows, side) for side in SIDES}
    wide = {side: _label_width(rows, side, measures) for side in SIDES}
    ends = any(arrow.to is None for row in rows for arrow in row.out["right"])
    tracks = {side: 1 + max(lanes[side].values(), default=-1) for side in SIDES}
    x = MARGIN + tracks["left"] * LANE + wide["left"]
    boxes = tuple(
        Box(row.node, x, top, measures.width, measures.height(row.node))
        for row, top in zip(rows, tops, strict=True)
    )
    place = _Places(
        rows, boxes, lanes, wide, measures, x + measures.width + wide["right"] + (3 * RING if ends else 0)
    )
    lines = tuple(line for index in range(len(rows)) for line in place.lines(index))
    width = place.right + tracks["right"] * LANE + MARGIN
    return Layout(boxes, lines, (boxes[0].middle, MARGIN), width, boxes_bottom + MARGIN)


def _rows(diagram: Diagram) -> list[_Row]:
    order = {node.name: place for place, node in enumerate(diagram.nodes)}
    last = len(order) - 1
    aimed: dict[Side, set[str]] = {"left": set(), "right": set()}
    sorted_out: list[tuple[Node, list[Arrow], dict[Side, tuple[Arrow, ...]]]] = []
    for place, node in enumerate(diagram.nodes):
        down: list[Arrow] = []
        out: dict[Side, list[Arrow]] = {"left": [], "right": []}
        for arrow in diagram.arrows_of(node.name):
            to = (
                last + 1
                if arrow.to is None and place == last and arrow.outcome == "done"
                else order.get(arrow.to or "")
            )
            if to == place + 1:
                down.append(arrow)
                continue
            side: Side = "left" if to is not None and to <= place else "right"
            out[side].append(arrow)
            if arrow.to is not None:
                aimed[side].add(arrow.to)
        sorted_out.append((node, down, {side: tuple(each) for side, each in out.items()}))
    return [
        _Row(node, tuple(down), out, {side: node.name in aimed[side] for side in SIDES})
        for node, down, out in sorted_out
    ]


def _heights(rows: Sequence[_Row], measures: Measures) -> tuple[list[float], float]:
    """The top of each row, and where the last one ends with what is below it."""
    y: float = MARGIN + RING + GAP - 8
    tops: list[float] = []
    for row in rows:
        tops.append(y)
        y += _row_height(row, measures) + GAP + LABEL_LINE * len(row.down)
    return tops, y


def _row_height(row: _Row, measures: Measures) -> float:
    height, choice = measures.height(row.node), measures.choice(row.node)
    outs = max(len(each) for each in row.out.values())
    if choice:
        return height + max(choice, outs * PORT)
    return max(height, max(_ports(row, side) for side in SIDES) * PORT)


def _ports(row: _Row, side: Side) -> int:
    return len(row.out[side]) + row.comes[side]


def _label_width(rows: Iterable[_Row], side: Side, measures: Measures) -> float:
    labels = [measures.label(arrow.label) + 16 for row in rows for arrow in row.out[side]]
    return max(labels, default=0) + 8


def _lanes(rows: Sequence[_Row], side: Side) -> dict[str, int]:
    """The track of each lane, by the step it leads to; 0 is next to the boxes."""
    order = {row.node.name: place for place, row in enumerate(rows)}
    spans: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        for arrow in row.out[side]:
            if arrow.to is not None:
                spans.setdefault(arrow.to, [order[arrow.to]]).append(place)
    found: dict[str, int] = {}
    taken: list[list[tuple[int, int]]] = []
    for to, span in sorted(spans.items(), key=lambda each: (max(each[1]) - min(each[1]), each[1])):
        first, last = min(span), max(span)
        track = next(
            (n for n, used in enumerate(taken) if all(last < a or b < first for a, b in used)), len(taken)
        )
        if track == len(taken):
            taken.append([])
        taken[track].append((first, last))
        found[to] = track
    return found


class _Places:
    """The lines of rows that have their places."""

    def __init__(
        self,
        rows: Sequence[_Row],
        boxes: Sequence[Box],
        lanes: Mapping[Side, Mapping[str, int]],
        wide: Mapping[Side, float],
        measures: Measures,
        right: float,
    ) -> None:
        self._rows, self._boxes, self._lanes, self._measures = rows, boxes, lanes, measures
        self._box = {box.node.name: box for box in boxes}
        self._row = {row.node.name: row for row in rows}
        self._left = boxes[0].x - wide["left"]
        #: Where the lanes of the right begin.
        self.right = right
        self._ring = boxes[0].x + boxes[0].width + wide["right"] + RING

    def lines(self, index: int) -> list[Line]:
        """Every arrow of one row."""
        row, box = self._rows[index], self._boxes[index]
        found = [self._down(arrow, n, index) for n, arrow in enumerate(row.down)]
        for side in SIDES:
            found += [self._aside(arrow, n, side, row, box) for n, arrow in enumerate(row.out[side])]
        return found

    def _down(self, arrow: Arrow, n: int, index: int) -> Line:
        row, box = self._rows[index], self._boxes[index]
        after = (
            self._boxes[index + 1].y if index + 1 < len(self._boxes) else box.y + self._height(row) + GAP - 8
        )
        after += 0 if index + 1 < len(self._boxes) else LABEL_LINE * len(row.down)
        begin = box.bottom + (self._measures.choice_reach * 2 + 16 if self._measures.choice(row.node) else 0)
        at = box.y + self._height(row) + 17 + LABEL_LINE * n
        return Line(
            arrow, ((box.middle, begin), (box.middle, after)), (box.middle + 8, at), ring=arrow.to is None
        )

    def _height(self, row: _Row) -> float:
        return _row_height(row, self._measures)

    def _aside(self, arrow: Arrow, n: int, side: Side, row: _Row, box: Box) -> Line:
        away = -1 if side == "left" else 1
        edge = box.x if side == "left" else box.x + box.width
        y, begin = self._leaves(n, side, row, box, edge)
        label_x = edge + away * 8 - (self._measures.label(arrow.label) if side == "left" else 0)
        label = (label_x, y - 5)
        if arrow.to is None:
            return Line(arrow, (*begin, (self._ring - RING, y)), label, ring=True)
        lane = self._lane_x(side, arrow.to)
        target, to_row = self._box[arrow.to], self._row[arrow.to]
        into = self._enters(side, to_row, target)
        to_edge = target.x if side == "left" else target.x + target.width
        joins = None if self._farthest(side, arrow.to) == (arrow.source, arrow.name) else (lane, y)
        return Line(arrow, (*begin, (lane, y), (lane, into), (to_edge, into)), label, joins)

    def _farthest(self, side: Side, to: str) -> tuple[str, str]:
        """The arrow with which a lane begins."""
        users = [each for row in self._rows for each in row.out[side] if each.to == to]
        # On the left lanes run upwards, so they begin at the lowest step and there at the lowest line.
        first = users[-1] if side == "left" else users[0]
        return first.source, first.name

    def _leaves(
        self, n: int, side: Side, row: _Row, box: Box, edge: float
    ) -> tuple[float, tuple[Point, ...]]:
        """How high an arrow leaves, and its way to the edge of the column."""
        choice = self._measures.choice(row.node)
        if not choice:
            y = box.y + self._spread(row, side) * (n + row.comes[side] + 0.5)
            return y, ((edge, y),)
        reach = self._measures.choice_reach
        corner = box.middle + (-reach if side == "left" else reach)
        middle = box.bottom + 16 + reach
        y = box.bottom + PORT * (n + 0.5) + 4
        fan = corner + (-10 if side == "left" else 10)
        return y, ((corner, middle), (fan, middle), (fan, y))

    def _spread(self, row: _Row, side: Side) -> float:
        return self._height(row) / _ports(row, side)

    def _enters(self, side: Side, row: _Row, box: Box) -> float:
        if self._measures.choice(row.node):
            return box.y + box.height / 2
        return box.y + self._spread(row, side) * 0.5

    def _lane_x(self, side: Side, to: str) -> float:
        track = self._lanes[side][to]
        return self._left - LANE * (track + 0.5) if side == "left" else self.right + LANE * (track + 0.5)
