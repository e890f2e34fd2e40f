"""Work that is done again in the month: found not to be done and put right for good, or returned thrice."""

from __future__ import annotations

from zeroerror.service import findings
from zeroerror.service.demo.month.stage import MonthStage
from zeroerror.service.demo.others import assigned, broken_down
from zeroerror.service.demo.stage import Course, done

GENERAL = "办公室"


def courses(stage: MonthStage) -> list[Course]:
    """Every matter that is done again."""
    return [put_right(stage), returned(stage)]


def put_right(stage: MonthStage) -> Course:
    """A supervision that was reported done and was not: 整改, to the look back."""
    office = "教科文卫体委"
    clerk, director, leader = stage.duty(office, "承办")[0], stage.director(office), stage.supervisor(office)
    yield "2026-11-03 14:40"
    task, driver = assigned(stage, office, "校园周边环境整治建议落实", "2026-12-04")
    yield "2026-11-04 14:20"
    broken_down(stage, task, office)
    yield "2026-11-06 15:00"
    _reported(stage, task, clerk, director, "已走访三所学校，摊点均已清理")
    yield "2026-11-09 11:00"
    stage.advance(driver, task, "redo", reason="其中一所校门口摊点仍未清理")
    stage.tell("month_redone", task=task, office=office)
    yield "2026-11-10 09:20"
    found = stage.finding(task, "step_failed")["id"]
    secretary = stage.secretary()
    # It was found at the general office's step; who is to put it right directs where it was not done.
    ordered = findings.rectify(
        stage.inst, stage.actor(secretary), found, "报结前须现场核对，请定措施", director
    )
    follow_up = stage.finding(task, "step_failed")["follow_up"]
    follow_up = next(each for each in done(ordered).tasks if each != follow_up)
    stage.tell(
        "month_rectify", leader=stage.who(secretary), follow_up=follow_up, director=stage.who(director)
    )
    yield from _rectified(stage, follow_up, office)
    yield "2026-11-23 15:20"
    _reported(stage, task, clerk, director, "四所学校现场核对，摊点全部清理")
    yield "2026-11-24 10:00"
    stage.advance(driver, task, "pass")
    yield "2026-11-24 15:30"
    stage.advance(leader, task, "close")
    yield "2026-11-25 10:30"
    stage.advance(stage.duty(GENERAL, "归档")[0], task, "file")
    yield "2026-11-30 10:00"
    checker = _checker(stage, office)
    stage.advance(checker, follow_up, "holds", reason="复查三件督办，报结前均有现场核对记录")
    stage.tell("month_looked_back", follow_up=follow_up, checker=stage.who(checker))


def _reported(stage: MonthStage, task: str, clerk: str, director: str, result: str) -> None:
    stage.advance(clerk, task, "report", fields={"result": result})
    stage.advance(director, task, "report", paper="核对记录")


def _checker(stage: MonthStage, office: str) -> str:
    """The deputy: never who puts it right."""
    return stage.duty(office, "承办")[1]


def _rectified(stage: MonthStage, follow_up: str, office: str) -> Course:
    """Planned by the director, done by the clerk, accepted by the deputy; looked at again at the month's end."""
    clerk, checker = stage.duty(office, "承办")[0], _checker(stage, office)
    yield "2026-11-11 10:00"
    plan = {
        "who": clerk,
        "by": "2026-11-20",
        "duty": "承办岗",
        "standard": "报结前现场核对并留记录",
        "measure": "报结单附现场核对表",
        "checker": checker,
    }
    stage.advance(stage.director(office), follow_up, "plan", fields=plan)
    stage.tell("month_planned", follow_up=follow_up, clerk=stage.who(clerk), checker=stage.who(checker))
    yield "2026-11-17 15:30"
    stage.advance(clerk, follow_up, "report", fields={"result": "核对表已启用，已核对四所学校"})
    yield "2026-11-19 11:00"
    stage.advance(checker, follow_up, "pass")
    stage.tell("month_accepted", follow_up=follow_up, checker=stage.who(checker))


def returned(stage: MonthStage) -> Course:
    """A draft that is returned a third time: said, and held against nobody."""
    office = "提案委"
    clerk, director = stage.duty(office, "起草")[0], stage.director(office)
    reasons = ("缺少依据", "分工不明", "附件不全")
    turns = ("2026-11-10 09:30", "2026-11-10 14:20", "2026-11-11 09:20")
    yield "2026-11-10 09:10"
    task = stage.draft(clerk, office, "提案办理“回头看”通知")
    for reason, at in zip(reasons, turns, strict=True):
        yield at
        stage.drafted(clerk, task)
        stage.advance(director, task, "return", reason=reason)
    stage.tell("month_returned", task=task, director=stage.who(director))
    yield "2026-11-11 14:30"
    stage.drafted(clerk, task)
    stage.advance(director, task, "pass")
    yield "2026-11-12 11:00"
    stage.advance(stage.supervisor(office), task, "sign")
    yield "2026-11-12 15:20"
    stage.advance(stage.duty(GENERAL, "文印")[0], task, "issue", paper="回头看通知")
