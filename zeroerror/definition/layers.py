"""Which overlays belong to a definition: those of a directory that name it, and those on which they lie.

A tree of definitions has each in `<family>/<name>.yaml`, where its id says, and its overlays in `overlays/`.
An overlay with an id of its own makes a second definition beside the first; another may lie on that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zeroerror.definition.overlay import Overlay
from zeroerror.definition.strict_yaml import Read
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass

#: The file of that id, as it was read; None where there is none.
Originals = Callable[[str], Read | None]


@dataclass(frozen=True, slots=True)
class Layers:
    """A definition's file, and the overlays that lie on it, the lowest first."""

    original: Read
    overlays: tuple[Overlay, ...] = ()


def layers(
    id: str, overlays: Sequence[Overlay], originals: Originals, asked: Overlay | None = None
) -> Layers | Problem:
    """All that makes the definition of that id, or why it cannot be told; `asked` is for whom it is asked."""
    return _layers(id, overlays, originals, asked, ())


def _layers(
    id: str, overlays: Sequence[Overlay], originals: Originals, asked: Overlay | None, above: tuple[str, ...]
) -> Layers | Problem:
    if id in above:
        assert asked is not None, "only an overlay leads back"
        return Problem("definition.overlay_cycle", {"ids": [*above, id]}, asked.where("overlay"))
    makers = [each for each in overlays if each.id == id and "id" in each.items]
    changes = [each for each in overlays if each.id == id and "id" not in each.items]
    original = originals(id)
    first = makers[0] if makers else None
    if first is None:
        if original is not None:
            return Layers(original, tuple(changes))
        where = None if asked is None else asked.where("overlay")
        return Problem("definition.overlay_of_nothing", {"id": id}, where)
    if original is not None and first.of != id:
        return Problem("definition.id_twice", {"id": id, "first": original.where("id")}, first.where("id"))
    for each in makers:
        if each.of != first.of:
            return Problem("definition.id_twice", {"id": id, "first": first.where("id")}, each.where("id"))
    assert first.of is not None, "an overlay says what it changes"
    below = _layers(first.of, overlays, originals, first, (*above, id))
    if isinstance(below, Problem):
        return below
    return Layers(below.original, (*below.overlays, *makers, *changes))
