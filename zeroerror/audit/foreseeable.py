"""By which calendar somebody could count when he did something: what was announced later nobody could foresee."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zeroerror.model.calendar import Calendar
from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True)
class InForce:
    """A calendar, and since when and by which leaf it has held."""

    since: datetime
    index: int
    calendar: Calendar


def calendars_from(calendars: Sequence[InForce], at: datetime) -> list[Calendar]:
    """The calendars that have been in force at an instant or since."""
    before = [place for place, each in enumerate(calendars) if each.since <= at]
    return [each.calendar for each in calendars[before[-1] if before else 0 :]]


def calendar_then(calendars: Sequence[InForce], at: datetime, index: int) -> Calendar | None:
    """The calendar in force at an act: by its leaf, and by when it happened, for history is read in long afterwards.

    None where none was, so that nobody can say what could be counted by. `calendars` has the oldest first.
    """
    known = (each for each in reversed(calendars) if each.index < index and each.since <= at)
    found = next(known, None)
    return None if found is None else found.calendar
