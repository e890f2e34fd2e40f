"""A definition drawn: as Mermaid text, as SVG, as an outline on the terminal, and as BPMN for other tools.

All four are drawn from one `Diagram`, so that they cannot differ in what they say. It takes no machine of
`transitions`: its Mermaid shows states and triggers only, and its other pictures need Graphviz's `dot`, which
no office has installed. The layout is our own, because a process is mostly a line with returns: steps stand
one below the other in the order in which they were written, what goes on runs on the right, what goes back
runs on the left, and everything that leads to one step joins one lane. No line ever crosses a box.
"""
