"""The tasks that a pass looks at, as a list that takes little room: of a million open steps, tens of thousands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

#: So many tasks are looked at together; a rule sees one of them, or the institution.
TOGETHER = 500


class Listed:
    """Ids in order, each once, a page at a time.

    A page is kept as one text: as so many objects, ids would take five times the room.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        ordered = sorted(set(ids))
        self._count = len(ordered)
        self._pages = [
            "\n".join(ordered[start : start + TOGETHER]) for start in range(0, len(ordered), TOGETHER)
        ]

    def __len__(self) -> int:
        return self._count

    def pages(self) -> Iterator[list[str]]:
        """The ids, as many together as are looked at together."""
        for page in self._pages:
            yield page.split("\n")
