"""What is wrong with an organisation: names that nobody has, posts twice over, offices that nobody directs.

Errors keep it from being applied. Warnings are told and let pass, because small offices exist, and people
leave before their successors come (design §4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import combinations, pairwise
from typing import Protocol

from zeroerror.model.organisation.nouns import Duty
from zeroerror.model.organisation.staffing import Organisation
from zeroerror.model.problem import Problem

Where = Callable[..., str]

#: The three administrators (三员), who must be three different persons.
ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")


class _Dated(Protocol):
    @property
    def since(self) -> datetime: ...

    @property
    def until(self) -> datetime: ...


def check_organisation(organisation: Organisation, where: Where | None = None) -> list[Problem]:
    """Everything wrong with an organisation, errors and warnings; `where` tells `file:line` of a path."""
    place = where or (lambda *path: ".".join(map(str, path)))
    return [
        *_twice(organisation, place),
        *_unknown(organisation, place),
        *_spans(organisation, place),
        *_overlaps(organisation, place),
        *_duties(organisation, place),
        *_offices(organisation, place),
        *_administrators(organisation, place),
    ]


def _twice(organisation: Organisation, where: Where) -> Iterator[Problem]:
    lists = {
        "offices": [office.id for office in organisation.offices],
        "roles": [role.id for role in organisation.roles],
        "persons": [person.id for person in organisation.persons],
        "leaves": [leave.id for leave in organisation.leaves],
        "covers": [cover.id for cover in organisation.covers],
    }
    for name, ids in lists.items():
        for place, id in enumerate(ids):
            if id in ids[:place]:
                yield Problem("organisation.id_twice", {"id": id, "of": name}, where(name, place))
    if sum(office.general for office in organisation.offices) != 1:
        yield Problem("organisation.one_general_office", {}, where("offices"))


def _unknown(organisation: Organisation, where: Where) -> Iterator[Problem]:
    for path, kind, id in _named(organisation):
        known = {
            "person": organisation.person(id) is not None,
            "office": organisation.office(id) is not None,
            "role": any(role.id == id for role in organisation.roles),
        }
        if not known[kind]:
            yield Problem(f"organisation.unknown_{kind}", {"id": id}, where(*path))


def _named(organisation: Organisation) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Everything that some entry names: its path, what it should be, and its id."""
    for place, post in enumerate(organisation.posts):
        yield ("posts", place, "person"), "person", post.person
        yield ("posts", place, "role"), "role", post.role
        if post.office is not None:
            yield ("posts", place, "office"), "office", post.office
    for place, each in enumerate(organisation.supervisions):
        yield ("supervisions", place, "person"), "person", each.person
        yield ("supervisions", place, "office"), "office", each.office
    for place, duty in enumerate(organisation.duties):
        yield ("duties", place, "office"), "office", duty.office
        yield ("duties", place, "a"), "person", duty.a
        if duty.b is not None:
            yield ("duties", place, "b"), "person", duty.b
    for place, leave in enumerate(organisation.leaves):
        yield ("leaves", place, "person"), "person", leave.person
    for place, cover in enumerate(organisation.covers):
        yield ("covers", place, "person"), "person", cover.person
        yield ("covers", place, "by"), "person", cover.by


def _spans(organisation: Organisation, where: Where) -> Iterator[Problem]:
    lists: dict[str, Iterable[_Dated]] = {
        "posts": organisation.posts,
        "supervisions": organisation.supervisions,
        "duties": organisation.duties,
        "leaves": organisation.leaves,
        "covers": organisation.covers,
    }
    for name, items in lists.items():
        for place, each in enumerate(items):
            if each.until <= each.since:
                yield Problem("organisation.ends_before_it_begins", {"of": name}, where(name, place))


def _overlaps(organisation: Organisation, where: Where) -> Iterator[Problem]:
    for place in _overlapping(((post.person, post.office, post.role), post) for post in organisation.posts):
        post = organisation.posts[place]
        params = {"person": post.person, "post": post.label}
        yield Problem("organisation.post_twice", params, where("posts", place))
    for place in _overlapping(((duty.office, duty.scope), duty) for duty in organisation.duties):
        duty = organisation.duties[place]
        params = {"office": duty.office, "scope": duty.scope}
        yield Problem("organisation.duty_twice", params, where("duties", place))
    for place in _overlapping(((each.office,), each) for each in organisation.supervisions):
        params = {"office": organisation.supervisions[place].office}
        yield Problem("organisation.supervised_twice", params, where("supervisions", place))
    for place, each in enumerate(organisation.offices):
        directors = [((each.id,), post) for post in organisation.directing(each.id)]
        if list(_overlapping(directors)):
            params = {"office": each.id}
            yield Problem("organisation.two_directors", params, where("offices", place), "warning")


def _overlapping(items: Iterable[tuple[tuple[str | None, ...], _Dated]]) -> Iterator[int]:
    """The places of those that begin before another with the same key has ended."""
    groups: defaultdict[tuple[str | None, ...], list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for place, (key, each) in enumerate(items):
        groups[key].append((each.since, each.until, place))
    for spans in groups.values():
        for former, later in pairwise(sorted(spans)):
            if later[0] < former[1]:
                yield later[2]


def _duties(organisation: Organisation, where: Where) -> Iterator[Problem]:
    for place, duty in enumerate(organisation.duties):
        about = {"office": duty.office, "scope": duty.scope}
        if duty.a == duty.b:
            yield Problem("organisation.covers_himself", {**about, "person": duty.a}, where("duties", place))
        if duty.b is None:
            yield Problem("organisation.nobody_covers", about, where("duties", place), "warning")
        for person in _not_serving(organisation, duty):
            params = {**about, "person": person}
            yield Problem("organisation.duty_of_nobody_here", params, where("duties", place), "warning")


def _not_serving(organisation: Organisation, duty: Duty) -> Iterator[str]:
    # A B角 may come from another office, where there is nobody else (design §4).
    if duty.office not in organisation.offices_of(duty.a, duty.since):
        yield duty.a
    if duty.b is not None and not organisation.in_service(duty.b, duty.since):
        yield duty.b


def _offices(organisation: Organisation, where: Where) -> Iterator[Problem]:
    supervised = {each.office for each in organisation.supervisions}
    for place, office in enumerate(organisation.offices):
        if not organisation.directing(office.id):
            yield Problem(
                "organisation.nobody_directs", {"office": office.id}, where("offices", place), "warning"
            )
        if office.id not in supervised:
            yield Problem(
                "organisation.nobody_supervises", {"office": office.id}, where("offices", place), "warning"
            )
    posted = {post.person for post in organisation.posts}
    for place, each in enumerate(organisation.supervisions):
        if each.person not in posted:
            params = {"person": each.person, "office": each.office}
            yield Problem("organisation.supervisor_without_post", params, where("supervisions", place))


def _administrators(organisation: Organisation, where: Where) -> Iterator[Problem]:
    held = {word: organisation.entitling(word) for word in ADMINISTRATORS}
    for word, posts in held.items():
        if not posts:
            yield Problem("organisation.no_administrator", {"entitlement": word}, where("posts"))
    for one, other in combinations(ADMINISTRATORS, 2):
        pairs = ((first, second) for first in held[one] for second in held[other])
        both = {
            a.person for a, b in pairs if a.person == b.person and a.since < b.until and b.since < a.until
        }
        for person in sorted(both):
            params = {"person": person, "one": one, "other": other}
            yield Problem("organisation.two_administrators_in_one", params, where("posts"))
