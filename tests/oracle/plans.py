"""Small definitions drawn from a seed: one to four steps, with returns, four eyes, desks and outside bodies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.oracle.house import DUTIES

#: Limits of steps: working days, working hours, days, the same day.
LIMITS = ("1wd", "1wd", "2wd", "2wd", "3wd", "2wh", "4wh", "10wh", "1d", "3d", "5d", "same_day")
WHOLE = (None, None, "3wd", "5wd", "7wd", "at")
#: A group, and its regions.
GROUP, REGIONS = "g", ("a", "b")
WARNINGS = (None, None, "1wd", "2wd")


@dataclass(frozen=True)
class Way:
    """A way out of a step."""

    name: str
    to: str | None
    outcome: str = "done"
    four_eyes: tuple[str, ...] = ()
    fault: str | None = None
    #: A gate: how many files it asks for.
    files: int = 0
    #: It ends its region.
    join: bool = False
    #: Of a way to the group: the regions that it opens again; none: all of them.
    reopens: tuple[str, ...] = ()
    #: The number of the definition under which it opens tasks.
    opens: int | None = None
    #: It can be taken only when all tasks that were opened have ended.
    waits: bool = False
    #: What becomes of those that have not: `cancel` or `keep`.
    children: str | None = None


@dataclass(frozen=True)
class StepPlan:
    """A step: `owner` is (duty, its word), (post, role), (field, name), (doer, step), (desk, …) or (outside, body)."""

    name: str
    owner: tuple[str, str]
    limit: str | None
    warn: str | None
    ways: tuple[Way, ...]
    waits: bool = False
    #: The region of the group in which it stands.
    region: str | None = None

    def way(self, name: str) -> Way:
        """The way of that name."""
        return next(each for each in self.ways if each.name == name)

    def files(self, name: str) -> int:
        """How many files the way of that name asks for; none, where there is no such way."""
        return sum(each.files for each in self.ways if each.name == name)

    @property
    def held_up(self) -> bool:
        """Whether it waits for tasks that were opened."""
        return any(each.waits for each in self.ways)

    @property
    def persons(self) -> bool:
        """Whether a named person owes it."""
        return self.owner[0] not in ("desk", "outside")


@dataclass(frozen=True)
class Group:
    """Regions that go on side by side, and the step that follows when all have ended."""

    regions: tuple[str, ...]
    to: str


@dataclass(frozen=True)
class Plan:
    """A definition."""

    id: str
    limit: str | None
    steps: tuple[StepPlan, ...]
    group: Group | None = None

    def first(self, region: str) -> StepPlan:
        """The step with which a region begins."""
        return next(each for each in self.steps if each.region == region)

    @property
    def oversight(self) -> bool:
        """Whether its tasks are follow-ups."""
        return self.id.startswith("oversight/")

    def step(self, name: str) -> StepPlan:
        """The step of that name."""
        return next(each for each in self.steps if each.name == name)


def plan(rng: Random, number: int) -> Plan:
    """A definition that can be published."""
    if number % 8 == 3:
        return _side_by_side(rng, number)
    if number % 8 == 5:
        return _opening_others(rng, number)
    count = rng.choice((1, 2, 2, 3, 3, 4))
    steps = tuple(_step(rng, place, count) for place in range(count))
    # Nothing is published by which a matter goes back to a date that has come: a span begins anew instead.
    back = {way.to for each in steps for way in each.ways if way.name == "back"}
    steps = tuple(
        replace(each, limit="2wd") if each.limit == "at" and each.name in back else each for each in steps
    )
    whole = rng.choice(WHOLE)
    if whole not in (None, "at") and _days(whole) < sum(_days(each.limit) for each in steps):
        # No such definition is published; a date given from outside may be as early as it likes.
        whole = "at"
    family = "oversight" if number % 8 == 7 else "document"
    return Plan(f"{family}/p{number}", whole, steps)


def _side_by_side(rng: Random, number: int) -> Plan:
    """A step, two regions of one or two steps each, and a step that may send one of them back."""
    steps = [replace(_step(rng, 0, 2), ways=(Way("go", GROUP),))]
    for region in REGIONS:
        count = rng.choice((1, 1, 2))
        for place in range(count):
            made = _step(rng, 1, 3)
            limit = "2wd" if made.limit == "at" else made.limit
            steps.append(
                replace(
                    made,
                    name=f"{region}{place}",
                    limit=limit,
                    ways=_region_ways(rng, made, region, place, count),
                    region=region,
                )
            )
    last = _step(rng, 1, 2)
    ways = (
        *(way for way in last.ways if way.name == "go"),
        Way("back", GROUP, "returned", reopens=(rng.choice(REGIONS),)),
    )
    steps.append(replace(last, name="z", ways=ways))
    first = replace(steps[0], limit="2wd") if steps[0].limit == "at" else steps[0]
    group = Group(REGIONS, "z")
    return Plan(f"document/p{number}", rng.choice((None, "at", "30wd")), (first, *steps[1:]), group)


def _opening_others(rng: Random, number: int) -> Plan:
    """A step that opens tasks of another definition, a step that waits for them, and one more."""
    first, second, third = (_step(rng, place, 3) for place in range(3))
    limit = "2wd" if first.limit == "at" else first.limit
    first = replace(first, limit=limit, ways=(Way("go", "s1", opens=number - 1), *_but_go(first)))
    going = tuple(replace(each, waits=True) for each in second.ways if each.name == "go")
    stops = Way("drop", None, "failed")
    second = replace(second, ways=(*going, Way("back", "s0", "returned"), stops))
    third = replace(third, ways=tuple(each for each in third.ways if each.name != "back"))
    said = rng.choice(("cancel", "keep"))
    steps = (
        replace(each, ways=tuple(_told(way, said) for way in each.ways)) for each in (first, second, third)
    )
    return Plan(f"document/p{number}", rng.choice((None, "at", "30wd")), tuple(steps))


def _but_go(step: StepPlan) -> tuple[Way, ...]:
    return tuple(each for each in step.ways if each.name != "go")


def _told(way: Way, said: str) -> Way:
    """What ends the task says what becomes of those that it has opened; who is held up can always cancel them."""
    if way.to is not None or way.waits:
        return way
    return replace(way, children="cancel" if way.name == "drop" else said)


def _region_ways(rng: Random, made: StepPlan, region: str, place: int, count: int) -> tuple[Way, ...]:
    onward = made.way("go")
    last = place == count - 1
    ways = [replace(onward, to=None if last else f"{region}{place + 1}", join=last)]
    if place:
        ways.append(Way("back", f"{region}0", "returned"))
    if rng.random() < 0.4:
        # The whole group is left.
        ways.append(Way("out", "s0", "returned"))
    if rng.random() < 0.2:
        ways.append(Way("drop", None, "failed"))
    return tuple(ways)


def _days(limit: str | None) -> float:
    """About how many working days a limit gives."""
    if limit in (None, "at"):
        return 0
    if limit == "same_day":
        return 1
    count, unit = int("".join(each for each in str(limit) if each.isdigit())), str(limit).lstrip("0123456789")
    return count / 8 if unit == "wh" else float(count)


def _step(rng: Random, place: int, count: int) -> StepPlan:
    name, last = f"s{place}", place == count - 1
    kinds = ["duty", "duty", "duty", "duty", "post", "field"]
    if place:
        kinds += ["desk", "outside", "doer", "post"]
    kind = rng.choice(kinds)
    owner = {
        "duty": rng.choice(DUTIES),
        "post": "主任",
        "field": "who",
        "doer": "s0",
        "desk": "分管领导",
        "outside": "县财政局",
    }[kind]
    eyes = ("s0",) if place and kind in ("duty", "post") and rng.random() < 0.35 else ()
    if rng.random() < 0.07:
        limit: str | None = "at"
    else:
        limit = rng.choice(LIMITS)
    files = int(rng.random() < 0.12)
    ways = [Way("go", None if last else f"s{place + 1}", "done", eyes, files=files)]
    if place:
        ways.append(Way("back", f"s{rng.randrange(place)}", "returned"))
    if place and rng.random() < 0.2:
        ways.append(Way("fault", None, "failed", (), "s0"))
    if rng.random() < 0.3:
        ways.append(Way("drop", None, "failed"))
    warn = rng.choice(WARNINGS) if limit in ("2wd", "3wd", "5d") else None
    waits = kind not in ("desk", "outside") and rng.random() < 0.6
    return StepPlan(name, (kind, owner), limit, warn, tuple(ways), waits)


def document(plan: Plan) -> dict[str, Any]:
    """The definition as a file would write it."""
    doc: dict[str, Any] = {
        "id": plan.id,
        "format": "1",
        "title": f"样例{plan.id}",
        "basis": "样例",
        "family": plan.id.partition("/")[0],
        "visible_to": ["office", "leaders", "auditor"],
        "fields": {
            "title": {"title": "标题", "type": "text", "required": "open"},
            "who": {"title": "承办人", "type": "person", "required": "open", "plain": "true"},
            "deadline": {"title": "期限", "type": "date", "required": "open", "plain": "true"},
        },
        "steps": {
            **{each.name: _step_document(each) for each in plan.steps[:1]},
            **({} if plan.group is None else {GROUP: _group_document(plan, plan.group)}),
            **{each.name: _step_document(each) for each in plan.steps[1:] if each.region is None},
        },
    }
    if plan.limit is not None:
        doc["limit"] = _limit(plan.limit)
    return doc


def _group_document(plan: Plan, group: Group) -> dict[str, Any]:
    regions = {
        region: {
            "title": f"部分{region}",
            "steps": {each.name: _step_document(each) for each in plan.steps if each.region == region},
        }
        for region in group.regions
    }
    return {"title": "分头办理", "to": group.to, "regions": regions}


def _limit(text: str) -> Any:
    return {"at": "deadline"} if text == "at" else text


def _step_document(step: StepPlan) -> dict[str, Any]:
    kind, name = step.owner
    owner: dict[str, Any] = {kind: name}
    if kind in ("desk", "outside"):
        owner["urged_by"] = {"duty": DUTIES[0]}
    doc: dict[str, Any] = {"title": f"环节{step.name}", "owner": owner}
    if step.limit is not None:
        doc["limit"] = _limit(step.limit)
    if step.warn is not None:
        doc["warn_before"] = step.warn
    if step.waits:
        doc["waits_for"] = ["外单位材料"]
    doc["actions"] = {each.name: _way_document(each) for each in step.ways}
    return doc


def _way_document(way: Way) -> dict[str, Any]:
    doc: dict[str, Any] = {
        "title": {"go": "办结", "back": "退回", "out": "退出重办", "fault": "不合格", "drop": "办不成"}[
            way.name
        ]
    }
    if way.join:
        doc["join"] = way.outcome
    elif way.to is None:
        doc["end"] = way.outcome
    else:
        doc["to"] = way.to
        if way.outcome != "done":
            doc["outcome"] = way.outcome
    if way.reopens:
        doc["reopens"] = list(way.reopens)
    guards: list[Any] = [{"four_eyes@1": list(way.four_eyes)}] if way.four_eyes else []
    if way.waits:
        guards.append("children_ended@1")
    if guards:
        doc["guards"] = guards
    if way.opens is not None:
        doc["opens"] = {"workflow": f"document/p{way.opens}", "each": ["who", "deadline", "title"]}
    if way.children is not None:
        doc["children"] = way.children
    if way.files:
        doc["evidence"] = str(way.files)
    if way.fault is not None:
        doc["fault"] = {"step": way.fault, "category": "文稿"}
    return doc
