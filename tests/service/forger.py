"""Somebody who owns the database, and perhaps a key: he rewrites leaves, mends the chain and the tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from zeroerror.ledger import merkle, signing
from zeroerror.ledger.leaf import Leaf, encode, leaf_hash
from zeroerror.ledger.signing import PrivateKey
from zeroerror.model.command import Capacity
from zeroerror.model.event import Event, Stamp
from zeroerror.model.instant import from_text
from zeroerror.service.projector import Projector
from zeroerror.store import log, replay
from zeroerror.store.connection import Connection
from zeroerror.store.log import Head, LeafRow

Data = dict[str, Any]


class Forger:
    """The ledger as plain values to be changed, and written back with whatever the forger is able to mend."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.leaves: list[Data] = [json.loads(row.bytes) for row in log.leaves(conn)]

    def find(self, kind: str, place: int = 0, **body: Any) -> int:
        """The index of the n-th leaf of a kind whose body says so."""
        found = [
            leaf["index"]
            for leaf in self.leaves
            if leaf["kind"] == kind and all(leaf["body"].get(key) == value for key, value in body.items())
        ]
        return int(found[place])

    def signer(self, index: int) -> Data:
        """The signed part of the command that a leaf came of."""
        first = next(leaf for leaf in self.leaves[index::-1] if leaf["part"] == 1)
        signed: Data = first["signed"]
        return signed

    def sign_again(self, index: int, private: PrivateKey) -> None:
        """Put another key's signature to a command."""
        signed = self.signer(index)
        signed["key"] = signing.key_id(signing.public_hex(private))
        signed["signature"] = signing.sign(private, signed["command"])

    def append(self, *leaves: Data) -> None:
        """Add leaves at the end; `write` gives them their places."""
        self.leaves += leaves

    def delete(self, since: int, until: int) -> None:
        """Take leaves out."""
        del self.leaves[since:until]

    def write(self, *, tables: bool = True) -> None:
        """Write the ledger back: indices, streams, chain, tree and head agree, and the tables with them."""
        self.open_doors()
        rows, streams, previous, frontier = [], {}, "", ""
        for index, data in enumerate(self.leaves):
            seq, last = streams.get(data["stream"], (0, ""))
            leaf = Leaf(
                **{**data, "index": index, "seq": seq + 1, "stream_previous": last, "previous": previous}
            )
            encoded = encode(leaf)
            previous = leaf_hash(encoded)
            streams[leaf.stream] = (leaf.seq, previous)
            frontier = merkle.append(frontier, [previous])
            place = (leaf.stream, leaf.seq, leaf.command, leaf.part, leaf.kind, leaf.time)
            rows.append(LeafRow(index, previous, *place, encoded))
        with self.conn.write():
            self.conn.execute("DELETE FROM leaf")
            self.conn.execute("UPDATE head SET size = 0, hash = '', time = '', frontier = ''")
            log.append(self.conn, rows, Head(len(rows), previous, rows[-1].time, frontier))
            if tables:
                self._fold(rows)

    def _fold(self, rows: list[LeafRow]) -> None:
        twin = replay.memory_twin()
        projector = Projector(twin)
        for row in rows:
            data = json.loads(row.bytes)
            capacity = Capacity.from_json(data["capacity"])
            stamp = Stamp(row.idx, from_text(row.time), data["actor"], capacity, row.hash, row.seq)
            projector.apply(Event(row.stream, row.kind, data["body"]), stamp)
        projector.flush()
        replay.overwrite(self.conn, twin)
        twin.close()

    def open_doors(self) -> None:
        """Take away what keeps rows from being changed, as the owner of a database can."""
        if self.conn.dialect == "sqlite":
            for (name,) in self.conn.all("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self.conn.execute(f"DROP TRIGGER {name}")
            # Nothing is left that keeps a place or a command from being taken twice.
            self.conn.execute("CREATE TABLE loose AS SELECT * FROM leaf")
            self.conn.execute("DROP TABLE leaf")
            self.conn.execute("ALTER TABLE loose RENAME TO leaf")
        else:
            self.conn.execute("ALTER TABLE leaf DISABLE TRIGGER USER")

    def change(self, index: int, change: Callable[[Data], None], *, tables: bool = True) -> None:
        """Change one leaf and mend everything else."""
        change(self.leaves[index])
        self.write(tables=tables)


def leaf_like(data: Mapping[str, Any], **changed: Any) -> Data:
    """A copy of a leaf with some of it changed."""
    copy: Data = json.loads(json.dumps(data))
    copy.update(changed)
    return copy
