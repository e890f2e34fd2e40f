"""`doctor` names each file that differs from what is in force, and what else should be looked at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.service.conftest import MONDAY
from tests.service.house import House, done_of
from zeroerror.service import organisation, proposals, publish, tasks
from zeroerror.service.doctor import doctor
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import open_institution


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("doctor") / "home"
    initialise(home, at=MONDAY, simulated=True, passphrase="demo")
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    home = tmp_path / "home"
    shutil.copytree(template, home)
    return home


@pytest.fixture
def house(home: Path) -> Iterator[House]:
    with open_institution(home) as inst:
        yield House(inst)


def told(home: Path) -> list[tuple[str, object]]:
    """What the doctor says of files, but for what the sandbox's date makes him say of the calendar."""
    return [
        (each.code, each.params.get("file"))
        for each in doctor(home)
        if each.code != "doctor.calendar_provisional"
    ]


def test_what_was_just_made_differs_in_nothing(home: Path) -> None:
    assert told(home) == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("institution.yaml", "name: 张慧", "name: 张惠"),
        ("institution.yaml", "a: yangyan,   b: wuxiaomei", "a: wuxiaomei,   b: yangyan"),
        ("institution.yaml", "since: 2024-01-01\n\noffices", "since: 2024-01-02\n\noffices"),
        (
            "institution.yaml",
            "  - {id: tianye,       name: 田野}",
            "  - {id: tianye,       name: 田野}\n  - {id: xinren, name: 新人}",
        ),
        ("hours.yaml", "14:30-17:30", "14:30-18:00"),
        ("calendar/2026.yaml", "status: official", "status: provisional"),
        ("calendar/2027.yaml", "status: provisional", "status: official\nnoticed_on: 2026-11-20"),
        ("schedule.yaml", "08:30", "09:00"),
        ("thresholds.yaml", "returns: 3", "returns: 4"),
    ],
)
def test_the_one_file_that_differs_is_named(home: Path, file: str, old: str, new: str) -> None:
    path = home / "config" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    assert told(home) == [("doctor.file_differs", file)]


def test_a_definition_that_differs_is_named(home: Path) -> None:
    path = home / "workflows" / "document" / "outgoing.yaml"
    path.write_text(path.read_text("utf-8").replace("平件: 16wd", "平件: 17wd", 1), "utf-8")
    assert told(home) == [("doctor.file_differs", "document/outgoing.yaml")]


@pytest.mark.parametrize("file", ["schedule.yaml", "hours.yaml", "calendar/2027.yaml", "institution.yaml"])
def test_a_file_that_is_gone_is_named_and_stops_nothing(home: Path, file: str) -> None:
    """An audit cannot be stopped by deleting a file."""
    (home / "config" / file).unlink()
    assert told(home) == [("doctor.file_absent", file)]
    with open_institution(home) as inst:
        house = House(inst)
        house.open()
        assert house.run_slots("2026-11-24 09:00") is not None


def test_a_file_that_cannot_be_read_is_named_with_what_is_wrong(home: Path) -> None:
    (home / "config" / "schedule.yaml").write_text("audit: daily\nat: [25:00]\ndays: working\n", "utf-8")
    codes = [code for code, _ in told(home)]
    assert codes == ["doctor.file_unreadable", "audit.schedule_time"]


def test_what_has_been_applied_differs_no_more(home: Path, house: House) -> None:
    path = home / "config" / "thresholds.yaml"
    path.write_text(path.read_text("utf-8").replace("returns: 3", "returns: 4"), "utf-8")
    done_of(publish.apply_settings(house.inst, house.actor("tangmin"), path))
    assert told(home) == [("doctor.file_differs", "thresholds.yaml")]
    waiting = [each["id"] for each in proposals.proposals(house.inst)]
    done_of(proposals.confirm(house.inst, house.actor(house.leader), waiting))
    assert told(home) == []


def test_an_office_on_record_as_without_a_second_person_is_no_difference(home: Path, house: House) -> None:
    inst, now = house.inst, house.inst.now()
    director, above = inst.organisation.director("提案委", now), inst.organisation.supervisor("提案委", now)
    assert director is not None and above is not None
    until = now + timedelta(days=30)
    done_of(organisation.exempt(inst, house.actor(director), "提案委", now, until, "只有一名专干"))
    waiting = [each["id"] for each in proposals.proposals(inst)]
    done_of(proposals.confirm(inst, house.actor(above), waiting))
    assert told(home) == []


def test_a_database_that_was_set_back_is_told_by_the_receipts(home: Path, house: House) -> None:
    shutil.copy(home / "zeroerror.db", home / "older.db")
    task = house.open()
    done_of(tasks.note(house.inst, house.actor(house.clerk), task, "一"))
    house.inst.conn.close()
    for name in ("zeroerror.db", "zeroerror.db-wal", "zeroerror.db-shm"):
        (home / name).unlink(missing_ok=True)
    shutil.copy(home / "older.db", home / "zeroerror.db")
    assert [code for code, _ in told(home)] == ["verify.receipt_beyond", "verify.receipt_beyond"]


def test_a_key_that_others_may_read_is_told(home: Path) -> None:
    (home / "keys" / "machine.key").chmod(0o644)
    assert ("doctor.key_exposed", "machine.key") in told(home)
