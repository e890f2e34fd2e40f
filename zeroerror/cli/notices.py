"""`zeroerror notice list|answer`: who was told what, how far the urging has gone, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.tasks import one_of, reason_of, title_of
from zeroerror.cli.words import argument, option
from zeroerror.model.notice import LEVELS, STATES
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution


def listed(
    person: str = option("--person", help="notice_person", takes="person"),
    task: str = option("--task", help="notice_task", takes="id"),
    finding: str = option("--finding", help="notice_finding", takes="id"),
    level: str = option("--level", help="notice_level", takes="level"),
    state: str = option("--state", help="notice_state", takes="state"),
) -> None:
    from zeroerror.service import audits, ids, notices
    from zeroerror.store import reads

    one_of("--level", level, LEVELS)
    one_of("--state", state, STATES)
    with session.current.institution(read_only=True) as inst:
        which = reads.NoticeFilter(
            person=None if person is None else ids.find_person(inst, person),
            task=None if task is None else ids.find_task(inst, task),
            finding=None if finding is None else audits.finding(inst, finding)["id"],
            level=level,
            state=state,
        )
        found = notices.notices(inst, session.current.reader(inst), which)
        output.answer(found, lambda: notices_table(inst, found) or session.current.say("cli.nothing"))


def answer(
    notices_: list[str] = argument("notices"),
    reason: str = option("--reason", help="reason", default=..., takes="reason"),
) -> None:
    from zeroerror.cli.receipts import receipt
    from zeroerror.service import notices

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = notices.answer(inst, actor, notices_, reason_of(reason), session.current.options())
        receipt(inst, outcome, actor.person)


def notices_table(inst: Institution, found: Sequence[Mapping[str, Any]]) -> str:
    """Notices in one line each; empty where there are none."""
    say = session.current.say
    names = inst.names({person for each in found for person in each["to"]})
    rows = [
        (
            each["id"],
            say(f"cli.level_{each['level']}"),
            "、".join(names.get(person) or person for person in each["to"]),
            say(f"cli.stage_{each['stage']}"),
            each["task"],
            title_of(each),
            each["step_title"] or "",
            each["given_at"],
            say(f"cli.notice_{each['state']}"),
        )
        for each in found
    ]
    columns = ("notice", "level", "told", "asked_to", "task", "title", "step", "given_at", "answered")
    return output.table([say(f"cli.col_{each}") for each in columns], rows)


def notice_lines(inst: Institution, found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Notices beneath what they are about, one sentence each, with its answer."""
    say = session.current.say
    names = inst.names({person for each in found for person in (*each["to"], each["answered_by"]) if person})

    def name(person: str) -> str:
        return names.get(person) or person

    lines = []
    for each in found:
        lines.append(
            say(
                "cli.notice_line",
                notice=each["id"],
                level=say(f"cli.level_{each['level']}"),
                at=output.when(each["given_at"]),
                to="、".join(name(person) for person in each["to"]),
                asked=say(f"cli.stage_{each['stage']}"),
                state=say(f"cli.notice_{each['state']}"),
            )
        )
        if each["answered_by"]:
            answered = each["answer"] or say("cli.hidden")
            lines.append(
                say(
                    "cli.notice_answer_line",
                    person=name(each["answered_by"]),
                    at=output.when(each["answered_at"]),
                    answer=shown(answered),
                )
            )
    return lines
