"""What stands in `config/`: files that people write, read strictly, and proposals until they are applied."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zeroerror.audit.slots import flaws as schedule_flaws
from zeroerror.audit.thresholds import flaws as threshold_flaws
from zeroerror.definition.strict_yaml import SIZE_MAX_BYTES, Plain, plain, read
from zeroerror.definition.where import Where
from zeroerror.model.calendar import Calendar, calendar_from_json, year_from_json
from zeroerror.model.errors import UsageError, ZeroErrorError, errno_of
from zeroerror.model.organisation import Organisation, organisation_from_plain
from zeroerror.model.plan import flaws as plan_flaws
from zeroerror.model.problem import Problem

INSTITUTION_FILE = "institution.yaml"
CALENDAR_DIRECTORY = "calendar"
HOURS_FILE = "hours.yaml"
SETTINGS_FILES = ("schedule.yaml", "thresholds.yaml", "plans.yaml")


class Unreadable(ZeroErrorError):
    """A file in `config/` says something that it cannot."""

    code = "error.configuration"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems


def ordinary(path: Path) -> Path:
    """The path of a file that may be read: no device, pipe or directory. Raises UsageError."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise UsageError("error.file_missing", path=str(path)) from error
    if not stat.S_ISREG(mode):
        raise UsageError("error.file_not_regular", path=str(path))
    return path


def document(path: Path) -> dict[str, Plain]:
    """The mapping that a file holds; raises Unreadable with every problem in it."""
    return _document(path)[0]


def _document(path: Path) -> tuple[dict[str, Plain], Where]:
    """The mapping that a file holds, and on which line each part of it stands."""
    try:
        with ordinary(path).open("rb") as file:
            data = file.read(SIZE_MAX_BYTES + 1)
    except OSError as error:
        raise ZeroErrorError("error.file_unreadable", path=str(path), detail=errno_of(error)) from error
    found = read(data, path.name)
    if found.node is None or found.problems:
        raise Unreadable(list(found.problems) or [Problem("definition.empty", {}, path.name)])
    value = plain(found.node)
    if not isinstance(value, dict):
        raise Unreadable([Problem("error.not_a_mapping", {}, f"{path.name}:1")])
    return value, found.where


def organisation(config: Path, seal: Callable[[str], str]) -> tuple[str, Organisation]:
    """The institution's name and organisation as the file lays them down; raises Unreadable."""
    doc, where = _document(config / INSTITUTION_FILE if config.is_dir() else config)
    found, problems = organisation_from_plain(doc, seal, where=where)
    errors = [each for each in problems if each.severity == "error"]
    if found is None or errors:
        raise Unreadable(errors or problems)
    return str(doc.get("name", "")), found


def calendar(config: Path) -> Calendar:
    """The calendar of `hours.yaml` and every year beside it; raises CalendarError or Unreadable."""
    doc: dict[str, Any] = dict(document(config / HOURS_FILE))
    doc["years"] = [document(path) for path in sorted((config / CALENDAR_DIRECTORY).glob("*.yaml"))]
    return calendar_from_json(doc)


def year(path: Path) -> dict[str, Any]:
    """One year of the calendar, checked; raises CalendarError or Unreadable."""
    doc = dict(document(path))
    year_from_json(doc)
    return doc


def hours(path: Path) -> dict[str, Any]:
    """The zone and the office hours, checked; raises CalendarError or Unreadable."""
    doc = dict(document(path))
    calendar_from_json({**doc, "years": []})
    return doc


def settings(config: Path) -> dict[str, Any]:
    """The schedule, the thresholds and the plans, by the names of their files."""
    return {Path(name).stem: setting(config / name) for name in SETTINGS_FILES if (config / name).exists()}


def setting(path: Path) -> dict[str, Any]:
    """A schedule, thresholds or plans, checked by what reads them; raises UsageError, or Unreadable with every flaw.

    Once in force they cannot be doubted any more: an audit that stumbles over its own schedule is not held.
    """
    return located(path)[0]


def located(path: Path) -> tuple[dict[str, Any], Where]:
    """The same, and on which line each part of it stands."""
    if path.name not in SETTINGS_FILES:
        raise UsageError("error.unknown_settings", name=path.stem, known=[*SETTINGS_FILES, HOURS_FILE])
    doc, where = _document(path)
    if path.stem == "plans":
        problems = [Problem(each.code, dict(each.params), where(*each.path)) for each in plan_flaws(doc)]
    else:
        wrong = (schedule_flaws if path.stem == "schedule" else threshold_flaws)(doc)
        problems = [Problem(each.code, dict(each.params), where(each.name)) for each in wrong]
    if problems:
        raise Unreadable(problems)
    return dict(doc), where
