"""Voting 票决: who is due to vote, who is asked last, and what the ballots come to (design §4).

Each voter owes a visit of his own (`rounds`), whether he is away or not: he is one of those due, and nobody votes
for another. All are asked at once but whoever presides, who is asked when all the others have voted or need not.
回避 takes a voter out of those due; absence leaves him among them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from zeroerror.engine.counting import Tally, counted
from zeroerror.engine.facts import Definition
from zeroerror.engine.ownership import Resolved
from zeroerror.engine.rounds import Form, Proceeding, asking, current, entry, last_round
from zeroerror.model.event import Event
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Reason
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit, Voting
from zeroerror.model.workflow import ABSTAIN, NO, YES, Owner, Step, Vote


@dataclass(frozen=True, slots=True)
class Voter:
    """One who is due to vote, and where the definition names him."""

    person: str
    place: int
    chair: bool


def vote_of(step: Step) -> Vote:
    """How a step is voted on."""
    assert step.vote is not None, "only a step with a vote is asked for its voters"
    return step.vote


def voters(task: Task, vote: Vote, form: Form) -> tuple[Voter, ...]:
    """Everybody who is due to vote, before 回避, each once; whoever presides last."""
    return due(vote, task.office, form.fields, form.facts.organisation, form.at)


def due(vote: Vote, office: str, fields: Any, organisation: Organisation, at: datetime) -> tuple[Voter, ...]:
    """The same for an office and a form: every holder of a post, and every person whom a field names."""
    presiding = _presiding(vote, office, fields, organisation, at)
    found: dict[str, Voter] = {}
    for place, owner in enumerate(vote.voters):
        for person in _persons(owner, office, fields, organisation, at):
            found.setdefault(person, Voter(person, place, person == presiding))
    return tuple(sorted(found.values(), key=lambda each: each.chair))


def _presiding(vote: Vote, office: str, fields: Any, organisation: Organisation, at: datetime) -> str | None:
    return next(iter(_persons(vote.chair, office, fields, organisation, at)), None)


def _persons(
    owner: Owner, office: str, fields: Any, organisation: Organisation, at: datetime
) -> tuple[str, ...]:
    """Who is meant, present or away: who is away is due all the same."""
    if owner.kind == "field":
        named = filter(None, fields.get(owner.name, "").split(","))
        return tuple(each for each in named if organisation.in_service(each, at))
    here = organisation.holders(owner.office or office, owner.name, at)
    held = here or organisation.holders(None, owner.name, at)
    return tuple(each for each in held if organisation.in_service(each, at))


def opened(task: Task, definition: Definition, step: Step, form: Form) -> tuple[Event, ...]:
    """A new round: everybody who is due, but whoever presides."""
    return _asked(task, definition, step, form, voters(task, vote_of(step), form))


def reopened(task: Task, definition: Definition, step: Step, form: Form) -> tuple[Event, ...]:
    """A new round about another text; who had to keep out of the matter is out of it already."""
    out = {each.voting.voter: each for each in current(task, step.name) if each.voting and aside(each)}
    every, number = voters(task, vote_of(step), form), last_round(task, step.name) + 1
    asked = _asked(task, definition, step, form, [each for each in every if each.person not in out])
    again = [each for each in every if each.person in out]
    events = list(asked)
    for place, each in enumerate(again, len(asked)):
        before = out[each.person]
        by = before.voting.ended_by if before.voting else None
        events += standing_aside(
            task, definition, step, form, each, number, place, by or each.person, before.reason
        )
    return tuple(events)


def proceeding(task: Task, definition: Definition, step: Step, form: Form) -> Proceeding:
    """What follows, once a ballot, an absence or a 回避 stands in the task."""
    if asking(task, step.name):
        return Proceeding()
    round_ = current(task, step.name)
    chair = waiting(task, step, form)
    if chair is not None:
        number = last_round(task, step.name)
        return Proceeding((voter_asked(task, definition, step, form, chair, number, 0),))
    result = counted(vote_of(step), tally(round_))
    event = Event(
        task.id, "vote_counted", {"step": step.name, "round": last_round(task, step.name), **result}
    )
    return Proceeding((event,), way=result["outcome"])


def waiting(task: Task, step: Step, form: Form) -> Voter | None:
    """Whoever presides, while he is not asked yet."""
    asked = {each.voting.voter for each in current(task, step.name) if each.voting is not None}
    if "" in asked:
        # Nobody was due when it came; whoever it was given to votes alone.
        return None
    return next(
        (each for each in voters(task, vote_of(step), form) if each.chair and each.person not in asked),
        None,
    )


def aside(visit: Visit) -> bool:
    """Whether somebody has had to keep out of it (回避)."""
    return visit.voting is not None and visit.voting.ended == "recused"


def standing_aside(
    task: Task,
    definition: Definition,
    step: Step,
    form: Form,
    voter: Voter,
    round_: int,
    beyond: int,
    by: str,
    reason: str | None,
    why: str = "recused",
    opinion: str | None = None,
) -> tuple[Event, ...]:
    """The events of somebody who is due, and out of it before he has been asked: so he is counted as what he is."""
    asked = voter_asked(task, definition, step, form, voter, round_, beyond)
    number = asked.body["visit"]
    body = {"step": step.name, "visit": number, "why": step.name, "voting": why, "by": by, "reason": reason}
    more = {} if opinion is None else {"opinion": opinion}
    return (asked, Event(task.id, "step_released", {**body, **more}))


def tally(round_: Sequence[Visit]) -> Tally:
    """A round in numbers."""
    said = Counter(each.action for each in round_ if each.doer is not None)
    ended = Counter(_ended(each) for each in round_)
    return Tally(
        len(round_),
        ended["recused"],
        ended["absent"] + ended["silent"],
        said[YES],
        said[NO],
        said[ABSTAIN],
    )


def why_not(task: Task, step: Step, person: str, form: Form) -> Reason | None:
    """Why a voter may not vote now; None of somebody who is no voter, and of one who may."""
    if step.balloted is None:
        return None
    chair = waiting(task, step, form)
    if chair is not None and chair.person == person:
        left = [each.person for each in current(task, step.name) if each.open]
        return Reason("engine.chair_votes_last", {"step": step.title, "persons": left})
    mine = next((each for each in current(task, step.name) if each.person == person), None)
    return None if mine is None or mine.open else over(task, mine)


def over(task: Task, visit: Visit) -> Reason:
    """Why a voter's own part in a vote is over: he has voted, is out of it, or the vote itself is over."""
    round_ = current(task, visit.step)
    if visit.voting is None or visit not in round_ or not any(each.open for each in round_):
        return Reason("engine.vote_decided", {"task": task.id})
    params = {"task": task.id, "person": visit.voting.voter, "by": visit.voting.ended_by}
    if visit.doer is not None:
        return Reason("engine.voted_already", params)
    return Reason("engine.stood_aside" if aside(visit) else "engine.counted_absent", params)


