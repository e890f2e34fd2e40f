"""What stands in `config/`: files that people write, read strictly, and proposals until they are applied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from zeroerror.definition.strict_yaml import Plain, plain, read
from zeroerror.model.calendar import Calendar, calendar_from_json, year_from_json
from zeroerror.model.errors import ZeroErrorError, errno_of
from zeroerror.model.organisation import Organisation, organisation_from_plain
from zeroerror.model.problem import Problem

INSTITUTION_FILE = "institution.yaml"
CALENDAR_DIRECTORY = "calendar"
HOURS_FILE = "hours.yaml"
SETTINGS_FILES = ("schedule.yaml", "thresholds.yaml")


class Unreadable(ZeroErrorError):
    """A file in `config/` says something that it cannot."""

    code = "error.configuration"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems


def document(path: Path) -> dict[str, Plain]:
    """The mapping that a file holds; raises Unreadable with every problem in it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ZeroErrorError("error.file_unreadable", path=str(path), detail=errno_of(error)) from error
    found = read(data, path.name)
    if found.node is None or found.problems:
        raise Unreadable(list(found.problems) or [Problem("definition.empty", {}, path.name)])
    value = plain(found.node)
    if not isinstance(value, dict):
        raise Unreadable([Problem("error.not_a_mapping", {}, f"{path.name}:1")])
    return value


def organisation(config: Path, seal: Callable[[str], str]) -> tuple[str, Organisation]:
    """The institution's name and organisation as the file lays them down; raises Unreadable."""
    doc = document(config / INSTITUTION_FILE if config.is_dir() else config)
    found, problems = organisation_from_plain(doc, seal)
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


def settings(config: Path) -> dict[str, Any]:
    """The schedule and the thresholds, by the names of their files."""
    return {Path(name).stem: document(config / name) for name in SETTINGS_FILES if (config / name).exists()}
