"""`zeroerror workflow graph`, `workflow export` and `task graph`: definitions drawn, alone or with a task's way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from zeroerror.cli import output, session
from zeroerror.cli.definitions import definition
from zeroerror.cli.words import argument, option
from zeroerror.model.errors import UsageError

if TYPE_CHECKING:
    from zeroerror.render.picture.diagram import Diagram
    from zeroerror.service.institution import Institution
    from zeroerror.service.pictures import Held, Stands

#: What can be drawn, and how a file of it ends.
FORMATS: Mapping[str, str] = {"text": ".txt", "mermaid": ".mmd", "svg": ".svg"}


def graph(
    workflow: str = argument("workflow_or_file", default=None),
    task: str = option("--task", help="graph_task", takes="task"),
    office: str = option("--office", help="graph_office", takes="office"),
    format: str = option("--format", help="graph_format", takes="format"),
    file: Path = option("--output", help="graph_output", takes="file"),
) -> None:
    if (workflow is None) == (task is None):
        raise UsageError("error.workflow_or_task")
    if task is not None:
        if office is not None:
            raise UsageError("error.office_of_task")
        _task_drawn(task, format, file)
    _drawn(workflow, office, format, file)


def task_graph(
    task: str = argument("task"),
    format: str = option("--format", help="graph_format", takes="format"),
    file: Path = option("--output", help="graph_output", takes="file"),
) -> None:
    _task_drawn(task, format, file)


def export(
    workflow: str = argument("workflow_or_file"),
    format: str = option("--format", help="export_format", takes="format", default="bpmn"),
    file: Path = option("--output", help="export_output", takes="file"),
) -> None:
    from zeroerror.render.picture.bpmn import bpmn
    from zeroerror.render.picture.diagram import diagram

    if format != "bpmn":
        raise UsageError("cli.not_one_of", option="--format", value=format, known=["bpmn"])
    if file is not None and file.suffix.lower() != ".bpmn":
        raise UsageError("report.no_such_format", file=str(file), formats=[".bpmn"])
    found = definition(workflow)
    picture = bpmn(diagram(found, session.current.language), found.basis)
    put(picture, format, file, {"workflow": found.id, "title": found.title})


def _drawn(name: str, office: str | None, format: str | None, file: Path | None) -> NoReturn:
    from zeroerror.render.picture.diagram import diagram
    from zeroerror.service import pictures

    kind, here = _kind(format, file), session.current
    found = definition(name)
    holders: dict[str, Held] = {}
    told: dict[str, str] = {}
    if office is not None:
        with here.institution(read_only=True) as inst:
            holders = pictures.held(inst, found, office)
            told = _told(inst, holders)
    drawn = diagram(found, here.language, told, office=office or "")
    _answer(
        drawn, kind, file, {**pictures.picture_json(found, holders, None), "office": office, "task": None}
    )


def _task_drawn(task: str, format: str | None, file: Path | None) -> NoReturn:
    from zeroerror.render.picture.diagram import Way, diagram
    from zeroerror.service import ids, pictures

    kind, here = _kind(format, file), session.current
    with here.institution(read_only=True) as inst:
        stood = pictures.stands(inst, ids.find_task(inst, task), here.reader(inst))
        holders = pictures.owed(stood)
        told = _told(inst, holders)
    way = Way(
        pictures.marks(stood),
        {step.name: pictures.visits(stood, step.name) for step in stood.workflow.steps},
        _notes(stood),
        stood.taken,
    )
    hidden = here.say("cli.hidden") if stood.hidden else ""
    drawn = diagram(
        stood.workflow,
        here.language,
        told,
        way,
        task=stood.task.id,
        subject=stood.title or hidden,
        office=stood.task.office,
    )
    data = pictures.picture_json(stood.workflow, holders, stood)
    _answer(drawn, kind, file, {**data, "office": stood.task.office, "task": stood.task.id})


def _notes(stood: Stands) -> dict[str, str]:
    from zeroerror.service import pictures

    return {
        step: session.current.say(
            "picture.since_and_due", since=output.when(since), due_at=output.when(due_at)
        )
        for step, (since, due_at) in pictures.due(stood).items()
    }


def _told(inst: Institution, holders: Mapping[str, Held]) -> dict[str, str]:
    """Persons by name and id, each step's in words."""
    say = session.current.say
    ids = {id for each in holders.values() for id in (each.person, each.urger) if id is not None}
    names = inst.names(ids)

    def told(step: Held) -> str:
        if step.person is None:
            urger = "" if step.urger is None else output.called(step.urger, names)
            return say("picture.holder_nobody", urger=urger)
        code = f"picture.holder_{step.kind if step.capacity == 'own' else 'cover'}"
        urger = "" if step.urger is None else output.called(step.urger, names)
        return say(code, person=output.called(step.person, names), urger=urger)

    return {name: told(step) for name, step in holders.items()}


def _kind(format: str | None, file: Path | None) -> str:
    """What is to be drawn: what was asked for, else what the file's name says, else text."""
    if format is not None and format not in FORMATS:
        raise UsageError("cli.not_one_of", option="--format", value=format, known=list(FORMATS))
    suffixes = {suffix: name for name, suffix in FORMATS.items()}
    if file is None:
        return format or "text"
    # A slip of the hand must not put a picture in the place of a ledger.
    if file.suffix.lower() not in suffixes:
        raise UsageError("report.no_such_format", file=str(file), formats=list(suffixes))
    return format or suffixes[file.suffix.lower()]


def _answer(drawn: Diagram, kind: str, file: Path | None, data: dict[str, Any]) -> NoReturn:
    from zeroerror.render.picture.mermaid import mermaid
    from zeroerror.render.picture.outline import outline
    from zeroerror.render.picture.svg import svg

    made: Mapping[str, Callable[[], str]] = {
        "text": lambda: outline(drawn, output.columns()),
        "mermaid": lambda: mermaid(drawn),
        "svg": lambda: svg(drawn),
    }
    put(made[kind](), kind, file, data)


def put(picture: str, kind: str, file: Path | None, data: dict[str, Any]) -> NoReturn:
    """Answer with a picture, or with the file into which it was put."""
    if file is None:
        output.answer({**data, "format": kind, "picture": picture}, picture.rstrip("\n"))
    from zeroerror import files

    files.write(file, picture.encode())
    output.answer(
        {**data, "format": kind, "file": str(file)}, session.current.say("cli.written", path=str(file))
    )
