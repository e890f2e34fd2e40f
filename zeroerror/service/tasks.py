"""What people do with tasks: each function makes one command and hands it in at the front door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zeroerror.engine.authority import capacities, may_assign
from zeroerror.engine.handling import last_act
from zeroerror.engine.rounds import current
from zeroerror.model.command import OWN, Capacity, Target
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task, Visit
from zeroerror.model.workflow import BALLOTS, Action, Step, Workflow
from zeroerror.service.facts import StoreFacts
from zeroerror.service.front import NO_OPTIONS, Options, Receipt, Request, submit
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.texts import Draft
from zeroerror.store import reads

if TYPE_CHECKING:
    from zeroerror.service.items import Item

Answer = Receipt | Refusal


def open_task(
    inst: Institution,
    actor: Actor,
    workflow: str,
    *,
    fields: Mapping[str, str],
    office: str | None = None,
    attach: Sequence[Path] = (),
    options: Options = NO_OPTIONS,
) -> Answer:
    """Open a task in an office, by default the actor's own; UsageError for a workflow that is not there."""
    facts = inst.facts()
    digest = facts.in_force(workflow)
    found = None if digest is None else facts.definition(digest)
    if found is None:
        raise UsageError(
            "error.unknown_workflow", workflow=workflow, known=sorted(reads.workflows(inst.conn))
        )
    draft = Draft(inst, keeps_files=not found.workflow.stub)
    draft.fill(found.workflow, fields)
    draft.attach(attach)
    body = {
        "workflow": workflow,
        "definition": found.digest,
        "office": office or facts.organisation.office_of(actor.person, inst.now()) or "",
        "fields": draft.fields,
        "sealed": draft.sealed,
        "attachments": draft.attachments,
    }
    return submit(inst, actor, Request("open", body, payloads=draft.payloads, files=draft.files), options)


def advance(
    inst: Institution,
    actor: Actor,
    ids: Sequence[str],
    action: str,
    *,
    step: str | None = None,
    fields: Mapping[str, str] | None = None,
    reason: str | None = None,
    attach: Sequence[Path] = (),
    done_at: datetime | None = None,
    items: Sequence[Item] = (),
    options: Options = NO_OPTIONS,
) -> Answer:
    """Take an action on one task or several: on all of them, or on none; `items` are what it is to open."""
    wanted = tuple(dict.fromkeys(ids))
    if len(wanted) > 1:
        if items:
            raise UsageError("error.items_of_one_task")
        from zeroerror.service.batch import Wanted, advance_each

        each = [Wanted(id, action, reason, step) for id in wanted]
        return advance_each(inst, actor, each, fields=fields, attach=attach, done_at=done_at, options=options)
    facts = StoreFacts(inst.conn, reads.before_step(inst.conn, wanted, actor.key))
    task, visit, workflow, held = met_by(inst, actor, facts, wanted[0], action, step)
    action = action if visit is None else action_meant(workflow.step(visit.step), action)
    capacity = _capacity(held, options)
    if isinstance(capacity, Refusal):
        return capacity
    draft = Draft(inst, keeps_files=not workflow.stub)
    why = draft.text(reason)
    draft.fill(workflow, fields or {})
    draft.attach(attach)
    taken = workflow.step(visit.step).offer(action) if visit is not None else None
    if taken is not None:
        draft.fill_from_attachments(workflow, taken, task.sealed)
    for name in draft.sealed.keys() & task.sealed.keys():
        # Whoever has signed that very text is not asked again.
        draft.same_as(name, task.sealed[name])
    body = {
        "action": action,
        "fields": draft.fields,
        "sealed": draft.sealed,
        "reason": why,
        "attachments": draft.attachments,
        "done_at": None if done_at is None else to_text(done_at),
        "definitions": [task.digest],
        **_opens(inst, facts, workflow, taken or action, items, draft),
    }
    targets = (target_of(task, visit),)
    request = Request("advance", body, targets, capacity, draft.payloads, draft.files, facts=facts)
    return submit(inst, actor, request, options)


