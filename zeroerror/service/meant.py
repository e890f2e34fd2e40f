"""Which task, step and action somebody means, and in what capacity he may take it.

A text that names a task or a person is read by `ids`; here the facts of the task are known too.
"""

from __future__ import annotations

from collections.abc import Sequence

from zeroerror.engine.authority import capacities
from zeroerror.engine.rounds import current
from zeroerror.model.command import OWN, Capacity, Target
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Reason, Refusal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import BALLOTS, Step, Workflow
from zeroerror.service.facts import StoreFacts
from zeroerror.service.front import Options
from zeroerror.service.institution import Actor, Institution


def met_by(
    inst: Institution, actor: Actor, facts: StoreFacts, id: str, action: str, step: str | None
) -> tuple[Task, Visit | None, Workflow, tuple[Capacity, ...]]:
    """A task as somebody means to move it: the visit meant, and in what capacities he may; raises UsageError."""
    task = task_meant(facts, id)
    visit = visit_meant(task, step, action, facts, (inst, actor))
    return task, visit, workflow_of(facts, task), capacities_of(inst, facts, actor, task, visit)


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


def target_of(task: Task, visit: Visit | None) -> Target:
    """A task as the signer sees it now."""
    if visit is None:
        return Target(task.id, task.last)
    return Target(task.id, task.last, visit.step, visit.visit)


def task_meant(facts: StoreFacts, id: str) -> Task:
    """The task of a whole id, as the facts have it; UsageError where there is none."""
    task = facts.task(id)
    if task is None:
        raise UsageError("error.unknown_task", task=id)
    return task


def workflow_of(facts: StoreFacts, task: Task) -> Workflow:
    """The definition to which a task is pinned."""
    found = facts.definition(task.digest)
    assert found is not None, "a task is pinned to a published definition"
    return found.workflow


def visit_meant(
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
    workflow = workflow_of(facts, task)
    cast = [each for each in task.visits if each.voting is not None]
    if not cast or any(workflow.step(each.step).balloted is not None for each in task.open_visits()):
        return None
    own = [each for each in cast if who is not None and each.person == who[1].person]
    return (own or cast)[-1]


def _meant(
    task: Task, action: str | None, facts: StoreFacts, who: tuple[Institution, Actor] | None
) -> tuple[Visit, ...]:
    """The one of several open visits that can be meant where no step was named; UsageError if there are more."""
    workflow, found = workflow_of(facts, task), task.open_visits()
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
        mine = tuple(each for each in found if capacities_of(who[0], facts, who[1], task, each))
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


def capacities_of(
    inst: Institution, facts: StoreFacts, actor: Actor, task: Task, visit: Visit | None
) -> tuple[Capacity, ...]:
    """In what capacities somebody may act on a visit now; none where it is no longer open."""
    if visit is None or not visit.open:
        return ()
    return capacities(visit, person=actor.person, organisation=facts.organisation, task=task, at=inst.now())


def capacity_meant(held: Sequence[Capacity], options: Options) -> Capacity | Refusal:
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
