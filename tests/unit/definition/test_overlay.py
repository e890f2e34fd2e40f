"""An overlay changes what it names, adds what it adds, and is checked together with what it lies on.

Each file in `tests/workflows/overlays/` begins with what is to be said of it: `# code line`; a file with
`.beside` in its name lies beside that one.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from zeroerror.definition.difference import differences
from zeroerror.definition.loader import Loaded, load, load_file, load_files, load_tree, original
from zeroerror.model.limit import parse_limit
from zeroerror.model.workflow import LimitChoice, Workflow

ROOT = Path(__file__).parents[3]
ERRAND = ROOT / "tests/workflows/handling/errand.yaml"
FILES = sorted((ROOT / "tests/workflows/overlays").glob("*.yaml"))
FAULTS = [path for path in FILES if ".beside" not in path.name]

#: What must stand above everything an overlay says.
HEAD = "overlay: handling/errand\nformat: 1\nbasis: 本机关分工（2026）3 号\n"

LEGAL = """
add:
  fields:
    opinion: {title: 法律意见, type: text}
  steps:
    legal:
      from: [review/pass]
      title: 合法性审查
      owner: {duty: 法律}
      limit: 1wd
      actions:
        pass: {title: 合法, to: both, require: [opinion]}
        return: {title: 退回, to: draft, outcome: returned, reason: required}
  actions:
    close/again: {title: 再审, to: legal, outcome: returned, reason: required}
limit: {by: urgency, 平件: 8wd}
"""


def tree(directory: Path, **overlays: str) -> Path:
    """A tree with the errand in it and these overlays."""
    (directory / "handling").mkdir()
    (directory / "overlays").mkdir()
    shutil.copy(ERRAND, directory / "handling/errand.yaml")
    for name, text in overlays.items():
        (directory / f"overlays/{name}.yaml").write_text(text, "utf-8")
    return directory


def sound(loaded: Loaded) -> Workflow:
    """What was loaded without any problem."""
    assert loaded.problems == ()
    assert loaded.workflow is not None
    return loaded.workflow


def changes(loaded: Loaded) -> list[tuple[str, str, str]]:
    """What lies on a definition, as a difference: kind, name, and what of it."""
    found = differences(sound(original(loaded)), sound(loaded))
    return [(each.kind, each.name, each.aspect) for each in found]


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_each_fault_is_told_with_its_line(path: Path, tmp_path: Path) -> None:
    root = tree(tmp_path)
    for each in (path, *path.parent.glob(f"{path.stem}.beside*")):
        shutil.copy(each, root / "overlays")
    loaded = load_file(root / "overlays" / path.name)
    lines = path.read_text("utf-8").splitlines()
    expected = {line[2:] for line in lines if re.fullmatch(r"# definition\.\w+ \d+", line)}
    assert expected, "a file here says what is wrong with it"
    told = {f"{each.code} {Path(each.where or '').name.rpartition(':')[2]}" for each in loaded.problems}
    assert told >= expected
    assert {each.partition(" ")[0] for each in told} == {each.partition(" ")[0] for each in expected}
    assert loaded.workflow is None


def test_what_is_wrong_is_told_of_the_file_in_which_it_stands(tmp_path: Path) -> None:
    root = tree(tmp_path, short=f"{HEAD}steps: {{review: {{limit: {{by: urgency, 急件: 9wd}}}}}}\n")
    (problem,) = load_file(root / "handling/errand.yaml").problems
    assert (problem.code, problem.where) == ("definition.limit_exceeded", f"{root}/handling/errand.yaml:7")


def test_what_is_wrong_in_an_overlay_is_told_of_the_overlay(tmp_path: Path) -> None:
    root = tree(tmp_path, bad=f"{HEAD}limit: soon\n")
    (problem,) = load_file(root / "handling/errand.yaml").problems
    assert (problem.code, problem.where) == ("definition.bad_limit", f"{root}/overlays/bad.yaml:4")


def test_two_of_one_thing_are_told_in_both_files(tmp_path: Path) -> None:
    limits = f"{HEAD}steps: {{draft: {{limit: 3wd}}}}\n"
    (problem,) = load_file(tree(tmp_path, one=limits, two=limits) / "overlays/two.yaml").problems
    assert problem.code == "definition.overlay_twice"
    assert problem.params == {"at": "steps.draft.limit", "first": f"{tmp_path}/overlays/one.yaml:4"}
    assert problem.where == f"{tmp_path}/overlays/two.yaml:4"


def test_only_the_choice_that_is_named_gets_another_limit(tmp_path: Path) -> None:
    root = tree(tmp_path, limits=f"{HEAD}steps:\n  draft: {{limit: {{by: urgency, 平件: 3wd}}}}\n")
    limit = sound(load_file(root / "overlays/limits.yaml")).step("draft").limit
    assert limit == LimitChoice("urgency", {"急件": parse_limit("1wd"), "平件": parse_limit("3wd")})


def test_two_overlays_may_change_two_choices(tmp_path: Path) -> None:
    one = f"{HEAD}steps: {{draft: {{limit: {{by: urgency, 平件: 1wd}}}}}}\n"
    two = one.replace("平件: 1wd", "急件: 4wh")
    loaded = load_file(tree(tmp_path, one=one, two=two) / "handling/errand.yaml")
    assert changes(loaded) == [("changed", "", "basis"), ("changed", "draft", "limit")]


def test_a_step_is_put_where_the_actions_lead_that_led_on(tmp_path: Path) -> None:
    loaded = load_file(tree(tmp_path, legal=HEAD + LEGAL) / "overlays/legal.yaml")
    workflow = sound(loaded)
    assert [step.name for step in workflow.steps][:4] == ["draft", "review", "legal", "notify"]
    passing = workflow.step("review").action("pass")
    assert passing is not None
    assert passing.to == "legal"
    assert workflow.basis == "本机关自定；本机关分工（2026）3 号"
    assert changes(loaded) == [
        ("changed", "", "basis"),
        ("changed", "", "limit"),
        ("added", "opinion", ""),
        ("changed", "review/pass", "to"),
        ("added", "legal", ""),
        ("added", "close/again", ""),
    ]


def test_a_step_added_in_a_region_stands_in_the_region(tmp_path: Path) -> None:
    text = f"""{HEAD}add:
  steps:
    verify:
      from: [write/written]
      title: 核对材料
      owner: {{duty: 核稿}}
      limit: 4wh
      actions: {{pass: {{title: 无误, join: done}}}}
