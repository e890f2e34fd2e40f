"""From a text, and the overlays that lie on it, to a definition that may be published, or to every problem."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from pydantic import ValidationError

from zeroerror.definition import building, faults
from zeroerror.definition.check import check
from zeroerror.definition.loaded import Loaded
from zeroerror.definition.overlay import Overlay, lay
from zeroerror.definition.schema import WorkflowShape
from zeroerror.definition.strict_yaml import Read, plain
from zeroerror.definition.where import nested
from zeroerror.model.problem import Problem
from zeroerror.model.workflow_json import canonical


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
