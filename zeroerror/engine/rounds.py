"""A step that several persons are asked in, each by himself: what countersigning and voting have in common.

Each owes a visit of his own, so that limits, warnings, urging, attribution and 拿回 are those of any step. A round
is all that were asked about one text: it begins when the step is come to, and anew when the text changes. What
an answer is, and what the answers come to, is not in common: see `consents` and `votes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from zeroerror.engine.entering import entered
from zeroerror.engine.facts import Definition, Facts
from zeroerror.engine.ownership import Resolved
from zeroerror.model.event import Event
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Signing, Visit, Voting
from zeroerror.model.workflow import Owner, Step


@dataclass(frozen=True, slots=True)
class Form:
    """What entering a visit depends on, as the command leaves it."""

    facts: Facts
    at: datetime
    fields: Mapping[str, str]
    sealed: Mapping[str, str]
    doers: Mapping[str, str | None]

    def text(self, step: Step) -> str:
        """The digest of the text that those who are asked answer about; of a plain field, the text itself."""
        name = step.text or ""
        return self.sealed.get(name) or self.fields.get(name) or ""


@dataclass(frozen=True, slots=True)
class Proceeding:
    """What follows an answer: the next visit, or the way by which the step is left, or neither yet."""

    events: tuple[Event, ...] = ()
    way: str | None = None


def entry(
    task: Task,
    definition: Definition,
    step: Step,
    form: Form,
    *,
    asked: Signing | Voting,
    named: Mapping[str, str] | None = None,
    owner: Owner | None = None,
    owed: Resolved | None = None,
    beyond: int = 0,
) -> Event:
    """The event of a visit in which one person is asked; `named` is whom the form would name for him."""
    return entered(
        task,
        definition.workflow,
        step.name,
        facts=form.facts,
        at=form.at,
        fields={**form.fields, **(named or {})},
        doers=form.doers,
        owner=owner,
        owed=owed,
        beyond=beyond,
        signing=asked if isinstance(asked, Signing) else None,
        voting=asked if isinstance(asked, Voting) else None,
    )


def current(task: Task, step: str) -> tuple[Visit, ...]:
    """The visits of a step's last round; what was taken back has never been."""
    every = [each for each in task.visits if each.step == step and each.status != "withdrawn"]
    last = max((each.asked.round for each in every if each.asked is not None), default=0)
    return tuple(each for each in every if each.asked is not None and each.asked.round == last)


def rounds_of(task: Task, step: str) -> tuple[Visit, ...]:
    """The visits of a step's last round, and of those before it that only another text has ended."""
    every = [each for each in task.visits if each.step == step and each.status != "withdrawn" and each.asked]
    by_round: dict[int, list[Visit]] = {}
    for each in every:
        if each.asked is not None:
            by_round.setdefault(each.asked.round, []).append(each)
    found: list[Visit] = []
    for number in sorted(by_round, reverse=True):
        if found and not changed(by_round[number]):
            break
        found = [*by_round[number], *found]
    return tuple(found)


def changed(round_: Sequence[Visit]) -> bool:
    """Whether a round was ended by another text."""
    return any(each.asked is not None and each.asked.ended == "changed" for each in round_)


def asking(task: Task, step: str) -> bool:
    """Whether anybody in a step still has to answer."""
    return any(each.step == step and each.open and each.asked is not None for each in task.visits)


def last_round(task: Task, step: str) -> int:
    """The number of the last round, taken back or not."""
    return max((each.asked.round for each in task.visits if each.step == step and each.asked), default=0)


def released(task: Task, visit: Visit, why: str, by: str, reason: str | None, **more: str | None) -> Event:
    """The event of somebody who is asked no longer, without an answer: `silent`, `removed`, `changed` and so on."""
    body: Mapping[str, Any] = {
        "step": visit.step,
        "visit": visit.visit,
        "why": visit.step,
        "signing" if visit.voting is None else "voting": why,
        "by": by,
        "reason": reason,
        **more,
    }
    return Event(task.id, "step_released", body)


def sender(task: Task, step: str, definition: Definition) -> str:
    """Who sent a task there: whose act led to it, or to where nobody was left to be asked on the way."""
    since = min((each.entered_index for each in current(task, step)), default=0)
    runs = [each for each in task.visits if each.left_index is not None and each.left_index < since]
    acts = [each for each in runs if each.step != step and each.doer is not None]
    moves = definition.table.moves
    acts = [each for each in acts if moves.get((each.step, each.action or "")) == step] or acts
    latest = max(acts, key=lambda each: each.left_index or 0, default=None)
    return task.opener if latest is None or latest.doer is None else latest.doer
