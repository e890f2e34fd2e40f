"""Countersigning 会签: who is asked, who is next, and which way it ends (design §4).

Each signer owes a visit of his own (`rounds`). Who has signed that very text already is not asked again; where
nobody is left to be asked, the step is passed. Nothing is counted: all have to answer, one objection is enough
to take the matter upward, and 减签 or a silence that the definition knows stand for an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from zeroerror.engine.facts import Definition
from zeroerror.engine.rounds import Form, Proceeding, asking, current, entry, last_round, rounds_of
from zeroerror.model.event import Event
from zeroerror.model.problem import Reason
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Signing, Visit
from zeroerror.model.workflow import ADDED, OBJECT, SIGN, Action, Consent, Owner, Step, Workflow


@dataclass(frozen=True, slots=True)
class Signer:
    """One who has to sign: where the definition names him, and who that is before anybody is looked up."""

    place: int
    #: A person's id, or the post or duty as it is written.
    label: str
    owner: Owner
    #: The field that his owner is looked up in, as it then reads.
    named: Mapping[str, str]
    added_by: str | None = None
    reason: str | None = None


def consent_of(step: Step) -> Consent:
    """How a countersigned step is signed."""
    assert step.consent is not None, "only a countersigned step is asked for its signers"
    return step.consent


def signers(step: Step, fields: Mapping[str, str]) -> tuple[Signer, ...]:
    """Everybody whom the definition and the form name, each once, in their order."""
    found: dict[str, Signer] = {}
    for place, owner in enumerate(consent_of(step).signers):
        if owner.kind == "field":
            for person in filter(None, fields.get(owner.name, "").split(",")):
                found.setdefault(person, Signer(place, person, owner, {owner.name: person}))
        else:
            label = f"{owner.kind}:{owner.office or ''}/{owner.name}"
            found.setdefault(label, Signer(place, label, owner, {}))
    return tuple(found.values())


def added(person: str, by: str, reason: str | None) -> Signer:
    """Somebody added by name while it runs (加签)."""
    return Signer(-1, person, ADDED, {ADDED.name: person}, by, reason)


def barred(
    workflow: Workflow, step: Step, persons: Iterable[str], doers: Mapping[str, str | None]
) -> Iterator[Reason]:
    """Why any of these could never sign: four eyes forbid it, by the step that he did himself."""
    action = step.action(SIGN)
    done = [] if action is None else [one for guard in action.guards for one in guard.steps]
    for person in persons:
        for each in done:
            if doers.get(each) == person:
                did = workflow.step(each).title
                yield Reason("engine.cannot_sign", {"person": person, "step": did})


def naming(
    workflow: Workflow,
    action: Action,
    given: Mapping[str, str],
    fields: Mapping[str, str],
    doers: Mapping[str, str | None],
) -> Iterator[Reason]:
    """Who is named to sign and never could: said when he is named, and not only when he comes to sign.

    `given` is what the action fills in, `fields` and `doers` as it leaves them.
    """
    for step in workflow.steps:
        owners = () if step.consent is None else step.consent.signers
        names = dict.fromkeys(each.name for each in owners if each.kind == "field")
        if names and (names.keys() & given.keys() or action.to == step.name):
            persons = dict.fromkeys(one for name in names for one in fields.get(name, "").split(","))
            yield from barred(workflow, step, persons, doers)


def standing(task: Task, step: Step, text: str) -> set[str]:
    """Who has consented to that very text, and has not objected since."""
    found: set[str] = set()
    for visit in task.visits:
        if visit.step != step.name or visit.signing is None or visit.open or visit.status == "withdrawn":
            continue
        if visit.signing.text == text and agrees(visit):
            found.add(visit.signing.signer)
        elif visit.action == OBJECT:
            found.discard(visit.signing.signer)
    return found


def agrees(visit: Visit) -> bool:
    """Whether an answer, or a silence, is consent."""
    silent = visit.signing is not None and visit.signing.ended == "silent"
    return visit.action == SIGN or (
        silent and visit.signing is not None and visit.signing.silence == "consent"
    )


def unsigned(task: Task, step: Step, form: Form) -> tuple[Signer, ...]:
    """Who still has to sign the text as it is, if the step is come to."""
    stand = standing(task, step, form.text(step))
    return tuple(each for each in signers(step, form.fields) if each.label not in stand)


def opened(task: Task, definition: Definition, step: Step, form: Form) -> tuple[Event, ...]:
    """A new round: everybody who has to sign, or in turn the first of them."""
    return _asked(task, definition, step, form, unsigned(task, step, form), last_round(task, step.name) + 1)


def reopened(task: Task, definition: Definition, step: Step, form: Form) -> tuple[Event, ...]:
    """A new round of the same: nobody's consent stands, who was added stays asked, and who was removed is not."""
    round_, names = current(task, step.name), signers(step, form.fields)
    # Who was removed is asked in no later round either, unless he has been added again.
    last = {each.signing.signer: each for each in rounds_of(task, step.name) if each.signing is not None}
    out = {label for label, each in last.items() if removed(each)}
    more = [
        added(each.signing.signer, each.signing.added_by, each.signing.reason)
        for each in round_
        if each.signing is not None and each.signing.added_by is not None
    ]
    asked = [each for each in (*names, *more) if each.label not in out]
    return _asked(task, definition, step, form, asked, last_round(task, step.name) + 1)


