"""What else goes on in the house that week, so that board and report are those of an office at work."""

from __future__ import annotations

from zeroerror.service import tasks
from zeroerror.service.demo.stage import Course, Stage, done

GENERAL = "办公室"


def courses(stage: Stage) -> list[Course]:
    """Every other matter of the week."""
    return [
        incoming(stage),
        meeting(stage),
        waiting_outside(stage),
        done_again(stage),
        extended(stage),
        printed_late(stage),
        late_and_explained(stage),
        urgent(stage),
        for_signature(stage),
        begun(stage),
    ]


def incoming(stage: Stage) -> Course:
    """A document received that waits at a leader's desk, and is urged."""
    office, clerk = "经济委", stage.duty(GENERAL, "收文")[0]
    yield "2026-11-23 10:00"
    task = stage.open(
        clerk,
        "document/incoming",
        office,
        title="关于报送民营经济座谈会材料的函",
        sender="县工商联",
        urgency="平件",
        kind="批办件",
    )
    stage.advance(clerk, task, "register")
    yield "2026-11-23 15:00"
    stage.advance(stage.duty(GENERAL, "复核")[0], task, "accept")
    yield "2026-11-24 09:30"
    opinion = {"opinion": "拟请经济委承办，请分管领导批示"}
    stage.advance(stage.director(GENERAL), task, "propose", fields=opinion)
    leader = stage.supervisor(office)
    stage.tell("at_desk", task=task, office=office, leader=stage.who(leader))
    yield "2026-11-27 09:00"
    done(tasks.urge(stage.inst, stage.actor(clerk), task, note="已当面提醒"))
    stage.tell("urged", task=task, clerk=stage.who(clerk))


def meeting(stage: Stage) -> Course:
    """A meeting in preparation."""
    office = "社会法制委"
    clerk = stage.duty(office, "会务")[0]
    yield "2026-11-23 11:00"
    task = stage.open(clerk, "meeting/meeting", office, title="社会治理专题协商会")
    fields = {"held_on": "2026-12-10", "place": "机关三楼会议室"}
    stage.advance(clerk, task, "submit", fields=fields)
    yield "2026-11-24 09:00"
    stage.advance(stage.secretary(), task, "approve")
    stage.tell("meeting", task=task, office=office, held_on="2026-12-10")
    yield "2026-11-25 09:20"
    stage.advance(clerk, task, "finish", paper="会议方案")
    stage.tell("abreast", task=task, office=office)
    yield "2026-11-26 15:30"
    receives = stage.duty(GENERAL, "接待")[0]
    stage.advance(receives, task, "arrange")
    stage.tell("region_ended", task=task, person=stage.who(receives))


def assigned(stage: Stage, office: str, title: str, finish_by: str) -> tuple[str, str]:
    """A supervision proposed and approved on paper's way to its office; its id, and who drives it."""
    driver = stage.duty(GENERAL, "督办")[0]
    task = stage.open(
        driver, "handling/supervision", office, title=title, source="会议议定", finish_by=finish_by
    )
    stage.advance(driver, task, "submit", fields={"task": "按期办结并报结果"})
    stage.advance(stage.supervisor(office), task, "approve")
    stage.advance(driver, task, "assign")
    return task, driver


def broken_down(stage: Stage, task: str, office: str) -> None:
    """Sign for it and break it down, so that it is handled."""
    director = stage.director(office)
    stage.advance(director, task, "sign_for")
    stage.advance(director, task, "finish", fields={"measures": "分工到人，逐项落实"})


def waiting_outside(stage: Stage) -> Course:
    """A supervision whose clock is stopped while another body's papers are awaited."""
    office = "教科文卫体委"
    yield "2026-11-23 14:40"
    task, _ = assigned(stage, office, "校园周边环境整治建议落实", "2026-12-18")
    yield "2026-11-24 14:20"
    broken_down(stage, task, office)
    yield "2026-11-25 10:10"
    director = stage.director(office)
    pausing = tasks.pause(stage.inst, stage.actor(director), task, "外单位材料", reason="待县城管局提供底数")
    done(pausing)
    stage.tell("paused", task=task, office=office, director=stage.who(director))


