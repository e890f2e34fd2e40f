"""Findings in words: what was seen, by which arithmetic, and whose it is by post, or why nobody's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from zeroerror.audit.explanation import explain
from zeroerror.model.finding import Attribution, Lead
from zeroerror.render.document import Entry
from zeroerror.render.words import Words
from zeroerror.text import say, shown


def entries(items: Sequence[Mapping[str, Any]], zone: str, words: Words) -> Iterator[Entry]:
    """Each finding as it is read out."""
    for each in items:
        lines = [
            (words.say("line_matter"), _matter(each, words)),
            (words.say("line_arithmetic"), _arithmetic(each, zone, words)),
            (words.say("line_whose"), _whose(each, words)),
            (words.say("line_state"), _state(each, words)),
        ]
        yield Entry(title=_title(each, words), lines=tuple(line for line in lines if line[1]))


def ended(items: Sequence[Mapping[str, Any]], how: str, words: Words) -> Iterator[str]:
    """One line for each finding that was put right or withdrawn, or is somebody else's than was said before."""
    for each in items:
        told = {"title": _title(each, words), "matter": _matter(each, words), "whose": _whose(each, words)}
        yield words.say(f"ended_{how}", **told)


def summary(item: Mapping[str, Any], words: Words) -> Sequence[str]:
    """One row about a finding that has been told before: id, rule, task, step, whose, and the follow-up."""
    return (
        shown(item["id"]),
        say(f"rule.{item['rule']}.title", {}, words.lang),
        words.say("no_task") if item["task"] is None else shown(item["task"]),
        step(item, words),
        concerned(item, [_post(each, words) for each in item["posts"]], words),
        words.say("no_follow_up") if item["follow_up"] is None else shown(item["follow_up"]),
    )


def step(item: Mapping[str, Any], words: Words) -> str:
    """The step a finding is about; the whole task where it is about that, and nothing where it is about none."""
    if item["task"] is None:
        return words.say("no_task")
    return words.say("no_step") if item["step_title"] is None else shown(item["step_title"])


def concerned(item: Mapping[str, Any], posts: Sequence[str], words: Words) -> str:
    """The posts a finding names, or that it has to be cleared up.

    Where a finding names nobody and nothing is missing to say whose it is, there is nothing to clear up: a slot
    that ran late is the machine's.
    """
    if posts:
        return words.comma.join(posts)
    return words.say("no_task" if item["undetermined"] is None else "clear_up")


def _title(item: Mapping[str, Any], words: Words) -> str:
    rule = say(f"rule.{item['rule']}.title", {}, words.lang)
    return words.say(
        "finding_title", id=item["id"], rule=rule, severity=words.say(f"severity_{item['severity']}")
    )


def _matter(item: Mapping[str, Any], words: Words) -> str:
    if item["task"] is None:
        return ""
    code = "matter" if item["step_title"] is None else "matter_step"
    return words.say(code, task=item["task"], title=words.title(item), step=item["step_title"])


def _arithmetic(item: Mapping[str, Any], zone: str, words: Words) -> str:
    if not item["trace"]:
        return ""
    clauses = explain(_lead(item), zone)
    return words.gap.join(say(code, params, words.lang) for code, params in clauses).strip()


def _lead(item: Mapping[str, Any]) -> Lead:
    """As much of the lead as its explanation asks for."""
    return Lead(
        rule=item["rule"],
        version=0,
        severity=item["severity"],
        task=item["task"],
        step=item["step"],
        visit=None,
        due_at=None if item["due_at"] is None else datetime.fromisoformat(item["due_at"]),
        evidence=(),
        trace=item["trace"],
        attribution=Attribution(),
    )


def _whose(item: Mapping[str, Any], words: Words) -> str:
    posts = [_post(each, words) for each in item["posts"]]
    if item["undetermined"] is not None:
        missing = [say(code, {}, words.lang) for code in item["undetermined"]]
        told = [words.say("undetermined"), *(words.say("whose", posts=[each]) for each in posts), *missing]
        if item["clarifier"] is not None:
            told.append(words.say("clarified_by", post=item["clarifier"]))
        return words.gap.join(told).strip()
    return words.say("whose", posts=posts) if posts else words.say("nobody")


def _post(item: Mapping[str, Any], words: Words) -> str:
    degree = words.say(f"degree_{item['degree']}")
    if item["capacity"] == "own":
        return words.say("whose_own", post=words.post(item["post"]), degree=degree)
    capacity = words.say(f"capacity_{item['capacity']}")
    return words.say("whose_as", post=words.post(item["post"]), degree=degree, capacity=capacity)


def _state(item: Mapping[str, Any], words: Words) -> str:
    states = [words.say(f"state_{item['state']}")]
    if item["disputed"]:
        states.append(words.say("disputed"))
    if item["follow_up"] is not None:
        states.append(words.say("followed_up_by", task=item["follow_up"]))
    return words.say("states", states=states)
