"""A real log is read in, and what it says is found; held against a computation that reads the file itself."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from tests import databases
from tests.service.conftest import MONDAY
from tests.service.house import House, done_of
from zeroerror.ledger.standalone import verify
from zeroerror.model.instant import from_text
from zeroerror.model.problem import Refusal
from zeroerror.service import audits, imports, log, proposals, publish, views
from zeroerror.service.genesis import initialise
from zeroerror.service.imports import Imported
from zeroerror.service.institution import Actor, open_institution
from zeroerror.service.task_show import task_show
from zeroerror.service.verification import replayed_twin

HERE = Path(__file__).resolve().parents[2]
EXAMPLE = HERE / "docs" / "examples" / "receipt"
RECEIPT = Path(os.environ.get("ZEROERROR_TEST_DATA") or HERE.parent / "shared" / "data") / "receipt.csv"

needs_the_log = pytest.mark.skipif(
    not RECEIPT.is_file(),
    reason=f"the real log is not here: {RECEIPT} (ZEROERROR_TEST_DATA names its directory)",
)

FILES = (EXAMPLE / "mapping.yaml", EXAMPLE / "workflow.yaml")

#: Ten instants over the whole log: before it, within it, on a deadline to the second, and long after.
INSTANTS = (
    "2010-09-01T00:00+02:00",
    "2010-12-24T12:00+01:00",
    "2011-02-15T08:30+01:00",
    "2011-03-27T03:30+02:00",
    "2011-05-02T17:00+02:00",
    "2011-07-01T09:00+02:00",
    "2011-09-15T00:00+02:00",
    "2011-11-30T23:59+01:00",
    "2012-01-20T10:00+01:00",
    "2026-11-01T10:00+08:00",
)


class Told(NamedTuple):
    """A case as the file tells it, read by the standard library alone."""

    exists: datetime
    deadline: datetime
    end: datetime | None
    responsible: str


@pytest.fixture(scope="module")
def truth() -> dict[str, Told]:
    """The cases of the log, by their own ids."""
    rows: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    with RECEIPT.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["case:concept:name"]].append(row)
    found = {}
    for case, events in rows.items():
        first = events[0]
        times = [datetime.fromisoformat(row["time:timestamp"]) for row in events]
        end = first["case:enddate"]
        found[case] = Told(
            min(datetime.fromisoformat(first["case:startdate"]), *times),
            datetime.fromisoformat(first["case:deadline"]),
            datetime.fromisoformat(end) if end else None,
            first["case:responsible"],
        )
    return found


def overdue(truth: Mapping[str, Told], at: datetime) -> dict[str, str]:
    """Who answers for what was overdue then, by case."""
    return {
        case: told.responsible
        for case, told in truth.items()
        if told.exists <= at and at > told.deadline and (told.end is None or told.end > at)
    }


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def read_in(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, Imported]]:
    """An institution into which the real log has been read, once for each database; no test changes it."""
    home = tmp_path_factory.mktemp("receipt") / "home"
    address = None if request.param == "sqlite" else request.getfixturevalue("postgresql_server")
    url = None if address is None else databases.fresh_schema(address)
    initialise(home, at=MONDAY, database=url, simulated=True, passphrase="demo")
    with open_institution(home) as inst:
        house = House(inst)
        yield house, receipt_of(house)
    if address is not None and url is not None:
        databases.drop(address, url)


def receipt_of(house: House) -> Imported:
    """The receipt of the real log's import."""
    done = imports.import_log(house.inst, importer(house), RECEIPT, *FILES)
    assert isinstance(done, Imported), done
    return done


def importer(house: House) -> Actor:
    """Who may read history in."""
    return house.actor(sorted(house.inst.organisation.all_entitled("secadmin", house.inst.now()))[0])


@needs_the_log
def test_the_real_log_is_in_and_what_was_overdue_in_it_is_found_at_any_instant(
    read_in: tuple[House, Imported], truth: Mapping[str, Told]
) -> None:
    house, done = read_in
    counts = done.summary["counts"]
    assert (counts["tasks"], counts["events"], counts["rows"], counts["broken"]) == (1434, 8577, 8577, 0)
    assert counts["nonconforming"] == {"after_end": 180}
    assert counts["conforming"] == 8577 - 180
    assert counts["closed_late"] == 377
    edge = min(told.deadline for told in truth.values())
    for at in (*map(datetime.fromisoformat, INSTANTS), edge):
        found = [each for each in _as_of(house, at) if each["rule"] == "task_overdue"]
        said = {each["task"].removeprefix("WABO:"): _who(each) for each in found}
        assert said == overdue(truth, at), at
        assert len(said) == len(found)
    assert len(overdue(truth, datetime.fromisoformat("2011-07-01T09:00+02:00"))) == 45


