"""`zeroerror plan status`: what the month, quarter and year still owe, by whom, and who has been where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.words import option
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution

Names = Mapping[str, str | None]


def status(
    office: str = option("--office", help="office", takes="office"),
    person: str = option("--person", help="plan_person", takes="person"),
    as_of: str = option("--as-of", help="as_of", takes="time"),
) -> None:
    from zeroerror.service import plan_status

    with session.current.institution(read_only=True) as inst:
        at = session.current.at(as_of) or inst.now()
        found = plan_status.status(inst, at, office=office, person=person)
        output.answer(found, lambda: _text(inst, found))


def _text(inst: Institution, found: Mapping[str, Any]) -> str:
    say = session.current.say
    rows = [*(item for plan in found["plans"] for item in plan["items"]), *found["earlier"], *found["places"]]
    if not rows:
        return say("plan.none")
    names = inst.names({each["person"] for each in rows if each["person"]})
    parts = [say("plan.left", count=found["left"])]
    for plan in found["plans"]:
        parts += ["", _head(plan), _items(plan["items"], names), *_reasons(plan["items"])]
    if found["earlier"]:
        parts += ["", say("plan.earlier"), _earlier(found["earlier"], names), *_reasons(found["earlier"])]
    if found["places"]:
        parts += ["", say("plan.places"), _places(found["places"], names)]
    return "\n".join(parts)


def _head(plan: Mapping[str, Any]) -> str:
    counts = {key: plan[key] for key in ("owed", "done", "cancelled", "left", "overdue", "not_opened")}
    return session.current.say("plan.counts", title=shown(plan["title"]), period=plan["period"], **counts)


def _items(items: list[Mapping[str, Any]], names: Names) -> str:
    heads = ("office", "person", "place", "number", "task", "due", "state")
    return _table(heads, [_row(each, names) for each in items])


def _earlier(items: list[Mapping[str, Any]], names: Names) -> str:
    heads = ("plan", "period", "office", "person", "place", "number", "task", "due", "state")
    return _table(heads, [(shown(each["title"]), each["period"], *_row(each, names)) for each in items])


def _row(item: Mapping[str, Any], names: Names) -> tuple[object, ...]:
    return (
        item["office"],
        _name(item["person"], names),
        shown(item["place"] or ""),
        str(item["number"]),
        item["task"] or "",
        item["due_at"],
        session.current.say(f"plan.state_{item['state']}"),
    )


def _reasons(items: list[Mapping[str, Any]]) -> list[str]:
    """Why some have not been opened, each reason once; those without one wait for the next slot."""
    waiting = [each for each in items if each["state"] == "not_opened"]
    told = (each["reason"] or {"code": "plan.next_slot", "params": {}} for each in waiting)
    return list(dict.fromkeys(session.current.say(each["code"], **each["params"]) for each in told))


def _places(places: list[Mapping[str, Any]], names: Names) -> str:
    rows = [
        (
            shown(each["place"]),
            each["office"],
            _name(each["person"], names),
            session.current.say("plan.never") if each["last"] is None else each["last"]["on"],
            "" if each["last"] is None else each["last"]["task"],
        )
        for each in places
    ]
    return _table(("place", "office", "person", "been", "task"), rows)


def _name(person: str | None, names: Names) -> str:
    return session.current.say("plan.director") if person is None else names.get(person) or person


def _table(columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> str:
    return output.table([session.current.say(f"plan.column_{each}") for each in columns], rows)
