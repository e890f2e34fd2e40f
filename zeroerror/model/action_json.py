"""The canonical form of an action, and of what it says besides where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.model.workflow import Action, Condition, Effect, Fault, Guard, Opens


def without_defaults(data: dict[str, Any]) -> dict[str, Any]:
    """What is not at its default: the rest is left out of the canonical form."""
    return {key: value for key, value in data.items() if value not in (None, [], False, 0)}


def action_to_json(action: Action) -> dict[str, Any]:
    """The canonical form of an action."""
    fault = action.fault
    return without_defaults(
        {
            "name": action.name,
            "title": action.title,
            "to": action.to,
            "outcome": None if action.outcome == "done" else action.outcome,
            "require": list(action.require),
            "reason": action.reason,
            "guards": [_guard_to_json(each) for each in action.guards],
            "conditions": [_condition_to_json(each) for each in action.conditions],
            "fault": None if fault is None else {"step": fault.step, "category": fault.category},
            "evidence": action.evidence,
            "final": action.final,
            "joins": action.joins,
            "reopens": list(action.reopens),
            "opens": None if action.opens is None else _opens_to_json(action.opens),
            "children": action.children,
            "effect": None if action.effect is None else _effect_to_json(action.effect),
        }
    )


def action_from_json(data: Mapping[str, Any]) -> Action:
    """The action of its canonical form."""
    get = data.get
    fault = get("fault")
    return Action(
        data["name"],
        data["title"],
        get("to"),
        get("outcome", "done"),
        tuple(get("require", ())),
        get("reason", False),
        tuple([_guard_from_json(each) for each in get("guards", ())]),
        tuple([_condition_from_json(each) for each in get("conditions", ())]),
        None if fault is None else Fault(fault["step"], fault["category"]),
        get("evidence", 0),
        get("final", False),
        get("joins", False),
        tuple(get("reopens", ())),
        None if get("opens") is None else _opens_from_json(data["opens"]),
        get("children"),
        _effect_from_json(get("effect")),
    )


def _opens_to_json(opens: Opens) -> dict[str, Any]:
    return without_defaults(
        {
            "workflow": opens.workflow,
            "each": list(opens.each),
            "set": [list(pair) for pair in opens.set],
            "copy": list(opens.copy),
        }
    )


def _opens_from_json(data: Mapping[str, Any]) -> Opens:
    return Opens(
        data["workflow"],
        tuple(data.get("each", ())),
        tuple([(name, value) for name, value in data.get("set", ())]),
        tuple(data.get("copy", ())),
    )


def _effect_to_json(effect: Effect) -> dict[str, Any]:
    reads = [[argument, name] for argument, name in sorted(effect.reads.items())]
    return {"name": effect.name, "version": effect.version, "reads": reads}


def _effect_from_json(data: Mapping[str, Any] | None) -> Effect | None:
    return None if data is None else Effect(data["name"], data["version"], dict(data["reads"]))


def _guard_to_json(guard: Guard) -> dict[str, Any]:
    asked = {"steps": list(guard.steps), "fields": list(guard.fields)}
    return without_defaults({"name": guard.name, "version": guard.version, **asked})


def _guard_from_json(data: Mapping[str, Any]) -> Guard:
    steps, fields = (tuple(data.get(each, ())) for each in ("steps", "fields"))
    return Guard(data["name"], data["version"], steps, fields)


def _condition_to_json(condition: Condition) -> dict[str, Any]:
    value = list(condition.value) if isinstance(condition.value, tuple) else condition.value
    return without_defaults({"field": condition.field, "test": condition.test, "value": value})


def _condition_from_json(data: Mapping[str, Any]) -> Condition:
    value = data.get("value")
    return Condition(data["field"], data["test"], tuple(value) if isinstance(value, list) else value)
