"""Writing answers: one JSON envelope, or plain text with columns that are right for Chinese."""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NoReturn, TextIO

from zeroerror.cli import session
from zeroerror.model.instant import from_text
from zeroerror.model.problem import Problem, Refusal
from zeroerror.text import shown

SCHEMA = 1
#: Columns where there is no terminal.
PAGE = 80


class Done(Exception):
    """The answer has been written; the program ends with this code."""

    def __init__(self, code: int) -> None:
        self.code = code


def answer(data: Any, text: str | Callable[[], str], *, code: int = 0) -> NoReturn:
    """Write an answer and end: the envelope for programs, the text for people."""
    if session.current.json:
        envelope(data, ok=code in (0, 7), errors=[])
    else:
        write(text if isinstance(text, str) else text())
        for warning in session.current.warnings:
            tell(warning["message"])
    raise Done(code)


def refused(
    refusal: Refusal,
    name: Callable[[Iterable[str]], Mapping[str, str | None]],
    places: Mapping[str, str] = MappingProxyType({}),
) -> NoReturn:
    """Write every reason of a refusal, with people by name and what explains it, and end.

    Of several tasks `places` says for each how a reason against it begins.
    """
    on_record = {} if refusal.leaf is None else {"denial": f"L-{refusal.leaf}"}
    tasks = (str(each.params["task"]) for each in refusal.reasons if each.params.get("task"))
    explained = dict.fromkeys((*on_record.values(), *tasks))
    more = [session.current.say("cli.refused_why", id=id) for id in explained]
    told = [
        (each.code, {**each.params, **on_record, "where": places[each.params["task"]]})
        if each.params.get("task") in places
        else (each.code, {**each.params, **on_record, **_of_item(each.params)})
        for each in refusal.reasons
    ]
    raise Done(failed(told, refusal.exit_code, *more, name=name))


def _of_item(params: Mapping[str, Any]) -> dict[str, str]:
    """Which of several tasks to be opened a reason is about."""
    item = params.get("item")
    return {} if item is None else {"where": session.current.say("cli.of_item", item=item)}


def problems(found: Sequence[Problem], *, data: Any = None, good: str = "") -> NoReturn:
    """Write every problem, and end with 7 where there is one, or 0 and the good word."""
    listed: list[dict[str, Any]] = [
        {
            "code": each.code,
            "message": session.current.say(each.code, **localised(each.params)),
            "where": each.where,
            "severity": each.severity,
            "params": dict(each.params),
        }
        for each in found
    ]

    def text() -> str:
        mark = {
            "error": session.current.say("cli.mark_error"),
            "warning": session.current.say("cli.mark_warning"),
        }
        lines = [
            f"{mark[each['severity']]} {(each['where'] + '  ') if each['where'] else ''}{each['message']}"
            for each in listed
        ]
        return "\n".join(lines) if lines else good

    answer({"problems": listed, **(data or {})}, text, code=7 if found else 0)


def fail(reasons: Sequence[tuple[str, Mapping[str, Any]]], code: int) -> NoReturn:
    """Write why it was not done, all of it, and end."""
    raise Done(failed(reasons, code))


def failed(
    reasons: Sequence[tuple[str, Mapping[str, Any]]],
    code: int,
    *more: str,
    data: Any = None,
    name: Callable[[Iterable[str]], Mapping[str, str | None]] | None = None,
) -> int:
    """Write why it was not done, all of it, and what to look at then; returns the exit code.

    `name` gives people's names, for the sentences alone: programs get ids.
    """
    errors = [
        {
            "code": each,
            "message": _message(each, params if name is None else named(params, name)),
            "params": plain(params),
        }
        for each, params in reasons
    ]
    if session.current.json:
        envelope(data, ok=False, errors=errors)
    else:
        # Two tasks may give the same reason in the same words: it is said once.
        for text in dict.fromkeys((*(error["message"] for error in errors), *more)):
            tell(text)
    return code


def _message(code: str, params: Mapping[str, Any]) -> str:
    """A sentence, behind the place in a file that it is about."""
    where = params.get("where")
    before = f"{shown(str(where))}  " if where else ""
    return before + session.current.say(code, **localised(params))


