"""Whatever people, clocks, schedulers and crashes do, in whatever order: replay equals tables, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import databases
from tests.integration.history import History

#: A history costs some hundred plain examples, so a run makes so many fewer of them.
FEWER = 6


def examples() -> settings:
    """The profile's settings, for histories."""
    return settings(
        settings(),
        max_examples=max(1, settings().max_examples // FEWER),
        stateful_step_count=30,
        # An institution is made for each of them.
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


class InFile(History):
    """In a file of SQLite."""

    fresh = staticmethod(lambda directory: f"sqlite:///{directory / 'ledger.db'}")
    drop = staticmethod(lambda url: None)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whatever_happens_replay_equals_tables(kind: str, request: pytest.FixtureRequest) -> None:
    if kind == "sqlite":
        run_state_machine_as_test(InFile, settings=examples())
        return
    address: str = request.getfixturevalue("postgresql_server")

    class OnServer(History):
        @staticmethod
        def fresh(directory: Path) -> str:
            return databases.fresh_schema(address)

        @staticmethod
        def drop(url: str) -> None:
            databases.drop(address, url)

    run_state_machine_as_test(OnServer, settings=examples())
