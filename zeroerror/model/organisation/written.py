"""The organisation in leaves: strings, booleans and integers, in one order; what is empty is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zeroerror.model.instant import from_text, to_text
from zeroerror.model.organisation.nouns import (
    Cover,
    Duty,
    Exemption,
    Leave,
    Office,
    Person,
    Post,
    Role,
    Supervision,
)
from zeroerror.model.organisation.staffing import Organisation


def organisation_to_json(organisation: Organisation) -> dict[str, Any]:
    """The form in leaves; equal organisations give equal forms."""
    return {
        "offices": _sorted(
            {"id": each.id, "title": each.title, "general": each.general} for each in organisation.offices
        ),
        "roles": _sorted(
            {"id": each.id, "rank": each.rank, "entitlements": sorted(each.entitlements)}
            for each in organisation.roles
        ),
        "persons": _sorted({"id": each.id, "name": each.name} for each in organisation.persons),
        "posts": _sorted(
            {"person": each.person, "office": each.office, "role": each.role, **_span(each)}
            for each in organisation.posts
        ),
        "supervisions": _sorted(
            {"person": each.person, "office": each.office, **_span(each)}
            for each in organisation.supervisions
        ),
        "duties": _sorted(
            {"office": each.office, "scope": each.scope, "a": each.a, "b": each.b, **_span(each)}
            for each in organisation.duties
        ),
        "leaves": _sorted(
            {"id": each.id, "person": each.person, "confirmed": each.confirmed}
            | _span(each)
            | _recorded(each)
            for each in organisation.leaves
        ),
        "covers": _sorted(
            {"id": each.id, "person": each.person, "by": each.by}
            | _span(each)
            | _recorded(each)
            | {
                "accepted_at": _text(each.accepted_at),
                "told_at": _text(each.told_at),
                "confirmed_at": _text(each.confirmed_at),
            }
            for each in organisation.covers
        ),
        **_exemptions(organisation),
    }


def _exemptions(organisation: Organisation) -> dict[str, Any]:
    """Left out where there are none, as in most institutions."""
    told = [
        {"id": each.id, "office": each.office} | _span(each) | _recorded(each)
        for each in organisation.exemptions
    ]
    return {"exemptions": _sorted(told)} if told else {}


def organisation_from_json(doc: Mapping[str, Any]) -> Organisation:
    """The organisation of its form in leaves; raises KeyError or ValueError for any other data."""
    return Organisation(
        offices=tuple([Office(each["id"], each["title"], each["general"]) for each in doc["offices"]]),
        roles=tuple(
            [Role(each["id"], each["rank"], frozenset(each["entitlements"])) for each in doc["roles"]]
        ),
        persons=tuple([Person(each["id"], each["name"]) for each in doc["persons"]]),
        posts=tuple(
            [Post(each["person"], each.get("office"), each["role"], *_ends(each)) for each in doc["posts"]]
        ),
        supervisions=tuple(
            [Supervision(each["person"], each["office"], *_ends(each)) for each in doc["supervisions"]]
        ),
        duties=tuple(
            [
                Duty(each["office"], each["scope"], each["a"], each.get("b"), *_ends(each))
                for each in doc["duties"]
            ]
        ),
        leaves=tuple([_leave(each) for each in doc["leaves"]]),
        covers=tuple([_cover(each) for each in doc["covers"]]),
        exemptions=tuple([_exemption(each) for each in doc.get("exemptions", ())]),
    )


def _leave(doc: Mapping[str, Any]) -> Leave:
    recorded = from_text(doc["recorded_at"])
    return Leave(doc["id"], doc["person"], *_ends(doc), recorded, doc["recorded_index"], doc["confirmed"])


def _cover(doc: Mapping[str, Any]) -> Cover:
    return Cover(
        doc["id"],
        doc["person"],
        doc["by"],
        *_ends(doc),
        from_text(doc["recorded_at"]),
        doc["recorded_index"],
        _instant(doc.get("accepted_at")),
        _instant(doc.get("told_at")),
        _instant(doc.get("confirmed_at")),
    )


def _exemption(doc: Mapping[str, Any]) -> Exemption:
    recorded = from_text(doc["recorded_at"])
    return Exemption(doc["id"], doc["office"], *_ends(doc), recorded, doc["recorded_index"])


def _ends(doc: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return from_text(doc["since"]), from_text(doc["until"])


def _instant(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else to_text(instant)


def _span(each: Post | Supervision | Duty | Leave | Cover | Exemption) -> dict[str, Any]:
    return {"since": to_text(each.since), "until": to_text(each.until)}


def _recorded(each: Leave | Cover | Exemption) -> dict[str, Any]:
    return {"recorded_at": to_text(each.recorded_at), "recorded_index": each.recorded_index}


def _sorted(items: Any) -> list[dict[str, Any]]:
    kept = ({key: value for key, value in item.items() if value is not None} for item in items)
    return sorted(kept, key=lambda item: [(key, str(item[key])) for key in sorted(item)])
