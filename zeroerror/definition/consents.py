"""Checks of countersigning 会签, and of voting where it is the same: a text, a sender, a time for silence."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.definition.graph import Way, from_start, owners, shown
from zeroerror.definition.where import Where
from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Consent, Step, Vote, Workflow

#: What can be signed: what people write.
TEXTS = ("text", "file")


def signed_text_is_there(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """What is signed or voted on is a text of the form, and is filled in whichever way the step is come to."""
    for step, key, said in _asking(workflow):
        here = where("steps", step.name, key, "of")
        field = workflow.field(said.of)
        if field is None:
            known = [each.name for each in workflow.fields]
            yield Problem("definition.unknown_field", {"field": said.of, "known": known}, here)
            continue
        if field.type not in TEXTS:
            params = {"field": field.name, "type": field.type, "wanted": list(TEXTS)}
            yield Problem("definition.field_type", params, here)
        found = from_start(workflow, _without(field.name))
        if not field.required and step.name in found:
            path = shown(found[step.name], step.name)
            params = {"step": step.name, "field": field.name, "path": path}
            code = "definition.nothing_to_sign" if key == "consent" else "definition.nothing_to_vote_on"
            yield Problem(code, params, here)


def somebody_sends_it(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """It is no first step, of a task or of a region: it is sent by whoever may then add and remove signers."""
    first = {workflow.steps[0].name} | {
        region.steps[0] for group in workflow.groups for region in group.regions
    }
    for step, key, _ in _asking(workflow):
        if step.name in first:
            code = "definition.consent_first" if key == "consent" else "definition.vote_first"
            yield Problem(code, {"step": step.name}, where("steps", step.name))


def silence_has_a_time(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Silence can come to something only at the end of a limit."""
    for step, key, said in _asking(workflow):
        if said.silence != "wait" and step.limit is None:
            here = where("steps", step.name, key, "silence")
            params = {"step": step.name, "silence": said.silence}
            yield Problem("definition.silence_without_limit", params, here)


def no_one_stands_for_all(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Owners, guards and faults name steps that one person did; which signer or voter would be meant, nobody could say."""
    signed = {step.name for step in workflow.steps if step.text is not None}
    for step in workflow.steps:
        base = ("steps", step.name)
        named: list[tuple[str, tuple[str | int, ...]]] = [
            (owner.name, path) for owner, path in owners(step) if owner.kind == "doer"
        ]
        urger = step.owner.urged_by
        if urger is not None and urger.kind == "doer":
            named.append((urger.name, (*base, "owner", "urged_by", "doer")))
        for action in step.actions:
            here = (*base, "actions", action.name)
            for place, guard in enumerate(action.guards):
                named += [(each, (*here, "guards", place)) for each in guard.steps]
            if action.fault is not None:
                named.append((action.fault.step, (*here, "fault", "step")))
        for other, path in named:
            if other in signed:
                yield Problem("definition.several_signed", {"step": step.name, "other": other}, where(*path))


def _without(field: str) -> Way:
    return lambda step, action: field not in action.require


def _asking(workflow: Workflow) -> Iterator[tuple[Step, str, Consent | Vote]]:
    """The steps in which a text is signed or voted on, each with the key under which it says so."""
    for step in workflow.steps:
        if step.consent is not None:
            yield step, "consent", step.consent
        elif step.vote is not None:
            yield step, "vote", step.vote
