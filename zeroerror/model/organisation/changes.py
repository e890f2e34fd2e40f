"""From when on two organisations differ in what holds, whatever their entries say of the time before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zeroerror.model.organisation.nouns import Duty, Post, Supervision
from zeroerror.model.organisation.staffing import Organisation


def differ_since(before: Organisation, after: Organisation) -> datetime | None:
    """The first instant at which posts, duties or supervisions are not the same; None where they always are."""
    entries = set(_entries(before)) ^ set(_entries(after))
    edges = sorted({edge for each in entries for edge in (each.since, each.until)})
    return next((edge for edge in edges if _holding(before, edge) != _holding(after, edge)), None)


def _entries(organisation: Organisation) -> tuple[Post | Duty | Supervision, ...]:
    return (*organisation.posts, *organisation.duties, *organisation.supervisions)


def _holding(organisation: Organisation, at: datetime) -> set[tuple[Any, ...]]:
    """What holds then, without since when and until when it does."""
    return {_apart_from_dates(each) for each in _entries(organisation) if each.holds(at)}


def _apart_from_dates(entry: Post | Duty | Supervision) -> tuple[Any, ...]:
    if isinstance(entry, Post):
        return "post", entry.person, entry.office, entry.role
    if isinstance(entry, Duty):
        return "duty", entry.office, entry.scope, entry.a, entry.b
    return "supervision", entry.person, entry.office
