"""What somebody has before him, and why it is his."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from zeroerror.engine.authority import capacities
from zeroerror.model.instant import to_text
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.service.facts import proposal_of
from zeroerror.service.history import position_at
from zeroerror.service.institution import Institution
from zeroerror.service.past import visits_then
from zeroerror.service.reader import Reader
from zeroerror.service.views import LIGHTS, past_of, step_json
from zeroerror.store import reads

#: What has no due date comes last.
_NEVER = datetime.max.replace(tzinfo=UTC)


def next_for(inst: Institution, person: str, at: datetime | None = None) -> dict[str, Any]:
    """What somebody owes, most urgent first, and why; what waits for others; what comes due soon."""
    reader = Reader(inst, person, at or inst.now())
    past = past_of(inst, at)
    pairs = concerning(reader) if past is None else list(visits_then(inst.conn, past))
    owed, waiting = owed_of(reader, pairs, past)
    soon = [each for each in owed if each["light"] in ("soon", "today")]
    from zeroerror.service.circulation import unread
    from zeroerror.service.notices import corrections_to, waiting_for

    return {
        "owed": owed,
        "waiting": waiting,
        "soon": soon,
        "decisions": _decisions(reader),
        "notices": waiting_for(reader, past),
        "unread": unread(reader, past),
        "corrections": corrections_to(reader),
    }


def owed_of(
    reader: Reader, pairs: Sequence[tuple[Task, Visit]], past: datetime | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Of these open visits those that are somebody's, most urgent first: what he owes, and what waits for others."""
    why = ((task, visit, _why_owed(reader, task, visit)) for task, visit in pairs)
    own = [(task, visit, code) for task, visit, code in why if code is not None]
    titles = reader.titles({task.id: task for task, *_ in own}.values())
    held_up = _held_up(reader, [(task, visit) for task, visit, _ in own], past)
    owed: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    for task, visit, code in own:
        entry = {
            "task": task.id,
            "office": task.office,
            "step": visit.step,
            "visit": visit.visit,
            "index": visit.entered_index,
            "step_title": reader.definition(task).workflow.step(visit.step).title,
            "workflow_title": reader.definition(task).workflow.title,
            "title": titles[task.id],
            **reader.hidden(task, titles[task.id]),
            "due_at": visit.due_at,
            "clock": visit.clock,
            "light": reader.light(visit),
            "delegate": visit.delegate,
            "person": visit.person,
            "urged": len(visit.urged_at) if visit.kind == "person" else 0,
            "why": code,
            "children": held_up.get((task.id, visit.step), []),
            "actions": step_json(reader, task, visit)["actions"],
        }
        (waiting if code in ("urge_later", "stopped") else owed).append(entry)
    return sorted(owed, key=_urgency), sorted(waiting, key=_urgency)


def _held_up(
    reader: Reader, pairs: Iterable[tuple[Task, Visit]], past: datetime | None
) -> dict[tuple[str, str], list[str]]:
    """By task and step: the tasks for which an action of it waits."""
    steps = (
        (task, visit.step, reader.definition(task).workflow.step(visit.step).actions) for task, visit in pairs
    )
    waiting = [(task, step) for task, step, actions in steps if any(each.waits for each in actions)]
    if not waiting:
        return {}
    from zeroerror.service.opened import waited_for

    position = None if past is None else position_at(reader.inst.conn, to_text(past))
    found = waited_for(reader, {task.id: task for task, _ in waiting}.values(), position)
    return {(task.id, step): found.get(task.id, []) for task, step in waiting}


def concerning(reader: Reader) -> list[tuple[Task, Visit]]:
    """The open visits that may be listed for somebody: those he owes or urges, at his desk, and that he covers."""
    conn, person = reader.inst.conn, reader.person
    rows = reads.visits_owed(conn, person)
    if _leads(reader):
        rows += reads.desks(conn)
    for cover in reader.organisation.covers:
        if cover.by == person and cover.accepted_at is not None and cover.since <= reader.at < cover.until:
            rows += reads.visits_owed(conn, cover.person)
    tasks = reads.tasks_by_id(conn, {row.task for row in rows})
    found = []
    for row in dict.fromkeys(rows):
        visit = tasks[row.task].find(row.step, row.visit)
        assert visit is not None, "the projection lists what its tasks hold"
        found.append((tasks[row.task], visit))
    return found


def _decisions(reader: Reader) -> int:
    """How many proposals wait for his decision."""
    inst = reader.inst
    rows = [proposal_of(row) for row in reads.proposals(inst.conn, "open")]
    if not rows:
        return 0
    from zeroerror.service.proposals import proposals_json

    told = proposals_json(rows, inst.facts(), inst.now(), reader.person)
    return sum(1 for each in told if each["may_decide"])


def _leads(reader: Reader) -> bool:
    return reader.organisation.entitled(reader.person, "leader", reader.at)


def _urgency(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    due = entry["due_at"]
    return (
        LIGHTS.index(entry["light"]),
        due is None,
        due or _NEVER,
        entry["task"],
        entry["index"],
        entry["step"],
    )


def _why_owed(reader: Reader, task: Task, visit: Visit) -> str | None:
    """Why a visit is listed for somebody: a code; None where it is not his."""
    person = reader.person
    if visit.unassigned and visit.person is None:
        return "assign" if visit.urger == person else None
    if visit.clock == "stopped":
        return "stopped" if visit.person == person else None
    held = capacities(visit, person=person, organisation=reader.organisation, task=task, at=reader.at)
    if visit.kind == "person":
        if visit.person == person and held:
            return "own"
        personal = reader.definition(task).workflow.step(visit.step).personal
        return held[0].kind if held and not personal else None
    if visit.kind == "desk" and held:
        return "desk"
    if visit.urger == person:
        due = visit.due_at
        urged = bool(visit.urged_at) and due is not None and visit.urged_at[-1] >= due
        return "urge" if due is not None and reader.at >= due and not urged else "urge_later"
    return None
