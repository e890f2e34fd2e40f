"""Many institutions share a server and do not touch each other: neither rows, nor heads, nor locks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests import databases
from tests.integration.store.samples import MADE, ON_POSTGRESQL, append, filled, row
from zeroerror.model.errors import Busy
from zeroerror.store import log, postgresql, reads, upgrade
from zeroerror.store.connection import Connection


@pytest.fixture
def two(
    postgresql_server: str, opened: Callable[[str], Connection]
) -> Iterator[tuple[Connection, Connection]]:
    """Connections to two ledgers on one server."""
    urls = [databases.fresh_schema(postgresql_server) for _ in range(2)]
    for place, url in enumerate(urls):
        upgrade.create(url, f"origin/{place}", MADE)
    first, second = (opened(url) for url in urls)
    yield first, second
    for each in (first, second):
        each.close()
    for url in urls:
        databases.drop(postgresql_server, url)


def test_each_has_its_own_leaves_and_its_own_head_on_postgresql(two: tuple[Connection, Connection]) -> None:
    first, second = two
    filled(first, 3)
    assert (log.head(first).size, log.head(second).size) == (3, 0)
    filled(second, 2)
    # The same command and the same place in a stream, in another ledger.
    assert list(log.leaves(first))[:2] == list(log.leaves(second))
    assert [reads.meta(each).origin for each in two] == ["origin/0", "origin/1"]


def test_who_holds_one_head_holds_up_nobody_elsewhere_on_postgresql(
    two: tuple[Connection, Connection], opened: Callable[[str], Connection]
) -> None:
    first, second = two
    with first.write():
        log.head(first, lock=True)
        filled(second, 1)
        assert log.head(second).size == 1
    append(first, [row(0)])


@ON_POSTGRESQL
def test_two_writers_of_one_ledger_wait_for_each_other(
    ledger: str, opened: Callable[[str], Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "LOCK_TIMEOUT", "100ms")
    first, second = opened(ledger), opened(ledger)
    with first.write():
        log.head(first, lock=True)
        with pytest.raises(Busy), second.write():
            log.head(second, lock=True)
    append(second, [row(0)])


def test_dropping_one_leaves_the_other_on_postgresql(
    two: tuple[Connection, Connection], postgresql_server: str
) -> None:
    first, second = two
    filled(second, 2)
    schema = first.one("SELECT current_schema()")
    first.close()
    with psycopg.connect(postgresql_server, autocommit=True) as raw:
        raw.execute(f'DROP SCHEMA "{schema[0]}" CASCADE')  # type: ignore[index]
    append(second, [row(2)])
    assert log.head(second).size == 3
