"""A task's whole file put into words: what it is, each visit, what was attached, what was found, each leaf."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zeroerror.render.daily import cell
from zeroerror.render.document import Basis, Cell, Document, Entry, Section, Table
from zeroerror.render.periodic import TAGS
from zeroerror.render.words import Words
from zeroerror.report.task_file import NAMES
from zeroerror.text import Language, shown

Lines = list[tuple[str, str]]


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


class _File:
    """One file in one language."""

    def __init__(self, figures: Mapping[str, Any], words: Words) -> None:
        self.figures, self.words = figures, words

    def sections(self) -> Iterator[Section]:
        """The parts of the file in the order in which it is read."""
        yield self._head()
        yield self._numbers()
        for each in self.figures["before"]:
            yield self._before(each)
        yield self._listed("visits", [self._visit(each) for each in self.figures["visits"]])
        yield self._listed("papers", [self._paper(each) for each in self.figures["paper"]])
        yield self._evidence()
        if self.figures["circulation"]:
            yield self._circulation()
        yield self._listed("file_findings", [self._finding(each) for each in self.figures["findings"]])
        yield self._follow_ups()
        yield self._children()
        yield self._notices()
        yield self._history()

    def basis(self) -> Iterator[Basis]:
        """The leaves behind each number."""
        for name in NAMES:
            figure = self.figures["figures"][name]
            if figure["value"]:
                told = {"figure": self._of(f"file_{name}"), "count": figure["value"]}
                title = self._of("basis_of", **told)
                yield Basis(key=f"t-{name}", title=title, ids=tuple(f"#{each}" for each in figure["leaves"]))

    def _of(self, name: str, /, **params: Any) -> str:
        return self.words.of(f"sheet.{name}", **params)

    def _who(self, person: str | None, post: str | None = None) -> str:
        """Somebody by name, post and id, for names may repeat."""
        if person is None:
            return self._of("nobody")
        if person == "machine":
            return self._of("machine")
        name = self.figures["persons"].get(person)
        code = "who" if name is None else "who_named" if post is None else "who_named_post"
        return self._of(code, person=person, name=name, post=post)

    def _text(self, text: Mapping[str, Any]) -> str:
        if text.get("hidden"):
            return self._of("hidden")
        if text.get("erased"):
            return self._of("erased")
        return "" if text["text"] is None else shown(str(text["text"]))

    def _when(self, instant: str | None) -> str:
        return self.words.instant(instant)

    def _head(self) -> Section:
        task, words = self.figures["task"], self.words
        visible = words.comma.join(self._of(f"visible_{word}") for word in self.figures["visible_to"])
        lines: Lines = [
            (
                self._of("line_kind"),
                self._of("kind_told", kind=task["workflow_title"], workflow=task["workflow"]),
            ),
            (self._of("line_basis"), shown(task["basis"])),
            (self._of("line_office"), shown(task["office"])),
            (
                self._of("line_opened"),
                self._of("by_at", who=self._who(task["opener"]), at=self._when(task["opened_at"])),
            ),
            (self._of("line_status"), words.of(f"cli.status_{task['status']}")),
            (self._of("line_due"), self._when(task["due_at"])),
        ]
        if task["closed_at"] is not None:
            lines.append((self._of("line_closed"), self._when(task["closed_at"])))
        if task["parent"] is not None:
            lines.append((self._of("line_parent"), shown(task["parent"])))
        for name in ("reference", "into"):
            if task[name] is not None:
                lines.append((self._of(f"line_{name}"), shown(task[name])))
        if task["merged"]:
            lines.append((self._of("line_merged"), words.comma.join(task["merged"])))
        if task["cause"] is not None:
            lines.append((self._of("line_cause"), shown(task["cause"])))
        lines += [(shown(each["title"]), self._text(each)) for each in self.figures["fields"]]
        lines += [
            (self._of("line_visible"), visible),
            (self._of("line_digest"), shown(task["digest"])),
        ]
        code = "note_readable" if self.figures["readable"] else "note_not_readable"
        return Section(
            key="head",
            title=self._of("section_head"),
            entries=(Entry(title=shown(task["id"]), lines=tuple(lines)),),
            notes=(self._of(code),),
        )

    def _numbers(self) -> Section:
        rows = []
        for name in NAMES:
            value = self.figures["figures"][name]["value"]
            basis = f"t-{name}" if value else None
            rows.append(
                (Cell(text=self._of(f"file_{name}")), Cell(text=str(value), number=True, basis=basis))
            )
        columns = (self.words.say("column_figure"), self._of("column_count"))
        title = self._of("section_numbers")
        return Section(
            key="numbers",
            title=title,
            table=Table(caption=title, columns=columns, rows=tuple(rows)),
            notes=(self._of("task_trace", task=self.figures["task"]["id"]),),
        )

    def _listed(self, key: str, entries: Sequence[Entry]) -> Section:
        none = () if entries else (self._of(f"none_{key}"),)
        return Section(key=key, title=self._of(f"section_{key}"), paragraphs=none, entries=tuple(entries))

    def _before(self, before: Mapping[str, Any]) -> Section:
        told = self._of(
            "before_told",
            kind=shown(before["workflow_title"]),
            office=shown(before["office"]),
            opened_at=self._when(before["opened_at"]),
            closed_at=self._when(before["closed_at"]),
        )
        return Section(
            key=f"before-{before['task']}",
            title=self._of("section_before", task=before["task"]),
            paragraphs=(told,),
            entries=tuple(self._visit(each) for each in before["visits"]),
        )

    def _visit(self, visit: Mapping[str, Any]) -> Entry:
        lines: Lines = [(self._of("line_entered"), self._when(visit["entered_at"]))]
        lines += [
            (self._of("line_owed"), self._holding(each)) for each in visit["holdings"] if each["person"]
        ]
        lines += [(self._of("line_delegated"), self._delegation(each)) for each in visit["delegations"]]
        if visit["owner"] != "person":
            whom = visit["waits_for"] if visit["owner"] == "outside" else self._who(visit["waits_for"])
            told = self._of(f"waits_{visit['owner']}", waits_for=whom, urger=self._who(visit["urger"]))
            lines.append((self._of("line_waits"), told))
        lines += [(self._of("line_due"), self._due(each)) for each in visit["dues"]]
        lines += [(self._of("line_stop"), self._stop(each)) for each in visit["stops"]]
        lines += [(self._of("line_asked"), self._asked(each)) for each in visit["extensions"]]
        lines += [(self._of("line_urged"), self._when(each)) for each in visit["urged_at"]]
        lines.append((self._of("line_ended"), self._ended(visit)))
        reason = self._text(visit["reason"])
        lines += [(self._of("line_reason"), reason)] if reason else []
        title = self._of(
            "visit_title", step=shown(visit["title"]), visit=visit["visit"], index=visit["index"]
        )
        return Entry(title=title, lines=tuple(lines))

    def _holding(self, holding: Mapping[str, Any]) -> str:
        return self._of(
            "holding",
            who=self._who(holding["person"], holding["post"]),
            capacity=self.words.of(f"cli.capacity_{holding['capacity']}", **{"for": holding["for"]}),
            since=self._when(holding["since"]),
            how=self.words.of(f"cli.holding_{holding['why']}"),
            index=holding["index"],
        )

    def _delegation(self, given: Mapping[str, Any]) -> str:
        told = {"since": self._when(given["since"]), "index": given["index"]}
        if given["person"] is None:
            return self._of("delegation_ended", **told)
        return self._of("delegation", who=self._who(given["person"], given["post"]), **told)

    def _due(self, due: Mapping[str, Any]) -> str:
        mark = self.words.say("mark_provisional") if due["provisional"] else ""
        told = {
            "due_at": self._when(due["due_at"]) + mark,
            "since": self._when(due["since"]),
            "index": due["index"],
        }
        return self._of(f"due_{due['why']}", extension=due["extension"], **told)

    def _stop(self, stop: Mapping[str, Any]) -> str:
        code = "stop_open" if stop["end"] is None else "stop"
        told = {"start": self._when(stop["start"]), "end": self._when(stop["end"])}
        return self._of(
            code, waits_for=shown(stop["waits_for"]), by=self._who(stop["by"]), index=stop["index"], **told
        )

    def _asked(self, asked: Mapping[str, Any]) -> str:
        code = "asked" if asked["answered_at"] is None else "asked_answered"
        return self._of(
            code,
            at=self._when(asked["at"]),
            by=self._who(asked["by"]),
            answered=self._when(asked["answered_at"]),
        )

    def _ended(self, visit: Mapping[str, Any]) -> str:
        if visit["left_at"] is None:
            stopped = visit["clock"] == "stopped"
            light = (
                self.words.of("cli.clock_stopped") if stopped else self.words.say(f"light_{visit['light']}")
            )
            return self._of("still_open", light=light)
        if visit["status"] == "withdrawn":
            return self._of("withdrawn", at=self._when(visit["left_at"]), index=visit["left_index"])
        told = self._of(
            "ended_paper" if visit["capacity"] == "paper" else "ended",
            at=self._when(visit["done_at"] or visit["left_at"]),
            who=self._who(visit["doer"]),
            action=shown(visit["action_title"] or visit["action"] or ""),
            index=visit["left_index"],
            recorded=self._when(visit["left_at"]),
        )
        marks = [self._of(f"mark_{name}") for name in ("late", "late_record") if visit[name]]
        return self.words.gap.join([told, *marks])

    def _paper(self, act: Mapping[str, Any]) -> Entry:
        lines: Lines = [
            (self._of("line_signed"), self._who(act["person"])),
            (self._of("line_signed_at"), self._when(act["done_at"])),
            (
                self._of("line_recorded"),
                self._of("by_at", who=self._who(act["recorded_by"]), at=self._when(act["at"])),
            ),
        ]
        if act["kind"] == "task_noted":
            lines.append((self._of("line_remark"), self._text(act["reason"])))
            return Entry(title=self._of("remark_title", index=act["index"]), lines=tuple(lines))
        told = {"step": shown(act["step_title"] or ""), "action": shown(act["action_title"] or "")}
        return Entry(title=self._of("paper_title", index=act["index"], **told), lines=tuple(lines))

    def _evidence(self) -> Section:
        rows = tuple(
            (
                cell(f"#{each['index']}"),
                cell(self._when(each["at"])),
                cell(self._who(each["by"])),
                cell(self._text(each["name"]) or self._of("unnamed")),
                Cell(text=shown(each["sha256"])),
            )
            for each in self.figures["evidence"]
        )
        names = ("column_leaf", "column_at", "column_by", "column_file", "column_sha256")
        return self._table("evidence", tuple(self._of(name) for name in names), rows)

    def _finding(self, finding: Mapping[str, Any]) -> Entry:
        words = self.words
        named = [
            self._of(
                "answers",
                who=self._who(each["person"], each["post"]),
                degree=words.say(f"degree_{each['degree']}"),
                reason=words.of(each["reason"], **{"for": each["capacity"].get("for")}),
            )
            for each in finding["answerers"]
        ]
        missing = [words.of(code) for code in finding["undetermined"] or ()]
        states = [
            words.say(f"state_{finding['state']}"),
            *([words.say("disputed")] if finding["disputed"] else []),
        ]
        step = shown(finding["step_title"]) if finding["step_title"] else words.say("no_step")
        lines: Lines = [
            (
                self._of("line_found"),
                self._of("found_at", at=self._when(finding["found_at"]), index=finding["index"]),
            ),
            (self._of("line_step"), step),
            (words.say("line_whose"), words.gap.join([*named, *missing]) or words.say("nobody")),
            (words.say("line_state"), words.comma.join(states)),
        ]
        lines += [(self._of("line_end"), self._end(each)) for each in finding["ends"]]
        if finding["follow_up"]:
            lines.append((words.say("column_follow_up"), shown(finding["follow_up"])))
        leaves = words.comma.join(f"#{each}" for each in finding["evidence"])
        lines.append((self._of("line_evidence"), leaves))
        rule = words.of(f"rule.{finding['rule']}.title")
        severity = words.say(f"severity_{finding['severity']}")
        title = words.say("finding_title", id=finding["id"], rule=rule, severity=severity)
        return Entry(title=title, lines=tuple(lines))

    def _end(self, end: Mapping[str, Any]) -> str:
        by = "" if end["by"] is None else self._who(end["by"])
        event = self.words.of(f"cli.event_{end['kind']}")
        return self._of(
            "end",
            event=event,
            at=self._when(end["at"]),
            by=by,
            index=end["index"],
            reason=self._text(end["reason"]),
        )

    def _follow_ups(self) -> Section:
        rows = tuple(
            (
                cell(shown(each["task"])),
                cell(shown(each["workflow_title"])),
                cell(shown(each["finding"])),
                cell(shown(each["office"])),
                cell(self._when(each["due_at"])),
                cell(self.words.of(f"cli.status_{each['status']}")),
            )
            for each in self.figures["follow_ups"]
        )
        say = self.words.say
        columns = (
            say("column_task"),
            self._of("column_kind"),
            say("column_finding"),
            say("column_office"),
            say("column_due"),
            say("column_state"),
        )
        return self._table("file_follow_ups", columns, rows)

    def _children(self) -> Section:
        rows = tuple(
            (
                cell(shown(each["task"])),
                cell(shown(each["workflow_title"])),
                cell(shown(each["office"])),
                cell(self._when(each["opened_at"])),
                cell(self._when(each["due_at"])),
                cell(self.words.of(f"cli.status_{each['status']}")),
            )
            for each in self.figures["children"]
        )
        say = self.words.say
        columns = (
            say("column_task"),
            self._of("column_kind"),
            say("column_office"),
            self._of("line_opened"),
            say("column_due"),
            say("column_state"),
        )
        return self._table("file_children", columns, rows)

    def _notices(self) -> Section:
        rows = tuple(
            (
                cell(shown(each["id"])),
                cell(self.words.of(f"cli.level_{each['level']}")),
                cell(self._when(each["given_at"])),
                cell(self.words.comma.join(self._who(person) for person in each["to"])),
                cell(self.words.of(f"cli.notice_{each['state']}")),
                cell(self._text(each["answer"])),
            )
            for each in self.figures["notices"]
        )
        names = ("notice", "level", "at", "to", "state", "answer")
        return self._table("notices", tuple(self._of(f"column_{name}") for name in names), rows)

    def _circulation(self) -> Section:
        rows = tuple(
            (
                cell(self._who(each["person"], each["post"])),
                cell(self._who(each["by"])),
                cell(self._when(each["at"])),
                cell(self._of("unread") if each["read_at"] is None else self._when(each["read_at"])),
            )
            for each in self.figures["circulation"]
        )
        names = ("reader", "by", "at", "read_at")
        return self._table("circulation", tuple(self._of(f"column_{name}") for name in names), rows)

    def _history(self) -> Section:
        rows = tuple(
            (
                cell(f"#{each['index']}"),
                cell(self._when(each["at"])),
                cell(self._event(each)),
                cell(shown(each["step_title"] or "")),
                cell(shown(each["action_title"] or "")),
                cell(self._who(each["person"])),
                cell(self._text(each["reason"])),
            )
            for each in self.figures["history"]
        )
        names = ("leaf", "at", "event", "step", "action", "by", "reason")
        return self._table("history", tuple(self._of(f"column_{name}") for name in names), rows)

    def _event(self, each: Mapping[str, Any]) -> str:
        """What happened; of what was done on paper, who recorded it."""
        event = self.words.of(f"cli.event_{each['kind']}")
        if (each["capacity"] or {}).get("kind") != "paper":
            return event
        paper = self.words.of("cli.from_paper", person=self._who(each["recorded_by"]))
        return self.words.gap.join([event, paper])

    def _table(self, key: str, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> Section:
        title = self._of(f"section_{key}")
        table = Table(caption=title, columns=columns, rows=rows) if rows else None
        return Section(
            key=key, title=title, paragraphs=() if rows else (self._of(f"none_{key}"),), table=table
        )
