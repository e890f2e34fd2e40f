"""A million open steps: a thousand that the real deciders opened, and copies of them under other numbers.

The copies stand in every table that a pass reads or writes, the leaves among them, so that each index is as
large as it would be. Only what nobody reads again is not as it would be: a copied leaf names the place and the
hash of the one that it was copied from, so such a ledger does not verify before the leaf where the copies end.
"""

from __future__ import annotations

from zeroerror.service.institution import Institution
from zeroerror.store import log

#: So many are copied in one transaction, so that its journal stays small.
AT_ONCE = 50_000
#: Which copy: its number from 0, the id that it is copied from, and its own.
_PLACES = """CREATE TEMP TABLE place AS
    WITH RECURSIVE made (k) AS (SELECT ? UNION ALL SELECT k + 1 FROM made WHERE k + 1 < ?)
    SELECT k, source.id AS old, substr(source.id, 1, 8) || printf('%07d', ? + k) AS new
    FROM made JOIN source ON source.place = k % ?"""
_TABLES = (
    """INSERT INTO task SELECT new, workflow, digest, family, office, status, opened_at, closed_at, due_at, parent,
        seq, last, last_idx, replace(state, old, new) FROM place JOIN task ON id = old ORDER BY k""",
    """INSERT INTO visit SELECT new, step, visit, v.place, office, kind, person, urger, status, clock, entered_at,
        left_at, ended_at, due_at, first_due_at, warn_at, delegate, content
        FROM place JOIN visit v ON task = old ORDER BY k""",
    """INSERT INTO visit_due SELECT new, step, visit, idx, due_at, kind
        FROM place JOIN visit_due ON task = old ORDER BY k""",
    "INSERT INTO task_due SELECT new, idx, due_at FROM place JOIN task_due ON task = old ORDER BY k",
    """INSERT INTO leaf SELECT ? + row_number() OVER (ORDER BY k, seq) - 1, hash, new, seq,
        printf('%032x', k), seq, kind, time, CAST(replace(CAST(bytes AS TEXT), old, new) AS BLOB)
        FROM place JOIN leaf ON stream = old ORDER BY k, seq""",
)


def fill(inst: Institution, size: int) -> None:
    """Copy the open tasks of a sandbox on SQLite, in their order, until there are so many."""
    conn = inst.conn
    conn.execute(
        "CREATE TEMP TABLE source AS SELECT row_number() OVER (ORDER BY id) - 1 AS place, id FROM task"
        " WHERE id LIKE 'BS-%'"
    )
    sources = _count(inst, "source")
    for start in range(sources, size, AT_ONCE):
        until = min(start + AT_ONCE, size)
        with conn.write():
            head = log.head(conn, lock=True)
            conn.execute(_PLACES, (start, until, 1, sources))
            for sql in _TABLES:
                conn.execute(sql, (head.size,) if "?" in sql else ())
            conn.execute("DROP TABLE place")
            conn.execute(
                "UPDATE head SET size = (SELECT max(idx) + 1 FROM leaf),"
                " hash = (SELECT hash FROM leaf ORDER BY idx DESC LIMIT 1) WHERE id = 1"
            )
            conn.execute("UPDATE number SET last = ? WHERE prefix = 'BS'", (until,))
    # So that the first slot after it looks at what has come since, as it would.
    conn.execute("UPDATE slot SET seen = ?", (log.head(conn).size,))
    conn.execute("DROP TABLE source")


def _count(inst: Institution, table: str) -> int:
    row = inst.conn.one(f"SELECT count(*) FROM {table}")
    assert row is not None, "a count is a row"
    return int(row[0])
