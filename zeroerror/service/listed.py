"""The tasks that a pass looks at, as a list that takes little room: of a million open steps, tens of thousands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import groupby, islice

#: So many tasks are looked at together; a rule sees one of them, or the institution.
TOGETHER = 500


class Listed:
    """Ids in order, each once, a page at a time.

    A page is kept as one text: as so many objects, ids would take five times the room. For the same reason they
    come from several places, each in order, and are never all there at once.
    """

    def __init__(self, *places: Iterable[str]) -> None:
        self._pages: list[str] = []
        self._count = 0
        each_once = (id for id, _ in groupby(merge(*places)))
        while page := list(islice(each_once, TOGETHER)):
            self._pages.append("\n".join(page))
            self._count += len(page)

    def __len__(self) -> int:
        return self._count

    def pages(self) -> Iterator[list[str]]:
        """The ids, as many together as are looked at together."""
        for page in self._pages:
            yield page.split("\n")
