"""What differs between two definitions, part by part: all of it, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from zeroerror.definition.difference import differences
from zeroerror.definition.loader import load
from zeroerror.model.workflow import Workflow

TEXT = (Path(__file__).parents[3] / "workflows/document/outgoing.yaml").read_text("utf-8")


def read(text: str) -> Workflow:
    """A definition of a text."""
    found = load(text, "x").workflow
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("平件: 16wd}", "平件: 17wd}", [("changed", "workflow", "", "limit")]),
        ("owner: {post: 主任}", "owner: {post: 副主任}", [("changed", "step", "review", "owner")]),
        ("title: 起草\n", "title: 拟稿\n", [("changed", "step", "draft", "title")]),
        (
            "      drop:   {title: 撤回不发, end: cancelled, reason: required}\n",
            "",
            [("removed", "action", "draft/drop", "")],
        ),
        (
            "      finish: {title: 校对无误送用印, to: seal}\n",
            "      finish: {title: 校对无误送用印, to: issue}\n      more: {title: 另送用印, to: seal}\n",
            [("changed", "action", "print/finish", "to"), ("added", "action", "print/more", "")],
        ),
        ("  copies:  {title: 份数, type: integer", "  copies:  {title: 份数, type: amount", [("changed", "field", "copies", "type")]),
        ("require: [number, copies], final: true", "require: [number]", [("changed", "action", "number/assign", "require"), ("changed", "action", "number/assign", "final")]),
    ],
)  # fmt: skip
def test_a_change_is_told_as_what_it_is(old: str, new: str, told: list[tuple[str, ...]]) -> None:
    assert old in TEXT
    found = differences(read(TEXT), read(TEXT.replace(old, new, 1)))
    assert [(each.kind, each.what, each.name, each.aspect) for each in found] == told


def test_a_definition_does_not_differ_from_itself() -> None:
    assert differences(read(TEXT), read("# 说明\n" + TEXT)) == []


def test_another_order_is_a_difference() -> None:
    lines = TEXT.splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if line.startswith("  number:  {title: 发文字号"))
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    found = differences(read(TEXT), read("".join(lines)))
    assert [(each.kind, each.what, each.aspect) for each in found] == [
        ("changed", "workflow", "order_fields")
    ]
