"""The frozen table says what the text says: two readings that share no code agree on every pair."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine.reading import Moves, read_moves
from zeroerror.definition import building
from zeroerror.definition.loader import load
from zeroerror.definition.schema import WorkflowShape
from zeroerror.definition.strict_yaml import plain, read
from zeroerror.engine.machine import compile_table
from zeroerror.model.workflow import Table, Workflow

SHIPPED = sorted(Path(__file__).parents[3].glob("workflows/*/*.yaml"))

#: Names that somebody's YAML, `transitions` or Mermaid could take for something else.
NAMES = (
    "draft",
    "review",
    "off",
    "no",
    "on",
    "y",
    "null",
    "to",
    "end",
    "state",
    "initial",
    "trigger",
    "a1_b",
)

#: Chooses one of some: Hypothesis, which can then make a fault small, or a seeded generator, which is fast.
Pick = Callable[[Sequence[Any]], Any]


def some(pick: Pick, of: Sequence[str], least: int, most: int) -> list[str]:
    """Different names, in any order."""
    left, chosen = list(of), []
    for _ in range(pick(range(least, most + 1))):
        chosen.append(pick(left))
        left.remove(chosen[-1])
    return chosen


def scalar(pick: Pick, text: str) -> str:
    """A name as somebody may write it."""
    return str(pick((text, f'"{text}"', f"'{text}'")))


def action(pick: Pick, name: str, title: int, steps: list[str]) -> list[str]:
    """An action in flow or block style, its keys in any order."""
    leads = pick([None, *steps])
    way = f"to: {scalar(pick, leads)}" if leads else f"end: {pick(('done', 'cancelled'))}"
    keys = pick(list(permutations([f"title: 动作{title}", way, "reason: required"])))
    written = scalar(pick, name)
    if pick((True, False)):
        return [f"      {written}: {{{', '.join(keys)}}}"]
    return [f"      {written}:", *(f"        {key}" for key in keys)]


def definition(pick: Pick) -> str:
    """The text of a definition: well formed, but whether anybody could work by it is left to chance."""
    steps = some(pick, NAMES, 1, 7)
    lines = ["id: handling/example", "format: 1", "title: 例子", "basis: 自定", "family: handling"]
    lines += ["visible_to: [office]", "fields:", "  title: {title: 标题, type: text}", "steps:"]
    for step in steps:
        lines += [f"  {scalar(pick, step)}:", f"    title: {step}", "    owner: {duty: 起草}"]
        if pick((True, False)):
            lines.append("    # 说明：to: nowhere")
        offered = some(pick, NAMES, 0, 4)
        if offered:
            lines.append("    actions:")
        for title, name in enumerate(offered):
            lines += action(pick, name, title, steps)
    return "\n".join(lines) + "\n"


@st.composite
def definitions(draw: st.DrawFn) -> str:
    """Any such text."""
    return definition(lambda options: draw(st.sampled_from(options)))


def shaped(text: str) -> Workflow:
    """The definition of a text, unchecked: the table must be right for a bad one too."""
    tree = read(text, "generated.yaml")
    assert tree.node is not None, tree.problems
    return building.workflow(WorkflowShape.model_validate(plain(tree.node)))


def agree(table: Table, start: str, moves: Moves) -> None:
    assert table.start == start
    assert dict(table.moves) == moves


@settings(max_examples=300, deadline=None)
@given(definitions())
def test_two_readings_agree_on_every_step_and_action(text: str) -> None:
    agree(compile_table(shaped(text)), *read_moves(text))


@pytest.mark.parametrize("seed", range(3))
def test_two_readings_agree_on_thousands_of_definitions(seed: int) -> None:
    pick = Random(seed).choice
    for _ in range(1000):
        text = definition(pick)
        agree(compile_table(shaped(text)), *read_moves(text))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_two_readings_agree_on_what_is_shipped(path: Path) -> None:
    text = path.read_text("utf-8")
    workflow = load(text, path.name).workflow
    assert workflow is not None
    agree(compile_table(workflow), *read_moves(text))


def test_the_second_reading_shares_nothing_with_the_product() -> None:
    source = Path(__file__).with_name("reading.py").read_text("utf-8")
    imported = [line for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert imported == ["from __future__ import annotations", "import yaml"]