def met_by(
    inst: Institution, actor: Actor, facts: StoreFacts, id: str, action: str, step: str | None
) -> tuple[Task, Visit | None, Workflow, tuple[Capacity, ...]]:
    """A task as somebody means to move it: the visit meant, and in what capacities he may; raises UsageError."""
    task = _task(facts, id)
    visit = _visit(task, step, action, facts, (inst, actor))
    return task, visit, _workflow(facts, task), _capacities(inst, facts, actor, task, visit)


def action_meant(step: Step, written: str) -> str:
    """The action that somebody means: by its name, or by the title under which he sees it; no two have the same."""
    named = (each.name for each in step.offers if written in (each.name, each.title))
    return next(named, None) or _choice_meant(step, written) or written


def _choice_meant(step: Step, written: str) -> str | None:
    """Of an action to one of several steps, that to the step named: `return.起草`, `退回.draft`."""
    stem, _, target = written.partition(".")
    for each in step.actions:
        name, dot, to = each.name.partition(".")
        title, _, to_title = each.title.removesuffix("）").rpartition("（")
        if dot and stem in (name, title) and target in (to, to_title):
            return each.name
    return None


def record_paper(
    inst: Institution,
    actor: Actor,
    id: str,
    action: str,
    *,
    paper_of: str,
    signed_at: datetime,
    attach: Sequence[Path],
    fields: Mapping[str, str] | None = None,
    reason: str | None = None,
    step: str | None = None,
    items: Sequence[Item] = (),
    options: Options = NO_OPTIONS,
) -> Answer:
    """代录: propose what somebody signed on paper; it takes effect when another person has compared it."""
    facts = inst.facts()
    task = _task(facts, id)
    visit = _visit(task, step, action, facts)
    workflow = _workflow(facts, task)
    action = action if visit is None else action_meant(workflow.step(visit.step), action)
    draft = Draft(inst, keeps_files=not workflow.stub)
    why = draft.text(reason)
    draft.fill(workflow, fields or {})
    draft.attach(attach)
    taken = None if visit is None else workflow.step(visit.step).action(action)
    body = {
        "action": action,
        "paper_of": paper_of,
        "signed_at": to_text(signed_at),
        "fields": draft.fields,
        "sealed": draft.sealed,
        "reason": why,
        "attachments": draft.attachments,
        **_opens(inst, facts, workflow, taken or action, items, draft),
    }
    return _propose(inst, actor, "record_paper", body, target_of(task, visit), draft, options)


def _opens(
    inst: Institution,
    facts: StoreFacts,
    workflow: Workflow,
    taken: Action | str,
    items: Sequence[Item],
    draft: Draft,
) -> dict[str, Any]:
    """What an act says of the tasks that it is to open; nothing where none are named."""
    if not items:
        return {}
    from zeroerror.service.items import opening

    if isinstance(taken, str):
        # Sent again, its step has been left by its own effect; what it was to open is asked of its namesake.
        named = (each for step in workflow.steps for each in step.actions if taken in (each.name, each.title))
        taken = next((each for each in named if each.opens is not None), taken)
    return {"opens": opening(inst, facts, taken, items, draft)}


def note(inst: Institution, actor: Actor, id: str, text: str, options: Options = NO_OPTIONS) -> Answer:
    """Put a remark to a task."""
    facts = inst.facts()
    draft = Draft(inst)
    body: dict[str, Any] = {"note": draft.text(text), "attachments": []}
    target = target_of(_task(facts, id), None)
    return submit(inst, actor, Request("note", body, (target,), OWN, draft.payloads), options)


def attach(
    inst: Institution, actor: Actor, id: str, files: Sequence[Path], options: Options = NO_OPTIONS
) -> Answer:
    """Put files to a task."""
    facts = inst.facts()
    task = _task(facts, id)
    draft = Draft(inst, keeps_files=not _workflow(facts, task).stub)
    draft.attach(files)
    body = {"note": None, "attachments": draft.attachments}
    target = target_of(task, None)
    request = Request("note", body, (target,), OWN, draft.payloads, draft.files)
    return submit(inst, actor, request, options)


