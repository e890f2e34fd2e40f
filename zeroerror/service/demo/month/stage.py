"""The month's stage: what is found is told by its rule, at length where a rule is seen at work for the first time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zeroerror.model.instant import from_text
from zeroerror.service import organisation, sandbox
from zeroerror.service.demo.stage import Course, DemoFailed, Stage, Tell, done
from zeroerror.service.institution import Institution
from zeroerror.service.task_show import task_show
from zeroerror.text import Language, say


class MonthStage(Stage):
    """A stage on which every rule is introduced when it first finds something."""

    def __init__(self, inst: Institution, tell: Tell, language: Language, papers: Path) -> None:
        super().__init__(inst, tell, language, papers)
        self._met: set[str] = set()

    def heard(self, slot: Mapping[str, Any], news: Sequence[Mapping[str, Any]]) -> None:
        """Name the rules that are new, and count the rest."""
        known = 0
        for each in slot["findings"]:
            if each["rule"] in self._met:
                known += each["severity"] != "reminder"
                continue
            self._met.add(each["rule"])
            self._introduce(each)
        counts = slot["counts"]
        told = {"found": known, "cured": counts["cured"], "withdrawn": counts["withdrawn"]}
        if any(told.values()):
            self.tell("month_audit", **{name: count or None for name, count in told.items()})

    def _introduce(self, found: Mapping[str, Any]) -> None:
        title = say(f"rule.{found['rule']}.title", {}, self.language)
        self.tell("month_first", title=title, finding=found["id"], task=found["task"] or "")

    def finding(self, task: str, rule: str) -> Mapping[str, Any]:
        """What a rule has found of a task; raises DemoFailed where it has found nothing."""
        found = [each for each in self.found if (each["task"], each["rule"]) == (task, rule)]
        if not found:
            raise DemoFailed(reason="demo.found_otherwise")
        return found[-1]

    def sleep(self, text: str) -> None:
        """Let the clock run on without any audit, as while the machine is off."""
        done(sandbox.set_clock(self.inst, self.instant(text)))

    def leave(self, person: str, granted_by: str, since: str, until: str) -> None:
        """Put a leave on record beforehand, granted by a superior."""
        asked = organisation.leave(
            self.inst, self.actor(person), person, self.instant(since), self.instant(until)
        )
        self.confirm(granted_by, self.proposed(asked))

    def due(self, task: str) -> str:
        """When the step that is open is due, as the story writes it."""
        steps = task_show(self.inst, task, self.secretary())["steps"]
        at = next(each["due_at"] for each in steps if each["due_at"] is not None)
        return self.local(from_text(at) if isinstance(at, str) else at)

    def notices(self, task: str) -> list[Mapping[str, Any]]:
        """The notices about a task, oldest first."""
        found: list[Mapping[str, Any]] = task_show(self.inst, task, self.secretary())["notices"]
        return found

    def draft(self, person: str, office: str, title: str) -> str:
        """A 发文 opened, whose drafting is due in two working days."""
        return self.open(person, "document/outgoing", office, title=title, urgency="平件")

    def drafted(self, person: str, task: str) -> None:
        """The draft handed in for review."""
        self.advance(person, task, "submit", paper="文稿")

    def issued(self, task: str, office: str, reviewed: str, signed: str, printed: str) -> Course:
        """The rest of a 发文's way, each step at its hour: reviewed, signed, printed."""
        yield reviewed
        self.advance(self.director(office), task, "pass")
        yield signed
        self.advance(self.supervisor(office), task, "sign")
        yield printed
        self.advance(self.duty("办公室", "文印")[0], task, "issue", paper="印件")

    def entitled(self, word: str) -> str:
        """The first who is entitled to something: one of the three administrators."""
        return self.inst.organisation.all_entitled(word, self.inst.now())[0]
