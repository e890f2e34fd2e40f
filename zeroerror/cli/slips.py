"""`zeroerror report slips` and `report supervisor`: what goes on paper to people who open no terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from zeroerror.cli import output, session
from zeroerror.cli.sheets import checked, followed_text
from zeroerror.cli.words import argument, option

if TYPE_CHECKING:
    from zeroerror.render.slips import Page


def slips(
    office: str = option("--office", help="office", takes="office"),
    as_of: str = option("--as-of", help="as_of", takes="time"),
    file: Path = option("--output", help="report_output_weekly", takes="file"),
    trace: str = option("--trace", help="report_trace_slips", takes="figure"),
) -> None:
    from zeroerror.service import slips as service

    here = session.current
    checked(file)
    with here.institution(read_only=True) as inst:
        figures = service.slips(inst, here.reader(inst), office, here.at(as_of))
        followed = None if trace is None else service.followed(inst, figures, _named(trace, figures))
    _answered(figures, _slip_pages, file, followed)


def supervisor(
    person: str = argument("person"),
    as_of: str = option("--as-of", help="as_of", takes="time"),
    file: Path = option("--output", help="report_output_weekly", takes="file"),
    trace: str = option("--trace", help="report_trace_slips", takes="figure"),
) -> None:
    from zeroerror.service import ids, supervising
    from zeroerror.service import slips as service

    here = session.current
    checked(file)
    with here.institution(read_only=True) as inst:
        who = ids.find_person(inst, person)
        figures = supervising.page(inst, here.reader(inst), who, here.at(as_of))
        followed = None if trace is None else service.followed(inst, figures, _named(trace, figures))
    _answered(figures, _supervisor_pages, file, followed)


def _answered(
    figures: Mapping[str, Any],
    pages: Callable[[Mapping[str, Any]], tuple[Page, ...]],
    file: Path | None,
    followed: Mapping[str, Any] | None,
) -> NoReturn:
    here = session.current
    written = {} if file is None else {"file": str(file)}
    if file is not None:
        _write(figures, pages, file)
    if followed is not None:
        output.answer(
            {**followed, **written},
            lambda: followed_text(followed, _what(figures), _word(followed["figure"])),
        )
    if file is not None:
        output.answer({**figures, **written}, here.say("cli.written", path=str(file)))
    output.answer(figures, lambda: _plain(figures, pages(figures)))


def _what(figures: Mapping[str, Any]) -> str:
    """Of what a number is told: of the slips that were printed, or of whose page."""
    if "slip" in figures:
        return session.current.say("slip.title_supervisor", name=figures["slip"]["name"])
    return session.current.say("slip.trace_of")


def _word(figure: str) -> str:
    """What a number is called; on a supervisor's page some are an office's."""
    office, slash, name = figure.rpartition("/")
    from zeroerror.render.slips import code_of

    say = session.current.say
    if not slash:
        return say(f"slip.figure_{name}")
    return say("slip.figure_of", office=office, figure=say(code_of(name)))


def _named(trace: str, figures: Mapping[str, Any]) -> str:
    """A number by its code, or by the word that stands beside it."""
    words: dict[str, str] = {_word(each): each for each in figures["figures"]}
    return words.get(trace.strip(), trace.strip())


def _plain(figures: Mapping[str, Any], pages: tuple[Page, ...]) -> str:
    from zeroerror.render import slips

    return slips.plain(pages, figures, session.current.language, output.columns()).rstrip("\n")


def _write(
    figures: Mapping[str, Any], pages: Callable[[Mapping[str, Any]], tuple[Page, ...]], file: Path
) -> None:
    from zeroerror import files, render
    from zeroerror.render import slips

    if file.suffix.lower() == ".html":
        text = slips.html(pages(figures), figures, session.current.language)
    else:
        text = render.daily_json(figures)
    files.write(file, text.encode())


def _slip_pages(figures: Mapping[str, Any]) -> tuple[Page, ...]:
    from zeroerror.render.slips import slip_pages

    return slip_pages(figures, session.current.language)


def _supervisor_pages(figures: Mapping[str, Any]) -> tuple[Page, ...]:
    from zeroerror.render.slips import supervisor_pages

    return supervisor_pages(figures, session.current.language)
