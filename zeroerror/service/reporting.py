"""The daily report: its facts gathered as of a slot, and its files under `reports/<slot>/` of the home.

Who reads it is not known, so it names offices and posts and never persons; a title stands in it only where it
stands plain in the ledger, for every definition says who may read its texts, and none says everybody.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror import render
from zeroerror.audit.rules import RULES
from zeroerror.model.errors import UsageError, ZeroErrorError
from zeroerror.model.finding import Finding
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task, Visit
from zeroerror.model.workflow import Workflow
from zeroerror.report.daily import DailyFacts, FollowUp, FoundItem, OpenStep, figures
from zeroerror.service import audits
from zeroerror.service.facts import definition
from zeroerror.service.institution import Institution
from zeroerror.service.log import checkpoint_of
from zeroerror.service.seen import Seen
from zeroerror.store import reads
from zeroerror.timing import light

CHECKPOINT_FILE = "checkpoint.txt"


class ReportUnwritten(ZeroErrorError):
    """A slot has run and its findings are in the ledger, but its report could not be written."""

    code = "report.unwritten"

    def __init__(self, ran: list[dict[str, Any]], slot: datetime, path: str, detail: str) -> None:
        #: What the slots found that ran before the writing failed.
        self.ran = ran
        super().__init__(slot=slot, path=path, detail=detail)


def run_and_report(inst: Institution) -> list[dict[str, Any]]:
    """Run every slot that is owed, and write whatever is absent of any slot's report; returns what they found.

    Raises ReportUnwritten, after everything else has been done, where a file could not be written: the audit
    goes before its report, and the next tick writes what is absent.
    """
    done = audits.run_owed(inst)
    failed: ReportUnwritten | None = None
    for each in reads.slots(inst.conn):
        directory = report_directory(inst, each.slot)
        try:
            write_daily(inst, each.slot, directory)
        except OSError as error:
            where = str(error.filename or directory)
            failed = failed or ReportUnwritten(done, each.slot, where, error.strerror or str(error))
    if failed is not None:
        raise failed
    return done


def report_directory(inst: Institution, slot: datetime) -> Path:
    """Where a slot's reports lie."""
    local = slot.astimezone(ZoneInfo(inst.calendar.zone))
    return inst.home / "reports" / local.strftime("%Y-%m-%d-%H%M")


def write_daily(inst: Institution, slot: datetime, directory: Path) -> list[Path]:
    """Write what is absent of a slot's report: HTML, JSON, and the checkpoint that leaves the machine with it.

    Raises OSError where a file cannot be written; what stands there then is whole, or not there.
    """
    names = ("daily.zh.html", "daily.en.html", "daily.json", CHECKPOINT_FILE)
    absent = [name for name in names if not (directory / name).exists()]
    if not absent:
        return []
    directory.mkdir(parents=True, exist_ok=True)
    found = daily(inst, slot)
    texts: Mapping[str, Callable[[], str]] = {
        "daily.zh.html": lambda: render.daily_html(found, "zh"),
        "daily.en.html": lambda: render.daily_html(found, "en"),
        "daily.json": lambda: render.daily_json(found),
        CHECKPOINT_FILE: lambda: checkpoint_of(inst),
    }
    return [_written(directory / name, texts[name]()) for name in absent]


def _written(path: Path, text: str) -> Path:
    # Two schedulers may write the same report at once: each has a draft of its own.
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def daily(inst: Institution, slot: datetime | None = None) -> dict[str, Any]:
    """The figures of a slot's report, by default the last; before any slot has run, of this moment.

    Raises UsageError for a slot that has not run.
    """
    rows = reads.slots(inst.conn)
    row = next((each for each in reversed(rows) if slot in (None, each.slot)), None)
    if row is None and slot is not None:
        raise UsageError("error.no_such_slot", slot=slot)
    seen = Seen(inst.conn, row, inst.now() if row is None else row.slot)
    before = seen.previous()
    previous = None if before is None else figures(_facts(inst, before, None))
    return figures(_facts(inst, seen, previous))


def _facts(inst: Institution, seen: Seen, previous: Mapping[str, Any] | None) -> DailyFacts:
    told = _Telling(seen)
    open_tasks = seen.open_tasks()
    steps = [told.step(task, visit) for task in open_tasks for visit in task.open_visits()]
    wrote = seen.wrote
    return DailyFacts(
        institution=inst.name,
        slot=None if seen.row is None else seen.row.slot,
        as_of=seen.at,
        simulated=inst.simulated,
        position=seen.position,
        wrote=None if seen.row is None else (wrote.start, wrote.end - wrote.start),
        root=seen.root,
        rules=tuple((each.name, each.version) for each in RULES.values()),
        offices=tuple((each.id, each.title) for each in seen.organisation.offices),
        steps=tuple(steps),
        found=told.items(seen.found()),
        open_findings=told.items(seen.open_findings()),
        cured=told.items(seen.changed("finding_cured")),
        withdrawn=told.items(seen.changed("finding_withdrawn")),
        revised=told.items(seen.changed("attribution_revised")),
        follow_ups=tuple(
            told.follow_up(task, visit)
            for task in open_tasks
            if task.family == "oversight"
            for visit in task.open_visits()
        ),
        closed_today=tuple((task.id, task.office) for task in seen.ended_today()),
        missed_slots=seen.missed(),
        previous=previous,
        zone=seen.calendar.zone,
    )