def voter_asked(
    task: Task, definition: Definition, step: Step, form: Form, voter: Voter, round_: int, beyond: int
) -> Event:
    """The event of a voter's visit."""
    vote = vote_of(step)
    voting = Voting(round_, voter.place, voter.person, form.text(step), voter.chair, vote.silence)
    owed = Resolved("person", voter.person)
    return entry(task, definition, step, form, asked=voting, owed=owed, beyond=beyond)


def _asked(
    task: Task, definition: Definition, step: Step, form: Form, asked: Sequence[Voter]
) -> tuple[Event, ...]:
    number = last_round(task, step.name) + 1
    first = [each for each in asked if not each.chair] or list(asked)
    if not first:
        return (_nobody(task, definition, step, form, number),)
    return tuple(
        voter_asked(task, definition, step, form, each, number, place) for place, each in enumerate(first)
    )


def _nobody(task: Task, definition: Definition, step: Step, form: Form, number: int) -> Event:
    """Nobody is due: it waits, unassigned, for whoever has to settle who is."""
    vote = vote_of(step)
    voting = Voting(number, vote.voters.index(vote.chair), "", form.text(step), True, vote.silence)
    return entry(task, definition, step, form, asked=voting, owner=vote.chair)


def _ended(visit: Visit) -> str | None:
    return None if visit.voting is None else visit.voting.ended


def present(task: Task, step: Step) -> Iterator[str]:
    """Who has voted in the last round."""
    yield from (each.doer for each in current(task, step.name) if each.doer is not None)
