"""What a slot's own pass told people: notices by level and post, and corrections, for the wide report."""

from __future__ import annotations

from typing import Any

from zeroerror.model.notice import LEVELS, Notice
from zeroerror.report.facts import CorrectionItem, NoticeItem
from zeroerror.service.following import told
from zeroerror.service.seen import Seen
from zeroerror.service.telling import post_of
from zeroerror.store import reads

#: What a daily report's number of notices is called, with its level.
OF_NOTICES = {f"notices_{level}": level for level in LEVELS}


def notices_of(seen: Seen) -> tuple[NoticeItem, ...]:
    """The notices that the slot's pass gave, without anybody's name."""
    given = _given(seen)
    tasks = seen.tasks(each.task for each in given)
    found = []
    for each in given:
        task = tasks.get(each.task)
        office = None if task is None else task.office
        posts = [post_of(seen.organisation, person, each.given_at, office) for person in each.to]
        found.append(
            NoticeItem(each.id, each.level, each.stage, each.finding, each.task, each.step, tuple(posts))
        )
    return tuple(found)


def notices_followed(seen: Seen, figure: str, office: str | None) -> list[dict[str, Any]]:
    """The notices of one level that the slot's pass gave, by the office of their task, each with its leaf."""
    level = OF_NOTICES[figure]
    offices: dict[str, list[Notice]] = {}
    given = [each for each in _given(seen) if each.level == level]
    tasks = seen.tasks(each.task for each in given)
    for each in given:
        offices.setdefault(tasks[each.task].office, []).append(each)
    return [
        {
            "office": name,
            "figure": figure,
            "value": len(found),
            "tasks": sorted({each.task for each in found}),
            "notices": [each.id for each in found],
            "events": told(seen.conn, [(each.id, each.given_index) for each in found]),
        }
        for name, found in sorted(offices.items())
        if office in (None, name)
    ]


def _given(seen: Seen) -> list[Notice]:
    """The notices that the slot's pass gave."""
    if seen.row is None:
        return []
    return reads.notices(seen.conn, reads.NoticeFilter(since=seen.wrote.start, until=seen.wrote.end))


def corrections_of(seen: Seen) -> tuple[CorrectionItem, ...]:
    """The corrections that the slot's pass sent, with the posts of who got them."""
    if seen.row is None:
        return ()
    sent = reads.corrections(seen.conn, seen.wrote.start, seen.wrote.end)
    findings = reads.findings_by_id(seen.conn, {each.finding for each in sent})
    posts: dict[tuple[str, str], list[str | None]] = {}
    for each in sent:
        post = post_of(seen.organisation, each.person, each.sent_at, None)
        posts.setdefault((each.finding, each.why), []).append(post)
    return tuple(
        CorrectionItem(id, why, findings[id].lead.rule, findings[id].lead.task, tuple(readers))
        for (id, why), readers in posts.items()
    )
