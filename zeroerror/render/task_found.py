"""What was done on paper and what was found of a task, put into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.render.document import Entry
from zeroerror.render.task_words import FileWords, Lines
from zeroerror.text import shown


class Found(FileWords):
    """Papers and findings of one file."""

    def paper(self, act: Mapping[str, Any]) -> Entry:
        """What was signed or written on paper, by whom, and who recorded it."""
        lines: Lines = [
            (self.of("line_signed"), self.who(act["person"])),
            (self.of("line_signed_at"), self.when(act["done_at"])),
            (
                self.of("line_recorded"),
                self.of("by_at", who=self.who(act["recorded_by"]), at=self.when(act["at"])),
            ),
        ]
        if act["kind"] == "task_noted":
            lines.append((self.of("line_remark"), self.text(act["reason"])))
            return Entry(title=self.of("remark_title", index=act["index"]), lines=tuple(lines))
        told = {"step": shown(act["step_title"] or ""), "action": shown(act["action_title"] or "")}
        return Entry(title=self.of("paper_title", index=act["index"], **told), lines=tuple(lines))

    def finding(self, finding: Mapping[str, Any]) -> Entry:
        """A finding, whose it is and what became of it."""
        words = self.words
        named = [
            self.of(
                "answers",
                who=self.who(each["person"], each["post"]),
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
                self.of("line_found"),
                self.of("found_at", at=self.when(finding["found_at"]), index=finding["index"]),
            ),
            (self.of("line_step"), step),
            (words.say("line_whose"), words.gap.join([*named, *missing]) or words.say("nobody")),
            (words.say("line_state"), words.comma.join(states)),
        ]
        lines += [(self.of("line_end"), self._end(each)) for each in finding["ends"]]
        if finding["follow_up"]:
            lines.append((words.say("column_follow_up"), shown(finding["follow_up"])))
        leaves = words.comma.join(f"#{each}" for each in finding["evidence"])
        lines.append((self.of("line_evidence"), leaves))
        rule = words.of(f"rule.{finding['rule']}.title")
        severity = words.say(f"severity_{finding['severity']}")
        title = words.say("finding_title", id=finding["id"], rule=rule, severity=severity)
        return Entry(title=title, lines=tuple(lines))

    def _end(self, end: Mapping[str, Any]) -> str:
        by = "" if end["by"] is None else self.who(end["by"])
        event = self.words.of(f"cli.event_{end['kind']}")
        return self.of(
            "end",
            event=event,
            at=self.when(end["at"]),
            by=by,
            index=end["index"],
            reason=self.text(end["reason"]),
        )