class _Telling:
    """Tasks and findings as everybody may read them: posts and offices as of what was seen."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._organisation = seen.organisation

    def step(self, task: Task, visit: Visit) -> OpenStep:
        """An open step."""
        workflow = self._workflow(task)
        office = owing_office(self._organisation, task, visit, self._seen.at)
        owes = visit.waits_for if visit.kind == "desk" else visit.person
        stop = visit.pauses[-1] if visit.clock == "stopped" else None
        return OpenStep(
            task=task.id,
            title=_title(task, workflow),
            family=task.family,
            workflow_title=workflow.title,
            office=office,
            office_title=office_title(self._organisation, office),
            step=visit.step,
            step_title=workflow.step(visit.step).title,
            owner_kind=visit.kind,
            post=post_of(self._organisation, owes, self._seen.at, office),
            waits_for=visit.waits_for if visit.kind == "outside" else stop.waits_for if stop else None,
            entered_at=visit.entered_at,
            stopped_at=stop.start if stop else None,
            due_at=visit.due_at,
            light=self._light(visit),
            clock=visit.clock,
            provisional=visit.provisional,
        )

    def follow_up(self, task: Task, visit: Visit) -> FollowUp:
        """An open task of oversight."""
        office = owing_office(self._organisation, task, visit, self._seen.at)
        return FollowUp(
            task=task.id,
            office=office,
            post=post_of(self._organisation, visit.person, self._seen.at, office),
            due_at=visit.due_at,
            light=self._light(visit),
            finding=task.cause,
        )

    def items(self, findings: Iterable[Finding]) -> tuple[FoundItem, ...]:
        """Findings, with the tasks they are about."""
        listed = list(findings)
        tasks = self._seen.tasks(each.lead.task for each in listed if each.lead.task is not None)
        return tuple(self._item(each, tasks.get(each.lead.task or "")) for each in listed)

    def _item(self, finding: Finding, task: Task | None) -> FoundItem:
        lead = finding.lead
        told = FoundItem(
            id=finding.id,
            rule=lead.rule,
            severity=lead.severity,
            state=finding.state,
            disputed=finding.disputed,
            task=lead.task,
            title=None,
            office=None,
            step=lead.step,
            step_title=None,
            due_at=lead.due_at,
            found_at=finding.found_at,
            posts=(),
            undetermined=lead.attribution.missing or None,
            follow_up=finding.follow_up,
            trace=dict(lead.trace),
        )
        if task is None:
            return told
        workflow, at = self._workflow(task), lead.due_at or self._seen.at
        visit = None if lead.step is None else task.find(lead.step, lead.visit or 0)
        office = task.office if visit is None else owing_office(self._organisation, task, visit, at)
        return replace(
            told,
            title=_title(task, workflow),
            workflow_title=workflow.title,
            office=office,
            step_title=None if lead.step is None else workflow.step(lead.step).title,
            posts=tuple(
                (post_of(self._organisation, each.person, at, office), each.degree, each.capacity["kind"])
                for each in lead.attribution.answerers
            ),
            clarifier=post_of(self._organisation, lead.attribution.clarifier, at, office),
        )

    def _workflow(self, task: Task) -> Workflow:
        found = definition(self._seen.conn, task.digest)
        assert found is not None, "a task is pinned to a published definition"
        return found.workflow

    def _light(self, visit: Visit) -> str:
        stopped = visit.pauses[-1].start if visit.clock == "stopped" else None
        zone = self._seen.calendar.zone
        return light(
            self._seen.at, visit.due_at, visit.warn_at, clock=visit.clock, stopped_at=stopped, zone=zone
        )


def _title(task: Task, workflow: Workflow) -> str | None:
    """A title that stands plain in the ledger; None for a sealed one."""
    return task.fields.get(workflow.title_field)


def owing_office(organisation: Organisation, task: Task, visit: Visit, at: datetime) -> str:
    """In whose hands a visit is: the office for which it is owed; the task's own, where nobody here owes it."""
    if visit.kind != "person":
        return task.office
    held = [each for each in visit.holdings if each.since <= at] or [visit.holdings[0]]
    holding = held[-1]
    if holding.for_ is not None and "/" in holding.for_:
        # Who covers owes it for the post or duty covered, `office/…`, wherever his own is.
        office = holding.for_.partition("/")[0]
        return office if organisation.office(office) is not None else task.office
    offices = () if holding.person is None else organisation.offices_of(holding.person, at)
    return task.office if task.office in offices or not offices else offices[0]


def post_of(organisation: Organisation, person: str | None, at: datetime, office: str | None) -> str | None:
    """Somebody's post in words, which is all that a wide report says of him: that in the office first."""
    if person is None:
        return None
    posts = organisation.posts_of(person, at)
    here = [post for post in posts if post.office == office]
    post = next(iter((*here, *posts)), None)
    return None if post is None else post.role if post.office is None else f"{post.office} {post.role}"


def office_title(organisation: Organisation, office: str) -> str:
    """What people call an office."""
    return next((each.title for each in organisation.offices if each.id == office), office)
