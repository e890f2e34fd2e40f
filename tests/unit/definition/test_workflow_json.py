"""A definition's canonical form says all of it, and reads back as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from zeroerror.definition.loader import load_file
from zeroerror.model.limit import Limit
from zeroerror.model.workflow import (
    Action,
    Condition,
    Fault,
    FormField,
    Group,
    Guard,
    LimitChoice,
    Owner,
    Region,
    Step,
    Workflow,
)
from zeroerror.model.workflow_json import canonical, from_json, to_json

SHIPPED = sorted(Path(__file__).parents[3].glob("workflows/*/*.yaml"))

EVERYTHING = Workflow(
    id="handling/everything",
    title="全部",
    basis="自定",
    family="handling",
    limit=Limit("at", field="day"),
    visible_to=("office", "auditor"),
    fields=(
        FormField("name", "名称", "text", required=True, plain=True),
        FormField("urgency", "紧急程度", "choice", choices=("特急", "平件"), plain=True),
    ),
    steps=(
        Step(
            "ask",
            "请示",
            Owner("desk", "分管领导", urged_by=Owner("duty", "起草", "办公室")),
            LimitChoice("urgency", {"特急": Limit("wh", 2), "平件": Limit("wd", 2)}),
            LimitChoice("urgency", {"特急": Limit("wh", 1)}),
            (
                Action(
                    "go",
                    "去",
                    "ask",
                    "returned",
                    ("name",),
                    True,
                    (Guard("four_eyes", 1, ("ask",)),),
                    (
                        Condition("name", "equals", "甲"),
                        Condition("name", "in", ("甲", "乙")),
                        Condition("name", "filled"),
                    ),
                    Fault("ask", "文稿"),
                    2,
                ),
                Action("end", "完", None, "cancelled"),
                Action("joined", "本路办完", None, joins=True),
                Action("again", "重来", "both", "returned", reopens=("left",)),
            ),
            ("批复",),
            Limit("wd", 3),
        ),
        Step(
            "bare", "空", Owner("outside", "省政协"), Limit("before", field="day", by=Limit("d", 3)), None, ()
        ),
    ),
    opened_by="machine",
    title_field="name",
    groups=(
        Group(
            "both",
            "分头",
            (Region("left", "甲路", ("ask",)), Region("right", "乙路", ("bare",))),
            "ask",
            "failed",
        ),
    ),
)


def read_back(workflow: Workflow) -> Workflow:
    """Through its text and back."""
    return from_json(json.loads(canonical(workflow)))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_shipped_reads_back_as_it_was(path: Path) -> None:
    loaded = load_file(path)
    assert loaded.workflow is not None
    assert from_json(json.loads(loaded.effective)) == loaded.workflow


def test_everything_a_definition_can_say_reads_back() -> None:
    assert read_back(EVERYTHING) == EVERYTHING


@pytest.mark.parametrize(
    "changed",
    [
        replace(EVERYTHING, opened_by="person"),
        replace(EVERYTHING, title_field="title"),
        replace(EVERYTHING, limit=None),
        replace(EVERYTHING, visible_to=("office",)),
        replace(EVERYTHING, fields=EVERYTHING.fields[::-1]),
        replace(EVERYTHING, steps=EVERYTHING.steps[::-1]),
        replace(EVERYTHING, steps=EVERYTHING.steps[:1]),
        replace(EVERYTHING, groups=()),
        replace(EVERYTHING, groups=(replace(EVERYTHING.groups[0], to=None),)),
        replace(EVERYTHING, groups=(replace(EVERYTHING.groups[0], outcome="done"),)),
        replace(
            EVERYTHING, groups=(replace(EVERYTHING.groups[0], regions=EVERYTHING.groups[0].regions[::-1]),)
        ),
    ],
)
def test_each_difference_shows_in_the_text(changed: Workflow) -> None:
    assert canonical(changed) != canonical(EVERYTHING)
    assert read_back(changed) == changed


def test_keys_are_ascii_and_what_is_at_its_default_is_left_out() -> None:
    def keys(data: object) -> set[str]:
        if isinstance(data, dict):
            return set(data) | {key for value in data.values() for key in keys(value)}
        return {key for value in data for key in keys(value)} if isinstance(data, list) else set()

    assert all(key.isascii() for key in keys(to_json(EVERYTHING)))
    bare = to_json(EVERYTHING)["steps"][1]
    assert bare.keys() == {"name", "title", "owner", "limit"}
