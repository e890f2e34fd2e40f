"""What a leave hands over, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zeroerror.cli import output, session
from zeroerror.cli.receipts import person_told
from zeroerror.service.institution import Institution


def handover_lines(inst: Institution, found: Mapping[str, Any]) -> Iterator[str]:
    """The list under a heading that says whether it stands or would stand."""
    say = session.current.say
    names = inst.names({each for each in (found["person"], found["to"]) if each})
    people = {"person": person_told(found["person"], names), "to": person_told(found["to"], names)}
    if not found["steps"]:
        yield say("cli.handover_none", person=people["person"])
        return
    if found["recorded"]:
        yield say("cli.handover_head", **people)
    else:
        yield say("cli.handover_now", person=people["person"])
    for each in found["steps"]:
        due_at = output.when(each["due_at"])
        yield say("cli.handover_line", task=each["task"], step=each["step_title"], due_at=due_at)
