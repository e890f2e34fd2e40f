"""The same brute force for definitions with regions: everything that can be open at once, act after act.

Written from `docs/definitions.md`, and from nothing of the package: an action stays in its region, ends it, or
leaves the group, whose open steps are then released; what leads to a group opens all regions or those it names;
the group is left when every region has ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.campaign import several, walk

Plain = Mapping[str, Any]
#: Where the task is, and where each region stands: a step, ended, or nowhere.
Standing = tuple[str, tuple[str, ...]]
#: That, with the fields surely filled, the steps done, the dates come, and whether opened tasks may be open.
State = tuple[Standing, frozenset[str], frozenset[str], frozenset[str], bool]

ENDED, NOWHERE = "/ended", ""


def harms(definition: Plain) -> list[str]:
    """Everything that would keep people from working by a definition; nothing where it is harmless."""
    broken = sorted(set(_broken(definition)))
    return broken or sorted(set(_Together(definition).harms()))


def _groups(definition: Plain) -> dict[str, Plain]:
    return {name: step for name, step in definition["steps"].items() if "regions" in step}


def owed(definition: Plain) -> dict[str, dict[str, Any]]:
    """Every step that somebody owes, whichever region it stands in."""
    found: dict[str, dict[str, Any]] = {}
    for name, step in definition["steps"].items():
        regions = step["regions"].values() if "regions" in step else [{"steps": {name: step}}]
        for region in regions:
            found |= region["steps"]
    return found


def _flat(definition: Plain) -> dict[str, Any]:
    """The steps side by side, for what is asked of each alone: wherever an action leads, it leads somewhere."""
    steps = {}
    for name, step in owed(definition).items():
        actions = {}
        for label, action in step.get("actions", {}).items():
            kept = {key: each for key, each in action.items() if key not in ("to", "join", "end", "reopens")}
            actions[label] = {**kept, "end": "done"}
        steps[name] = {**step, **({"actions": actions} if "actions" in step else {})}
    return {**definition, "steps": steps}


def _broken(definition: Plain) -> Iterator[str]:
    yield from walk._broken(_flat(definition))
    groups = _groups(definition)
    starts = {
        next(iter(region["steps"])) for group in groups.values() for region in group["regions"].values()
    }
    yield from several.harms(definition, owed(definition), starts)
    for name, group in groups.items():
        if len(group["regions"]) < 2:
            yield f"{name} has nothing side by side"
        if ("to" in group) == ("end" in group) or group.get("to", next(iter(groups))) not in definition[
            "steps"
        ]:
            yield f"{name} leads nowhere"
        for region in group["regions"].values():
            for step, said in region["steps"].items():
                yield from _leads(definition, step, said, {*region["steps"], *definition["steps"]}, True)
    for name, step in definition["steps"].items():
        if name not in groups:
            yield from _leads(definition, name, step, set(definition["steps"]), False)


def _leads(definition: Plain, name: str, step: Plain, known: set[str], inside: bool) -> Iterator[str]:
    groups = _groups(definition)
    for label, action in step.get("actions", {}).items():
        ways = [key for key in ("to", "end", "join") if key in action]
        if len(ways) != 1 or ("join" in ways and not inside):
            yield f"{name}/{label} does not lead one way"
        elif "to" in ways and action["to"] not in known:
            yield f"{name}/{label} leads nowhere"
        elif (
            not set(action.get("reopens", ()))
            <= groups.get(action.get("to", ""), {}).get("regions", {}).keys()
        ):
            yield f"{name}/{label} opens what is not there"


class _Together:
    def __init__(self, definition: Plain) -> None:
        self.definition, self.flat = definition, _flat(definition)
        self.steps, self.groups = owed(definition), _groups(definition)
        self.regions = [(group, region) for group, said in self.groups.items() for region in said["regions"]]
        self.places = {
            step: (group, region)
            for group, region in self.regions
            for step in self.groups[group]["regions"][region]["steps"]
        }
        self.seen: set[State] = set()

    def harms(self) -> Iterator[str]:
        yield from self._walked()
        came = {step for state in self.seen for step in self._open(state[0])}
        yield from (f"{name} is never come to" for name in self.steps if name not in came)
        for name, step in self.steps.items():
            here = [state for state in self.seen if name in self._open(state[0])]
            for label, action in step["actions"].items():
                asked = [*walk._about(action), *([action["fault"]["step"]] if "fault" in action else [])]
                for each in asked:
                    if not any(each in state[2] for state in here):
                        yield f"{name}/{label} asks about {each}, which cannot have been done"
                yield from self._dated(name, label, action, here)
        yield from walk._stuck(self.flat)
        yield from self._late()

    def _walked(self) -> Iterator[str]:
        fields = self.definition["fields"]
        asked = frozenset(name for name, field in fields.items() if field.get("required") == "open")
        first = self._come(next(iter(self.definition["steps"])), dict.fromkeys(self.regions, NOWHERE), ())
        start: State = (first, asked, frozenset(), frozenset(), False)
        waiting, before = [start], dict[State, list[State]]()
        self.seen.add(start)
        ended: list[State] = []
        while waiting and len(self.seen) < walk.STATES_MAX:
            state = waiting.pop()
            for name in self._open(state[0]):
                # A date on which another region is due has come there, and not here: of dates nothing is asked so.
                yield from walk._here(self.flat, (name, *state[1:3], frozenset()))
                for label, action in self.steps[name]["actions"].items():
                    if state[4] and "children_ended@1" in action.get("guards", ()):
                        continue
                    after = self._after(state, name, action)
                    if after[0][0] == ENDED:
                        ended.append(state)
                        if after[4] and "children" not in action:
                            yield f"{name}/{label} ends with what was opened open, and says nothing of it"
                        continue
                    before.setdefault(after, []).append(state)
                    if after not in self.seen:
                        self.seen.add(after)
                        waiting.append(after)
        if not waiting:
            yield from self._lost(ended, before)

    def _lost(self, ended: list[State], before: Mapping[State, list[State]]) -> Iterator[str]:
        """What can be open at once, and never come to an end."""
        good, waiting = set(ended), list(ended)
        while waiting:
            for state in before.get(waiting.pop(), ()):
                if state not in good:
                    good.add(state)
                    waiting.append(state)
        for state in self.seen - good:
            yield f"from {self._open(state[0])} there is no end"

    def _open(self, standing: Standing) -> list[str]:
        at, regions = standing
        if at not in self.groups:
            return [at]
        mine = [where for (group, _), where in zip(self.regions, regions, strict=True) if group == at]
        return [where for where in mine if where not in (ENDED, NOWHERE)]

    def _after(self, state: State, name: str, action: Plain) -> State:
        standing, filled, done, come, opened = state
        given = set(action.get("require", ()))
        due_on = walk._date(self.steps[name].get("limit"), "at")
        dates = (come | ({due_on} if due_on else set())) - given
        still = "opens" in action or (opened and action.get("children") != "cancel")
        after = self._moved(standing, name, action)
        return (after, filled | given, done | {name}, frozenset(dates), still)

    def _moved(self, standing: Standing, name: str, action: Plain) -> Standing:
        at, regions = standing
        where, place = dict(zip(self.regions, regions, strict=True)), self.places.get(name)
        to = action.get("to", ENDED)
        if place is not None:
            group = self.groups[place[0]]
            if "join" in action or to in group["regions"][place[1]]["steps"]:
                where[place] = ENDED if "join" in action else to
                mine = {where[place[0], each] for each in group["regions"]}
                return (
                    self._left(place[0], group.get("to", ENDED), where, ())
                    if mine == {ENDED}
                    else (at, tuple(where.values()))
                )
            where[place] = NOWHERE
        return self._left(at, to, where, action.get("reopens", ()))

    def _left(self, at: str, to: str, where: dict[tuple[str, str], str], names: Any) -> Standing:
        if at in self.groups and at != to:
            for each in self.regions:
                if each[0] == at and where[each] != ENDED:
                    where[each] = NOWHERE
        return self._come(to, where, names)

    def _come(self, to: str, where: dict[tuple[str, str], str], names: Any) -> Standing:
        for group, region in self.regions:
            if group == to and (not names or region in names):
                where[group, region] = next(iter(self.groups[group]["regions"][region]["steps"]))
        return (to, tuple(where.values()))

    def _targets(self, action: Plain) -> list[str]:
        """The steps that an action opens."""
        to, names = action.get("to", ""), action.get("reopens", ())
        if to not in self.groups:
            return [to] if to else []
        regions = self.groups[to]["regions"]
        return [next(iter(said["steps"])) for name, said in regions.items() if not names or name in names]

    def _dated(self, name: str, label: str, action: Plain, here: list[State]) -> Iterator[str]:
        due_on = walk._date(self.steps[name].get("limit"), "at")
        for target in self._targets(action):
            limit = self.steps[target].get("limit")
            date = walk._date(limit, "at") or walk._date(limit, "before")
            if not here or date is None or date in action.get("require", ()):
                continue
            back = all(target in state[2] | {name} for state in here)
            if back and all(date in state[3] or date == due_on for state in here):
                yield f"{name}/{label} goes back to before {date}, which has come"

    def _late(self) -> Iterator[str]:
        overall = self.definition.get("limit")
        if overall is None or (isinstance(overall, Mapping) and "by" not in overall):
            return
        for choice in [None] if isinstance(overall, str) else [key for key in overall if key != "by"]:
            whole = walk._hours(overall if choice is None else overall[choice])
            found = self._least(next(iter(self.definition["steps"])), (), choice, ())
            if whole is not None and found is not None and found > whole:
                yield f"no way is within the limit of {choice or 'the whole'}"

    def _least(self, to: str, names: Any, choice: str | None, passed: tuple[str, ...]) -> int | None:
        """The least hours from there to being done, every way without a loop tried."""
        if to in passed:
            return None
        passed = (*passed, to)
        if to not in self.groups:
            return self._least_of(to, choice, passed, None)
        group, ways = self.groups[to], list[int | None]()
        starts = self._targets({"to": to, "reopens": names})
        joined = [self._least_of(each, choice, (*passed, each), to) for each in starts]
        rest = (
            self._least(group["to"], (), choice, passed)
            if "to" in group
            else 0
            if group["end"] == "done"
            else None
        )
        if rest is not None and None not in joined:
            ways.append(max(each for each in joined if each is not None) + rest)
        ways += [self._least_of(each, choice, (*passed, each), None) for each in starts]
        return min((each for each in ways if each is not None), default=None)

    def _least_of(
        self, name: str, choice: str | None, passed: tuple[str, ...], joining: str | None
    ) -> int | None:
        limit = self.steps[name].get("limit")
        if isinstance(limit, Mapping):
            limit = limit.get(choice or "") if limit.get("by") == walk._by(self.definition) else None
        hours, ways, place = walk._hours(limit) or 0, list[int | None](), self.places.get(name)
        for action in self.steps[name]["actions"].values():
            to = action.get("to", "")
            if place is not None and self.places.get(to) == place:
                ways.append(None if to in passed else self._least_of(to, choice, (*passed, to), joining))
            elif joining is not None:
                ways.append(0 if "join" in action else None)
            elif "end" in action:
                ways.append(0 if action["end"] == "done" else None)
            elif to:
                ways.append(self._least(to, action.get("reopens", ()), choice, passed))
        least = min((each for each in ways if each is not None), default=None)
        return None if least is None else hours + least
