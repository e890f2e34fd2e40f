"""A sample institution, made once; each test has its own copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.homes import Home, made


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A sandbox with tasks in it, where everybody who is named is logged in."""
    return made(tmp_path_factory.mktemp("sample") / "home")


@pytest.fixture
def home(sample: Home, tmp_path: Path) -> Home:
    """The sample, to be spoilt."""
    return sample.copy(tmp_path / "home")
