"""What people look at: tasks, what I owe, the board. Values and codes; the words are made where they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from zeroerror.engine.authority import capacities, may_read
from zeroerror.engine.facts import Definition
from zeroerror.ledger.leaf import Leaf, decode_fast
from zeroerror.model.errors import UsageError
from zeroerror.model.instant import to_text
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task, Visit
from zeroerror.model.workflow import Action
from zeroerror.service.facts import StoreFacts
from zeroerror.service.history import folded, position_at
from zeroerror.service.institution import Institution
from zeroerror.service.past import tasks_then, visits_then
from zeroerror.store import log, reads
from zeroerror.timing import light

#: Actions are suggested with the words that would take them.
LIGHTS = ("overdue", "today", "soon", "normal")
_NEVER = datetime.max.replace(tzinfo=UTC)


class Reader:
    """Somebody who looks, and what he may read: who may not gets `null` with `hidden: true`."""

    def __init__(self, inst: Institution, person: str, at: datetime) -> None:
        self.inst, self.person, self.at = inst, person, at
        self.facts: StoreFacts = inst.facts()
        self.organisation: Organisation = self.facts.organisation
        self._zone = self.facts.zone

    def may_read(self, task: Task) -> bool:
        """Whether the task's definition lets him read its texts."""
        definition = self.definition(task)
        if may_read(self.person, task, definition.workflow, self.organisation, self.at):
            return True
        # A circulated paper is read by whoever gets it.
        given = reads.was_circulated(self.inst.conn, task.id, self.person)
        return given and self.organisation.in_service(self.person, self.at)

    def definition(self, task: Task) -> Definition:
        """The definition to which a task is pinned."""
        found = self.facts.definition(task.digest)
        assert found is not None, "a task is pinned to a published definition"
        return found

    def titles(self, tasks: Iterable[Task]) -> dict[str, str | None]:
        """The titles of tasks by id; None where he may not read them, or they have been erased."""
        found: dict[str, str | None] = {}
        digests: dict[str, str] = {}
        for task in tasks:
            name = self.definition(task).workflow.title_field
            found[task.id] = task.fields.get(name)
            digest = task.sealed.get(name)
            if digest is not None and self.may_read(task):
                digests[task.id] = digest
        texts = reads.texts(self.inst.conn, digests.values())
        return {**found, **{id: texts.get(digest) for id, digest in digests.items()}}

    def hidden(self, task: Task, title: str | None) -> dict[str, bool]:
        """The mark of a title that there is and that he may not read."""
        sealed = self.definition(task).workflow.title_field in task.sealed
        return {"hidden": True} if title is None and sealed else {}

    def light(self, visit: Visit) -> str:
        """How time stands for a visit."""
        stopped = visit.pauses[-1].start if visit.clock == "stopped" else None
        return light(
            self.at,
            visit.due_at,
            visit.warn_at,
            clock=visit.clock,
            stopped_at=stopped,
            zone=self._zone,
        )


def step_json(reader: Reader, task: Task, visit: Visit) -> dict[str, Any]:
    """A visit as `task show` gives it."""
    step = reader.definition(task).workflow.step(visit.step)
    return {
        "name": visit.step,
        "title": step.title,
        "owner": visit.kind,
        "person": visit.person,
        "capacity": visit.holdings[-1].capacity,
        "delegate": visit.delegate,
        "urger": visit.urger,
        "waits_for": visit.waits_for or (visit.pauses[-1].waits_for if visit.clock == "stopped" else None),
        "unassigned": visit.unassigned and visit.person is None,
        "entered_at": visit.entered_at,
        "due_at": visit.due_at,
        "provisional": visit.provisional,
        "light": reader.light(visit),
        "visit": visit.visit,
        "clock": visit.clock,
        "vote": None if step.vote is None else step.vote.ballot,
        "actions": [
            {
                "action": action.name,
                "title": action.title,
                "require": list(action.require),
                "reason": action.reason,
                "evidence": action.evidence,
                "opens": _line(reader, action),
                "waits": action.waits,
            }
            for action in step.offers
        ],
    }


def task_json(reader: Reader, task: Task, title: str | None) -> dict[str, Any]:
    """A task as `task list` gives it."""
    workflow = reader.definition(task).workflow
    return {
        "id": task.id,
        "workflow": task.workflow,
        "workflow_title": workflow.title,
        "digest": task.digest,
        "family": task.family,
        "office": task.office,
        "title": title,
        **reader.hidden(task, title),
        "status": task.status,
        "opened_at": task.opened_at,
        "closed_at": task.closed_at,
        "due_at": task.due_at,
        "fields": dict(task.fields),
        "steps": [step_json(reader, task, visit) for visit in task.open_visits()],
    }


