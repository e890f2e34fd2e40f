"""Several tasks in one command: an act for each, all of them or none, under one signature (design §6).

An office decides on Friday afternoon what it has to decide, and writes it down as a list: one line a task, with
the action and, where there is one, the reason. An action is read by its name or by its whole title, the longest
that stands there, because titles have commas in them; what stands in quotes is one word, as spreadsheets have it. The list is read whole before anything is asked of the engine,
so that whoever wrote it hears of all his slips at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from zeroerror.model.command import OWN, Capacity, Payload
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Problem, Reason, Refusal
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Workflow
from zeroerror.service.facts import StoreFacts
from zeroerror.service.front import Options, Receipt, Request, submit
from zeroerror.service.ids import find_task
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.meant import action_meant, met_by, target_of
from zeroerror.service.texts import Draft
from zeroerror.store import reads

#: What one person can answer for with one signature (lines).
LINES_MAX = 1000

#: Between the cells of a line: what a spreadsheet puts there, or somebody who types.
BETWEEN = re.compile(r"\s*[,，\t]\s*|\s+")
#: A cell in quotes, which are doubled within.
QUOTED = re.compile(r'"(?:[^"]|"")*"')
MARK = b"\xef\xbb\xbf"


class Unlisted(UsageError):
    """A list names what is not there."""

    code = "error.list"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Wanted:
    """An act on one task, as whoever lists it means it."""

    task: str
    action: str
    reason: str | None = None
    step: str | None = None
    #: `file:line`, where it stands in one.
    where: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """The same, once it has been looked up."""

    wanted: Wanted
    task: Task
    visit: Visit | None
    workflow: Workflow
    held: tuple[Capacity, ...]

    @property
    def action(self) -> str:
        """The name of the action meant, which may have been written by its title."""
        written = self.wanted.action
        return written if self.visit is None else action_meant(self.workflow.step(self.visit.step), written)


def read_list(
    inst: Institution, actor: Actor, data: bytes, name: str, action: str | None = None
) -> list[Wanted]:
    """The acts that a list asks for: a line is a task, an action and perhaps a reason; Unlisted with every slip.

    Where `action` is every task's, a line is a task and perhaps a reason.
    """
    try:
        text = data.removeprefix(MARK).decode("utf-8")
    except UnicodeDecodeError:
        raise Unlisted([Problem("exchange.not_utf8", {}, f"{name}:1")]) from None
    wanted: list[Wanted] = []
    problems: list[Problem] = []
    facts = inst.facts()
    for number, line in enumerate(unicodedata.normalize("NFC", text).splitlines(), 1):
        where, written = f"{name}:{number}", line.strip(" \t,，")
        if not written or written.startswith("#"):
            continue
        first, rest = _first(written)
        try:
            id = find_task(inst, first, actor)
        except UsageError as error:
            problems.append(Problem(error.code, error.params, where))
            continue
        taken, reason = (action, rest) if action is not None else _first(rest, _offered(facts, id))
        if not taken:
            problems.append(Problem("error.list_line", {"line": first}, where))
            continue
        wanted.append(Wanted(id, taken, _unquoted(reason) or None, where=where))
    problems += _twice(wanted)
    if not wanted and not problems:
        problems.append(Problem("error.list_empty", {}, f"{name}:1"))
    if len(wanted) > LINES_MAX:
        problems.append(Problem("error.list_too_long", {"most": LINES_MAX}, wanted[LINES_MAX].where))
    if problems:
        raise Unlisted(problems)
    return wanted


def _first(text: str, known: Iterable[str] = ()) -> tuple[str, str]:
    """The first word of a line, and the rest: what stands in quotes, or the longest of those known, is one."""
    quoted = QUOTED.match(text)
    if quoted is not None:
        return _unquoted(quoted[0]), _behind(text[quoted.end() :])
    for each in sorted(known, key=len, reverse=True):
        rest = text.removeprefix(each)
        if rest != text and (not rest or BETWEEN.match(rest)):
            return each, _behind(rest)
    word, *more = BETWEEN.split(text, 1)
    return word, more[0] if more else ""


def _behind(text: str) -> str:
    return text.lstrip(" \t,，")


def _unquoted(text: str) -> str:
    """Text as it was before a spreadsheet put it into quotes, for the commas in it."""
    return text[1:-1].replace('""', '"') if QUOTED.fullmatch(text) else text


def _offered(facts: StoreFacts, id: str) -> Iterator[str]:
    """Every way to write an action of a task's open steps that may have a comma in it: names and titles."""
    task = facts.task(id)
    definition = None if task is None else facts.definition(task.digest)
    if task is not None and definition is not None:
        for name in dict.fromkeys(each.step for each in task.open_visits()):
            for each in definition.workflow.step(name).offers:
                yield from (each.name, each.title)


