"""A diagram as BPMN 2.0, for tools that draw or compare processes; with its places, so that viewers show it.

It tells of the process and is not meant to be run: guards, conditions and the division of labour have no
counterpart there. A step is a user task, a choice between its actions an exclusive gateway, and each way of
ending an end of its own. Schema: OMG formal/2011-01-03, BPMN20.xsd.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from zeroerror.render.columns import width as columns
from zeroerror.render.columns import wrap
from zeroerror.render.picture.diagram import Arrow, Diagram, Node
from zeroerror.render.picture.layout import RING, Layout, Line, Measures, Point, laid_out
from zeroerror.text import shown

_MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SHAPES = "http://www.omg.org/spec/BPMN/20100524/DI"
_BOUNDS = "http://www.omg.org/spec/DD/20100524/DC"
_POINTS = "http://www.omg.org/spec/DD/20100524/DI"
_SPACES = {"": _MODEL, "bpmndi": _SHAPES, "dc": _BOUNDS, "di": _POINTS}

_WIDTH, _COLUMNS, _LEADING = 240, 32, 15
#: Nobody owes these: regions go out side by side, and all must come before it goes on.
PARALLEL = ("group", "join")
#: Half of a gateway, and how far below its task it stands.
_REACH, _BELOW = 25, 16


def bpmn(diagram: Diagram, basis: str) -> str:
    """The definition as the text of a BPMN file, the same for equal diagrams."""
    for prefix, space in _SPACES.items():
        ET.register_namespace(prefix, space)
    layout = laid_out(diagram, _measures(diagram))
    root = ET.Element(
        f"{{{_MODEL}}}definitions",
        {"id": "definitions", "name": diagram.title, "targetNamespace": f"urn:zeroerror:{diagram.id}"},
    )
    process = ET.SubElement(
        root,
        f"{{{_MODEL}}}process",
        {"id": "process", "name": f"{diagram.title} {diagram.id}", "isExecutable": "false"},
    )
    told = [shown(basis), diagram.word("overall", limit=diagram.limit) if diagram.limit else ""]
    _child(process, "documentation").text = "\n".join(part for part in told if part)
    _nodes(process, diagram)
    _flows(process, diagram)
    _drawn(root, diagram, layout)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _measures(diagram: Diagram) -> Measures:
    return Measures(
        _WIDTH,
        lambda node: max(60, len(_told(node)) * _LEADING + 20),
        lambda text: columns(text) * 6.2,
        lambda node: _BELOW + 2 * _REACH + 8 if _chooses(diagram, node.name) else 0,
        _REACH,
    )


def _told(node: Node) -> list[str]:
    return [line for part in (node.title, node.owner, node.limit) if part for line in wrap(part, _COLUMNS)]


def _chooses(diagram: Diagram, node: str) -> bool:
    kinds = {each.name: each.kind for each in diagram.nodes}
    return kinds[node] not in PARALLEL and len(list(diagram.arrows_of(node))) > 1


def _nodes(process: ET.Element, diagram: Diagram) -> None:
    first = diagram.nodes[0].name
    _node(process, "startEvent", "start", "", out=["flow_start"])
    for node in diagram.nodes:
        arrows = list(diagram.arrows_of(node.name))
        comes = [_flow(arrow) for arrow in diagram.arrows if arrow.to == node.name]
        comes += ["flow_start"] if node.name == first else []
        if node.kind in PARALLEL:
            _node(process, "parallelGateway", f"step_{node.name}", node.title, comes, map(_flow, arrows))
            _ends(process, arrows)
            continue
        if node.kind == "opens":
            _called(process, node, comes, map(_flow, arrows))
            _ends(process, arrows)
            continue
        choice = len(arrows) > 1
        out = [f"flow_{node.name}"] if choice else [_flow(arrow) for arrow in arrows]
        task = _node(process, "userTask", f"step_{node.name}", "\n".join(_told(node)), comes, out)
        owner = _child(task, "potentialOwner", id=f"owner_{node.name}")
        said = _child(_child(owner, "resourceAssignmentExpression"), "formalExpression")
        said.text = node.owner
        if node.signed:
            # Each signer is one instance: all at once, or one after another.
            in_turn = "true" if node.signed == "in_turn" else "false"
            _child(task, "multiInstanceLoopCharacteristics", id=f"signers_{node.name}", isSequential=in_turn)
        if choice:
            leaving = [_flow(arrow) for arrow in arrows]
            _node(process, "exclusiveGateway", f"choice_{node.name}", "", out, leaving)
        _ends(process, arrows)


def _called(process: ET.Element, node: Node, comes: Iterable[str], out: Iterable[str]) -> None:
    """Other tasks, one for each item: what opens them goes on at once, and waits where it says so."""
    # Which process is called stands in the name: it is in a file of its own, and its id is no name in XML.
    call = _node(process, "callActivity", f"step_{node.name}", node.title, comes, out)
    _child(call, "multiInstanceLoopCharacteristics", isSequential="false", behavior="None")


def _ends(process: ET.Element, arrows: Iterable[Arrow]) -> None:
    for arrow in arrows:
        if arrow.to is None:
            _node(process, "endEvent", _end(arrow), arrow.ending, [_flow(arrow)])


def _node(
    process: ET.Element,
    kind: str,
    id: str,
    name: str,
    comes: Iterable[str] = (),
    out: Iterable[str] = (),
) -> ET.Element:
    node = _child(process, kind, id=id, **({"name": name} if name else {}))
    for flow in comes:
        _child(node, "incoming").text = flow
    for flow in out:
        _child(node, "outgoing").text = flow
    return node


def _flows(process: ET.Element, diagram: Diagram) -> None:
    _child(
        process, "sequenceFlow", id="flow_start", sourceRef="start", targetRef=f"step_{diagram.nodes[0].name}"
    )
    for node in diagram.nodes:
        source = f"step_{node.name}"
        if _chooses(diagram, node.name):
            source = f"choice_{node.name}"
            _child(
                process,
                "sequenceFlow",
                id=f"flow_{node.name}",
                sourceRef=f"step_{node.name}",
                targetRef=source,
            )
        for arrow in diagram.arrows_of(node.name):
            target = _end(arrow) if arrow.to is None else f"step_{arrow.to}"
            flow = _child(process, "sequenceFlow", id=_flow(arrow), sourceRef=source, targetRef=target)
            if arrow.title:
                flow.set("name", arrow.title)


def _drawn(root: ET.Element, diagram: Diagram, layout: Layout) -> None:
    drawing = ET.SubElement(root, f"{{{_SHAPES}}}BPMNDiagram", {"id": "diagram"})
    plane = ET.SubElement(drawing, f"{{{_SHAPES}}}BPMNPlane", {"id": "plane", "bpmnElement": "process"})
    x, y = layout.start
    _shape(plane, "start", (x - RING, y - RING), (2 * RING, 2 * RING))
    _edge(plane, "flow_start", ((x, y + RING), (x, layout.boxes[0].y)))
    for box in layout.boxes:
        _shape(plane, f"step_{box.node.name}", (box.x, box.y), (box.width, box.height))
        if _chooses(diagram, box.node.name):
            top = box.bottom + _BELOW
            _shape(plane, f"choice_{box.node.name}", (box.middle - _REACH, top), (2 * _REACH, 2 * _REACH))
            _edge(plane, f"flow_{box.node.name}", ((box.middle, box.bottom), (box.middle, top)))
    for line in layout.lines:
        _line(plane, line)


def _line(plane: ET.Element, line: Line) -> None:
    size = (columns(line.arrow.title) * 6.2, 14)
    x, y = line.label
    _edge(plane, _flow(line.arrow), line.points, ((x, y - 11), size) if line.arrow.title else None)
    if line.ring:
        x, y = line.points[-1]
        straight_down = line.points[-2][0] == x
        corner = (x - RING, y) if straight_down else (x, y - RING)
        # Its words stand to the left below it, clear of the lanes.
        below = (corner[0] - 42, corner[1] + 2 * RING + 1)
        _shape(plane, _end(line.arrow), corner, (2 * RING, 2 * RING), (below, (56, 14)))


def _shape(
    plane: ET.Element, element: str, corner: Point, size: Point, label: tuple[Point, Point] | None = None
) -> None:
    attributes = {"id": f"{element}_shape", "bpmnElement": element}
    shape = ET.SubElement(plane, f"{{{_SHAPES}}}BPMNShape", attributes)
    _bounds(shape, corner, size)
    if label is not None:
        _bounds(ET.SubElement(shape, f"{{{_SHAPES}}}BPMNLabel"), *label)


def _edge(
    plane: ET.Element, element: str, points: Iterable[Point], label: tuple[Point, Point] | None = None
) -> None:
    edge = ET.SubElement(plane, f"{{{_SHAPES}}}BPMNEdge", {"id": f"{element}_edge", "bpmnElement": element})
    for x, y in points:
        ET.SubElement(edge, f"{{{_POINTS}}}waypoint", {"x": f"{x:.1f}", "y": f"{y:.1f}"})
    if label is not None:
        _bounds(ET.SubElement(edge, f"{{{_SHAPES}}}BPMNLabel"), *label)


def _bounds(parent: ET.Element, corner: Point, size: Point) -> None:
    (x, y), (wide, high) = corner, size
    places = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{wide:.1f}", "height": f"{high:.1f}"}
    ET.SubElement(parent, f"{{{_BOUNDS}}}Bounds", places)


def _child(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_MODEL}}}{tag}", attributes)


def _flow(arrow: Arrow) -> str:
    # A full stop, which no name has, keeps `a_b` + `c` and `a` + `b_c` apart.
    return f"flow_{arrow.source}.{arrow.name}"


def _end(arrow: Arrow) -> str:
    return f"end_{arrow.source}.{arrow.name}"
