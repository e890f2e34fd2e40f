"""The organisation as people write it, in strings only (`config/institution.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror.model.calendar import ZONE
from zeroerror.model.organisation.checks import check_organisation
from zeroerror.model.organisation.nouns import (
    ENTITLEMENTS,
    NEVER_ENDS,
    Duty,
    Office,
    Person,
    Post,
    Role,
    Supervision,
)
from zeroerror.model.organisation.staffing import Organisation
from zeroerror.model.problem import Problem

#: What each list's entries must say, and what they may.
KEYS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "offices": (frozenset({"id", "title"}), frozenset({"general"})),
    "roles": (frozenset({"id", "rank"}), frozenset({"entitlements"})),
    "persons": (frozenset({"id", "name"}), frozenset()),
    "posts": (frozenset({"person", "role"}), frozenset({"office", "since", "until"})),
    "supervisions": (frozenset({"person", "office"}), frozenset({"since", "until"})),
    "duties": (frozenset({"office", "scope", "a"}), frozenset({"b", "since", "until"})),
}
PERSON_ID = re.compile(r"[a-z][a-z0-9]{1,31}")


def organisation_from_plain(
    doc: object,
    seal: Callable[[str], str],
    *,
    zone: str = ZONE,
    where: Callable[..., str] | None = None,
) -> tuple[Organisation | None, list[Problem]]:
    """The organisation that a file lays down, or everything wrong with it; warnings go with either.

    `seal` keeps a name's text and gives its digest. Days are whole days in `zone`: what lasts `until` a day
    still holds on it. Leaves and covers are no matter for a file. `where` tells `file:line` of a path.
    """
    reader = _Reader(doc, ZoneInfo(zone), where or (lambda *path: ".".join(map(str, path))))
    organisation = reader.organisation(seal)
    if reader.problems:
        return None, reader.problems
    problems = check_organisation(organisation, where=where)
    broken = any(problem.severity == "error" for problem in problems)
    return (None if broken else organisation), problems


class _Reader:
    """One reading: problems are collected, and what cannot be read is passed over."""

    def __init__(self, doc: object, zone: ZoneInfo, where: Callable[..., str]) -> None:
        self.problems: list[Problem] = []
        self._zone, self._where = zone, where
        self._doc: Mapping[str, Any] = doc if isinstance(doc, Mapping) else {}
        if not isinstance(doc, Mapping):
            self._wrong("organisation.not_a_mapping", (), {})
        for key in self._doc:
            if key not in KEYS and key not in ("name", "since"):
                self._wrong(
                    "organisation.unknown_key", (key,), {"key": key, "known": ["name", "since", *KEYS]}
                )
        self._since = self._day(self._doc, "since", ("since",)) if "since" in self._doc else None

    def organisation(self, seal: Callable[[str], str]) -> Organisation:
        return Organisation(
            offices=tuple(
                Office(each["id"], each["title"], self._yes(each, "general", path))
                for path, each in self._entries("offices")
            ),
            roles=tuple(
                Role(each["id"], self._rank(each, path), self._entitlements(each, path))
                for path, each in self._entries("roles")
            ),
            persons=tuple(
                Person(self._id(each, path), seal(each["name"])) for path, each in self._entries("persons")
            ),
            posts=tuple(
                Post(each["person"], each.get("office"), each["role"], *self._span(each, path))
                for path, each in self._entries("posts")
            ),
            supervisions=tuple(
                Supervision(each["person"], each["office"], *self._span(each, path))
                for path, each in self._entries("supervisions")
            ),
            duties=tuple(
                Duty(each["office"], each["scope"], each["a"], each.get("b"), *self._span(each, path))
                for path, each in self._entries("duties")
            ),
        )

    def _wrong(self, code: str, path: tuple[str | int, ...], params: Mapping[str, Any]) -> None:
        self.problems.append(Problem(code, params, self._where(*path)))

    def _entries(self, name: str) -> list[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
        items = self._doc.get(name, [])
        if not isinstance(items, list):
            self._wrong("organisation.not_a_list", (name,), {"key": name})
            return []
        found = [((name, place), each) for place, each in enumerate(items)]
        return [(path, each) for path, each in found if self._well_formed(name, path, each)]

    def _well_formed(self, name: str, path: tuple[str | int, ...], entry: object) -> bool:
        before = len(self.problems)
        if not isinstance(entry, Mapping):
            self._wrong("organisation.not_a_mapping", path, {})
            return False
        needed, more = KEYS[name]
        for key in sorted(needed - set(entry)):
            self._wrong("organisation.key_missing", path, {"key": key, "of": name})
        for key, value in entry.items():
            if key not in needed | more:
                known = sorted(needed | more)
                self._wrong("organisation.unknown_key", (*path, key), {"key": key, "known": known})
            elif key != "entitlements" and (not isinstance(value, str) or not value.strip()):
                self._wrong("organisation.not_a_text", (*path, key), {"key": key})
        return len(self.problems) == before

    def _id(self, entry: Mapping[str, Any], path: tuple[str | int, ...]) -> str:
        id: str = entry["id"]
        # `machine` is the system's own hand in the ledger, and nobody's.
        if PERSON_ID.fullmatch(id) is None or id == "machine":
            self._wrong("organisation.bad_person_id", (*path, "id"), {"id": id})
        return id

    def _yes(self, entry: Mapping[str, Any], key: str, path: tuple[str | int, ...]) -> bool:
        if entry.get(key, "false") not in ("true", "false"):
            self._wrong("organisation.not_yes_or_no", (*path, key), {"key": key, "value": entry[key]})
        return entry.get(key) == "true"

    def _rank(self, entry: Mapping[str, Any], path: tuple[str | int, ...]) -> int:
        if re.fullmatch(r"[1-9][0-9]{0,3}", entry["rank"], re.ASCII) is None:
            self._wrong("organisation.bad_rank", (*path, "rank"), {"value": entry["rank"]})
            return 0
        return int(entry["rank"])

    def _entitlements(self, entry: Mapping[str, Any], path: tuple[str | int, ...]) -> frozenset[str]:
        words = entry.get("entitlements", [])
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            self._wrong("organisation.not_a_list", (*path, "entitlements"), {"key": "entitlements"})
            return frozenset()
        for word in sorted(set(words) - ENTITLEMENTS):
            params = {"word": word, "known": sorted(ENTITLEMENTS)}
            self._wrong("organisation.unknown_entitlement", (*path, "entitlements"), params)
        return frozenset(words)

    def _span(self, entry: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[datetime, datetime]:
        since = self._since
        if "since" in entry:
            since = self._day(entry, "since", path)
        elif since is None:
            self._wrong("organisation.key_missing", path, {"key": "since", "of": str(path[0])})
        until = self._day(entry, "until", path, days=1) if "until" in entry else NEVER_ENDS
        return since or NEVER_ENDS, until or NEVER_ENDS

    def _day(
        self, entry: Mapping[str, Any], key: str, path: tuple[str | int, ...], days: int = 0
    ) -> datetime | None:
        """The instant at which that day begins, or so many days later."""
        text = entry[key]
        # The standard reader also takes 20260101 and 2026-W01-4; people are to find one form only.
        if isinstance(text, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
            try:
                day = date.fromisoformat(text) + timedelta(days=days)
                return datetime.combine(day, time(), self._zone).astimezone(UTC)
            except (ValueError, OverflowError):
                pass
        self._wrong("organisation.bad_day", path, {"key": key, "value": str(text)})
        return None