@needs_the_log
def test_what_was_closed_late_in_the_real_log_is_found_by_asking_since(
    read_in: tuple[House, Imported], truth: Mapping[str, Told]
) -> None:
    house, _ = read_in
    late = {case for case, told in truth.items() if told.end is not None and told.end > told.deadline}
    since, until = datetime.fromisoformat("2010-01-01T00:00+01:00"), house.inst.now()
    found = audits.audit_as_of(house.inst, until, since=since)["findings"]
    assert {each["task"].removeprefix("WABO:") for each in found} == late
    assert len(late) == len(found) == 377


@needs_the_log
def test_an_event_after_the_end_is_shown_as_such_and_where_it_came_from(
    read_in: tuple[House, Imported],
) -> None:
    house, _ = read_in
    marked = 0
    for task in views.task_list(house.inst, house.clerk, status=None, workflow="handling/receipt"):
        shown = task_show(house.inst, task["id"], house.clerk)
        late = [each for each in shown["history"] if each["nonconforming"]]
        marked += len(late)
        if late:
            assert shown["closed_at"] is not None
            assert all(from_text(each["at"]) > shown["closed_at"] for each in late)
            assert all(each["row"] > 1 for each in late)
        happened = [each["at"] for each in shown["history"]]
        assert all(before <= after for before, after in pairwise(happened[1:]))
    assert marked == 180


@needs_the_log
def test_replay_gives_the_tables_again_and_the_lone_verifier_has_nothing_to_say(
    read_in: tuple[House, Imported], tmp_path: Path
) -> None:
    house, done = read_in
    house.verify()
    twin, found = replayed_twin(house.inst.conn)
    twin.close()
    assert found.problems == [] and found.leaves == done.receipt.index + 1
    target = tmp_path / "export"
    log.export(house.inst, target)
    lone = Path(verify.__file__)
    ran = subprocess.run([sys.executable, lone, target], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@needs_the_log
def test_the_same_file_is_read_in_once_and_its_first_receipt_is_named(
    read_in: tuple[House, Imported],
) -> None:
    house, done = read_in
    again = imports.import_log(house.inst, importer(house), RECEIPT, *FILES)
    assert isinstance(again, Refusal)
    known = {each.code: each.params for each in again.reasons}
    assert known["exchange.file_known"]["index"] == done.receipt.index
    assert again.exit_code == 5


def _as_of(house: House, at: datetime) -> list[Mapping[str, object]]:
    found: list[Mapping[str, object]] = audits.audit_as_of(house.inst, at)["findings"]
    return found


def _who(finding: Mapping[str, object]) -> str:
    (only,) = finding["attribution"]  # type: ignore[misc]
    assert only["degree"] == "direct" and only["capacity"]["kind"] == "imported"
    return str(only["person"])


@needs_the_log
def test_what_does_not_conform_in_the_real_log_is_found_by_slots_that_are_asked_to_judge_it(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    initialise(home, at=MONDAY, simulated=True, passphrase="demo")
    thresholds = home / "config" / "thresholds.yaml"
    text = thresholds.read_text("utf-8").replace("judge_imported: no ", "judge_imported: yes ")
    thresholds.write_text(text, "utf-8")
    with open_institution(home) as inst:
        house = House(inst)
        done_of(publish.apply_settings(inst, importer(house), thresholds))
        waiting = [each["id"] for each in proposals.proposals(inst)]
        done_of(proposals.confirm(inst, house.actor(house.leader), waiting))
        receipt_of(house)
        house.at("2026-11-23 17:00")
        found = [each for each in house.tick() if each["rule"] == "non_conforming"]
        assert len(found) == 180
        assert {each["trace"]["why"] for each in found} == {"after_end"}
        assert all(each["undetermined"] and not each["attribution"] for each in found)
        house.verify()
