"""Who owes a step: from what a definition says to one named person, on entry (design §4).

A角 if he is present, else B角, else who has accepted to cover one of them, else nobody: then the step is 未分派,
and its office's director owes the assignment. What begins later, a leave or a cover, does not change who owes the visit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from zeroerror.model.command import OWN, Capacity
from zeroerror.model.organisation import Organisation
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Owner

#: The desk of whoever supervises the task's office.
SUPERVISOR = "分管领导"
#: As a `doer`: who opened the task.
OPENER = "opener"

#: A lookup's candidates: who, in what capacity, and why he is passed over, if he is.
_Candidates = Iterator[tuple[str, Capacity, str | None]]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who owes a visit, or who owes it that somebody will."""

    #: `person`, `outside` or `desk`.
    kind: str
    person: str | None
    capacity: Capacity = OWN
    #: Of a desk or an outside body: who owes the urging. Of an unassigned visit: who owes the assignment.
    urger: str | None = None
    #: The outside body's name, or the leader's id.
    waits_for: str | None = None
    unassigned: bool = False
    #: Whom the lookup passed over: (person, `absent` | `left` | `moved` | `unknown`).
    tried: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One lookup: what it is about, and when."""

    organisation: Organisation
    office: str
    workflow_id: str
    family: str
    fields: Mapping[str, str]
    doers: Mapping[str, str | None]
    opener: str
    at: datetime


def resolve(
    owner: Owner,
    *,
    organisation: Organisation,
    office: str,
    workflow_id: str,
    family: str,
    fields: Mapping[str, str],
    doers: Mapping[str, str | None],
    opener: str,
    at: datetime,
) -> Resolved:
    """Who owes a step that is entered at that instant, in a task of that office."""
    asked = _Asked(organisation, office, workflow_id, family, fields, doers, opener, at)
    if owner.kind == "outside":
        return _waiting(owner, asked, "outside", owner.name)
    if owner.kind == "desk":
        return _waiting(owner, asked, "desk", _leader(owner.name, asked))
    return _person(owner, asked)


def who_assigns(organisation: Organisation, office: str, at: datetime) -> str | None:
    """Who owes the assignment of what nobody in an office owes: the first who is present, going upwards."""
    upwards = (
        organisation.director(office, at),
        *organisation.deputies(office, at),
        organisation.supervisor(office, at),
        *organisation.secretaries(at),
    )
    return next((person for person in upwards if organisation.is_present(person, at)), None)


def _waiting(owner: Owner, asked: _Asked, kind: str, waits_for: str | None) -> Resolved:
    office = owner.office or asked.office
    urged = None if owner.urged_by is None else _person(owner.urged_by, asked)
    urger = (
        who_assigns(asked.organisation, office, asked.at) if urged is None else urged.person or urged.urger
    )
    tried = () if urged is None else urged.tried
    # A leader's post that is vacant, or nobody at all to urge, is for somebody to settle.
    unassigned = waits_for is None or urger is None
    return Resolved(kind, None, OWN, urger, waits_for, unassigned, tried)


def _leader(name: str, asked: _Asked) -> str | None:
    if name == SUPERVISOR:
        return asked.organisation.supervisor(asked.office, asked.at)
    return next(iter(_holders(name, asked.office, asked)), None)


def _person(owner: Owner, asked: _Asked) -> Resolved:
    tried: list[tuple[str, str]] = []
    for person, capacity, passed_over in _candidates(owner, asked):
        if passed_over is None:
            return Resolved("person", person, capacity, tried=tuple(tried))
        tried.append((person, passed_over))
    urger = who_assigns(asked.organisation, owner.office or asked.office, asked.at)
    return Resolved("person", None, OWN, urger, unassigned=True, tried=tuple(tried))


def _candidates(owner: Owner, asked: _Asked) -> _Candidates:
    if owner.kind == "duty":
        yield from _by_duty(owner, asked)
    elif owner.kind == "post":
        for person in _holders(owner.name, owner.office or asked.office, asked):
            yield from _himself_or_cover(person, _post(person, owner, asked), asked)
    elif owner.kind == "field":
        named = asked.fields.get(owner.name)
        if named:
            yield from _himself_or_cover(named, _own_post(named, asked), asked)
    else:
        # The act was that person's own; nobody stands in for having done it.
        doer = asked.doers.get(owner.name, asked.opener if owner.name == OPENER else None)
        if doer is not None:
            yield doer, OWN, _passed_over(doer, asked)


def _by_duty(owner: Owner, asked: _Asked) -> _Candidates:
    scopes = (owner.name, asked.workflow_id, asked.family)
    duty = asked.organisation.division(owner.office or asked.office, scopes, asked.at)
    if duty is None:
        return
    for person, capacity in ((duty.a, OWN), (duty.b, Capacity("cover", duty.label))):
        if person is not None:
            moved = not asked.organisation.serves(person, duty, asked.at)
            yield person, capacity, _passed_over(person, asked) or ("moved" if moved else None)
    # The division of labour is asked first, as it was laid down; whoever has accepted to cover one who is away goes
    # before nobody at all.
    for person in filter(None, (duty.a, duty.b)):
        if asked.organisation.is_on_leave(person, asked.at):
            yield from (
                each for each in _covers(person, duty.label, asked) if each[0] not in (duty.a, duty.b)
            )


def _himself_or_cover(person: str, label: str, asked: _Asked) -> _Candidates:
    passed_over = _passed_over(person, asked)
    yield person, OWN, passed_over
    if passed_over == "absent":
        yield from _covers(person, label, asked)


def _covers(person: str, label: str, asked: _Asked) -> _Candidates:
    for cover in asked.organisation.covers_of(person, asked.at):
        yield cover.by, Capacity("cover", label), _passed_over(cover.by, asked)


def _passed_over(person: str, asked: _Asked) -> str | None:
    if asked.organisation.person(person) is None:
        return "unknown"
    if not asked.organisation.in_service(person, asked.at):
        return "left"
    return "absent" if asked.organisation.is_on_leave(person, asked.at) else None


def _holders(role: str, office: str, asked: _Asked) -> tuple[str, ...]:
    """The holders of a role in an office; for 主席, 秘书长 and the like, in the institution itself."""
    here = asked.organisation.holders(office, role, asked.at)
    return here or asked.organisation.holders(None, role, asked.at)


def _post(person: str, owner: Owner, asked: _Asked) -> str:
    office = owner.office or asked.office
    here = person in asked.organisation.holders(office, owner.name, asked.at)
    return f"{office}/{owner.name}" if here else owner.name


def _own_post(person: str, asked: _Asked) -> str:
    posts = asked.organisation.posts_of(person, asked.at)
    return next(
        (post.label for post in posts if post.office == asked.office), posts[0].label if posts else ""
    )
