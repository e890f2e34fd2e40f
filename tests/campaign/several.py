"""What several persons do in one step, and what an action opens, read apart: nothing here knows how `check` asks.

Written from `docs/definitions.md`, and from nothing of the package. Whether a vote can be won, lost and be short of
its quorum is tried with every number of persons, present and voting, up to the most that may vote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

Plain = Mapping[str, Any]

VOTERS = 40
_ANSWERS = {"sign", "object"}
_WAYS = {"pass", "refuse", "no_quorum"}
#: Shares as rules of procedure write them: the part, and whether the part itself is enough.
_SHARES = {
    "半数以上": (Fraction(1, 2), True),
    "过半数": (Fraction(1, 2), False),
    "三分之二以上": (Fraction(2, 3), True),
    "超过三分之二": (Fraction(2, 3), False),
    "四分之三以上": (Fraction(3, 4), True),
    "全体": (Fraction(1), True),
}


def harms(definition: Plain, steps: Mapping[str, Plain], first: set[str]) -> Iterator[str]:
    """What would keep several persons from working in one step; `first` are those with which something begins."""
    of_all = {name for name, step in steps.items() if "consent" in step or _personal(step)}
    for name, step in steps.items():
        for other in _named(step):
            if other in of_all:
                yield f"{name} names {other} as one person's"
        if "consent" in step:
            yield from _countersigned(name, step)
        if "vote" in step:
            yield from _voted(name, step)
        said = step.get("consent") or step.get("vote")
        if said is None:
            continue
        if name in first:
            yield f"{name} is sent by nobody"
        if said.get("silence", "wait") != "wait" and "limit" not in step:
            yield f"{name} waits for a silence that has no end"
        if definition["fields"].get(said["of"], {}).get("type") not in ("text", "file"):
            yield f"{name} has no text to answer about"


def _personal(step: Plain) -> bool:
    return "vote" in step and step["vote"].get("ballot", "personal") == "personal"


def _named(step: Plain) -> Iterator[str]:
    """The steps that a step names as done by one person."""
    owner = step.get("owner") or {}
    yield from (each["doer"] for each in (owner, owner.get("urged_by", {})) if "doer" in each)
    for action in step.get("actions", {}).values():
        for guard in action.get("guards", ()):
            about = [] if isinstance(guard, str) else guard.get("four_eyes@1", [])
            yield from [about] if isinstance(about, str) else about
        if "fault" in action:
            yield action["fault"]["step"]


def _countersigned(name: str, step: Plain) -> Iterator[str]:
    if step["actions"].keys() != _ANSWERS:
        yield f"{name} has not the two answers of a signer"
    elif any("to" not in each for each in step["actions"].values()):
        yield f"{name} has an answer that leads nowhere"
    elif "reason" not in step["actions"]["object"]:
        yield f"{name} lets people object without a reason"
    if not step["consent"]["signers"]:
        yield f"{name} is signed by nobody"


def _voted(name: str, step: Plain) -> Iterator[str]:
    vote = step["vote"]
    if step["actions"].keys() != _WAYS:
        yield f"{name} has not the three ways in which a vote ends"
    if vote.get("chair") not in vote["voters"]:
        yield f"{name} is presided over by nobody who votes"
    if not _personal(step) and "owner" not in step:
        yield f"{name} has minutes that nobody brings"
    seen = _outcomes(vote["quorum"], vote["threshold"], vote.get("base", "due"))
    for way in {"pass", "refuse"} - seen:
        yield f"{name} can never come to {way}"


@cache
def _outcomes(quorum: str, threshold: str, base: str) -> set[str]:
    """How a vote can end, with any number of voters of whom any number votes for, against, or not at all."""
    seen: set[str] = set()
    for due in range(1, VOTERS + 1):
        for present in range(due + 1):
            if not _enough(quorum, present, due):
                continue
            for yes in range(present + 1):
                # Of those who did not vote for it, all vote against, or none.
                for cast in (present, yes):
                    of = {"due": due, "present": present, "cast": cast}[base]
                    seen.add("pass" if _enough(threshold, yes, of) else "refuse")
    return seen


def _enough(wanted: str, count: int, of: int) -> bool:
    if of == 0:
        return False
    if wanted not in _SHARES:
        return count >= int(wanted)
    part, itself = _SHARES[wanted]
    return Fraction(count, of) >= part if itself else Fraction(count, of) > part


def opened(definition: Plain, steps: Mapping[str, Plain], others: Mapping[str, Plain]) -> Iterator[str]:
    """What keeps an action from opening its tasks, among the definitions that there are, each under its id."""
    for name, step in steps.items():
        for label, action in step.get("actions", {}).items():
            if "opens" not in action:
                continue
            opens, what = action["opens"], f"{name}/{label}"
            child = others.get(opens["workflow"])
            if child is None:
                yield f"{what} opens what is not there"
                continue
            if child.get("opened_by") == "machine":
                yield f"{what} opens what only the machine opens"
            if definition["id"] in _comes_to(opens["workflow"], {**others, definition["id"]: definition}):
                yield f"{what} opens its own opener"
            yield from (f"{what} {each}" for each in _given(definition, action, child))


def _comes_to(id: str, others: Mapping[str, Plain]) -> set[str]:
    found, waiting = {id}, [id]
    while waiting:
        text = str(others.get(waiting.pop(), ""))
        more = {each for each in others if f"'workflow': '{each}'" in text} - found
        found |= more
        waiting += more
    return found


def _given(definition: Plain, action: Plain, child: Plain) -> Iterator[str]:
    opens, fields = action["opens"], child["fields"]
    said = [*opens.get("each", ()), *opens.get("set", {}), *opens.get("copy", ())]
    if len(set(said)) < len(said):
        yield "says one field twice"
    for each in said:
        if each not in fields:
            yield f"says {each}, which is not asked for"
    for name, field in fields.items():
        if field.get("required") == "open" and name not in said:
            yield f"does not say {name}, which is asked for"
    for name, value in opens.get("set", {}).items():
        field = fields.get(name, {})
        if field.get("plain") != "true" or value not in field.get("choices", [value]):
            yield f"says {value} of {name}, which cannot be said"
    for name in opens.get("copy", ()):
        own, field = definition["fields"].get(name), fields.get(name)
        if own is None:
            yield f"copies {name}, which is not there"
        elif field is not None and any(own.get(key) != field.get(key) for key in ("type", "plain")):
            yield f"copies {name}, which is another kind of field"
