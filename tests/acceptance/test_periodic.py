"""The week and the month at the command line, in both languages and on both databases: told, filed, followed."""

from __future__ import annotations

import io
import json
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.acceptance.homes import MODULES, RAW
from tests.acceptance.office import PASSPHRASE, Office
from tests.service.house import OFFICE

CLERK = "yangyan"


@pytest.fixture(params=["zh", "en"])
def office(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """The sample institution in November, with one draft that ran over its limit, on the second of December."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", request.param)
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK)
    found.do("task", "new", "document/outgoing", "--title", "x", "--set", "urgency=平件", by=CLERK)
    found.clock("2026-11-26T09:00")
    found.data("audit", "run", code=7)
    found.clock("2026-12-02T09:00")
    return found


def test_the_month_is_told_filed_and_followed_down(office: Office, tmp_path: Path) -> None:
    told = office.data("report", "monthly")
    assert (told["period"], told["whole"]) == ("2026-11", True)
    (late,) = [each for each in told["lists"]["found"] if each["rule"] == "step_overdue"]
    followed = office.data("report", "monthly", "--trace", f"{OFFICE}/found")
    assert followed["parts"][0]["findings"] == [late["id"]]
    assert late["id"] in office.do("report", "monthly", "--trace", "found")
    assert late["id"] in office.do("report", "monthly")
    for name in ("m.docx", "m.xlsx", "m.html", "m.json"):
        assert name in office.do("report", "monthly", "--output", tmp_path / name)
    assert late["id"] in " ".join(
        cell.text
        for table in docx.Document(str(tmp_path / "m.docx")).tables
        for row in table.rows
        for cell in row.cells
    )
    book = openpyxl.load_workbook(io.BytesIO((tmp_path / "m.xlsx").read_bytes()))
    assert late["id"] in [cell.value for cell in book[OFFICE][2]]
    assert late["id"] in (tmp_path / "m.html").read_text("utf-8")
    assert json.loads((tmp_path / "m.json").read_text("utf-8"))["data"] == told
    week = office.data("report", "weekly", "--period", "2026-W48", "--output", tmp_path / "w.html")
    assert week["totals"]["found"]["findings"] == told["totals"]["found"]["findings"]
    assert not [each for each in office.said if not each.startswith("{") and RAW.search(each)]


def test_bad_asks_get_one_clear_message_each(office: Office, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    for code, *words in (
        (2, "report", "monthly", "--period", "2027-01"),
        (2, "report", "monthly", "--period", "2026-W48"),
        (2, "report", "weekly", "--period", "2026-11"),
        (2, "report", "weekly", "--output", str(tmp_path / "w.docx")),
        (2, "report", "monthly", "--output", str(tmp_path / "m")),
        (2, "report", "monthly", "--trace", "nothing"),
        (2, "report", "monthly", "--trace", "nowhere/found"),
        (1, "report", "monthly", "--output", str(gone / "m.docx")),
    ):
        answer = office.call(*words)
        assert answer.code == code, (words, answer)
        assert len(answer.err.splitlines()) == 1, (words, answer)
        assert answer.out == ""
        assert not MODULES.search(answer.err)
        assert not RAW.search(answer.err)
    assert not gone.exists()
    assert list(tmp_path.glob("*.docx")) == []
    empty = office.data("report", "monthly", "--period", "2026-12")
    assert not empty["whole"]
