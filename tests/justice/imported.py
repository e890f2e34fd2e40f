"""Histories that were read in: slots leave them alone, and a question answers exactly what was late."""

from __future__ import annotations

from random import Random

from tests.justice import translated
from tests.justice.comparing import Differences, answer
from tests.oracle.house import DUTIES, NAMES, POSTS
from tests.oracle.log import Case, cases, questions
from zeroerror.audit.judge import as_of, judge
from zeroerror.audit.view import View
from zeroerror.model.command import OWN
from zeroerror.model.event import Event, Stamp
from zeroerror.model.limit import Limit
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task, evolve
from zeroerror.model.workflow import Action, Owner, Step, Workflow

WORKFLOW = Workflow(
    "handling/log",
    "日志",
    "样例",
    "handling",
    Limit("at", field="deadline"),
    ("office",),
    (),
    (Step("s0", "环节", Owner("duty", DUTIES[0]), None, None, (Action("go", "办结", None),)),),
)


def compare_log(seed: int, number: int) -> Differences:
    """One log, asked about at a few instants."""
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
    return found


def _attributed(case: Case, said: frozenset[object], where: str, found: Differences) -> None:
    found.findings += 1
    found.undetermined += "?" in said
    found.rows["same_name" if "?" in case.answer else "imported"] += 1
    if said != case.answer:
        found.add("wrong", f"{where}: {case} {sorted(map(str, said))}, not {sorted(map(str, case.answer))}")


def _task(id: str, case: Case) -> Task:
    """What the import writes for a case."""
    named = [person for person in POSTS if NAMES.get(person, person) == case.name]
    answers = "" if len(named) > 1 else (named[0] if named else case.name)
    opened = {
        "task": id,
        "workflow": WORKFLOW.id,
        "digest": "log",
        "family": "handling",
        "office": "提案委",
        "opener": "gen",
        "fields": {},
        "sealed": {},
        "due_at": translated.text(case.deadline),
        "answers": answers,
        "opened_at": translated.text(case.start),
    }
    events = [("task_opened", opened)]
    for visit in range(case.activities):
        left = {
            "step": "s0",
            "visit": visit + 1,
            "doer": None,
            "capacity": {"kind": "imported", "for": None},
            "left_at": translated.text(case.start + 60),
            "action": None,
            "outcome": "done",
            "row": 1,
        }
        events.append(("step_left", left))
    if case.end is not None:
        closed = {"status": "closed", "outcome": "done", "closed_at": translated.text(case.end)}
        events.append(("task_closed", closed))
    task: Task | None = None
    for place, (kind, body) in enumerate(events):
        stamp = Stamp(place, translated.instant(500_000), "gen", OWN, f"h{place}", place + 1)
        task = evolve(task, Event(id, kind, body), stamp)
    assert task is not None
    return task


def _view(tasks: dict[str, Task], house: Organisation, at: int) -> View:
    slot = translated.instant(at)
    # What opened later is not there yet, as in `service.scope.as_of_view`.
    there = {id: task for id, task in tasks.items() if task.opened_at <= slot}
    return View(
        slot=slot,
        previous=None,
        position=10,
        tasks=there,
        workflows={"log": WORKFLOW},
        organisation=house,
        calendar=translated.calendar(),
    )
