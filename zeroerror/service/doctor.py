"""`doctor`: what is not as it should be, told and never repaired in silence."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from zeroerror.model.calendar import calendar_to_json, year_to_json
from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.instant import from_text
from zeroerror.model.organisation import organisation_to_json
from zeroerror.model.problem import Problem
from zeroerror.service import audits, configuration
from zeroerror.service.institution import Institution, database_url, open_institution
from zeroerror.store import log, reads, upgrade

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
            return [*_files(inst), *_clock(inst), *_calendar(inst), *_slots(inst), *_keys(inst)]
    except ZeroErrorError as error:
        return [Problem(error.code, dict(error.params))]


def _files(inst: Institution) -> list[Problem]:
    """The files that differ from what is in force: they are proposals, and have no effect."""
    config, problems = inst.home / "config", []
    names = inst.names(person.id for person in inst.organisation.persons)
    digests = {name: inst.organisation.person(id) for id, name in names.items() if name is not None}

    def sealing(text: str) -> str:
        person = digests.get(text)
        return text if person is None else person.name

    for name, differs in (
        (configuration.INSTITUTION_FILE, lambda: _organisation_differs(inst, config, sealing)),
        (configuration.CALENDAR_DIRECTORY, lambda: _calendar_differs(inst, config)),
        ("schedule.yaml", lambda: configuration.settings(config) != dict(inst.settings)),
    ):
        try:
            if differs():
                problems.append(Problem("doctor.file_differs", {"file": name}, severity="warning"))
        except ZeroErrorError as error:
            told = error.problems or [Problem(error.code, error.params)]
            problems += [Problem("doctor.file_unreadable", {"file": name}), *told]
    return problems + _definitions(inst)


def _organisation_differs(inst: Institution, config: Path, sealing: object) -> bool:
    assert callable(sealing)
    _, found = configuration.organisation(config, sealing)
    held, written = organisation_to_json(inst.organisation), organisation_to_json(found)
    # Two persons of one name have two digests; who they are is told by their ids.
    return any(held[key] != written[key] for key in ("posts", "duties", "supervisions", "roles", "offices"))


def _calendar_differs(inst: Institution, config: Path) -> bool:
    held = inst.calendar
    written = configuration.calendar(config)
    years = {number: year_to_json(year) for number, year in written.years.items()}
    return years != {number: year_to_json(year) for number, year in held.years.items()} or (
        calendar_to_json(written)["hours"] != calendar_to_json(held)["hours"]
    )


def _definitions(inst: Institution) -> list[Problem]:
    from zeroerror.definition.loader import load_tree

    in_force = set(reads.workflows(inst.conn).values())
    problems = []
    for loaded in load_tree(inst.home / "workflows"):
        if loaded.workflow is None:
            problems += [Problem("doctor.file_unreadable", {"file": loaded.name}), *loaded.problems]
        elif loaded.digest not in in_force:
            problems.append(Problem("doctor.file_differs", {"file": loaded.name}, severity="warning"))
    return problems


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
