"""A task's form as people read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zeroerror.cli import output, session
from zeroerror.text import shown

#: A file as a form has it: its digest, and by which name it was handed in.
_FILE = re.compile(r"([0-9a-f]{64}) (.+)", re.DOTALL)
#: So much of a digest tells one file from another.
_SHORT = 12


def field_lines(found: Mapping[str, Any]) -> Iterator[str]:
    """What stands in the form, as the form has it: whoever reads it knows no names of fields."""
    say, titles, fields = session.current.say, found["field_titles"], found["fields"]
    for name in (each for each in {**titles, **fields} if each not in found["hidden"]):
        yield say("cli.task_field", title=titles.get(name, name)) + _told(str(output.plain(fields[name])))
    if found["hidden"]:
        yield say("cli.fields_hidden", fields=found["hidden"])


def _told(value: str) -> str:
    file = _FILE.fullmatch(value)
    if file is None:
        return shown(value)
    return session.current.say("cli.file_told", name=shown(file.group(2)), digest=file.group(1)[:_SHORT])
