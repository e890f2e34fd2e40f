"""Cases: the rows of a log put together by the matter that they are about, their times read and held to each other."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import NamedTuple

from zeroerror.exchange.instants import Instants, day
from zeroerror.exchange.mapping import LogMapping
from zeroerror.exchange.table import Row
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import FormField, Workflow

#: What becomes the id of a task has at most so many signs.
CASE_MAX = 80
#: Signs that turn the direction of writing, or hide.
_UNFIT = frozenset(
    "\u061c\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
)


class Happening(NamedTuple):
    """One row: an activity that was completed, when, and by whom; instants are fixed-width UTC text."""

    at: str
    begun: str | None
    activity: str
    actor: str
    row: int


@dataclass(slots=True)
class Case:
    """One matter of the log."""

    id: str
    #: The row that first names it, and the line on which that row begins.
    row: int
    line: int
    start: str | None
    end: str | None
    answers: str
    #: Values of the form's fields, as an event would carry them; what was empty is not among them.
    fields: Mapping[str, str]
    happenings: list[Happening] = field(default_factory=list)

    @property
    def opened_at(self) -> str:
        """Since when the matter exists: its start, or its first event where that was earlier."""
        first = min(each.at if each.begun is None else min(each.at, each.begun) for each in self.happenings)
        return first if self.start is None else min(self.start, first)


@dataclass(slots=True)
class Log:
    """What a file holds: its cases in the order in which they first come, and every broken row."""

    cases: dict[str, Case] = field(default_factory=dict)
    rows: int = 0
    broken: list[Problem] = field(default_factory=list)


def collect(
    rows: Iterable[Row | Problem], mapping: LogMapping, workflow: Workflow, instants: Instants, name: str
) -> Log:
    """The cases of a file's rows; a row with anything wrong is none of theirs, and is told."""
    log = Log()
    reader = _Reader(mapping, workflow, instants, name)
    for row in rows:
        log.rows += 1
        if isinstance(row, Problem):
            log.broken.append(row)
            continue
        problems = reader.take(row, log.cases)
        if problems:
            log.broken += problems
    return log