def _twice(wanted: Sequence[Wanted]) -> Iterator[Problem]:
    """A task that stands in a list twice: which of the two is meant cannot be known."""
    first: dict[str, str | None] = {}
    for each in wanted:
        earlier = first.setdefault(each.task, each.where)
        if earlier != each.where:
            yield Problem("error.list_twice", {"task": each.task, "first": earlier}, each.where)


def advance_each(
    inst: Institution,
    actor: Actor,
    wanted: Sequence[Wanted],
    *,
    fields: Mapping[str, str] | None = None,
    attach: Sequence[Path] = (),
    done_at: datetime | None = None,
    options: Options,
) -> Receipt | Refusal:
    """Take each of these actions, or none of them; fields, files and the time of the act are all the tasks'."""
    facts = StoreFacts(inst.conn, reads.before_step(inst.conn, [each.task for each in wanted], actor.key))
    found = _look_up(inst, actor, facts, wanted)
    several = [reason for each in found for reason in _undecided(each, options)]
    if several:
        return Refusal(tuple(several))
    common = Draft(inst, keeps_files=not any(each.workflow.stub for each in found))
    common.attach(attach)
    acts: list[dict[str, Any]] = []
    payloads: dict[str, Payload] = {}
    files = list(common.files)
    for each in found:
        draft = Draft(inst, keeps_files=not each.workflow.stub)
        draft.attachments, draft.payloads = list(common.attachments), list(common.payloads)
        acts.append(_act(each, draft, fields or {}, done_at, _capacity(each, options)))
        payloads.update((payload.digest, payload) for payload in draft.payloads)
        files += draft.files
    body = {"acts": acts, "definitions": sorted({each.task.digest for each in found})}
    targets = tuple(target_of(each.task, each.visit) for each in found)
    request = Request("advance", body, targets, OWN, list(payloads.values()), files, facts=facts)
    return submit(inst, actor, request, options)


def _look_up(inst: Institution, actor: Actor, facts: StoreFacts, wanted: Sequence[Wanted]) -> list[_Found]:
    found, problems = [], []
    for each in wanted:
        try:
            task, visit, workflow, held = met_by(inst, actor, facts, each.task, each.action, each.step)
        except UsageError as error:
            problems.append(Problem(error.code, error.params, each.where))
        else:
            found.append(_Found(each, task, visit, workflow, held))
    if problems:
        raise Unlisted(problems)
    return found


def _undecided(found: _Found, options: Options) -> Iterator[Reason]:
    """Two capacities that qualify are listed, never picked."""
    if len(found.held) > 1 and options.for_ not in [each.for_ for each in found.held]:
        known = [each.to_json() for each in found.held]
        yield Reason("engine.several_capacities", {"task": found.task.id, "known": known})


def _capacity(found: _Found, options: Options) -> Capacity:
    """The capacity in which this one task can be moved, for among several some are one's own and some covered."""
    named = [each for each in found.held if each.for_ == options.for_]
    return (named or found.held or (OWN,))[0]


def _act(
    found: _Found, draft: Draft, fields: Mapping[str, str], done_at: datetime | None, capacity: Capacity
) -> dict[str, Any]:
    why = draft.text(found.wanted.reason)
    draft.fill(found.workflow, fields)
    taken = None if found.visit is None else found.workflow.step(found.visit.step).offer(found.action)
    if taken is not None:
        draft.fill_from_attachments(found.workflow, taken, found.task.sealed)
    return {
        "action": found.action,
        "fields": draft.fields,
        "sealed": draft.sealed,
        "reason": why,
        "attachments": draft.attachments,
        "done_at": None if done_at is None else to_text(done_at),
        "capacity": capacity.to_json(),
    }
