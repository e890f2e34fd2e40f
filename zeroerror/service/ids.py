"""What a text means: people write the end of a number, or a name, and mean one task or one person.

Apart from the acts, so that a command that only looks does not load what acts need.
"""

from __future__ import annotations

from zeroerror.model.errors import UsageError
from zeroerror.model.task import Task
from zeroerror.service.institution import Actor, Institution
from zeroerror.store import reads


def find_task(inst: Institution, text: str, actor: Actor | None = None) -> str:
    """The id that a text means: the whole, or a unique beginning or end, my own open steps first.

    Raises UsageError where there is none, or more than one.
    """
    wanted = text.strip()
    found = reads.find_task_ids(inst.conn, wanted, owed_by=actor.person) if actor and wanted else []
    if len(found) != 1 and wanted:
        found = reads.find_task_ids(inst.conn, wanted)
    if not found:
        raise UsageError("error.unknown_task", task=text)
    if len(found) > 1:
        raise UsageError("error.ambiguous_task", task=text, found=found)
    return found[0]


def task_of(inst: Institution, id: str) -> Task:
    """The task of a whole id, as it stands; UsageError where there is none."""
    task = reads.task(inst.conn, id)
    if task is None:
        raise UsageError("error.unknown_task", task=id)
    return task


def find_person(inst: Institution, text: str) -> str:
    """The id that a text means: an id, or a name that only one person has; UsageError otherwise."""
    organisation = inst.organisation
    if organisation.person(text) is not None:
        return text
    names = inst.names(person.id for person in organisation.persons)
    found = sorted(id for id, name in names.items() if name == text)
    if not found:
        raise UsageError("error.unknown_person", person=text)
    if len(found) > 1:
        raise UsageError("error.same_name", person=text, found=found)
    return found[0]


def find_office(inst: Institution, text: str) -> str:
    """The id that a text means: an office's id or its title, one that is gone included where tasks tell of it.

    Raises UsageError otherwise.
    """
    offices = inst.organisation.offices
    found = next((each.id for each in offices if text in (each.id, each.title)), None)
    if found is None and reads.task_ids(inst.conn, reads.TaskFilter(office=text)):
        return text
    if found is None:
        raise UsageError("error.unknown_office", office=text, known=[each.id for each in offices])
    return found
