"""People in the month: two who are away together, four eyes that are not there, a cover who is late."""

from __future__ import annotations

from zeroerror.service import tasks
from zeroerror.service.demo.month.stage import MonthStage
from zeroerror.service.demo.stage import Course, done


def courses(stage: MonthStage) -> list[Course]:
    """Every matter that turns on who is there."""
    return [nobody_there(stage), covered(stage)]


def nobody_there(stage: MonthStage) -> Course:
    """A and B are both away: a step comes to nobody, and what the director drafts himself nobody may review."""
    office = "民族宗教委"
    (clerk, deputy), director = stage.duty(office, "起草"), stage.director(office)
    yield "2026-11-11 15:00"
    for person in (clerk, deputy):
        stage.leave(person, director, "2026-11-16 08:00", "2026-11-18 18:00")
    stage.tell("month_both_away", clerk=stage.who(clerk), deputy=stage.who(deputy), office=office)
    yield "2026-11-16 09:00"
    task = stage.draft(director, office, "民族团结进步月活动通知")
    stage.tell("month_unassigned", task=task, director=stage.who(director))
    yield "2026-11-17 08:50"
    done(tasks.assign(stage.inst, stage.actor(director), task, director))
    yield "2026-11-17 10:00"
    stage.drafted(director, task)
    stage.tell("month_own_draft", task=task, director=stage.who(director))
    yield "2026-11-19 09:00"
    done(tasks.assign(stage.inst, stage.actor(director), task, deputy))
    yield "2026-11-19 10:00"
    stage.advance(deputy, task, "pass")
    stage.tell("month_reviewed", task=task, deputy=stage.who(deputy))
    yield "2026-11-19 15:00"
    stage.advance(stage.supervisor(office), task, "sign")
    yield "2026-11-20 09:00"
    stage.advance(stage.duty("办公室", "文印")[0], task, "issue", paper="活动通知")


def covered(stage: MonthStage) -> Course:
    """Who covers answers for what comes to him while he does, for he has accepted."""
    office = "提案委"
    clerk, colleague = stage.duty(office, "起草")
    yield "2026-11-20 15:00"
    stage.away(clerk, colleague, "2026-11-23 08:00", "2026-11-27 18:00")
    stage.tell("month_away", clerk=stage.who(clerk), colleague=stage.who(colleague))
    yield "2026-11-24 09:30"
    task = stage.draft(stage.director(office), office, "提案办理协商会通知")
    yield "2026-11-27 09:00"
    found = stage.finding(task, "step_overdue")
    named = stage.who(found["attribution"][0]["person"])
    stage.tell("month_covered", task=task, finding=found["id"], person=named, clerk=stage.who(clerk))
    stage.drafted(colleague, task)
    yield from stage.issued(task, office, "2026-11-27 15:30", "2026-11-30 09:00", "2026-11-30 11:00")