def done_again(stage: Stage) -> Course:
    """A supervision that is found not to be done, and has to be done again."""
    office = "民族宗教委"
    yield "2026-11-23 15:20"
    task, driver = assigned(stage, office, "民族村寨消防隐患整改回访", "2026-12-03")
    yield "2026-11-24 15:10"
    broken_down(stage, task, office)
    yield "2026-11-26 10:00"
    handler = stage.duty(office, "承办")[0]
    stage.advance(handler, task, "report", fields={"result": "已走访三个村寨，隐患均已整改"})
    stage.advance(stage.director(office), task, "report", paper="回访记录")
    yield "2026-11-27 11:00"
    stage.advance(driver, task, "redo", reason="其中一处消防水池仍未蓄水")
    stage.tell("redone", task=task, office=office)


def extended(stage: Stage) -> Course:
    """A draft for which more time is asked before it is due, and given."""
    office = "文史学习委"
    clerk, director = stage.duty(office, "起草")[0], stage.director(office)
    yield "2026-11-23 10:10"
    task = stage.open(clerk, "document/outgoing", office, title="文史资料征集方案", urgency="平件")
    yield "2026-11-24 11:00"
    asked = tasks.extend(stage.inst, stage.actor(clerk), task, "2wd", reason="待县档案馆复函")
    proposal = stage.proposed(asked)
    yield "2026-11-24 14:30"
    stage.confirm(director, proposal)
    stage.tell("extended", task=task, clerk=stage.who(clerk), director=stage.who(director))


def printed_late(stage: Stage) -> Course:
    """A document that is late at the general office's printing, and is put right."""
    office = "社会法制委"
    yield "2026-11-25 09:00"
    clerk, printer = stage.duty(office, "起草")[0], stage.duty(GENERAL, "文印")[0]
    task = stage.open(clerk, "document/outgoing", office, title="法治宣传周活动安排", urgency="加急")
    stage.advance(clerk, task, "submit", paper="活动安排")
    yield "2026-11-25 14:30"
    stage.advance(stage.director(office), task, "pass")
    yield "2026-11-26 09:00"
    stage.advance(stage.supervisor(office), task, "sign")
    yield "2026-11-27 10:00"
    stage.advance(printer, task, "issue", paper="印件")
    stage.tell("printed", task=task, office=GENERAL, person=stage.who(printer))


def late_and_explained(stage: Stage) -> Course:
    """A draft that is overdue, and whose drafter explains himself."""
    office = "经济委"
    clerk = stage.duty(office, "起草")[0]
    yield "2026-11-23 14:10"
    task = stage.open(clerk, "document/outgoing", office, title="重点企业走访情况通报", urgency="平件")
    yield "2026-11-26 15:00"
    found = [each for each in stage.found if each["task"] == task and each["follow_up"]]
    stage.advance(clerk, found[0]["follow_up"], "reply", reason="两家企业的数据待核，明日送审")
    stage.tell("explained", task=task, clerk=stage.who(clerk), follow_up=found[0]["follow_up"])


def urgent(stage: Stage) -> Course:
    """An urgent document that goes all its way in a morning."""
    yield "2026-11-27 08:50"
    clerk = stage.duty(GENERAL, "起草")[0]
    task = stage.open(
        clerk, "document/outgoing", GENERAL, title="关于做好低温雨雪天气值班的通知", urgency="特急"
    )
    stage.advance(clerk, task, "submit", paper="值班通知")
    yield "2026-11-27 09:20"
    stage.advance(stage.director(GENERAL), task, "pass")
    yield "2026-11-27 09:50"
    stage.advance(stage.supervisor(GENERAL), task, "sign")
    yield "2026-11-27 10:20"
    stage.advance(stage.duty(GENERAL, "文印")[0], task, "issue", paper="值班通知印件")
    stage.tell("urgent_done", task=task)


def for_signature(stage: Stage) -> Course:
    """A document that lies at a leader's desk for signature."""
    office = "教科文卫体委"
    clerk = stage.duty(office, "起草")[0]
    yield "2026-11-25 15:00"
    task = stage.open(clerk, "document/outgoing", office, title="教育界委员活动日安排", urgency="平件")
    stage.advance(clerk, task, "submit", paper="活动日安排")
    yield "2026-11-26 10:20"
    stage.advance(stage.director(office), task, "pass")


def begun(stage: Stage) -> Course:
    """A draft that has just been begun."""
    office = "提案委"
    clerk = stage.duty(office, "承办")[0]
    yield "2026-11-27 15:00"
    stage.open(clerk, "document/outgoing", office, title="重点提案督办座谈会邀请函", urgency="平件")
