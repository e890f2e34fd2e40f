"""The facts an organisation is made of. Each holds from `since` up to, and not with, `until`."""

from __future__ import annotations

from datetime import datetime

from zeroerror.model.instant import NEVER, from_text
from zeroerror.model.value import dataclass

#: The end of what has no end.
NEVER_ENDS = from_text(NEVER)

#: What a role may entitle to. `director` and `deputy` count in the post's own office.
ENTITLEMENTS = frozenset(
    {"leader", "secretary", "party_group", "director", "deputy", "sysadmin", "secadmin", "auditor"}
)


@dataclass(frozen=True, slots=True)
class Office:
    """A committee office, or the general office (办公室), of which there is one."""

    id: str
    title: str
    general: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A role as data: the smaller the rank, the higher it stands."""

    id: str
    rank: int
    entitlements: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, by an id that is never given twice; `name` is the digest of the name, which may repeat."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """A role held; `office` is None for the posts of the institution itself (主席, 党组成员, 秘书长)."""

    person: str
    office: str | None
    role: str
    since: datetime
    until: datetime = NEVER_ENDS

    @property
    def label(self) -> str:
        """The post as capacities write it: `office/role`, or the role alone."""
        return self.role if self.office is None else f"{self.office}/{self.role}"

    def holds(self, at: datetime) -> bool:
        """Whether it is held then."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Supervision:
    """Which leader supervises an office (分管)."""

    person: str
    office: str
    since: datetime
    until: datetime = NEVER_ENDS

    def holds(self, at: datetime) -> bool:
        """Whether it holds then."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Duty:
    """A line of the division of labour (分工表): who does it (A角), and who covers (B角)."""

    office: str
    #: A duty's word (起草), a workflow's id, or a family.
    scope: str
    a: str
    b: str | None
    since: datetime
    until: datetime = NEVER_ENDS

    @property
    def label(self) -> str:
        """The duty as capacities write it."""
        return f"{self.office}/{self.scope}"

    def holds(self, at: datetime) -> bool:
        """Whether it holds then."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Leave:
    """An absence on record."""

    id: str
    person: str
    since: datetime
    until: datetime
    recorded_at: datetime
    #: The leaf that recorded it.
    recorded_index: int
    #: Recorded beforehand, or confirmed by another person afterwards.
    confirmed: bool

    def holds(self, at: datetime, known_at: int | None = None) -> bool:
        """Whether somebody is away then, by a leave that counts and was on record before that leaf."""
        known = known_at is None or self.recorded_index < known_at
        return self.confirmed and known and self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Cover:
    """A standing-in (顶岗): `by` stands in for `person`, from when he has accepted."""

    id: str
    person: str
    by: str
    since: datetime
    until: datetime
    recorded_at: datetime
    #: The leaf that recorded it.
    recorded_index: int
    accepted_at: datetime | None = None
    #: When who covers was told of it.
    told_at: datetime | None = None
    #: When another person confirmed it, and it took effect; None: when it was recorded.
    confirmed_at: datetime | None = None

    @property
    def in_force_since(self) -> datetime:
        """From when on it could be known that it holds."""
        return self.confirmed_at or self.recorded_at

    def spans(self, at: datetime, known_at: int | None = None) -> bool:
        """Whether it is meant for then and was on record before that leaf, accepted or not."""
        return (known_at is None or self.recorded_index < known_at) and self.since <= at < self.until

    def holds(self, at: datetime, known_at: int | None = None) -> bool:
        """Whether it is in force then: meant for then, and accepted by then."""
        return self.spans(at, known_at) and self.accepted_at is not None and self.accepted_at <= at


@dataclass(frozen=True, slots=True)
class Exemption:
    """无第二人: a small office for which its supervisor has put up with there being nobody else for a while.

    It settles what `workflow check --staffing` would warn of on those days, and lets nobody take a step.
    """

    id: str
    office: str
    since: datetime
    until: datetime
    recorded_at: datetime
    #: The leaf that recorded it.
    recorded_index: int

    def holds(self, at: datetime) -> bool:
        """Whether that office is exempted then."""
        return self.since <= at < self.until
