"""`zeroerror report office` and `report task`: one office's own sheet, and one task's whole file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from zeroerror.cli import output, session
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError

if TYPE_CHECKING:
    from zeroerror.render.document import Document

#: What a sheet can be written as, by the end of the file's name.
FORMATS = (".html", ".json")


def office(
    office: str = argument("office"),
    period: str = option("--period", help="period_either", takes="period"),
    as_of: str = option("--as-of", help="as_of", takes="time"),
    file: Path = option("--output", help="report_output_weekly", takes="file"),
    trace: str = option("--trace", help="report_trace_one", takes="figure"),
) -> None:
    from zeroerror.service import office_sheet

    here = session.current
    checked(file)
    with here.institution(read_only=True) as inst:
        at = here.at(as_of)
        figures = office_sheet.office_sheet(inst, office, period, at)
        followed = None if trace is None else office_sheet.followed(inst, figures, _named(trace, figures), at)
    answered(figures, _office, file, followed)


def task(
    task: str = argument("task"),
    as_of: str = option("--as-of", help="as_of", takes="time"),
    file: Path = option("--output", help="report_output_weekly", takes="file"),
    trace: str = option("--trace", help="report_trace_one", takes="figure"),
) -> None:
    from zeroerror.service import ids, task_file

    here = session.current
    checked(file)
    with here.institution(read_only=True) as inst:
        reader = here.reader(inst)
        figures = task_file.task_file(inst, ids.find_task(inst, task), reader, here.at(as_of))
        followed = None if trace is None else task_file.followed(inst, figures, _named(trace, figures))
    answered(figures, _task, file, followed)


def checked(file: Path | None, formats: Sequence[str] = FORMATS) -> None:
    """UsageError for a file whose name does not say how it is to be written, before anything is reckoned."""
    if file is not None and file.suffix.lower() not in formats:
        raise UsageError("report.no_such_format", file=str(file), formats=list(formats))


def answered(
    figures: Mapping[str, Any],
    document: Callable[[Mapping[str, Any]], Document],
    file: Path | None,
    followed: Mapping[str, Any] | None,
) -> NoReturn:
    """A sheet told, put into a file, or one of its numbers followed down."""
    here = session.current
    written = {} if file is None else {"file": str(file)}
    if file is not None:
        _write(figures, document, file)
    if followed is not None:
        what = followed.get("office") or followed["task"]
        output.answer(
            {**followed, **written}, lambda: followed_text(followed, what, _word(followed["figure"], figures))
        )
    if file is not None:
        output.answer({**figures, **written}, here.say("cli.written", path=str(file)))
    output.answer(figures, lambda: _plain(document(figures)))


def _office(figures: Mapping[str, Any]) -> Document:
    from zeroerror.render.office import office

    return office(figures, session.current.language)


def _task(figures: Mapping[str, Any]) -> Document:
    from zeroerror.render.task_file import task_file

    return task_file(figures, session.current.language)


def _plain(document: Document) -> str:
    from zeroerror.render.terminal import plain

    return plain(document, output.columns()).rstrip("\n")


def _write(figures: Mapping[str, Any], document: Callable[[Mapping[str, Any]], Document], file: Path) -> None:
    from zeroerror import files, render
    from zeroerror.render import html

    page = file.suffix.lower() == ".html"
    text = html.page(document(figures)) if page else render.daily_json(figures)
    files.write(file, text.encode())


def _named(trace: str, figures: Mapping[str, Any]) -> str:
    """A figure by its code, or by the word that stands beside it."""
    say, name = session.current.say, trace.strip()
    # A word that two figures share means the one that is told first.
    names = list(figures["figures"])
    words: dict[str, str] = {
        **{say(f"report.short_{each}"): each for each in names},
        **{say(f"report.period_{each}"): each for each in names},
        **{say(f"report.figure_{each}"): each for each in names},
        **{say(f"sheet.file_{each}"): each for each in names},
    }
    return words.get(name, name)


def _word(name: str, figures: Mapping[str, Any]) -> str:
    """What a number is called on its sheet."""
    say = session.current.say
    if "task" in figures:
        return say(f"sheet.file_{name}")
    from zeroerror.render.slips import code_of

    return say(code_of(name))


def followed_text(followed: Mapping[str, Any], what: str, figure: str) -> str:
    """One number of something with the ids that it counts, and the leaves behind each."""
    say = session.current.say
    if not followed["value"]:
        return say("sheet.followed_nothing", figure=figure, what=what)
    rows = event_rows(followed["events"])
    last = say("cli.next_command", command=log_command(followed["events"][0]["index"]))
    head = say("sheet.followed", figure=figure, what=what, count=followed["value"])
    return "\n".join([head, event_table(rows), last])


def event_rows(events: Sequence[Mapping[str, Any]], *before: str) -> list[tuple[Any, ...]]:
    """A row for each leaf behind a number."""
    say = session.current.say
    return [
        (
            *before,
            each["of"],
            each["index"],
            say(f"cli.event_{each['kind']}"),
            output.plain(each["at"])[:16].replace("T", " "),
        )
        for each in events
    ]


def event_table(rows: Sequence[tuple[Any, ...]], *titles: str) -> str:
    """Leaves under their titles."""
    say = session.current.say
    told = (say("report.column_id"), say("cli.col_index"), say("cli.col_event"), say("cli.col_at"))
    return output.table([*titles, *told], rows)


def log_command(index: int) -> str:
    """The command that shows one leaf."""
    return f"zeroerror log show --since {index} --until {index + 1}"
