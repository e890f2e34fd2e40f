"""Votes: 回避, absence, and the minutes of a meeting that has voted; a ballot itself is an act like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from zeroerror.engine import rounds
from zeroerror.engine.counting import Tally, counted
from zeroerror.engine.facts import Definition
from zeroerror.engine.votes import tally
from zeroerror.model.command import OWN
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Minutes, Visit
from zeroerror.model.workflow import BALLOTS, Step
from zeroerror.service.front import NO_OPTIONS, Options, Request, submit
from zeroerror.service.ids import task_of
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.meant import target_of
from zeroerror.service.tasks import Answer
from zeroerror.service.texts import Draft


@dataclass(frozen=True, slots=True)
class Meeting:
    """What signed minutes say of a vote: of an open ballot who voted how, of a secret one the counts."""

    held_at: datetime
    ballots: Mapping[str, str]
    #: yes, no and abstain of a secret ballot.
    counts: tuple[int, int, int]
    #: Who was absent, and what he had to say.
    absent: Mapping[str, str | None]
    recused: Sequence[str]


def ballot_of(written: str) -> str:
    """A ballot by its name, or by the title under which people see it; UsageError for anything else."""
    for each in BALLOTS:
        if written in (each.name, each.title):
            return each.name
    raise UsageError("error.ballot", value=written, known=[f"{each.name} {each.title}" for each in BALLOTS])


def recuse(
    inst: Institution,
    actor: Actor,
    id: str,
    person: str | None,
    *,
    reason: str | None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """回避: a voter keeps out of the matter, himself or by whoever sent it to the vote or presides."""
    return _out_of_it(inst, actor, "recuse", id, person, reason, None, options)


def mark_absent(
    inst: Institution,
    actor: Actor,
    id: str,
    person: str | None,
    *,
    reason: str | None,
    opinion: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """A voter cannot take part; what he has to say is kept and not counted."""
    return _out_of_it(inst, actor, "mark_absent", id, person, reason, opinion, options)


def record_minutes(
    inst: Institution,
    actor: Actor,
    id: str,
    meeting: Meeting,
    *,
    attach: Sequence[Path],
    options: Options = NO_OPTIONS,
) -> Answer:
    """Propose what a meeting has voted by its signed minutes; whoever presided countersigns it."""
    task = task_of(inst, id)
    draft = Draft(inst, keeps_files=not _definition(inst, task).workflow.stub)
    draft.attach(attach)
    said = Counter(meeting.ballots.values())
    yes, no, abstain = (said[each.name] for each in BALLOTS) if said else meeting.counts
    body = {
        "held_at": to_text(meeting.held_at),
        "ballots": dict(meeting.ballots),
        "yes": yes,
        "no": no,
        "abstain": abstain,
        "absent": {person: draft.text(opinion) for person, opinion in meeting.absent.items()},
        "recused": sorted(set(meeting.recused)),
        "attachments": draft.attachments,
    }
    target = target_of(task, _recorded(inst, task))
    request = Request(
        "propose", {"kind": "record_vote", "body": body}, (target,), OWN, draft.payloads, draft.files
    )
    return submit(inst, actor, request, options)


def voting_json(
    task: Task, definition: Definition, texts: Mapping[str, str | None]
) -> Iterator[dict[str, Any]]:
    """Every vote of a task, round by round: who was asked and what he said, and what it came to."""
    for step in definition.workflow.steps:
        if step.vote is None:
            continue
        numbers = {each.voting.round for each in task.visits if each.step == step.name and each.voting}
        for number in sorted(numbers):
            asked = [
                each
                for each in task.visits
                if each.step == step.name
                and each.voting is not None
                and each.voting.round == number
                and each.status != "withdrawn"
            ]
            if asked:
                yield _personal(task, step, number, asked, texts)
        for visit in task.visits:
            if visit.step == step.name and visit.minutes is not None:
                yield _from_minutes(step, visit, visit.minutes, texts)


def _personal(
    task: Task, step: Step, number: int, asked: Sequence[Visit], texts: Mapping[str, str | None]
) -> dict[str, Any]:
    assert step.vote is not None, "only votes are listed"
    text = task.sealed.get(step.vote.of) or task.fields.get(step.vote.of) or ""
    changed = rounds.changed(asked)
    over = not changed and not any(each.open for each in rounds.current(task, step.name))
    last = asked[0] in rounds.current(task, step.name)
    return {
        "step": step.name,
        "title": step.title,
        "round": number,
        "ballot": "personal",
        "held_at": None,
        "stands": all(each.voting is not None and each.voting.text == text for each in asked),
        "voters": [
            {
                "person": each.person or (each.voting.voter if each.voting else None),
                "chair": each.voting is not None and each.voting.chair,
                "said": said_by(each),
                "at": each.left_at,
                "due_at": each.due_at,
                "by": None if each.voting is None else each.voting.ended_by,
                "reason": texts.get(each.reason or ""),
                "opinion": texts.get((each.voting.opinion if each.voting else None) or ""),
            }
            for each in asked
        ],
        "count": counted(step.vote, tally(asked)) if (over or not last) and not changed else None,
    }


def said_by(visit: Visit) -> str:
    """What a voter said: `yes`, `no`, `abstain`, `pending`; or why he is asked no longer."""
    if visit.open:
        return "pending"
    ended = None if visit.voting is None else visit.voting.ended
    return ended or visit.action or "released"


def _from_minutes(
    step: Step, visit: Visit, minutes: Minutes, texts: Mapping[str, str | None]
) -> dict[str, Any]:
    assert step.vote is not None, "only votes are listed"
    said: dict[str, tuple[str, str | None]] = {person: (ballot, None) for person, ballot in minutes.ballots}
    said |= {person: ("absent", texts.get(opinion or "")) for person, opinion in minutes.absent}
    said |= dict.fromkeys(minutes.recused, ("recused", None))
    return {
        "step": step.name,
        "title": step.title,
        "round": visit.visit,
        "ballot": "open" if minutes.ballots else "secret",
        "held_at": minutes.held_at,
        "recorder": minutes.recorder,
        "countersigned_by": minutes.countersigned_by,
        "stands": True,
        "voters": [
            {
                "person": person,
                "chair": False,
                "said": each,
                "at": minutes.held_at,
                "due_at": None,
                "by": None,
                "reason": None,
                "opinion": opinion,
            }
            for person, (each, opinion) in sorted(said.items())
        ],
        "count": counted(
            step.vote,
            Tally(
                minutes.voters,
                len(minutes.recused),
                len(minutes.absent),
                minutes.yes,
                minutes.no,
                minutes.abstain,
            ),
        ),
    }


def _out_of_it(
    inst: Institution,
    actor: Actor,
    kind: str,
    id: str,
    person: str | None,
    reason: str | None,
    opinion: str | None,
    options: Options,
) -> Answer:
    task = task_of(inst, id)
    draft = Draft(inst)
    body: dict[str, Any] = {"person": person or actor.person, "reason": draft.text(reason)}
    if opinion is not None:
        body["opinion"] = draft.text(opinion)
    target = target_of(task, _running(task))
    return submit(inst, actor, Request(kind, body, (target,), OWN, draft.payloads), options)


def _definition(inst: Institution, task: Task) -> Definition:
    found = inst.facts().definition(task.digest)
    assert found is not None, "a task is pinned to a published definition"
    return found


def _running(task: Task) -> Visit:
    """A visit of the vote that a task is in; of none, the visit that was left last."""
    voting = [each for each in task.open_visits() if each.voting is not None]
    latest = max(task.visits, key=lambda each: each.left_index or 0)
    return (*voting, *task.open_visits(), latest)[0]


def _recorded(inst: Institution, task: Task) -> Visit:
    """The vote whose minutes are meant; of none, whatever is open, so that the refusal can say what that is."""
    workflow = _definition(inst, task).workflow
    votes = [each for each in task.open_visits() if workflow.step(each.step).vote is not None]
    latest = max(task.visits, key=lambda each: each.left_index or 0)
    return (*votes, *task.open_visits(), latest)[0]
