"""The campaign of definitions: one thing is spoilt, and `workflow check` says so, or a walk apart finds no harm.

The walk (`tests/campaign/walk.py`, with regions `together.py`) is brute force over every state and knows nothing of
how the check asks.
What passes both is harmless as far as anybody can see from the definition alone: that a leader's signature has
been left out on purpose or by mistake, no machine can tell.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.campaign import together, walk
from tests.campaign.tally import Tally, counted
from zeroerror.definition import check
from zeroerror.definition.loader import Loaded, load

WORDS = "Spoilt definitions are told by the check, or shown harmless by a walk of their own."
SHIPPED = Path(__file__).parents[2] / "workflows"
#: A small one with regions, beside the one that is shipped.
ERRAND = Path(__file__).parents[1] / "workflows" / "handling" / "errand.yaml"

#: Checks that are taken out, for testing the campaign: each must be missed.
PLANTS: Mapping[str, str] = {
    "asked": "steps_asked_about_come_before",
    "reach": "every_step_is_reached",
    "doers": "doers_have_acted_before",
    "time": "the_whole_can_be_in_time",
    "returns": "returns_give_time",
    "plain": "what_is_read_is_plain_and_fits",
    "waits": "waits_can_be_lifted",
    "unsaid": "every_end_says_what_becomes_of_them",
    "joins": "joins_are_come_to",
}

Definition = dict[str, Any]
Mutation = Callable[[Definition, random.Random], bool]


def main(arguments: Sequence[str]) -> int:
    """Run the campaign; 1 where something slipped through."""
    return counted("definitions", PLANTS, WORDS, arguments, _campaign)


def _campaign(asked: argparse.Namespace, tally: Tally) -> None:
    if asked.plant is not None:
        _take_out(PLANTS[asked.plant])
    chance = random.Random(asked.seed)
    paths = [*sorted(SHIPPED.rglob("*.yaml")), ERRAND]
    texts = {path.stem: path.read_text("utf-8") for path in paths}
    walked = {name: text for name, text in texts.items() if not re.search(r"^ +(consent|vote):", text, re.M)}
    tally.counts["with several persons at a step, not spoilt here"] = len(texts) - len(walked)
    for name, text in walked.items():
        for harm in _harms(walk.read(text)):
            tally.fault("wrong", f"{name} as shipped: {harm}")
    together_ = [name for name, text in walked.items() if "\n    regions:" in text]
    mutations = [*MUTATIONS.items(), *REGIONAL.items()]
    for run in range(asked.runs):
        # Every kind in its turn, so that a short run meets each.
        kind, mutate = mutations[run % len(mutations)]
        name = chance.choice(together_ if kind in REGIONAL else list(walked))
        definition = walk.read(walked[name])
        if not mutate(definition, chance):
            tally.counts["not to be had"] += 1
            continue
        _judge(f"{kind} in {name}", definition, tally)


def _harms(definition: Definition) -> list[str]:
    with_regions = any("regions" in step for step in definition["steps"].values())
    return together.harms(definition) if with_regions else walk.harms(definition)


def _judge(what: str, definition: Definition, tally: Tally) -> None:
    # JSON is YAML, and its texts are all texts.
    loaded: Loaded = load(json.dumps(definition, ensure_ascii=False, indent=1), "spoilt")
    if loaded.problems:
        tally.counts["detected"] += 1
        return
    found = _harms(definition)
    if found:
        tally.fault("missed", f"{what}: {'; '.join(found[:3])}")
    else:
        tally.counts["harmless"] += 1


def _take_out(name: str) -> None:
    check.CHECKS = tuple(each for each in check.CHECKS if each.__name__ != name)
    check.OF_PATHS = tuple(each for each in check.OF_PATHS if each.__name__ != name)


def _step(definition: Definition, chance: random.Random) -> Definition:
    found: Definition = chance.choice(list(together.owed(definition).values()))
    return found


def _actions(definition: Definition) -> list[tuple[Definition, str]]:
    return [
        (step["actions"], name) for step in together.owed(definition).values() for name in step["actions"]
    ]


def _regions(definition: Definition) -> list[tuple[Definition, str]]:
    return [
        (step["regions"], name) for step in definition["steps"].values() for name in step.get("regions", ())
    ]


def _drop_action(definition: Definition, chance: random.Random) -> bool:
    actions, name = chance.choice(_actions(definition))
    del actions[name]
    return True


def _drop_step(definition: Definition, chance: random.Random) -> bool:
    inside = [regions[name]["steps"] for regions, name in _regions(definition)]
    steps = chance.choice([definition["steps"], *inside])
    del steps[chance.choice(list(steps))]
    return bool(definition["steps"])


def _swap_target(definition: Definition, chance: random.Random) -> bool:
    actions, name = chance.choice(_actions(definition))
    for key in ("end", "join"):
        actions[name].pop(key, None)
    actions[name]["to"] = chance.choice([*definition["steps"], *together.owed(definition), "nowhere"])
    return True


def _end(definition: Definition, chance: random.Random) -> bool:
    actions, name = chance.choice(_actions(definition))
    for key in ("to", "outcome", "join", "reopens"):
        actions[name].pop(key, None)
    actions[name]["end"] = chance.choice(["done", "cancelled"])
    return True


def _drop_owner(definition: Definition, chance: random.Random) -> bool:
    step = _step(definition, chance)
    if "owner" in step:
        del step["owner"]
    else:
        said, key = (step["vote"], "voters") if "vote" in step else (step["consent"], "signers")
        said[key] = said[key][1:]
    return True


def _other_owner(definition: Definition, chance: random.Random) -> bool:
    kind = chance.choice(["doer", "field"])
    among = list(together.owed(definition) if kind == "doer" else definition["fields"])
    _step(definition, chance)["owner"] = {
        kind: chance.choice([*among, "opener"] if kind == "doer" else among)
    }
    return True


def _longer_step(definition: Definition, chance: random.Random) -> bool:
    _step(definition, chance)["limit"] = chance.choice(["2wd", "9wd", "40wd"])
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


def _dropped(key: str) -> Mutation:
    def drop(definition: Definition, chance: random.Random) -> bool:
        having = [actions[name] for actions, name in _actions(definition) if key in actions[name]]
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
    actions, name = chance.choice(_actions(definition))
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
    actions, name = chance.choice(_actions(definition))
    actions[name]["when"] = [{"field": field, "equals": chance.choice(values)}]
    return True


def _same_title(definition: Definition, chance: random.Random) -> bool:
    step = _step(definition, chance)
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
    _step(definition, chance)["limit"] = {"at": chance.choice(dates)}
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


MUTATIONS: Mapping[str, Mutation] = {
    "an action dropped": _drop_action,
    "a step dropped": _drop_step,
    "a target swapped": _swap_target,
    "an action made an end": _end,
    "an owner removed": _drop_owner,
    "another owner": _other_owner,
    "a step's limit lengthened": _longer_step,
    "the whole's limit shortened": _shorter_whole,
    "no limit for a choice": _no_limit_for_a_choice,
    "a required field dropped": _dropped("require"),
    "a guard dropped": _dropped("guards"),
    "what becomes of what was opened left out": _dropped("children"),
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
    regions, name = chance.choice(_regions(definition))
    del regions[name]
    return True


def _drop_join(definition: Definition, chance: random.Random) -> bool:
    actions, name = chance.choice([each for each in _actions(definition) if "join" in each[0][each[1]]])
    del actions[name]
    return True


def _leave_instead(definition: Definition, chance: random.Random) -> bool:
    """What ended a region leads to a step of the same region, or out of the group."""
    actions, name = chance.choice([each for each in _actions(definition) if "join" in each[0][each[1]]])
    region = next(each for each in _regions(definition) if actions in _actions_of(each))
    actions[name]["to"] = chance.choice([*definition["steps"], *region[0][region[1]]["steps"]])
    del actions[name]["join"]
    return True


def _actions_of(region: tuple[Definition, str]) -> list[Definition]:
    return [step["actions"] for step in region[0][region[1]]["steps"].values()]


def _reopen(definition: Definition, chance: random.Random) -> bool:
    """What leads to the regions names some of them, whichever these are."""
    groups = {name: step["regions"] for name, step in definition["steps"].items() if "regions" in step}
    actions, name = chance.choice(
        [each for each in _actions(definition) if each[0][each[1]].get("to") in groups]
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
    "a return that names no region": _dropped("reopens"),
    "a return's new date dropped": _dropped("require"),
    "other regions named": _reopen,
    "a way back into the regions": _come_back,
    "a join that leads elsewhere": _join_elsewhere,
}