def task_list(
    inst: Institution,
    person: str,
    *,
    status: str | None = "open",
    office: str | None = None,
    owed_by: str | None = None,
    workflow: str | None = None,
    light: str | None = None,
    at: datetime | None = None,
) -> list[dict[str, Any]]:
    """The tasks that pass these filters, as somebody may see them."""
    reader = Reader(inst, person, at or inst.now())
    which = reads.TaskFilter(status=status, office=office, workflow=workflow, person=owed_by)
    past = _past(inst, at)
    tasks = list(reads.tasks(inst.conn, which)) if past is None else tasks_then(inst.conn, past, which)
    titles = reader.titles(tasks)
    found = [task_json(reader, task, titles[task.id]) for task in tasks]
    return [each for each in found if light is None or any(step["light"] == light for step in each["steps"])]


def task_show(inst: Institution, id: str, person: str, at: datetime | None = None) -> dict[str, Any]:
    """A task with its history, as of an instant, as somebody may see it."""
    reader = Reader(inst, person, at or inst.now())
    rows, position = log.stream_leaves(inst.conn, id), None
    if at is not None:
        position = position_at(inst.conn, to_text(at))
        rows = [row for row in rows if row.idx < position]
        task = folded(rows)
    else:
        task = reads.task(inst.conn, id)
    if task is None:
        raise UsageError("error.unknown_task", task=id)
    found = task_json(reader, task, reader.titles([task])[task.id])
    readable = reader.may_read(task)
    digests = dict(task.sealed)
    leaves = [decode_fast(row.bytes) for row in rows]
    reasons = {digest for leaf in leaves for key in ("reason", "note") if (digest := leaf.body.get(key))}
    reasons |= {visit.signing.reason for visit in task.visits if visit.signing and visit.signing.reason}
    reasons |= {visit.voting.opinion for visit in task.visits if visit.voting and visit.voting.opinion}
    reasons |= {each for visit in task.visits if visit.minutes for _, each in visit.minutes.absent if each}
    texts = reads.texts(inst.conn, [*digests.values(), *reasons]) if readable else {}
    gone = sorted(name for name, digest in digests.items() if texts.get(digest) is None)
    found["fields"] = {**task.fields, **{name: texts.get(digest) for name, digest in digests.items()}}
    form = reader.definition(task).workflow.fields
    found["field_titles"] = {each.name: each.title for each in form if each.name in found["fields"]}
    # Who may read is told that a text has been erased; who may not learns only that there is one.
    found["hidden"], found["erased"] = ([], gone) if readable else (gone, [])
    found["cause"] = task.cause
    found["into"], found["reference"], found["merged"] = task.into, task.reference, list(task.merged)
    from zeroerror.service.opened import kin_json

    found |= kin_json(reader, task, position)
    found["countersigning"] = list(_answers(task, reader.definition(task), texts))
    found["voting"] = _votes(task, reader.definition(task), texts)
    from zeroerror.service.circulation import circulated_by, readers
    from zeroerror.service.notices import notices_json

    found["circulation"] = readers(circulated_by(reads.circulation(inst.conn, id), reader.at))
    found["notices"] = notices_json(
        reader, reads.notices(inst.conn, reads.NoticeFilter(task=id, until=position))
    )
    if at is None and reader.definition(task).workflow.effects:
        from zeroerror.service.handover import handover_json

        found["handover"] = handover_json(reader, task, leaves)
    found["history"] = [
        {
            "index": row.idx,
            "at": _happened_at(leaf),
            "recorded_at": leaf.time,
            "kind": row.kind,
            "step": leaf.body.get("step"),
            "visit": leaf.body.get("visit"),
            "action": leaf.body.get("action"),
            "person": leaf.body.get("doer") or leaf.actor,
            "recorded_by": leaf.body.get("recorder") or leaf.actor,
            "owed_by": leaf.body.get("person"),
            "capacity": leaf.body.get("capacity") or dict(leaf.capacity),
            "due_at": leaf.body.get("due_at"),
            "reason": texts.get(leaf.body.get("reason") or leaf.body.get("note") or ""),
            "nonconforming": leaf.body.get("nonconforming"),
            "row": leaf.body.get("row"),
            "how": _how(leaf),
            "into": leaf.body.get("into"),
            "signing": said if isinstance(said := leaf.body.get("signing"), str) else None,
            "voting": said if isinstance(said := leaf.body.get("voting"), str) else None,
        }
        for row, leaf in zip(rows, leaves, strict=True)
    ]
    return found


