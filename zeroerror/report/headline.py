"""What is read aloud first: whole sentences as codes with parameters, parts that are nought left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zeroerror.report.counting import OF_FINDINGS, OF_TASKS, STANDINGS, Figure

#: More offices than this are not read out one by one.
MOST_OFFICES = 6

Sentence = dict[str, Any]


def headline(
    institution: str,
    as_of: str | None,
    rows: Sequence[Mapping[str, Any]],
    totals: Mapping[str, Figure],
    lists: Mapping[str, Sequence[Any]],
    previous: Mapping[str, Any] | None,
) -> list[Sentence]:
    """The sentences of the first paragraph, in the order in which they are read."""
    return [
        _open(institution, as_of, totals),
        *_overdue(rows, totals, previous),
        *_waiting(lists, totals),
        *_counted("says_closed", totals["closed"]["value"]),
        _found(totals),
        *_counted("says_followed_up", totals["followed_up"]["value"]),
        *_counted("says_revised", len(lists["revised"])),
        *_counted("says_missed", len(lists["missed_slots"])),
    ]


def changes(totals: Mapping[str, Figure], previous: Mapping[str, Any] | None) -> dict[str, int] | None:
    """By how much each total differs from the report before; None where there is none."""
    if previous is None:
        return None
    before = previous["totals"]
    names = (*OF_TASKS, *OF_FINDINGS)
    return {name: totals[name]["value"] - before[name]["value"] for name in names if name in before}


def _sentence(code: str, **params: Any) -> Sentence:
    return {"code": f"report.{code}", "params": params}


def _open(institution: str, as_of: str | None, totals: Mapping[str, Figure]) -> Sentence:
    count = totals["open"]["value"]
    parts = [
        _sentence(f"part_{name}", count=totals[name]["value"]) for name in STANDINGS if totals[name]["value"]
    ]
    code = "says_open" if count else "says_nothing_open"
    return _sentence(code, institution=institution, as_of=as_of, count=count, parts=parts)


def _overdue(
    rows: Sequence[Mapping[str, Any]], totals: Mapping[str, Figure], previous: Mapping[str, Any] | None
) -> list[Sentence]:
    found = []
    count = totals["overdue"]["value"]
    if count:
        late = [row for row in rows if row["figures"]["overdue"]["value"]]
        offices = [
            _sentence("part_office", office=row["title"], count=row["figures"]["overdue"]["value"])
            for row in late[:MOST_OFFICES]
        ]
        code = "says_overdue" if len(late) <= MOST_OFFICES else "says_overdue_among_others"
        found.append(_sentence(code, count=count, offices=offices, number=len(late)))
    elif totals["open"]["value"]:
        found.append(_sentence("says_none_overdue"))
    change = (changes(totals, previous) or {}).get("overdue")
    if change is not None:
        code = "says_as_before" if change == 0 else "says_more" if change > 0 else "says_fewer"
        found.append(_sentence(code, count=abs(change)))
    return found


def _waiting(lists: Mapping[str, Sequence[Any]], totals: Mapping[str, Figure]) -> list[Sentence]:
    if not lists["at_desk"]:
        return []
    longest = lists["at_desk"][0]
    duration = {"minutes": longest["held_minutes"]}
    told = {"task": longest["task"], "kind": longest["workflow_title"], "of": longest["office"]}
    return [_sentence("says_at_desk", count=totals["at_desk"]["value"], held=duration, **told)]


def _found(totals: Mapping[str, Figure]) -> Sentence:
    counts = {name: totals[name]["value"] for name in OF_FINDINGS}
    if not any(counts.values()):
        return _sentence("says_nothing_found")
    told = [name for name in ("found", "cured", "withdrawn", "open_findings") if counts[name]]
    parts = [_sentence(f"part_{name}", count=counts[name]) for name in told]
    if counts["failed"]:
        parts[0] = _sentence("part_found_failed", count=counts["found"], failed=counts["failed"])
    return _sentence("says_found", parts=parts)


def _counted(code: str, count: int) -> list[Sentence]:
    return [_sentence(code, count=count)] if count else []