class _Reader:
    """Where each column stands among the cells, looked up once."""

    def __init__(self, mapping: LogMapping, workflow: Workflow, instants: Instants, name: str) -> None:
        self._mapping, self._instants, self._name = mapping, instants, name
        place = {column: at for at, column in enumerate(mapping.asked())}
        self._at = {word: place[column] for word, column in mapping.columns.items()}
        self._fields = [
            (form_field, place[mapping.fields[form_field.name]])
            for form_field in workflow.fields
            if form_field.name in mapping.fields
        ]
        #: Columns that say something of the whole case; they repeat on each of its rows.
        whole = [self._at[word] for word in ("answers", "start", "end") if word in self._at]
        self._whole = tuple(dict.fromkeys((*whole, *(at for _, at in self._fields))))
        self._columns = mapping.asked()
        #: What each case's first row said of the whole.
        self._said: dict[str, tuple[str, ...]] = {}
        self._case, self._time, self._activity = (self._at[word] for word in ("case", "time", "activity"))
        self._actor, self._begun = self._at.get("actor"), self._at.get("begun")

    def take(self, row: Row, cases: dict[str, Case]) -> list[Problem]:
        """Put a row to its case; every problem with it, and then it is put nowhere."""
        cells = row.cells
        number = cells[self._case].strip()
        at, wrong = self._instants.read(cells[self._time], past=True)
        activity = cells[self._activity].strip()
        said = tuple([cells[place] for place in self._whole])
        case, first = cases.get(number), self._said.get(number)
        begun = None
        if wrong is None and activity and said == first and case is not None and self._begun is None:
            problems: list[Problem] = []
        else:
            begun, problems = self._own_problems(row, number, activity, wrong)
            case, more = self._whole_problems(row, number, said, first, case)
            problems += more
        if problems or case is None or at is None:
            return problems
        if first is None:
            self._said[number] = said
            cases[number] = case
        actor = "" if self._actor is None else cells[self._actor].strip()
        case.happenings.append(Happening(at, begun, activity, actor, row.number))
        return problems

    def _own_problems(
        self, row: Row, number: str, activity: str, wrong: str | None
    ) -> tuple[str | None, list[Problem]]:
        """When the row's activity was begun, and what is wrong with what the row says of itself."""
        problems, begun = [], None
        if not number:
            problems.append(self._problem("exchange.case_empty", row, self._case))
        elif unfit(number):
            problems.append(self._problem("exchange.case_unfit", row, self._case, most=CASE_MAX))
        if not activity:
            problems.append(self._problem("exchange.activity_empty", row, self._activity))
        if wrong is not None:
            problems.append(self._problem(wrong, row, self._time))
        if self._begun is not None:
            begun, more = self._instant(row, self._begun, past=True)
            problems += more
        return begun, problems

    def _whole_problems(
        self, row: Row, number: str, said: tuple[str, ...], first: tuple[str, ...] | None, case: Case | None
    ) -> tuple[Case | None, list[Problem]]:
        """The case as its first good row says it, and what is wrong with what this row says of it."""
        if first is None or case is None:
            return self._opened(row, number)
        return case, [
            self._problem("exchange.case_differs", row, place, first=was, first_row=case.row)
            for place, is_, was in zip(self._whole, said, first, strict=True)
            if is_ != was
        ]

    def _opened(self, row: Row, number: str) -> tuple[Case, list[Problem]]:
        fields: dict[str, str] = {}
        start, problems = self._instant(row, self._at.get("start"), past=True)
        end, more = self._instant(row, self._at.get("end"), past=True)
        problems += more
        for form_field, place in self._fields:
            value, wrong = self._value(form_field, row, place)
            problems += wrong
            if value:
                fields[form_field.name] = value
        answers = self._at.get("answers")
        case = Case(
            id=f"{self._mapping.prefix}:{number}",
            row=row.number,
            line=row.line,
            start=start,
            end=end,
            answers="" if answers is None else row.cells[answers].strip(),
            fields=fields,
        )
        return case, problems

    def _instant(self, row: Row, place: int | None, *, past: bool) -> tuple[str | None, list[Problem]]:
        if place is None or not row.cells[place].strip():
            return None, []
        found, wrong = self._instants.read(row.cells[place], past=past)
        return found, [] if wrong is None else [self._problem(wrong, row, place)]

    def _value(self, form_field: FormField, row: Row, place: int) -> tuple[str | None, list[Problem]]:
        text = row.cells[place].strip()
        if not text:
            needed = [self._problem("exchange.field_empty", row, place, field=form_field.title)]
            return None, needed if form_field.required else []
        if form_field.type == "instant":
            return self._instant(row, place, past=False)
        if form_field.type == "date":
            found = day(text)
            return found, [] if found else [self._problem("exchange.day_unreadable", row, place)]
        if form_field.type == "choice" and text not in form_field.choices:
            choices = list(form_field.choices)
            return None, [self._problem("exchange.no_choice", row, place, choices=choices)]
        return text, []

    def _problem(self, code: str, row: Row, place: int, **more: object) -> Problem:
        params = {"row": row.number, "column": self._columns[place], "value": row.cells[place][:80], **more}
        return Problem(code, params, f"{self._name}:{row.line}")


def unfit(number: str) -> bool:
    """Whether a case's id cannot be part of a task's: too long, or with signs that nobody could type or see."""
    if number.isascii() and number.isalnum() and len(number) <= CASE_MAX:
        return False
    return (
        len(number) > CASE_MAX
        or any(sign in _UNFIT for sign in number)
        or any(unicodedata.category(sign)[0] in "CZ" and sign != " " for sign in number)
    )


def broken_rows(problems: Iterable[Problem]) -> Iterator[int]:
    """The numbers of the rows that are broken, each once."""
    yield from dict.fromkeys(int(problem.params["row"]) for problem in problems)