def joined(
    task: Task, definition: Definition, step: Step, form: Form, more: Sequence[Signer]
) -> tuple[Event, ...]:
    """The visits of signers who are asked at once, in the round that runs."""
    number = last_round(task, step.name)
    return tuple(_entries(task, definition, step, form, more, number))


def waiting(task: Task, step: Step, form: Form) -> tuple[Signer, ...]:
    """Who is not asked yet, because they are asked in turn."""
    asked = {each.signing.signer for each in current(task, step.name) if each.signing is not None}
    if consent_of(step).order != "in_turn":
        return ()
    return tuple(each for each in unsigned(task, step, form) if each.label not in asked)


def proceeding(task: Task, definition: Definition, step: Step, form: Form) -> Proceeding:
    """What follows, once an answer, a silence or a removal stands in the task."""
    if asking(task, step.name):
        return Proceeding()
    round_ = current(task, step.name)
    more = waiting(task, step, form)
    number = last_round(task, step.name)
    following = tuple(_entries(task, definition, step, form, more, number, most=1))
    if following:
        return Proceeding(following)
    return Proceeding(way=way_of(round_))


def way_of(round_: Sequence[Visit]) -> str:
    """The way by which a countersigning is left, once everybody has answered or need not."""
    agreed = all(agrees(each) for each in round_ if not removed(each))
    return SIGN if agreed else OBJECT


def removed(visit: Visit) -> bool:
    """Whether somebody has to sign no longer, because who sent it took him out (减签)."""
    return visit.signing is not None and visit.signing.ended == "removed"


def _asked(
    task: Task, definition: Definition, step: Step, form: Form, asked: Sequence[Signer], number: int
) -> tuple[Event, ...]:
    most = 1 if consent_of(step).order == "in_turn" else None
    return tuple(_entries(task, definition, step, form, asked, number, most=most))


def _entries(
    task: Task,
    definition: Definition,
    step: Step,
    form: Form,
    asked: Sequence[Signer],
    number: int,
    *,
    most: int | None = None,
) -> Iterator[Event]:
    """Their visits; who holds two of the posts that sign is asked once."""
    round_ = current(task, step.name)
    visits = [each for each in round_ if each.signing and each.signing.round == number and not removed(each)]
    persons = {each.person for each in visits if each.person is not None}
    count = 0
    for each in asked:
        signing = Signing(
            number,
            each.place,
            each.label,
            form.text(step),
            consent_of(step).silence,
            each.added_by,
            each.reason,
        )
        event = entry(
            task, definition, step, form, asked=signing, named=each.named, owner=each.owner, beyond=count
        )
        if event.body["person"] in persons:
            continue
        if event.body["person"] is not None:
            persons.add(event.body["person"])
        count += 1
        yield event
        if count == most:
            return
