"""The items of an action that opens tasks, as people write them: one a line, first the office, then what is said of it.

The definition says what stands behind the office and in which order; the last takes the rest of the line, so
that a sentence needs no quotes. A list may come from a file, as it stands in the minutes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Action, Opens, Workflow
from zeroerror.service.batch import BETWEEN, MARK, Unlisted
from zeroerror.service.facts import StoreFacts
from zeroerror.service.ids import find_person
from zeroerror.service.institution import Institution
from zeroerror.service.texts import Draft

#: More than this no meeting decides; a longer list has been taken for something else.
ITEMS_MAX = 200


@dataclass(frozen=True, slots=True)
class Item:
    """A line that names what is to be opened, and where it stands, if in a file."""

    line: str
    where: str | None = None


def read_items(data: bytes, name: str) -> list[Item]:
    """The items of a file: a line each, but for empty ones and remarks (`#`); Unlisted where it is no such list."""
    try:
        text = data.removeprefix(MARK).decode("utf-8")
    except UnicodeDecodeError:
        raise Unlisted([Problem("exchange.not_utf8", {}, f"{name}:1")]) from None
    lines = enumerate(unicodedata.normalize("NFC", text).splitlines(), 1)
    found = [
        Item(line.strip(), f"{name}:{number}")
        for number, line in lines
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not found:
        raise Unlisted([Problem("error.items_empty", {}, f"{name}:1")])
    return found


def opening(
    inst: Institution, facts: StoreFacts, taken: Action | str, items: Sequence[Item], draft: Draft
) -> dict[str, Any]:
    """What an act says of the tasks that it opens; their texts are sealed in its `draft`.

    Raises UsageError where the action opens none, or a line says more than an item has, or less.
    """
    opens = None if isinstance(taken, str) else taken.opens
    if opens is None:
        raise UsageError("error.opens_nothing", action=taken if isinstance(taken, str) else taken.title)
    if len(items) > ITEMS_MAX:
        raise UsageError("error.too_many_items", count=len(items), most=ITEMS_MAX)
    digest = facts.in_force(opens.workflow)
    held = None if digest is None else facts.definition(digest)
    if held is None:
        raise UsageError("error.unknown_workflow", workflow=opens.workflow, known=[])
    read = [_read(inst, held.workflow, opens, each) for each in items]
    problems = [each for each in read if isinstance(each, Problem)]
    if problems:
        raise Unlisted(problems)
    said = [_said(inst, held.workflow, office, cells, draft) for office, cells in _sound(read)]
    return {"definition": held.digest, "items": said}


def _sound(read: Iterable[Any]) -> Iterator[tuple[str, dict[str, str]]]:
    return (each for each in read if not isinstance(each, Problem))


def _read(
    inst: Institution, child: Workflow, opens: Opens, item: Item
) -> tuple[str, dict[str, str]] | Problem:
    cells = [each for each in BETWEEN.split(item.line.strip(" \t,，"), len(opens.each)) if each]
    if len(cells) < 1 + len(opens.each):
        wanted = [field.title for name in opens.each if (field := child.field(name)) is not None]
        return Problem("error.item_line", {"line": item.line, "wanted": wanted}, item.where)
    fields = dict(zip(opens.each, cells[1:], strict=True))
    try:
        for name in opens.each:
            field = child.field(name)
            if field is not None and field.type in ("person", "staff"):
                fields[name] = find_person(inst, fields[name])
    except UsageError as error:
        return Problem(error.code, error.params, item.where)
    return _office(inst, cells[0]), fields


def _office(inst: Institution, written: str) -> str:
    """The office that is meant, by its id or the title that people know; one that is not there is refused later."""
    return next((each.id for each in inst.organisation.offices if written in (each.id, each.title)), written)


def _said(
    inst: Institution, child: Workflow, office: str, fields: dict[str, str], draft: Draft
) -> dict[str, Any]:
    own = Draft(inst)
    own.fill(child, fields)
    draft.payloads += own.payloads
    draft.files += own.files
    return {"office": office, "fields": own.fields, "sealed": own.sealed}
