"""The story: a document that is sent back while its drafter is about to go on leave, and what the audit makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zeroerror.audit.explanation import explain
from zeroerror.model.finding import Attribution, Lead
from zeroerror.service.demo.stage import Course, DemoFailed, Stage

OFFICE = "提案委"
TITLE = "关于开展提案办理“回头看”的通知"


class Story:
    """The course of one document, told as it goes."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._clerk, self.colleague = stage.duty(OFFICE, "起草")
        self._director, self._leader = stage.director(OFFICE), stage.supervisor(OFFICE)
        self.task = ""
        #: What the audit found of it.
        self.finding: Mapping[str, Any] = {}

    def course(self) -> Course:
        """The days from Monday to Friday."""
        yield from self._drafted()
        yield from self._sent_back()
        yield from self._found()

    def _drafted(self) -> Course:
        stage, clerk, director = self._stage, self._stage.who(self._clerk), self._stage.who(self._director)
        yield "2026-11-23 09:00"
        self.task = stage.open(self._clerk, "document/outgoing", OFFICE, title=TITLE, urgency="平件")
        stage.tell("opened", clerk=clerk, office=OFFICE, task=self.task, title=TITLE)
        yield "2026-11-23 09:40"
        stage.advance(self._clerk, self.task, "submit", paper="文稿")
        stage.tell("handed_on", clerk=clerk, director=director)
        yield "2026-11-23 10:30"
        stage.advance(self._director, self.task, "return", reason="缺少办理时限的依据")
        stage.tell("sent_back", director=director)
        yield "2026-11-23 14:20"
        stage.advance(self._clerk, self.task, "submit", paper="文稿（修改）")
        stage.tell("handed_on_again", clerk=clerk)
        yield "2026-11-23 14:30"
        stage.refused(self._clerk, self.task, "pass")
        stage.tell("denied", clerk=clerk)
        yield "2026-11-23 16:00"
        stage.advance(self._director, self.task, "pass")
        stage.tell("director_signs", director=director, leader=stage.who(self._leader))

    def _sent_back(self) -> Course:
        stage = self._stage
        yield "2026-11-23 16:30"
        stage.away(self._clerk, self.colleague, "2026-11-25 08:00", "2026-12-04 18:00")
        stage.tell("away", clerk=stage.who(self._clerk), colleague=stage.who(self.colleague))
        yield "2026-11-24 10:00"
        stage.advance(self._leader, self.task, "return", reason="请补充回头看的范围和分工")
        due_at = self._open_step()["due_at"]
        stage.tell("leader_returns", leader=stage.who(self._leader), due_at=stage.local(due_at))

    def _open_step(self) -> Mapping[str, Any]:
        from zeroerror.service.task_show import task_show

        step: Mapping[str, Any] = task_show(self._stage.inst, self.task, self._clerk)["steps"][0]
        return step

    def _found(self) -> Course:
        stage = self._stage
        yield "2026-11-27 08:40"
        found = [each for each in stage.found if each["task"] == self.task]
        if len(found) != 1:
            raise DemoFailed(reason="demo.found_otherwise")
        self.finding = found[0]
        stage.tell("found", task=self.task, finding=self.finding["id"])
        for code, params in explain(_lead(self.finding), stage.inst.calendar.zone):
            stage.because(code, params)
        for each in self.finding["attribution"]:
            stage.tell("whose", person=stage.who(each["person"]), degree=each["degree"])
            stage.because(each["reason"], {})
        follow_up = self.finding["follow_up"]
        stage.tell("follow_up", follow_up=follow_up, person=stage.who(self.colleague))
        yield "2026-11-27 17:20"
        if [each["id"] for each in stage.found if each["task"] == self.task] != [self.finding["id"]]:
            raise DemoFailed(reason="demo.found_otherwise")
        stage.tell("found_once", finding=self.finding["id"])


def _lead(finding: Mapping[str, Any]) -> Lead:
    """As much of the lead as its explanation asks for."""
    return Lead(
        rule=finding["rule"],
        version=finding["version"],
        severity=finding["severity"],
        task=finding["task"],
        step=finding["step"],
        visit=finding["visit"],
        due_at=finding["due_at"],
        evidence=(),
        trace=finding["trace"],
        attribution=Attribution(),
    )
