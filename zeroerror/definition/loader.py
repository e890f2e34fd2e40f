"""From a file to a definition that may be published, or to every problem with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace
from hashlib import sha256
from pathlib import Path

from pydantic import ValidationError

from zeroerror.definition import building, faults
from zeroerror.definition.check import check, nested
from zeroerror.definition.opened import Known, check_opened
from zeroerror.definition.schema import WorkflowShape
from zeroerror.definition.strict_yaml import SIZE_MAX_BYTES, Where, plain, read
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
    #: Canonical JSON; empty where there is no workflow.
    effective: str
    #: Hex SHA-256 of `effective`; empty where there is no workflow.
    digest: str
    problems: tuple[Problem, ...]
    where: Where = field(compare=False, repr=False)


def load(source: bytes | str, name: str) -> Loaded:
    """The definition that a text says, checked; `name` is what problems call the file."""
    tree = read(source, name)
    if tree.node is None:
        return Loaded(name, None, tree.text, "", "", tree.problems, tree.where)
    try:
        workflow = building.workflow(WorkflowShape.model_validate(plain(tree.node)))
    except ValidationError as error:
        return Loaded(name, None, tree.text, "", "", tuple(faults.problems(tree, error)), tree.where)
    problems = tuple(check(workflow, tree.where))
    if any(problem.severity == "error" for problem in problems):
        return Loaded(name, None, tree.text, "", "", problems, tree.where)
    where = nested(workflow, tree.where)
    effective = canonical(workflow)
    digest = sha256(effective.encode()).hexdigest()
    return Loaded(name, workflow, tree.text, effective, digest, problems, where)


def load_file(path: Path) -> Loaded:
    """The definition in a file; raises OSError where it cannot be read."""
    with path.open("rb") as file:
        return load(file.read(SIZE_MAX_BYTES + 1), str(path))


def load_tree(directory: Path) -> list[Loaded]:
    """Every definition below a directory, by path; a second one of the same id is told."""
    found = [load(path.read_bytes(), _name(path, directory)) for path in sorted(directory.rglob("*.yaml"))]
    once = list(_each_id_once(found))
    there = {each.workflow.id: each.workflow for each in once if each.workflow is not None}
    return [among(each, there.get) for each in once]


def among(loaded: Loaded, known: Known) -> Loaded:
    """A definition with what is wrong with it among the others: those that it opens."""
    if loaded.workflow is None or not loaded.workflow.opens:
        return loaded
    found = tuple(check_opened(loaded.workflow, known, loaded.where))
    if not found:
        return loaded
    return replace(loaded, workflow=None, effective="", digest="", problems=(*loaded.problems, *found))


def _name(path: Path, directory: Path) -> str:
    return path.relative_to(directory).as_posix()


def _each_id_once(found: list[Loaded]) -> Iterator[Loaded]:
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
