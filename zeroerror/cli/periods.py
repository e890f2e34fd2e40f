"""`zeroerror report weekly` and `report monthly`: a period told, put into a file, or followed down to its ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    from zeroerror.service import periodic

    here = session.current
    if file is not None and file.suffix.lower() not in _FORMATS[kind]:
        raise UsageError("report.no_such_format", file=str(file), formats=list(_FORMATS[kind]))
    with here.institution(read_only=True) as inst:
        figures = periodic.periodic(inst, kind, period)
    written = {} if file is None else {"file": str(file)}
    if file is not None:
        files.write(file, _file(figures, file.suffix.lower()))
    if trace is not None:
        _followed(figures, trace, written)
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


def _followed(figures: Mapping[str, Any], trace: str, written: Mapping[str, str]) -> NoReturn:
    """One number with what it counts, office by office; `OFFICE/FIGURE` for that of one office."""
    from zeroerror.report.periodic import NAMES, followed

    office, slash, name = trace.strip().rpartition("/")
    words = {_word(form, each): each for form in ("period", "short") for each in NAMES}
    name = words.get(name, name)
    offices = [each["office"] for each in figures["offices"] if each["office"] is not None]
    if name not in NAMES:
        raise UsageError("report.no_such_figure", figure=trace, figures=list(NAMES))
    if slash and office not in offices:
        raise UsageError("report.no_such_office", office=office, offices=offices)
    found = followed(figures, name, office if slash else None)
    data = {"period": figures["period"], "figure": name, "parts": found, **written}
    output.answer(data, lambda: _parts(figures, name, found))


def _parts(figures: Mapping[str, Any], name: str, found: list[dict[str, Any]]) -> str:
    say = session.current.say
    word = _word("period", name)
    if not found:
        return say("report.followed_nothing", figure=word, period=figures["period"])
    rows = []
    for each in found:
        office = say("report.no_office") if each["office"] is None else each["office"]
        rows += [(office, word, id) for id in each.get("findings") or each["tasks"]]
    titles = [say("report.column_office"), say("report.column_figure"), say("report.column_id")]
    count = sum(each["value"] for each in found)
    head = say("report.followed", figure=word, period=figures["period"], count=count)
    last = say("cli.next_command", command=f"zeroerror why {rows[0][2]}")
    return "\n".join([head, output.table(titles, rows), last])


def _word(form: str, name: str) -> str:
    """A figure's word: the whole one, or the short one over its column."""
    return session.current.say(f"report.{form}_{name}")
