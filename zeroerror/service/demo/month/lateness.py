"""What is late in the month, and what becomes of it: urged upwards, disputed, corrected, voided, withdrawn."""

from __future__ import annotations

from zeroerror.service import findings, notices, tasks
from zeroerror.service.demo.month.stage import MonthStage
from zeroerror.service.demo.stage import Course, DemoFailed, done

GENERAL = "办公室"


def courses(stage: MonthStage) -> list[Course]:
    """Every matter that is late."""
    return [urged_upwards(stage), corrected(stage), voided(stage), withdrawn(stage), recorded_late(stage)]


def urged_upwards(stage: MonthStage) -> Course:
    """A draft that nobody sees to: notices go up from blue to red, and the one that is answered ends it."""
    office = "经济委"
    clerk, leader = stage.duty(office, "起草")[0], stage.supervisor(office)
    yield "2026-11-02 09:00"
    task = stage.draft(clerk, office, "重点企业走访情况通报")
    stage.tell("month_draft", clerk=stage.who(clerk), office=office, task=task, due_at=stage.due(task))
    yield "2026-11-05 08:40"
    _told(stage, task, "blue")
    yield "2026-11-09 08:40"
    _told(stage, task, "yellow")
    yield "2026-11-12 09:30"
    follow_up = stage.finding(task, "step_overdue")["follow_up"]
    stage.advance(clerk, follow_up, "reply", reason="两家企业的数据待核")
    stage.tell("month_explained", clerk=stage.who(clerk), follow_up=follow_up)
    yield "2026-11-13 08:40"
    _told(stage, task, "red")
    yield "2026-11-13 10:00"
    stage.tell("month_answered", person=stage.who(leader), notice=_answered(stage, task, leader))
    yield "2026-11-16 09:30"
    stage.drafted(clerk, task)
    stage.tell("month_submitted", clerk=stage.who(clerk), task=task)
    yield from _signed_late(stage, task, office, clerk)


def _told(stage: MonthStage, task: str, level: str) -> None:
    found = [each for each in stage.notices(task) if each["level"] == level and each["step"] == "draft"]
    if not found:
        raise DemoFailed(reason="demo.found_otherwise")
    to = [stage.who(person) for person in found[0]["to"]]
    stage.tell("month_notice", level=level, notice=found[0]["id"], task=task, to=to)


def _answered(stage: MonthStage, task: str, person: str) -> str:
    """Answer every notice about it that somebody has got; the first of them."""
    waiting: list[str] = [
        each["id"] for each in stage.notices(task) if each["to"] == [person] and each["state"] == "waiting"
    ]
    done(notices.answer(stage.inst, stage.actor(person), waiting, "已约谈承办人，下周一送审"))
    return waiting[0]


def _signed_late(stage: MonthStage, task: str, office: str, clerk: str) -> Course:
    """It waits at a leader's desk, and nobody urges it in time."""
    yield "2026-11-17 09:00"
    stage.advance(stage.director(office), task, "pass")
    yield "2026-11-23 09:10"
    done(tasks.urge(stage.inst, stage.actor(clerk), task, note="已当面提醒"))
    stage.tell("month_urged", clerk=stage.who(clerk), task=task)
    yield "2026-11-24 15:00"
    stage.advance(stage.supervisor(office), task, "sign")
    yield "2026-11-25 09:00"
    # The printing is in time, and the whole matter past its time since the evening before.
    stage.advance(stage.duty(GENERAL, "文印")[0], task, "issue", paper="走访情况通报")


def corrected(stage: MonthStage) -> Course:
    """A finding that its person disputes: it stands corrected, and whoever had read the wrong name is told."""
    office = "文史学习委"
    clerk, director, leader = stage.duty(office, "起草")[0], stage.director(office), stage.supervisor(office)
    yield "2026-11-03 09:00"
    task = stage.draft(clerk, office, "文史资料征集方案")
    yield "2026-11-06 10:00"
    found = stage.finding(task, "step_overdue")["id"]
    why = "主任已口头改派他人起草，系统里没有移交"
    done(findings.dispute(stage.inst, stage.actor(clerk), found, why))
    stage.tell("month_disputed", person=stage.who(clerk), finding=found, leader=stage.who(leader))
    yield "2026-11-09 09:20"
    answered = findings.answer(stage.inst, stage.actor(leader), found, "refer", "情况属实，应由主任负责移交")
    done(answered)
    whose = [(director, "lead")]
    proposal = stage.proposed(
        findings.correct(stage.inst, stage.actor(leader), found, whose, "口头改派未登记移交")
    )
    yield "2026-11-09 15:00"
    judge = stage.supervisor("教科文卫体委")
    stage.confirm(judge, proposal)
    stage.tell("month_corrected", finding=found, person=stage.who(director), judge=stage.who(judge))
    yield "2026-11-10 09:40"
    stage.drafted(clerk, task)
    stage.tell("month_correction", clerk=stage.who(clerk), finding=found)
    yield from stage.issued(task, office, "2026-11-10 15:00", "2026-11-11 09:30", "2026-11-11 10:30")


def voided(stage: MonthStage) -> Course:
    """A finding that two leaders judge not to stand."""
    office = "民族宗教委"
    clerk, leader, judge = stage.duty(office, "起草")[0], stage.supervisor(office), stage.secretary()
    yield "2026-11-04 09:10"
    task = stage.draft(clerk, office, "宗教活动场所走访安排")
    yield "2026-11-09 10:30"
    found = stage.finding(task, "step_overdue")["id"]
    proposal = stage.proposed(
        findings.void(stage.inst, stage.actor(leader), found, "到期当天机房停电，无法登记")
    )
    yield "2026-11-09 16:00"
    stage.confirm(judge, proposal)
    stage.tell("month_voided", finding=found, leader=stage.who(leader), judge=stage.who(judge))
    yield "2026-11-10 09:10"
    stage.drafted(clerk, task)
    yield from stage.issued(task, office, "2026-11-10 14:30", "2026-11-11 10:00", "2026-11-11 11:00")


def withdrawn(stage: MonthStage) -> Course:
    """Work that was done in time and recorded the morning after, as a colleague confirms: no slip at all."""
    office = "社会法制委"
    clerk, colleague = stage.duty(office, "起草")
    yield "2026-11-09 11:00"
    task = stage.draft(clerk, office, "法治宣传周活动安排")
    yield "2026-11-12 09:10"
    stage.advance(clerk, task, "submit", paper="活动安排", done_at=stage.instant("2026-11-11 17:10"))
    proposal = stage.proposed(tasks.attest(stage.inst, stage.actor(clerk), task))
    yield "2026-11-12 10:00"
    stage.confirm(colleague, proposal)
    stage.tell("month_attested", clerk=stage.who(clerk), colleague=stage.who(colleague), task=task)
    yield from stage.issued(task, office, "2026-11-12 15:00", "2026-11-13 09:30", "2026-11-13 10:30")


def recorded_late(stage: MonthStage) -> Course:
    """Work that was done in time, and put on record days later (补办)."""
    office = "提案委"
    clerk = stage.duty(office, "起草")[0]
    yield "2026-11-05 16:00"
    task = stage.draft(clerk, office, "提案办理进度通报")
    yield "2026-11-09 10:10"
    stage.advance(clerk, task, "submit", paper="进度通报", done_at=stage.instant("2026-11-05 17:20"))
    stage.tell("month_recorded_late", clerk=stage.who(clerk), task=task)
    yield from stage.issued(task, office, "2026-11-09 15:30", "2026-11-10 10:00", "2026-11-10 11:00")
