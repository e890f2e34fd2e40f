"""A diagram on the terminal: its steps in order, and below each where its actions lead."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.render.columns import width, wrap
from zeroerror.render.picture.diagram import Arrow, Diagram, Node

#: Where a step's lines begin.
_INDENT = 5
_NARROWEST = 40


def outline(diagram: Diagram, columns: int = 80) -> str:
    """The picture as plain lines of at most so many columns, wide signs counted double."""
    columns = max(_NARROWEST, columns)
    lines = wrap(diagram.heading, columns)
    if diagram.limit:
        lines += wrap(diagram.word("overall", limit=diagram.limit), columns)
    order = {node.name: place for place, node in enumerate(diagram.nodes, 1)}
    for place, node in enumerate(diagram.nodes, 1):
        lines += ["", *_node(diagram, node, place, columns)]
        lines += _arrows(diagram, node, order, columns)
    return "\n".join(lines) + "\n"


def _node(diagram: Diagram, node: Node, place: int, columns: int) -> Iterator[str]:
    title = diagram.titled(node)
    sign = {"open": ">", "passed": "*"}.get(node.mark, " ")
    yield from wrap(f"{title}  {node.name}", columns, first=f"{sign}{place:2d}. ", rest=" " * _INDENT)
    parts = [node.owner, node.holder, node.limit, node.note]
    for part in parts:
        if part:
            yield from wrap(part, columns, first=" " * _INDENT, rest=" " * (_INDENT + 2))


def _arrows(diagram: Diagram, node: Node, order: dict[str, int], columns: int) -> Iterator[str]:
    arrows = list(diagram.arrows_of(node.name))
    titles = {each.name: each.title for each in diagram.nodes}
    # A label that takes more than half of a line has lines of its own, and leads on below.
    wide = max((width(each.label) for each in arrows if width(each.label) <= columns // 2), default=0)
    for arrow in arrows:
        first = f"{' ' * (_INDENT - 2)}{'+' if arrow.turns else ' '} "
        rest = " " * (_INDENT + 4)
        if width(arrow.label) <= wide:
            first += arrow.label + " " * (wide - width(arrow.label) + 2)
        else:
            yield from wrap(arrow.label, columns, first=first, rest=rest)
            first = rest
        yield from wrap(_led(arrow, order, titles, order[node.name]), columns, first=first, rest=rest)


def _led(arrow: Arrow, order: dict[str, int], titles: dict[str, str], here: int) -> str:
    if arrow.to is None:
        return f"|= {arrow.ending}"
    sign = "->" if order.get(arrow.to, 0) > here else "<-"
    return f"{sign} {order.get(arrow.to, 0)}. {titles.get(arrow.to, arrow.to)}"
