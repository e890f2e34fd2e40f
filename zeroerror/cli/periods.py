"""`zeroerror report weekly` and `report monthly`: a period told, put into a file, or followed down to its ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from zeroerror import files
from zeroerror.cli import output, session
from zeroerror.cli.words import option
from zeroerror.model.errors import UsageError

if TYPE_CHECKING:
    from zeroerror.report.period import Kind

#: What each report can be written as, by the end of the file's name.
_FORMATS: Mapping[str, tuple[str, ...]] = {
    "weekly": (".html", ".json"),
    "monthly": (".docx", ".html", ".json", ".xlsx"),
}


def weekly(
    period: str = option("--period", help="period_week", takes="period"),
    file: Path = option("--output", help="report_output_weekly", takes="file"),
    trace: str = option("--trace", help="report_trace", takes="figure"),
) -> None:
    _told("weekly", period, file, trace)


def monthly(
    period: str = option("--period", help="period_month", takes="period"),
    file: Path = option("--output", help="report_output_monthly", takes="file"),
    trace: str = option("--trace", help="report_trace", takes="figure"),
) -> None:
    _told("monthly", period, file, trace)


def _told(kind: Kind, period: str | None, file: Path | None, trace: str | None) -> NoReturn:
    from zeroerror import render
    from zeroerror.report import planned
    from zeroerror.report.periodic import FIGURES
    from zeroerror.report.waiting import NAME as WAITS
    from zeroerror.service import periodic

    here = session.current
    if file is not None and file.suffix.lower() not in _FORMATS[kind]:
        raise UsageError("report.no_such_format", file=str(file), formats=list(_FORMATS[kind]))
    with here.institution(read_only=True) as inst:
        figures = periodic.periodic(inst, kind, period)
        parts = None
        if trace is not None:
            plans = planned.NAMES if "plans" in figures else ()
            office, name = figure_of(figures, trace, (*FIGURES, WAITS, *plans), "period")
            parts = periodic.followed(inst, figures, name, office)
    written = {} if file is None else {"file": str(file)}
    if file is not None:
        files.write(file, _file(figures, file.suffix.lower()))
    if parts is not None:
        data = {"period": figures["period"], "figure": name, "parts": parts, **written}
        output.answer(data, lambda: parts_text(word_of("period", name), figures["period"], parts))
    if file is not None:
        output.answer({**figures, **written}, here.say("cli.written", path=str(file)))
    output.answer(
        figures, lambda: render.periodic_text(figures, here.language, width=output.columns()).rstrip("\n")
    )


def _file(figures: Mapping[str, Any], suffix: str) -> bytes:
    from zeroerror import render

    language = session.current.language
    made: Mapping[str, Callable[[], bytes]] = {
        ".html": lambda: render.periodic_html(figures, language).encode(),
        ".json": lambda: render.daily_json(figures).encode(),
        ".docx": lambda: render.periodic_docx(figures, language),
        ".xlsx": lambda: render.periodic_xlsx(figures, language),
    }
    return made[suffix]()


def figure_of(
    figures: Mapping[str, Any], trace: str, names: Sequence[str], form: str
) -> tuple[str | None, str]:
    """The office, if one was named, and the figure that are meant by `FIGURE` or `OFFICE/FIGURE`."""
    office, slash, name = trace.strip().rpartition("/")
    words = {word_of(each, code): code for each in (form, "short") for code in names}
    name = words.get(name, name)
    offices = [each["office"] for each in figures["offices"] if each["office"] is not None]
    if name not in names:
        raise UsageError("report.no_such_figure", figure=trace, figures=list(names))
    if slash and office not in offices:
        raise UsageError("report.no_such_office", office=office, offices=offices)
    return office if slash else None, name


def parts_text(word: str, when: str, parts: Sequence[Mapping[str, Any]]) -> str:
    """One number with what it counts, office by office, and the leaves behind each id."""
    from zeroerror.cli.sheets import event_rows, event_table, log_command

    say = session.current.say
    if not parts:
        return say("report.followed_nothing", figure=word, period=when)
    rows = []
    for each in parts:
        office = say("report.no_office") if each["office"] is None else each["office"]
        rows += event_rows(each["events"], office)
    head = say("report.followed", figure=word, period=when, count=sum(each["value"] for each in parts))
    first = parts[0]["events"][0]
    last = [
        say("cli.next_command", command=_further(parts[0])),
        say("cli.next_command", command=log_command(first["index"])),
    ]
    return "\n".join([head, event_table(rows, say("report.column_office")), *last])


def _further(part: Mapping[str, Any]) -> str:
    """What tells more of the first of the ids: of a step its task, of a notice the others of its task."""
    if "notices" in part:
        return f"zeroerror notice list --task {part['tasks'][0]}"
    return f"zeroerror why {part['events'][0]['of'].partition('/')[0]}"


def word_of(form: str, name: str) -> str:
    """A figure's word: the whole one, or the short one over its column."""
    return session.current.say(f"report.{form}_{name}")
