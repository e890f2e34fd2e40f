"""Who is there: one committee office below a supervisor, the general office, and the institution's own posts."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.oracle.days import DAY

#: The committee office of the tasks, and the general office.
HERE, GENERAL, ELSEWHERE = "提案委", "办公室", "经济委"

#: person → his posts (office or None, role). Two pairs share a name, which must not matter.
POSTS: dict[str, tuple[tuple[str | None, str], ...]] = {
    "dir": ((HERE, "主任"),),
    "dep": ((HERE, "副主任"),),
    "ann": ((HERE, "工作人员"),),
    "bob": ((HERE, "工作人员"),),
    "cat": ((HERE, "工作人员"),),
    "gen": ((GENERAL, "主任"),),
    "aud": ((GENERAL, "工作人员"), (None, "安全审计员")),
    "sec": ((GENERAL, "工作人员"), (None, "安全管理员")),
    "sys": ((GENERAL, "工作人员"), (None, "系统管理员")),
    "eco": ((ELSEWHERE, "主任"),),
    "sup": ((None, "党组成员"),),
    "mid": ((None, "秘书长"),),
    "top": ((None, "党组书记"),),
}
NAMES = {"ann": "王丽", "bob": "王丽", "dir": "张慧", "eco": "张慧"}
ROLES: dict[str, tuple[int, tuple[str, ...]]] = {
    "党组书记": (1, ("leader", "party_group", "secretary")),
    "秘书长": (4, ("leader", "secretary")),
    "党组成员": (5, ("leader", "party_group")),
    "主任": (7, ("director",)),
    "副主任": (8, ("deputy",)),
    "工作人员": (10, ()),
    "系统管理员": (20, ("sysadmin",)),
    "安全管理员": (20, ("secadmin",)),
    "安全审计员": (20, ("auditor",)),
}
#: Office → who supervises it.
SUPERVISORS = {HERE: "sup", ELSEWHERE: "sup", GENERAL: "mid"}
SECRETARIES = ("mid", "top")
#: The duties of the office; who is A and B is drawn for each history.
DUTIES = ("起草", "承办", "核对")

LONG_AGO = -400 * DAY
FOREVER = 10**9


@dataclass
class Post:
    """A role held over a time."""

    person: str
    office: str | None
    role: str
    since: int = LONG_AGO
    until: int = FOREVER
    #: When the change that brought or ended it was put on record.
    recorded: int = LONG_AGO


@dataclass
class Absence:
    """A leave: asked for, and in force from its confirmation on."""

    person: str
    since: int
    until: int
    asked: int
    confirmed: int


@dataclass
class Cover:
    """A standing-in: asked for (which tells who is to cover), in force from its confirmation on."""

    person: str
    by: str
    since: int
    until: int
    asked: int
    confirmed: int
    #: Whether who covers gave his own word.
    accepted: bool


@dataclass
class House:
    """The people as known so far, and the questions about them, each as of a minute."""

    duties: dict[str, tuple[str, str | None]]
    posts: list[Post] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    #: Whoever was moved to another office, and when that was put on record.
    moved: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.posts:
            self.posts = [
                Post(person, office, role) for person, held in POSTS.items() for office, role in held
            ]

    def serves(self, person: str, at: int) -> bool:
        """Whether somebody holds any post."""
        return any(each.person == person and each.since <= at < each.until for each in self.posts)

    def absent(self, person: str, at: int) -> list[Absence]:
        """The leaves by which somebody is away then."""
        return [each for each in self.absences if each.person == person and each.since <= at < each.until]

    def present(self, person: str, at: int) -> bool:
        """Whether somebody is in service and not away."""
        return self.serves(person, at) and not self.absent(person, at)

    def covered(self, person: str, at: int) -> list[Cover]:
        """The covers for somebody that span that minute."""
        return [each for each in self.covers if each.person == person and each.since <= at < each.until]

    def there_throughout(self, person: str, since: int, until: int) -> bool | None:
        """Whether somebody was there, uncovered, all the time (True), never (False), or now and then (None)."""
        edges = {since, until}
        for each in (*self.absences, *self.covers):
            if each.person == person:
                edges |= {edge for edge in (each.since, each.until) if since < edge < until}
        edges |= {
            edge
            for each in self.posts
            if each.person == person
            for edge in (each.since, each.until)
            if since < edge < until
        }
        found = {self.present(person, at) and not self.covered(person, at) for at in edges}
        return found.pop() if len(found) == 1 else None

    def director(self, office: str, at: int) -> str | None:
        """Who directs an office."""
        held = [
            each.person
            for each in self.posts
            if each.office == office and each.role == "主任" and each.since <= at < each.until
        ]
        return held[0] if held else None

    def stays_here(self, person: str, at: int) -> bool:
        """Whether somebody has a post in the committee office then."""
        return any(
            each.person == person and each.office == HERE and each.since <= at < each.until
            for each in self.posts
        )
