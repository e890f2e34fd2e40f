"""The published schemas accept exactly what the loader's shapes accept, of definitions and of overlays."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError as Unfit
from pydantic import ValidationError

from zeroerror.definition.json_schema import json_schema, overlay_schema
from zeroerror.definition.overlay_schema import OverlayShape
from zeroerror.definition.schema import WorkflowShape
from zeroerror.definition.strict_yaml import plain, read

ROOT = Path(__file__).parents[3]
FILES = [*sorted((ROOT / "workflows").rglob("*.yaml")), *sorted((ROOT / "tests/workflows").glob("*.yaml"))]


def judge(schema: dict[str, Any]) -> Any:
    """The schema's validator, which judges each part by each named shape once.

    One value is changed at a time and the rest judged again as it was, most of it several times over; what a
    named shape says of a value depends on nothing else.
    """
    known: dict[tuple[str, str], bool] = {}

    def named(validator: Any, ref: str, instance: Any, _schema: Any) -> Iterator[Unfit]:
        key = (ref, repr(instance))
        if key not in known:
            known[key] = not any(validator._validate_reference(ref=ref, instance=instance))
        if not known[key]:
            yield Unfit(ref)

    return validators.extend(Draft202012Validator, {"$ref": named})(schema)


SCHEMA = judge(json_schema())
LAID = judge(overlay_schema())

#: What a careless hand, or an unkind one, puts in the place of something else.
ODD = [
    "", " ", "x", "x\n", "draft", "draft\n", "Draft", "审核", "true", "false", "yes", "1", "0", "21", "1wd", "0wd",
    "01wd", "1wd\n", "10000wd", "same_day", "required", "open", "done", "office", "four_eyes@1", "four_eyes@0",
    "document/outgoing", "document/Outgoing", "x" * 41, "题" * 200, "题" * 201, "a b", "a\u3000", "amount",
    [], ["x"], ["x", "x"], ["题"], [[]], ["office", "office"], {}, {"at": "day"}, {"by": "urgency"},
    {"by": "urgency", "特急": "1wd"}, {"by": "urgency", "at": "1wd"}, {"by": "urgency", "before": "day"},
    {"before": "day", "by": "3wd"}, {"before": "day", "by": "3wh"}, {"before": "day", "by": "3wd", "x": "1wd"},
    {"by": "urgency", "特急": {"at": "day"}}, {"at": "day", "before": "day"}, {"duty": "起草"}, {"post": "主任"},
    {"duty": "起草", "post": "主任"}, {"field": "title"}, {"doer": "draft"}, {"desk": "分管领导"},
    {"desk": "分管领导", "urged_by": {"duty": "起草"}}, {"outside": "省政协", "urged_by": {"desk": "主席"}},
    {"field": "title", "equals": "x"}, {"field": "title", "in": ["x"]}, {"field": "title", "filled": "true"},
    {"field": "title", "filled": "false"}, {"field": "title", "at_least": "5", "below": "6"},
    {"four_eyes@1": "draft"}, {"four_eyes@1": ["draft"]}, {"four_eyes@1": []}, {"four_eyes@1": "a", "b@1": "a"},
    {"title": "题", "to": "draft"}, {"title": "题", "end": "done"}, {"title": "题", "to": "draft", "end": "done"},
    {"title": "题", "to": ["draft", "sign"]}, {"title": "题", "to": ["draft"]}, {"category": "文稿"},
    {"title": "题", "join": "done"}, {"title": "题", "join": "done", "to": "draft"}, {"title": "题", "regions": {}},
    {"title": "题", "regions": {}, "to": "draft"}, {"a": {"title": "题", "steps": {}}}, {"title": "题", "steps": {}},
    {"title": "题", "end": "done", "outcome": "done"}, {"title": "题", "type": "text"},
    "过半数", "半数以上", "41", "recorded", "personal", {"ballot": "recorded"}, {"ballot": "personal"},
]  # fmt: skip
KEYS = (
    "title",
    "to",
    "end",
    "join",
    "regions",
    "reopens",
    "outcome",
    "limit",
    "owner",
    "x",
    "guards",
    "when",
    "in",
    "by",
    "at",
    "off",
    "草",
)


def tree(path: Path) -> Any:
    """What the reader makes of a file; None where it makes nothing."""
    node = read(path.read_bytes(), path.name).node
    return None if node is None else plain(node)


TREES = [each for each in map(tree, FILES) if each is not None]
SOUND = [tree(path) for path in FILES if ROOT / "workflows" in path.parents]


def shape_accepts(data: Any) -> bool:
    """Whether the loader's shape does."""
    try:
        WorkflowShape.model_validate(data)
    except ValidationError:
        return False
    return True


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) below."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(items):
        yield data, key
        yield from places(value)


