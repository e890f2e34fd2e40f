"""The tables of a task's file: attachments, follow-ups, children, notices, readers, and every leaf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.render.daily import cell
from zeroerror.render.document import Cell, Section, Table
from zeroerror.render.task_words import FileWords
from zeroerror.text import shown


class Tables(FileWords):
    """The tables of one file."""

    def evidence(self) -> Section:
        """What was attached, with its digest."""
        rows = tuple(
            (
                cell(f"#{each['index']}"),
                cell(self.when(each["at"])),
                cell(self.who(each["by"])),
                cell(self.text(each["name"]) or self.of("unnamed")),
                Cell(text=shown(each["sha256"])),
            )
            for each in self.figures["evidence"]
        )
        names = ("column_leaf", "column_at", "column_by", "column_file", "column_sha256")
        return self._table("evidence", tuple(self.of(name) for name in names), rows)

    def follow_ups(self) -> Section:
        """The tasks that follow a finding up."""
        rows = tuple(
            (
                cell(shown(each["task"])),
                cell(shown(each["workflow_title"])),
                cell(shown(each["finding"])),
                cell(shown(each["office"])),
                cell(self.when(each["due_at"])),
                cell(self.words.of(f"cli.status_{each['status']}")),
            )
            for each in self.figures["follow_ups"]
        )
        say = self.words.say
        columns = (
            say("column_task"),
            self.of("column_kind"),
            say("column_finding"),
            say("column_office"),
            say("column_due"),
            say("column_state"),
        )
        return self._table("file_follow_ups", columns, rows)

    def children(self) -> Section:
        """The tasks that its actions have opened."""
        rows = tuple(
            (
                cell(shown(each["task"])),
                cell(shown(each["workflow_title"])),
                cell(shown(each["office"])),
                cell(self.when(each["opened_at"])),
                cell(self.when(each["due_at"])),
                cell(self.words.of(f"cli.status_{each['status']}")),
            )
            for each in self.figures["children"]
        )
        say = self.words.say
        columns = (
            say("column_task"),
            self.of("column_kind"),
            say("column_office"),
            self.of("line_opened"),
            say("column_due"),
            say("column_state"),
        )
        return self._table("file_children", columns, rows)

    def notices(self) -> Section:
        """What was urged, and the answers."""
        rows = tuple(
            (
                cell(shown(each["id"])),
                cell(self.words.of(f"cli.level_{each['level']}")),
                cell(self.when(each["given_at"])),
                cell(self.words.comma.join(self.who(person) for person in each["to"])),
                cell(self.words.of(f"cli.notice_{each['state']}")),
                cell(self.text(each["answer"])),
            )
            for each in self.figures["notices"]
        )
        names = ("notice", "level", "at", "to", "state", "answer")
        return self._table("notices", tuple(self.of(f"column_{name}") for name in names), rows)

    def circulation(self) -> Section:
        """To whom it was given to read."""
        rows = tuple(
            (
                cell(self.who(each["person"], each["post"])),
                cell(self.who(each["by"])),
                cell(self.when(each["at"])),
                cell(self.of("unread") if each["read_at"] is None else self.when(each["read_at"])),
            )
            for each in self.figures["circulation"]
        )
        names = ("reader", "by", "at", "read_at")
        return self._table("circulation", tuple(self.of(f"column_{name}") for name in names), rows)

    def history(self) -> Section:
        """Every leaf of its stream."""
        rows = tuple(
            (
                cell(f"#{each['index']}"),
                cell(self.when(each["at"])),
                cell(self._event(each)),
                cell(shown(each["step_title"] or "")),
                cell(shown(each["action_title"] or "")),
                cell(self.who(each["person"])),
                cell(self.text(each["reason"])),
            )
            for each in self.figures["history"]
        )
        names = ("leaf", "at", "event", "step", "action", "by", "reason")
        return self._table("history", tuple(self.of(f"column_{name}") for name in names), rows)

    def _event(self, each: Mapping[str, Any]) -> str:
        """What happened; of what was done on paper, who recorded it."""
        event = self.words.of(f"cli.event_{each['kind']}")
        if (each["capacity"] or {}).get("kind") != "paper":
            return event
        paper = self.words.of("cli.from_paper", person=self.who(each["recorded_by"]))
        return self.words.gap.join([event, paper])

    def _table(self, key: str, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> Section:
        title = self.of(f"section_{key}")
        table = Table(caption=title, columns=columns, rows=rows) if rows else None
        return Section(
            key=key, title=title, paragraphs=() if rows else (self.of(f"none_{key}"),), table=table
        )
