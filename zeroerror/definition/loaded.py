"""From a text, and the overlays that lie on it, to a definition that may be published, or to every problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace
from hashlib import sha256

from pydantic import ValidationError

from zeroerror.definition import building, faults
from zeroerror.definition.check import check, nested
from zeroerror.definition.opened import Known, check_opened
from zeroerror.definition.overlay import Overlay, lay
from zeroerror.definition.schema import WorkflowShape
from zeroerror.definition.strict_yaml import Read, Where, plain
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Workflow
from zeroerror.model.workflow_json import canonical


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file gave."""

    name: str
    #: None where a problem is an error; warnings leave it standing.
    workflow: Workflow | None
    #: The text as it was written, in NFC.
    text: str
    #: Canonical JSON with the overlays applied; empty where there is no workflow.
    effective: str
    #: Hex SHA-256 of `effective`; empty where there is no workflow.
    digest: str
    problems: tuple[Problem, ...]
    where: Where = field(compare=False, repr=False)
    #: What lies on the text, the lowest first.
    overlays: tuple[Overlay, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files of which it is made."""
        return (self.name, *(each.name for each in self.overlays))


def no_overlay(tree: Read) -> Problem:
    """What is said of a file that should be an overlay, and does not say of what."""
    return Problem("definition.missing_key", {"at": tree.name, "key": "overlay"}, tree.where())


def of_layers(tree: Read, overlays: Sequence[Overlay]) -> Loaded:
    """The definition that a text makes with its overlays, checked as a whole."""
    name, over = tree.name, tuple(overlays)
    if tree.node is None:
        return Loaded(name, None, tree.text, "", "", tree.problems, tree.where, over)
    laid, problems = lay(tree, over) if over else (tree, [])
    if problems or laid.node is None:
        return Loaded(name, None, tree.text, "", "", tuple(problems), laid.where, over)
    try:
        workflow = building.workflow(WorkflowShape.model_validate(plain(laid.node)))
    except ValidationError as error:
        return Loaded(name, None, tree.text, "", "", tuple(faults.problems(laid, error)), laid.where, over)
    found = tuple(check(workflow, laid.where))
    if any(problem.severity == "error" for problem in found):
        return Loaded(name, None, tree.text, "", "", found, laid.where, over)
    where = nested(workflow, laid.where)
    effective = canonical(workflow)
    digest = sha256(effective.encode()).hexdigest()
    return Loaded(name, workflow, tree.text, effective, digest, found, where, over)


def among(loaded: Loaded, known: Known) -> Loaded:
    """A definition with what is wrong with it among the others: those that it opens."""
    if loaded.workflow is None or not loaded.workflow.opens:
        return loaded
    found = tuple(check_opened(loaded.workflow, known, loaded.where))
    if not found:
        return loaded
    return replace(loaded, workflow=None, effective="", digest="", problems=(*loaded.problems, *found))


def each_id_once(found: Iterable[Loaded]) -> Iterator[Loaded]:
    """Several definitions; a second one of the same id is told and is none."""
    first: dict[str, Loaded] = {}
    for loaded in found:
        if loaded.workflow is None:
            yield loaded
            continue
        id = loaded.workflow.id
        if id not in first:
            first[id] = loaded
            yield loaded
            continue
        other = first[id].where("id")
        problem = Problem("definition.id_twice", {"id": id, "first": other}, loaded.where("id"))
        problems = (*loaded.problems, problem)
        yield replace(loaded, workflow=None, effective="", digest="", problems=problems)
