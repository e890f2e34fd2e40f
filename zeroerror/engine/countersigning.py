"""What is done about a countersigning while it runs: 加签, 减签, another text, and what silence comes to.

The last two are the same for a vote. Only who sent the text out may change who signs it, or the text; each is on record with its reason. A changed
text is a new round, because a consent is to a text. Silence is told by the machine, only where the definition
says what comes of it, and only of somebody who was asked, had his time, and has no answer outstanding to a
request for more of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.engine import consents, form, rounds, votes
from zeroerror.engine.advancing import Following, answering, doers_so_far, explained
from zeroerror.engine.consents import Signer
from zeroerror.engine.facts import Ahead, Definition, Facts
from zeroerror.engine.handling import open_visit
from zeroerror.engine.rounds import Form
from zeroerror.model.command import Command
from zeroerror.model.event import Event
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Step, Workflow

Answer = tuple[Event, ...] | Refusal


def change_signers(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """加签, 减签: who signs besides, and who no longer, by whoever sent it to be signed."""
    found = _sent(command, actor, facts, at, "change_signers")
    if isinstance(found, Refusal):
        return found
    task, visit, definition, step = found
    body, now = command.body, _form(task, facts, at)
    more, fewer = body["add"], body["remove"]
    reasons = [
        *_against_adding(task, definition.workflow, step, now, more),
        *_against_removing(task, step, now, more, fewer),
    ]
    if body.get("reason") is None or not (more or fewer):
        reasons.append(Reason("engine.says_nothing"))
    if reasons:
        return Refusal(tuple(reasons))
    ahead, events = Ahead(facts, actor, at), list[Event]()
    coming = [each for each in consents.waiting(task, step, now) if each.label in fewer]
    asked = [consents.added(person, actor, body["reason"]) for person in more]
    events += consents.joined(task, definition, step, now, [*asked, *coming])
    ahead.see(events)
    gone = [each for each in rounds.current(_now(ahead, task), step.name) if each.open and _is(each, fewer)]
    released = [rounds.released(task, each, "removed", actor, body["reason"]) for each in gone]
    ahead.see(released)
    then = answering(_now(ahead, task), visit, definition, now)
    events += [*released, *then.events]
    events += explained(task, (*gone, *then.released), then.ends, facts, at)
    return tuple(events)


def revise(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """Another text while it is signed or voted on, by whoever sent it: what was said before counts no longer."""
    found = _sent(command, actor, facts, at, "revise")
    if isinstance(found, Refusal):
        return found
    task, _, definition, step = found
    body, name = command.body, step.text
    reasons = list(form.reasons(definition.workflow, body["fields"], body["sealed"], facts.organisation, at))
    if {*body["fields"], *body["sealed"]} != {name}:
        reasons.append(
            Reason(
                "engine.revises_the_text",
                {"field": name, "title": definition.workflow.field_title(name or "")},
            )
        )
    elif body["sealed"] | body["fields"] == {name: _form(task, facts, at).text(step)}:
        reasons.append(Reason("engine.text_unchanged", {"step": step.title}))
    if body.get("reason") is None:
        reasons.append(Reason("engine.says_nothing"))
    if reasons:
        return Refusal(tuple(reasons))
    revised = Event(
        task.id,
        "text_revised",
        {
            "step": step.name,
            "fields": dict(body["fields"]),
            "sealed": dict(body["sealed"]),
            "attachments": [dict(each) for each in body["attachments"]],
            "reason": body["reason"],
        },
    )
    gone = [each for each in rounds.current(task, step.name) if each.open]
    events = [revised, *(rounds.released(task, each, "changed", actor, body["reason"]) for each in gone)]
    ahead = Ahead(facts, actor, at)
    ahead.see(events)
    after = _now(ahead, task)
    reopened = consents.reopened if step.consent is not None else votes.reopened
    events += reopened(after, definition, step, _form(after, facts, at))
    events += explained(task, tuple(gone), False, facts, at)
    return tuple(events)


def let_lapse(command: Command, actor: str, facts: Facts, at: datetime) -> Answer:
    """What silence comes to where a definition says it: told by the machine, of everybody whose time is over."""
    if actor != "machine":
        return Refusal((Reason("engine.machine_only", {"act": "let_lapse"}),))
    ahead, events = Ahead(facts, actor, at), list[Event]()
    for target in command.targets:
        task = ahead.task(target.task)
        visit = None if task is None else task.find(target.step or "", target.visit or 0)
        if task is None or visit is None or not lapsed(visit, at):
            return Refusal((Reason("engine.not_lapsed", {"task": target.task, "step": target.step}),))
        definition = facts.definition(task.digest)
        assert definition is not None, "a task is pinned to a published definition"
        part = [rounds.released(task, visit, "silent", actor, None)]
        ahead.see(part)
        then: Following = answering(_now(ahead, task), visit, definition, _form(task, facts, at))
        part += then.events
        ahead.see(then.events)
        part += explained(task, (visit, *then.released), then.ends, facts, at)
        events += part
    return tuple(events)


def lapsed(visit: Visit, at: datetime) -> bool:
    """Whether somebody was silent to the end of his time, and the definition says what comes of it."""
    if visit.asked is None or not visit.asked.silently or visit.person is None:
        return False
    asked = any(each.answered_at is None for each in visit.extensions)
    over = visit.due_at is not None and visit.due_at <= at
    return visit.clock == "running" and over and not asked


def _sent(
    command: Command, actor: str, facts: Facts, at: datetime, act: str
) -> tuple[Task, Visit, Definition, Step] | Refusal:
    """The countersigning that a command means, or for another text the vote, if it is its author's to change."""
    found = open_visit(command, facts)
    if isinstance(found, Refusal):
        return found
    task, visit, step = found
    definition = facts.definition(task.digest)
    assert definition is not None, "a task is pinned to a published definition"
    if step.consent is None and not (act == "revise" and step.balloted is not None):
        return Refusal((Reason("engine.not_countersigned", {"step": step.title}),))
    sender = rounds.sender(task, step.name, definition)
    covers = {each.by for each in facts.organisation.covers_of(sender, at)}
    if actor != sender and actor not in covers:
        return Refusal((Reason("engine.not_your_act", {"act": act, "task": task.id, "sender": sender}),))
    return task, visit, definition, step


