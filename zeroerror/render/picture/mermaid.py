"""A diagram as Mermaid text, which many pages and editors draw.

The same diagram gives the same text. It was drawn once with Mermaid 11 itself; from then on the golden files
of the tests hold it, because a parser in JavaScript is no part of testing this program.
"""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.render.picture.diagram import Arrow, Diagram, Node

#: What Mermaid would read as markup, an entity or the end of a text.
_ESCAPES = {ord(sign): f"#{ord(sign)};" for sign in '#&";:<>{}[]()|`\\*_~'}
_SHAPES = {"person": ('["', '"]'), "desk": ('[/"', '"/]'), "outside": ('{{"', '"}}')}
_SHAPES |= {"group": ('[["', '"]]'), "join": ('[["', '"]]'), "opens": ('[["', '"]]')}


def mermaid(diagram: Diagram) -> str:
    """The picture as the text of a flowchart."""
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    yield from ("---", f'title: "{_escaped(diagram.heading)}"', "---", "flowchart TD")
    yield "  start((( )))"
    for node in diagram.nodes:
        opening, closing = _SHAPES[node.kind]
        # Prefixed, because a step may be called `end` or `style`, which are words of Mermaid's.
        yield f"  step_{node.name}{opening}{_text(diagram, node)}{closing}"
    ends = dict.fromkeys(arrow.outcome for arrow in diagram.arrows if arrow.to is None)
    for outcome in ends:
        word = next(arrow.ending for arrow in diagram.arrows if arrow.to is None and arrow.outcome == outcome)
        yield f'  end_{outcome}(["{_escaped(word)}"])'
    yield f"  start --> step_{diagram.nodes[0].name}"
    for arrow in diagram.arrows:
        yield _arrow(arrow)
    yield from _marked(diagram)


def _text(diagram: Diagram, node: Node) -> str:
    parts = [diagram.titled(node), node.owner, node.holder, node.limit, node.note]
    return "<br/>".join(_escaped(part) for part in parts if part)


def _arrow(arrow: Arrow) -> str:
    target = f"end_{arrow.outcome}" if arrow.to is None else f"step_{arrow.to}"
    line = "==>" if arrow.turns else "-.->" if arrow.outcome in ("returned", "failed") else "-->"
    label = f'|"{_escaped(arrow.label)}"|' if arrow.label else ""
    return f"  step_{arrow.source} {line}{label} {target}"


def _marked(diagram: Diagram) -> Iterator[str]:
    for mark, style in (
        ("passed", "fill:#e6f0e6,stroke:#3d7a3d"),
        ("open", "fill:#fff3cd,stroke:#9a6700,stroke-width:3px"),
    ):
        named = [f"step_{node.name}" for node in diagram.nodes if node.mark == mark]
        if named:
            yield f"  classDef {mark} {style}"
            yield f"  class {','.join(named)} {mark}"


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)
