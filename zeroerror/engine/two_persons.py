"""Who proposes and who confirms an act that takes two persons: the table of design §6, as data.

Each line gives the persons who may, so that a refusal can name them and a list of what waits for a decision
is the same question asked the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from zeroerror.model.instant import from_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason

Body = Mapping[str, Any]
#: Who may: of an act's body, who proposed it (None while it is proposed), the organisation, and the instant.
Who = Callable[[Body, str | None, Organisation, datetime], frozenset[str]]


def may_propose(
    kind: str, person: str, organisation: Organisation, at: datetime, body: Body
) -> Reason | None:
    """Why somebody may not propose such an act; None where he may."""
    allowed = proposers(kind, body, organisation, at)
    return None if person in allowed else _not_entitled(kind, "propose", allowed)


def may_confirm(
    kind: str, body: Body, proposer: str, person: str, organisation: Organisation, at: datetime
) -> Reason | None:
    """Why somebody may not confirm, or reject, such a proposal; None where he may."""
    if person == proposer:
        return Reason("engine.own_proposal", {"act": kind})
    allowed = confirmers(kind, body, proposer, organisation, at)
    return None if person in allowed else _not_entitled(kind, "confirm", allowed)


def proposers(kind: str, body: Body, organisation: Organisation, at: datetime) -> frozenset[str]:
    """Everybody who may propose such an act."""
    if kind == "bulk":
        return _all([proposers(each["kind"], each["body"], organisation, at) for each in body["acts"]])
    return TABLE[kind][0](body, None, organisation, at)


def confirmers(
    kind: str, body: Body, proposer: str, organisation: Organisation, at: datetime
) -> frozenset[str]:
    """Everybody who may confirm such a proposal: never who proposed it."""
    if kind == "bulk":
        return _all(
            [confirmers(each["kind"], each["body"], proposer, organisation, at) for each in body["acts"]]
        )
    return TABLE[kind][1](body, proposer, organisation, at) - {proposer}


def _not_entitled(kind: str, part: str, allowed: frozenset[str]) -> Reason:
    return Reason("engine.not_entitled", {"act": kind, "part": part, "may": sorted(allowed)})


def _all(groups: list[frozenset[str]]) -> frozenset[str]:
    """Who may do every act of a list; nobody, where the list is empty."""
    return frozenset.intersection(*groups) if groups else frozenset()


def _some(*persons: str | None) -> frozenset[str]:
    return frozenset(person for person in persons if person is not None)


def _standing(persons: frozenset[str], organisation: Organisation, at: datetime) -> frozenset[str]:
    """These persons, and who stands in for them by an accepted cover."""
    return persons | {cover.by for person in persons for cover in organisation.covers_of(person, at)}


def _secadmin(body: Body, proposer: str | None, organisation: Organisation, at: datetime) -> frozenset[str]:
    return frozenset(organisation.all_entitled("secadmin", at))


def _auditor(body: Body, proposer: str | None, organisation: Organisation, at: datetime) -> frozenset[str]:
    return frozenset(organisation.all_entitled("auditor", at))


def _general_director(organisation: Organisation, at: datetime) -> frozenset[str]:
    general = organisation.general_office()
    director = None if general is None else organisation.director(general.id, at)
    return _standing(_some(director), organisation, at)


def _secadmin_or_general(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    return _secadmin(body, proposer, organisation, at) | _general_director(organisation, at)


def _supervisor_or_secretary(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    return frozenset((*organisation.supervisors(at), *organisation.secretaries(at)))


def _supervisors(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    """The supervisors; where one himself has an interest, `objecting` says so."""
    return frozenset((*organisation.supervisors(at), *organisation.secretaries(at)))


def _general_or_supervisor(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    return _general_director(organisation, at) | frozenset(organisation.supervisors(at))


def _beforehand(body: Body, at: datetime) -> bool:
    """Whether an absence was put on record before it began: by when it was asked for, not by the answer."""
    asked_at = body.get("asked_at")
    return from_text(body["since"]) >= (at if asked_at is None else from_text(asked_at))


def _asks_absence(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    """Beforehand the person himself or his director; afterwards anyone of his office."""
    person, offices = body["person"], organisation.offices_of(body["person"], at)
    if _beforehand(body, at):
        return _some(person, *(organisation.director(office, at) for office in offices))
    return _some(person, *(each for office in offices for each in organisation.staff(office, at)))


def _grants_leave(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    person = body["person"]
    above = _supervising(person, organisation, at)
    if _beforehand(body, at):
        offices = organisation.offices_of(person, at)
        above |= _some(*(organisation.director(office, at) for office in offices))
    return _standing(above, organisation, at) - {person}


def _grants_cover(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    """Beforehand who is to cover, whose word is the acceptance. A superior where that is the asker himself, and
    for what is recorded afterwards; a secretary where the superior is to have covered.
    """
    by = _some(body["by"])
    if _beforehand(body, at) and body["by"] != proposer:
        return by
    others = _grants_leave(body, proposer, organisation, at) - by
    return others or frozenset(organisation.secretaries(at)) - by - _some(body["person"])


def _supervising(person: str, organisation: Organisation, at: datetime) -> frozenset[str]:
    """Who stands above somebody's director: the supervisor; for a leader, the secretaries; else the leaders."""
    offices = organisation.offices_of(person, at)
    supervisors = _some(*(organisation.supervisor(office, at) for office in offices)) - {person}
    if supervisors:
        return supervisors
    secretaries = frozenset(organisation.secretaries(at)) - {person}
    return secretaries or frozenset(organisation.all_entitled("leader", at)) - {person}


