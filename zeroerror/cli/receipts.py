"""What a command that writes is answered with: what it has left in the ledger, and which command comes next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from zeroerror.cli import output, session
from zeroerror.model.event import INSTITUTION
from zeroerror.model.problem import Refusal

if TYPE_CHECKING:
    from zeroerror.model.task import Task
    from zeroerror.model.visit import Visit
    from zeroerror.model.workflow import Workflow
    from zeroerror.service.front import Receipt
    from zeroerror.service.institution import Institution

#: Of the digest, so much is shown to people.
_DIGITS = 12


def receipt(
    inst: Institution,
    outcome: Receipt | Refusal,
    actor: str | None = None,
    places: Mapping[str, str] | None = None,
) -> NoReturn:
    """Tell what a command has left in the ledger, or every reason why it has not.

    Of several tasks `places` says for each how a reason against it begins.
    """
    if isinstance(outcome, Refusal):
        output.refused(outcome, inst.names, places or {})
    if outcome.dry_run:
        outcome = _unnumbered(inst, outcome)
    else:
        outcome = replace(outcome, next=tuple(_next(inst, outcome, actor)))
    for warning in outcome.warnings:
        output.warn(warning["code"], warning.get("where"), **warning.get("params", {}))
    output.answer(outcome.to_json(), lambda: told(inst, outcome))


def told(inst: Institution, outcome: Receipt) -> str:
    """A receipt for people."""
    say = session.current.say
    if outcome.dry_run:
        lines = [say("cli.dry_run"), *_events(inst, outcome)]
        if any(each.get("status") in ("merged", "redirected") for each in outcome.events):
            lines.append(say("cli.not_taken_back"))
        return "\n".join(lines)
    code = "cli.repeated" if outcome.repeated else "cli.receipt"
    lines = [say(code, index=outcome.index, digest=outcome.digest[:_DIGITS])]
    if len(outcome.tasks) > 1:
        each_told = ({**each, "digest": each["digest"][:_DIGITS]} for each in outcome.receipts())
        lines += [say("cli.receipt_of", **each) for each in each_told]
    lines += where_tasks_stand(inst, outcome.tasks)
    lines += [say(f"cli.did_{each['kind']}") for each in outcome.events if each["kind"] in _TOLD]
    commands = dict.fromkeys(" ".join(("zeroerror", *words)) for words in outcome.next)
    lines += [say("cli.next_command", command=command) for command in commands]
    return "\n".join(lines)


#: What happened to the institution and deserves a sentence.
_TOLD = ("proposed", "confirmed", "rejected", "lapsed", "clock_set", "notice_answered", "task_circulated")


def _events(inst: Institution, outcome: Receipt) -> Iterator[str]:
    for each in outcome.events:
        say = session.current.say
        where = "" if each["stream"] == INSTITUTION else f"{each['stream']}  "
        step = f"  {each['step']}" if each["step"] else ""
        ended = f"_{each['status']}" if each.get("status", "closed") != "closed" else ""
        yield f"  {where}{say('cli.event_' + each['kind'] + ended)}{step}"


def _unnumbered(inst: Institution, outcome: Receipt) -> Receipt:
    """A trial gives no number: what would be opened is shown without one."""
    facts = inst.facts()
    fresh = {id: f"{id.rpartition('-')[0]}-????" for id in outcome.tasks if facts.task(id) is None}
    events = tuple({**each, "stream": fresh.get(each["stream"], each["stream"])} for each in outcome.events)
    return replace(outcome, events=events, tasks=tuple(fresh.get(id, id) for id in outcome.tasks))


def _next(inst: Institution, outcome: Receipt, actor: str | None) -> Iterator[tuple[str, ...]]:
    """The commands that would come next, as the words behind the program's name."""
    facts = inst.facts()
    for id in outcome.tasks:
        task = facts.task(id)
        definition = None if task is None else facts.definition(task.digest)
        if task is None or definition is None:
            continue
        mine = [visit for visit in task.open_visits() if visit.person == actor]
        for visit in mine:
            which = ("--step", visit.step) if len(mine) > 1 else ()
            choices = definition.workflow.step(visit.step).offers
            if choices and visit.asked is None:
                yield ("task", "advance", id, choices[0].name, *which)
            elif choices:
                # What somebody is to sign or vote is nobody's to suggest.
                yield ("task", "show", id)
        if not mine:
            yield ("task", "show", id)
    proposed = {each["kind"] for each in outcome.events} & {"proposed"}
    if proposed:
        yield ("proposal", "list")
    elif not outcome.tasks:
        yield ("next",)


def where_tasks_stand(inst: Institution, ids: Iterable[str]) -> list[str]:
    """One line a task: where it stands now, whose it is, and until when."""
    lines: list[str] = []
    facts = inst.facts()
    for id in ids:
        task = facts.task(id)
        definition = None if task is None else facts.definition(task.digest)
        if task is None or definition is None:
            continue
        open_visits = task.open_visits()
        if not open_visits:
            ended = ended_as(task, definition.workflow)
            code = "cli.task_closed" if ended == "done" else f"cli.task_closed_{ended}"
            lines.append(session.current.say(code, task=id, into=task.into))
        owing = [owing_of(visit) for visit in open_visits]
        names = inst.names(each for each in owing if each)
        lines += [
            session.current.say(
                "cli.task_stands" if visit.due_at else "cli.task_stands_undated",
                task=id,
                step=definition.workflow.step(visit.step).title,
                person=person_told(owes, names),
                due_at=output.when(visit.due_at),
            )
            for visit, owes in zip(open_visits, owing, strict=True)
        ]
    return lines


def ended_as(task: Task, workflow: Workflow) -> str:
    """How a task has ended: `done`, or otherwise: by its status, or by the way in which its last step was left."""
    if task.status != "closed":
        return task.status
    last = max(task.visits, key=lambda each: each.left_index or 0, default=None)
    way = None if last is None else workflow.step(last.step).action(last.action or "")
    return "done" if way is None or way.to is not None else way.outcome


def owing_of(visit: Visit) -> str | None:
    """Who owes a visit now, or for whom it waits."""
    return visit.person or visit.waits_for or visit.urger


def person_told(person: str | None, names: Mapping[str, str | None]) -> str:
    """A person by name; by id where the name is not known, and as nobody where there is none."""
    if person is None:
        return session.current.say("cli.nobody")
    return names.get(person) or person


def persons_of(steps: Sequence[Mapping[str, Any]]) -> set[str]:
    """Everybody whom steps name as owing or urging."""
    return {step[key] for step in steps for key in ("person", "urger", "waits_for", "delegate") if step[key]}
