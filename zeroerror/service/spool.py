"""Events that wait to be written: a few in memory, many in a file, so that a large pass takes no more than a small one.

How many parts a command has stands in the first of them, so none can be written before the last is known. In
the file they stand with ids and digests only, as the ledger will have them, and the file goes with its reader.
"""

from __future__ import annotations

import json
import marshal
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any
from weakref import finalize

from zeroerror.ledger.series import body_text
from zeroerror.model.event import Event

#: So many wait in memory before they go to the file, in one part.
HELD = 250
#: A part begins with its length in so many bytes.
_SIZE = 8


class Spool:
    """Events in the order in which they were added; they can be gone through any number of times."""

    def __init__(self) -> None:
        self._held: list[Event] = []
        self._file: IO[bytes] | None = None
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
            while size := self._file.read(_SIZE):
                part = self._file.read(int.from_bytes(size, "big"))
                for stream, kind, body, text in marshal.loads(part):
                    yield Event(stream, kind, json.loads(text) if body is None else body, text)
        yield from self._held

    def _file_away(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile("w+b")  # noqa: SIM115
            # It has no name, and is gone with whoever let these events wait.
            finalize(self, self._file.close)
        part = _written([(each.stream, each.kind, each.body, body_text(each)) for each in self._held])
        self._file.seek(0, 2)
        self._file.write(len(part).to_bytes(_SIZE, "big"))
        self._file.write(part)
        self._filed += len(self._held)
        self._held.clear()


def _written(events: list[tuple[str, str, Any, str]]) -> bytes:
    """These as they stand in the file: this process alone reads them, so it may be Python's own form, the quickest.

    A body with a mapping in it that is no dict has no such form, and is read from its text again.
    """
    try:
        return marshal.dumps(events)
    except ValueError:
        return marshal.dumps([(stream, kind, None, text) for stream, kind, _, text in events])