def _answers(task: Task, definition: Definition, texts: Mapping[str, str | None]) -> Iterator[dict[str, Any]]:
    """Everybody who was asked to sign, in that order, with his answer, and whether it is about the text as it is."""
    for visit in task.visits:
        signing, consent = visit.signing, definition.workflow.step(visit.step).consent
        if signing is None or consent is None or visit.status == "withdrawn":
            continue
        text = task.sealed.get(consent.of) or task.fields.get(consent.of) or ""
        yield {
            "step": visit.step,
            "visit": visit.visit,
            "round": signing.round,
            "signer": signing.signer,
            "person": visit.doer or visit.person,
            "answer": answer_of(visit),
            "at": visit.left_at,
            "due_at": visit.due_at,
            "by": signing.ended_by,
            "added_by": signing.added_by,
            "reason": texts.get(visit.reason or signing.reason or ""),
            "stands": signing.text == text,
        }


def _votes(task: Task, definition: Definition, texts: Mapping[str, str | None]) -> list[dict[str, Any]]:
    if all(step.vote is None for step in definition.workflow.steps):
        return []
    from zeroerror.service.voting import voting_json

    return list(voting_json(task, definition, texts))


def answer_of(visit: Visit) -> str:
    """What a signer said: `signed`, `objected`, `pending`; or why he is asked no longer."""
    if visit.open:
        return "pending"
    ended = None if visit.signing is None else visit.signing.ended
    if ended == "silent" and visit.signing is not None:
        return f"silent_{visit.signing.silence}"
    return ended or {"sign": "signed", "object": "objected"}.get(visit.action or "", "released")


def _how(leaf: Leaf) -> str | None:
    """How somebody came to a step: assigned, handed over, or asked to do it, or no longer."""
    if leaf.kind == "step_assigned":
        return str(leaf.body["why"])
    if leaf.body.get("into"):
        return str(leaf.body["status"])
    return "ended" if leaf.kind == "step_delegated" and leaf.body["person"] is None else None


def _happened_at(leaf: Leaf) -> str:
    """When what a leaf tells of happened: history that was read in did so long before it was recorded."""
    if "row" not in leaf.body:
        return leaf.time
    told = (leaf.body.get(name) for name in ("left_at", "happened_at", "closed_at", "opened_at"))
    return str(next(each for each in told if each is not None))


def next_for(inst: Institution, person: str, at: datetime | None = None) -> dict[str, Any]:
    """What somebody owes, most urgent first, and why; what waits for others; what comes due soon."""
    reader = Reader(inst, person, at or inst.now())
    past = _past(inst, at)
    pairs = _concerning(reader) if past is None else list(visits_then(inst.conn, past))
    titles = reader.titles({task.id: task for task, _ in pairs}.values())
    owed: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    held_up = _held_up(reader, pairs, past)
    for task, visit in pairs:
        why = _why_owed(reader, task, visit)
        if why is None:
            continue
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
            "why": why,
            "children": held_up.get((task.id, visit.step), []),
            "actions": step_json(reader, task, visit)["actions"],
        }
        (waiting if why in ("urge_later", "stopped") else owed).append(entry)
    owed.sort(key=_urgency)
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


def _line(reader: Reader, action: Action) -> list[str] | None:
    if action.opens is None:
        return None
    from zeroerror.service.opened import line_json

    return line_json(reader, action)


def _past(inst: Institution, at: datetime | None) -> datetime | None:
    """The instant asked about, if something may have happened after it."""
    return at if at is not None and at < inst.now() else None


def _concerning(reader: Reader) -> list[tuple[Task, Visit]]:
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
    rows = reads.proposals(reader.inst.conn, "open")
    if not rows:
        return 0
    from zeroerror.service.proposals import proposals

    return sum(1 for each in proposals(reader.inst, "open", reader.person) if each["may_decide"])


def _leads(reader: Reader) -> bool:
    return reader.organisation.entitled(reader.person, "leader", reader.at)


def _urgency(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    due = entry["due_at"]
    return LIGHTS.index(entry["light"]), due is None, due or _NEVER, entry["task"]


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
