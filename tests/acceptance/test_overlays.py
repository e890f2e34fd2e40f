"""An office's own limit and step on a shipped 发文, through the real command line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.acceptance.homes import LANGUAGES, Home, assert_clear, call

LAID = """overlay: document/outgoing
format: 1
basis: 本机关办文规定
limit: {by: urgency, 平件: 18wd}
steps:
  draft: {limit: {by: urgency, 平件: 4wd}}
add:
  steps:
    legal:
      from: [review/pass]
      title: 合法性审查
      owner: {office: 办公室, duty: 核稿}
      limit: {by: urgency, 特急: 1wh, 加急: 4wh, 平件: 1wd}
      actions:
        pass: {title: 合法, to: sign}
        return: {title: 退回修改, to: draft, outcome: returned, reason: required}
"""


def laid(home: Home, text: str = LAID, name: str = "outgoing") -> Path:
    """An overlay in its place."""
    path = home.path / f"workflows/overlays/{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_an_office_changes_what_it_does_otherwise(home: Home) -> None:
    path = laid(home)
    check = home.call("workflow", "check", path)
    assert (check.code, check.err) == (0, "")
    differences = home.call("workflow", "diff", path, "--json").data["data"]["changes"]
    assert {(each["kind"], each["name"]) for each in differences} == {
        ("changed", ""),
        ("changed", "draft"),
        ("changed", "review/pass"),
        ("added", "legal"),
    }
    assert "合法性审查" in home.call("workflow", "diff", path).out
    assert "doctor.overlaid_differs" in home.call("doctor", "--json").out
    assert home.call("workflow", "publish", path, "--as", "{secadmin}").code == 0
    assert "legal" not in home.call("workflow", "show", "document/outgoing").out
    (proposal,) = [
        each["id"]
        for each in home.call("proposal", "list", "--json", "--as", "{leader}").data["data"]
        if each["kind"] == "publish_definition"
    ]
    assert home.call("proposal", "confirm", proposal, "--as", "{leader}").code == 0
    shown = home.call("workflow", "show", "document/outgoing")
    assert "合法性审查" in shown.out
    assert home.call("workflow", "show", "document/outgoing", "--json").data["data"]["overlays"] == [LAID]
    assert "doctor.overlaid_differs" not in home.call("doctor", "--json").out
    assert home.call("log", "verify").code == 0


FAULTS = {
    "definition.overlay_no_step": LAID.replace("  draft: {", "  drafting: {"),
    "definition.overlay_of_nothing": LAID.replace("document/outgoing", "document/none"),
    "definition.overlay_cycle": LAID.replace("format", "id: document/outgoing\ntitle: 发文\nformat"),
    "definition.overlay_twice": LAID.replace(
        "  draft: {", "  review: {actions: {pass: {to: edit}}}\n  draft: {"
    ),
    "definition.overlay_already_there": LAID.replace("    legal:", "    sign:"),
    "definition.limit_exceeded": LAID.replace("平件: 18wd", "平件: 3wd"),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", FAULTS)
def test_what_is_wrong_with_an_overlay_is_told_with_file_and_line(home: Home, code: str, lang: str) -> None:
    path = laid(home, FAULTS[code])
    told = home.call("workflow", "publish", path, "--as", "{secadmin}", lang=lang)
    assert_clear(told, lang)
    assert re.search(r"\.yaml:\d+", told.err), told.err
    checked = home.call("workflow", "check", home.path / "workflows", "--json")
    assert checked.code == 7
    assert code in {each["code"] for each in checked.data["data"]["problems"]}


def test_two_overlays_of_one_thing_are_refused_from_whichever_side(home: Home) -> None:
    laid(home)
    second = laid(home, LAID.partition("add:")[0].replace("平件: 4wd", "平件: 3wd"), "second")
    for path in (second, home.path / "workflows/document/outgoing.yaml"):
        told = home.call("workflow", "check", path)
        assert told.code == 7
        assert "outgoing.yaml:4" in told.out
        assert "second.yaml:4" in told.out


def test_the_schema_of_an_overlay_can_be_had(home: Home) -> None:
    printed = home.call("workflow", "schema", "--overlay").out
    assert set(json.loads(printed)["required"]) == {"overlay", "format", "basis"}
    assert call(["workflow", "schema"]).out != printed
