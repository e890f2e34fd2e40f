"""Why a step is due when it is, how it stands and who held it, in words: each day counted or passed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import person_told

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution

_HOUR = 60
_DAY = 24 * _HOUR


def whole_lines(whole: Mapping[str, Any]) -> Iterator[str]:
    """The limit of a whole task, day by day, and what moved it."""
    limit, due_at = limit_told(whole["limit"]), output.when(whole["due_at"])
    yield session.current.say(
        "cli.why_task_due", opened_at=output.when(whole["opened_at"]), limit=limit, due_at=due_at
    )
    yield from days_told(whole["trace"])
    yield from _moves(whole["dues"])


def wait_lines(inst: Institution, waits: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How long a task lay at each step, and with whom each time."""
    say = session.current.say
    names = inst.names({one["person"] for each in waits for one in each["visits"] if one["person"]})
    yield say("cli.waits")
    for each in waits:
        times = [
            say(
                "cli.wait_visit" if one["until"] else "cli.wait_visit_still",
                visit=one["visit"],
                time=time_told(one["minutes"]),
                person=person_told(one["person"], names),
            )
            for one in each["visits"]
        ]
        told = (";" if session.current.language == "en" else "；").join(times)
        yield say("cli.wait_step", step=each["title"], time=time_told(each["minutes"]), visits=told)


def time_told(minutes: int) -> str:
    """Natural time in its two greatest units."""
    say = session.current.say
    days, rest = divmod(minutes, _DAY)
    if days:
        return say("cli.time_days", days=days, hours=rest // _HOUR)
    return say("cli.time_hours", hours=minutes // _HOUR, minutes=minutes % _HOUR)


def step_lines(inst: Institution, step: Mapping[str, Any]) -> Iterator[str]:
    """A step's limit day by day, what moved it, how it stands, and who held it."""
    say = session.current.say
    dated = step["due_at"] is not None
    yield say(
        "cli.why_step" if dated else "cli.why_step_undated",
        step=step["title"],
        entered_at=output.when(step["entered_at"]),
        limit=limit_told(step["limit"]),
        due_at=output.when(step["due_at"]),
        stands=_stands(step),
    )
    yield from days_told(step["trace"])
    if step["provisional"]:
        yield say("cli.why_provisional")
    yield from _moved(step)
    yield from _held(inst, step)


def _stands(step: Mapping[str, Any]) -> str:
    """How time stands and since when, or from when it will be otherwise; of what has ended, when and how late."""
    say, late = session.current.say, step["late"]
    told = {key: output.when(step[key]) for key in ("ended_at", "due_at", "warn_at")}
    if step["status"] in ("withdrawn", "released"):
        return say(f"cli.stands_{step['status']}", **told)
    if step["clock"] == "ended":
        if step["due_at"] is None:
            return say("cli.stands_ended", **told)
        if late is None or late["days"] is None:
            return say("cli.stands_in_time" if late is None else "cli.stands_late", **told)
        # Late within its last day it is told in minutes.
        unit = "days" if late["days"] else "minutes"
        return say(f"cli.stands_late_{unit}", **told, number=late[unit])
    if step["clock"] == "stopped":
        return say("cli.stands_stopped_late" if step["light"] == "overdue" else "cli.stands_stopped")
    if step["due_at"] is None:
        return say("cli.stands_open")
    warned = step["light"] != "normal" or step["warn_at"] is not None
    return say(f"cli.stands_{step['light']}" if warned else "cli.stands_normal_unwarned", **told)


def _moves(dues: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What has moved a due date since it was first set; of an extension each day that it added."""
    say = session.current.say
    for each in dues[1:]:
        given = each.get("extension")
        yield say(
            f"cli.due_{each['why']}",
            since=output.when(each["since"]),
            due_at=output.when(each["due_at"]),
            limit="" if given is None else limit_told(given),
        )
        yield from days_told(each["trace"])


def days_told(trace: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each day of a due date's arithmetic, counted or passed over, and why."""
    say = session.current.say
    for each in trace:
        counted = say("cli.counted" if each["counted"] else "cli.passed_over")
        yield say(
            "cli.why_day",
            day=each["day"].isoformat(),
            weekday=say(f"cli.weekday_{each['day'].isoweekday()}"),
            counted=counted,
            reason=say(f"timing.{each['reason']}"),
        )


def _moved(step: Mapping[str, Any]) -> Iterator[str]:
    """What has moved the due date since, and when the clock stood still."""
    say = session.current.say
    yield from _moves(step["dues"])
    for each in step["undone"]:
        yield say("cli.why_undone", ended_at=output.when(each["ended_at"]), at=output.when(each["at"]))
    for each in step["stops"]:
        code = "cli.stop_still" if each["end"] is None else "cli.stop"
        yield say(
            code,
            start=output.when(each["start"]),
            end=output.when(each["end"]),
            waits_for=each["waits_for"],
        )


def _held(inst: Institution, step: Mapping[str, Any]) -> Iterator[str]:
    """Who has owed it since when and how it came to him, and whom the lookup passed over."""
    say = session.current.say
    persons = {each["person"] for each in step["holdings"]} | {person for person, _ in step["tried"]}
    names = inst.names({each for each in (*persons, step["urger"], step["waits_for"]) if each})

    def name(person: str | None) -> str:
        return say("cli.nobody") if person is None else names.get(person) or person

    for person, reason in step["tried"]:
        yield say("cli.why_tried", person=name(person), reason=say(f"cli.tried_{reason}"))
    for each in step["holdings"]:
        if each["person"]:
            how = say(f"cli.holding_{each['why']}")
            yield say(
                "cli.why_holding", since=output.when(each["since"]), person=name(each["person"]), how=how
            )
    if step["owner"] in ("desk", "outside"):
        yield say(f"cli.waits_{step['owner']}", waits_for=name(step["waits_for"]), urger=name(step["urger"]))
    if step["unassigned"]:
        yield say("cli.why_unassigned", urger=name(step["urger"]))


def limit_told(limit: Any) -> str:
    """A limit as people say it: `3 个工作日`, or the field that gives its date."""
    if limit is None:
        return session.current.say("cli.no_limit")
    if isinstance(limit, Mapping):
        if "before" in limit:
            return session.current.say("cli.limit_before", field=limit["before"], by=limit_told(limit["by"]))
        return session.current.say("cli.limit_at", field=limit["at"])
    if limit == "same_day":
        return session.current.say("cli.limit_same_day")
    count = limit.rstrip("wdhmo")
    return session.current.say(f"cli.limit_{limit[len(count) :]}", count=count)
