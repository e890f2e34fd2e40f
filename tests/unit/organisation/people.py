"""A small institution for tests: one committee office, the general office, and those above them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from zeroerror.model.organisation import Cover, Leave, Organisation, organisation_from_plain

SHANGHAI = ZoneInfo("Asia/Shanghai")

#: person → name, and posts as `office/role` or `role`. The two 王丽 are different persons.
STAFF = {
    "chen": ("陈国栋", ["党组书记", "主席"]),
    "li": ("李志远", ["副主席", "党组成员"]),
    "pan": ("潘文军", ["副主席"]),
    "zhou": ("周建明", ["秘书长", "党组成员"]),
    "luo": ("罗强", ["办公室/主任"]),
    "xiao": ("肖琳", ["办公室/工作人员"]),
    "yao": ("姚娜", ["办公室/工作人员"]),
    "zhang": ("张慧", ["提案委/主任"]),
    "long": ("龙海", ["提案委/副主任"]),
    "yang": ("王丽", ["提案委/工作人员"]),
    "wu": ("王丽", ["提案委/工作人员"]),
    "deng": ("邓杰", ["办公室/工作人员", "系统管理员"]),
    "tang": ("唐敏", ["办公室/机要", "安全管理员"]),
    "qin": ("覃兰", ["经济委/主任", "安全审计员"]),
}
ROLES = {
    "党组书记": ("1", ["leader", "party_group", "secretary"]),
    "主席": ("2", ["leader"]),
    "副主席": ("3", ["leader"]),
    "秘书长": ("4", ["leader", "secretary"]),
    "党组成员": ("5", ["party_group"]),
    "主任": ("7", ["director"]),
    "副主任": ("8", ["deputy"]),
    "机要": ("9", []),
    "工作人员": ("10", []),
    "系统管理员": ("20", ["sysadmin"]),
    "安全管理员": ("20", ["secadmin"]),
    "安全审计员": ("20", ["auditor"]),
}
DUTIES = [
    ("提案委", "起草", "yang", "wu"),
    ("提案委", "首读", "long", "zhang"),
    ("提案委", "handling/supervision", "wu", "yang"),
    ("提案委", "document", "long", "wu"),
    ("办公室", "文印", "xiao", "yao"),
    ("办公室", "起草", "yao", "xiao"),
]


def local(text: str) -> datetime:
    """The instant of a local time `2026-03-02 09:00`, or of a day's beginning."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def doc() -> dict[str, object]:
    """The institution as a file would lay it down."""
    posts = []
    for person, (_, held) in STAFF.items():
        for label in held:
            office, slash, role = label.rpartition("/")
            posts.append({"person": person, "role": role, **({"office": office} if slash else {})})
    return {
        "since": "2024-01-01",
        "offices": [
            {"id": "办公室", "title": "办公室", "general": "true"},
            {"id": "提案委", "title": "提案委"},
            {"id": "经济委", "title": "经济委"},
        ],
        "roles": [{"id": role, "rank": rank, "entitlements": words} for role, (rank, words) in ROLES.items()],
        "persons": [{"id": person, "name": name} for person, (name, _) in STAFF.items()],
        "posts": posts,
        "supervisions": [
            {"person": "zhou", "office": "办公室"},
            {"person": "li", "office": "提案委"},
            {"person": "li", "office": "经济委"},
        ],
        "duties": [{"office": office, "scope": scope, "a": a, "b": b} for office, scope, a, b in DUTIES],
    }


@cache
def people() -> Organisation:
    """The institution, with nobody away."""
    found, problems = organisation_from_plain(doc(), lambda name: f"sealed {name}")
    assert found is not None, problems
    return found


def leave(person: str, since: str, until: str, recorded: str = "2026-01-05 09:00", index: int = 50) -> Leave:
    """A leave that counts, of local times."""
    return Leave(f"L-{person}-{since}", person, local(since), local(until), local(recorded), index, True)


def cover(
    person: str,
    by: str,
    since: str,
    until: str,
    *,
    recorded: str = "2026-01-05 09:00",
    accepted: str | None = "2026-01-05 10:00",
    told: str | None = None,
    index: int = 60,
) -> Cover:
    """A cover, of local times; accepted soon after it was recorded, unless told otherwise."""
    return Cover(
        id=f"C-{person}-{by}-{since}",
        person=person,
        by=by,
        since=local(since),
        until=local(until),
        recorded_at=local(recorded),
        recorded_index=index,
        accepted_at=None if accepted is None else local(accepted),
        told_at=None if told is None else local(told),
    )
