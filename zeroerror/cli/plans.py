"""`zeroerror plan status`: what the month, quarter and year still owe, by whom, and who has been where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.words import option
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution


def status(as_of: str = option("--as-of", help="as_of", takes="time")) -> None:
    from zeroerror.service import planning

    with session.current.institution(read_only=True) as inst:
        found = planning.status(inst, session.current.at(as_of) or inst.now())
        output.answer(found, lambda: _text(inst, found))


def _text(inst: Institution, found: Mapping[str, Any]) -> str:
    say = session.current.say
    if not found["plans"]:
        return say("plan.none")
    items = [item for plan in found["plans"] for item in plan["items"]]
    names = inst.names({each["person"] for each in items if each["person"]})
    parts = [say("plan.left", count=found["left"])]
    for plan in found["plans"]:
        parts += ["", _head(plan), _items(plan["items"], names)]
        parts += dict.fromkeys(
            say(each["reason"]["code"], **each["reason"]["params"])
            for each in plan["items"]
            if each["reason"]
        )
    if found["places"]:
        parts += ["", say("plan.places"), _places(found["places"], names)]
    return "\n".join(parts)


def _head(plan: Mapping[str, Any]) -> str:
    counts = {key: plan[key] for key in ("owed", "done", "cancelled", "left", "overdue", "not_opened")}
    return session.current.say("plan.counts", title=shown(plan["title"]), period=plan["period"], **counts)


def _items(items: list[Mapping[str, Any]], names: Mapping[str, str | None]) -> str:
    say = session.current.say
    rows = [
        (
            each["office"],
            names.get(each["person"]) or each["person"] or say("plan.director"),
            shown(each["place"] or ""),
            str(each["number"]),
            each["task"] or "",
            each["due_at"],
            say(f"plan.state_{each['state']}"),
        )
        for each in items
    ]
    columns = ("office", "person", "place", "number", "task", "due", "state")
    return output.table([say(f"plan.column_{each}") for each in columns], rows)


def _places(places: list[Mapping[str, Any]], names: Mapping[str, str | None]) -> str:
    say = session.current.say
    rows = [
        (
            shown(each["place"]),
            each["office"],
            names.get(each["person"]) or each["person"] or say("plan.director"),
            say("plan.never") if each["last"] is None else each["last"]["on"] or each["last"]["at"],
            "" if each["last"] is None else each["last"]["task"],
        )
        for each in places
    ]
    columns = ("place", "office", "person", "been", "task")
    return output.table([say(f"plan.column_{each}") for each in columns], rows)
