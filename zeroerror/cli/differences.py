"""`zeroerror workflow diff`: what would change, and which running tasks stay with what they were opened under.

It ends with 0 whatever differs: a difference is an answer, and 7 is kept for problems and findings (design
§11).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeroerror.cli import output, session
from zeroerror.cli.definitions import definition, sound
from zeroerror.cli.words import argument

if TYPE_CHECKING:
    from zeroerror.definition.difference import Change
    from zeroerror.model.workflow import Workflow


def diff(
    first: str = argument("workflow_or_file"),
    second: str = argument("workflow_or_file_after", default=None),
) -> None:
    from zeroerror.definition.difference import differences
    from zeroerror.service import differing

    before, after = _two(first, second)
    found = differences(before, after)
    with session.current.institution(read_only=True) as inst:
        running = differing.running(inst, before, found)
    data = {
        "before": differing.named(before),
        "after": differing.named(after),
        "changes": [
            {
                "kind": each.kind,
                "what": each.what,
                "name": each.name,
                "title": each.title,
                "aspect": each.aspect or None,
                "before": each.before,
                "after": each.after,
            }
            for each in found
        ],
        "running": running,
    }
    output.answer(data, lambda: "\n".join(_lines(before, after, found, running)))


def _two(first: str, second: str | None) -> tuple[Workflow, Workflow]:
    """What was given; a file alone is held against what is in force, and an id alone against its file.

    An overlay alone is held against the definition on which it lies.
    """
    if second is not None:
        return definition(first), definition(second)
    if first.endswith((".yaml", ".yml")):
        from zeroerror.definition.loader import load_file, original

        loaded = load_file(Path(first))
        after = sound(loaded)
        if Path(loaded.name).resolve() != Path(first).resolve():
            return sound(original(loaded)), after
        return definition(after.id), after
    before = definition(first)
    return before, definition(str(session.current.directory / "workflows" / f"{before.id}.yaml"))


def _lines(
    before: Workflow, after: Workflow, found: list[Change], running: Mapping[str, Any]
) -> Iterator[str]:
    from zeroerror.service import differing

    say = session.current.say
    yield say(
        "cli.diff_head",
        before=f"{before.id} {differing.named(before)['digest'][:12]}",
        after=f"{after.id} {differing.named(after)['digest'][:12]}",
    )
    if not found:
        yield say("cli.diff_none")
    for each in found:
        yield _line(before, after, each)
    yield say("cli.diff_running", count=len(running["tasks"]), tasks=running["tasks"])
    if running["standing"]:
        yield say("cli.diff_standing", count=len(running["standing"]), tasks=running["standing"])


def _line(before: Workflow, after: Workflow, change: Change) -> str:
    say = session.current.say
    what = say(f"cli.diff_what_{change.what}")
    thing = f"{what} {change.title}" + (f" ({change.name})" if change.name else "")
    if change.kind == "added":
        return "+ " + say("cli.diff_added", thing=thing)
    if change.kind == "removed":
        return "- " + say("cli.diff_removed", thing=thing)
    return "~ " + say(
        "cli.diff_changed",
        thing=thing,
        aspect=say(f"cli.diff_aspect_{change.aspect}"),
        before=_value(before, change, change.before),
        after=_value(after, change, change.after),
    )


def _opens_told(opens: Mapping[str, Any]) -> str:
    """What an action opens, and what each is given."""
    say = session.current.say
    given = [*opens.get("each", ()), *(f"{name}={value}" for name, value in opens.get("set", ()))]
    given += [say("cli.diff_copied", field=name) for name in opens.get("copy", ())]
    return say("cli.diff_opens", workflow=opens["workflow"], given=given)


def _value(workflow: Workflow, change: Change, value: Any) -> str:
    """One side of a change in words: limits, owners and targets as pictures say them."""
    from zeroerror.render.picture.diagram import limit_told, owners_told

    language = session.current.language
    if value is None and change.aspect != "to":
        return "—"
    if change.what in ("step", "workflow") and change.aspect in ("limit", "warn_before"):
        held = workflow if change.what == "workflow" else workflow.step(change.name)
        return limit_told(workflow, getattr(held, change.aspect), language)
    if change.aspect in ("owner", "consent", "vote"):
        return owners_told(workflow, workflow.step(change.name), language)
    if change.aspect == "opens":
        return _opens_told(value)
    if change.aspect == "children":
        return session.current.say(f"cli.workflow_children_{value}")
    if change.aspect == "to":
        return session.current.say("cli.workflow_end") if value is None else workflow.step(value).title
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ("、" if language == "zh" else ", ").join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
