"""Definitions, calendars and settings: checked as files, proposed, and in force once they are confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from zeroerror.definition.loaded import Loaded, among
from zeroerror.definition.opened import Known
from zeroerror.definition.quarter import Day, check_quarter
from zeroerror.definition.staffing import check_staffing
from zeroerror.definition.where import Where, nested
from zeroerror.engine.planning import against
from zeroerror.model.calendar import year_to_json
from zeroerror.model.errors import UsageError
from zeroerror.model.plan import Plan, plans_from
from zeroerror.model.problem import Problem, Refusal
from zeroerror.model.workflow import Workflow
from zeroerror.service import configuration
from zeroerror.service.checked import load_kept
from zeroerror.service.configuration import Unreadable
from zeroerror.service.definitions import published
from zeroerror.service.front import NO_OPTIONS, Options
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.planning import foreseen
from zeroerror.service.proposals import Answer, propose
from zeroerror.store import reads
from zeroerror.timing import is_working_day, local_day, opening

#: A beginning of a digest this long is taken for one; `workflow list` shows twelve signs.
DIGEST_LEAST = 8


#: How far ahead the staffing is asked about, in days: a quarter.
QUARTER_DAYS = 92


def check(paths: Iterable[Path], inst: Institution | None = None, *, quarter: bool = False) -> list[Problem]:
    """Every problem of the definitions in these files and directories; with an institution, its staffing's too.

    `quarter` asks its staffing of every working day of the coming one; raises CalendarError where the
    calendar ends before.
    """
    days = _quarter(inst) if inst is not None and quarter else []
    problems: list[Problem] = []
    found = load_kept(_files(paths), None if inst is None else inst.home)
    for alone in found:
        loaded = among(alone, _known(Path(alone.name), found, inst))
        problems += loaded.problems
        if inst is not None:
            problems += _staffing(loaded, inst)
        if inst is not None and days and loaded.workflow is not None:
            problems += check_quarter(
                loaded.workflow, inst.organisation, days, nested(loaded.workflow, loaded.where)
            )
    return problems


def _known(path: Path, checked: Iterable[Loaded], inst: Institution | None) -> Known:
    """The definitions among which a file stands: those checked with it, beside it in its directory, or in force."""
    with_it = {each.workflow.id: each.workflow for each in checked if each.workflow is not None}

    def known(id: str) -> Workflow | None:
        if id in with_it:
            return with_it[id]
        beside = path.parent.parent / f"{id}.yaml"
        if beside.is_file():
            from zeroerror.definition.loader import load_file

            return load_file(beside).workflow
        return None if inst is None else _in_force(inst, id)

    return known


def _in_force(inst: Institution, id: str) -> Workflow | None:
    facts = inst.facts()
    digest = facts.in_force(id)
    held = None if digest is None else facts.definition(digest)
    return None if held is None else held.workflow


def _quarter(inst: Institution) -> list[Day]:
    calendar = inst.calendar
    first = local_day(calendar, inst.now())
    days = (first + timedelta(days=ahead) for ahead in range(QUARTER_DAYS))
    return [Day(day, opening(calendar, day)) for day in days if is_working_day(calendar, day)]


def _staffing(loaded: Loaded, inst: Institution) -> list[Problem]:
    """What the people there are now have against a definition."""
    if loaded.workflow is None:
        return []
    return check_staffing(loaded.workflow, inst.organisation, inst.now(), loaded.where)


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(path.rglob("*.yaml"))
        else:
            found.append(configuration.ordinary(path))
    return found


def publish(inst: Institution, actor: Actor, path: Path, options: Options = NO_OPTIONS) -> Answer:
    """Propose a definition; raises Unreadable with every problem where it does not pass its check."""
    # Read only here, where it is published, and never taken from what was kept.
    from zeroerror.definition.loader import load_file

    alone = load_file(configuration.ordinary(path))
    own = {} if alone.workflow is None else {alone.workflow.id: alone.workflow}
    # What it opens is to be opened as soon as it is confirmed, so it must be in force by now.
    loaded = among(alone, lambda id: own.get(id) or _in_force(inst, id))
    problems = [*loaded.problems, *_staffing(loaded, inst)]
    errors = [each for each in problems if each.severity == "error"]
    if errors or loaded.workflow is None:
        raise Unreadable(errors)
    body = dict(published(loaded).body)
    body["replaces"] = reads.workflow_digest(inst.conn, loaded.workflow.id) or ""
    return _with(propose(inst, actor, "publish_definition", body, options=options), problems)


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
    """A published definition, by its id (the one in force) or by a digest or a beginning of it that no other has.

    Raises UsageError if there is none.
    """
    digest = reads.workflow_digest(inst.conn, name)
    if digest is None:
        alike = reads.digests(inst.conn, name) if len(name) >= DIGEST_LEAST else []
        digest = alike[0] if len(alike) == 1 else name
    found = reads.definition(inst.conn, digest)
    if found is None:
        raise UsageError("error.unknown_workflow", workflow=name, known=sorted(reads.workflows(inst.conn)))
    return found


def apply_calendar(inst: Institution, actor: Actor, path: Path, options: Options = NO_OPTIONS) -> Answer:
    """Propose a calendar year, in the place of that year as it is in force."""
    year = configuration.year(path)
    held = inst.calendar.years.get(int(year["year"]))
    body = {"year": year, "replaces": None if held is None else year_to_json(held)}
    return propose(inst, actor, "apply_calendar", body, options=options)


def apply_settings(inst: Institution, actor: Actor, path: Path, options: Options = NO_OPTIONS) -> Answer:
    """Propose a schedule, thresholds, plans or office hours in the place of those in force; by the name of their file.

    Raises Unreadable with file and line for plans that cannot be put in force as the institution is.
    """
    if path.name == configuration.HOURS_FILE:
        hours = configuration.hours(path)
        replaced = {"hours": hours, "replaces": inst.facts().digest_of("calendar")}
        return propose(inst, actor, "apply_hours", replaced, options=options)
    found, where = configuration.located(path)
    told = _plans(inst, plans_from(found), where) if path.stem == "plans" else []
    settings = {**inst.settings, path.stem: found}
    body = {"settings": settings, "replaces": inst.facts().digest_of("settings")}
    return _with(propose(inst, actor, "apply_settings", body, options=options), told)


def _plans(inst: Institution, planned: tuple[Plan, ...], where: Where) -> list[Problem]:
    """What plans would do; raises Unreadable where they cannot be put in force as the institution is."""
    wrong = against(planned, inst.facts(), inst.now())
    problems = [Problem(each.code, dict(each.params), where(*each.path)) for each in wrong]
    if problems:
        raise Unreadable(problems)
    return foreseen(inst, planned)


def _with(answer: Answer, problems: Iterable[Problem]) -> Answer:
    """The same answer, with what its author should know besides."""
    if isinstance(answer, Refusal):
        return answer
    told = tuple({"code": each.code, "params": dict(each.params), "where": each.where} for each in problems)
    return replace(answer, warnings=(*answer.warnings, *told))
