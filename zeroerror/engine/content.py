"""What a proposal about the institution says: whether it could ever take effect as it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from zeroerror.model.instant import NEVER, from_text, to_text
from zeroerror.model.organisation import Leave, Organisation
from zeroerror.model.problem import Reason


def content_reasons(kind: str, body: Mapping[str, Any], organisation: Organisation) -> tuple[Reason, ...]:
    """Every reason why what is proposed cannot be, whoever proposes it."""
    found = CONTENT.get(kind)
    return () if found is None else tuple(found(body, organisation))


def ends_too_early(body: Mapping[str, Any]) -> Iterator[Reason]:
    """Whether a stretch of time ends before it begins, or as it does."""
    # Instants are fixed-width text, which orders as they do; one without an end never comes back too early.
    if body["until"] and body["until"] <= body["since"]:
        yield Reason("engine.ends_before_it_begins", {"since": body["since"], "until": body["until"]})


def _leave(body: Mapping[str, Any], organisation: Organisation) -> Iterator[Reason]:
    yield from ends_too_early(body)
    yield from overlapping(
        body["person"], from_text(body["since"]), from_text(body["until"] or NEVER), organisation
    )


def overlapping(
    person: str, since: datetime, until: datetime, organisation: Organisation, but: Collection[Leave] = ()
) -> Iterator[Reason]:
    """The leaves of somebody that stand in the way of another, `but` those that it is to take the place of.

    Two at once would leave it open which of them has ended when he is back.
    """
    for leave in organisation.all_leaves(person):
        if leave not in but and leave.since < until and since < leave.until:
            span = {"since": to_text(leave.since), "until": to_text(leave.until)}
            yield Reason("engine.leave_overlaps", {"person": person, **span})


def _cover(body: Mapping[str, Any], organisation: Organisation) -> Iterator[Reason]:
    yield from ends_too_early(body)
    if body["by"] == body["person"]:
        yield Reason("engine.cover_himself", {"person": body["person"]})


def _post(body: Mapping[str, Any], organisation: Organisation) -> Iterator[Reason]:
    offices = [each.id for each in organisation.offices]
    if body["office"] is not None and body["office"] not in offices:
        yield Reason("engine.unknown_office", {"office": body["office"]})
    roles = [each.id for each in organisation.roles]
    if body["role"] not in roles:
        yield Reason("engine.unknown_role", {"role": body["role"], "known": roles})


def _exempt(body: Mapping[str, Any], organisation: Organisation) -> Iterator[Reason]:
    yield from ends_too_early(body)
    if organisation.office(body["office"]) is None:
        yield Reason("engine.unknown_office", {"office": body["office"]})


CONTENT = {"leave": _leave, "cover": _cover, "exempt": _exempt, "appoint": _post, "transfer": _post}
