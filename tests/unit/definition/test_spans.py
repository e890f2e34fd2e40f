"""The longest way that is really gone is held against what the whole may take."""

from __future__ import annotations

import random
from collections.abc import Iterator

from zeroerror.definition.loader import Loaded, load

HEAD = """id: handling/example
format: 1
title: 例子
basis: 本机关自定
family: handling
limit: {limit}
visible_to: [office]
fields:
  title: {{title: 标题, type: text, required: open}}
  kind:  {{title: 类别, type: choice, choices: [一般, 重要], required: open, plain: true}}
steps:
"""


def step(name: str, days: int, *actions: str, indent: str = "  ") -> str:
    """A step with its limit; an action as `name: where it leads`."""
    lines = [f"{name}:", f"  title: {name}", "  owner: {duty: 起草}", f"  limit: {days}wd", "  actions:"]
    for action in actions:
        word, _, leads = action.partition(": ")
        lines.append(f"    {word}: {{title: {word}, {leads}}}")
    return "".join(f"{indent}{line}\n" for line in lines)


def told(limit: str, *steps: str) -> list[tuple[str, str, object]]:
    """What is said of the whole: how badly, by which way, and how many days that takes."""
    loaded: Loaded = load(HEAD.format(limit=limit) + "".join(steps), "x")
    assert {each.code for each in loaded.problems} <= {
        "definition.limit_exceeded",
        "definition.limit_may_be_exceeded",
    }
    return [(each.severity, each.params["path"], each.params["days"]) for each in loaded.problems]


def test_the_longest_way_is_told_and_leaves_the_definition_standing() -> None:
    found = told("3wd", step("a", 2, "end: end: done", "on: to: b"), step("b", 2, "end: end: done"))
    assert found == [("warning", "a/on → b/end → ✓", 4)]
    assert told("4wd", step("a", 2, "end: end: done", "on: to: b"), step("b", 2, "end: end: done")) == []


def test_what_is_returned_is_no_way() -> None:
    back = "back: to: a, outcome: returned, reason: required"
    assert told("4wd", step("a", 2, "on: to: b"), step("b", 2, "end: end: done", back)) == []


def test_a_way_round_is_gone_once() -> None:
    found = told(
        "5wd",
        step("a", 2, "on: to: b"),
        step("b", 2, "end: end: done", "ask: to: c"),
        step("c", 2, "again: to: a", "end: end: done"),
    )
    assert found == [("warning", "a/on → b/ask → c/end → ✓", 6)]


def test_only_a_way_to_being_done_counts() -> None:
    assert (
        told("2wd", step("a", 2, "end: end: done", "on: to: b"), step("b", 9, "drop: end: cancelled")) == []
    )


def test_a_way_that_the_choice_forbids_is_not_told_of_that_choice() -> None:
    found = told(
        "{by: kind, 一般: 2wd, 重要: 4wd}",
        step("a", 2, "end: end: done", "on: to: b, when: [{field: kind, in: [重要]}]"),
        step("b", 2, "end: end: done"),
    )
    assert found == []


def test_of_regions_the_longest_counts_and_leaving_them_is_a_way_too() -> None:
    def group(days: int) -> str:
        left = step("left", 1, "done: join: done", indent=" " * 10)
        right = step("right", days, "done: join: done", "out: to: last", indent=" " * 10)
        return (
            "  both:\n    title: both\n    to: last\n    regions:\n"
            f"      one:\n        title: one\n        steps:\n{left}"
            f"      two:\n        title: two\n        steps:\n{right}"
        )

    first, last = step("a", 1, "quick: end: done", "on: to: both"), step("last", 1, "end: end: done")
    assert told("4wd", first, group(2), last) == []
    assert told("4wd", first, group(3), last) == [("warning", "a/on → right/done → last/end → ✓", 5)]


def ways(leads: list[list[int]], days: list[int], at: int, passed: tuple[int, ...]) -> Iterator[int]:
    """How long every way to the last takes, tried one after another."""
    if at == len(leads) - 1:
        yield days[at]
    for each in leads[at]:
        if each not in passed:
            yield from (days[at] + more for more in ways(leads, days, each, (*passed, each)))


def test_the_longest_of_many_ways_forward_is_found() -> None:
    chance, warned = random.Random(7), 0
    for _ in range(60):
        count = chance.randint(2, 7)
        days = [chance.randint(1, 5) for _ in range(count)]
        leads: list[list[int]] = [
            sorted({at + 1, *(chance.randint(at + 1, count - 1) for _ in range(2))})
            for at in range(count - 1)
        ]
        leads.append([])
        steps = [
            step(
                f"s{at}",
                days[at],
                *(f"to{each}: to: s{each}" for each in leads[at]),
                *(["end: end: done"] * (at == count - 1)),
            )
            for at in range(count)
        ]
        every = list(ways(leads, days, 0, (0,)))
        limit = chance.randint(min(every), max(every))
        found = told(f"{limit}wd", *steps)
        assert [days for _, _, days in found] == [max(every)] * (limit < max(every))
        warned += bool(found)
    assert 10 < warned < 60
