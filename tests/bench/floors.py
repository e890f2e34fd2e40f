"""The floors: the least that anybody would write by hand for the same durability, over the bare drivers."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from zeroerror.ledger import signing

#: What each step writes by hand: about what the product's leaf for it holds.
_BODY = {
    "action": "pass",
    "actor": "zhanghui",
    "definition": "d" * 64,
    "fields": {"urgency": "平件"},
    "kind": "step_left",
    "outcome": "done",
    "time": "2026-11-23T01:00:00.000000Z",
}
_CREATE = (
    "CREATE TABLE task (id TEXT PRIMARY KEY, version INTEGER NOT NULL, step TEXT NOT NULL)",
    "CREATE TABLE event (idx INTEGER PRIMARY KEY, task TEXT NOT NULL, hash TEXT NOT NULL, bytes {blob} NOT NULL)",
)


class Step:
    """One durable step by hand: UPDATE by version, INSERT with SHA-256, one Ed25519 signature, commit."""

    def __init__(self, execute: Any, tasks: Iterable[str], *, begin: str, place: str, blob: str) -> None:
        self._execute, self._begin = execute, begin
        self._update = (
            f"UPDATE task SET step = {place}, version = version + 1 WHERE id = {place} AND version = {place}"
        )
        self._insert = f"INSERT INTO event (idx, task, hash, bytes) VALUES ({', '.join([place] * 4)})"
        self._key = signing.generate()
        self._hash, self._index = "", 0
        for sql in _CREATE:
            execute(sql.format(blob=blob))
        execute(begin)
        for id in tasks:
            execute(f"INSERT INTO task (id, version, step) VALUES ({place}, 0, 'draft')", (id,))
        execute("COMMIT")

    def take(self, task: str, version: int) -> None:
        """Take one step of one task, and do not come back before it is on disk."""
        execute = self._execute
        execute(self._begin)
        if execute(self._update, ("review", task, version)).rowcount != 1:
            raise AssertionError(f"{task} has moved on")
        body = {**_BODY, "index": self._index, "previous": self._hash, "task": task}
        data = written(body)
        signed = data + self._key.sign_bytes(data)
        self._hash = hashlib.sha256(signed).hexdigest()
        execute(self._insert, (self._index, task, self._hash, signed))
        execute("COMMIT")
        self._index += 1


def written(body: Any) -> bytes:
    """JSON as a hand would write it for a hash."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def hashed(bodies: Iterable[dict[str, Any]], key: str) -> Iterator[tuple[int, str, str, bytes]]:
    """A row for each body: its place, what it is about, and its bytes under a chained SHA-256."""
    previous = ""
    for index, body in enumerate(bodies):
        data = written({**body, "index": index, "previous": previous})
        previous = hashlib.sha256(data).hexdigest()
        yield index, body[key], previous, data


def bare(path: Path) -> sqlite3.Connection:
    """A bare SQLite database of the same durability: WAL, synchronous FULL."""
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=FULL")
    return raw


class Sweep:
    """A sweep by hand: select by index what has fallen due, and insert as many hashed rows as were asked for."""

    def __init__(self, raw: sqlite3.Connection, dues: Iterable[tuple[str, str]]) -> None:
        self._raw, self._hash, self._index = raw, "", 0
        raw.execute("CREATE TABLE step (task TEXT PRIMARY KEY, status TEXT NOT NULL, due_at TEXT)")
        raw.execute("CREATE INDEX step_due ON step (due_at) WHERE status = 'open'")
        raw.execute(_CREATE[1].format(blob="BLOB"))
        raw.execute("BEGIN")
        raw.executemany("INSERT INTO step VALUES (?, 'open', ?)", dues)
        raw.execute("COMMIT")

    def run(self, after: str, until: str, rows: int) -> int:
        """The number of steps due in (after, until]; `rows` rows about them are written in one transaction."""
        raw = self._raw
        raw.execute("BEGIN IMMEDIATE")
        due = raw.execute(
            "SELECT task, due_at FROM step WHERE status = 'open' AND due_at > ? AND due_at <= ?",
            (after, until),
        ).fetchall()
        raw.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", self._rows(due, rows))
        raw.execute("COMMIT")
        return len(due)

    def _rows(self, due: Sequence[tuple[str, str]], rows: int) -> Iterable[tuple[Any, ...]]:
        for place in range(rows if due else 0):
            task, due_at = due[place % len(due)]
            body = {**_BODY, "due_at": due_at, "index": self._index, "previous": self._hash, "task": task}
            data = written(body)
            self._hash = hashlib.sha256(data).hexdigest()
            yield self._index, task, self._hash, data
            self._index += 1
