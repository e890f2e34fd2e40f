"""What all tests share: both databases, compiled catalogues, and a quiet, short Hypothesis by default."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import catalogues, databases, reading

settings.register_profile(
    "quick", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("full", deadline=None, max_examples=2000)
settings.load_profile("quick")

#: Where files stand in memory, and how much must be free there. Every commit is synced, as it must be; on a disk
#: the suite would wait for it some hundred thousand times, and no test can take a disk's power away.
MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 4 << 30
if (
    "TMPDIR" not in os.environ
    and os.access(MEMORY, os.W_OK)
    and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
):
    # Workers and the programs that tests start take it over.
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None

#: How many tests have passed on each database, by the word in their names.
PASSED = {"sqlite": 0, "postgresql": 0}


def pytest_configure(config: pytest.Config) -> None:
    """Do what is done once for all workers: compile what gettext reads, and name the directory of locks."""
    if not hasattr(config, "workerinput"):
        catalogues.compile_all()
        # The lock of who starts the server stands there: each worker choosing its own, two would start it at once.
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="zeroerror-"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what ran on which database; the workers' reports arrive here too."""
    if report.when == "call" and report.passed:
        for name in PASSED:
            # Only what stands in a test's name in brackets says on which database it ran.
            PASSED[name] += name in report.nodeid.partition("[")[2]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a run in which no test passed on PostgreSQL has failed, however green it is (design §12.10)."""
    unseen = session.exitstatus == pytest.ExitCode.OK and not PASSED["postgresql"]
    if unseen and _watched(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many tests have passed on each database."""
    counts = ", ".join(f"{name} {count}" for name, count in PASSED.items())
    terminalreporter.write_line(f"passed by database: {counts}")
    if not PASSED["postgresql"] and _watched(config):
        terminalreporter.write_line("FAILED: no test has passed on PostgreSQL, and CI is set", red=True)


def _watched(config: pytest.Config) -> bool:
    here = not hasattr(config, "workerinput") and not config.option.collectonly
    return here and os.environ.get("CI") == "true"


#: Here reading itself is tested, so that every text is read there each time.
UNITS = Path(__file__).with_name("unit")


@pytest.fixture(autouse=True)
def texts_read_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test above the units reads a definition that another has read."""
    if not request.path.is_relative_to(UNITS):
        reading.remember(monkeypatch)


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One server for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if base.name.startswith("popen-") else base
    # Not beneath pytest's own directory: a server that root starts runs as somebody else, to whom another
    # run of pytest may close that directory at any moment.
    name = hashlib.sha256(str(shared).encode()).hexdigest()[:12]
    return databases.server(Path(tempfile.gettempdir()) / f"zeroerror-postgresql-{name}")


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