def assign(
    inst: Institution,
    actor: Actor,
    id: str,
    person: str | None,
    *,
    office: str | None = None,
    reason: str | None = None,
    step: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Give a step to a named person, or to an office: a director assigns, and who owes it hands it over."""
    draft = Draft(inst)
    body = {"person": person, "office": office, "reason": draft.text(reason)}
    return _handle(inst, actor, id, "assign", body, step, options, draft)


def delegate(
    inst: Institution,
    actor: Actor,
    id: str,
    person: str | None,
    *,
    reason: str | None = None,
    step: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Let a subordinate do a step that one stays answerable for; None takes it back from him."""
    draft = Draft(inst)
    body = {"person": person, "reason": draft.text(reason)}
    return _handle(inst, actor, id, "delegate", body, step, options, draft)


def pause(
    inst: Institution,
    actor: Actor,
    id: str,
    waits_for: str,
    *,
    reason: str,
    step: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Stop a step's clock: at once by who directs the office, by proposal of who owes the step himself."""
    facts = inst.facts()
    task = _task(facts, id)
    visit = _visit(task, step, None, facts, (inst, actor) if _asked_himself(task, actor) else None)
    draft = Draft(inst)
    body = {"waits_for": waits_for, "reason": draft.text(reason)}
    target = target_of(task, visit)
    if visit is not None and (visit.person == actor.person or _stands_in(inst, facts, actor, task, visit)):
        return _propose(inst, actor, "pause", body, target, draft, options)
    return submit(inst, actor, Request("pause", body, (target,), OWN, draft.payloads), options)


def _stands_in(inst: Institution, facts: StoreFacts, actor: Actor, task: Task, visit: Visit) -> bool:
    """Whether somebody may act on a visit only because he covers, and so can do no more than propose."""
    at = inst.now()
    directs = may_assign(actor.person, visit, task, facts.organisation, at)
    return not directs and bool(_capacities(inst, facts, actor, task, visit))


def attest(
    inst: Institution, actor: Actor, id: str, *, step: str | None = None, options: Options = NO_OPTIONS
) -> Answer:
    """Ask a second person of the office to confirm when one's own act was done, where that was before it was recorded."""
    task = _task(inst.facts(), id)
    mine = [each for each in task.visits if each.doer == actor.person and step in (None, each.step)]
    visit = max(mine, key=lambda each: each.left_index or 0, default=None)
    if visit is None:
        raise UsageError("error.unknown_step", task=task.id, step=step or "", known=[])
    return _propose(
        inst, actor, "attest", {"left": visit.left_index}, target_of(task, visit), Draft(inst), options
    )


def resume(
    inst: Institution, actor: Actor, id: str, *, step: str | None = None, options: Options = NO_OPTIONS
) -> Answer:
    """Let a stopped clock run again."""
    return _handle(inst, actor, id, "resume", {}, step, options)


def extend(
    inst: Institution,
    actor: Actor,
    id: str,
    by: str,
    *,
    reason: str,
    step: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Ask for more time, before the step is due; who directs the office confirms it."""
    facts = inst.facts()
    task = _task(facts, id)
    visit = _visit(task, step, None, facts, (inst, actor) if _asked_himself(task, actor) else None)
    draft = Draft(inst)
    body = {"extension": by, "reason": draft.text(reason)}
    return _propose(inst, actor, "extend", body, target_of(task, visit), draft, options)


def urge(
    inst: Institution,
    actor: Actor,
    id: str,
    *,
    step: str | None = None,
    note: str | None = None,
    options: Options = NO_OPTIONS,
) -> Answer:
    """Put on record that a desk or an outside body has been urged."""
    facts = inst.facts()
    task = _task(facts, id)
    draft = Draft(inst)
    target = target_of(task, _visit(task, step, None, facts))
    request = Request("urge", {"note": draft.text(note)}, (target,), OWN, draft.payloads)
    return submit(inst, actor, request, options)


def takeback(inst: Institution, actor: Actor, id: str, options: Options = NO_OPTIONS) -> Answer:
    """拿回: undo one's own last act."""
    task = _task(inst.facts(), id)
    target = target_of(task, last_act(task))
    return submit(inst, actor, Request("take_back", {}, (target,)), options)


def target_of(task: Task, visit: Visit | None) -> Target:
    """A task as the signer sees it now."""
    if visit is None:
        return Target(task.id, task.last)
    return Target(task.id, task.last, visit.step, visit.visit)


def _handle(
    inst: Institution,
    actor: Actor,
    id: str,
    kind: str,
    body: Mapping[str, Any],
    step: str | None,
    options: Options,
    draft: Draft | None = None,
) -> Answer:
    facts = inst.facts()
    task = _task(facts, id)
    who = (inst, actor) if _asked_himself(task, actor) else None
    target = target_of(task, _visit(task, step, None, facts, who))
    payloads = [] if draft is None else draft.payloads
    return submit(inst, actor, Request(kind, body, (target,), payloads=payloads), options)


def _asked_himself(task: Task, actor: Actor) -> bool:
    """Whether he owes an answer of his own among several, which is what he then means by the step."""
    return any(each.asked is not None and each.person == actor.person for each in task.open_visits())


def _propose(
    inst: Institution,
    actor: Actor,
    kind: str,
    body: Mapping[str, Any],
    target: Target,
    draft: Draft,
    options: Options,
) -> Answer:
    request = Request("propose", {"kind": kind, "body": body}, (target,), OWN, draft.payloads, draft.files)
    return submit(inst, actor, request, options)


def _task(facts: StoreFacts, id: str) -> Task:
    task = facts.task(id)
    if task is None:
        raise UsageError("error.unknown_task", task=id)
    return task


def _workflow(facts: StoreFacts, task: Task) -> Workflow:
    found = facts.definition(task.digest)
    assert found is not None, "a task is pinned to a published definition"
    return found.workflow


def _visit(
    task: Task,
    step: str | None,
    action: str | None,
    facts: StoreFacts,
    who: tuple[Institution, Actor] | None = None,
) -> Visit | None:
    """The open visit that is meant; of a closed task, the last one, so that the refusal can say who ended it.

    Of several that have the action, it is the one that `who` may act on, if there is just one. Raises
    UsageError where the step is unknown, or several are open and none was named.
    """
    open_visits = task.open_visits()
    if step is not None:
        step, _, number = step.partition("/")
        named = [each for each in open_visits if each.step == step and number in ("", str(each.visit))]
        named = named or [each for each in task.visits if each.step == step][-1:]
        if named and number == "" and named[0].asked is not None:
            return signers_own(task, tuple(named), who)
        if not named:
            known = [each.step for each in open_visits]
            raise UsageError("error.unknown_step", task=task.id, step=step, known=known)
        return named[0]
    voted = _voted(task, action, facts, who)
    if voted is not None:
        return voted
    if len(open_visits) > 1:
        open_visits = _meant(task, action, facts, who)
    if open_visits:
        return signers_own(task, open_visits, who) if open_visits[0].asked is not None else open_visits[0]
    return max(task.visits, key=lambda each: each.left_index or 0, default=None)


def _voted(
    task: Task, action: str | None, facts: StoreFacts, who: tuple[Institution, Actor] | None
) -> Visit | None:
    """Of a ballot where nobody votes any more, the part in the vote that is over: not another's step is meant."""
    if action not in [word for each in BALLOTS for word in (each.name, each.title)]:
        return None
    workflow = _workflow(facts, task)
    cast = [each for each in task.visits if each.voting is not None]
    if not cast or any(workflow.step(each.step).balloted is not None for each in task.open_visits()):
        return None
    own = [each for each in cast if who is not None and each.person == who[1].person]
    return (own or cast)[-1]


def _meant(
    task: Task, action: str | None, facts: StoreFacts, who: tuple[Institution, Actor] | None
) -> tuple[Visit, ...]:
    """The one of several open visits that can be meant where no step was named; UsageError if there are more."""
    workflow, found = _workflow(facts, task), task.open_visits()
    if action is not None:
        # Asked once a step, for forty may be asked in one.
        steps = [workflow.step(name) for name in dict.fromkeys(each.step for each in found)]
        # Whoever would take the way out of a vote is told that it is counted.
        having = {
            its.name
            for its in steps
            if its.offer(action_meant(its, action)) or its.action(action) is not None
        }
        found = tuple(each for each in found if each.step in having)
        if not found and len(steps) == 1:
            # Several are asked in one step: what it offers is told as of any other.
            return task.open_visits()
        if not found:
            known = [f"{each.name}/{way.name}" for each in steps for way in each.offers]
            raise UsageError("error.unknown_action", task=task.id, action=action, known=known)
    if len(found) > 1 and who is not None:
        own = tuple(each for each in found if each.person == who[1].person and each.asked is not None)
        if len(own) == 1 and all(each.step == own[0].step for each in found):
            return own
        mine = tuple(each for each in found if _capacities(who[0], facts, who[1], task, each))
        found = mine if len(mine) == 1 else found
    if len(found) > 1 and who is not None and {each.step for each in found} == {found[0].step}:
        # Of a countersigning that is not his, it is not said which one he means: none of them is his.
        return found
    if len(found) > 1:
        known = [f"{_named(each)} {workflow.step(each.step).title}" for each in found]
        raise UsageError("error.ambiguous_step", task=task.id, known=known)
    return found


def signers_own(task: Task, found: tuple[Visit, ...], who: tuple[Institution, Actor] | None) -> Visit:
    """Of the open visits of one countersigning, the actor's: the one he owes, else the one he has answered.

    Who owes none of them means whichever is first, and is told that it is not his. Raises UsageError where there
    are several and it is somebody who directs that means one.
    """
    if who is None:
        if len(found) == 1:
            return found[0]
        known = [f"{_named(each)} {each.person or each.urger or ''}".strip() for each in found]
        raise UsageError("error.ambiguous_step", task=task.id, known=known)
    inst, actor = who
    at, organisation = inst.now(), inst.organisation
    for each in found:
        if capacities(each, person=actor.person, organisation=organisation, task=task, at=at):
            return each
    own = [each for each in current(task, found[0].step) if actor.person in (each.doer, each.person)]
    return own[-1] if own else found[0]


def _named(visit: Visit) -> str:
    """A visit as `--step` takes it: of a countersigning with its number."""
    return visit.step if visit.asked is None else f"{visit.step}/{visit.visit}"


def _capacities(
    inst: Institution, facts: StoreFacts, actor: Actor, task: Task, visit: Visit | None
) -> tuple[Capacity, ...]:
    if visit is None or not visit.open:
        return ()
    return capacities(visit, person=actor.person, organisation=facts.organisation, task=task, at=inst.now())


def _capacity(held: Sequence[Capacity], options: Options) -> Capacity | Refusal:
    """The one capacity in which it can be done; two that qualify are listed, never picked."""
    if options.for_ is not None:
        named = [each for each in held if each.for_ == options.for_]
        if len(held) == 1 and not named:
            # The step is his, but not as that: he is told, and no attempt at another's step is put on record.
            return Refusal((Reason("engine.other_capacity", {"claimed": options.for_}),))
        if named or not held:
            return named[0] if named else Capacity("cover", options.for_)
    if len(held) > 1:
        known = [each.to_json() for each in held]
        return Refusal((Reason("engine.several_capacities", {"known": known}),))
    return held[0] if held else OWN
