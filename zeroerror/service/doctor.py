"""`doctor`: what is not as it should be, told and never repaired in silence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.instant import from_text
from zeroerror.model.problem import Problem
from zeroerror.service import audits, delivery, planning, witnesses
from zeroerror.service.institution import Institution, database_url, open_institution
from zeroerror.service.unapplied import unapplied
from zeroerror.store import log, upgrade

#: A calendar year that is not official when it is this near deserves a reminder.
PROVISIONAL_WITHIN = timedelta(days=45)


def doctor(home: Path) -> list[Problem]:
    """Everything about an institution that somebody should look at; an inability to open it is the first."""
    try:
        url = database_url(home)
        state = upgrade.state(url)
        if state != "current":
            return [Problem(f"doctor.schema_{state}", {"home": str(home)})]
        with open_institution(home) as inst:
            return [
                *unapplied(inst),
                *planning.problems(inst),
                *_clock(inst),
                *_calendar(inst),
                *_slots(inst),
                *_keys(inst),
                *delivery.problems(home),
                *witnesses.receipt_problems(inst.conn, inst.origin, witnesses.receipts(home)),
            ]
    except ZeroErrorError as error:
        return [Problem(error.code, dict(error.params))]


def _clock(inst: Institution) -> list[Problem]:
    head = log.head(inst.conn)
    behind = from_text(head.time) - inst.now()
    if behind > timedelta(minutes=5):
        return [Problem("doctor.clock_behind", {"last": from_text(head.time), "now": inst.now()})]
    return []


def _calendar(inst: Institution) -> list[Problem]:
    now = inst.now()
    year = inst.calendar.years.get((now + PROVISIONAL_WITHIN).year)
    if year is None:
        return [Problem("doctor.no_calendar", {"year": (now + PROVISIONAL_WITHIN).year})]
    if year.status != "official":
        return [Problem("doctor.calendar_provisional", {"year": year.year}, severity="warning")]
    return []


def _slots(inst: Institution) -> list[Problem]:
    owed = audits.owed(inst)
    return [Problem("doctor.slots_owed", {"count": len(owed), "first": owed[0]})] if owed else []


def _keys(inst: Institution) -> list[Problem]:
    problems = []
    for path in sorted(inst.keys.glob("*.key")) if inst.keys.is_dir() else ():
        if path.stat().st_mode & 0o077:
            problems.append(Problem("doctor.key_exposed", {"file": path.name}))
    return problems
