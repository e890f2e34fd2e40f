"""Who may act on a step, and in what capacity: by the organisation at that very instant (design §6).

Who owes a visit may act, who stands in for him by an accepted cover, and whom he has asked to do it; nobody else,
whatever his rank.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.model.command import OWN, Capacity
from zeroerror.model.instant import to_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Workflow

#: Of several who owe a part of one step, so many are named.
_NAMED = 3


def capacities(
    visit: Visit, *, person: str, organisation: Organisation, task: Task, at: datetime
) -> tuple[Capacity, ...]:
    """Every capacity in which somebody may act on this visit now; none: he may not."""
    owes = owed_by(visit)
    if owes is None or not organisation.in_service(person, at):
        return ()
    if person == owes:
        return (OWN,)
    if visit.voting is not None:
        # Nobody votes for another.
        return ()
    covers = organisation.covers_of(owes, at)
    if any(cover.by == person for cover in covers):
        return (Capacity("cover", _label(visit, owes, organisation, task, at)),)
    if visit.delegate == person and visit.kind == "person":
        return (Capacity("delegate", _label(visit, owes, organisation, task, at)),)
    return ()


def owed_by(visit: Visit) -> str | None:
    """Who may answer for a visit: who owes it, the leader at whose desk it lies, or an outside body's urger."""
    if visit.kind == "desk":
        return visit.waits_for
    return visit.urger if visit.kind == "outside" else visit.person


def why_not(visit: Visit, title: str, *, organisation: Organisation, task: Task, at: datetime) -> Reason:
    """Why others may not act on this visit: whose it is, and who stands in for him until when."""
    owes, place = owed_by(visit), {"task": task.id, "step": visit.step, "title": title}
    if owes is None:
        return Reason("engine.unassigned", {**place, "assigned_by": visit.urger})
    cover = organisation.cover_of(owes, at)
    asked = [each for each in task.open_visits() if each.step == visit.step and each.asked is not None]
    others = [one for each in asked if each.visit != visit.visit and (one := owed_by(each)) is not None]
    return Reason(
        "engine.not_your_step",
        {
            **place,
            "owed_by": owes,
            # Of several who are asked, all or the first three, and how many more there are.
            "others": others[: _NAMED - 1],
            "more": max(0, len(others) - _NAMED + 1) or None,
            "all": len(others) + 1,
            "covered_by": None if cover is None else cover.by,
            "delegated_to": visit.delegate,
            "cover_until": None if cover is None else to_text(cover.until),
        },
    )


def directs(person: str, office: str, organisation: Organisation, at: datetime) -> bool:
    """Whether somebody directs or supervises an office, is a deputy there, or stands in for who does."""
    above = {
        organisation.director(office, at),
        *organisation.deputies(office, at),
        organisation.supervisor(office, at),
    }
    return person in above | {
        cover.by for each in above if each for cover in organisation.covers_of(each, at)
    }


def may_assign(person: str, visit: Visit, task: Task, organisation: Organisation, at: datetime) -> bool:
    """Whether somebody may give a visit to another: who owes it or its assignment, or who directs there."""
    if not organisation.in_service(person, at):
        return False
    # Who stands in for a director directs; a visit handed over is the holder's own affair.
    directing = {visit.urger if visit.unassigned else None}
    for office in offices(visit, task, organisation, at):
        directing |= {
            organisation.director(office, at),
            *organisation.deputies(office, at),
            organisation.supervisor(office, at),
        }
    covered = {cover.by for each in directing if each for cover in organisation.covers_of(each, at)}
    return person == visit.person or person in directing | covered


def may_urge(person: str, visit: Visit, task: Task, organisation: Organisation, at: datetime) -> bool:
    """Whether somebody may put an urging on record: its urger, or who stands in for him.

    Who owes a step of the house is urged by who opened the task, or directs there.
    """
    if not organisation.in_service(person, at):
        return False
    if visit.kind == "person":
        above = any(
            directs(person, each, organisation, at) for each in offices(visit, task, organisation, at)
        )
        return visit.person not in (None, person) and (person == task.opener or above)
    if visit.urger is None:
        return False
    return person == visit.urger or any(
        cover.by == person for cover in organisation.covers_of(visit.urger, at)
    )


def may_open(person: str, workflow: Workflow, office: str, organisation: Organisation, at: datetime) -> bool:
    """Whether somebody may open a task in an office: its staff, its supervisor, and the general office."""
    if workflow.opened_by == "machine":
        return person == "machine"
    offices = organisation.offices_of(person, at)
    general = organisation.general_office()
    here = office in offices or (general is not None and general.id in offices)
    return here or organisation.supervisor(office, at) == person


def may_read(person: str, task: Task, workflow: Workflow, organisation: Organisation, at: datetime) -> bool:
    """Whether somebody may read a task's text: by `visible_to`, or because he had a part in it."""
    if not organisation.in_service(person, at):
        return False
    if person in _took_part(task):
        return True
    words = workflow.visible_to
    if "office" in words and task.office in organisation.offices_of(person, at):
        return True
    if "leaders" in words and _leads(person, task, organisation, at):
        return True
    if "auditor" in words and organisation.entitled(person, "auditor", at):
        return True
    visits = task.open_visits()
    return any(
        capacities(each, person=person, organisation=organisation, task=task, at=at) for each in visits
    )


def _leads(person: str, task: Task, organisation: Organisation, at: datetime) -> bool:
    words = ("leader", "party_group", "secretary")
    supervises = organisation.supervisor(task.office, at) == person
    return supervises or any(organisation.entitled(person, word, at) for word in words)


def _took_part(task: Task) -> Iterator[str | None]:
    yield from (task.opener, task.answers)
    for visit in task.visits:
        yield from (visit.doer, visit.urger)
        if visit.kind == "desk":
            yield visit.waits_for
        yield from (holding.person for holding in visit.holdings)
        yield from (each.person for each in visit.delegations)


def offices(visit: Visit, task: Task, organisation: Organisation, at: datetime) -> Iterator[str]:
    """The task's office, and the office to which the step belongs where that is another one."""
    yield task.office
    owes = visit.person or visit.urger
    if owes is not None:
        yield from organisation.offices_of(owes, at)
    label = visit.holdings[-1].for_
    if label is not None and "/" in label:
        yield label.split("/")[0]


def _label(visit: Visit, owes: str, organisation: Organisation, task: Task, at: datetime) -> str | None:
    """The post or duty that is covered: the one he owes it for, else his post, that in the task's office first."""
    if visit.kind == "person" and visit.holdings[-1].for_ is not None:
        return visit.holdings[-1].for_
    posts = organisation.posts_of(owes, at)
    here = [post for post in posts if post.office == task.office]
    return next((post.label for post in (*here, *posts)), None)
