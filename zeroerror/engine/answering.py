"""The answer to a notice (回执): by whoever got it, or covers who got it, while its matter still goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zeroerror.engine.facts import Facts
from zeroerror.model.calendar import CalendarError
from zeroerror.model.command import Command
from zeroerror.model.event import INSTITUTION, Event
from zeroerror.model.instant import to_text
from zeroerror.model.notice import Notice
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason, Refusal
from zeroerror.timing import working_day_after


def answer_notices(command: Command, actor: str, facts: Facts, at: datetime) -> tuple[Event, ...] | Refusal:
    """One answer to one or more notices: all of them, or none."""
    reasons: list[Reason] = []
    events: list[Event] = []
    reason = command.body.get("reason")
    if reason is None:
        reasons.append(Reason("engine.says_nothing"))
    for id in dict.fromkeys(command.body["notices"]):
        notice = facts.notice(id)
        if notice is None:
            reasons.append(Reason("engine.unknown_notice", {"notice": id}))
            continue
        reasons += _against(notice, actor, facts, at)
        again = to_text(_again_at(notice, facts, at))
        body = {"notice": id, "by": actor, "reason": reason, "again_at": again}
        events.append(Event(INSTITUTION, "notice_answered", body))
    return Refusal(tuple(reasons)) if reasons else tuple(events)


def _against(notice: Notice, actor: str, facts: Facts, at: datetime) -> Iterator[Reason]:
    if not answers_for(actor, notice, facts.organisation, at):
        yield Reason("engine.not_your_notice", {"notice": notice.id})
    elif notice.state != "waiting":
        yield Reason(f"engine.notice_{notice.state}", {"notice": notice.id})
    elif not _goes_on(notice, facts):
        yield Reason("engine.notice_ended", {"notice": notice.id})


def answers_for(person: str, notice: Notice, organisation: Organisation, at: datetime) -> bool:
    """Whether somebody may answer a notice."""
    if not organisation.in_service(person, at):
        return False
    covering = {cover.by for each in notice.to for cover in organisation.covers_of(each, at)}
    return person in notice.to or person in covering


def _goes_on(notice: Notice, facts: Facts) -> bool:
    task = facts.task(notice.task)
    if task is None or notice.step is None:
        return task is not None and task.status == "open"
    visit = task.find(notice.step, notice.visit or 0)
    return visit is not None and visit.open


def _again_at(notice: Notice, facts: Facts, at: datetime) -> datetime:
    try:
        return working_day_after(facts.calendar, at, notice.interval)
    except CalendarError:
        return at + timedelta(days=7 * notice.interval)
