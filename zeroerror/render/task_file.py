"""A task's whole file put into words: what it is, each visit, what was attached, what was found, each leaf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zeroerror.render.document import Basis, Cell, Document, Entry, Section, Table
from zeroerror.render.periodic import TAGS
from zeroerror.render.task_found import Found
from zeroerror.render.task_tables import Tables
from zeroerror.render.task_visits import Visits
from zeroerror.render.task_words import FileWords, Lines
from zeroerror.render.words import Words
from zeroerror.report.task_file import NAMES
from zeroerror.text import Language, shown


def task_file(figures: Mapping[str, Any], lang: Language) -> Document:
    """The file of these figures in one language."""
    made = _File(figures, Words(lang, figures["as_of"]))
    task, words = figures["task"], made.words
    return Document(
        language=TAGS[lang],
        institution=shown(figures["institution"]),
        title=words.of("sheet.task_title", task=task["id"]),
        subtitle=words.of("sheet.task_subtitle", at=words.instant(figures["as_of"], "long")),
        banner=words.say("simulated") if figures["simulated"] else None,
        sections=tuple(made.sections()),
        basis_title=words.say("basis_title"),
        basis=tuple(made.basis()),
        foot=(
            (words.say("foot_as_of"), words.instant(figures["as_of"], "long")),
            (words.say("foot_zone"), shown(figures["zone"])),
            (words.say("foot_position"), words.say("leaves", count=figures["position"])),
            (words.say("foot_root"), shown(figures["root"])),
        ),
    )


class _File(FileWords):
    """One file in one language."""

    def __init__(self, figures: Mapping[str, Any], words: Words) -> None:
        super().__init__(figures, words)
        self.visits = Visits(figures, words)

    def sections(self) -> Iterator[Section]:
        """The parts of the file in the order in which it is read."""
        tables = Tables(self.figures, self.words)
        found = Found(self.figures, self.words)
        yield self._head()
        yield self._numbers()
        for each in self.figures["before"]:
            yield self._before(each)
        yield self._listed("visits", [self.visits.visit(each) for each in self.figures["visits"]])
        yield self._listed("papers", [found.paper(each) for each in self.figures["paper"]])
        yield tables.evidence()
        if self.figures["circulation"]:
            yield tables.circulation()
        yield self._listed("file_findings", [found.finding(each) for each in self.figures["findings"]])
        yield tables.follow_ups()
        yield tables.children()
        yield tables.notices()
        yield tables.history()

    def basis(self) -> Iterator[Basis]:
        """The leaves behind each number."""
        for name in NAMES:
            figure = self.figures["figures"][name]
            if figure["value"]:
                told = {"figure": self.of(f"file_{name}"), "count": figure["value"]}
                title = self.of("basis_of", **told)
                yield Basis(key=f"t-{name}", title=title, ids=tuple(f"#{each}" for each in figure["leaves"]))

    def _head(self) -> Section:
        task, words = self.figures["task"], self.words
        visible = words.comma.join(self.of(f"visible_{word}") for word in self.figures["visible_to"])
        lines: Lines = [
            (
                self.of("line_kind"),
                self.of("kind_told", kind=task["workflow_title"], workflow=task["workflow"]),
            ),
            (self.of("line_basis"), shown(task["basis"])),
            (self.of("line_office"), shown(task["office"])),
            (
                self.of("line_opened"),
                self.of("by_at", who=self.who(task["opener"]), at=self.when(task["opened_at"])),
            ),
            (self.of("line_status"), words.of(f"cli.status_{task['status']}")),
            (self.of("line_due"), self.when(task["due_at"])),
        ]
        if task["closed_at"] is not None:
            lines.append((self.of("line_closed"), self.when(task["closed_at"])))
        if task["parent"] is not None:
            lines.append((self.of("line_parent"), shown(task["parent"])))
        for name in ("reference", "into"):
            if task[name] is not None:
                lines.append((self.of(f"line_{name}"), shown(task[name])))
        if task["merged"]:
            lines.append((self.of("line_merged"), words.comma.join(task["merged"])))
        if task["cause"] is not None:
            lines.append((self.of("line_cause"), shown(task["cause"])))
        lines += [(shown(each["title"]), self.text(each)) for each in self.figures["fields"]]
        lines += [
            (self.of("line_visible"), visible),
            (self.of("line_digest"), shown(task["digest"])),
        ]
        code = "note_readable" if self.figures["readable"] else "note_not_readable"
        return Section(
            key="head",
            title=self.of("section_head"),
            entries=(Entry(title=shown(task["id"]), lines=tuple(lines)),),
            notes=(self.of(code),),
        )

    def _numbers(self) -> Section:
        rows = []
        for name in NAMES:
            value = self.figures["figures"][name]["value"]
            basis = f"t-{name}" if value else None
            rows.append((Cell(text=self.of(f"file_{name}")), Cell(text=str(value), number=True, basis=basis)))
        columns = (self.words.say("column_figure"), self.of("column_count"))
        title = self.of("section_numbers")
        return Section(
            key="numbers",
            title=title,
            table=Table(caption=title, columns=columns, rows=tuple(rows)),
            notes=(self.of("task_trace", task=self.figures["task"]["id"]),),
        )

    def _listed(self, key: str, entries: Sequence[Entry]) -> Section:
        none = () if entries else (self.of(f"none_{key}"),)
        return Section(key=key, title=self.of(f"section_{key}"), paragraphs=none, entries=tuple(entries))

    def _before(self, before: Mapping[str, Any]) -> Section:
        told = self.of(
            "before_told",
            kind=shown(before["workflow_title"]),
            office=shown(before["office"]),
            opened_at=self.when(before["opened_at"]),
            closed_at=self.when(before["closed_at"]),
        )
        return Section(
            key=f"before-{before['task']}",
            title=self.of("section_before", task=before["task"]),
            paragraphs=(told,),
            entries=tuple(self.visits.visit(each) for each in before["visits"]),
        )
