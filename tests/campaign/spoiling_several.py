"""What can be spoilt only where several persons sign or vote, or where an action opens other tasks."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from tests.campaign import together
from tests.campaign.spoiling import Definition, Mutation

_ENOUGH = (
    "半数以上",
    "过半数",
    "三分之二以上",
    "超过三分之二",
    "四分之三以上",
    "全体",
    "1",
    "7",
    "40",
    "41",
    "90",
)


def _asking(definition: Definition) -> list[tuple[str, Definition, Definition]]:
    """Every step of several persons by its name, with what it says of them."""
    return [
        (name, step, step.get("consent") or step["vote"])
        for name, step in together.owed(definition).items()
        if "consent" in step or "vote" in step
    ]


def _drop_person(definition: Definition, chance: random.Random) -> bool:
    _, step, said = chance.choice(_asking(definition))
    persons = said["signers" if "consent" in step else "voters"]
    del persons[chance.randrange(len(persons))]
    return True


def _drop_answer(definition: Definition, chance: random.Random) -> bool:
    _, step, _ = chance.choice(_asking(definition))
    del step["actions"][chance.choice(list(step["actions"]))]
    return True


def _drop_target(definition: Definition, chance: random.Random) -> bool:
    _, step, _ = chance.choice(_asking(definition))
    answer = step["actions"][chance.choice(list(step["actions"]))]
    answer.pop("to", None)
    answer.pop("end", None)
    return True


def _swap_answer(definition: Definition, chance: random.Random) -> bool:
    _, step, _ = chance.choice(_asking(definition))
    answer = step["actions"][chance.choice(list(step["actions"]))]
    answer.pop("end", None)
    answer["to"] = chance.choice([*together.owed(definition), "nowhere"])
    return True


def _said(key: str, *values: Any) -> Mutation:
    """One of these is said, or nothing, where it can be said at all."""

    def change(definition: Definition, chance: random.Random) -> bool:
        _, _, said = chance.choice(_asking(definition))
        value = chance.choice([None, *values])
        if value is None and key not in said:
            return False
        said.pop(key, None)
        if value is not None:
            said[key] = value
        return True

    return change


def _count(definition: Definition, chance: random.Random) -> bool:
    """Another number of votes is enough, of another base."""
    votes = [said for _, step, said in _asking(definition) if "vote" in step]
    if not votes:
        return False
    vote = chance.choice(votes)
    vote[chance.choice(("quorum", "threshold"))] = chance.choice(_ENOUGH)
    vote["base"] = chance.choice(("due", "present", "cast"))
    return True


def _other_text(definition: Definition, chance: random.Random) -> bool:
    _, _, said = chance.choice(_asking(definition))
    said["of"] = chance.choice([*definition["fields"], "nothing"])
    return True


def _text_not_asked(definition: Definition, chance: random.Random) -> bool:
    _, _, said = chance.choice(_asking(definition))
    asking = [
        action
        for step in together.owed(definition).values()
        for action in step["actions"].values()
        if said["of"] in action.get("require", ())
    ]
    if not asking:
        return False
    action = chance.choice(asking)
    action["require"] = [each for each in action["require"] if each != said["of"]]
    if not action["require"]:
        del action["require"]
    return True


def _endless_silence(definition: Definition, chance: random.Random) -> bool:
    """Silence comes to something, and the step may have no limit."""
    _, step, said = chance.choice(_asking(definition))
    said["silence"] = chance.choice(("refer", "consent") if "consent" in step else ("absent",))
    if chance.random() < 0.5:
        step.pop("limit", None)
        step.pop("warn_before", None)
    return True


def _way_round(definition: Definition, chance: random.Random) -> bool:
    """Any action of another step leads to where several are asked."""
    name, _, _ = chance.choice(_asking(definition))
    others = [each for each, step in together.owed(definition).items() if "owner" in step]
    actions = together.owed(definition)[chance.choice(others)]["actions"]
    action = actions[chance.choice(list(actions))]
    action.pop("end", None)
    action["to"] = name
    return True


def _come_first(definition: Definition, chance: random.Random) -> bool:
    """A task begins with it, and goes on from there as before: all that lacks is somebody who sent it."""
    name, step, said = chance.choice(_asking(definition))
    if name not in definition["steps"]:
        return False
    said.pop("after", None)
    said["of"] = "title"
    if "consent" in step:
        said["signers"] = [{"post": "主任"}]
    for answer in step["actions"].values():
        answer.pop("guards", None)
    refused = step["actions"]["object" if "consent" in step else "refuse"]
    refused.pop("end", None)
    refused["to"] = next(iter(definition["steps"]))
    definition["steps"] = {name: step, **definition["steps"]}
    return True


def _one_of_all(definition: Definition, chance: random.Random) -> bool:
    """Somebody else's step is owed, or urged, by who did this one; or reports a fault against it."""
    name, _, _ = chance.choice(_asking(definition))
    others = [step for each, step in together.owed(definition).items() if "owner" in step and each != name]
    step = chance.choice(others)
    way = chance.choice(("doer", "fault", "guard"))
    action = step["actions"][chance.choice(list(step["actions"]))]
    if way == "doer":
        step["owner"] = {"doer": name}
    elif way == "fault":
        action["fault"] = {"step": name, "category": "办理"}
    else:
        action["guards"] = [{"four_eyes@1": name}]
    return True


