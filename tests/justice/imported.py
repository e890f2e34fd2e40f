"""Histories that were read in: slots leave them alone unless asked to judge them, and a question answers what was late."""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from random import Random

from tests.justice import translated
from tests.justice.comparing import Differences, answer
from tests.oracle.days import DAY, iso
from tests.oracle.house import DUTIES, NAMES, POSTS
from tests.oracle.log import STEPS, UNMAPPED, Case, cases, document, questions
from tests.oracle.rows import UNDETERMINED
from zeroerror.audit.judge import as_of, judge
from zeroerror.audit.view import View
from zeroerror.definition.loader import load
from zeroerror.definition.product import standings
from zeroerror.engine.facts import Definition
from zeroerror.engine.machine import compile_table
from zeroerror.exchange import cases as read
from zeroerror.exchange.history import Historian
from zeroerror.exchange.mapping import LogMapping
from zeroerror.exchange.ways import Ways
from zeroerror.model.command import OWN
from zeroerror.model.event import Stamp
from zeroerror.model.fold import evolve
from zeroerror.model.instant import from_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task

JUDGED = {"thresholds": {"judge_imported": "yes"}}
#: The rules about a log that are compared, slip by slip.
RULES = ("non_conforming", "not_entitled")


def compare_log(seed: int, number: int) -> Differences:
    """One log, asked about at a few instants, and judged."""
    rng, found = Random(f"log/{seed}/{number}"), Differences()
    log = cases(rng)
    house = translated.organisation(dict.fromkeys(DUTIES, ("ann", "bob")))
    tasks = {f"BS-2026-{place:04}": _task(f"BS-2026-{place:04}", each) for place, each in enumerate(log)}
    for at in questions(rng, log):
        view = _view(tasks, house, at)
        if judge(view).opened:
            found.add("wrong", f"log {number}: a slot at {at} judges imported history")
        said = {each.task: answer(each.attribution) for each in as_of(view)}
        for id, case in zip(tasks, log, strict=True):
            if case.late_at(at) and id not in said:
                found.add("missed", f"log {number}: {case} at {at}")
            elif not case.late_at(at) and id in said:
                found.add("doubled", f"log {number}: {case} at {at}")
            elif case.late_at(at):
                _attributed(case, said[id], f"log {number} at {at}", found)
    _judged(log, _view(tasks, house, 300 * DAY, JUDGED), f"log {number}", found)
    return found


def _attributed(case: Case, said: frozenset[object], where: str, found: Differences) -> None:
    found.findings += 1
    found.undetermined += "?" in said
    found.rows["same_name" if "?" in case.answer else "imported"] += 1
    if said != case.answer:
        found.add("wrong", f"{where}: {case} {sorted(map(str, said))}, not {sorted(map(str, case.answer))}")


def _judged(log: list[Case], view: View, where: str, found: Differences) -> None:
    """A slot that was asked to judge it finds what does not conform, and who was not entitled, and blames nobody."""
    said: Counter[tuple[object, ...]] = Counter()
    for lead in judge(view).opened:
        if lead.rule in RULES:
            what = lead.trace["why" if lead.rule == "non_conforming" else "doer"]
            at = translated.minute(from_text(lead.trace["recorded_at"]))
            said[lead.rule, lead.task, lead.step, at, what] += 1
            if answer(lead.attribution) != UNDETERMINED:
                found.add("wrong", f"{where}: {lead.rule} names {sorted(map(str, answer(lead.attribution)))}")
    wanted: Counter[tuple[object, ...]] = Counter()
    for id, case in zip(view.tasks, log, strict=True):
        wanted.update(("non_conforming", id, *each) for each in case.strayed())
        wanted.update(("not_entitled", id, *each) for each in case.intruded())
    for rule, *_ in wanted.elements():
        found.findings += 1
        found.undetermined += 1
        found.rows[f"log_{rule}"] += 1
    for key in said.keys() | wanted.keys():
        if said[key] != wanted[key]:
            kind = "missed" if said[key] < wanted[key] else "doubled"
            found.add(kind, f"{where}: {key} {said[key]}×, not {wanted[key]}×")


@lru_cache(maxsize=1)
def _historian() -> tuple[Definition, Historian]:
    loaded = load(json.dumps(document(), ensure_ascii=False, indent=1), "log.yaml")
    assert loaded.workflow is not None, loaded.problems
    definition = Definition(loaded.digest, loaded.workflow, compile_table(loaded.workflow))
    steps = {f"环节{name}": name for name in STEPS}
    mapping = LogMapping("", "提案委", "ids", None, {}, {}, steps, frozenset())
    ways = Ways(loaded.workflow, standings(loaded.workflow))
    return definition, Historian(mapping, definition, ways, translated.calendar(), "gen", str, str)


def _task(id: str, case: Case) -> Task:
    """What the import makes of a case."""
    named = [person for person in POSTS if NAMES.get(person, person) == case.name]
    answers = "" if len(named) > 1 else (named[0] if named else case.name)
    text = translated.text
    happenings = [
        read.Happening(
            text(each.at), None, UNMAPPED if each.step is None else f"环节{each.step}", each.doer, row
        )
        for row, each in enumerate(case.activities, 2)
    ]
    end = None if case.end is None else text(case.end)
    fields = {"deadline": iso(case.deadline // DAY)}
    told = read.Case(id, 2, 2, text(case.start), end, answers, fields, happenings)
    task: Task | None = None
    for place, event in enumerate(_historian()[1].events(told, answers)):
        stamp = Stamp(place, translated.instant(500_000), "gen", OWN, f"h{place}", place + 1)
        task = evolve(task, event, stamp)
    assert task is not None
    return task


def _view(
    tasks: dict[str, Task], house: Organisation, at: int, settings: dict[str, dict[str, str]] | None = None
) -> View:
    slot, definition = translated.instant(at), _historian()[0]
    # What opened later is not there yet, as in `service.scope.as_of_view`.
    there = {id: task for id, task in tasks.items() if task.opened_at <= slot}
    return View(
        slot=slot,
        previous=None,
        position=10,
        tasks=there,
        workflows={definition.digest: definition.workflow},
        organisation=house,
        calendar=translated.calendar(),
        settings=settings or {},
    )
