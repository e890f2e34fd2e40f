"""What loading a definition gave: the definition that may be published, or every problem with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import TYPE_CHECKING

from zeroerror.definition.opened import Known, check_opened
from zeroerror.definition.where import Where
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Workflow

if TYPE_CHECKING:
    from zeroerror.definition.overlay import Overlay


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

    #: The files of what lies on it, where the texts have not been read again.
    laid: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files of which it is made."""
        return (self.name, *(self.laid or (each.name for each in self.overlays)))


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
