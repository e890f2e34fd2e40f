"""What a definition opens, among the others: there, given what it needs, and never its own opener.

Each file of the tree in `tests/workflows/opened/` begins with what is to be said of it: `# code line`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zeroerror.definition.loader import Loaded, load, load_tree
from zeroerror.definition.opened import check_opened
from zeroerror.model.workflow import Workflow

TREE = Path(__file__).parents[2] / "workflows" / "opened"
#: The way round, where there is one.
CIRCLES = {
    "one": "handling/one → handling/two → handling/three → handling/one",
    "itself": "handling/itself → handling/itself",
}


def loaded() -> dict[str, Loaded]:
    """Each of the tree's definitions alone, by the name of its file."""
    return {path.stem: load(path.read_bytes(), path.name) for path in sorted(TREE.rglob("*.yaml"))}


def known(id: str) -> Workflow | None:
    """The definition of that id in the tree."""
    found = loaded().get(id.partition("/")[2])
    return None if found is None else found.workflow


@pytest.mark.parametrize("path", sorted(TREE.rglob("*.yaml")), ids=lambda path: path.stem)
def test_each_fault_of_what_is_opened_is_told_with_its_line(path: Path) -> None:
    alone = load(path.read_bytes(), path.name)
    assert alone.workflow is not None, alone.problems
    said = [line[2:] for line in path.read_text("utf-8").splitlines() if re.match(r"# definition\.", line)]
    found = list(check_opened(alone.workflow, known, alone.where))
    assert [f"{each.code} {(each.where or '').rpartition(':')[2]}" for each in found] == said
    if path.stem in CIRCLES:
        assert found[0].params["path"] == CIRCLES[path.stem]


def test_a_tree_is_checked_among_its_own() -> None:
    found = {each.name.partition("/")[2][:-5]: each for each in load_tree(TREE)}
    assert found["sound"].workflow is not None
    assert found["child"].workflow is not None
    assert [each.code for each in found["nowhere"].problems] == ["definition.opens_unknown"]
    assert found["nowhere"].workflow is None


def test_the_identity_does_not_depend_on_the_order_of_what_is_the_same() -> None:
    text = (TREE / "handling/sound.yaml").read_text("utf-8")
    both = "set: {kind: 甲, by: 2026-12-01}"
    first = load(text.replace("set: {kind: 甲}", both), "x")
    second = load(text.replace("set: {kind: 甲}", "set: {by: 2026-12-01, kind: 甲}"), "x")
    assert first.digest == second.digest != ""
