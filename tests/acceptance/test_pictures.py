"""Definitions and tasks drawn through the command line."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.homes import Home, call


def data(home: Home, *words: str, code: int = 0) -> Any:
    """What a call answers to a program."""
    answer = call(["--home", str(home.path), "--lang", "zh", "--as", "zhanghui", *words, "--json"])
    assert answer.code == code, answer
    return json.loads(answer.out)["data"]


def test_a_definition_is_drawn_with_the_persons_of_an_office(home: Home) -> None:
    found = data(home, "workflow", "graph", "document/outgoing", "--office", "提案委")
    persons = {each["name"]: each["person"] for each in found["steps"]}
    # Who countersigns, only the form of a task can tell.
    assert [name for name, person in persons.items() if person is None] == ["countersign"]
    assert f"（{persons['review']}）" in found["picture"]
    assert {each["turns"] == [] for each in found["actions"]} == {True}


@pytest.mark.parametrize("suffix", ["svg", "mmd", "txt"])
def test_a_picture_is_put_into_a_file_by_its_name(home: Home, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"picture.{suffix}"
    data(home, "workflow", "graph", "document/outgoing", "--output", str(file))
    text = file.read_text("utf-8")
    assert "起草" in text
    if suffix == "svg":
        ET.fromstring(text)


def test_a_picture_takes_no_other_files_place(home: Home) -> None:
    database = next(home.path.glob("*.db"))
    before = database.read_bytes()
    data(home, "workflow", "graph", "document/outgoing", "--format", "svg", "--output", str(database), code=2)
    assert database.read_bytes() == before


def test_a_tasks_way_is_drawn_as_it_went_and_where_it_stands(home: Home) -> None:
    for task in data(home, "task", "list", "--status", "all"):
        found = data(home, "task", "graph", task["id"])
        assert found == data(home, "workflow", "graph", "--task", task["id"])
        standing = {each["name"] for each in found["steps"] if each["mark"] == "open"}
        assert standing == {step["name"] for step in task["steps"]}
        left = [
            (each["step"], each["action"])
            for each in data(home, "task", "show", task["id"])["history"]
            if each["kind"] == "step_left"
        ]
        drawn = {turn: (each["step"], each["action"]) for each in found["actions"] for turn in each["turns"]}
        assert [drawn[turn] for turn in sorted(drawn)] == left


@pytest.mark.parametrize(
    "words",
    [
        ("workflow", "graph"),
        ("workflow", "graph", "document/outgoing", "--task", "BW-2026-0001"),
        ("workflow", "graph", "document/outgoing", "--office", "没有的委办"),
        ("workflow", "graph", "document/outgoing", "--format", "pdf"),
        ("workflow", "graph", "document/outgoing", "--output", "picture.pdf"),
        ("workflow", "graph", "document/none"),
        ("task", "graph", "BW-2026-9999"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_one_message(home: Home, words: tuple[str, ...]) -> None:
    answer = call(["--home", str(home.path), "--lang", "zh", *words])
    assert answer.code == 2
    assert "Traceback" not in answer.err
    assert len(answer.err.strip().splitlines()) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_difference_is_told_with_the_running_tasks_concerned(home: Home, tmp_path: Path, lang: str) -> None:
    text = (home.path / "workflows/document/outgoing.yaml").read_text("utf-8")
    changed = tmp_path / "outgoing.yaml"
    changed.write_text(text.replace("owner: {post: 主任}", "owner: {post: 副主任}"), "utf-8")
    found = data(home, "workflow", "diff", str(changed))
    assert [(each["what"], each["name"], each["aspect"]) for each in found["changes"]] == [
        ("step", "review", "owner")
    ]
    running = [each for each in data(home, "task", "list") if each["workflow"] == "document/outgoing"]
    assert found["running"]["tasks"] == [each["id"] for each in running]
    assert found["running"]["standing"] == [
        each["id"] for each in running if "review" in {step["name"] for step in each["steps"]}
    ]
    told = call(["--home", str(home.path), "--lang", lang, "workflow", "diff", str(changed)])
    assert told.code == 0
    assert "副主任" in told.out


def test_a_definition_is_named_by_id_file_or_the_beginning_of_its_digest(home: Home) -> None:
    digest = next(
        each["digest"] for each in data(home, "workflow", "list") if each["id"] == "document/outgoing"
    )
    for words in (("document/outgoing",), ("document/outgoing", digest[:12]), (digest, "document/outgoing")):
        found = data(home, "workflow", "diff", *words)
        assert found["changes"] == []
        assert found["before"] == found["after"]


def test_an_export_is_written_where_its_name_says_what_it_is(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "x.bpmn"
    data(home, "workflow", "export", "document/outgoing", "--format", "bpmn", "--output", str(file))
    assert "userTask" in file.read_text("utf-8")
    data(home, "workflow", "export", "document/outgoing", "--output", str(tmp_path / "x.db"), code=2)
    data(home, "workflow", "export", "document/outgoing", "--format", "xpdl", code=2)


def test_the_staffing_of_the_coming_quarter_is_asked(home: Home, tmp_path: Path) -> None:
    answer = call(["--home", str(home.path), "workflow", "check", "--staffing", "--json"])
    found = json.loads(answer.out)["data"]["problems"]
    assert answer.code == (7 if found else 0)
    assert {each["code"] for each in found} <= {"definition.nobody_then", "definition.four_eyes_then"}
    nowhere = call(["--home", str(tmp_path / "none"), "workflow", "check", "--staffing", str(tmp_path)])
    assert nowhere.code not in (0, 7)
