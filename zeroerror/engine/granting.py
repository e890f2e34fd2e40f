"""What an action does beyond its task: leave by task records leave, cover, hand-over and acceptance in one act.

The two-person rule of design §6 is kept by the task's own steps. Who last gave what the leave rests on is who
asked; whoever takes the action confirms, and must be entitled to, as if it had been proposed; who covers has
accepted in a step of his own, after the last word on whom, from when, until when. So the facts are those of
`org leave` and `org cover`, and nobody enters them twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from zeroerror.engine.absence import TERMS, Asked, Terms, asked_of, cannot_be, of_task, terms_of
from zeroerror.engine.facts import Facts
from zeroerror.engine.organising import organised
from zeroerror.engine.two_persons import may_confirm
from zeroerror.model.event import Event
from zeroerror.model.instant import to_text
from zeroerror.model.organisation import Cover, Leave
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Effect, Workflow

Answer = tuple[Event, ...] | Refusal


@dataclass(frozen=True, slots=True)
class Taken:
    """An action with an effect, as somebody takes it."""

    effect: Effect
    workflow: Workflow
    task: Task
    #: What the act itself gives.
    fields: Mapping[str, str]
    #: Whose act it is: for a paper signature, who signed.
    doer: str


def applied(taken: Taken, facts: Facts, at: datetime) -> Answer:
    """What an action does beyond its task, or every reason against it."""
    return EFFECTS[taken.effect.name, taken.effect.version].apply(taken, facts, at)


def _leave(taken: Taken, facts: Facts, at: datetime) -> Answer:
    """Leave, cover, acceptance and the list of what is handed over."""
    task, reads, organisation = taken.task, taken.effect.reads, facts.organisation
    rests_on = {reads[name]: taken.workflow.field_title(reads[name]) for name in TERMS if name in reads}
    reasons = [
        Reason("engine.asked_otherwise", {"field": name, "title": title})
        for name, title in rests_on.items()
        if name in taken.fields
    ]
    terms = terms_of(taken.effect, task.fields, facts.calendar)
    if terms is None:
        reasons += (
            Reason("engine.field_missing", {"field": name, "title": title})
            for name, title in rests_on.items()
            if name not in task.fields and name != reads.get("cover")
        )
        return Refusal(tuple(reasons))
    asked = asked_of(task, rests_on)
    # A leave that is made longer goes on from where it ended.
    since = max((terms.since, *(each.until for each in of_task(task, organisation.all_leaves(terms.person)))))
    accepted = _acceptance(taken.effect, task, terms, asked)
    reasons += cannot_be(terms, since, task, facts, at)
    reasons += _not_confirmed(terms, since, asked, accepted, taken.doer, facts, at)
    if isinstance(accepted, Reason):
        reasons.append(accepted)
    if reasons or isinstance(accepted, Reason):
        return Refusal(tuple(reasons))
    return _recorded(terms, since, task, asked, accepted, facts, at)


def _not_confirmed(
    terms: Terms,
    since: datetime,
    asked: Asked,
    accepted: Visit | Reason | None,
    doer: str,
    facts: Facts,
    at: datetime,
) -> list[Reason]:
    """Why whoever takes the action may not confirm the leave, or a cover that is recorded afterwards.

    A cover beforehand is confirmed by who covers, in accepting it.
    """
    acts = ["leave"]
    if isinstance(accepted, Visit) and since < asked.at:
        acts.append("cover")
    body = terms.to_json(asked.at, since)
    found = (may_confirm(act, body, asked.by, doer, facts.organisation, at) for act in acts)
    return [each for each in found if each is not None][:1]


def _recorded(
    terms: Terms,
    since: datetime,
    task: Task,
    asked: Asked,
    accepted: Visit | None,
    facts: Facts,
    at: datetime,
) -> tuple[Event, ...]:
    number = len(of_task(task, facts.organisation.all_leaves(terms.person))) + 1
    id = f"{task.id}.{number}"
    leave = Leave(id, terms.person, since, terms.until, asked.at, asked.index, confirmed=True)
    after = facts.organisation.with_leave(leave)
    if accepted is None or terms.cover is None:
        return (organised(after, (leave.person,), since),)
    cover = Cover(
        id=id,
        person=terms.person,
        by=terms.cover,
        since=since,
        until=terms.until,
        recorded_at=asked.at,
        recorded_index=asked.index,
        accepted_at=accepted.left_at,
        told_at=accepted.entered_at,
        confirmed_at=at,
    )
    body = {
        "person": cover.person,
        "to": cover.by,
        "leave": id,
        "steps": [
            [each.id, visit.step, visit.visit, None if visit.due_at is None else to_text(visit.due_at)]
            for each, visit in owed(cover.person, task, facts)
        ],
    }
    return (
        organised(after.with_cover(cover), (cover.person, cover.by), since),
        Event(task.id, "handed_over", body),
    )


def owed(person: str, asking: Task, facts: Facts) -> list[tuple[Task, Visit]]:
    """Every open step that somebody owes, by task: what he hands over. The task of his leave is his own affair."""
    tasks = sorted(facts.owed_by(person), key=lambda each: each.id)
    return [
        (task, visit)
        for task in tasks
        if task.id != asking.id
        for visit in task.open_visits()
        if visit.kind == "person" and visit.person == person
    ]


def _ends(taken: Taken, facts: Facts, at: datetime) -> Answer:
    """销假: who is back says so, and the rest of his leave, and of the cover for it, falls away from now on.

    One person is enough: from now on he owes his steps himself, and nothing that has fallen due is his by it.
    """
    task, person = taken.task, taken.task.fields.get(taken.effect.reads["person"])
    if person is None or taken.doer != person:
        return Refusal((Reason("engine.not_your_leave", {"person": person}),))
    leaves, covers = facts.organisation.all_leaves(person), facts.organisation.all_covers(person)
    ending = {each.id for each in of_task(task, leaves) if each.until > at}
    ending |= {each.id for each in of_task(task, covers) if each.until > at}
    if not ending:
        return ()
    touched = {person, *(each.by for each in covers if each.id in ending)}
    return (organised(facts.organisation.ending_absences(ending, at), tuple(touched), at),)


def _acceptance(effect: Effect, task: Task, terms: Terms, asked: Asked) -> Visit | Reason | None:
    """The visit in which who covers has accepted; None where he was not asked, or has declined.

    A reason where somebody else has answered for him.
    """
    step = effect.reads.get("accepted")
    # Of a leave that is asked for otherwise since, it was another leave that he accepted.
    answers = [
        each
        for each in task.visits
        if each.step == step and each.status != "withdrawn" and each.entered_index > asked.index
    ]
    if terms.cover is None or not answers or answers[-1].status == "returned":
        return None
    answer = answers[-1]
    accepted = answer.status == "done" and answer.doer == terms.cover
    return answer if accepted else Reason("engine.cover_not_accepted", {"person": terms.cover})


@dataclass(frozen=True, slots=True)
class Kind:
    """An effect that the engine has: what it reads, and what it does."""

    #: Argument → the types of field that it may name; empty for one that names a step.
    reads: Mapping[str, tuple[str, ...]]
    #: Arguments that may be left out; those of one tuple only together.
    optional: tuple[tuple[str, ...], ...]
    apply: Callable[[Taken, Facts, datetime], Answer]


DATES = ("date", "instant")

#: By name and version: a ledger is decided again by the effects that held when it was written.
EFFECTS: Mapping[tuple[str, int], Kind] = {
    ("leave", 1): Kind(
        {
            "person": ("person",),
            "since": DATES,
            "until": DATES,
            "cover": ("person",),
            "accepted": (),
            "days": ("amount", "integer"),
        },
        (("cover", "accepted"), ("days",)),
        _leave,
    ),
    ("leave_ends", 1): Kind({"person": ("person",)}, (), _ends),
}
