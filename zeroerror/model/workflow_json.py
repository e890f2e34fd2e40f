"""A definition's canonical form, to and from JSON.

What is at its default is left out: a definition published today keeps its digest when a later release gives
steps and actions more to say. Keys are ASCII, and whatever has an order of its own is a list. Reading it back
takes the standard library only, because every command that moves a task does it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from zeroerror.model.action_json import action_from_json, action_to_json, without_defaults
from zeroerror.model.limit import Limit, limit_text, parse_limit
from zeroerror.model.workflow import (
    Consent,
    FormField,
    Group,
    LimitChoice,
    LimitSpec,
    Owner,
    Region,
    Relayed,
    Statutory,
    Step,
    Vote,
    Workflow,
)


def canonical(workflow: Workflow) -> str:
    """The text whose SHA-256, in UTF-8, is the definition's identity."""
    return json.dumps(to_json(workflow), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def to_json(workflow: Workflow) -> dict[str, Any]:
    """The effective definition as JSON: strings, integers, `true`, lists and objects."""
    return without_defaults(
        {
            "id": workflow.id,
            "format": workflow.format,
            "title": workflow.title,
            "basis": workflow.basis,
            "family": workflow.family,
            "limit": _limit_to_json(workflow.limit),
            "visible_to": list(workflow.visible_to),
            "fields": [_field_to_json(each) for each in workflow.fields],
            "steps": [_step_to_json(each) for each in workflow.steps],
            "groups": [_group_to_json(each) for each in workflow.groups],
            "statutory": _statutory_to_json(workflow.statutory),
            "opened_by": None if workflow.opened_by == "person" else workflow.opened_by,
            "stub": workflow.stub,
            "title_field": None if workflow.title_field == "title" else workflow.title_field,
        }
    )


def from_json(data: Mapping[str, Any]) -> Workflow:
    """The definition of its canonical form; raises KeyError, TypeError or LimitError for any other data."""
    return Workflow(
        id=data["id"],
        title=data["title"],
        basis=data["basis"],
        family=data["family"],
        limit=_limit_from_json(data.get("limit")),
        visible_to=tuple(data.get("visible_to", ())),
        fields=tuple([_field_from_json(each) for each in data.get("fields", ())]),
        steps=tuple([_step_from_json(each) for each in data["steps"]]),
        format=data["format"],
        opened_by=data.get("opened_by", "person"),
        stub=data.get("stub", False),
        title_field=data.get("title_field", "title"),
        groups=tuple([_group_from_json(each) for each in data.get("groups", ())]),
        statutory=_statutory_from_json(data.get("statutory")),
    )


def _field_to_json(field: FormField) -> dict[str, Any]:
    return without_defaults(
        {
            "name": field.name,
            "title": field.title,
            "type": field.type,
            "required": field.required,
            "choices": list(field.choices),
            "plain": field.plain,
            "relayed": None
            if field.relayed is None
            else {"field": field.relayed.field, "choices": list(field.relayed.choices)},
        }
    )


def _field_from_json(data: Mapping[str, Any]) -> FormField:
    return FormField(
        data["name"],
        data["title"],
        data["type"],
        data.get("required", False),
        tuple(data.get("choices", ())),
        data.get("plain", False),
        _relayed_from_json(data.get("relayed")),
    )


def _relayed_from_json(data: Mapping[str, Any] | None) -> Relayed | None:
    return None if data is None else Relayed(data["field"], tuple(data["choices"]))


def _statutory_to_json(statutory: Statutory | None) -> Any:
    if statutory is None:
        return None
    return {"limit": _limit_to_json(statutory.limit), "basis": statutory.basis}


def _statutory_from_json(data: Mapping[str, Any] | None) -> Statutory | None:
    limit = None if data is None else _limit_from_json(data["limit"])
    return None if data is None or limit is None else Statutory(limit, data["basis"])


def _limit_to_json(limit: LimitSpec | None) -> Any:
    if isinstance(limit, LimitChoice):
        # Pairs, because the choices are Chinese and keys are ASCII; sorted, because they have no order.
        pairs = [[choice, limit_text(each)] for choice, each in sorted(limit.choices.items())]
        return {"by": limit.field, "choices": pairs}
    return None if limit is None else limit_text(limit)


def _limit_from_json(data: Any) -> LimitSpec | None:
    if data is None:
        return None
    if isinstance(data, str):
        return _parsed(data)
    if "choices" in data:
        return LimitChoice(data["by"], {choice: _parsed(text) for choice, text in data["choices"]})
    return parse_limit(data)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Limit:
    """The same few texts stand in every step, so each is read once."""
    return parse_limit(text)


def _owner_to_json(owner: Owner) -> dict[str, Any]:
    return without_defaults(
        {
            "kind": owner.kind,
            "name": owner.name,
            "office": owner.office,
            "urged_by": None if owner.urged_by is None else _owner_to_json(owner.urged_by),
        }
    )


def _owner_from_json(data: Mapping[str, Any]) -> Owner:
    urger = data.get("urged_by")
    return Owner(
        data["kind"], data["name"], data.get("office"), None if urger is None else _owner_from_json(urger)
    )


def _step_to_json(step: Step) -> dict[str, Any]:
    return without_defaults(
        {
            "name": step.name,
            "title": step.title,
            "owner": _owner_to_json(step.owner) if step.consent is None and step.balloted is None else None,
            "limit": _limit_to_json(step.limit),
            "warn_before": _limit_to_json(step.warn_before),
            "actions": [action_to_json(each) for each in step.actions],
            "waits_for": list(step.waits_for),
            "record_within": _limit_to_json(step.record_within),
            "consent": None if step.consent is None else _consent_to_json(step.consent),
            "vote": None if step.vote is None else _vote_to_json(step.vote),
        }
    )


def _step_from_json(data: Mapping[str, Any]) -> Step:
    within, consent = data.get("record_within"), data.get("consent")
    signed = None if consent is None else _consent_from_json(consent)
    voted = None if "vote" not in data else _vote_from_json(data["vote"])
    several = (signed.signers if signed else ()) + (voted.voters if voted else ())
    return Step(
        data["name"],
        data["title"],
        _owner_from_json(data["owner"]) if "owner" in data else several[0],
        _limit_from_json(data.get("limit")),
        _limit_from_json(data.get("warn_before")),
        tuple([action_from_json(each) for each in data.get("actions", ())]),
        tuple(data.get("waits_for", ())),
        None if within is None else _parsed(within),
        signed,
        voted,
    )


def _consent_to_json(consent: Consent) -> dict[str, Any]:
    return without_defaults(
        {
            "of": consent.of,
            "signers": [_owner_to_json(each) for each in consent.signers],
            "order": None if consent.order == "parallel" else consent.order,
            "silence": None if consent.silence == "wait" else consent.silence,
        }
    )


def _consent_from_json(data: Mapping[str, Any]) -> Consent:
    signers = tuple([_owner_from_json(each) for each in data["signers"]])
    return Consent(data["of"], signers, data.get("order", "parallel"), data.get("silence", "wait"))


def _vote_to_json(vote: Vote) -> dict[str, Any]:
    return without_defaults(
        {
            "of": vote.of,
            "voters": [_owner_to_json(each) for each in vote.voters],
            "chair": _owner_to_json(vote.chair),
            "quorum": vote.quorum,
            "threshold": vote.threshold,
            "base": None if vote.base == "due" else vote.base,
            "ballot": None if vote.ballot == "personal" else vote.ballot,
            "after": vote.after,
            "silence": None if vote.silence == "wait" else vote.silence,
        }
    )


def _vote_from_json(data: Mapping[str, Any]) -> Vote:
    get = data.get
    return Vote(
        data["of"],
        tuple([_owner_from_json(each) for each in data["voters"]]),
        _owner_from_json(data["chair"]),
        data["quorum"],
        data["threshold"],
        get("base", "due"),
        get("ballot", "personal"),
        get("after"),
        get("silence", "wait"),
    )


def _group_to_json(group: Group) -> dict[str, Any]:
    return without_defaults(
        {
            "name": group.name,
            "title": group.title,
            "to": group.to,
            "outcome": None if group.outcome == "done" else group.outcome,
            "regions": [
                {"name": each.name, "title": each.title, "steps": list(each.steps)} for each in group.regions
            ],
        }
    )


def _group_from_json(data: Mapping[str, Any]) -> Group:
    regions = tuple(
        [Region(each["name"], each["title"], tuple(each["steps"])) for each in data.get("regions", ())]
    )
    return Group(data["name"], data["title"], regions, data.get("to"), data.get("outcome", "done"))
