"""What a proposal about the institution says: whether it could ever take effect as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason


def content_reasons(kind: str, body: Mapping[str, Any], organisation: Organisation) -> tuple[Reason, ...]:
    """Every reason why what is proposed cannot be, whoever proposes it."""
    found = CONTENT.get(kind)
    return () if found is None else tuple(found(body, organisation))


def _absence(body: Mapping[str, Any], organisation: Organisation) -> Iterator[Reason]:
    # Instants are fixed-width text, which orders as they do; one without an end never comes back too early.
    if body["until"] and body["until"] <= body["since"]:
        yield Reason("engine.ends_before_it_begins", {"since": body["since"], "until": body["until"]})


def _cover(body: Mapping[str, Any], organisation: Organisation) -> Iterator[Reason]:
    yield from _absence(body, organisation)
    if body["by"] == body["person"]:
        yield Reason("engine.cover_himself", {"person": body["person"]})


def _post(body: Mapping[str, Any], organisation: Organisation) -> Iterator[Reason]:
    offices = [each.id for each in organisation.offices]
    if body["office"] is not None and body["office"] not in offices:
        yield Reason("engine.unknown_office", {"office": body["office"]})
    roles = [each.id for each in organisation.roles]
    if body["role"] not in roles:
        yield Reason("engine.unknown_role", {"role": body["role"], "known": roles})


CONTENT = {"leave": _absence, "cover": _cover, "appoint": _post, "transfer": _post}
