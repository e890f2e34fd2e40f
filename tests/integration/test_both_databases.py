"""A run in CI that never saw PostgreSQL has failed, whatever else it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_it_runs_on_either_database(database: str) -> None:
    assert database.startswith(("sqlite:///", "postgresql://"))


@pytest.mark.parametrize(
    ("ci", "only", "code"),
    [("true", "sqlite", 1), ("true", "postgresql", 0), ("", "sqlite", 0)],
    ids=["in CI without it", "in CI with it", "at home without it"],
)
def test_ci_fails_where_no_test_passed_on_postgresql(ci: str, only: str, code: int) -> None:
    test = f"{Path(__file__)}::test_it_runs_on_either_database[{only}]"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert ("no test has passed on PostgreSQL" in done.stdout) == bool(code)
