"""Dates in the month: more time asked for, dates that leave no time, a year whose days off are announced."""

from __future__ import annotations

from zeroerror.service import publish, tasks
from zeroerror.service.demo.month.stage import MonthStage
from zeroerror.service.demo.others import assigned, broken_down
from zeroerror.service.demo.stage import Course

GENERAL = "办公室"
#: A made-up announcement: one make-up Saturday. The real one for 2027 is the State Council's to give.
YEAR = """\
year: 2027
status: official
source: 演示用的假设安排，不是国务院办公厅的通知
noticed_on: 2026-11-24
off:
  - 2027-01-01..2027-01-03
  - 2027-02-05..2027-02-08
  - 2027-04-05
  - 2027-05-01..2027-05-02
  - 2027-06-09
  - 2027-09-15
  - 2027-10-01..2027-10-03
work:
  - 2027-01-09
"""


def courses(stage: MonthStage) -> list[Course]:
    """Every matter that turns on a date."""
    return [undecided(stage), asked_late(stage), no_time(stage), next_year(stage)]


def undecided(stage: MonthStage) -> Course:
    """More time that is asked for early, and answered a day too late."""
    office = "教科文卫体委"
    clerk, director = stage.duty(office, "起草")[0], stage.director(office)
    yield "2026-11-10 09:00"
    task = stage.draft(clerk, office, "教育界委员活动日安排")
    yield "2026-11-10 10:00"
    asked = tasks.extend(stage.inst, stage.actor(clerk), task, "2wd", reason="待县教育局复函")
    proposal = stage.proposed(asked)
    stage.tell("month_asked", clerk=stage.who(clerk), task=task, director=stage.who(director))
    yield "2026-11-12 09:00"
    stage.confirm(director, proposal)
    stage.tell("month_granted", director=stage.who(director), task=task, due_at=stage.due(task))
    yield "2026-11-13 15:00"
    stage.drafted(clerk, task)
    yield from stage.issued(task, office, "2026-11-16 10:00", "2026-11-17 10:30", "2026-11-17 15:00")


def asked_late(stage: MonthStage) -> Course:
    """More time that is asked for on the last day: granted, and only remarked upon."""
    office = "文史学习委"
    clerk, director = stage.duty(office, "起草")[0], stage.director(office)
    yield "2026-11-19 09:20"
    task = stage.draft(clerk, office, "文史馆开放通知")
    yield "2026-11-23 10:00"
    asked = tasks.extend(stage.inst, stage.actor(clerk), task, "2wd", reason="待县档案馆复函")
    proposal = stage.proposed(asked)
    yield "2026-11-23 10:30"
    stage.confirm(director, proposal)
    stage.tell("month_asked_late", clerk=stage.who(clerk), task=task, director=stage.who(director))
    yield "2026-11-24 15:00"
    stage.drafted(clerk, task)
    yield from stage.issued(task, office, "2026-11-25 09:00", "2026-11-25 15:00", "2026-11-26 09:00")


def no_time(stage: MonthStage) -> Course:
    """A matter wanted on the day on which it is given."""
    director, driver = stage.director(GENERAL), stage.duty(GENERAL, "督办")[0]
    yield "2026-11-12 14:30"
    fields = {"title": "当天报送调研数据", "source": "其他", "finish_by": "2026-11-12"}
    task = stage.open(director, "handling/supervision", GENERAL, **fields)
    stage.tell("month_no_time", director=stage.who(director), task=task)
    yield "2026-11-12 15:30"
    stage.advance(driver, task, "drop", reason="时限过短，改为下周一并报送")


def next_year(stage: MonthStage) -> Course:
    """A due date that rests on next year's calendar, and moves when that is announced."""
    office = "社会法制委"
    yield "2026-11-05 09:30"
    task, _ = assigned(stage, office, "社区矫正工作建议落实", "2027-01-12")
    yield "2026-11-05 15:00"
    broken_down(stage, task, office)
    stage.tell("month_provisional", task=task, due_at=stage.due(task))
    yield "2026-11-25 09:30"
    path = stage.file("2027.yaml", YEAR)
    secadmin, auditor = stage.entitled("secadmin"), stage.entitled("auditor")
    proposal = stage.proposed(publish.apply_calendar(stage.inst, stage.actor(secadmin), path))
    yield "2026-11-25 10:00"
    stage.confirm(auditor, proposal)
    stage.tell(
        "month_year",
        secadmin=stage.who(secadmin),
        auditor=stage.who(auditor),
        task=task,
        due_at=stage.due(task),
    )
