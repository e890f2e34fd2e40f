"""An office keeps a definition as shipped and changes what it does otherwise: published by two, and told by doctor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.service.house import House, done_of
from zeroerror.definition.loader import load_file
from zeroerror.model.errors import VerificationFailed
from zeroerror.service import proposals, publish
from zeroerror.service.configuration import Unreadable
from zeroerror.service.definitions import published as definition
from zeroerror.service.doctor import doctor
from zeroerror.store import reads

SECADMIN = "tangmin"

#: Two days more for the draft, and a look at the law before the leader's desk.
LAID = """overlay: document/outgoing
format: 1
basis: 本机关办文规定
limit: {by: urgency, 平件: 18wd}
steps:
  draft: {limit: {by: urgency, 平件: 4wd}}
add:
  steps:
    legal:
      from: [review/pass]
      title: 合法性审查
      owner: {office: 办公室, duty: 核稿}
      limit: {by: urgency, 特急: 1wh, 加急: 4wh, 平件: 1wd}
      actions:
        pass: {title: 合法, to: sign}
        return: {title: 退回修改, to: draft, outcome: returned, reason: required}
"""


def laid(house: House, text: str = LAID) -> Path:
    """The overlay in its place."""
    path = house.inst.home / "workflows/overlays/outgoing.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def published(house: House, path: Path) -> None:
    """Proposed by one, confirmed by another."""
    done_of(publish.publish(house.inst, house.actor(SECADMIN), path))
    waiting = [each["id"] for each in proposals.proposals(house.inst)]
    done_of(proposals.confirm(house.inst, house.actor(house.leader), waiting))


def told(house: House) -> list[tuple[str, object, object]]:
    """What doctor says of definitions."""
    found = [each for each in doctor(house.inst.home) if "differs" in each.code]
    return [(each.code, each.params.get("file"), each.params.get("overlays")) for each in found]


def test_what_is_published_is_the_whole_with_both_texts_kept(house: House) -> None:
    path = laid(house)
    published(house, path)
    loaded = load_file(path)
    row = publish.workflow(house.inst, "document/outgoing")
    assert (row.digest, row.effective, row.text) == (loaded.digest, loaded.effective, loaded.text)
    assert json.loads(row.overlays) == [LAID]
    assert told(house) == []


def test_tasks_opened_afterwards_go_by_it_and_those_before_do_not(house: House, tmp_path: Path) -> None:
    old = house.open()
    published(house, laid(house))
    new = house.open()
    for task in (old, new):
        house.submit(task, tmp_path)
        house.advance(house.director, task, "pass")
    assert [visit.step for visit in house.task(old).open_visits()] == ["sign"]
    assert [visit.step for visit in house.task(new).open_visits()] == ["legal"]


def test_an_overlay_has_no_effect_until_it_is_confirmed(house: House) -> None:
    before = publish.workflow(house.inst, "document/outgoing").digest
    path = laid(house)
    difference = ("doctor.overlaid_differs", "document/outgoing.yaml", ["overlays/outgoing.yaml"])
    assert told(house) == [difference]
    done_of(publish.publish(house.inst, house.actor(SECADMIN), path))
    assert publish.workflow(house.inst, "document/outgoing").digest == before
    assert told(house) == [difference]


def test_an_original_that_was_changed_under_an_overlay_is_told(house: House) -> None:
    published(house, laid(house))
    original = house.inst.home / "workflows/document/outgoing.yaml"
    original.write_text(original.read_text("utf-8").replace("title: 归档\n", "title: 立卷归档\n"), "utf-8")
    assert [code for code, _, _ in told(house)] == ["doctor.overlaid_differs"]


def test_an_overlay_that_is_taken_away_is_told(house: House) -> None:
    path = laid(house)
    published(house, path)
    path.unlink()
    assert told(house) == [("doctor.file_differs", "document/outgoing.yaml", None)]


def test_naming_the_original_publishes_what_lies_on_it_too(house: House) -> None:
    path = laid(house)
    published(house, house.inst.home / "workflows/document/outgoing.yaml")
    assert publish.workflow(house.inst, "document/outgoing").digest == load_file(path).digest


def test_an_overlay_of_what_is_not_there_is_refused_with_file_and_line(house: House) -> None:
    path = laid(house, LAID.replace("  draft: {", "  drafting: {"))
    with pytest.raises(Unreadable) as raised:
        publish.publish(house.inst, house.actor(SECADMIN), path)
    (problem,) = raised.value.problems
    assert (problem.code, problem.where) == ("definition.overlay_no_step", f"{path}:6")
    assert [each.code for each in publish.check([path.parent.parent], house.inst)] == [problem.code]


def test_an_overlay_that_says_something_else_than_what_it_does_is_not_confirmed(house: House) -> None:
    loaded = load_file(laid(house))
    forged = dict(definition(loaded).body)
    forged["overlays"] = [LAID.replace("4wd", "5wd")]
    forged["replaces"] = reads.workflow_digest(house.inst.conn, "document/outgoing")
    done_of(proposals.propose(house.inst, house.actor(SECADMIN), "publish_definition", forged))
    (id,) = [each["id"] for each in proposals.proposals(house.inst)]
    with pytest.raises(VerificationFailed, match="definition_forged"):
        proposals.confirm(house.inst, house.actor(house.leader), [id])
