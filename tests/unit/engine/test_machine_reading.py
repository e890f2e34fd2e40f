"""The frozen table says what the text says: two readings that share no code agree on every pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.engine.reading import FAST, Groups, Moves, read_moves
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

#: What an action may say besides, and where it leads does not depend on.
BESIDES = (
    "children: cancel",
    "children: keep",
    "guards: [children_ended@1]",
    "opens: {workflow: handling/other, each: [to, end], set: {actions: to}, copy: [steps]}",
)


def action(pick: Pick, name: str, title: int, leads: Leads, joins: bool, indent: str) -> list[str]:
    """An action in flow or block style, its keys in any order."""
    to, regions = pick([("", ()), *leads])
    alone = list(dict.fromkeys(each for each, opened in leads if not opened))
    way = f"end: {pick(('done', 'cancelled'))}" if not to else f"to: {scalar(pick, to)}"
    if len(alone) > 1 and pick((False, False, False, True)):
        several = some(pick, alone, 2, min(3, len(alone)))
        way, regions = f"to: [{', '.join(scalar(pick, each) for each in several)}]", ()
    if joins and pick((True, False)):
        way, regions = f"join: {pick(('done', 'failed'))}", ()
    written = [f"title: 动作{title}", way, "reason: required", *some(pick, BESIDES, 0, 1)]
    named = some(pick, regions, 0, len(regions))
    if named:
        written.append(f"reopens: [{', '.join(scalar(pick, each) for each in named)}]")
    keys = pick(list(permutations(written)))
    said = scalar(pick, name)
    if pick((True, False)):
        return [f"{indent}{said}: {{{', '.join(keys)}}}"]
    return [f"{indent}{said}:", *(f"{indent}  {key}" for key in keys)]


def written_step(pick: Pick, name: str, leads: Leads, joins: bool, indent: str) -> list[str]:
    """A step with some actions; one in five is signed or voted on by several persons."""
    lines = [f"{indent}{scalar(pick, name)}:", f"{indent}  title: {name}"]
    kind = pick(("owed",) * 8 + ("signed", "voted"))
    if kind != "owed":
        return [*lines, *asked_of_several(pick, kind, leads, f"{indent}  ")]
    lines.append(f"{indent}  owner: {{duty: 起草}}")
    if pick((True, False)):
        lines.append(f"{indent}  # 说明：to: nowhere")
    offered = some(pick, NAMES, 0, 4)
    if offered:
        lines.append(f"{indent}  actions:")
    for title, each in enumerate(offered):
        lines += action(pick, each, title, leads, joins, f"{indent}    ")
    return lines


def asked_of_several(pick: Pick, kind: str, leads: Leads, indent: str) -> list[str]:
    """会签, or 票决 in person or from minutes: what all of them say together leads on."""
    ways = {name: f"to: {scalar(pick, pick(leads)[0])}" for name in ("sign", "object")}
    said = ["consent: {of: title, signers: [{post: 主任}, {post: 副主任}], order: in_turn}"]
    more = {"object": ", reason: required"}
    if kind == "voted":
        every = ["end: done", "end: returned", *(f"to: {scalar(pick, each)}" for each, _ in leads)]
        ways, more = {name: pick(every) for name in ("pass", "refuse", "no_quorum")}, {}
        recorded = pick((False, True))
        ballot, owner = (", ballot: recorded", ["owner: {post: 主任}"]) if recorded else ("", [])
        vote = "of: title, voters: [{post: 书记}], chair: {post: 书记}, quorum: 半数以上, threshold: 过半数"
        said = [f"vote: {{{vote}{ballot}}}", *owner]
    answers = [f"  {name}: {{title: {name}, {way}{more.get(name, '')}}}" for name, way in ways.items()]
    return [f"{indent}{line}" for line in (*said, "actions:", *answers)]


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


def shaped_fast(text: str) -> Workflow:
    """The same without our own reading of YAML, which takes most of the time and is held to YAML by `shaped`."""
    return building.workflow(WorkflowShape.model_validate(yaml.load(text, Loader=FAST)))


def agree(table: Table, start: str, moves: Moves, groups: Groups) -> None:
    assert table.start == start
    assert dict(table.moves) == moves
    told = {name: (each.to, dict(each.starts), dict(each.regions)) for name, each in table.groups.items()}
    assert told == groups


@given(definitions())
def test_two_readings_agree_on_every_step_and_action(text: str) -> None:
    agree(compile_table(shaped(text)), *read_moves(text))


@pytest.mark.parametrize("seed", range(3))
def test_two_readings_agree_on_thousands_of_definitions(seed: int) -> None:
    pick = Random(seed).choice
    seen: Counter[str] = Counter()
    for number in range(700):
        text = definition(pick)
        workflow = shaped_fast(text)
        agree(compile_table(workflow), *read_moves(text))
        if number % 20 == 0:
            assert shaped(text) == workflow
        seen.update(kind for kind, there in kinds(workflow).items() if there)
    # Each kind is in a good part of them.
    assert min(seen[kind] for kind in kinds(workflow)) > 70, seen


def kinds(workflow: Workflow) -> dict[str, bool]:
    """What is in a definition that a generator of definitions may or may not make."""
    actions = [each for step in workflow.steps for each in step.actions]
    return {
        "regions": bool(workflow.groups),
        "signed": any(step.consent is not None for step in workflow.steps),
        "voted": any(step.vote is not None for step in workflow.steps),
        "children": bool(workflow.opens),
        "several targets": any("." in each.name for each in actions),
        "some regions only": any(each.reopens for each in actions),
    }


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
