"""Reading a log in: events a second, beside what reading, hashing and inserting as many rows takes by hand."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tests.bench import floors
from tests.bench.fixture import Staff, directory, institution
from tests.bench.measure import Line, median, timed
from zeroerror.service import imports
from zeroerror.service.imports import Imported

TARGET = 10_000.0
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "receipt"
BEGUN = datetime(2011, 3, 1, 8, tzinfo=UTC)
#: The way that most cases of the real log took (docs/examples/receipt).
STEPS = (
    "Confirmation of receipt",
    "T02 Check confirmation of receipt",
    "T04 Determine confirmation of receipt",
    "T05 Print and send confirmation of receipt",
    "T06 Determine necessity of stop advice",
    "T10 Determine necessity to stop indication",
)
COLUMNS = (
    *("case:channel", "case:concept:name", "case:deadline", "case:department", "case:enddate", "case:group"),
    *("case:responsible", "case:startdate", "concept:name", "org:resource", "time:timestamp"),
)


def run(quick: bool) -> Iterator[Line]:
    """Logs of one size, each of its own cases, into one institution."""
    cases, rounds = (50, 1) if quick else (2_000, 3)
    with directory() as path, institution(path / "home") as inst:
        organisation, at = inst.organisation, inst.now()
        actor = Staff(inst).actor(organisation.all_entitled("secadmin", at)[0])
        ours: list[float] = []
        least: list[float] = []
        for place in range(rounds):
            file = path / f"log{place}.csv"
            _write(file, place * cases, cases)

            def read(file: Path = file) -> None:
                done = imports.import_log(
                    inst, actor, file, EXAMPLE / "mapping.yaml", EXAMPLE / "workflow.yaml"
                )
                assert isinstance(done, Imported), done

            ours.append(timed(read))
            least.append(timed(partial(_by_hand, file, path / f"floor{place}.db")))
        events = cases * len(STEPS)
        yield Line(
            name="import",
            what="service.imports.import_log: read strictly, mapped, folded, one signed command, committed",
            floor_source="bare sqlite3, same durability: csv, JSON and chained SHA-256 a row, executemany, COMMIT",
            measured=events / median(ours),
            floor=events / median(least),
            unit="events/s",
            n=rounds,
            target=TARGET,
            at_least=True,
            more={"events": events, "cases": cases},
        )


def _write(file: Path, first: int, count: int) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for case in range(first, first + count):
            start = BEGUN + timedelta(minutes=7 * case)
            deadline = (start + timedelta(days=56)).isoformat(timespec="milliseconds")
            end = (start + timedelta(days=9)).isoformat(timespec="milliseconds")
            told = ("Internet", f"case-{case}", deadline, "General", end, f"Group {case % 9}")
            for place, step in enumerate(STEPS):
                at = (start + timedelta(hours=5 * place)).isoformat(timespec="milliseconds")
                who = f"Resource{(case + place) % 40:02}"
                writer.writerow((*told, "Resource21", start.isoformat(), step, who, at))


def _by_hand(file: Path, path: Path) -> None:
    raw = floors.bare(path)
    raw.execute("CREATE TABLE event (idx INTEGER PRIMARY KEY, task TEXT, hash TEXT, bytes BLOB)")
    with file.open(encoding="utf-8", newline="") as source:
        rows = csv.DictReader(source)
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", floors.hashed(rows, "case:concept:name"))
        raw.execute("COMMIT")
    raw.close()
