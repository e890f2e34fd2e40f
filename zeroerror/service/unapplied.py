"""Which files in `config/` and `workflows/` differ from what is in force: they are proposals, and have no effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from zeroerror.model.calendar import calendar_to_json, year_from_json, year_to_json
from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.organisation import organisation_to_json
from zeroerror.model.problem import Problem
from zeroerror.service import configuration
from zeroerror.service.institution import Institution
from zeroerror.store import reads

if TYPE_CHECKING:
    from zeroerror.definition.loader import Loaded

Differs = Callable[[Path], bool]


def unapplied(inst: Institution) -> list[Problem]:
    """Each file that differs, is absent, or cannot be read, by its own name."""
    config = inst.home / "config"
    problems: list[Problem] = []
    for path, differs in _looked_at(inst, config):
        name = path.relative_to(config).as_posix()
        if not path.exists():
            problems.append(Problem("doctor.file_absent", {"file": name}, severity="warning"))
            continue
        try:
            if differs(path):
                problems.append(Problem("doctor.file_differs", {"file": name}, severity="warning"))
        except ZeroErrorError as error:
            told = error.problems or [Problem(error.code, error.params)]
            problems += [Problem("doctor.file_unreadable", {"file": name}), *told]
    return problems + _definitions(inst)


def _looked_at(inst: Institution, config: Path) -> Iterator[tuple[Path, Differs]]:
    calendar = inst.calendar
    yield config / configuration.INSTITUTION_FILE, lambda path: _organisation_differs(inst, path)
    hours = {key: value for key, value in calendar_to_json(calendar).items() if key != "years"}
    yield config / configuration.HOURS_FILE, lambda path: configuration.hours(path) != hours
    years = {f"{number}.yaml": year_to_json(year) for number, year in calendar.years.items()}
    directory = config / configuration.CALENDAR_DIRECTORY
    for name in sorted({*years, *(path.name for path in directory.glob("*.yaml"))}):
        yield directory / name, lambda path: _year(path) != years.get(path.name)
    for name in configuration.SETTINGS_FILES:
        # An institution without plans needs no file that says so.
        if Path(name).stem in inst.settings or (config / name).exists():
            yield config / name, lambda path: configuration.setting(path) != inst.settings.get(path.stem)


def _year(path: Path) -> dict[str, object]:
    return year_to_json(year_from_json(configuration.year(path)))


#: Names are compared by themselves; the others are facts that people recorded, and the file says nothing of them.
_ELSEWHERE = ("persons", "leaves", "covers", "exemptions")


def _organisation_differs(inst: Institution, path: Path) -> bool:
    """By ids for everything but names; and by the names as they are written, which the ledger holds as digests only."""
    _, written = configuration.organisation(path, lambda name: name)
    held = inst.organisation
    ours, theirs = organisation_to_json(held), organisation_to_json(written)
    if any(ours[key] != theirs[key] for key in theirs if key not in _ELSEWHERE):
        return True
    names = inst.names(person.id for person in held.persons)
    return {person.id: person.name for person in written.persons} != names


def _definitions(inst: Institution) -> list[Problem]:
    from zeroerror.definition.loader import load_tree

    in_force = set(reads.workflows(inst.conn).values())
    problems = []
    for loaded in load_tree(inst.home / "workflows"):
        if loaded.workflow is None:
            problems += [Problem("doctor.file_unreadable", {"file": loaded.name}), *loaded.problems]
        elif loaded.digest not in in_force:
            problems.append(_differs(loaded))
    return problems


def _differs(loaded: Loaded) -> Problem:
    if not loaded.overlays:
        return Problem("doctor.file_differs", {"file": loaded.name}, severity="warning")
    overlays = [each.name for each in loaded.overlays]
    return Problem("doctor.overlaid_differs", {"file": loaded.name, "overlays": overlays}, severity="warning")
