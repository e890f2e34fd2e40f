"""BPMN: valid by the OMG's schema, with a place for everything, and every step and action in it.

It was opened once in bpmn-js in Chromium, without a warning, and looked at.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]

from tests.unit.render.test_picture import EVIL, SHIPPED, drawn, shipped, step
from zeroerror.model.workflow import Action
from zeroerror.render.picture.bpmn import bpmn
from zeroerror.render.picture.diagram import diagram

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[2] / "xsd" / "BPMN20.xsd"))
MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def faults(text: str) -> list[str]:
    """What the schema has against a file."""
    SCHEMA.validate(etree.fromstring(text.encode()))
    return [str(each) for each in SCHEMA.error_log]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_definition_is_valid_bpmn(path: Path) -> None:
    workflow = shipped(path)
    text = bpmn(diagram(workflow, "zh"), workflow.basis)
    assert faults(text) == []
    root = ET.fromstring(text)
    tasks = {each.get("id") for each in root.iter(f"{MODEL}userTask")}
    assert tasks == {f"step_{each.name}" for each in workflow.steps}
    flows = {each.get("id"): each for each in root.iter(f"{MODEL}sequenceFlow")}
    for each in workflow.steps:
        for action in each.actions:
            flow = flows[f"flow_{each.name}.{action.name}"]
            assert flow.get("name") == action.title
            target = f"step_{action.to}" if action.to else f"end_{each.name}.{action.name}"
            place = workflow.place(each.name)
            if action.joins and place is not None:
                target = f"step_join-{place[0].name}"
            if action.opens is not None:
                call = f"open-{each.name}-{action.name}"
                onward = flows[f"flow_{call}.go_on"]
                assert (onward.get("sourceRef"), onward.get("targetRef")) == (f"step_{call}", target)
                target = f"step_{call}"
            assert flow.get("targetRef") == target
    calls = {each.get("id") for each in root.iter(f"{MODEL}callActivity")}
    opening = [(each.name, way.name) for each in workflow.steps for way in each.actions if way.opens]
    assert calls == {f"step_open-{step}-{action}" for step, action in opening}
    parallel = {each.get("id") for each in root.iter(f"{MODEL}parallelGateway")}
    assert parallel == {f"step_{kind}{each.name}" for each in workflow.groups for kind in ("", "join-")}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_everything_has_a_place(path: Path) -> None:
    workflow = shipped(path)
    root = ET.fromstring(bpmn(diagram(workflow, "zh"), workflow.basis))
    process = root.find(f"{MODEL}process")
    assert process is not None
    there = {each.get("id") for each in process if each.get("id")}
    placed = {each.get("bpmnElement") for each in [*root.iter(f"{DI}BPMNShape"), *root.iter(f"{DI}BPMNEdge")]}
    assert placed == there


def test_what_the_schema_forbids_is_seen() -> None:
    workflow = shipped(SHIPPED[0])
    text = bpmn(diagram(workflow, "zh"), workflow.basis)
    assert faults(text.replace("<process ", "<proces ").replace("</process>", "</proces>"))


def test_peoples_text_is_text() -> None:
    evil = drawn(step("a_b", Action("c", EVIL, "a")), step("a", Action("b_c", "完", None)), title=EVIL)
    text = bpmn(evil, EVIL)
    assert faults(text) == []
    assert "<script>" not in text
