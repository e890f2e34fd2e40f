"""A mapping says what a log's columns mean; whatever it cannot mean is told, all of it."""

from __future__ import annotations

from typing import Any

import pytest

from zeroerror.exchange.mapping import mapping_of
from zeroerror.model.workflow import Action, FormField, Owner, Step, Workflow

WORKFLOW = Workflow(
    id="handling/old",
    title="旧台账",
    basis="旧台账",
    family="handling",
    limit=None,
    visible_to=("office",),
    fields=(
        FormField("title", "编号", "text"),
        FormField("deadline", "期限", "instant", required=True, plain=True),
        FormField("scan", "扫描件", "file"),
    ),
    steps=(Step("receive", "收件", Owner("duty", "承办"), None, None, (Action("close", "办结", None),)),),
    opened_by="machine",
)
GOOD: dict[str, Any] = {
    "format": "1",
    "prefix": "JTZ",
    "office": "办公室",
    "persons": "names",
    "columns": {"case": "编号", "activity": "活动", "time": "时间"},
    "fields": {"deadline": "期限"},
    "steps": {"收件": "receive"},
}


def where(*path: str | int) -> str:
    return ".".join(map(str, path))


def test_a_good_mapping_asks_for_each_column_once() -> None:
    found, problems = mapping_of({**GOOD, "fields": {"deadline": "期限", "title": "编号"}}, WORKFLOW, where)
    assert problems == () and found is not None
    assert found.asked() == ("编号", "活动", "时间", "期限")
    assert found.shared_names == frozenset()


def test_no_name_of_anybody_is_kept_of_it() -> None:
    found, _ = mapping_of({**GOOD, "shared_names": ["王丽"]}, WORKFLOW, where)
    assert found is not None and found.shared_names == {"王丽"}
    assert "王丽" not in str(found.to_json()) and found.to_json()["shared_names"] == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": "2"}, ("mapping_value", "format")),
        ({"persons": "people"}, ("mapping_value", "persons")),
        ({"prefix": "BW"}, ("mapping_prefix", "prefix")),
        ({"prefix": "jtz"}, ("mapping_prefix", "prefix")),
        ({"prefix": "A"}, ("mapping_prefix", "prefix")),
        ({"prefix": "JTZ:1"}, ("mapping_prefix", "prefix")),
        ({"zone": "Asia/Nowhere"}, ("mapping_zone", "zone")),
        ({"zone": "../etc/passwd"}, ("mapping_zone", "zone")),
        ({"zone": ["Asia/Shanghai"]}, ("mapping_shape", "zone")),
        ({"colour": "red"}, ("mapping_key_unknown", "colour")),
        ({"columns": {**GOOD["columns"], "when": "x"}}, ("mapping_key_unknown", "columns.when")),
        ({"columns": {"case": "编号", "time": "时间"}}, ("mapping_key_missing", "columns")),
        ({"columns": "编号"}, ("mapping_shape", "columns")),
        ({"steps": {"收件": "sign"}}, ("mapping_step", "steps.收件")),
        ({"steps": {"收件": ["receive"]}}, ("mapping_shape", "steps.收件")),
        ({"fields": {**GOOD["fields"], "colour": "x"}}, ("mapping_field", "fields.colour")),
        ({"fields": {"title": "编号"}}, ("mapping_field_missing", "fields")),
        ({"fields": {**GOOD["fields"], "scan": "x"}}, ("mapping_field_file", "fields.scan")),
        ({"shared_names": "王丽"}, ("mapping_shape", "shared_names")),
        ({"shared_names": [["王丽"]]}, ("mapping_shape", "shared_names")),
    ],
)
def test_what_a_mapping_cannot_mean_is_told_where_it_stands(
    change: dict[str, Any], told: tuple[str, str]
) -> None:
    found, problems = mapping_of({**GOOD, **change}, WORKFLOW, where)
    assert found is None
    assert [(each.code.removeprefix("exchange."), each.where) for each in problems] == [told]


@pytest.mark.parametrize("key", ["format", "prefix", "office", "persons", "columns", "steps"])
def test_what_is_missing_is_told(key: str) -> None:
    doc = {name: value for name, value in GOOD.items() if name != key}
    found, problems = mapping_of(doc, WORKFLOW, where)
    assert found is None
    assert [(each.code, each.params["key"]) for each in problems] == [("exchange.mapping_key_missing", key)]


def test_everything_wrong_is_told_together() -> None:
    doc = {**GOOD, "prefix": "BW", "persons": "x", "zone": "x", "steps": {"收件": "sign"}}
    assert len(mapping_of(doc, WORKFLOW, where)[1]) == 4
    assert mapping_of(["no mapping"], WORKFLOW, where)[0] is None
