"""What a check has shown is kept by digest: asked again only of what differs, trusted by nothing but the check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.service.house import House
from zeroerror.model.problem import Problem
from zeroerror.service import checked, publish
from zeroerror.service.configuration import Unreadable

OUTGOING = "document/outgoing.yaml"


def workflows(house: House) -> Path:
    return house.inst.home / "workflows"


def check(house: House) -> list[Problem]:
    return publish.check([workflows(house)], house.inst)


def spoil(house: House, old: str, new: str, file: str = OUTGOING) -> Path:
    """A shipped file with one place changed."""
    path = workflows(house) / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read and checked, one after another."""
    names: list[str] = []
    real = checked._loaded

    def loaded(paths: list[Path]) -> Any:
        names.extend(path.name for path in paths)
        return real(paths)

    monkeypatch.setattr(checked, "_loaded", loaded)
    return names


def test_what_has_not_changed_is_read_once(house: House, read: list[str]) -> None:
    assert check(house) == []
    assert len(read) == len(list(workflows(house).rglob("*.yaml")))
    read.clear()
    assert check(house) == []
    assert read == []


def test_only_what_has_changed_is_read_again(house: House, read: list[str]) -> None:
    check(house)
    read.clear()
    spoil(house, "title: 发文\n", "title: 发文办理\n")
    assert check(house) == []
    assert read == ["outgoing.yaml"]


def test_what_is_kept_says_what_was_found(house: House, read: list[str]) -> None:
    spoil(house, "to: review, require: [draft]}", "to: nowhere, require: [draft]}")
    spoil(house, "limit: {by: urgency, 特急: 8wd", "limit: {by: urgency, 特急: 7wd", "document/incoming.yaml")
    found = check(house)
    assert {each.code for each in found} == {
        "definition.unknown_target",
        "definition.limit_may_be_exceeded",
    }
    read.clear()
    assert check(house) == found
    assert read == []


def test_what_the_staffing_says_has_its_line_though_the_file_was_kept(house: House) -> None:
    check(house)
    path = spoil(house, "owner: {post: 主任}", "owner: {post: 会计}")
    line = 1 + path.read_text("utf-8").partition("{post: 会计}")[0].count("\n")
    for _ in range(2):
        assert [each.where for each in check(house) if each.code == "definition.nobody"] == [f"{path}:{line}"]


def test_an_overlay_changes_what_was_found_of_the_original(house: House) -> None:
    check(house)
    overlay = workflows(house) / "overlays/outgoing.yaml"
    overlay.parent.mkdir()
    overlay.write_text(
        "overlay: document/outgoing\nformat: 1\nbasis: 本机关自定\nsteps: {drafting: {limit: 1wd}}\n", "utf-8"
    )
    for _ in range(2):
        assert [each.code for each in check(house)] == ["definition.overlay_no_step"]


def rewritten(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    """What was kept, with something in it changed."""

    def write(file: Path) -> None:
        held = json.loads(file.read_text("utf-8"))
        change(held)
        file.write_text(json.dumps(held), "utf-8")

    return write


def every(**values: Any) -> Callable[[Path], None]:
    return rewritten(lambda held: [entry.update(values) for entry in held["entries"].values()])


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(file.read_bytes()[:-20]),
        lambda file: file.write_bytes(b"\xff\x00"),
        lambda file: file.write_text("[" * 100_000, "utf-8"),
        lambda file: file.write_text("[]", "utf-8"),
        lambda file: (file.unlink(), file.mkdir()),
        rewritten(lambda held: held.update(program="another")),
        rewritten(lambda held: held.update(entries=[])),
        rewritten(lambda held: held.update(entries=dict.fromkeys(held["entries"], 7))),
        every(key="another"),
        every(effective="{}"),
        every(effective="{"),
        every(problems=[["code"]]),
        every(problems=7),
        every(files=[]),
    ],
)
def test_what_is_damaged_or_was_found_by_another_program_is_as_if_it_were_not_there(
    house: House, damage: Callable[[Path], object]
) -> None:
    spoil(house, "to: review, require: [draft]}", "to: nowhere, require: [draft]}")
    found = check(house)
    damage(house.inst.home / checked.FILE)
    assert found == check(house) != []


def test_nothing_is_published_by_what_was_kept(house: House) -> None:
    sound = workflows(house) / "document/incoming.yaml"
    path = spoil(house, "to: review, require: [draft]}", "to: nowhere, require: [draft]}")
    check(house)
    file = house.inst.home / checked.FILE
    held = json.loads(file.read_text("utf-8"))
    held["entries"][str(path)] |= {"problems": [], "effective": held["entries"][str(sound)]["effective"]}
    file.write_text(json.dumps(held), "utf-8")
    assert check(house) == [], "the lie is believed by whoever only asks"
    with pytest.raises(Unreadable):
        publish.publish(house.inst, house.actor("tangmin"), path)


def test_a_home_that_cannot_be_written_to_is_checked_too(house: House) -> None:
    (house.inst.home / "cache").write_text("a file", "utf-8")
    assert check(house) == check(house) == []


def test_the_second_process_loads_no_reader(house: House) -> None:
    line = [
        sys.executable,
        "-X",
        "importtime",
        "-m",
        "zeroerror",
        "--home",
        str(house.inst.home),
        "workflow",
        "check",
    ]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    told = [subprocess.run(line, capture_output=True, env=environment, check=True).stderr for _ in range(2)]
    assert ["pydantic" in each.decode() for each in told] == [True, False]
