"""A definition as a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zeroerror.definition.loader import load_file
from zeroerror.engine.machine import compile_table
from zeroerror.model.workflow import Action, FormField, Owner, Step, Table, Workflow

SHIPPED = sorted(Path(__file__).parents[3].glob("workflows/*/*.yaml"))


def step(name: str, *actions: Action) -> Step:
    """A step that one duty owes."""
    return Step(name, "环节", Owner("duty", "起草"), None, None, actions)


def workflow(*steps: Step) -> Workflow:
    """A definition of these steps."""
    fields = (FormField("urgency", "紧急程度", "choice", choices=("特急", "平件"), plain=True),)
    return Workflow("handling/example", "例子", "自定", "handling", None, ("office",), fields, steps)


def shipped(path: Path) -> Workflow:
    """A shipped definition."""
    found = load_file(path).workflow
    assert found is not None
    return found


def test_the_table_says_where_each_action_leads() -> None:
    table = compile_table(
        workflow(
            step("draft", Action("submit", "送审", "review")),
            step("review", Action("pass", "同意", None), Action("return", "退回", "draft", "returned")),
        )
    )
    assert table.start == "draft"
    assert table.moves == {
        ("draft", "submit"): "review",
        ("review", "pass"): None,
        ("review", "return"): "draft",
    }


def test_an_action_may_lead_back_into_its_own_step() -> None:
    table = compile_table(workflow(step("wait", Action("again", "再等", "wait"), Action("end", "完", None))))
    assert table.moves == {("wait", "again"): "wait", ("wait", "end"): None}


def test_the_same_action_name_in_two_steps_is_two_actions() -> None:
    table = compile_table(workflow(step("a", Action("go", "去", "b")), step("b", Action("go", "去", None))))
    assert table.moves == {("a", "go"): "b", ("b", "go"): None}


def test_what_cannot_be_reached_is_not_in_the_table() -> None:
    table = compile_table(workflow(step("a", Action("go", "去", None)), step("b", Action("go", "去", None))))
    assert table.moves == {("a", "go"): None}


def test_an_unknown_target_is_no_table() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        compile_table(workflow(step("a", Action("go", "去", "nowhere"))))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_stored_table_reads_back(path: Path) -> None:
    table = compile_table(shipped(path))
    assert Table.from_json(json.loads(json.dumps(table.to_json()))) == table


def test_the_stored_table_is_as_it_was() -> None:
    explain = next(path for path in SHIPPED if path.stem == "explain")
    stored = {"start": "explain", "moves": [["explain", "reply", None]]}
    assert compile_table(shipped(explain)).to_json() == stored
