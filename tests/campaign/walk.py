"""Whether anybody could work by a definition, walked by brute force: nothing here knows how `check` asks.

A definition is read as plain YAML. Every state that a task can come to is visited: the step, the fields that
have surely been filled, the steps that have been done, and the dates that have come. What follows is asked of
the states. Nothing of the package is imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import product
from typing import Any

import yaml

from tests.campaign import several

#: More states than this are not walked.
STATES_MAX = 60_000
#: Hours of a working day, for comparing.
_DAY = 8

Plain = Mapping[str, Any]
State = tuple[str, frozenset[str], frozenset[str], frozenset[str]]


def read(text: str) -> dict[str, Any]:
    """A definition as plain mappings and texts."""
    found: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return found


def harms(definition: Plain) -> list[str]:
    """Everything that would keep people from working by a definition; nothing where it is harmless."""
    definition = _spread(definition)
    broken = sorted(set(_broken(definition)))
    # Where names lead nowhere there is nothing to walk.
    return broken or sorted(set(_walked(definition)))


def _spread(definition: Plain) -> Plain:
    """The same with an action for each target, where one names several."""
    steps = {}
    for name, step in definition["steps"].items():
        actions = {}
        for label, action in step.get("actions", {}).items():
            if not isinstance(action.get("to"), list):
                actions[label] = action
                continue
            for to in action["to"]:
                fault = {"fault": {**action["fault"], "step": to}} if "fault" in action else {}
                title = f"{action.get('title')}（{to}）"
                actions[f"{label}.{to}"] = {**action, "to": to, "title": title, **fault}
        steps[name] = {**step, **({"actions": actions} if "actions" in step else {})}
    return {**definition, "steps": steps}


def _broken(definition: Plain) -> Iterator[str]:
    steps, fields = definition["steps"], definition["fields"]
    for name, title in [(n, s.get("title")) for n, s in steps.items()]:
        if any(title == s.get("title") for n, s in steps.items() if n != name):
            yield f"two steps are called {title}"
    for name, step in steps.items():
        actions = step.get("actions", {})
        if not actions:
            yield f"{name} has no action"
        if not any(_owners(step)):
            yield f"{name} has no owner"
        titles = [action.get("title") for action in actions.values()]
        if len(set(titles)) != len(titles):
            yield f"{name} has two actions of one title"
        for owner in _owners(step):
            if "doer" in owner and owner["doer"] not in (*steps, "opener"):
                yield f"{name} is owed by who did nothing"
        for label, action in actions.items():
            if ("to" in action) == ("end" in action) or ("to" in action and action["to"] not in steps):
                yield f"{name}/{label} leads nowhere"
            asked = [*_about(action), *([action["fault"]["step"]] if "fault" in action else [])]
            if any(each not in steps for each in asked):
                yield f"{name}/{label} asks about a step that is not there"
            for each in action.get("when", ()):
                values = each.get("in") or [each.get("equals")]
                choices = fields.get(each["field"], {}).get("choices")
                if choices and any(value not in choices for value in values if value):
                    yield f"{name}/{label} waits for what nobody can choose"
    for field, place in _read(definition):
        if field not in fields:
            yield f"{place} reads a field that is not there"
        elif fields[field].get("plain") != "true":
            yield f"{place} reads a field that is sealed"
    named = {
        each for s in steps.values() for a in s.get("actions", {}).values() for each in a.get("require", ())
    }
    if not named | {definition.get("title_field", "title")} <= fields.keys():
        yield "a field that is asked for is not there"
    yield from several.harms(definition, steps, {next(iter(steps))})


def _owners(step: Plain) -> Iterator[Plain]:
    owner = step.get("owner") or {}
    yield owner
    if "urged_by" in owner:
        yield owner["urged_by"]
    yield from step.get("consent", {}).get("signers", ())
    yield from step.get("vote", {}).get("voters", ())


def _text(step: Plain) -> str | None:
    """The field whose text several persons sign, or vote on."""
    said = step.get("consent") or step.get("vote") or {}
    found: str | None = said.get("of")
    return found


def _about(action: Plain, name: str = "four_eyes@1") -> list[str]:
    """What the guards of that name are asked about: steps, or, of `not_in_future@1`, fields."""
    found: list[str] = []
    for guard in action.get("guards", ()):
        if isinstance(guard, Mapping) and name in guard:
            about = guard[name]
            found += [about] if isinstance(about, str) else about
    return found


def _read(definition: Plain) -> Iterator[tuple[str, str]]:
    """Every field that the machine reads, and where."""
    limits = [("the whole", definition.get("limit"))]
    for name, step in definition["steps"].items():
        limits += [(name, step.get("limit")), (name, step.get("warn_before"))]
        for owner in _owners(step):
            if "field" in owner:
                yield owner["field"], name
        for action in step.get("actions", {}).values():
            for each in action.get("when", ()):
                yield each["field"], name
            yield from ((field, name) for field in _about(action, "not_in_future@1"))
    for place, limit in limits:
        if isinstance(limit, Mapping):
            yield limit.get("at") or limit.get("before") or limit["by"], place


def _walked(definition: Plain) -> Iterator[str]:
    steps, fields = definition["steps"], definition["fields"]
    first = next(iter(steps))
    asked = frozenset(name for name, field in fields.items() if field.get("required") == "open")
    start: State = (first, asked, frozenset(), frozenset())
    seen, waiting = {start}, [start]
    leads: dict[str, set[str]] = {}
    while waiting and len(seen) < STATES_MAX:
        state = waiting.pop()
        yield from _here(definition, state)
        for after in _after(definition, state):
            leads.setdefault(state[0], set()).add(after[0])
            if after[0] and after not in seen:
                seen.add(after)
                waiting.append(after)
    came = {state[0] for state in seen}
    yield from (f"{name} is never come to" for name in steps if name not in came)
    for name in came:
        if not _can_end(name, leads):
            yield f"from {name} there is no end"
    for name, step in steps.items():
        for label, action in step.get("actions", {}).items():
            about = [*_about(action), *([action["fault"]["step"]] if "fault" in action else [])]
            for each in about:
                if not any(state[0] == name and each in state[2] for state in seen):
                    yield f"{name}/{label} asks about {each}, which cannot have been done"
    yield from _opened(definition)
    yield from _dated(definition, seen)
    yield from _stuck(definition)
    yield from _late(definition)


def _here(definition: Plain, state: State) -> Iterator[str]:
    """What is wrong with being in a step so."""
    name, filled, done, come = state
    step = definition["steps"][name]
    for owner in _owners(step):
        if "doer" in owner and owner["doer"] not in (*done, "opener"):
            yield f"{name} can be come to before {owner['doer']} was done"
        if "field" in owner and owner["field"] not in filled:
            yield f"{name} can be come to before {owner['field']} says who"
    if _text(step) is not None and _text(step) not in filled:
        yield f"{name} can be come to with no text to answer about"
    if "after" in step.get("vote", {}) and step["vote"]["after"] not in done:
        yield f"{name} can be come to before {step['vote']['after']} was done"
    limit = step.get("limit")
    if isinstance(limit, Mapping):
        field = limit.get("at") or limit.get("before") or limit["by"]
        if field not in filled:
            yield f"{name} can be come to before its limit is known"
        choices = definition["fields"].get(field, {}).get("choices", ())
        if "by" in limit and "before" not in limit and any(choice not in limit for choice in choices):
            yield f"{name} has no limit for some choice"
    date = _date(limit, "at") or _date(limit, "before")
    if date in come and name not in done:
        yield f"{date} has come before anybody could do {name}"


def _after(definition: Plain, state: State) -> Iterator[State]:
    name, filled, done, come = state
    step = definition["steps"][name]
    limit = step.get("limit")
    due_on = {limit["at"]} if isinstance(limit, Mapping) and "at" in limit else set()
    for action in step["actions"].values():
        given = set(action.get("require", ()))
        dates = (come | due_on) - given
        to = action.get("to", "")
        yield (to, filled | given, done | {name}, frozenset(dates))


def _can_end(name: str, leads: Mapping[str, set[str]]) -> bool:
    found, waiting = {name}, [name]
    while waiting:
        for to in leads.get(waiting.pop(), ()):
            if to == "":
                return True
            if to not in found:
                found.add(to)
                waiting.append(to)
    return False


def _opened(definition: Plain) -> Iterator[str]:
    """What opened tasks that never end would come to: who waits for ever, and who ends without a word of them."""
    steps = definition["steps"]
    first = (next(iter(steps)), False)
    seen, waiting, leads = {first}, [first], dict[tuple[str, bool], set[tuple[str, bool]]]()
    while waiting:
        name, opened = here = waiting.pop()
        for label, action in steps[name]["actions"].items():
            waits = "children_ended@1" in action.get("guards", ())
            if waits and opened:
                continue
            said = action.get("children")
            still = "opens" in action or (opened and said != "cancel")
            if "end" in action and still and said is None:
                yield f"{name}/{label} ends with what was opened open, and says nothing of it"
            after = (action.get("to", ""), still and "to" in action)
            leads.setdefault(here, set()).add(after)
            if after[0] and after not in seen:
                seen.add(after)
                waiting.append(after)
    for here in sorted(seen):
        reached, going = {here}, [here]
        while going:
            for after in leads.get(going.pop(), ()):
                if after not in reached:
                    reached.add(after)
                    going.append(after)
        if here[1] and not any(name == "" for name, _ in reached):
            yield f"{here[0]} may wait for ever for what was opened"


def _dated(definition: Plain, seen: set[State]) -> Iterator[str]:
    """Returns to before a date that has certainly come."""
    for name, step in definition["steps"].items():
        due_on = _date(step.get("limit"), "at")
        for label, action in step["actions"].items():
            limit = definition["steps"].get(action.get("to", ""), {}).get("limit")
            date = _date(limit, "at") or _date(limit, "before")
            here = [state for state in seen if state[0] == name]
            back = all(action.get("to") in state[2] | {name} for state in here)
            if date is None or date in action.get("require", ()) or not back or not here:
                continue
            if all(date in state[3] or date == due_on for state in here):
                yield f"{name}/{label} goes back to before {date}, which has come"


def _date(limit: Any, key: str) -> str | None:
    return limit.get(key) if isinstance(limit, Mapping) else None


def _stuck(definition: Plain) -> Iterator[str]:
    """Cases in which no action of a step can be taken, and actions that no case lets be taken."""
    for name, step in definition["steps"].items():
        actions = step["actions"].values()
        conditions = [each for action in actions for each in action.get("when", ())]
        points = {each["field"]: _points(definition, each["field"], conditions) for each in conditions}
        cases = [dict(zip(points, case, strict=True)) for case in product(*points.values())]
        open_ = [[_holds(action, case) for action in actions] for case in cases]
        if not all(any(case) for case in open_):
            yield f"{name} can be stuck"
        if not all(any(column) for column in zip(*open_, strict=True)):
            yield f"{name} has an action that nothing ever lets be taken"


def _points(definition: Plain, field: str, conditions: list[Any]) -> list[str | None]:
    """What a field may say, as far as the conditions of a step can tell it apart."""
    known = definition["fields"].get(field, {})
    values = [
        each.get(test)
        for each in conditions
        if each["field"] == field
        for test in ("at_least", "below", "equals")
    ]
    listed = [value for each in conditions if each["field"] == field for value in each.get("in", ())]
    named = [value for value in values if value] + listed
    found: list[str | None] = list(known.get("choices") or named)
    if known.get("type") in ("amount", "integer"):
        found += [str(Decimal(value) + step) for value in named for step in (-1, 1)]
    elif "choices" not in known:
        found.append("something else")
    return found if known.get("required") == "open" else [*found, None]


def _holds(action: Plain, case: Mapping[str, str | None]) -> bool:
    return all(_true(each, case[each["field"]]) for each in action.get("when", ()))


def _true(condition: Plain, value: str | None) -> bool:
    if value is None:
        return False
    if "at_least" in condition:
        return Decimal(value) >= Decimal(condition["at_least"])
    if "below" in condition:
        return Decimal(value) < Decimal(condition["below"])
    return "filled" in condition or value in (condition.get("in") or [condition["equals"]])


def _late(definition: Plain) -> Iterator[str]:
    """Overall limits that even the shortest way to being done exceeds, every way without a loop tried."""
    overall = definition.get("limit")
    if overall is None or (isinstance(overall, Mapping) and "by" not in overall):
        return
    choices = [None] if isinstance(overall, str) else [key for key in overall if key != "by"]
    for choice in choices:
        whole = _hours(overall if choice is None else overall[choice])
        times = list(_ways(definition, choice, next(iter(definition["steps"])), ()))
        if whole is not None and times and min(times) > whole:
            yield f"no way is within the limit of {choice or 'the whole'}"


def _ways(definition: Plain, choice: str | None, name: str, passed: tuple[str, ...]) -> Iterator[int]:
    step = definition["steps"][name]
    limit = step.get("limit")
    if isinstance(limit, Mapping):
        limit = limit.get(choice or "") if limit.get("by") == _by(definition) else None
    here = _hours(limit) or 0
    for action in step["actions"].values():
        if action.get("end") == "done":
            yield here
        elif action.get("to") in definition["steps"] and action["to"] not in (*passed, name):
            yield from (here + more for more in _ways(definition, choice, action["to"], (*passed, name)))


def _by(definition: Plain) -> str | None:
    overall = definition.get("limit")
    return overall.get("by") if isinstance(overall, Mapping) else None


def _hours(limit: str | None) -> int | None:
    """Working days and hours as hours; None for what is not reckoned in them."""
    if limit is None or limit[-2:] not in ("wd", "wh"):
        return None
    return int(limit[:-2]) * (_DAY if limit.endswith("wd") else 1)
