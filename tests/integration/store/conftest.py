"""Both databases, for the store's own tests: real files, a real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zeroerror.store import upgrade
from zeroerror.store.connection import Connection, connect

MADE = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)


@pytest.fixture
def ledger(database: str) -> str:
    """The address of an empty ledger."""
    upgrade.create(database, "test", MADE)
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An empty ledger in a SQLite file."""
    path = tmp_path / "ledger.db"
    upgrade.create(f"sqlite:///{path}", "test", MADE)
    return path


@pytest.fixture
def opened() -> Iterator[Callable[[str], Connection]]:
    """Connects, and lets go at the end."""
    connections: list[Connection] = []

    def opening(url: str) -> Connection:
        connections.append(connect(url))
        return connections[-1]

    yield opening
    for each in connections:
        each.close()


@pytest.fixture
def conn(ledger: str, opened: Callable[[str], Connection]) -> Connection:
    """A connection to an empty ledger."""
    return opened(ledger)
