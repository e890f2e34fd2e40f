"""What was opened by a task's actions, and by which task one was opened, in lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.service.institution import Institution


def kin_lines(inst: Institution, found: Mapping[str, Any]) -> list[str]:
    """The parent's line, and one for each child: where it stands, or how it ended and by whom."""
    names = inst.names(_persons(found["children"]))
    lines = [*_parent(found["parent"]), *_children(found["children"], names)]
    waiting = [each["title"] for step in found["steps"] for each in step["actions"] if each["waits"]]
    if waiting and any(each["status"] == "open" for each in found["children"]):
        lines.append(session.current.say("cli.children_hold", actions=waiting))
    return lines


def _persons(children: list[Mapping[str, Any]]) -> set[str]:
    steps = {
        each[key] for child in children for each in child["steps"] for key in ("person", "waits_for", "urger")
    }
    return {each for each in steps | {child["ended"]["by"] for child in children if child["ended"]} if each}


def _parent(parent: Mapping[str, Any] | None) -> Iterator[str]:
    if parent is not None:
        yield session.current.say("cli.opened_by", **_told(parent))


def _children(children: list[Mapping[str, Any]], names: Mapping[str, str | None]) -> Iterator[str]:
    say = session.current.say
    if not children:
        return
    ended = sum(1 for each in children if each["status"] != "open")
    yield say("cli.children", count=len(children), ended=ended)
    for child in children:
        yield say("cli.child", **_told(child), office=child["office"], stands=_stands(child, names))


def _told(task: Mapping[str, Any]) -> dict[str, Any]:
    from zeroerror.cli.tasks import title_of

    return {"task": task["task"], "workflow": task["workflow_title"], "title": shown(title_of(task))}


def _stands(child: Mapping[str, Any], names: Mapping[str, str | None]) -> str | list[str]:
    from zeroerror.cli.tasks import light_code, owes

    say, ended = session.current.say, child["ended"]
    if ended is None:
        return [
            say(
                "cli.child_step",
                step=each["title"],
                person=names.get(owes(each) or "") or owes(each) or say("cli.nobody"),
                due_at=output.when(each["due_at"]),
                light=say(light_code(each)),
            )
            for each in child["steps"]
        ]
    code = "cli.child_ended_by_parent" if ended["by_parent"] else f"cli.child_ended_{ended['outcome']}"
    return say(
        code,
        at=output.when(child["closed_at"]),
        by=names.get(ended["by"] or "") or ended["by"],
        act=ended["title"],
    )
