"""Each visit of a task put into words: who owed it, until when, what stopped it, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.render.document import Entry
from zeroerror.render.task_words import FileWords, Lines
from zeroerror.text import shown


class Visits(FileWords):
    """The visits of one file."""

    def visit(self, visit: Mapping[str, Any]) -> Entry:
        """One visit, a line for each thing that is to be said of it."""
        lines: Lines = [(self.of("line_entered"), self.when(visit["entered_at"]))]
        lines += [(self.of("line_owed"), self._holding(each)) for each in visit["holdings"] if each["person"]]
        lines += [(self.of("line_delegated"), self._delegation(each)) for each in visit["delegations"]]
        if visit["owner"] != "person":
            whom = visit["waits_for"] if visit["owner"] == "outside" else self.who(visit["waits_for"])
            told = self.of(f"waits_{visit['owner']}", waits_for=whom, urger=self.who(visit["urger"]))
            lines.append((self.of("line_waits"), told))
        lines += [(self.of("line_due"), self._due(each)) for each in visit["dues"]]
        lines += [(self.of("line_stop"), self._stop(each)) for each in visit["stops"]]
        lines += [(self.of("line_asked"), self._asked(each)) for each in visit["extensions"]]
        lines += [(self.of("line_urged"), self.when(each)) for each in visit["urged_at"]]
        lines.append((self.of("line_ended"), self._ended(visit)))
        reason = self.text(visit["reason"])
        lines += [(self.of("line_reason"), reason)] if reason else []
        title = self.of("visit_title", step=shown(visit["title"]), visit=visit["visit"], index=visit["index"])
        return Entry(title=title, lines=tuple(lines))

    def _holding(self, holding: Mapping[str, Any]) -> str:
        return self.of(
            "holding",
            who=self.who(holding["person"], holding["post"]),
            capacity=self.words.of(f"cli.capacity_{holding['capacity']}", **{"for": holding["for"]}),
            since=self.when(holding["since"]),
            how=self.words.of(f"cli.holding_{holding['why']}"),
            index=holding["index"],
        )

    def _delegation(self, given: Mapping[str, Any]) -> str:
        told = {"since": self.when(given["since"]), "index": given["index"]}
        if given["person"] is None:
            return self.of("delegation_ended", **told)
        return self.of("delegation", who=self.who(given["person"], given["post"]), **told)

    def _due(self, due: Mapping[str, Any]) -> str:
        mark = self.words.say("mark_provisional") if due["provisional"] else ""
        told = {
            "due_at": self.when(due["due_at"]) + mark,
            "since": self.when(due["since"]),
            "index": due["index"],
        }
        return self.of(f"due_{due['why']}", extension=due["extension"], **told)

    def _stop(self, stop: Mapping[str, Any]) -> str:
        code = "stop_open" if stop["end"] is None else "stop"
        told = {"start": self.when(stop["start"]), "end": self.when(stop["end"])}
        return self.of(
            code, waits_for=shown(stop["waits_for"]), by=self.who(stop["by"]), index=stop["index"], **told
        )

    def _asked(self, asked: Mapping[str, Any]) -> str:
        code = "asked" if asked["answered_at"] is None else "asked_answered"
        return self.of(
            code,
            at=self.when(asked["at"]),
            by=self.who(asked["by"]),
            answered=self.when(asked["answered_at"]),
        )

    def _ended(self, visit: Mapping[str, Any]) -> str:
        if visit["left_at"] is None:
            stopped = visit["clock"] == "stopped"
            light = (
                self.words.of("cli.clock_stopped") if stopped else self.words.say(f"light_{visit['light']}")
            )
            return self.of("still_open", light=light)
        if visit["status"] == "withdrawn":
            return self.of("withdrawn", at=self.when(visit["left_at"]), index=visit["left_index"])
        told = self.of(
            "ended_paper" if visit["capacity"] == "paper" else "ended",
            at=self.when(visit["done_at"] or visit["left_at"]),
            who=self.who(visit["doer"]),
            action=shown(visit["action_title"] or visit["action"] or ""),
            index=visit["left_index"],
            recorded=self.when(visit["left_at"]),
        )
        marks = [self.of(f"mark_{name}") for name in ("late", "late_record") if visit[name]]
        return self.words.gap.join([told, *marks])
