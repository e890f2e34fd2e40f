"""Checks of effects: what an action does beyond its task is known, reads what is there, and keeps to two persons."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.definition.graph import Way, from_start, reached, shown
from zeroerror.definition.where import Where
from zeroerror.engine.granting import EFFECTS, Kind
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Action, Effect, Owner, Step, Workflow

PathParts = tuple[str | int, ...]

#: Effects that one person alone may bring about are not here.
OF_TWO_PERSONS = frozenset({"leave"})


@dataclass(frozen=True, slots=True)
class Placed:
    """An effect of an action, with where it stands."""

    step: Step
    action: Action
    effect: Effect

    @property
    def written(self) -> str:
        """Its name and version as the file has them."""
        return f"{self.effect.name}@{self.effect.version}"

    @property
    def path(self) -> PathParts:
        """Where the file says what it reads."""
        return ("steps", self.step.name, "actions", self.action.name, "effect", self.written)

    @property
    def kind(self) -> Kind | None:
        """What the engine has under that name and version."""
        return EFFECTS.get((self.effect.name, self.effect.version))

    def fields(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Every argument that names a field: its name, the field, and the types it may have."""
        kind = self.kind
        for argument, name in self.effect.reads.items() if kind is not None else ():
            types = kind.reads.get(argument, ()) if kind is not None else ()
            if types:
                yield argument, name, types


def placed(workflow: Workflow) -> Iterator[Placed]:
    """Every effect of a definition, in the order of its lines."""
    for step in workflow.steps:
        for action in step.actions:
            if action.effect is not None:
                yield Placed(step, action, action.effect)


def effects_are_known(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Every effect is one that the engine has, in that version, and is told what it reads."""
    known = [f"{name}@{version}" for name, version in sorted(EFFECTS)]
    for each in placed(workflow):
        here, kind, reads = where(*each.path), each.kind, each.effect.reads
        if kind is None:
            yield Problem("definition.unknown_effect", {"effect": each.written, "known": known}, here)
            continue
        for argument in reads:
            if argument not in kind.reads:
                params = {"effect": each.written, "argument": argument, "known": list(kind.reads)}
                yield Problem("definition.effect_argument", params, where(*each.path, argument))
        left_out = {name for group in kind.optional if not set(group) & set(reads) for name in group}
        missing = [name for name in kind.reads if name not in reads and name not in left_out]
        if missing:
            yield Problem("definition.effect_missing", {"effect": each.written, "missing": missing}, here)


def two_persons_are_asked(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Whoever brings such an effect about is not who asked for it (design §6)."""
    for each in placed(workflow):
        barred = any(guard.name == "four_eyes" and guard.steps for guard in each.action.guards)
        if each.effect.name in OF_TWO_PERSONS and not barred:
            params = {"step": each.step.name, "action": each.action.name, "effect": each.written}
            yield Problem("definition.effect_by_one", params, where(*each.path))


def who_accepts_is_asked(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """The step in which a cover is accepted is owed by who covers."""
    known = {step.name for step in workflow.steps}
    for each in placed(workflow):
        accepted, cover = each.effect.reads.get("accepted"), each.effect.reads.get("cover")
        if accepted not in known or cover is None:
            continue
        if workflow.step(accepted or "").owner != Owner("field", cover):
            params = {"step": accepted, "field": cover}
            yield Problem("definition.effect_acceptor", params, where(*each.path, "accepted"))


def what_effects_read_is_filled(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """What an effect rests on has been filled before, whichever way the task came: its own act may not give it."""
    for each in placed(workflow):
        for argument, name, _ in each.fields():
            field = workflow.field(name)
            if field is None or field.required or argument in ("cover", "days"):
                continue
            found = from_start(workflow, _without(name))
            if each.step.name in found:
                path = shown(found[each.step.name], each.step.name)
                params = {"field": name, "effect": each.written, "path": path}
                yield Problem("definition.effect_may_be_unset", params, where(*each.path, argument))


def _without(field: str) -> Way:
    return lambda source, action: field not in action.require


def what_effects_follow_comes_before(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """A cover can have been accepted by then, and a leave that ends can have begun."""
    known = {step.name for step in workflow.steps}
    for each in placed(workflow):
        before = [each.effect.reads["accepted"]] if each.effect.reads.get("accepted") in known else []
        if each.effect.name == "leave_ends":
            before = [other.step.name for other in placed(workflow) if other.effect.name == "leave"]
        if each.kind is None or (not before and each.effect.name != "leave_ends"):
            continue
        if not any(each.step.name != name and each.step.name in reached(workflow, name) for name in before):
            params = {"step": each.step.name, "action": each.action.name, "effect": each.written}
            yield Problem("definition.effect_not_before", params, where(*each.path))
