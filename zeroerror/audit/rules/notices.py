"""Notices (督办单) that nobody answered: a 回执 is owed, whatever becomes of the matter itself.

Whoever owes the step, or its urging, is found by that delay already; that he said nothing too sends the notice up,
and is told as a reminder, for one slip counts once. Those above whom it reaches have no other part in the matter
than to react, and leaving it unanswered is theirs. Who was away at any time between is not blamed for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.audit.answering import attribute_notice
from zeroerror.audit.rules.rule import End, Sighting
from zeroerror.audit.view import View
from zeroerror.model.calendar import CalendarError
from zeroerror.model.instant import to_text
from zeroerror.model.notice import Notice
from zeroerror.model.task import Task
from zeroerror.timing import working_day_after

#: In what part a reader of a notice has been found by the matter's own delay.
FOUND_ALREADY = ("owes", "urges")


def notice_unanswered(view: View, task: Task) -> Iterator[Sighting]:
    """A notice that had no answer when the next was due, in a matter that had not ended by then."""
    for notice in view.notices.get(task.id, ()):
        if _taken_back(task, notice):
            continue
        owed_by, over = _owed_by(view, notice), _matter_over(task, notice)
        if owed_by is None or owed_by > view.slot or notice.given_at > view.slot:
            continue
        answer = _answer(notice, view.slot)
        if _ended_otherwise(notice, over) or any(each.at <= owed_by for each in (answer, over) if each):
            continue
        ends = [each for each in (answer, over) if each is not None and each.at <= view.slot]
        end = min(ends, key=lambda each: each.at, default=None)
        yield Sighting(
            step=notice.step,
            visit=notice.visit,
            due_at=owed_by,
            evidence=(notice.given_index, *(end.evidence if end else ())),
            trace={
                "notice": notice.id,
                "level": notice.level,
                "given_at": to_text(notice.given_at),
                "owed_by": to_text(owed_by),
                "days": notice.interval,
                "ended_at": None if end is None else to_text(end.at),
            },
            attribution=None
            if notice.stage in FOUND_ALREADY
            else attribute_notice(view, task, notice, owed_by),
            end=end,
            severity="reminder" if notice.stage in FOUND_ALREADY else None,
        )


def _owed_by(view: View, notice: Notice) -> datetime | None:
    """The first moment at which the next notice may come; a notice carries its own interval."""
    try:
        return working_day_after(view.calendar, notice.given_at, notice.interval)
    except CalendarError:
        return None


def _answer(notice: Notice, slot: datetime) -> End | None:
    # An answer stands in the notice by its time alone.
    at = notice.answered_at
    return None if at is None or at > slot else End(at, "audit.cured_receipt", ())


def _taken_back(task: Task, notice: Notice) -> bool:
    """Whether the visit it was about has been taken back: what was found of it goes with it (design §4)."""
    visit = None if notice.step is None else task.find(notice.step, notice.visit or 0)
    return visit is not None and visit.status == "withdrawn"


def _matter_over(task: Task, notice: Notice) -> End | None:
    if notice.step is None:
        return None if task.closed_at is None else End(task.closed_at, "audit.cured_done", (task.last_index,))
    visit = task.find(notice.step, notice.visit or 0)
    if visit is None or visit.ended_at is None or visit.left_index is None:
        return None
    return End(visit.ended_at, "audit.cured_done", (visit.left_index,))


def _ended_otherwise(notice: Notice, over: End | None) -> bool:
    """Whether its matter ended though nothing was done: what it urged has been shown never to have been so."""
    return notice.state == "ended" and over is None
