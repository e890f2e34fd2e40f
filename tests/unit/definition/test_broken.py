"""Every fault a definition can have is told, all at once, with its line and, where there is one, its path.

Each file in `tests/workflows/` begins with what is to be said of it: `# code line`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zeroerror.definition.loader import Loaded, load, load_file

FILES = sorted((Path(__file__).parents[2] / "workflows").glob("*.yaml"))
SOURCES = (Path(__file__).parents[3] / "zeroerror/definition").glob("*.py")

#: Told where the bytes are no text, where two files meet, or of a staffing: tests of their own show these.
ELSEWHERE = {
    "definition.byte_order_mark",
    "definition.not_utf8",
    "definition.too_large",
    "definition.overlay_elsewhere",
    "definition.nobody",
    "definition.nobody_then",
    "definition.four_eyes_then",
    "definition.unknown_role",
    "definition.unknown_duty",
    "definition.unknown_office",
    "definition.opens_unknown",
    "definition.opens_machine",
    "definition.opens_cyclic",
    "definition.opens_unknown_field",
    "definition.opens_twice",
    "definition.opens_without",
    "definition.copy_differs",
    "definition.copy_may_be_unset",
}

#: The way that shows the fault.
PATHS = {
    "dead_end": "draft/submit → review/seal → seal",
    "endless_loop": "draft/submit → review/seal → seal/print → print/seal → seal",
    "endless_step": "draft/submit → review/wait → wait/wait → wait",
    "no_end": "draft/submit → review/pass → draft",
    "doer_not_before": "draft/hurry → review",
    "owner_may_be_unset": "draft/hurry → review",
    "effect_may_be_unset": "ask/submit → accept/accept → approve",
    "region_never_ends": "count/counted → verify",
    "join_waits_reopened": "draft/submit → both",
    "join_waits_withdrawn": "draft/partly → both",
    "join_waits_own": "draft/submit → count/counted → verify/wrong → both",
    "loop_in_region": "draft/submit → count/stray → wander/on → wander",
    "doer_in_region": "draft/skip → close",
    "limit_may_be_exceeded": "draft/review → review/pass → ✓",
    "statutory_exceeded": "draft/close → ✓",
    "statutory_may_be_exceeded": "draft/review → review/pass → ✓",
    "limit_exceeded": "draft/submit → review/pass → ✓",
    "date_over_before": "handle/handle → write/write → report",
    "return_without_time": "notify/notify → hold/held → write/again → notify",
    "wait_never_lifted": "hand_out/hand_out → wait",
    "wait_lifted_in_a_circle": "hand_out/hand_out → wait",
    "children_unsaid": "hand_out/hand_out → wait",
    "vote_round_consulting": "draft/hurry → decide",
    "vote_without_text": "draft/submit → consult/ready → decide",
    "stuck_between": "draft/submit → review",
    "stuck_empty_amount": "draft/submit → review",
}


def expected(path: Path) -> list[str]:
    """What the file says should be said."""
    lines = path.read_text("utf-8").splitlines()
    return [line[2:] for line in lines if re.fullmatch(r"# definition\.\w+ \d+", line)]


def told(loaded: Loaded) -> list[str]:
    """What is said, in the same form."""
    return [f"{each.code} {(each.where or '').rpartition(':')[2]}" for each in loaded.problems]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_fault_is_told_with_its_line(path: Path) -> None:
    loaded = load_file(path)
    assert expected(path), "a file here says what is wrong with it"
    assert told(loaded) == expected(path)
    errors = [each for each in loaded.problems if each.severity == "error"]
    assert (loaded.workflow is None) == bool(errors)
    assert bool(loaded.digest) == bool(loaded.workflow)


@pytest.mark.parametrize(("name", "path"), PATHS.items(), ids=PATHS)
def test_a_path_shows_the_fault(name: str, path: str) -> None:
    loaded = load_file(next(each for each in FILES if each.stem == name))
    assert path in [each.params.get("path") for each in loaded.problems]


def test_every_code_has_a_file_that_shows_it() -> None:
    laid = sorted(FILES[0].parent.glob("overlays/*.yaml"))
    shown = {line.split()[0] for path in (*FILES, *laid) for line in expected(path)}
    assert shown | ELSEWHERE == codes()


def codes() -> set[str]:
    """Every code in the source."""
    return {code for path in SOURCES for code in re.findall(r'"(definition\.\w+)"', path.read_text("utf-8"))}


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("stuck_between", "amount = 10000.00"),
        ("stuck_below", "amount < 10000.00"),
        ("stuck_above", "amount > 10000.00"),
        ("stuck_choice", "urgency = 平件"),
        ("stuck_other_text", "note = …"),
        ("stuck_empty", "urgency = —"),
        ("stuck_empty_amount", "amount = —"),
    ],
)
def test_a_case_in_which_nobody_can_act_is_named(name: str, case: str) -> None:
    loaded = load_file(next(each for each in FILES if each.stem == name))
    assert [each.params["case"] for each in loaded.problems] == [case]


def test_a_warning_leaves_the_definition_standing() -> None:
    loaded = load_file(next(each for each in FILES if each.stem == "choice_without_limit"))
    assert loaded.workflow is not None
    assert [each.severity for each in loaded.problems] == ["warning"]


def test_the_person_who_opened_the_task_may_owe_a_step() -> None:
    base = (Path(__file__).parents[3] / "workflows/oversight/explain.yaml").read_text("utf-8")
    assert load(base.replace("{field: person}", "{doer: opener}"), "x").problems == ()


def test_a_misspelt_target_is_not_told_thrice() -> None:
    loaded = load_file(next(each for each in FILES if each.stem == "unknown_target"))
    assert {each.code for each in loaded.problems} == {"definition.unknown_target"}


TEXTS = [path.read_text("utf-8") for path in sorted(Path(__file__).parents[3].glob("workflows/*/*.yaml"))]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TEXTS), st.data())
def test_loading_never_raises(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    put = data.draw(
        st.sampled_from(["", ":", "\n", "  ", "{", "]", "*a", "&a ", "'", '"', "- ", "1wd", "\u3000", "to"])
    )
    loaded = load(text[:start] + put + text[end:], "f")
    assert (loaded.workflow is None) == any(each.severity == "error" for each in loaded.problems)
