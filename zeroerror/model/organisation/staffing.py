"""The organisation as a whole: every dated fact, and who held, directed, supervised and stood in when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from zeroerror.model.organisation.nouns import (
    NEVER_ENDS,
    Cover,
    Duty,
    Exemption,
    Leave,
    Office,
    Person,
    Post,
    Role,
    Supervision,
)
from zeroerror.model.value import dataclass

T = TypeVar("T")
Dated = TypeVar("Dated", Leave, Cover)


def _by(key: Callable[[T], object], items: Iterable[T]) -> Mapping[object, tuple[T, ...]]:
    found: defaultdict[object, list[T]] = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return {each: tuple(group) for each, group in found.items()}


def _ending(dated: Iterable[Dated], ids: Collection[str], at: datetime) -> tuple[Dated, ...]:
    return tuple(
        replace(each, until=min(each.until, at)) if each.id in ids else each
        for each in dated
        if each.id not in ids or each.since < at
    )


# Without slots: the indices are kept beside the facts once they have been asked for.
@dataclass(frozen=True)
class Organisation:
    """Who is who, since when and until when. Every question is asked as of an instant."""

    offices: tuple[Office, ...] = ()
    roles: tuple[Role, ...] = ()
    persons: tuple[Person, ...] = ()
    posts: tuple[Post, ...] = ()
    supervisions: tuple[Supervision, ...] = ()
    duties: tuple[Duty, ...] = ()
    leaves: tuple[Leave, ...] = ()
    covers: tuple[Cover, ...] = ()
    exemptions: tuple[Exemption, ...] = ()

    @cached_property
    def _roles(self) -> Mapping[str, Role]:
        return {role.id: role for role in self.roles}

    @cached_property
    def _ordered(self) -> tuple[Post, ...]:
        """Posts in the order in which several holders are asked: the longest in post first, then by id."""
        return tuple(sorted(self.posts, key=lambda post: (post.since, post.person)))

    @cached_property
    def _posts(self) -> Mapping[object, tuple[Post, ...]]:
        ranked = sorted(self._ordered, key=lambda post: self._rank(post.role))
        return _by(lambda post: post.person, ranked)

    @cached_property
    def _staff(self) -> Mapping[object, tuple[Post, ...]]:
        return _by(lambda post: post.office, self._ordered)

    @cached_property
    def _supervisions(self) -> Mapping[object, tuple[Supervision, ...]]:
        ordered = sorted(self.supervisions, key=lambda each: (each.since, each.person))
        return _by(lambda each: each.office, ordered)

    @cached_property
    def _duties(self) -> Mapping[object, tuple[Duty, ...]]:
        return _by(lambda duty: (duty.office, duty.scope), self.duties)

    @cached_property
    def _leaves(self) -> Mapping[object, tuple[Leave, ...]]:
        return _by(lambda leave: leave.person, self.leaves)

    @cached_property
    def _covers(self) -> Mapping[object, tuple[Cover, ...]]:
        ordered = sorted(self.covers, key=lambda cover: (cover.recorded_index, cover.id))
        return _by(lambda cover: cover.person, ordered)

    def _rank(self, role: str) -> int:
        found = self._roles.get(role)
        return 10**6 if found is None else found.rank

    def _gives(self, role: str, word: str) -> bool:
        found = self._roles.get(role)
        return found is not None and word in found.entitlements

    def office(self, id: str) -> Office | None:
        """The office of that id, if there is one."""
        return next((office for office in self.offices if office.id == id), None)

    def person(self, id: str) -> Person | None:
        """The person of that id, if there is one."""
        return next((person for person in self.persons if person.id == id), None)

    def general_office(self) -> Office | None:
        """The general office."""
        return next((office for office in self.offices if office.general), None)

    def holders(self, office: str | None, role: str, at: datetime) -> tuple[str, ...]:
        """Who holds that role in that office, or in the institution itself: the longest in post first."""
        staff = self._staff.get(office, ())
        return tuple(dict.fromkeys(post.person for post in staff if post.role == role and post.holds(at)))

    def posts_of(self, person: str, at: datetime) -> tuple[Post, ...]:
        """The posts somebody holds, the highest first; none: he is not in service."""
        return tuple(post for post in self._posts.get(person, ()) if post.holds(at))

    def rank_of(self, person: str, at: datetime) -> int:
        """How high somebody stands by his highest post: the smaller, the higher."""
        return min((self._rank(post.role) for post in self.posts_of(person, at)), default=10**6)

    def in_service(self, person: str | None, at: datetime) -> bool:
        """Whether somebody holds any post."""
        return person is not None and bool(self.posts_of(person, at))

    def office_of(self, person: str, at: datetime) -> str | None:
        """The office of somebody's highest post in one; None for who has posts of the institution only."""
        return next(iter(self.offices_of(person, at)), None)

    def offices_of(self, person: str, at: datetime) -> tuple[str, ...]:
        """Every office in which somebody has a post, that of the highest post first."""
        held = (post.office for post in self.posts_of(person, at))
        return tuple(dict.fromkeys(office for office in held if office is not None))

    def staff(self, office: str | None, at: datetime) -> tuple[str, ...]:
        """Everybody with a post in an office."""
        return tuple(dict.fromkeys(post.person for post in self._staff.get(office, ()) if post.holds(at)))

    def _entitled_in(self, office: str, word: str, at: datetime) -> tuple[str, ...]:
        staff = self._staff.get(office, ())
        return tuple(
            dict.fromkeys(post.person for post in staff if post.holds(at) and self._gives(post.role, word))
        )

    def director(self, office: str, at: datetime) -> str | None:
        """Who directs an office, present or not; None while the post is vacant."""
        return next(iter(self._entitled_in(office, "director", at)), None)

    def deputies(self, office: str, at: datetime) -> tuple[str, ...]:
        """The deputies of an office, the longest in post first."""
        return self._entitled_in(office, "deputy", at)

    def supervisor(self, office: str, at: datetime) -> str | None:
        """The leader who supervises an office, if he is in service."""
        held = (each for each in self._supervisions.get(office, ()) if each.holds(at))
        return next((each.person for each in held if self.in_service(each.person, at)), None)

    def supervisors(self, at: datetime) -> tuple[str, ...]:
        """Everybody who supervises some office."""
        found = (self.supervisor(office.id, at) for office in self.offices)
        return tuple(dict.fromkeys(person for person in found if person is not None))

    def entitled(self, person: str, word: str, at: datetime) -> bool:
        """Whether a post that somebody holds then entitles him so."""
        return any(self._gives(post.role, word) for post in self.posts_of(person, at))

    def directing(self, office: str) -> tuple[Post, ...]:
        """Every post, of any time, that directs an office."""
        return tuple(post for post in self._staff.get(office, ()) if self._gives(post.role, "director"))

    def entitling(self, word: str) -> tuple[Post, ...]:
        """Every post, of any time, that entitles so."""
        return tuple(post for post in self._ordered if self._gives(post.role, word))

    def all_entitled(self, word: str, at: datetime) -> tuple[str, ...]:
        """Everybody entitled so, by rank from the highest."""
        held = [post for post in self._ordered if post.holds(at) and self._gives(post.role, word)]
        held.sort(key=lambda post: self._rank(post.role))
        return tuple(dict.fromkeys(post.person for post in held))

    def secretaries(self, at: datetime) -> tuple[str, ...]:
        """Who is entitled as secretary, the nearest to the work first: 秘书长 before 党组书记."""
        return self.all_entitled("secretary", at)[::-1]

    def secretary(self, at: datetime) -> str | None:
        """The 秘书长, else the 党组书记."""
        return next(iter(self.secretaries(at)), None)

    def is_on_leave(self, person: str, at: datetime, known_at: int | None = None) -> bool:
        """Whether somebody is away then, as far as was on record before that leaf."""
        return any(leave.holds(at, known_at) for leave in self._leaves.get(person, ()))

    def leaves_of(self, person: str, at: datetime) -> tuple[Leave, ...]:
        """The leaves that make somebody away then, the first recorded first."""
        held = (leave for leave in self._leaves.get(person, ()) if leave.holds(at))
        return tuple(sorted(held, key=lambda leave: (leave.recorded_index, leave.id)))

    def all_leaves(self, person: str) -> tuple[Leave, ...]:
        """Every leave of somebody, of any time."""
        return self._leaves.get(person, ())

    def all_covers(self, person: str) -> tuple[Cover, ...]:
        """Every cover for somebody, of any time, the first recorded first."""
        return self._covers.get(person, ())

    def is_present(self, person: str | None, at: datetime) -> bool:
        """Whether somebody is in service and not away."""
        return person is not None and self.in_service(person, at) and not self.is_on_leave(person, at)

    def cover_of(self, person: str, at: datetime, known_at: int | None = None) -> Cover | None:
        """The accepted cover in force for somebody; of several, the one recorded first."""
        return next(iter(self.covers_of(person, at, known_at)), None)

    def covers_of(self, person: str, at: datetime, known_at: int | None = None) -> tuple[Cover, ...]:
        """Every accepted cover in force for somebody whose coverer is in service."""
        held = (cover for cover in self._covers.get(person, ()) if cover.holds(at, known_at))
        return tuple(cover for cover in held if self.in_service(cover.by, at))

    def covers_meant(self, person: str, at: datetime, known_at: int | None = None) -> tuple[Cover, ...]:
        """Every cover meant for then, accepted or not."""
        return tuple(cover for cover in self._covers.get(person, ()) if cover.spans(at, known_at))

    def division(self, office: str, scopes: Sequence[str], at: datetime) -> Duty | None:
        """Who does what in an office: the line of the first of these scopes that has one."""
        for scope in scopes:
            held = [duty for duty in self._duties.get((office, scope), ()) if duty.holds(at)]
            if held:
                # A file that lays down two is refused; of two that were applied all the same the later holds.
                return max(held, key=lambda duty: (duty.since, duty.a))
        return None

    def serves(self, person: str | None, duty: Duty, at: datetime) -> bool:
        """Whether somebody still stands for a duty: who was of its office when he was given it, and has left
        that office since, no longer does; who was named from elsewhere still does.
        """
        if person is None or not self.in_service(person, at):
            return False
        here = duty.office in self.offices_of(person, at)
        return here or duty.office not in self.offices_of(person, duty.since)

    def with_post(
        self, person: str, office: str | None, role: str, since: datetime, until: datetime = NEVER_ENDS
    ) -> Organisation:
        """This organisation with one post more."""
        return replace(self, posts=(*self.posts, Post(person, office, role, since, until)))

    def without_post(self, person: str, office: str | None, role: str, until: datetime) -> Organisation:
        """This organisation with that post ending then."""
        return self._ending(
            lambda post: (post.person, post.office, post.role) == (person, office, role), until
        )

    def with_transfer(self, person: str, to_office: str | None, role: str, at: datetime) -> Organisation:
        """This organisation with somebody moved: his posts in offices end, those of the institution stay."""
        begun = self._ending(
            lambda post: post.person == person and post.office is not None and post.since <= at, at
        )
        return begun.with_post(person, to_office, role, at)

    def _ending(self, chosen: Callable[[Post], bool], at: datetime) -> Organisation:
        return replace(
            self,
            posts=tuple(
                replace(post, until=at) if chosen(post) and post.since < at < post.until else post
                for post in self.posts
                # A post that would begin only when it has ended already is not one.
                if not (chosen(post) and post.since >= at)
            ),
        )

    def with_leave(self, leave: Leave) -> Organisation:
        """This organisation with one leave more."""
        return replace(self, leaves=(*self.leaves, leave))

    def with_cover(self, cover: Cover) -> Organisation:
        """This organisation with one cover more."""
        return replace(self, covers=(*self.covers, cover))

    def with_exemption(self, exemption: Exemption) -> Organisation:
        """This organisation with one exemption more."""
        return replace(self, exemptions=(*self.exemptions, exemption))

    def is_exempted(self, office: str, at: datetime) -> bool:
        """Whether it is on record, and approved, that an office has no second person then."""
        return any(each.office == office and each.holds(at) for each in self.exemptions)

    def ending_absences(self, ids: Collection[str], at: datetime) -> Organisation:
        """This organisation with those leaves and covers ending then; what would begin later never begins."""
        return replace(self, leaves=_ending(self.leaves, ids, at), covers=_ending(self.covers, ids, at))

    def accept_cover(self, id: str, at: datetime) -> Organisation:
        """This organisation with that cover accepted then, unless it has been accepted before."""
        covers = tuple(
            replace(cover, accepted_at=at) if cover.id == id and cover.accepted_at is None else cover
            for cover in self.covers
        )
        return replace(self, covers=covers)
