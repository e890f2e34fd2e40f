"""Short ids of findings and notices: the beginning of a hash, and more of it where another has that already.

People say them on the telephone, so they are short; among a million, two that begin alike are no wonder, and
nothing may then be said of the one that was meant of the other. Whoever decides a pass again finds the same ids,
for they follow from what stood before it and from its own order.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence

from zeroerror.store import reads
from zeroerror.store.connection import Connection

#: Hexadecimal digits of an id that nobody else has, how many are added where somebody has, and all there are.
SHORT, MORE, WHOLE = 12, 4, 64
#: Whose these ids are, as far as they are anybody's.
Standing = Callable[[Sequence[str]], Mapping[str, str]]


class Given:
    """Beginnings of hashes that have been given; nearly all are short, and take eight bytes each and no more."""

    def __init__(self) -> None:
        self._short, self._longer = array("Q"), set[str]()

    def add(self, digits: str) -> bool:
        """Add one; False if it is there already."""
        if len(digits) > SHORT:
            there = digits in self._longer
            self._longer.add(digits)
            return not there
        number = int(digits, 16)
        place = bisect_left(self._short, number)
        if place < len(self._short) and self._short[place] == number:
            return False
        self._short.insert(place, number)
        return True


class ShortIds:
    """The ids that one pass gives."""

    def __init__(self, prefix: str, standing: Standing) -> None:
        self._prefix, self._standing = prefix, standing
        self._given = Given()

    def give(self, texts: Iterable[str]) -> dict[str, str]:
        """The id of each of these, in their order: its own, if it stands already."""
        wanted = {text: digest_of(text) for text in texts}
        standing = self._standing([self._prefix + each[:SHORT] for each in wanted.values()]) if wanted else {}
        return {text: self._own(text, digest, standing) for text, digest in wanted.items()}

    def _own(self, text: str, digest: str, standing: Mapping[str, str]) -> str:
        for length in range(SHORT, WHOLE + 1, MORE):
            id = self._prefix + digest[:length]
            holder = (standing if length == SHORT else self._standing([id])).get(id, text)
            if holder == text and self._given.add(digest[:length]):
                return id
        raise AssertionError("two texts of one hash")


def digest_of(text: str) -> str:
    """What an id is the beginning of."""
    return hashlib.sha256(text.encode()).hexdigest()


def of_findings(conn: Connection) -> ShortIds:
    """Ids by fingerprint."""
    return ShortIds("F-", lambda ids: reads.fingerprints_of(conn, ids))


def of_notices(conn: Connection) -> ShortIds:
    """Ids by matter and how many notices it has had: one that stands is always another's."""
    return ShortIds("N-", lambda ids: reads.matters_of(conn, ids))
