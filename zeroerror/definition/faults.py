"""What pydantic finds wrong with a shape, as problems with a code, a line and a path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from zeroerror.definition.strict_yaml import Read
from zeroerror.definition.terms import COUNTED, ENOUGH, NAME, PLACE, TEXT
from zeroerror.definition.where import place_of
from zeroerror.model.problem import Problem
from zeroerror.model.share import SHARES

#: Parts of pydantic's path that stand nowhere in the file: tags of unions, and its mark for a key.
_MARKS = re.compile(r"<[a-z_]+>|\[key\]")

_MADE_HERE = {
    "named_twice": "definition.named_twice",
    "no_choice": "definition.no_choice",
    "reserved_choice": "definition.reserved_choice",
}
#: Keys of which a mapping has only one.
_ONE_OF = (
    {"duty", "post", "field", "doer", "outside", "desk"},
    {"equals", "in", "at_least", "below", "filled"},
    {"at", "before"},
    {"to", "end", "join"},
)

_NOT = {
    "no_text_or_list": "definition.not_text",
    "string_type": "definition.not_text",
    "list_type": "definition.not_list",
}

#: Keys of an action that the other kind of action has: what is meant is more than an unknown key.
_FOREIGN = {"to": "definition.to_and_end", "outcome": "definition.outcome_with_end"}


def problems(read: Read, error: ValidationError) -> list[Problem]:
    """Every one of them, in the order of the file's lines."""
    found = [_problem(read, each) for each in error.errors(include_url=False, include_input=True)]
    return sorted(found, key=place_of)


def _problem(read: Read, detail: ErrorDetails) -> Problem:
    path = tuple(part for part in detail["loc"] if not _MARKS.fullmatch(str(part)))
    code, params = _said(detail, path)
    return Problem(code, {"at": ".".join(map(str, path)) or read.name, **params}, read.where(*path))


def _said(detail: ErrorDetails, path: tuple[str | int, ...]) -> tuple[str, Mapping[str, Any]]:
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    last = str(path[-1]) if path else ""
    if kind == "missing":
        return ("definition.no_target" if last == "to" else "definition.missing_key"), {"key": last}
    if kind == "extra_forbidden":
        return _extra(last, detail["loc"])
    if kind in ("literal_error", "enum"):
        return "definition.not_one_of", {"value": _shown(value), "known": _listed(context["expected"])}
    if kind == "none_of_keys":
        return "definition.none_of_keys", {"value": _shown(value), "known": detail["msg"].split(", ")}
    if kind == "string_pattern_mismatch":
        if "effect" in path:
            return "definition.bad_effect", {"value": value}
        return _pattern(str(context["pattern"]), value)
    if kind in ("too_short", "too_long", "string_too_long"):
        least, most = context.get("min_length"), context.get("max_length")
        code = "definition.too_few" if kind == "too_short" else "definition.too_many"
        return code, {"least": least} if kind == "too_short" else {"most": most}
    if kind in _MADE_HERE:
        return _MADE_HERE[kind], {key: _shown(each) for key, each in context.items()}
    return _NOT.get(kind, "definition.not_mapping"), {"value": _shown(value)}


def _extra(key: str, loc: tuple[int | str, ...]) -> tuple[str, Mapping[str, Any]]:
    tag = str(loc[-2])[1:-1].removeprefix("group_") if len(loc) > 1 else ""
    if tag == "end" and key in _FOREIGN:
        return _FOREIGN[key], {"key": key}
    if any(tag in keys and key in keys for keys in _ONE_OF):
        return "definition.one_of_keys", {"key": key, "other": tag}
    return "definition.unknown_key", {"key": key}


def _pattern(pattern: str, value: Any) -> tuple[str, Mapping[str, Any]]:
    if pattern == NAME:
        return "definition.bad_name", {"value": value}
    if pattern == TEXT:
        return "definition.bad_text", {"value": value}
    if pattern == ENOUGH:
        return "definition.vote_share", {"value": value, "known": list(SHARES)}
    if pattern == COUNTED or "wd|" in pattern:
        return "definition.bad_limit", {"value": value}
    if pattern == PLACE:
        return "definition.bad_place", {"value": value}
    return ("definition.bad_guard" if "@" in pattern else "definition.bad_id"), {"value": value}


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "{…}" if isinstance(value, dict) else "[…]"


def _listed(expected: str) -> list[str]:
    """Pydantic writes `'a', 'b' or 'c'`."""
    return expected.replace(" or ", ", ").replace("'", "").split(", ")
