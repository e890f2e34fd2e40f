"""What everybody asks first: `next`, what I owe and why; `board`, how every office stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import person_told
from zeroerror.cli.tasks import light_code, title_of
from zeroerror.cli.words import option

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution


def next_(
    person: str = option("--person", help="next_person", takes="person"),
    as_of: str = option("--as-of", help="as_of", takes="time"),
    review: bool = option("--review", help="review", default=False),
) -> None:
    from zeroerror.service import desk

    if review:
        from zeroerror.cli.review import go_through

        go_through()
    with session.current.institution(read_only=True) as inst:
        if person is None:
            who = session.current.actor(inst).person
        else:
            from zeroerror.service.ids import find_person

            who = find_person(inst, person)
        found = desk.next_for(inst, who, session.current.at(as_of))
        output.answer(found, lambda: _next_text(inst, found))


def _next_text(inst: Institution, found: Mapping[str, Any]) -> str:
    say = session.current.say
    lines = [say("cli.next_owed", count=len(found["owed"]))]
    lines.append(_entries(inst, found["owed"]) or say("cli.nothing_owed"))
    if found["waiting"]:
        lines += ["", say("cli.next_waiting", count=len(found["waiting"])), _entries(inst, found["waiting"])]
    if found["decisions"]:
        lines += ["", say("cli.next_decisions", count=found["decisions"])]
    for each in found["corrections"]:
        rule = say(f"rule.{each['rule']}.title")
        told = {
            "at": output.when(each["sent_at"]),
            "finding": each["finding"],
            "task": each["task"],
            "rule": rule,
        }
        lines += ["", say(f"cli.correction_{each['why']}", **told)]
    if found["notices"]:
        from zeroerror.cli.notices import notices_table

        lines += [
            "",
            say("cli.next_notices", count=len(found["notices"])),
            notices_table(inst, found["notices"]),
        ]
        lines.append(
            say("cli.next_answer", command=f"zeroerror notice answer {found['notices'][0]['id']} --reason …")
        )
    if found["unread"]:
        from zeroerror.cli.circulation import unread_lines

        lines += ["", *unread_lines(found["unread"], inst.names({each["by"] for each in found["unread"]}))]
    if found["owed"]:
        first = found["owed"][0]
        lines += ["", say("cli.next_command", command=f"zeroerror task show {first['task']}")]
    return "\n".join(lines)


def _entries(inst: Institution, entries: Sequence[Mapping[str, Any]]) -> str:
    say = session.current.say
    names = inst.names({each[key] for each in entries for key in ("person", "delegate") if each[key]})
    rows = [
        (
            each["task"],
            title_of(each),
            each["step_title"],
            each["due_at"],
            say(light_code(each)),
            _why(each, names) + (say("cli.urged_times", count=each["urged"]) if each["urged"] else ""),
        )
        for each in entries
    ]
    columns = ("task", "title", "step", "due_at", "light", "why")
    return output.table([say(f"cli.col_{each}") for each in columns], rows)


def _why(entry: Mapping[str, Any], names: Mapping[str, str | None]) -> str:
    """Why something is listed, and for which tasks it waits."""
    why = _whose(entry, names)
    if not entry["children"]:
        return why
    return session.current.say("cli.why_held_up", why=why, tasks=entry["children"])


def _whose(entry: Mapping[str, Any], names: Mapping[str, str | None]) -> str:
    """Whose it is; of a step that was delegated, by whom or to whom."""
    say = session.current.say
    if entry["why"] == "delegate":
        return say("cli.why_delegate", person=person_told(entry["person"], names))
    if entry["why"] == "own" and entry["delegate"]:
        return say("cli.why_own_delegated", person=person_told(entry["delegate"], names))
    return say(f"cli.why_{entry['why']}")


def board(
    office: str = option("--office", help="office", takes="office"),
    as_of: str = option("--as-of", help="as_of", takes="time"),
) -> None:
    from zeroerror.service import board as service
    from zeroerror.service import ids

    with session.current.institution(read_only=True) as inst:
        found = service.board(inst, session.current.at(as_of))
        if office is not None:
            asked = ids.find_office(inst, office)
            found["offices"] = [each for each in found["offices"] if each["office"] == asked]
        output.answer(found, lambda: _board_text(found))


def _board_text(found: Mapping[str, Any]) -> str:
    say = session.current.say
    columns = ("open", "overdue", "today", "soon", "normal", "desk", "outside", "stopped")
    rows = [[each["title"], *(each[column] for column in columns)] for each in found["offices"]]
    rows.append([say("cli.total"), *(sum(each[column] for each in found["offices"]) for column in columns)])
    titles = [say("cli.col_office"), *(say(f"cli.board_{column}") for column in columns)]
    return "\n".join([say("cli.board_at", at=output.when(found["at"])), output.table(titles, rows)])
