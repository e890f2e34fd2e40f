"""Definitions spoilt in one thing each: every way that somebody could write one wrongly, or that an overlay could."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

from tests.campaign import together

Definition = dict[str, Any]
Mutation = Callable[[Definition, random.Random], bool]


def some_step(definition: Definition, chance: random.Random) -> Definition:
    """Any step that somebody owes."""
    found: Definition = chance.choice(list(together.owed(definition).values()))
    return found


def actions_of(definition: Definition) -> list[tuple[Definition, str]]:
    """Every action by its name, with those beside which it stands."""
    return [
        (step["actions"], name) for step in together.owed(definition).values() for name in step["actions"]
    ]


def regions_of(definition: Definition) -> list[tuple[Definition, str]]:
    """Every region by its name, with those beside which it stands."""
    return [
        (step["regions"], name) for step in definition["steps"].values() for name in step.get("regions", ())
    ]


def _drop_action(definition: Definition, chance: random.Random) -> bool:
    actions, name = chance.choice(actions_of(definition))
    del actions[name]
    return True


def _drop_step(definition: Definition, chance: random.Random) -> bool:
    inside = [regions[name]["steps"] for regions, name in regions_of(definition)]
    steps = chance.choice([definition["steps"], *inside])
    del steps[chance.choice(list(steps))]
    return bool(definition["steps"])


def _swap_target(definition: Definition, chance: random.Random) -> bool:
    actions, name = chance.choice(actions_of(definition))
    for key in ("end", "join"):
        actions[name].pop(key, None)
    actions[name]["to"] = chance.choice([*definition["steps"], *together.owed(definition), "nowhere"])
    return True


def _end(definition: Definition, chance: random.Random) -> bool:
    actions, name = chance.choice(actions_of(definition))
    for key in ("to", "outcome", "join", "reopens"):
        actions[name].pop(key, None)
    actions[name]["end"] = chance.choice(["done", "cancelled"])
    return True


def _drop_owner(definition: Definition, chance: random.Random) -> bool:
    step = some_step(definition, chance)
    if "owner" in step:
        del step["owner"]
    else:
        said, key = (step["vote"], "voters") if "vote" in step else (step["consent"], "signers")
        said[key] = said[key][1:]
    return True


def _other_owner(definition: Definition, chance: random.Random) -> bool:
    kind = chance.choice(["doer", "field"])
    among = list(together.owed(definition) if kind == "doer" else definition["fields"])
    some_step(definition, chance)["owner"] = {
        kind: chance.choice([*among, "opener"] if kind == "doer" else among)
    }
    return True


def _longer_step(definition: Definition, chance: random.Random) -> bool:
    some_step(definition, chance)["limit"] = chance.choice(["2wd", "9wd", "40wd"])
    return True


def _shorter_whole(definition: Definition, chance: random.Random) -> bool:
    limit = definition.get("limit")
    if limit is None or "at" in limit:
        definition["limit"] = chance.choice(["3wh", "2wd", "30wd"])
    elif isinstance(limit, dict):
        limit[chance.choice([key for key in limit if key != "by"])] = chance.choice(["1wh", "1wd"])
    return True


def _no_limit_for_a_choice(definition: Definition, chance: random.Random) -> bool:
    limits = [
        s["limit"]
        for s in together.owed(definition).values()
        if "by" in s.get("limit", "") and "before" not in s["limit"]
    ]
    if not limits:
        return False
    limit = chance.choice(limits)
    del limit[chance.choice([key for key in limit if key != "by"])]
    return True


def dropped(key: str) -> Mutation:
    """Some action loses what it says under a key."""

    def drop(definition: Definition, chance: random.Random) -> bool:
        having = [actions[name] for actions, name in actions_of(definition) if key in actions[name]]
        if not having:
            return False
        del chance.choice(having)[key]
        return True

    return drop


def _field_changed(key: str) -> Mutation:
    def change(definition: Definition, chance: random.Random) -> bool:
        having = [field for field in definition["fields"].values() if key in field]
        if not having:
            return False
        del chance.choice(having)[key]
        return True

    return change


def _drop_field(definition: Definition, chance: random.Random) -> bool:
    del definition["fields"][chance.choice(list(definition["fields"]))]
    return bool(definition["fields"])


def _about(definition: Definition, chance: random.Random) -> bool:
    actions, name = chance.choice(actions_of(definition))
    asked = chance.choice(list(together.owed(definition)))
    if chance.random() < 0.5:
        actions[name]["guards"] = [{"four_eyes@1": asked}]
    else:
        actions[name]["fault"] = {"step": asked, "category": "办理"}
    return True


def _condition(definition: Definition, chance: random.Random) -> bool:
    choices = [name for name, field in definition["fields"].items() if "choices" in field]
    if not choices:
        return False
    field = chance.choice(choices)
    values = [*definition["fields"][field]["choices"], "没有这一项"]
    actions, name = chance.choice(actions_of(definition))
    actions[name]["when"] = [{"field": field, "equals": chance.choice(values)}]
    return True


def _same_title(definition: Definition, chance: random.Random) -> bool:
    step = some_step(definition, chance)
    if len(step["actions"]) < 2:
        return False
    first, second, *_ = step["actions"].values()
    second["title"] = first["title"]
    return True


def _date_limit(definition: Definition, chance: random.Random) -> bool:
    """A step becomes due on a date: going back from there must ask for another."""
    dates = [name for name, field in definition["fields"].items() if field["type"] == "date"]
    if not dates:
        return False
    some_step(definition, chance)["limit"] = {"at": chance.choice(dates)}
    return True


def _waits(definition: Definition, chance: random.Random) -> bool:
    """A step that waits for what was opened does so whatever is done."""
    waiting = [
        step
        for step in together.owed(definition).values()
        if any("children_ended@1" in action.get("guards", ()) for action in step["actions"].values())
    ]
    if not waiting:
        return False
    for action in chance.choice(waiting)["actions"].values():
        action["guards"] = ["children_ended@1"]
        action.pop("children", None)
    return True


#: What can be spoilt in any definition.
ANYWHERE: Mapping[str, Mutation] = {
    "an action dropped": _drop_action,
    "a step dropped": _drop_step,
    "a target swapped": _swap_target,
    "an action made an end": _end,
    "an owner removed": _drop_owner,
    "another owner": _other_owner,
    "a step's limit lengthened": _longer_step,
    "the whole's limit shortened": _shorter_whole,
    "no limit for a choice": _no_limit_for_a_choice,
    "a required field dropped": dropped("require"),
    "a guard dropped": dropped("guards"),
    "what becomes of what was opened left out": dropped("children"),
    "a field no longer asked at opening": _field_changed("required"),
    "a field sealed": _field_changed("plain"),
    "a field dropped": _drop_field,
    "another step asked about": _about,
    "a condition": _condition,
    "two actions of one title": _same_title,
    "a step due on a date": _date_limit,
    "a step that waits, whatever is done": _waits,
}


def _drop_region(definition: Definition, chance: random.Random) -> bool:
    regions, name = chance.choice(regions_of(definition))
    del regions[name]
    return True


def _drop_join(definition: Definition, chance: random.Random) -> bool:
    actions, name = chance.choice([each for each in actions_of(definition) if "join" in each[0][each[1]]])
    del actions[name]
    return True


def _leave_instead(definition: Definition, chance: random.Random) -> bool:
    """What ended a region leads to a step of the same region, or out of the group."""
    actions, name = chance.choice([each for each in actions_of(definition) if "join" in each[0][each[1]]])
    region = next(each for each in regions_of(definition) if actions in _inside(each))
    actions[name]["to"] = chance.choice([*definition["steps"], *region[0][region[1]]["steps"]])
    del actions[name]["join"]
    return True


def _inside(region: tuple[Definition, str]) -> list[Definition]:
    return [step["actions"] for step in region[0][region[1]]["steps"].values()]


def _reopen(definition: Definition, chance: random.Random) -> bool:
    """What leads to the regions names some of them, whichever these are."""
    groups = {name: step["regions"] for name, step in definition["steps"].items() if "regions" in step}
    actions, name = chance.choice(
        [each for each in actions_of(definition) if each[0][each[1]].get("to") in groups]
    )
    regions = list(groups[actions[name]["to"]])
    actions[name]["reopens"] = chance.sample(regions, chance.randint(1, len(regions)))
    return True


def _come_back(definition: Definition, chance: random.Random) -> bool:
    """A step before the regions, or behind them, gets a way into some of them, as a return does."""
    groups = {name: step["regions"] for name, step in definition["steps"].items() if "regions" in step}
    to = chance.choice(list(groups))
    steps = together.owed(definition)
    step = steps[chance.choice(list(steps))]
    names = chance.sample(list(groups[to]), chance.randint(1, len(groups[to])))
    step["actions"]["anew"] = {
        "title": "重新筹备",
        "to": to,
        "reopens": names,
        "outcome": "returned",
        "reason": "required",
    }
    return True


def _join_elsewhere(definition: Definition, chance: random.Random) -> bool:
    group = chance.choice([step for step in definition["steps"].values() if "regions" in step])
    group.pop("end", None)
    group["to"] = chance.choice([*definition["steps"], *together.owed(definition), "nowhere"])
    return True


#: What can be spoilt only where there are regions.
REGIONAL: Mapping[str, Mutation] = {
    "a region dropped": _drop_region,
    "a join dropped": _drop_join,
    "a region left instead of ended": _leave_instead,
    "a return that names no region": dropped("reopens"),
    "a return's new date dropped": dropped("require"),
    "other regions named": _reopen,
    "a way back into the regions": _come_back,
    "a join that leads elsewhere": _join_elsewhere,
}
