"""A log of meetings, whose parts ran side by side, read in at the command line and looked at, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.homes import RAW
from tests.acceptance.office import PASSPHRASE, Office
from tests.service.test_imports import HEADER, MAPPING, MEETING, STEPS, meeting_rows

SECADMIN = "tangmin"


@pytest.fixture(params=["zh", "en"])
def office(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """The sample institution on a Monday."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", request.param)
    found.found(database, "2026-11-23T09:00")
    found.login(SECADMIN)
    return found


def test_old_meetings_are_read_in_shown_drawn_and_verified(office: Office, tmp_path: Path) -> None:
    rows = [
        *meeting_rows("方案", "通知", "方案", "会场", "通知", "开会", case="1", end=6),
        *meeting_rows("方案", "会场", "开会", case="2"),
    ]
    files = {
        "log.csv": "\n".join((HEADER, *rows, "")),
        "mapping.yaml": MAPPING.replace("steps: {收件: receive, 核对: check}", STEPS),
        "meeting.yaml": MEETING,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    line = ("import", "log", tmp_path / "log.csv", "--mapping", tmp_path / "mapping.yaml")
    told = office.data(*line, "--workflow", tmp_path / "meeting.yaml", by=SECADMIN)
    assert told["counts"]["conforming"] == 8
    assert told["counts"]["nonconforming"] == {"no_such_move": 1}
    first, second = (office.data("task", "show", f"JTZ:{number}", by=SECADMIN) for number in (1, 2))
    left = [(each["step"], each["action"]) for each in first["history"] if each["kind"] == "step_left"]
    assert left == [
        ("plan", "finish"),
        ("notify", "back"),
        ("plan", "finish"),
        ("book", "booked"),
        ("notify", "notified"),
        ("hold", "held"),
    ]
    assert [each["row"] for each in second["history"] if each.get("nonconforming")] == [10]
    for number in (1, 2):
        assert "会议通知" in office.do("task", "graph", f"JTZ:{number}", by=SECADMIN)
        office.do("task", "show", f"JTZ:{number}", by=SECADMIN)
    found = office.data("audit", "run", "--as-of", "2026-11-23T09:00", code=7)["findings"]
    assert {(each["rule"], each["task"]) for each in found} >= {("task_overdue", "JTZ:2")}
    office.do("log", "verify")
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]
