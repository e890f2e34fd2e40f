"""`zeroerror calendar …`: the working calendar shown, checked and asked, and its years proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.step_reasons import days_told
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError, ZeroErrorError

if TYPE_CHECKING:
    from zeroerror.model.calendar import Calendar
    from zeroerror.model.limit import Limit
    from zeroerror.model.problem import Problem
    from zeroerror.timing import Stop

#: The name that a date given on the line goes by.
_GIVEN = "date"


def show(year: int = argument("year", default=None)) -> None:
    from zeroerror.model.calendar import calendar_to_json

    found = calendar_to_json(_calendar())
    if year is not None:
        known = [int(each["year"]) for each in found["years"]]  # type: ignore[attr-defined]
        if year not in known:
            raise UsageError("cli.not_one_of", option="YEAR", value=str(year), known=known)
        found["years"] = [each for each in found["years"] if each["year"] == str(year)]  # type: ignore[attr-defined]
    output.answer(found, lambda: _calendar_text(found))


def _calendar() -> Calendar:
    """The calendar in force; where there is no institution, the one that is shipped, and it is said."""
    from zeroerror.service.institution import NoInstitution

    try:
        with session.current.institution(read_only=True) as inst:
            return inst.calendar
    except NoInstitution:
        from zeroerror.defaults import shipped
        from zeroerror.service import configuration

        output.warn("cli.calendar_shipped")
        return configuration.calendar(shipped("config"))


def _calendar_text(found: Any) -> str:
    say = session.current.say
    lines = [say("cli.calendar_zone", zone=found["zone"])]
    lines += [say("cli.calendar_hours", **each) for each in found["hours"]]
    for each in found["years"]:
        status = say(f"cli.calendar_{each['status']}")
        lines.append(say("cli.calendar_year", year=each["year"], status=status, source=each["source"]))
        lines.append(say("cli.calendar_off", days=each["off"]))
        lines.append(say("cli.calendar_work", days=each["work"]))
    return "\n".join(lines)


def check(files: list[Path] = argument("calendar_files", default=None)) -> None:
    from zeroerror.service.configuration import CALENDAR_DIRECTORY

    directory = session.current.directory / "config" / CALENDAR_DIRECTORY
    paths = files or sorted(directory.glob("*.yaml"))
    if not paths:
        raise UsageError("error.file_missing", path=str(directory))
    output.problems(list(_faults(paths)), good=session.current.say("cli.check_good"))


def _faults(paths: Iterable[Path]) -> Iterable[Problem]:
    from zeroerror.model.problem import Problem
    from zeroerror.service import configuration

    for path in paths:
        try:
            configuration.year(path)
        except configuration.Unreadable as error:
            yield from error.problems
        except ZeroErrorError as error:
            yield Problem(error.code, dict(error.params), path.name)


def due(
    start: str = argument("start_of_limit"),
    limit: str = argument("limit"),
    given: str = option("--date", help="given_date", takes="date"),
    stops: list[str] = option("--stop", help="stop", takes="interval"),
) -> None:
    from zeroerror.timing import due as counted

    calendar = _calendar()
    session.current.zone = calendar.zone
    found = counted(
        session.current.instant(start), _limit(limit), calendar, given=_given(given), stops=_stops(stops)
    )
    data = {
        "due_at": found.at,
        "provisional": found.provisional,
        "trace": [{"day": each.day, "counted": each.counted, "reason": each.reason} for each in found.trace],
    }

    def text() -> str:
        lines = [session.current.say("cli.due", due_at=output.when(found.at)), *days_told(data["trace"])]  # type: ignore[arg-type]
        if found.provisional:
            lines.append(session.current.say("cli.why_provisional"))
        return "\n".join(lines)

    output.answer(data, text)


def _limit(text: str) -> Limit:
    """`3wd` and the like; `at` is the date given, `before:3wd` so long before it."""
    from zeroerror.model.limit import parse_limit

    if text == "at":
        return parse_limit({"at": _GIVEN})
    word, colon, by = text.partition(":")
    if word == "before" and colon:
        return parse_limit({"before": _GIVEN, "by": by})
    return parse_limit(text)


def _given(text: str | None) -> datetime | date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return session.current.instant(text)


def _stops(given: Sequence[str] | None) -> list[Stop]:
    from zeroerror.timing import Stop

    found = []
    for each in given or ():
        first, dots, last = each.partition("..")
        if not dots or not last:
            raise UsageError("cli.interval", value=each)
        start, end = session.current.instant(first), session.current.instant(last)
        if end <= start:
            raise UsageError("cli.interval", value=each)
        found.append(Stop(start, end))
    return found


def apply(file: Path = argument("calendar_file")) -> None:
    from zeroerror.service import publish

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        receipt(inst, publish.apply_calendar(inst, actor, file, session.current.options()), actor.person)
