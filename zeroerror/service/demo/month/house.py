"""The house itself in the month: its weeks, a machine that was off, an old ledger read in, a leaf that is altered."""

from __future__ import annotations

from datetime import date, timedelta

from zeroerror.defaults import shipped
from zeroerror.model.problem import Refusal
from zeroerror.service import imports, log, publish, sandbox, tasks
from zeroerror.service.demo.month.stage import MonthStage
from zeroerror.service.demo.stage import Course, DemoFailed, done

GENERAL = "办公室"
MONDAYS = (2, 9, 16, 23, 30)

#: Three matters of an old ledger: one as it should be, one by somebody of another office, one that went on after
#: its end. No ledger of that time kept its papers.
OLD_LEDGER = """\
编号,环节,时间,经办人,办结时间
1,收件,2026-03-02 09:00:00+08:00,dengjie,2026-03-04 16:00:00+08:00
1,办结,2026-03-04 16:00:00+08:00,zengyong,2026-03-04 16:00:00+08:00
2,收件,2026-03-03 09:00:00+08:00,dengjie,2026-03-05 10:00:00+08:00
2,办结,2026-03-05 10:00:00+08:00,wangli,2026-03-05 10:00:00+08:00
3,收件,2026-03-04 09:00:00+08:00,dengjie,2026-03-06 09:00:00+08:00
3,办结,2026-03-06 09:00:00+08:00,zengyong,2026-03-06 09:00:00+08:00
3,收件,2026-03-09 09:00:00+08:00,dengjie,2026-03-06 09:00:00+08:00
"""
MAPPING = """\
format: 1
prefix: JTZ
office: 办公室
persons: ids
columns: {case: 编号, activity: 环节, time: 时间, actor: 经办人, end: 办结时间}
fields: {title: 编号}
steps: {收件: receive, 办结: close}
"""
OLD_WORKFLOW = """\
id: handling/old-ledger
format: 1
title: 旧台账收件
basis: 旧台账，演示用
family: handling
visible_to: [office, leaders, auditor]
opened_by: machine
fields:
  title: {title: 编号, type: text}
steps:
  receive:
    title: 收件
    owner: {duty: 承办}
    actions:
      hand_on: {title: 转办, to: close}
  close:
    title: 办结
    owner: {duty: 承办}
    actions:
      close: {title: 办结, end: done, evidence: 1}
"""


def courses(stage: MonthStage) -> list[Course]:
    """What concerns the house itself."""
    return [weeks(stage), machine_off(stage), old_ledger(stage), definition(stage), altered(stage)]


def weeks(stage: MonthStage) -> Course:
    """Each week by its name, with the report that the week before has left."""
    for number, day in enumerate(MONDAYS, 1):
        monday = date(2026, 11, day)
        yield f"{monday} 08:00"
        stage.say("month_week", number=number, since=monday, until=monday + timedelta(days=4))
        if number > 1:
            yield f"{monday} 08:31"
            year, week, _ = (monday - timedelta(days=7)).isocalendar()
            stage.tell("month_weekly", path=f"reports/{year}-W{week:02}/weekly.{stage.language}.html")


def machine_off(stage: MonthStage) -> Course:
    """A day on which the machine is off: what was owed is run afterwards, in order, and the gap is said."""
    yield "2026-11-18 08:20"
    stage.sleep("2026-11-18 17:10")
    stage.tell("month_slept")
    stage.audit()
    yield "2026-11-18 17:20"
    stage.tell("month_caught_up")


def old_ledger(stage: MonthStage) -> Course:
    """History from elsewhere, read in and, because two persons want it so, judged."""
    secadmin, leader = stage.entitled("secadmin"), stage.secretary()
    yield "2026-11-19 09:40"
    text = (shipped("config") / "thresholds.yaml").read_text("utf-8")
    path = stage.file("thresholds.yaml", text.replace("judge_imported: no", "judge_imported: yes"))
    proposal = stage.proposed(publish.apply_settings(stage.inst, stage.actor(secadmin), path))
    yield "2026-11-19 10:20"
    stage.confirm(leader, proposal)
    stage.tell("month_judged", secadmin=stage.who(secadmin), leader=stage.who(leader))
    yield "2026-11-19 14:30"
    log_file, mapping = stage.file("old.csv", OLD_LEDGER), stage.file("mapping.yaml", MAPPING)
    workflow = stage.file("workflow.yaml", OLD_WORKFLOW)
    read = imports.import_log(stage.inst, stage.actor(secadmin), log_file, mapping, workflow)
    if isinstance(read, Refusal):
        raise DemoFailed(reason=read.reasons[0].code)
    stage.tell("month_imported", secadmin=stage.who(secadmin), count=read.summary["counts"]["tasks"])


def definition(stage: MonthStage) -> Course:
    """A definition that is changed while tasks run by it: they go on as they were opened."""
    secadmin, leader = stage.entitled("secadmin"), stage.secretary()
    yield "2026-11-26 10:00"
    text = (shipped("workflows") / "document" / "outgoing.yaml").read_text("utf-8")
    path = stage.file("outgoing.yaml", text.replace("加急: 11wd, 平件: 16wd", "加急: 11wd, 平件: 17wd"))
    proposal = stage.proposed(publish.publish(stage.inst, stage.actor(secadmin), path))
    yield "2026-11-26 10:30"
    stage.confirm(leader, proposal)
    stage.tell("month_published", secadmin=stage.who(secadmin), leader=stage.who(leader))


def altered(stage: MonthStage) -> Course:
    """Somebody who owns the database moves a leaf's time back an hour; the next audit finds it."""
    clerk = stage.duty(GENERAL, "起草")[0]
    yield "2026-11-26 15:00"
    task = stage.draft(clerk, GENERAL, "年终总结会筹备通知")
    index = done(tasks.note(stage.inst, stage.actor(clerk), task, "已与各委办沟通")).index
    yield "2026-11-26 15:30"
    before = sandbox.tamper(stage.inst, index, _hour_back)
    stage.tell("month_altered", index=index)
    yield "2026-11-26 17:05"
    sandbox.tamper(stage.inst, index, lambda _: before)
    if not log.verify(stage.inst).ok:
        raise DemoFailed(reason="demo.found_otherwise")
    stage.tell("month_restored", index=index)
    yield "2026-11-27 15:00"
    stage.drafted(clerk, task)
    yield from stage.issued(task, GENERAL, "2026-11-27 16:00", "2026-11-30 09:30", "2026-11-30 10:30")


def _hour_back(leaf: bytes) -> bytes:
    head, mark, tail = leaf.rpartition(b'"time":"2026-11-26T')
    return head + mark + b"%02d" % (int(tail[:2]) - 1) + tail[2:]
