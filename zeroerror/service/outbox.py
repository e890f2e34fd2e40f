"""The outbox: one text file a message, always; and a journal of what was written, tried and sent.

A file is whole or not there, and its name is its event's, so that no two are about one event. What the journal
says has been written is not written again, though somebody has taken it away to carry it. Only a crash between
the file and its line, with the file taken away in between, would bring it back.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from zeroerror import files
from zeroerror.model.errors import errno_of
from zeroerror.model.problem import Problem
from zeroerror.service.messages import Message
from zeroerror.text import Language, say

DIRECTORY = "outbox"
JOURNAL = "journal.jsonl"
_READERS = "message.to"

Entry = Mapping[str, Any]


def write(home: Path, found: Iterable[Message], language: Language) -> list[Problem]:
    """Write each message that has not been written; a disk that takes none is a problem, and nothing else stops."""
    directory = home / DIRECTORY
    try:
        directory.mkdir(exist_ok=True)
        written = {each["message"] for each in entries(home) if each.get("written")}
        for message in found:
            if message.id not in written:
                files.add(directory / f"{message.id}.txt", _text(message, language).encode())
                note(home, {"message": message.id, "written": True})
    except OSError as error:
        where = str(error.filename or directory)
        return [Problem("outbox.unwritable", {"path": where, "detail": errno_of(error)}, severity="warning")]
    return []


def _text(message: Message, language: Language) -> str:
    lines = [message.title(language), "", message.body(language)]
    if message.to:
        lines += ["", say(_READERS, {"to": list(message.to)}, language)]
    return "\n".join(lines) + "\n"


def unwritable(home: Path) -> list[Problem]:
    """What keeps the outbox from being written, found out without writing a name."""
    directory = home / DIRECTORY
    try:
        there = directory if directory.exists() else home
        files.Staged(there / "draft", b"").drop()
    except OSError as error:
        params = {"path": str(directory), "detail": errno_of(error)}
        return [Problem("outbox.unwritable", params, severity="warning")]
    return []


def entries(home: Path) -> Iterator[Entry]:
    """Every line of the journal; one that a crash has cut off says nothing."""
    try:
        text = (home / DIRECTORY / JOURNAL).read_text("utf-8", "replace")
    except FileNotFoundError:
        return
    for line in text.splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and isinstance(found.get("message"), str):
            yield found


def note(home: Path, entry: Entry) -> None:
    """Add a line to the journal, on the disk before it returns; raises OSError."""
    path = home / DIRECTORY / JOURNAL
    # A line that a crash has cut off must not take the next one with it.
    line = ("\n" + json.dumps(entry, ensure_ascii=False) + "\n").encode()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        if os.write(handle, line) != len(line):
            raise OSError(28, os.strerror(28), str(path))
        os.fsync(handle)
    finally:
        os.close(handle)