def _recorded(definition: Definition, chance: random.Random) -> bool:
    votes = [(step, said) for _, step, said in _asking(definition) if "vote" in step]
    if not votes:
        return False
    step, said = chance.choice(votes)
    said["ballot"] = "recorded"
    if chance.random() < 0.5:
        step["owner"] = {"post": "主任"}
    return True


def _no_reason(definition: Definition, chance: random.Random) -> bool:
    steps = [step for _, step, _ in _asking(definition) if "consent" in step]
    if not steps:
        return False
    del chance.choice(steps)["actions"]["object"]["reason"]
    return True


#: Of 会签 and 票决.
SEVERAL: Mapping[str, Mutation] = {
    "a signer or voter dropped": _drop_person,
    "an answer dropped": _drop_answer,
    "an answer that leads nowhere": _drop_target,
    "an answer that leads elsewhere": _swap_answer,
    "another count": _count,
    "another count again": _count,
    "another chair": _said("chair", {"post": "主席"}, {"post": "党组成员"}),
    "个别酝酿 left out or put elsewhere": _said("after", "review", "approve", "nowhere"),
    "another order": _said("order", "parallel", "in_turn"),
    "silence without end": _endless_silence,
    "another text": _other_text,
    "a text not asked for": _text_not_asked,
    "a way round to it": _way_round,
    "it comes first": _come_first,
    "one is meant of all": _one_of_all,
    "minutes instead of votes": _recorded,
    "an objection without reason": _no_reason,
}


def _opening(definition: Definition, chance: random.Random) -> Definition:
    steps = together.owed(definition).values()
    opens = [action["opens"] for step in steps for action in step["actions"].values() if "opens" in action]
    found: Definition = chance.choice(opens)
    return found


def _other_workflow(definition: Definition, chance: random.Random) -> bool:
    opens = _opening(definition, chance)
    shipped = ("oversight/explain", "handling/leave", "handling/joint_opinion", "document/outgoing")
    opens["workflow"] = chance.choice((*shipped, definition["id"], "handling/nothing"))
    return True


def _said_of_each(definition: Definition, chance: random.Random) -> bool:
    """One thing less is said of each item, or one thing more."""
    each = _opening(definition, chance)["each"]
    if chance.random() < 0.5:
        each.remove(chance.choice(each))
    else:
        each.append(chance.choice(["title", "unit", "source", "nothing"]))
    return True


def _said_of_all(definition: Definition, chance: random.Random) -> bool:
    opens = _opening(definition, chance)
    key = chance.choice(("set", "copy"))
    if key == "set":
        values = opens.setdefault("set", {})
        values[chance.choice(("source", "title", "nothing"))] = chance.choice(("会议议定", "道听途说"))
    else:
        opens["copy"] = [*opens.get("copy", []), chance.choice(("title", "unit", "number", "nothing"))]
    return True


def _nothing_taken_over(definition: Definition, chance: random.Random) -> bool:
    opens = _opening(definition, chance)
    keys = [key for key in ("set", "copy") if key in opens]
    if not keys:
        return False
    del opens[chance.choice(keys)]
    return True


def _open_at_the_end(definition: Definition, chance: random.Random) -> bool:
    """What opens tasks ends the task itself, with or without a word of them."""
    steps = together.owed(definition).values()
    opening = [action for step in steps for action in step["actions"].values() if "opens" in action]
    action = chance.choice(opening)
    action.pop("to", None)
    action["end"] = "done"
    if chance.random() < 0.3:
        action["children"] = "keep"
    return True


#: Of what is opened.
OPENING: Mapping[str, Mutation] = {
    "another workflow opened": _other_workflow,
    "other things said of each": _said_of_each,
    "other things said of all": _said_of_all,
    "nothing taken over": _nothing_taken_over,
    "an end that opens tasks": _open_at_the_end,
}