"""
    workflow = sound(load_file(tree(tmp_path, verify=text) / "overlays/verify.yaml"))
    region = workflow.groups[0].region("papers")
    assert region is not None
    assert region.steps == ("write", "verify")


def test_an_end_gives_way_to_a_step_after_it(tmp_path: Path) -> None:
    text = f"""{HEAD}add:
  steps:
    file: {{from: [close/close], title: 归档, owner: {{duty: 归档}}, actions: {{end: {{title: 归档, end: done}}}}}}
    look: {{title: 查档, owner: {{duty: 归档}}, actions: {{back: {{title: 还, to: file}}}}}}
  actions:
    close/look: {{title: 查档, to: look}}
"""
    workflow = sound(load_file(tree(tmp_path, file=text) / "overlays/file.yaml"))
    assert [step.name for step in workflow.steps][-3:] == ["close", "file", "look"]


def test_whichever_file_is_named_the_definition_is_the_same(tmp_path: Path) -> None:
    root = tree(tmp_path, legal=HEAD + LEGAL)
    first, second = root / "handling/errand.yaml", root / "overlays/legal.yaml"
    assert load_file(first).digest == load_file(second).digest == load_tree(root)[0].digest
    assert [each.name for each in load_files([first, second])] == [str(first)]
    assert len(load_tree(root)) == 1


def test_the_texts_alone_make_the_same_definition(tmp_path: Path) -> None:
    loaded = load_file(tree(tmp_path, legal=HEAD + LEGAL) / "overlays/legal.yaml")
    again = load(loaded.text, "handling/errand", [each.text for each in loaded.overlays])
    assert (again.digest, again.effective) == (loaded.digest, loaded.effective)
    assert load(loaded.text, "handling/errand").digest != loaded.digest
    assert load(loaded.text, "handling/errand", ["title: 甲\n"]).workflow is None


def test_an_overlay_with_an_id_of_its_own_leaves_the_original_alone(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        legal=HEAD + LEGAL,
        short=f"{HEAD}id: handling/errand-short\ntitle: 短差事\nlimit: {{by: urgency, 平件: 9wd}}\n",
        shorter="overlay: handling/errand-short\nformat: 1\nbasis: 又定\nsteps: {draft: {limit: 1wd}}\n",
    )
    ids = {each.workflow.id: each for each in load_tree(root) if each.workflow}
    assert list(ids) == ["handling/errand", "handling/errand-short"]
    short = ids["handling/errand-short"]
    assert short.files == (
        "handling/errand.yaml",
        "overlays/legal.yaml",
        "overlays/short.yaml",
        "overlays/shorter.yaml",
    )
    assert sound(short).basis == "本机关自定；本机关分工（2026）3 号；本机关分工（2026）3 号；又定"
    assert sound(short).step("draft").limit == parse_limit("1wd")
    assert sound(ids["handling/errand"]).step("draft").limit != parse_limit("1wd")
    assert load(short.text, "x", [each.text for each in short.overlays]).digest == short.digest


def test_a_changed_original_keeps_what_the_overlay_says(tmp_path: Path) -> None:
    root = tree(tmp_path, legal=HEAD + LEGAL)
    before = load_file(root / "overlays/legal.yaml")
    file = root / "handling/errand.yaml"
    file.write_text(file.read_text("utf-8").replace("title: 办结\n", "title: 办结归档\n"), "utf-8")
    after = load_file(root / "overlays/legal.yaml")
    assert changes(before) == changes(after)
    assert before.digest != after.digest


def test_an_overlay_that_says_of_nothing_that_it_changes_it_keeps_all_from_being_published(
    tmp_path: Path,
) -> None:
    root = tree(tmp_path, a="overlay: *errand\n", b="title: 甲\n")
    loaded = load_file(root / "handling/errand.yaml")
    assert loaded.workflow is None
    assert [each.code for each in loaded.problems] == ["definition.alias", "definition.missing_key"]
    assert len(load_tree(root)) == 1


def test_an_overlay_stands_among_the_overlays(tmp_path: Path) -> None:
    root = tree(tmp_path)
    (root / "handling/change.yaml").write_text(HEAD, "utf-8")
    assert [each.code for each in load_file(root / "handling/change.yaml").problems] == [
        "definition.overlay_elsewhere"
    ]


def test_a_file_named_from_where_it_stands_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(tmp_path, legal=HEAD + LEGAL)
    digest = load_file(root / "overlays/legal.yaml").digest
    for directory, name in (
        ("overlays", "legal.yaml"),
        ("handling", "errand.yaml"),
        (".", "overlays/legal.yaml"),
    ):
        monkeypatch.chdir(root / directory)
        assert load_file(Path(name)).digest == digest