def envelope(data: Any, *, ok: bool, errors: Sequence[Mapping[str, Any]]) -> None:
    """The one JSON object on stdout."""
    body = {
        "schema": SCHEMA,
        "ok": ok,
        "data": plain(data),
        "warnings": session.current.warnings,
        "errors": list(errors),
    }
    text = json.dumps(body, ensure_ascii=False, indent=2)
    # A program must be able to read it, whatever the terminal's encoding has not.
    write(text if _has(text) else json.dumps(body, indent=2))


def write(text: str) -> None:
    """Put text on stdout; what the terminal's encoding has not is replaced, and never an error."""
    if text and not _has(text):
        encoding = sys.stdout.encoding or "ascii"
        text = text.encode(encoding, "replace").decode(encoding)
    _put(sys.stdout, text)


def tell(text: str) -> None:
    """Put text on stderr: what is not the answer itself."""
    _put(sys.stderr, text)


def _put(stream: TextIO | None, text: str) -> None:
    # Started with that stream closed, there is nobody to tell.
    if not text or stream is None:
        return
    try:
        stream.write(text + "\n")
        stream.flush()
    except BrokenPipeError:
        # Whoever read has gone; what was done stays done, and the rest is written to nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _has(text: str) -> bool:
    """Whether the terminal's encoding has every sign of a text."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def plain(value: Any) -> Any:
    """A value for JSON: instants with the zone's offset to the second (RFC 3339), days as days."""
    if isinstance(value, datetime):
        return session.current.local(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, str) and len(value) == 27 and value[10:11] == "T" and value.endswith("Z"):
        try:
            return plain(from_text(value))
        except ValueError:
            return value
    return value


def named(
    params: Mapping[str, Any], name: Callable[[Iterable[str]], Mapping[str, str | None]]
) -> dict[str, Any]:
    """Parameters with every person's id followed by his name."""
    ids = {each for value in params.values() for each in _ids(value)}
    names = name(ids)

    def told(value: Any) -> Any:
        if isinstance(value, str) and names.get(value):
            return called(value, names)
        if isinstance(value, list | tuple):
            return [told(each) for each in value]
        return value

    return {key: told(value) for key, value in params.items()}


def called(person: str, names: Mapping[str, str | None]) -> str:
    """A person by name and id, for names may repeat."""
    name = names.get(person)
    if not name:
        return person
    return f"{name}（{person}）" if session.current.language == "zh" else f"{name} ({person})"


def _ids(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _ids(each)


def progress(code: str, params: Mapping[str, Any]) -> None:
    """Tell whoever watches what has happened meanwhile."""
    tell(session.current.say(code, **localised(params)))


def warn(code: str, where: str | None = None, **params: Any) -> None:
    """Say something beside the answer."""
    message = _message(code, {**params, "where": where})
    session.current.warnings.append({"code": code, "message": message, "params": plain(params)})


def localised(params: Mapping[str, Any]) -> dict[str, Any]:
    """Instants as people there write them, minutes and zone included where it could be doubted."""
    found = {}
    for key, value in params.items():
        if isinstance(value, str) and len(value) == 27 and value.endswith("Z"):
            try:
                value = from_text(value)
            except ValueError:
                found[key] = value
                continue
        found[key] = session.current.local(value) if isinstance(value, datetime) else value
    return found


def when(instant: datetime | None) -> str:
    """An instant in a table: local, to the minute."""
    return "—" if instant is None else session.current.local(instant).strftime("%Y-%m-%d %H:%M")


def table(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Plain columns, wide signs counted as two; people's text is shown and never executed."""
    cells = [[_cell(each) for each in row] for row in rows]
    if not cells:
        return ""
    lines = [[*titles], *cells]
    widths = [max(width(line[place]) for line in lines) for place in range(len(titles))]
    return "\n".join(
        "  ".join(pad(cell, wide) for cell, wide in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    return when(value) if isinstance(value, datetime) else shown(str(value))


def columns() -> int:
    """How many columns there are to write on: the terminal's, else those of a page."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else PAGE


def width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def pad(text: str, wide: int) -> str:
    """A text filled up to that many columns."""
    return text + " " * (wide - width(text))
