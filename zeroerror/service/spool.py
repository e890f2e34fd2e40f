"""Events that wait to be written: a few in memory, many in a file, so that a large pass takes no more than a small one.

How many parts a command has stands in the first of them, so none can be written before the last is known. In
the file they stand as the ledger will have them, with ids and digests only, and the file goes with its reader.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO
from weakref import finalize

from zeroerror.ledger.series import body_text
from zeroerror.model.event import Event

#: So many wait in memory before they go to the file.
HELD = 250


class Spool:
    """Events in the order in which they were added; they can be gone through any number of times."""

    def __init__(self) -> None:
        self._held: list[Event] = []
        self._file: IO[str] | None = None
        self._filed = 0

    def add(self, events: Iterable[Event]) -> None:
        """Put these behind what is there."""
        waiting = iter(events)
        while some := list(islice(waiting, HELD)):
            self._held += some
            if len(self._held) >= HELD:
                self._file_away()

    def __len__(self) -> int:
        return self._filed + len(self._held)

    def __iter__(self) -> Iterator[Event]:
        if self._file is not None:
            self._file.seek(0)
            for line in self._file:
                stream, kind, text = line[:-1].split("\t", 2)
                yield Event(stream, kind, json.loads(text), text)
        yield from self._held

    def _file_away(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115
            # It has no name, and is gone with whoever let these events wait.
            finalize(self, self._file.close)
        self._file.seek(0, 2)
        # Canonical JSON has no line and no tab in it: they are written as \n and \t.
        self._file.writelines(f"{each.stream}\t{each.kind}\t{body_text(each)}\n" for each in self._held)
        self._filed += len(self._held)
        self._held.clear()
