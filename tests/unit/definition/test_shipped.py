"""What is shipped: sound, with a fixed identity, and staffed by the sample institution."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from zeroerror.definition.loader import load, load_file, load_tree
from zeroerror.definition.staffing import check_staffing
from zeroerror.definition.strict_yaml import plain, read
from zeroerror.model.organisation import Organisation, organisation_from_plain
from zeroerror.model.workflow import Workflow

ROOT = Path(__file__).parents[3]
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)

#: The identity of each. One that changes is another definition: tasks opened before stay under the old one.
DIGESTS = {
    "document/classified": "8e47cd90730e33e613ed423b728456957d5482bb00c393d4b3993a5f23f04f30",
    "document/incoming": "a0014f208c5618796e58616745794798ad2c86bc2b122eab0e5fed0c7137ff28",
    "document/outgoing": "0d7e218092dfcda64881f86c6630a6a2dd166cf235ac55d0fdebb0b0fd18a827",
    "handling/joint_opinion": "10f264d35e07558b6a97e6736f2a8961726143c1a25dc5ba882f8dfe26674dc5",
    "handling/leave": "1c3325f418a862f99e7fe1f2a234dcb76c8aecc0d3c5cea73836eb7f4091209e",
    "handling/on_the_spot": "e09c01e35e1961af80db0dd170585caa251daa56824fc7ad3d1ee087374a3a3d",
    "handling/payment": "f56bd424a34dd2ebd03ac31b1f2eb7315a9aa8d3bc5dcd46a98b1daf5cf3b762",
    "handling/planned": "16da20192863df03407bfcc794341788a5daafd312d0a31f1dfbe80dce6922bc",
    "handling/proposal": "8cf5d4a5158402298e1b31eeea6b55b50ea57d161c9c29b51aae735567bcf58d",
    "handling/supervision": "e9bff8831466034a61b526ae6eae73bf5bde2e46ca93f33a7e31a416e18ab726",
    "meeting/meeting": "b9080c17712f91e4a65d7c2209221da73f93ae4aa56b09aa66b9620b83f0040d",
    "oversight/dispute": "d7732e686cd560cd6199900218c348280f06bd0d1e62df282a7b6d5ef3a5c666",
    "oversight/explain": "e66e3cc9ac291c3775edfcd564f28aef531eaedeabf9d42b87f421e3c8d4a8d1",
    "oversight/rectify": "7014e05af9fc7171312a3fd0bb30ddc09efd70ccfa55a5b424ea8c22c70e660d",
}


def workflow(id: str) -> Workflow:
    """A shipped definition."""
    found = load_file(ROOT / f"workflows/{id}.yaml").workflow
    assert found is not None
    return found


def test_every_shipped_definition_is_sound_and_has_its_identity() -> None:
    loaded = load_tree(ROOT / "workflows")
    assert [each.problems for each in loaded] == [()] * len(DIGESTS)
    assert {each.workflow.id: each.digest for each in loaded if each.workflow} == DIGESTS


def test_a_file_stands_where_its_id_says() -> None:
    for loaded in load_tree(ROOT / "workflows"):
        assert loaded.workflow is not None
        assert loaded.name == f"{loaded.workflow.id}.yaml"


def test_the_first_slices_actions_lead_where_they_led() -> None:
    outgoing = workflow("document/outgoing")
    led = {f"{step.name}/{action.name}": action.to for step in outgoing.steps for action in step.actions}
    wanted = {
        "draft/submit": "review",
        "review/pass": "sign",
        "review/return": "draft",
        "sign/sign": "issue",
        "issue/issue": None,
    }
    assert led.items() >= wanted.items()


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "# 说明\n" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("title: 发文\n", "title:   '发文'\n"),
        lambda text: text.replace("format: 1\ntitle: 发文\n", "title: 发文\nformat: 1\n"),
        lambda text: text.replace(
            "{by: urgency, 特急: 7wd, 加急: 11wd", "{加急: 11wd, by: urgency, 特急: 7wd"
        ),
    ],
)
def test_the_identity_is_of_the_content_not_of_the_writing(change: object) -> None:
    assert callable(change)
    text = (ROOT / "workflows/document/outgoing.yaml").read_text("utf-8")
    assert load(change(text), "x").digest == DIGESTS["document/outgoing"]
    assert change(text) != text


def test_another_content_is_another_identity() -> None:
    text = (ROOT / "workflows/document/outgoing.yaml").read_text("utf-8")
    assert load(text.replace("平件: 16wd", "平件: 17wd"), "x").digest not in (
        "",
        DIGESTS["document/outgoing"],
    )


def test_an_id_is_used_once(tmp_path: Path) -> None:
    text = (ROOT / "workflows/oversight/explain.yaml").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    (tmp_path / "b.yaml").write_text(text, "utf-8")
    first, second = load_tree(tmp_path)
    assert first.workflow is not None
    assert second.workflow is None
    assert [(each.code, each.where, each.params["first"]) for each in second.problems] == [
        ("definition.id_twice", "b.yaml:2", "a.yaml:2")
    ]


def sample() -> Organisation:
    """The institution that is shipped as a sample."""
    tree = read((ROOT / "config/institution.yaml").read_bytes(), "institution.yaml").node
    assert tree is not None
    organisation, _ = organisation_from_plain(plain(tree), str)
    assert organisation is not None
    return organisation


def test_the_sample_institution_has_somebody_for_every_step() -> None:
    for loaded in load_tree(ROOT / "workflows"):
        assert loaded.workflow is not None
        assert check_staffing(loaded.workflow, sample(), AT, loaded.where) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "severity"),
    [
        ("{post: 主任}", "{post: 处长}", "definition.unknown_role", "error"),
        ("{desk: 分管领导, ", "{desk: 局长, ", "definition.unknown_role", "error"),
        ("{desk: 分管领导, urged_by: {duty: 起草}}", "{duty: 速记}", "definition.unknown_duty", "error"),
        (
            "{office: 办公室, duty: 核稿}",
            "{office: 研究室, duty: 核稿}",
            "definition.unknown_office",
            "error",
        ),
        ("{office: 办公室, duty: 核稿}", "{duty: 核稿}", "definition.nobody", "warning"),
    ],
)
def test_what_the_staffing_cannot_do_is_told(old: str, new: str, code: str, severity: str) -> None:
    text = (ROOT / "workflows/document/outgoing.yaml").read_text("utf-8")
    line = 1 + text[: text.index(old)].count("\n")
    loaded = load(text.replace(old, new, 1), "f")
    assert loaded.workflow is not None
    found = check_staffing(loaded.workflow, sample(), AT, loaded.where)
    assert [(each.code, each.severity, each.where) for each in found][:1] == [(code, severity, f"f:{line}")]


def test_the_offices_without_anybody_are_named() -> None:
    text = (ROOT / "workflows/document/outgoing.yaml").read_text("utf-8")
    loaded = load(text.replace("{office: 办公室, duty: 核稿}", "{duty: 核稿}"), "f")
    assert loaded.workflow is not None
    (found,) = check_staffing(loaded.workflow, sample(), AT)
    assert "办公室" not in found.params["offices"]
    assert "提案委" in found.params["offices"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("quorum: 半数以上", "quorum: 5", "definition.vote_quorum"),
        ("threshold: 过半数", "threshold: 5", "definition.vote_threshold"),
    ],
)
def test_a_vote_that_these_voters_cannot_win_is_told(old: str, new: str, code: str) -> None:
    text = (ROOT / "workflows/handling/payment.yaml").read_text("utf-8")
    line = 1 + text[: text.index("    vote:")].count("\n")
    loaded = load(text.replace(old, new, 1), "f")
    assert loaded.workflow is not None
    found = check_staffing(loaded.workflow, sample(), AT, loaded.where)
    assert [(each.code, each.severity, each.where) for each in found] == [(code, "warning", f"f:{line}")]
    assert found[0].params["most"] == 4