def _form(task: Task, facts: Facts, at: datetime) -> Form:
    return Form(facts, at, task.fields, task.sealed, doers_so_far(task))


def _now(ahead: Ahead, task: Task) -> Task:
    return ahead.task(task.id) or task


def _is(visit: Visit, persons: list[str]) -> bool:
    """Whether a visit is one of those persons': who owes it, or who was named."""
    return visit.person in persons or (visit.signing is not None and visit.signing.signer in persons)


def _against_adding(
    task: Task, workflow: Workflow, step: Step, now: Form, more: list[str]
) -> Iterator[Reason]:
    organisation, round_ = now.facts.organisation, rounds.current(task, step.name)
    waiting = {each.label for each in consents.waiting(task, step, now)}
    for person in more:
        if not organisation.posts_of(person, now.at):
            yield Reason("engine.not_in_service", {"person": person})
        elif person in waiting or any(_is(each, [person]) and not consents.removed(each) for each in round_):
            yield Reason("engine.signs_already", {"person": person})
    yield from consents.barred(workflow, step, more, now.doers)


def _against_removing(
    task: Task, step: Step, now: Form, more: list[str], fewer: list[str]
) -> Iterator[Reason]:
    round_ = rounds.current(task, step.name)
    waiting: list[Signer] = list(consents.waiting(task, step, now))
    for person in fewer:
        asked = any(each.open and _is(each, [person]) for each in round_)
        if not asked and all(each.label != person for each in waiting):
            yield Reason("engine.signs_not", {"person": person})
    stays = [each for each in round_ if not consents.removed(each)]
    left = [each for each in stays if not (each.open and _is(each, fewer))]
    if not left and not more and all(each.label in fewer for each in waiting):
        yield Reason("engine.nobody_left_to_sign", {"step": step.title})
