"""What would have avoided a finding, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution


def avoided_lines(inst: Institution, found: Mapping[str, Any]) -> Iterator[str]:
    """What would have avoided it, each by itself enough; what would have kept an earlier step in time; or why nothing."""
    if found["avoidance"] is None:
        return
    say = session.current.say
    if found["unavoidable"] is not None:
        yield say(found["unavoidable"])
    changes = [*found["avoidance"], *found["timely"]]
    names = inst.names({each[name] for each in changes for name in ("who", "to") if each[name]})
    for heading, some in (("avoidance.any_of", "avoidance"), ("avoidance.timely", "timely")):
        if found[some]:
            yield say(heading)
            yield from (_change_line(each, names) for each in found[some])


def _change_line(change: Mapping[str, Any], names: Mapping[str, str | None]) -> str:
    return session.current.say(
        change["code"],
        who=names.get(change["who"]) or change["who"],
        to=names.get(change["to"]) or change["to"],
        by=output.when(change["by"]),
        step=change["title"],
        days=change["days"],
        day=change["day"],
    )
