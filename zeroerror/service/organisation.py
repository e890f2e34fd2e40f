"""The organisation: who is where, who does what, who is away and who covers; every change by two persons."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from zeroerror.model.command import Payload
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.organisation import Organisation, organisation_to_json
from zeroerror.service.front import NO_OPTIONS, Options, seal
from zeroerror.service.ids import find_office
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.proposals import Answer, confirm, propose
from zeroerror.service.texts import Draft
from zeroerror.store import reads


def org_show(inst: Institution, at: datetime | None = None) -> dict[str, Any]:
    """The organisation as of an instant: offices with their people, the division of labour, who is away."""
    organisation, when = inst.organisation, at or inst.now()
    names = inst.names(person.id for person in organisation.persons)
    return {
        "at": when,
        "offices": [_office(organisation, each.id, each.title, when) for each in organisation.offices],
        "persons": [{"id": each.id, "name": names.get(each.id)} for each in organisation.persons],
        "duties": [
            {"office": each.office, "scope": each.scope, "a": each.a, "b": each.b}
            for each in organisation.duties
            if each.since <= when and (each.until is None or when < each.until)
        ],
        "supervisions": [
            {"person": each.person, "office": each.office}
            for each in organisation.supervisions
            if each.since <= when and (each.until is None or when < each.until)
        ],
        "leaves": [
            {"person": each.person, "since": each.since, "until": each.until, "id": each.id}
            for each in organisation.leaves
            if when < each.until
        ],
        "covers": [
            {
                "person": each.person,
                "by": each.by,
                "since": each.since,
                "until": each.until,
                "accepted": each.accepted_at is not None,
                "id": each.id,
            }
            for each in organisation.covers
            if when < each.until
        ],
    }


def _office(organisation: Organisation, id: str, title: str, at: datetime) -> dict[str, Any]:
    posts = [
        {"person": post.person, "role": post.role}
        for post in organisation.posts
        if post.office == id and post.since <= at and (post.until is None or at < post.until)
    ]
    return {"id": id, "title": title, "posts": posts}


def apply(inst: Institution, actor: Actor, path: Path, options: Options = NO_OPTIONS) -> Answer:
    """Propose the organisation that a file lays down, in the place of the one in force."""
    from zeroerror.service import configuration

    payloads: list[Payload] = []
    held = inst.organisation
    names = inst.names(person.id for person in held.persons)
    known = {name: held_person for held_person, name in names.items() if name is not None}

    def sealing(text: str) -> str:
        # A name that stands already keeps its digest, so that the file's change is all that changes.
        person = held.person(known[text]) if text in known and list(names.values()).count(text) == 1 else None
        if person is not None:
            return person.name
        payloads.append(seal(text))
        return payloads[-1].digest

    _, fresh = configuration.organisation(path, sealing)
    before, after = organisation_to_json(held), organisation_to_json(fresh)
    body = {
        "organisation": after,
        "touched": _touched(before, after),
        "replaces": inst.facts().digest_of("organisation"),
    }
    return propose(inst, actor, "apply_organisation", body, payloads=payloads, options=options)


def _touched(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Whom the change concerns: everybody named in what differs."""
    found: set[str] = set()
    for key in ("posts", "duties", "supervisions"):
        old, new = (
            {
                tuple(sorted((name, str(value)) for name, value in each.items())): each
                for each in doc.get(key, ())
            }
            for doc in (before, after)
        )
        for changed in old.keys() ^ new.keys():
            entry = old.get(changed) or new[changed]
            found |= {entry[name] for name in ("person", "a", "b") if entry.get(name)}
    return sorted(found)


def appoint(
    inst: Institution,
    actor: Actor,
    person: str,
    office: str,
    role: str,
    since: datetime,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Propose a post for somebody."""
    _known(inst, person)
    body = {"person": person, "office": office, "role": role, "since": to_text(since)}
    return propose(inst, actor, "appoint", body, options=options)


def transfer(
    inst: Institution,
    actor: Actor,
    person: str,
    office: str,
    role: str,
    since: datetime,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Propose that somebody leaves his posts for another."""
    _known(inst, person)
    body = {"person": person, "office": office, "role": role, "since": to_text(since)}
    return propose(inst, actor, "transfer", body, options=options)


def leave(
    inst: Institution,
    actor: Actor,
    person: str,
    since: datetime,
    until: datetime,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Propose that somebody is away."""
    _known(inst, person)
    body = {"person": person, "since": to_text(since), "until": to_text(until), **_office_of(inst, person)}
    return propose(inst, actor, "leave", body, options=options)


def cover(
    inst: Institution,
    actor: Actor,
    person: str,
    by: str,
    since: datetime,
    until: datetime,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Propose that somebody covers for another; he accepts by confirming."""
    _known(inst, person)
    _known(inst, by)
    body = {
        "person": person,
        "by": by,
        "since": to_text(since),
        "until": to_text(until),
        **_office_of(inst, person),
    }
    return propose(inst, actor, "cover", body, options=options)


def exempt(
    inst: Institution,
    actor: Actor,
    office: str,
    since: datetime,
    until: datetime,
    reason: str,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Propose to put on record that an office has no second person for a while, which its supervisor approves."""
    draft = Draft(inst)
    body = {
        "office": find_office(inst, office),
        "since": to_text(since),
        "until": to_text(until),
        "reason": draft.text(reason),
    }
    return propose(inst, actor, "exempt", body, payloads=draft.payloads, options=options)


def accept(inst: Institution, actor: Actor, id: str, options: Options = NO_OPTIONS) -> Answer:
    """Accept a cover that was proposed."""
    return confirm(inst, actor, [id], options)


def keys_of(inst: Institution) -> list[dict[str, Any]]:
    """Every key there ever was, with from which leaf to which it holds."""
    return [key._asdict() for key in reads.keys(inst.conn)]


def _known(inst: Institution, person: str) -> None:
    if inst.organisation.person(person) is None:
        raise UsageError("error.unknown_person", person=person)


def _office_of(inst: Institution, person: str) -> dict[str, Any]:
    return {"office": inst.organisation.office_of(person, inst.now())}