def _anybody(body: Body, proposer: str | None, organisation: Organisation, at: datetime) -> frozenset[str]:
    """Everybody in service: who owes the step is the decider's to see, who has the task before him."""
    return frozenset(person.id for person in organisation.persons if organisation.in_service(person.id, at))


def _of_the_office(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    return frozenset(organisation.staff(body["office"], at)) if body.get("office") else frozenset()


def _directs_it(body: Body, proposer: str | None, organisation: Organisation, at: datetime) -> frozenset[str]:
    """The office's director, or who stands in for him; or the administrator, for an office may have none."""
    director = _standing(_some(organisation.director(body["office"], at)), organisation, at)
    return director | _secadmin(body, proposer, organisation, at)


def _supervises_it(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    """The office's supervisor; a secretary, where it has none."""
    supervisor = _some(organisation.supervisor(body["office"], at))
    return supervisor or frozenset(organisation.secretaries(at))


def _directs_the_asker(
    body: Body, proposer: str | None, organisation: Organisation, at: datetime
) -> frozenset[str]:
    """The office's director, or who stands in for him; the supervisor, where he asks himself or is not there."""
    office = body.get("office")
    if office is None:
        return frozenset()
    director = organisation.director(office, at)
    direct = _standing(_some(director), organisation, at) - _some(proposer)
    if director != proposer and any(organisation.is_present(each, at) for each in direct):
        return direct
    supervisor = _some(organisation.supervisor(office, at)) - _some(proposer)
    return supervisor or frozenset(organisation.secretaries(at)) - _some(proposer)


def _presided(body: Body, proposer: str | None, organisation: Organisation, at: datetime) -> frozenset[str]:
    """Who countersigns the minutes of a vote; nobody stands in for him."""
    return frozenset(body.get("countersigned_by", ()))


#: kind → (who proposes, who confirms).
TABLE: Mapping[str, tuple[Who, Who]] = {
    "publish_definition": (_secadmin_or_general, _supervisor_or_secretary),
    "apply_settings": (_secadmin_or_general, _supervisor_or_secretary),
    "apply_hours": (_secadmin_or_general, _supervisor_or_secretary),
    "erase": (_secadmin, _supervisor_or_secretary),
    "apply_organisation": (_secadmin, _general_or_supervisor),
    "appoint": (_secadmin, _general_or_supervisor),
    "transfer": (_secadmin, _general_or_supervisor),
    "enrol_key": (_secadmin, _general_or_supervisor),
    "revoke_key": (_secadmin, _general_or_supervisor),
    "leave": (_asks_absence, _grants_leave),
    "cover": (_asks_absence, _grants_cover),
    "exempt": (_directs_it, _supervises_it),
    "apply_calendar": (_secadmin, _auditor),
    "void_finding": (_supervisors, _supervisor_or_secretary),
    "correct_attribution": (_supervisors, _supervisor_or_secretary),
    "record_paper": (_anybody, _of_the_office),
    "record_remark": (_anybody, _of_the_office),
    "record_vote": (_anybody, _presided),
    "attest": (_anybody, _of_the_office),
    "extend": (_anybody, _directs_the_asker),
    "pause": (_anybody, _directs_the_asker),
}
