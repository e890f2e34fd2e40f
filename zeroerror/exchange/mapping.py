"""The mapping: which column of a log means what, as a file says it that somebody wrote about the log."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import FAMILIES, Workflow

#: Columns that a log may have besides those of the form; the first three it must have.
COLUMNS = ("case", "activity", "time", "begun", "actor", "answers", "start", "end")
NEEDED = ("case", "activity", "time")
PERSONS = ("ids", "names")
_KEYS = ("format", "prefix", "office", "persons", "zone", "columns", "fields", "steps", "shared_names")
_KEYS_NEEDED = ("format", "prefix", "office", "persons", "columns", "steps")

#: The numbers of our own tasks begin otherwise, so that no imported one is ever taken for one of them.
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,11}")
_ISSUED = frozenset(FAMILIES.values())

#: `file:line` of a path into the mapping's text.
Where = Callable[..., str]


@dataclass(frozen=True, slots=True)
class LogMapping:
    """Which column means what, and what a name in the log is worth."""

    #: What the ids of the imported tasks begin with: `WABO:case-10011`.
    prefix: str
    #: The office among ours that the tasks are put under.
    office: str
    #: `ids` are pseudonyms and may stand in the ledger; `names` are people's and stand there as digests only.
    persons: str
    #: The zone of times that carry none; None: each must carry its own.
    zone: str | None
    #: Column by meaning, of `COLUMNS`.
    columns: Mapping[str, str]
    #: Column by field of the form.
    fields: Mapping[str, str]
    #: Step by activity.
    steps: Mapping[str, str]
    #: Names that are known to be borne by more than one person.
    shared_names: frozenset[str]

    def asked(self) -> tuple[str, ...]:
        """Every column that the log must have."""
        return tuple(dict.fromkeys((*self.columns.values(), *self.fields.values())))

    def to_json(self) -> dict[str, Any]:
        """What the ledger keeps of it: no name of anybody."""
        return {
            "prefix": self.prefix,
            "office": self.office,
            "persons": self.persons,
            "zone": self.zone,
            "columns": dict(self.columns),
            "fields": dict(self.fields),
            # Activities are called in any script, and a leaf's keys are ASCII.
            "steps": [list(each) for each in self.steps.items()],
            "shared_names": len(self.shared_names),
        }


def mapping_of(doc: Any, workflow: Workflow, where: Where) -> tuple[LogMapping | None, tuple[Problem, ...]]:
    """The mapping of a file's tree of texts, or every problem with it."""
    if not isinstance(doc, Mapping):
        return None, (Problem("exchange.mapping_shape", {"key": "", "is": "mapping"}, where()),)
    problems = [*_key_problems(doc, where), *_shape_problems(doc, where)]
    if not problems:
        problems = [*_value_problems(doc, where), *_workflow_problems(doc, workflow, where)]
    if problems:
        return None, tuple(problems)
    shared = frozenset(unicodedata.normalize("NFC", name) for name in doc.get("shared_names", ()))
    return (
        LogMapping(
            prefix=doc["prefix"],
            office=doc["office"],
            persons=doc["persons"],
            zone=doc.get("zone"),
            columns=dict(doc["columns"]),
            fields=dict(doc.get("fields", {})),
            steps=dict(doc["steps"]),
            shared_names=shared,
        ),
        (),
    )


def _key_problems(doc: Mapping[str, Any], where: Where) -> Iterator[Problem]:
    for key in doc:
        if key not in _KEYS:
            yield Problem("exchange.mapping_key_unknown", {"key": key, "known": list(_KEYS)}, where(key))
    for key in _KEYS_NEEDED:
        if key not in doc:
            yield Problem("exchange.mapping_key_missing", {"key": key}, where())


def _shape_problems(doc: Mapping[str, Any], where: Where) -> Iterator[Problem]:
    for key in ("format", "prefix", "office", "persons", "zone"):
        if key in doc and not isinstance(doc[key], str):
            yield Problem("exchange.mapping_shape", {"key": key, "is": "text"}, where(key))
    for key in ("columns", "fields", "steps"):
        value = doc.get(key, {})
        if not isinstance(value, Mapping):
            yield Problem("exchange.mapping_shape", {"key": key, "is": "mapping"}, where(key))
            continue
        for name, each in value.items():
            if not isinstance(each, str):
                yield Problem(
                    "exchange.mapping_shape", {"key": f"{key}.{name}", "is": "text"}, where(key, name)
                )
    names = doc.get("shared_names", [])
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        yield Problem("exchange.mapping_shape", {"key": "shared_names", "is": "list"}, where("shared_names"))


def _value_problems(doc: Mapping[str, Any], where: Where) -> Iterator[Problem]:
    if doc["format"] != "1":
        yield _not_one_of("format", doc["format"], ("1",), where)
    if doc["persons"] not in PERSONS:
        yield _not_one_of("persons", doc["persons"], PERSONS, where)
    if not _PREFIX.fullmatch(doc["prefix"]) or doc["prefix"] in _ISSUED:
        params = {"value": doc["prefix"], "issued": sorted(_ISSUED)}
        yield Problem("exchange.mapping_prefix", params, where("prefix"))
    if "zone" in doc and not _is_zone(doc["zone"]):
        yield Problem("exchange.mapping_zone", {"value": doc["zone"]}, where("zone"))
    for name in doc["columns"]:
        if name not in COLUMNS:
            params = {"key": f"columns.{name}", "known": list(COLUMNS)}
            yield Problem("exchange.mapping_key_unknown", params, where("columns", name))
    for name in NEEDED:
        if name not in doc["columns"]:
            yield Problem("exchange.mapping_key_missing", {"key": f"columns.{name}"}, where("columns"))


def _not_one_of(key: str, value: str, known: tuple[str, ...], where: Where) -> Problem:
    return Problem("exchange.mapping_value", {"key": key, "value": value, "known": list(known)}, where(key))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _workflow_problems(doc: Mapping[str, Any], workflow: Workflow, where: Where) -> Iterator[Problem]:
    steps = {step.name for step in workflow.steps}
    for activity, step in doc["steps"].items():
        if step not in steps:
            params = {"activity": activity, "step": step, "workflow": workflow.id}
            yield Problem("exchange.mapping_step", params, where("steps", activity))
    known = [field.name for field in workflow.fields]
    for name in doc.get("fields", {}):
        if name not in known:
            params = {"field": name, "workflow": workflow.id, "known": known}
            yield Problem("exchange.mapping_field", params, where("fields", name))
    given = set(doc.get("fields", {}))
    for field in workflow.fields:
        if field.required and field.name not in given:
            params = {"field": field.name, "workflow": workflow.id}
            yield Problem("exchange.mapping_field_missing", params, where("fields"))
        if field.type == "file" and field.name in given:
            yield Problem("exchange.mapping_field_file", {"field": field.name}, where("fields", field.name))
