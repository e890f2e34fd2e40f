"""Definitions, calendars and settings: checked as files, proposed, and in force once they are confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from zeroerror.definition.loader import load_file
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Problem
from zeroerror.service import configuration
from zeroerror.service.configuration import Unreadable
from zeroerror.service.front import Options
from zeroerror.service.genesis import published
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.proposals import NO_OPTIONS, Answer, propose
from zeroerror.store import reads


def check(paths: Iterable[Path]) -> list[Problem]:
    """Every problem of the definitions in these files and directories."""
    problems: list[Problem] = []
    for path in _files(paths):
        loaded = load_file(path)
        problems += loaded.problems
    return problems


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("*.yaml"))
        elif path.exists():
            found.append(path)
        else:
            raise UsageError("error.file_missing", path=str(path))
    return found


def publish(inst: Institution, actor: Actor, path: Path, options: Options = NO_OPTIONS) -> Answer:
    """Propose a definition; raises Unreadable with every problem where it does not pass its check."""
    loaded = load_file(path)
    errors = [each for each in loaded.problems if each.severity == "error"]
    if errors or loaded.workflow is None:
        raise Unreadable(errors)
    body = dict(published(loaded).body)
    body["replaces"] = reads.workflow_digest(inst.conn, loaded.workflow.id) or ""
    return propose(inst, actor, "publish_definition", body, options=options)


def workflows(inst: Institution) -> list[dict[str, Any]]:
    """The definitions in force."""
    facts, found = inst.facts(), []
    for id, digest in reads.workflows(inst.conn).items():
        definition = facts.definition(digest)
        assert definition is not None, "what is in force was published"
        workflow = definition.workflow
        found.append(
            {
                "id": id,
                "digest": digest,
                "title": workflow.title,
                "family": workflow.family,
                "basis": workflow.basis,
                "steps": len(workflow.steps),
                "opened_by": workflow.opened_by,
            }
        )
    return found


def workflow(inst: Institution, name: str) -> reads.Definition:
    """A published definition, by its id (the one in force) or its digest; UsageError if there is none."""
    digest = reads.workflow_digest(inst.conn, name) or name
    found = reads.definition(inst.conn, digest)
    if found is None:
        raise UsageError("error.unknown_workflow", workflow=name, known=sorted(reads.workflows(inst.conn)))
    return found


def apply_calendar(inst: Institution, actor: Actor, path: Path, options: Options = NO_OPTIONS) -> Answer:
    """Propose a calendar year."""
    body = {"year": configuration.year(path), "replaces": inst.facts().digest_of("calendar")}
    return propose(inst, actor, "apply_calendar", body, options=options)


def apply_settings(inst: Institution, actor: Actor, path: Path, options: Options = NO_OPTIONS) -> Answer:
    """Propose a schedule or thresholds, in the place of those in force; by the name of their file."""
    name = path.stem
    if f"{name}.yaml" not in configuration.SETTINGS_FILES:
        raise UsageError("error.unknown_settings", name=name, known=list(configuration.SETTINGS_FILES))
    settings = {**inst.settings, name: configuration.document(path)}
    body = {"settings": settings, "replaces": inst.facts().digest_of("settings")}
    return propose(inst, actor, "apply_settings", body, options=options)
