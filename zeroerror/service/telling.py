"""Tasks and findings as everybody may read them: posts and offices as of what a slot saw, never persons.

A title is told only where it stands plain in the ledger, for every definition says who may read its texts, and
none says everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property

from zeroerror.model.finding import Finding, Lead
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Workflow
from zeroerror.report.facts import FollowUp, FoundItem, OpenStep
from zeroerror.service.facts import definition
from zeroerror.service.seen import Seen
from zeroerror.timing import light

#: Findings that count where the delay arose.
DELAYS = ("step_overdue", "follow_up_overdue", "urging_overdue", "late_record")


class Telling:
    """Tasks and findings as everybody may read them: posts and offices as of what was seen."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._organisation = seen.organisation
        # Thousands of steps lie with a few dozen people.
        self._posts: dict[tuple[str | None, str | None], str | None] = {}
        self._owings: dict[tuple[str | None, str], str] = {}
        self._zone = seen.calendar.zone

    def step(self, task: Task, visit: Visit) -> OpenStep:
        """An open step."""
        workflow = self._workflow(task)
        office = self._owing(task, visit)
        owes = visit.waits_for if visit.kind == "desk" else visit.person
        stop = visit.pauses[-1] if visit.clock == "stopped" else None
        return OpenStep(
            task=task.id,
            title=_title(task, workflow),
            family=task.family,
            workflow_title=workflow.title,
            office=office,
            office_title=self._titles.get(office, office),
            step=visit.step,
            step_title=workflow.step(visit.step).title,
            owner_kind=visit.kind,
            post=self._post(owes, office),
            waits_for=visit.waits_for if visit.kind == "outside" else stop.waits_for if stop else None,
            entered_at=visit.entered_at,
            stopped_at=stop.start if stop else None,
            due_at=visit.due_at,
            light=self._light(visit),
            task_due_at=task.due_at,
            task_light=light(self._seen.at, task.due_at, None, zone=self._zone),
            clock=visit.clock,
            provisional=visit.provisional,
        )

    def follow_up(self, task: Task, visit: Visit) -> FollowUp:
        """An open task of oversight."""
        office = self._owing(task, visit)
        return FollowUp(
            task=task.id,
            office=office,
            post=self._post(visit.person, office),
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
            return self._about_office(told, lead)
        workflow, at = self._workflow(task), lead.due_at or self._seen.at
        visit = None if lead.step is None else task.find(lead.step, lead.visit or 0)
        office = finding_office(self._organisation, lead.rule, task, visit, at)
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

    def _about_office(self, told: FoundItem, lead: Lead) -> FoundItem:
        """A finding about no task: that of the office which its arithmetic names, if it names one."""
        office = told.trace.get("office")
        if office is None:
            return told
        at, organisation = self._seen.at, self._organisation
        return replace(
            told,
            office=office,
            step_title=told.trace.get("scope"),
            posts=tuple(
                (post_of(organisation, each.person, at, office), each.degree, each.capacity["kind"])
                for each in lead.attribution.answerers
            ),
            clarifier=post_of(organisation, lead.attribution.clarifier, at, office),
        )

    def _workflow(self, task: Task) -> Workflow:
        found = definition(self._seen.conn, task.digest)
        assert found is not None, "a task is pinned to a published definition"
        return found.workflow

    def _light(self, visit: Visit) -> str:
        stopped = visit.pauses[-1].start if visit.clock == "stopped" else None
        return light(
            self._seen.at, visit.due_at, visit.warn_at, clock=visit.clock, stopped_at=stopped, zone=self._zone
        )

    def _owing(self, task: Task, visit: Visit) -> str:
        """In whose hands a visit is; asked anew for who covers, and for each office once for everybody else."""
        holding = visit.holdings[-1]
        if visit.kind != "person" or holding.for_ is not None or holding.since > self._seen.at:
            return owing_office(self._organisation, task, visit, self._seen.at)
        return self.owing(holding.person, task.office)

    def owing(self, person: str | None, own: str) -> str:
        """In whose hands a step of an office is that somebody owes, and not for another whom he covers."""
        key = person, own
        if key not in self._owings:
            self._owings[key] = office_of(self._organisation, person, own, self._seen.at)
        return self._owings[key]

    def _post(self, person: str | None, office: str) -> str | None:
        key = person, office
        if key not in self._posts:
            self._posts[key] = post_of(self._organisation, person, self._seen.at, office)
        return self._posts[key]

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        """What people call each office."""
        return {each.id: each.title for each in self._organisation.offices}


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
    return office_of(organisation, holding.person, task.office, at)


def office_of(organisation: Organisation, person: str | None, own: str, at: datetime) -> str:
    """Where somebody owes what is an office's own: there if he serves there, or nowhere; else in his first office."""
    offices = () if person is None else organisation.offices_of(person, at)
    return own if own in offices or not offices else offices[0]


def finding_office(
    organisation: Organisation, rule: str, task: Task, visit: Visit | None, at: datetime
) -> str:
    """Whose figure a finding is: a delay is where it arose, everything else is the task's own office's.

    Who finds at a check that something was not done is not the one who did not do it.
    """
    if visit is None or rule not in DELAYS:
        return task.office
    if rule != "urging_overdue":
        return owing_office(organisation, task, visit, at)
    return office_of(organisation, visit.urger, task.office, at)


def post_of(organisation: Organisation, person: str | None, at: datetime, office: str | None) -> str | None:
    """Somebody's post in words, which is all that a wide report says of him: that in the office first."""
    if person is None:
        return None
    posts = organisation.posts_of(person, at)
    # Of the others, one in an office says more than one of the whole house.
    ordered = sorted(posts, key=lambda post: (post.office != office, post.office is None))
    post = next(iter(ordered), None)
    if post is None or post.office is None:
        return None if post is None else post.role
    return f"{post.office} {post.role}" if post.office.isascii() else f"{post.office}{post.role}"