def mutated(data: Any, random: Random) -> Any:
    """The tree with one to three things changed."""
    data = copy.deepcopy(data)
    for _ in range(random.randint(1, 3)):
        found = list(places(data))
        if not found:
            break
        container, key = random.choice(found)
        change = random.randrange(5)
        if change == 0:
            del container[key]
        elif change == 1 and isinstance(container, dict):
            container[random.choice(KEYS)] = copy.deepcopy(random.choice(ODD))
        elif change == 2 and isinstance(container, dict):
            container[random.choice((*KEYS, *map(str, filter(None, ODD[:20]))))] = container.pop(key)
        elif change == 3:
            other, another = random.choice(found)
            container[key] = (
                copy.deepcopy(other[another]) if another in other or isinstance(other, list) else ""
            )
        else:
            container[key] = copy.deepcopy(random.choice(ODD))
    return data


def test_remembering_changes_no_verdict() -> None:
    random, bare = Random(0), Draft202012Validator(json_schema())
    for _ in range(100):
        data = mutated(random.choice(SOUND), random)
        assert SCHEMA.is_valid(data) == bare.is_valid(data), data


def test_the_schemas_are_some() -> None:
    for schema in (json_schema(), overlay_schema()):
        Draft202012Validator.check_schema(schema)
        json.dumps(schema)


@pytest.mark.parametrize("data", TREES, ids=lambda data: str(data)[:24])
def test_both_judge_the_files_alike(data: Any) -> None:
    assert SCHEMA.is_valid(data) == shape_accepts(data)


@pytest.mark.parametrize("seed", range(4))
def test_both_judge_whatever_is_written_alike(seed: int) -> None:
    random, accepted = Random(seed), 0
    for _ in range(800):
        data = mutated(random.choice(SOUND if random.random() < 0.5 else TREES[5:]), random)
        verdict = shape_accepts(data)
        assert SCHEMA.is_valid(data) == verdict, data
        accepted += verdict
    assert 40 < accepted < 760, "both verdicts are tried"


