"""Where something stands in a file; apart from the reader, because what is told from a kept result needs no reader."""

from __future__ import annotations

from collections.abc import Callable

from zeroerror.model.problem import Problem
from zeroerror.model.workflow import Workflow

#: `file:line` of a path into a text, or of as much of it as there is.
Where = Callable[..., str]


def place_of(problem: Problem) -> tuple[str, int]:
    """File and line of a problem, to put problems in order."""
    file, _, line = (problem.where or ":0").rpartition(":")
    return file, int(line)


def nested(workflow: Workflow, where: Where) -> Where:
    """The lines of a definition whose steps are asked for by name alone, though some stand in regions."""

    def found(*path: str | int) -> str:
        if len(path) > 3 and path[2] == "actions":
            # What leads to one of several steps is written as one action, and is as many.
            path = (*path[:3], str(path[3]).partition(".")[0], *path[4:])
        place = workflow.place(str(path[1])) if len(path) > 1 and path[0] == "steps" else None
        if place is None:
            return where(*path)
        return where("steps", place[0].name, "regions", place[1].name, *path)

    return found
