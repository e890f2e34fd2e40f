"""Definitions drawn: the same words in every form, people's text never markup, no line through a box.

The pictures in `pictures/` were drawn once by Mermaid 11 and looked at in Chromium before they were committed;
`python -m tests.unit.render.test_picture` draws them anew after a change that was meant.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest

from zeroerror.definition.loader import load_file
from zeroerror.model.limit import Limit
from zeroerror.model.workflow import Action, FormField, LimitChoice, Owner, Step, Workflow
from zeroerror.render.columns import width
from zeroerror.render.picture.diagram import Diagram, Way, diagram
from zeroerror.render.picture.layout import Measures, laid_out
from zeroerror.render.picture.mermaid import mermaid
from zeroerror.render.picture.outline import outline
from zeroerror.render.picture.svg import svg

SHIPPED = sorted(Path(__file__).parents[3].glob("workflows/*/*.yaml"))
PICTURES = Path(__file__).parent / "pictures"
EVIL = '"]; x --> y <script>alert(1)</script> `甲` #quot; \x1b[31m \u202e'


def shipped(path: Path) -> Workflow:
    """A shipped definition."""
    found = load_file(path).workflow
    assert found is not None
    return found


def step(name: str, *actions: Action, title: str = "环节", limit: Limit | LimitChoice | None = None) -> Step:
    """A step that one duty owes."""
    return Step(name, title, Owner("duty", "起草"), limit, None, actions)


def drawn(*steps: Step, title: str = "例子", way: Way | None = None) -> Diagram:
    """The diagram of a definition of these steps."""
    fields = (FormField("urgency", "紧急程度", "choice", choices=("特急", "平件"), plain=True),)
    workflow = Workflow("handling/example", title, "自定", "handling", None, ("office",), fields, steps)
    return diagram(workflow, "zh", way=way)


def texts(picture: str) -> list[str]:
    """What is written in an SVG."""
    return [each.text or "" for each in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize(("draw", "suffix"), [(mermaid, "mmd"), (svg, "svg"), (outline, "txt")])
def test_the_picture_is_as_it_was_looked_at(path: Path, draw: object, suffix: str) -> None:
    assert callable(draw)
    golden = (PICTURES / f"{path.stem}.{suffix}").read_text("utf-8")
    assert draw(diagram(shipped(path), "zh")) == golden


@pytest.mark.parametrize("draw", [mermaid, svg, outline])
def test_every_form_names_each_step_and_each_action(draw: object) -> None:
    assert callable(draw)
    workflow = shipped(next(path for path in SHIPPED if path.stem == "outgoing"))
    picture = draw(diagram(workflow, "zh"))
    titles = {each.title for each in workflow.steps} | {
        a.title for each in workflow.steps for a in each.actions
    }
    assert [title for title in titles if title not in picture] == []


def test_who_owes_a_step_and_its_limits_are_told_in_words() -> None:
    limit = LimitChoice("urgency", {"平件": Limit("wd", 2), "特急": Limit("wh", 2)})
    picture = mermaid(drawn(step("a", Action("go", "去", None), title="起草文稿", limit=limit)))
    assert "起草文稿<br/>起草（分工）<br/>特急 2工作小时 / 平件 2个工作日" in picture


def test_peoples_text_is_never_markup() -> None:
    evil = drawn(step("a", Action("go", EVIL, None), title=EVIL), title=EVIL)
    for hidden in ("<script>", "`甲`", '"]; x', "\x1b", "\u202e"):
        assert hidden not in mermaid(evil)
    assert "alert(1)" in "".join(texts(svg(evil)))
    assert "<script>" not in svg(evil)
    assert "\x1b" not in svg(evil) + outline(evil)
    assert "\u202e" not in svg(evil) + outline(evil)


def test_a_step_named_like_a_word_of_mermaid_is_a_step() -> None:
    picture = mermaid(
        drawn(step("end", Action("style", "去", "class")), step("class", Action("go", "完", None)))
    )
    assert 'step_end -->|"去"| step_class' in picture


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_no_line_on_the_terminal_is_wider_than_it(columns: int) -> None:
    for path in SHIPPED:
        lines = outline(diagram(shipped(path), "zh"), columns).splitlines()
        assert [line for line in lines if width(line) > columns] == []


def test_an_action_says_when_it_can_be_taken_and_what_it_opens_again() -> None:
    pictures = {path.stem: outline(diagram(shipped(path), "zh")) for path in SHIPPED}
    assert "合规，属大额（金额（元）达到50000.00）" in pictures["payment"]
    assert "收到答复（所开事项办结后）" in pictures["proposal"]
    assert "改期，重新通知（重开通知、会场）" in pictures["meeting"]


def test_a_label_that_takes_more_than_half_a_line_has_its_own() -> None:
    long = "内容相符、格式规范、程序完备，同意按程序办理"
    told = outline(drawn(step("a", Action("go", long, "b"), Action("back", "退回", "a")), step("b")), 60)
    assert f"{long}\n" in told
    assert "退回  " in told


def test_a_tasks_way_is_told_by_more_than_colour() -> None:
    steps = (
        step("a", Action("go", "送审", "b"), title="起草"),
        step("b", Action("pass", "同意", None), Action("back", "退回", "a", "returned"), title="审核"),
    )
    way = Way({"a": "open", "b": "passed"}, {"a": 2, "b": 1}, {"a": "明天到期"}, (("a", "go"), ("b", "back")))
    for picture in (
        mermaid(drawn(*steps, way=way)),
        svg(drawn(*steps, way=way)),
        outline(drawn(*steps, way=way)),
    ):
        for said in ("现在在此", "经过 1 次", "明天到期", "送审 (1)", "退回 (2)"):
            assert any(each in picture for each in (said, said.replace("(", "#40;").replace(")", "#41;")))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("choice", [0.0, 90.0])
def test_no_line_crosses_a_box(path: Path, choice: float) -> None:
    measures = Measures(
        200, lambda node: 80, lambda text: width(text) * 6, lambda node: choice, 25 if choice else 0
    )
    layout = laid_out(diagram(shipped(path), "zh"), measures)
    for line in layout.lines:
        for (x, y), (to_x, to_y) in pairwise(line.points):
            for box in layout.boxes:
                inside_x = (
                    max(min(x, to_x), box.x) < min(max(x, to_x), box.x + box.width)
                    or box.x < x == to_x < box.x + box.width
                )
                inside_y = (
                    max(min(y, to_y), box.y) < min(max(y, to_y), box.bottom) or box.y < y == to_y < box.bottom
                )
                assert not (inside_x and inside_y), (line.arrow, box.node.name)
    assert all(
        0 < x < layout.width and 0 < y < layout.height for line in layout.lines for x, y in line.points
    )
    for above, below in pairwise(layout.boxes):
        assert above.bottom < below.y


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for each in SHIPPED:
        for draw_it, end in ((mermaid, "mmd"), (svg, "svg"), (outline, "txt")):
            (PICTURES / f"{each.stem}.{end}").write_text(draw_it(diagram(shipped(each), "zh")), "utf-8")
