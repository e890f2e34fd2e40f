"""From the shape of an action to the action as the machine reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from zeroerror.definition.action_schema import (
    ActionShape,
    AtLeast,
    Below,
    ConditionShape,
    EffectShape,
    EndAction,
    Equals,
    FaultShape,
    Filled,
    GuardShape,
    JoinAction,
    OpensShape,
    ToAction,
    ToSeveral,
)
from zeroerror.engine.guards import ABOUT_FIELDS
from zeroerror.model.workflow import (
    Action,
    Condition,
    Effect,
    Fault,
    Guard,
    Opens,
    Outcome,
    choice_name,
    choice_title,
)


def actions(name: str, shape: ActionShape, titles: Mapping[str, str]) -> Iterator[Action]:
    """An action, or one for each of the steps to which it may lead: where it goes is known from its name alone."""
    action = _action(name, shape)
    if not isinstance(shape, ToSeveral):
        yield action
        return
    for target in shape.to:
        yield replace(
            action,
            name=choice_name(name, target),
            title=choice_title(shape.title, titles.get(target, target)),
            to=target,
            fault=None if shape.fault is None else Fault(target, shape.fault.category),
        )


def _action(name: str, shape: ActionShape) -> Action:
    return Action(
        name=name,
        title=shape.title,
        to=shape.to if isinstance(shape, ToAction) else None,
        outcome=_outcome(shape),
        require=tuple(shape.require or ()),
        reason=shape.reason is not None,
        guards=tuple(guard(each) for each in shape.guards or ()),
        conditions=tuple(_condition(each) for each in shape.when or ()),
        fault=Fault(shape.fault.step, shape.fault.category) if isinstance(shape.fault, FaultShape) else None,
        evidence=shape.evidence or 0,
        # What stands elsewhere by then is not undone here.
        final=shape.final or shape.effect is not None,
        joins=isinstance(shape, JoinAction),
        reopens=tuple(shape.reopens or ()) if isinstance(shape, ToAction) else (),
        opens=None if shape.opens is None else _opens(shape.opens),
        children=shape.children,
        effect=None if shape.effect is None else _effect(shape.effect),
    )


def _opens(shape: OpensShape) -> Opens:
    return Opens(
        shape.workflow,
        tuple(shape.each or ()),
        # In order of name: a mapping has none, and the identity must not depend on how it was written.
        tuple(sorted((shape.set_ or {}).items())),
        tuple(shape.copy_ or ()),
    )


def _effect(shape: EffectShape) -> Effect:
    ((written, reads),) = shape.items()
    name, version = written.split("@")
    return Effect(name, int(version), dict(reads))


def _outcome(shape: ActionShape) -> Outcome:
    if isinstance(shape, EndAction):
        return shape.end
    return shape.join if isinstance(shape, JoinAction) else shape.outcome or "done"


def guard(shape: GuardShape) -> Guard:
    """A guard by name and version, with what it is asked about."""
    written, about = (shape, []) if isinstance(shape, str) else next(iter(shape.items()))
    name, version = written.split("@")
    asked = (about,) if isinstance(about, str) else tuple(about)
    return Guard(name, int(version), **{"fields" if name in ABOUT_FIELDS else "steps": asked})


def _condition(shape: ConditionShape) -> Condition:
    if isinstance(shape, Equals):
        return Condition(shape.field, "equals", shape.equals)
    if isinstance(shape, AtLeast):
        return Condition(shape.field, "at_least", shape.at_least)
    if isinstance(shape, Below):
        return Condition(shape.field, "below", shape.below)
    if isinstance(shape, Filled):
        return Condition(shape.field, "filled")
    return Condition(shape.field, "in", tuple(shape.in_))
