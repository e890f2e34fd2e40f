"""A sandbox institution on either database, with everybody logged in who is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.service.house import House
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import open_institution

#: A Monday morning, 09:00 in Shanghai.
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """A fresh sandbox; when the test ends, its replay must equal its tables."""
    home = tmp_path / "home"
    initialise(home, at=MONDAY, database=database, simulated=True, passphrase="demo")
    with open_institution(home) as inst:
        house = House(inst)
        yield house
        house.verify()