@pytest.mark.parametrize("odd", range(len(ODD)))
def test_both_judge_every_value_in_every_place_alike(odd: int) -> None:
    data = {
        "id": "document/x", "format": "1", "title": "题", "basis": "据", "family": "document",
        "limit": "1wd", "visible_to": ["office"],
        "fields": {"title": {"title": "题", "type": "text", "required": "open", "choices": ["甲"], "plain": "true"}},
        "steps": {
            "draft": {
                "title": "题", "owner": {"desk": "主席", "urged_by": {"duty": "起草", "office": "办公室"}},
                "limit": {"before": "day", "by": "1wd"}, "warn_before": {"by": "urgency", "特急": "1wd"},
                "waits_for": ["批复"], "record_within": "1wd",
                "actions": {
                    "go": {
                        "title": "去", "to": "draft", "outcome": "done", "require": ["title"], "reason": "required",
                        "guards": ["fields@1", {"four_eyes@1": ["draft"]}], "when": [{"field": "a", "below": "5"}],
                        "fault": {"step": "draft", "category": "文稿"}, "evidence": "1",
                    },
                    "end": {"title": "完", "end": "done"},
                },
            },
            "both": {
                "title": "题", "to": "draft",
                "regions": {
                    "left": {"title": "题", "steps": {"ask": {
                        "title": "题", "owner": {"duty": "起草"},
                        "actions": {
                            "on": {"title": "去", "to": "both", "reopens": ["left"], "outcome": "returned"},
                            "done": {"title": "完", "join": "done"},
                        },
                    }}},
                    "right": {"title": "题", "steps": {"count": {"title": "题", "owner": {"duty": "起草"}}}},
                },
            },
            "last": {
                "title": "题", "end": "done",
                "regions": {
                    each: {"title": "题", "steps": {each: {"title": "题", "owner": {"duty": "起草"}}}}
                    for each in ("up", "down")
                },
            }
        },
    }  # fmt: skip
    assert shape_accepts(data)
    assert SCHEMA.is_valid(data)
    for container, key in list(places(data)):
        kept = container[key]
        container[key] = ODD[odd]
        assert SCHEMA.is_valid(data) == shape_accepts(data), (key, ODD[odd])
        container[key] = kept


def overlay_accepts(data: Any) -> bool:
    """Whether the overlays' shape does."""
    try:
        OverlayShape.model_validate(data)
    except ValidationError:
        return False
    return True


OVERLAYS = [tree(path) for path in sorted((ROOT / "tests/workflows/overlays").glob("*.yaml"))]
WHOLE: dict[str, Any] = {
    "overlay": "document/x", "id": "document/y", "format": "1", "title": "题", "basis": "据", "limit": "1wd",
    "visible_to": ["office"], "title_field": "name", "fields": {"a": {"title": "题", "plain": "true"}},
    "steps": {
        "draft": {
            "title": "题", "owner": {"duty": "起草"}, "limit": {"by": "urgency", "特急": "1wd"}, "to": "last",
            "actions": {"go": {
                "to": "draft", "end": "done", "join": "done", "outcome": "returned", "reopens": ["left"],
                "guards": ["fields@1", {"four_eyes@1": ["draft"]}], "when": [{"field": "a", "below": "5"}],
                "fault": {"step": "draft", "category": "文稿"}, "evidence": "1", "require": ["a"],
            }},
        },
    },
    "add": {
        "fields": {"b": {"title": "题", "type": "text"}},
        "steps": {"new": {
            "from": ["draft/go"], "title": "题", "owner": {"duty": "起草"},
            "actions": {"on": {"title": "去", "to": "draft"}},
        }},
        "actions": {"draft/other": {"title": "去", "to": "new"}},
    },
}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_both_judge_overlays_alike(seed: int) -> None:
    random, accepted = Random(seed), 0
    for _ in range(600):
        data = mutated(random.choice([*OVERLAYS, WHOLE, WHOLE, WHOLE]), random)
        verdict = overlay_accepts(data)
        assert LAID.is_valid(data) == verdict, data
        accepted += verdict
    assert 30 < accepted < 570, "both verdicts are tried"


@pytest.mark.parametrize("odd", range(len(ODD)))
def test_both_judge_every_value_in_every_place_of_an_overlay_alike(odd: int) -> None:
    data = copy.deepcopy(WHOLE)
    assert overlay_accepts(data)
    assert LAID.is_valid(data)
    for container, key in list(places(data)):
        kept = container[key]
        container[key] = ODD[odd]
        assert LAID.is_valid(data) == overlay_accepts(data), (key, ODD[odd])
        container[key] = kept


def test_what_an_editor_types_is_accepted_too() -> None:
    data = tree(ROOT / "workflows/document/outgoing.yaml")
    data["format"] = 1
    data["fields"]["urgency"]["plain"] = True
    data["steps"]["issue"]["actions"]["issue"]["evidence"] = 1
    assert SCHEMA.is_valid(data)
