"""`zeroerror workflow …` and `config apply`: definitions checked, shown, drawn, and proposed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from zeroerror.cli import output, session
from zeroerror.cli.receipts import receipt
from zeroerror.cli.step_reasons import limit_told
from zeroerror.cli.words import argument, option
from zeroerror.text import shown

if TYPE_CHECKING:
    from zeroerror.definition.loader import Loaded
    from zeroerror.model.workflow import Action, Group, LimitSpec, Owner, Region, Step, Workflow


def listed() -> None:
    from zeroerror.service import publish

    with session.current.institution(read_only=True) as inst:
        found = publish.workflows(inst)
        say = session.current.say
        rows = [
            (
                each["id"],
                each["title"],
                say(f"cli.family_{each['family']}"),
                each["steps"],
                each["digest"][:12],
            )
            for each in found
        ]
        columns = ("workflow", "title", "family", "steps", "digest")
        output.answer(found, lambda: output.table([say(f"cli.col_{each}") for each in columns], rows))


def show(workflow: str = argument("workflow")) -> None:
    from zeroerror.model.workflow_json import from_json
    from zeroerror.service import publish

    with session.current.institution(read_only=True) as inst:
        held = publish.workflow(inst, workflow)
    effective = json.loads(held.effective)
    data = {"id": held.id, "digest": held.digest, "definition": effective, "text": held.text}
    data["overlays"] = json.loads(held.overlays)
    output.answer(data, lambda: _workflow_text(from_json(effective), held.digest, len(data["overlays"])))


def _workflow_text(workflow: Workflow, digest: str, overlays: int) -> str:
    say = session.current.say
    lines = [
        f"{workflow.id}  {workflow.title}",
        say("cli.why_basis", workflow=workflow.title, basis=workflow.basis),
        say("cli.workflow_limit", limit=_limit(workflow.limit)),
        say("cli.workflow_digest", digest=digest),
    ]
    if workflow.statutory is not None:
        law = workflow.statutory
        lines.insert(3, say("cli.workflow_statutory", limit=_limit(law.limit), basis=law.basis))
    if overlays:
        lines.append(say("cli.workflow_overlays", count=overlays))
    told: set[int] = set()
    for step in workflow.steps:
        place = workflow.place(step.name)
        for each in () if place is None else place:
            if id(each) not in told:
                told.add(id(each))
                lines.append(_heading(workflow, each))
        indent = "" if place is None else "    "
        lines += [f"{indent}{line}" for line in _step(workflow, step)]
    return "\n".join(shown(line) for line in lines)


def _heading(workflow: Workflow, part: Group | Region) -> str:
    """The line above the regions of a group, or above the steps of a region."""
    say = session.current.say
    group = workflow.group(part.name)
    if group is None or group is not part:
        return say("cli.workflow_region", region=part.title, name=part.name)
    return say("cli.workflow_group", group=group.title, name=group.name, to=_target(workflow, group.to))


def _step(workflow: Workflow, step: Step) -> Iterator[str]:
    say = session.current.say
    owner, limit = " · ".join(map(_owner, step.owners)), _limit(step.limit)
    if step.consent is not None:
        field = workflow.field(step.consent.of)
        order = say(f"cli.order_{step.consent.order}")
        silence = say(f"cli.silence_{step.consent.silence}")
        said = {"text": step.consent.of if field is None else field.title, "order": order, "silence": silence}
        owner = say("cli.workflow_signers", signers=owner, **said)
    if step.vote is not None:
        from zeroerror.render.picture.diagram import owners_told

        owner = owners_told(workflow, step, session.current.language)
    yield say("cli.workflow_step", step=step.title, name=step.name, owner=owner, limit=limit)
    for action in step.actions:
        to = say("cli.workflow_join") if action.joins else _target(workflow, action.to)
        yield say("cli.workflow_action", action=action.name, title=action.title, to=to)
        yield from (f"      {line}" for line in _children(action))


def _children(action: Action) -> Iterator[str]:
    """What an action opens, waits for, and makes of what was opened."""
    say = session.current.say
    if action.opens is not None:
        yield say("cli.workflow_opens", workflow=action.opens.workflow)
    if action.waits:
        yield say("cli.workflow_waits")
    if action.children is not None:
        yield say(f"cli.workflow_children_{action.children}")


def _target(workflow: Workflow, to: str | None) -> str:
    if to is None:
        return session.current.say("cli.workflow_end")
    group = workflow.group(to)
    return workflow.step(to).title if group is None else group.title


def _owner(owner: Owner) -> str:
    office = "" if owner.office is None else f"{owner.office} "
    told = session.current.say(f"cli.owner_{owner.kind}", name=f"{office}{owner.name}")
    if owner.urged_by is None:
        return told
    return told + session.current.say("cli.urged_by", owner=_owner(owner.urged_by))


def _limit(spec: LimitSpec | None) -> str:
    from zeroerror.model.limit import limit_text
    from zeroerror.model.workflow import LimitChoice

    if isinstance(spec, LimitChoice):
        return " / ".join(f"{choice} {_limit(limit)}" for choice, limit in spec.choices.items())
    return limit_told(None if spec is None else limit_text(spec))


def check(
    paths: list[Path] = argument("definition_files", default=None),
    staffing: bool = option("--staffing", help="staffing", default=False),
) -> None:
    from zeroerror.service import publish
    from zeroerror.service.institution import NoInstitution

    given = paths or [session.current.directory / "workflows"]
    try:
        with session.current.institution(read_only=True) as inst:
            problems = publish.check(given, inst, quarter=staffing)
    except NoInstitution:
        if staffing:
            raise
        # A definition can be checked anywhere; whether there are people for it, only where they are.
        problems = publish.check(given)
    # Silent where all is well, so that it can stand in a script; a person at a terminal is told so beside it.
    if not problems and sys.stderr.isatty():
        output.progress("cli.check_good", {})
    output.problems(problems)


def definition(name: str) -> Workflow:
    """The definition of a file, or the one in force by that id; UsageError or Unreadable otherwise."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        from zeroerror.definition.loader import load_file

        return sound(load_file(path))
    from zeroerror.model.workflow_json import from_json
    from zeroerror.service import publish

    with session.current.institution(read_only=True) as inst:
        return from_json(json.loads(publish.workflow(inst, name).effective))


def sound(loaded: Loaded) -> Workflow:
    """The definition that was loaded; Unreadable with everything that is wrong with it."""
    from zeroerror.service.configuration import Unreadable

    if loaded.workflow is None:
        raise Unreadable(list(loaded.problems))
    return loaded.workflow


def schema(overlay: bool = option("--overlay", help="schema_overlay", default=False)) -> None:
    from zeroerror.definition.json_schema import json_schema, overlay_schema

    found = overlay_schema() if overlay else json_schema()
    output.answer(found, lambda: json.dumps(found, ensure_ascii=False, indent=2))


def publish(file: Path = argument("definition_file")) -> None:
    from zeroerror.service import publish as service

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        receipt(inst, service.publish(inst, actor, file, session.current.options()), actor.person)


def apply(file: Path = argument("settings_file")) -> None:
    from zeroerror.service import publish as service

    with session.current.institution() as inst:
        actor = session.current.actor(inst)
        outcome = service.apply_settings(inst, actor, file, session.current.options())
        receipt(inst, outcome, actor.person)
