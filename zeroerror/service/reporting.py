"""The daily report: its facts gathered as of a slot, and its files under `reports/<slot>/` of the home.

Who reads it is not known, so it names offices and posts and never persons; titles stand in it only where
everybody in the house may read them.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror import render
from zeroerror.ledger import merkle
from zeroerror.model.finding import Finding
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task, Visit
from zeroerror.report.daily import DailyFacts, FollowUp, FoundItem, OpenStep, figures
from zeroerror.service import audits
from zeroerror.service.history import tasks_at
from zeroerror.service.institution import Institution
from zeroerror.service.log import checkpoint_of
from zeroerror.service.passes import ABOUT_NO_TASK
from zeroerror.service.views import Reader
from zeroerror.store import log, reads

#: Reports that leave the house are read by nobody in particular.
WIDE_READER = "machine"
LANGUAGES = ("zh", "en")


def run_and_report(inst: Institution) -> list[dict[str, Any]]:
    """Run every slot that is owed, and write the reports of slots that have none."""
    done = audits.run_owed(inst)
    for each in reads.slots(inst.conn):
        directory = report_directory(inst, each.slot)
        if not (directory / "daily.zh.html").exists():
            write_daily(inst, each.slot, directory)
    return done


def report_directory(inst: Institution, slot: datetime) -> Path:
    """Where a slot's reports lie."""
    local = slot.astimezone(ZoneInfo(inst.calendar.zone))
    return inst.home / "reports" / local.strftime("%Y-%m-%d-%H%M")


def write_daily(inst: Institution, slot: datetime, directory: Path) -> list[Path]:
    """Write a slot's report as HTML and JSON, with the checkpoint that leaves the machine with it."""
    found = daily(inst, slot)
    directory.mkdir(parents=True, exist_ok=True)
    texts = {
        "daily.json": render.daily_json(found),
        "checkpoint.txt": checkpoint_of(inst),
        **{f"daily.{lang}.html": render.daily_html(found, lang) for lang in reversed(LANGUAGES)},
    }
    written = []
    for name, text in texts.items():
        draft = directory / f".{name}.part"
        draft.write_text(text, "utf-8")
        draft.replace(directory / name)
        written.append(directory / name)
    return written


def daily(inst: Institution, slot: datetime | None = None) -> dict[str, Any]:
    """The figures of a slot's report, by default the last; before any slot has run, of this moment."""
    row = reads.last_slot(inst.conn, "daily") if slot is None else reads.slot(inst.conn, "daily", slot)
    at = inst.now() if row is None else row.slot
    return figures(_facts(inst, row, at))


def _facts(inst: Institution, row: reads.Slot | None, at: datetime) -> DailyFacts:
    head = log.head(inst.conn)
    position = head.size if row is None else row.seen
    reader = Reader(inst, WIDE_READER, at)
    ids = [visit.task for visit in reads.open_visits(inst.conn)]
    found = _found(inst, row)
    tasks = tasks_at(inst.conn, {*ids, *(each.lead.task for each in found if each.lead.task)}, position)
    titles = reader.titles(tasks.values())
    steps = [
        _step(reader, task, visit, titles[task.id])
        for task in tasks.values()
        for visit in task.open_visits()
        if task.answers is None
    ]
    ended = _ended(inst, row)
    return DailyFacts(
        institution=inst.name,
        slot=None if row is None else row.slot,
        as_of=at,
        simulated=inst.simulated,
        position=position,
        root=merkle.root(head.frontier) if row is None else row.content["root"],
        rules=tuple((each["rule"], each["version"]) for each in audits.rules()),
        offices=tuple((each.id, each.title) for each in reader.organisation.offices),
        steps=tuple(steps),
        found=tuple(_item(reader, each, tasks, titles) for each in found),
        open_findings=len(reads.findings(inst.conn, reads.FindingFilter(state="open"))),
        cured=tuple(each.id for each in ended if each.state == "cured"),
        withdrawn=tuple(each.id for each in ended if each.state == "withdrawn"),
        follow_ups=tuple(_follow_ups(reader, tasks)),
        closed_today=(),
        missed_slots=(),
        previous=None,
        zone=inst.calendar.zone,
    )


def _found(inst: Institution, row: reads.Slot | None) -> list[Finding]:
    """What that slot found; reminders and what is about no task stand elsewhere."""
    if row is None:
        return []
    until = row.idx + 1 + sum(row.content["counts"].values())
    found = reads.findings(inst.conn, reads.FindingFilter(since=row.idx, until=until + 1))
    return [each for each in found if each.lead.rule not in ABOUT_NO_TASK]


def _ended(inst: Institution, row: reads.Slot | None) -> list[Finding]:
    return []


def _step(reader: Reader, task: Task, visit: Visit, title: str | None) -> OpenStep:
    workflow = reader.definition(task).workflow
    organisation = reader.organisation
    owes = visit.waits_for if visit.kind == "desk" else visit.person
    return OpenStep(
        task=task.id,
        title=title,
        family=task.family,
        workflow_title=workflow.title,
        office=task.office,
        office_title=office_title(organisation, task.office),
        step=visit.step,
        step_title=workflow.step(visit.step).title,
        owner_kind=visit.kind,
        post=post_of(organisation, owes, reader.at),
        entered_at=visit.entered_at,
        due_at=visit.due_at,
        light=reader.light(visit),
        clock=visit.clock,
        provisional=visit.provisional,
    )


def _item(
    reader: Reader, finding: Finding, tasks: dict[str, Task], titles: dict[str, str | None]
) -> FoundItem:
    lead, organisation = finding.lead, reader.organisation
    task = tasks.get(lead.task or "")
    workflow = None if task is None else reader.definition(task).workflow
    step = None if workflow is None or lead.step is None else workflow.step(lead.step)
    return FoundItem(
        id=finding.id,
        rule=lead.rule,
        severity=lead.severity,
        state=finding.state,
        disputed=finding.disputed,
        task=lead.task,
        title=None if task is None else titles[task.id],
        office=None if task is None else task.office,
        step=lead.step,
        step_title=None if step is None else step.title,
        due_at=lead.due_at,
        found_at=finding.found_at,
        posts=tuple(
            (post_of(organisation, each.person, lead.due_at or reader.at), each.degree)
            for each in lead.attribution.answerers
        ),
        undetermined=lead.attribution.missing or None,
        follow_up=finding.follow_up,
        trace=dict(lead.trace),
    )


def _follow_ups(reader: Reader, tasks: dict[str, Task]) -> list[FollowUp]:
    return []


def post_of(organisation: Organisation, person: str | None, at: datetime) -> str | None:
    """Somebody's post in words, which is all that a wide report says of him."""
    if person is None:
        return None
    posts = organisation.posts_of(person, at)
    return f"{posts[0].office} {posts[0].role}" if posts else None


def office_title(organisation: Organisation, office: str) -> str:
    """What people call an office."""
    return next((each.title for each in organisation.offices if each.id == office), office)
