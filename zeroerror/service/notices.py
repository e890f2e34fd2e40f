"""Notices as people ask for them, and their answers (回执)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from zeroerror.model.calendar import CalendarError
from zeroerror.model.command import OWN
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.limit import Limit
from zeroerror.model.notice import Notice, matter_of
from zeroerror.model.problem import Refusal
from zeroerror.service.front import NO_OPTIONS, Options, Receipt, Request, submit
from zeroerror.service.history import position_at, tasks_at
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.past import Earlier
from zeroerror.service.reader import Reader
from zeroerror.service.texts import Draft
from zeroerror.store import reads
from zeroerror.timing import working_before

#: For so long a correction is shown to who got it.
SHOWN = Limit("wd", count=5)


def answer(
    inst: Institution, actor: Actor, ids: Sequence[str], reason: str | None, options: Options = NO_OPTIONS
) -> Receipt | Refusal:
    """Answer notices with one reason: all of them, or none."""
    draft = Draft(inst)
    body = {"notices": [find_notice(inst, each) for each in ids], "reason": draft.text(reason)}
    return submit(inst, actor, Request("answer_notices", body, (), OWN, draft.payloads), options)


def find_notice(inst: Institution, text: str) -> str:
    """The id that a text means: the whole, or a unique beginning or end; UsageError otherwise."""
    found = reads.notice_ids(inst.conn, text.strip()) if text.strip() else []
    if not found:
        raise UsageError("error.unknown_notice", notice=text)
    if len(found) > 1:
        raise UsageError("error.ambiguous_notice", notice=text, found=found)
    return found[0]


def notices(inst: Institution, person: str, which: reads.NoticeFilter) -> list[dict[str, Any]]:
    """The notices that pass a filter, oldest first, as somebody may see them."""
    return notices_json(Reader(inst, person, inst.now()), reads.notices(inst.conn, which))


def notices_json(reader: Reader, found: Iterable[Notice]) -> list[dict[str, Any]]:
    """Notices with the titles of their tasks, and the answers, as somebody may read them."""
    listed = list(found)
    tasks = reads.tasks_by_id(reader.inst.conn, {each.task for each in listed})
    titles = reader.titles(tasks.values())
    readable = {id for id, task in tasks.items() if reader.may_read(task)}
    digests = [each.reason for each in listed if each.reason is not None and each.task in readable]
    texts = reads.texts(reader.inst.conn, digests)
    return [
        {
            "id": each.id,
            "level": each.level,
            "stage": each.stage,
            "state": each.state,
            "finding": each.finding,
            "task": each.task,
            "title": titles[each.task],
            **reader.hidden(tasks[each.task], titles[each.task]),
            "step": each.step,
            "step_title": _step_title(reader, each, tasks),
            "visit": each.visit,
            "to": list(each.to),
            "given_at": each.given_at,
            "answered_by": each.answered_by,
            "answered_at": each.answered_at,
            "answer": texts.get(each.reason or ""),
            "again_at": each.again_at,
            "index": each.given_index,
        }
        for each in listed
    ]


def waiting_for(reader: Reader, past: datetime | None = None) -> list[dict[str, Any]]:
    """The notices that somebody has got and not answered, of matters that still go on; now, or at an instant past."""
    conn = reader.inst.conn
    found = reads.notices_waiting(conn, reader.person) if past is None else _waited(reader, past)
    if not found:
        return []
    ids = {each.task for each in found}
    tasks = reads.tasks_by_id(conn, ids)
    if past is not None:
        tasks = tasks_at(conn, ids, position_at(conn, to_text(past)))

    def open_still(each: Notice) -> bool:
        task = tasks[each.task]
        visit = None if each.step is None else task.find(each.step, each.visit or 0)
        return task.status == "open" and (each.step is None or (visit is not None and visit.open))

    listed = notices_json(reader, [each for each in found if open_still(each)])
    # What has become of them since is not told here, whenever it is asked.
    later = ("answered_by", "answered_at", "answer", "again_at")
    return [{**{k: v for k, v in each.items() if k not in later}, "state": "waiting"} for each in listed]


def _waited(reader: Reader, at: datetime) -> list[Notice]:
    """The notices to somebody that had no answer yet at an instant, and had not been followed."""
    conn = reader.inst.conn
    got = reads.notices(conn, reads.NoticeFilter(person=reader.person))
    matters = reads.notices_of_matters(conn, {each.task for each in got})
    last = {
        [each for each in given if each.given_at <= at][-1].id
        for given in matters.values()
        if any(each.given_at <= at for each in given)
    }
    waited = [each for each in got if each.id in last and (each.answered_at is None or each.answered_at > at)]
    ended = {each.task for each in waited if each.state == "ended"}
    if not ended:
        return waited
    # What was found may have been withdrawn by then, and the step still be open.
    findings = [each for of in reads.findings_of_tasks(conn, ended).values() for each in of]
    leads = (each.lead for each in Earlier(conn, at).as_of(findings) if each.state == "open")
    standing = {matter_of(each.task, each.step, each.visit) for each in leads if each.task is not None}
    return [
        each
        for each in waited
        if each.state != "ended" or matter_of(each.task, each.step, each.visit) in standing
    ]


def corrections_to(reader: Reader) -> list[dict[str, Any]]:
    """What has been corrected to somebody in the last working days, so that he sees it once he looks."""
    try:
        since = working_before(reader.at, SHOWN, reader.facts.calendar)
    except CalendarError:
        since = reader.at - timedelta(days=7)
    sent = reads.corrections_to(reader.inst.conn, reader.person, since)
    found = [each for each in sent if each.sent_at <= reader.at]
    findings = reads.findings_by_id(reader.inst.conn, {each.finding for each in found})
    return [
        {
            "finding": each.finding,
            "why": each.why,
            "sent_at": each.sent_at,
            "index": each.idx,
            "rule": findings[each.finding].lead.rule,
            "task": findings[each.finding].lead.task,
            "step": findings[each.finding].lead.step,
        }
        for each in found
    ]


def _step_title(reader: Reader, notice: Notice, tasks: Any) -> str | None:
    if notice.step is None:
        return None
    return reader.definition(tasks[notice.task]).workflow.step(notice.step).title
