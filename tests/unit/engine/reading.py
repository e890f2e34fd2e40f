"""A second reading of a definition, to hold the frozen table against.

It takes the text itself, knows nothing of the product (no import of it, of `transitions` or of the loader),
and does the least that can be done: strings out of YAML, and a list of who leads where.
"""

from __future__ import annotations

import yaml

Moves = dict[tuple[str, str], str | None]
#: Of each group: where its join leads, where its regions start, and to which of them each step belongs.
Groups = dict[str, tuple[str | None, dict[str, str], dict[str, str]]]


#: Strings and no types; in C where there is one, for thousands are read.
FAST = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_moves(text: str) -> tuple[str, Moves, Groups]:
    """What a task starts at, where each action of each step that it can come to leads, and its groups.

    None is the end of the task, `/join` the end of a region.
    """
    said = yaml.load(text, Loader=FAST)["steps"]
    steps, home, groups = {}, {}, {}
    for name, step in said.items():
        if "regions" not in step:
            steps[name] = step
            continue
        groups[name] = step
        for region, inner in step["regions"].items():
            for each, inner_step in inner["steps"].items():
                steps[each], home[each] = inner_step, (name, region)
    every: Moves = {}
    opened: dict[tuple[str, str], list[str]] = {}
    for step, body in steps.items():
        for action, way in body.get("actions", {}).items():
            to = way.get("to")
            # A choice of several is a way to each.
            for name, target in (
                [(f"{action}.{each}", each) for each in to] if isinstance(to, list) else [(action, to)]
            ):
                every[step, name] = "/join" if "join" in way else None if "end" in way else target
                opened[step, name] = way.get("reopens", [])
    start = next(iter(said))
    known = _come_to(start, every, opened, home, groups)
    return start, {pair: to for pair, to in every.items() if pair[0] in known}, _told(known, home, groups)


def _come_to(start: str, every: Moves, opened: dict, home: dict, groups: dict) -> set[str]:  # type: ignore[type-arg]
    """Every step, and every region as a pair, grown until they grow no more."""
    known: set = _arrive(start, [], groups)  # type: ignore[type-arg]
    while True:
        more: set = set()  # type: ignore[type-arg]
        for pair, target in every.items():
            if pair[0] in known and target not in (None, "/join"):
                more |= _arrive(target, opened[pair], groups)
        for name, group in groups.items():
            ended = {
                home[step][1]
                for (step, _), to in every.items()
                if to == "/join" and step in known and step in home and home[step][0] == name
            }
            if ended == set(group["regions"]) and "to" in group:
                more |= _arrive(group["to"], [], groups)
        if more <= known:
            return known
        known |= more


def _arrive(target, opened, groups):  # type: ignore[no-untyped-def]
    if target not in groups:
        return {target}
    regions = opened or groups[target]["regions"]
    return {(target, each) for each in regions} | {
        next(iter(groups[target]["regions"][each]["steps"])) for each in regions
    }


def _told(known, home, groups) -> Groups:  # type: ignore[no-untyped-def]
    told: Groups = {}
    for name, group in groups.items():
        starts = {each: next(iter(region["steps"])) for each, region in group["regions"].items()}
        steps = {step: region for step, (where, region) in home.items() if where == name and step in known}
        if any((name, each) in known for each in starts):
            told[name] = group.get("to"), starts, steps
    return told
