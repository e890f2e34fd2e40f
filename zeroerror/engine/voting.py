"""What is done about a vote beside voting: 回避 and absence on record, and the signed minutes of a meeting.

A voter stands aside as long as he has not voted. That somebody else has to is for whoever sent it there, or
presides, to say, and only before anybody has voted: afterwards it would choose who counts by how others voted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from zeroerror.engine import rounds, votes
from zeroerror.engine.advancing import answering, doers_so_far, explained, leaving, pinned
from zeroerror.engine.counting import Tally, counted
from zeroerror.engine.facts import Ahead, Definition, Facts
from zeroerror.engine.handling import open_visit
from zeroerror.engine.rounds import Form
from zeroerror.model.command import OWN, Command
from zeroerror.model.event import Event
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import ABSTAIN, NO, YES, Step, Vote

Answer = tuple[Event, ...] | Refusal

#: What a ballot in minutes may say.
SAID = (YES, NO, ABSTAIN)


def recuse(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """回避: a voter who is due no longer, with the reason; it is on record before anything is counted."""
    return _out_of_it(command, actor, facts, at, "recused")


def mark_absent(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """A voter who cannot take part: he stays due, and what he has to say is kept and not counted."""
    return _out_of_it(command, actor, facts, at, "absent")


def _out_of_it(command: Command, actor: str, facts: Facts, at: datetime, why: str) -> Answer:
    found = open_visit(command, facts)
    if isinstance(found, Refusal):
        return found
    task, visit, step = found
    if step.balloted is None:
        return Refusal((Reason("engine.no_vote", {"step": step.title}),))
    definition, body = pinned(task, facts), command.body
    now, person = _form(task, facts, at), body["person"]
    reasons = [*_against(task, step, definition, now, person, actor, why)]
    if body.get("reason") is None:
        reasons.append(Reason("engine.says_nothing"))
    if reasons:
        return Refusal(tuple(reasons))
    mine = next((each for each in rounds.current(task, step.name) if each.person == person), None)
    if mine is None:
        chair = votes.waiting(task, step, now)
        assert chair is not None, "who is no voter was refused"
        number = rounds.last_round(task, step.name)
        events = list(
            votes.standing_aside(
                task,
                definition,
                step,
                now,
                chair,
                number,
                0,
                actor,
                body["reason"],
                why=why,
                opinion=body.get("opinion"),
            )
        )
        gone: tuple[Visit, ...] = ()
    else:
        more = {} if body.get("opinion") is None else {"opinion": body["opinion"]}
        events = [rounds.released(task, mine, why, actor, body["reason"], **more)]
        gone = (mine,)
    ahead = Ahead(facts, actor, at)
    ahead.see(events)
    then = answering(ahead.task(task.id) or task, visit, definition, now)
    events += then.events
    events += explained(task, (*gone, *then.released), then.ends, facts, at)
    return tuple(events)


def _against(
    task: Task, step: Step, definition: Definition, now: Form, person: str, actor: str, why: str
) -> Iterator[Reason]:
    round_, chair = rounds.current(task, step.name), votes.waiting(task, step, now)
    mine = next((each for each in round_ if each.person == person), None)
    coming = chair is not None and chair.person == person
    if mine is None and not coming:
        yield Reason("engine.not_due_to_vote", {"step": step.title, "person": person})
    elif mine is not None and not mine.open:
        yield votes.over(task, mine)
    if actor == person:
        return
    sender = rounds.sender(task, step.name, definition)
    covers = {each.by for each in now.facts.organisation.covers_of(sender, now.at)}
    if actor not in {sender, *covers, presiding(task, step, now)}:
        act = "recuse" if why == "recused" else "mark_absent"
        yield Reason("engine.not_your_act", {"act": act, "task": task.id})
    elif any(votes.present(task, step)):
        # Once anybody has voted, whoever leaves a voter out could be choosing the outcome.
        if why == "recused":
            yield Reason("engine.recused_after_votes", {"person": person})
        elif now.facts.organisation.is_present(person, now.at) and not _over_due(mine, now.at):
            yield Reason("engine.absent_after_votes", {"person": person})


def _over_due(visit: Visit | None, at: datetime) -> bool:
    due_at = None if visit is None else visit.dues[-1].due_at
    return due_at is not None and due_at <= at


def presiding(task: Task, step: Step, now: Form) -> str | None:
    """Who presides over a vote."""
    every = votes.voters(task, votes.vote_of(step), now)
    return next((each.person for each in every if each.chair), None)


def minutes_reasons(
    task: Task, visit: Visit, body: Mapping[str, Any], facts: Facts, at: datetime
) -> Iterator[Reason]:
    """Every reason why minutes cannot be what they say: who was due, who voted how, and the paper itself."""
    step = pinned(task, facts).workflow.step(visit.step)
    vote = step.vote
    if vote is None or vote.ballot != "recorded":
        yield Reason("engine.no_recorded_vote", {"step": step.title})
        return
    if not body.get("attachments"):
        yield Reason("engine.evidence", {"needed": 1, "attached": 0})
    held_at = from_text(body["held_at"])
    if not visit.entered_at <= held_at <= at:
        since, until = to_text(visit.entered_at), to_text(at)
        yield Reason("engine.held_outside", {"held_at": body["held_at"], "since": since, "until": until})
        return
    yield from _who_voted(vote, task, body, facts, held_at)


def _who_voted(
    vote: Vote, task: Task, body: Mapping[str, Any], facts: Facts, held_at: datetime
) -> Iterator[Reason]:
    due = {each.person for each in _due(vote, task, facts, held_at)}
    named = [*body["absent"], *body["recused"], *body["ballots"]]
    for person in sorted(set(named) - due):
        yield Reason("engine.not_due_to_vote", {"step": task.id, "person": person})
    for person in sorted({each for each in named if named.count(each) > 1}):
        yield Reason("engine.minutes_twice", {"person": person})
    present = due - set(body["absent"]) - set(body["recused"])
    said = Counter(body["ballots"].values())
    counts = {each: body[each] for each in SAID}
    if min(counts.values()) < 0 or (said and counts != {each: said[each] for each in SAID}):
        yield Reason("engine.minutes_disagree", counts)
    elif said:
        for person in sorted(present - set(body["ballots"])):
            yield Reason("engine.minutes_without", {"person": person})
    elif sum(counts.values()) > len(present):
        yield Reason("engine.too_many_ballots", {"ballots": sum(counts.values()), "present": len(present)})


def minutes_countersigners(proposal: Proposal, facts: Facts) -> list[str]:
    """Who countersigns minutes: whoever presided, or where he was not part of it any who voted."""
    body, task = proposal.body["body"], facts.task(proposal.about or "")
    if task is None:
        return []
    step = pinned(task, facts).workflow.step(proposal.body["target"]["step"])
    if step.vote is None:
        return []
    due, out = _due(step.vote, task, facts, from_text(body["held_at"])), {*body["absent"], *body["recused"]}
    there = [each for each in due if each.person not in out]
    return [each.person for each in there if each.chair] or [each.person for each in there]


def record(proposal: Proposal, actor: str, task: Task, visit: Visit, facts: Facts, at: datetime) -> Answer:
    """What countersigned minutes come to: the count, and the way in which it leads."""
    definition, body = pinned(task, facts), proposal.body["body"]
    reasons = tuple(minutes_reasons(task, visit, body, facts, proposal.asked_at))
    if reasons:
        return Refusal(reasons)
    step = definition.workflow.step(visit.step)
    vote = votes.vote_of(step)
    due = _due(vote, task, facts, from_text(body["held_at"]))
    tally = Tally(
        len(due), len(body["recused"]), len(body["absent"]), body["yes"], body["no"], body["abstain"]
    )
    result = counted(vote, tally)
    left = Event(
        task.id,
        "step_left",
        {
            "step": visit.step,
            "visit": visit.visit,
            "action": result["outcome"],
            "outcome": "done",
            "doer": proposal.proposer,
            "capacity": OWN.to_json(),
            # It was done when the minutes were handed in, however long the other took to compare them.
            "done_at": to_text(proposal.asked_at),
            "reason": None,
            "fields": {},
            "sealed": {},
            "attachments": [dict(each) for each in body["attachments"]],
            "fault": None,
            "late_record": False,
            "minutes": {
                **{key: body[key] for key in ("held_at", "ballots", "yes", "no", "abstain", "absent")},
                "voters": len(due),
                "recused": list(body["recused"]),
                "recorder": proposal.proposer,
                "countersigned_by": actor,
            },
        },
    )
    told = Event(task.id, "vote_counted", {"step": visit.step, "round": visit.visit, **result})
    doers = {**doers_so_far(task), visit.step: proposal.proposer}
    then = leaving(
        task, visit, definition, result["outcome"], Form(facts, at, task.fields, task.sealed, doers)
    )
    after = explained(task, (visit, *then.released), then.ends, facts, at)
    return (left, told, *then.events, *after)


def _due(vote: Vote, task: Task, facts: Facts, at: datetime) -> tuple[votes.Voter, ...]:
    return votes.due(vote, task.office, task.fields, facts.organisation, at)


def _form(task: Task, facts: Facts, at: datetime) -> Form:
    return Form(facts, at, task.fields, task.sealed, doers_so_far(task))
