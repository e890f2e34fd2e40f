"""A list of decisions at the command line: all of them or none, with every reason at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.homes import LANGUAGES, assert_clear
from tests.acceptance.office import PASSPHRASE, Office

CLERK, DIRECTOR = "yangyan", "zhanghui"


@pytest.fixture(params=LANGUAGES)
def office(
    request: pytest.FixtureRequest, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """A sandbox on a Monday morning."""
    monkeypatch.setenv("ZEROERROR_PASSPHRASE", PASSPHRASE)
    found = Office(tmp_path / "home", request.param)
    found.found(database, "2026-11-23T09:00")
    found.login(CLERK, DIRECTOR)
    return found


def opened(office: Office, paper: Path, *titles: str) -> list[str]:
    ids = []
    for title in titles:
        fields = ("--title", title, "--set", "urgency=平件")
        ids.append(office.data("task", "new", "document/outgoing", *fields, by=CLERK)["tasks"][0])
        office.do("task", "advance", ids[-1], "submit", "--attach", paper, by=CLERK)
    return ids


def test_a_director_clears_his_desk_by_a_list(office: Office, tmp_path: Path) -> None:
    paper = tmp_path / "draft.txt"
    paper.write_text("通知", "utf-8")
    first, second, third = opened(office, paper, "通知一", "通知二", "通知三")
    listed = tmp_path / "friday.txt"
    listed.write_text(f"{first} 同意\n{second} return\n# 还没看完\n{third} 同意\n", "utf-8")

    refused = office.call("task", "advance", "--from", listed, by=DIRECTOR)
    assert refused.code == 5
    assert_clear(refused, office.lang)
    assert f"friday.txt:2  {second}" in refused.err
    assert office.data("task", "show", first, by=DIRECTOR)["steps"][0]["name"] == "review"

    listed.write_text(f"{first} 同意\n{second} return 格式不对\n{third} 同意\n", "utf-8")
    tried = office.data("task", "advance", "--from", listed, "--dry-run", by=DIRECTOR)
    assert tried["dry_run"] and len(tried["receipts"]) == 3
    done = office.do("task", "advance", "--from", listed, by=DIRECTOR)
    for id in (first, second, third):
        assert f"{id}" in done
    steps = {
        id: office.data("task", "show", id, by=DIRECTOR)["steps"][0]["name"] for id in (first, second, third)
    }
    assert steps == {first: "sign", second: "draft", third: "sign"}

    lost = office.call("task", "advance", "--from", listed, by=DIRECTOR)
    assert lost.code != 0 and f"friday.txt:1  {first}" in lost.err
    strange = office.call("task", "advance", "--from", "-", by=CLERK, stdin=f"{second} submit\n9999 submit\n")
    assert (strange.code, "-:2" in strange.err) == (2, True)
    assert_clear(strange, office.lang)
    assert office.call("task", "advance", second, "submit", "--from", listed, by=CLERK).code == 2
    again = opened(office, paper, "通知四", "通知五")
    listed.write_text("".join(f"{id}，格式不对，缺附件\n" for id in again), "utf-8")
    items = office.call("task", "advance", "return", "--from", listed, "--item", "提案委 某事", by=DIRECTOR)
    assert items.code == 2
    assert_clear(items, office.lang)
    office.do("task", "advance", "return", "--from", listed, by=DIRECTOR)
    for id in again:
        told = office.data("task", "show", id, by=DIRECTOR)
        assert told["steps"][0]["name"] == "draft"
        assert "格式不对，缺附件" in [each["reason"] for each in told["history"]]
    assert office.call("log", "verify").code == 0
