"""What whoever holds the database can do to a leaf, for a sandbox to show that it is found.

The triggers keep programs from changing the ledger; they do not keep who owns the database from taking them away
for a moment. Whether it may be done is the sandbox's to say.
"""

from __future__ import annotations

from collections.abc import Callable

from zeroerror.store.connection import Connection

_LEAF = "SELECT bytes FROM leaf WHERE idx = ?"
_CHANGE = "UPDATE leaf SET bytes = ? WHERE idx = ?"
_TRIGGER = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'leaf_no_update'"


def alter(conn: Connection, index: int, change: Callable[[bytes], bytes]) -> bytes:
    """Put other bytes in a leaf's place, past the triggers; returns what stood there."""
    with conn.write():
        row = conn.one(_LEAF, (index,))
        assert row is not None, "it has just been written"
        before = bytes(row[0])
        if conn.dialect == "sqlite":
            (trigger,) = conn.all(_TRIGGER)
            conn.execute("DROP TRIGGER leaf_no_update")
            conn.execute(_CHANGE, (change(before), index))
            conn.execute(trigger[0])
        else:
            conn.execute("ALTER TABLE leaf DISABLE TRIGGER leaf_no_update")
            conn.execute(_CHANGE, (change(before), index))
            conn.execute("ALTER TABLE leaf ENABLE TRIGGER leaf_no_update")
    return before
