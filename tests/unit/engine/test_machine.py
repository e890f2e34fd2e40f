"""A definition as a table and as a picture.

The pictures in `pictures/` were looked at before they were committed; `python -m tests.unit.engine.test_machine`
draws them anew after a change that was meant.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zeroerror.definition.loader import load_file
from zeroerror.engine.machine import compile_table, mermaid
from zeroerror.model.limit import Limit
from zeroerror.model.workflow import Action, FormField, LimitChoice, Owner, Step, Table, Workflow

SHIPPED = sorted(Path(__file__).parents[3].glob("workflows/*/*.yaml"))
PICTURES = Path(__file__).parent / "pictures"


def step(name: str, *actions: Action, title: str = "环节", limit: Limit | LimitChoice | None = None) -> Step:
    """A step that one duty owes."""
    return Step(name, title, Owner("duty", "起草"), limit, None, actions)


def workflow(*steps: Step, title: str = "例子") -> Workflow:
    """A definition of these steps."""
    fields = (FormField("urgency", "紧急程度", "choice", choices=("特急", "平件"), plain=True),)
    return Workflow("handling/example", title, "自定", "handling", None, ("office",), fields, steps)


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


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_picture_is_as_it_was(path: Path) -> None:
    assert mermaid(shipped(path)) == (PICTURES / f"{path.stem}.mmd").read_text("utf-8")


def test_the_picture_shows_who_owes_a_step_and_its_limits() -> None:
    limit = LimitChoice("urgency", {"平件": Limit("wd", 2), "特急": Limit("wh", 2)})
    drawn = mermaid(workflow(step("a", Action("go", "去", None), title="起草文稿", limit=limit)))
    assert "起草文稿<br/>起草<br/>特急 2wh / 平件 2wd" in drawn


def test_a_title_is_shown_and_never_read_as_markup() -> None:
    drawn = mermaid(
        workflow(step("a", Action("go", '"]; x --> y', None), title="<b>`甲`</b>"), title='"--- 乙')
    )
    assert "<b>" not in drawn
    assert "`" not in drawn
    assert '"]' not in drawn


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for shipped_path in SHIPPED:
        (PICTURES / f"{shipped_path.stem}.mmd").write_text(mermaid(shipped(shipped_path)), "utf-8")
