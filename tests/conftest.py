"""What all tests share: both databases, compiled catalogues, and a quiet, short Hypothesis by default."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import catalogues, databases

settings.register_profile(
    "quick", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("full", deadline=None, max_examples=2000)
settings.load_profile("quick")


def pytest_configure(config: pytest.Config) -> None:
    """Compile what gettext reads, before the first worker asks for a word."""
    if not hasattr(config, "workerinput"):
        catalogues.compile_all()


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One server for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    return databases.server(shared / "postgresql")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that does not exist yet, once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    address = request.getfixturevalue("postgresql_server")
    url = databases.fresh_schema(address)
    yield url
    databases.drop(address, url)
