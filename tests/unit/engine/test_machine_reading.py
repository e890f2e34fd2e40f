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

from tests.unit.engine.reading import Groups, Moves, read_moves
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


Leads = list[tuple[str, tuple[str, ...]]]


def action(pick: Pick, name: str, title: int, leads: Leads, joins: bool, indent: str) -> list[str]:
    """An action in flow or block style, its keys in any order."""
    to, regions = pick([("", ()), *leads])
    way = f"end: {pick(('done', 'cancelled'))}" if not to else f"to: {scalar(pick, to)}"
    if joins and pick((True, False)):
        way, regions = f"join: {pick(('done', 'failed'))}", ()
    written = [f"title: 动作{title}", way, "reason: required"]
    named = some(pick, regions, 0, len(regions))
    if named:
        written.append(f"reopens: [{', '.join(scalar(pick, each) for each in named)}]")
    keys = pick(list(permutations(written)))
    said = scalar(pick, name)
    if pick((True, False)):
        return [f"{indent}{said}: {{{', '.join(keys)}}}"]
    return [f"{indent}{said}:", *(f"{indent}  {key}" for key in keys)]


def written_step(pick: Pick, name: str, leads: Leads, joins: bool, indent: str) -> list[str]:
    """A step with some actions."""
    lines = [f"{indent}{scalar(pick, name)}:", f"{indent}  title: {name}", f"{indent}  owner: {{duty: 起草}}"]
    if pick((True, False)):
        lines.append(f"{indent}  # 说明：to: nowhere")
    offered = some(pick, NAMES, 0, 4)
    if offered:
        lines.append(f"{indent}  actions:")
    for title, each in enumerate(offered):
        lines += action(pick, each, title, leads, joins, f"{indent}    ")
    return lines


def definition(pick: Pick) -> str:
    """The text of a definition: well formed, but whether anybody could work by it is left to chance."""
    alone = some(pick, NAMES[:6], 1, 4)
    groups = {name: some(pick, NAMES, 2, 4) for name in some(pick, NAMES[6:9], 0, 2)}
    left = [f"s{number}" for number in range(24)]
    inner = {name: {each: [left.pop() for _ in range(pick((1, 1, 2, 3)))] for each in regions}
             for name, regions in groups.items()}  # fmt: skip
    to_all: Leads = [*((each, ()) for each in alone), *((name, tuple(each)) for name, each in groups.items())]
    order = [*alone, *groups]
    lines = ["id: handling/example", "format: 1", "title: 例子", "basis: 自定", "family: handling"]
    lines += ["visible_to: [office]", "fields:", "  title: {title: 标题, type: text}", "steps:"]
    for name in some(pick, order, len(order), len(order)):
        if name in alone:
            lines += written_step(pick, name, to_all, False, "  ")
            continue
        way = pick(("end: done", *(f"to: {scalar(pick, each)}" for each in order)))
        lines += [f"  {scalar(pick, name)}:", f"    title: {name}", f"    {way}", "    regions:"]
        for region, steps in inner[name].items():
            lines += [f"      {scalar(pick, region)}:", f"        title: {region}", "        steps:"]
            own: Leads = [(each, ()) for each in steps]
            for each in steps:
                lines += written_step(pick, each, [*own, *own, *to_all], True, "          ")
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


def agree(table: Table, start: str, moves: Moves, groups: Groups) -> None:
    assert table.start == start
    assert dict(table.moves) == moves
    told = {name: (each.to, dict(each.starts), dict(each.regions)) for name, each in table.groups.items()}
    assert told == groups


@settings(max_examples=300, deadline=None)
@given(definitions())
def test_two_readings_agree_on_every_step_and_action(text: str) -> None:
    agree(compile_table(shaped(text)), *read_moves(text))


@pytest.mark.parametrize("seed", range(3))
def test_two_readings_agree_on_thousands_of_definitions(seed: int) -> None:
    pick = Random(seed).choice
    for _ in range(350):
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
