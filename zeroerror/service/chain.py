"""The ledger's own shape: each leaf read strictly, and held against the one before it and its stream's last."""

from __future__ import annotations

from typing import Any

from zeroerror.ledger import merkle
from zeroerror.ledger.leaf import Leaf, decode, leaf_hash
from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.problem import Problem
from zeroerror.store import log, reads
from zeroerror.store.connection import Connection
from zeroerror.store.log import LeafRow

#: More than so many problems help nobody, and the first one says where to look.
MOST = 50
#: The ends of so many streams are remembered; those of others are read again.
REMEMBERED = 5000


class Chain:
    """What the next leaf must fit: the last of the ledger, and of each stream."""

    def __init__(self, origin: str, previous: str = "", frontier: str = "", *, tree: bool = True) -> None:
        self.origin = origin
        self.previous = previous
        self.time = ""
        #: Whether anybody will ask for the tree over the leaves.
        self._tree = tree
        self._frontier = frontier
        self._hashes: list[str] = []
        self.streams: dict[str, tuple[int, str]] = {}

    def read(self, row: LeafRow, index: int) -> tuple[Leaf | None, list[Problem]]:
        """The leaf of a row, and what is wrong with it where it stands."""
        try:
            leaf = decode(row.bytes)
        except ZeroErrorError as error:
            return None, [problem("leaf_unreadable", index, detail=error.code)]
        hashed = leaf_hash(row.bytes)
        seq, last = self.streams.get(leaf.stream, (0, ""))
        facts = (
            ("row_differs", row[:-1] == _columns(leaf, hashed)),
            ("index_wrong", leaf.index == index),
            ("origin_wrong", leaf.origin == self.origin),
            ("chain_broken", leaf.previous == self.previous),
            ("stream_broken", (leaf.seq, leaf.stream_previous) == (seq + 1, last)),
            ("time_backwards", leaf.time >= self.time),
        )
        problems = [problem(code, index) for code, holds in facts if not holds]
        self.previous, self.time = hashed, leaf.time
        self.streams[leaf.stream] = (leaf.seq, hashed)
        if self._tree:
            self._hashes.append(hashed)
        return leaf, problems

    @property
    def frontier(self) -> str:
        """The tree's frontier after what has been read; worked out when asked, for its text is long to write."""
        if self._hashes:
            self._frontier = merkle.append(self._frontier, self._hashes)
            self._hashes.clear()
        return self._frontier


def verify_chain(conn: Connection, since: int) -> list[Problem]:
    """The leaves from a verified position on: their chain and where each stands; nothing is decided again."""
    before = next(log.leaves(conn, since - 1, since), None) if since else None
    chain = Chain(reads.meta(conn).origin, "" if before is None else before.hash, tree=False)
    problems: list[Problem] = []
    for index, row in enumerate(log.leaves(conn, since), since):
        stream = row.stream
        if len(chain.streams) > REMEMBERED:
            chain.streams.clear()
        if stream not in chain.streams and row.seq > 1:
            chain.streams[stream] = _stream_before(conn, stream, row.seq)
        problems += chain.read(row, index)[1]
        if len(problems) >= MOST:
            break
    return problems


def _stream_before(conn: Connection, stream: str, seq: int) -> tuple[int, str]:
    found = conn.one("SELECT seq, hash FROM leaf WHERE stream = ? AND seq = ?", (stream, seq - 1))
    return (0, "") if found is None else (found[0], found[1])


def _columns(leaf: Leaf, hashed: str) -> tuple[Any, ...]:
    return (leaf.index, hashed, leaf.stream, leaf.seq, leaf.command, leaf.part, leaf.kind, leaf.time)


def problem(code: str, index: int, **params: Any) -> Problem:
    """Something wrong with the leaf at an index."""
    return Problem(f"verify.{code}", {"index": index, **params})
