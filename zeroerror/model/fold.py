"""The fold of a task's stream: what each leaf makes of a task and its visits. `evolve` is the only way in which they arise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.model.event import Event, Stamp
from zeroerror.model.instant import from_text
from zeroerror.model.task import Deviation, Given, Task
from zeroerror.model.visit import (
    Asked,
    Delegation,
    DueChange,
    Holding,
    Minutes,
    Pause,
    Signing,
    Undone,
    Visit,
    Voting,
)


def evolve(task: Task | None, event: Event, stamp: Stamp) -> Task:
    """The task after an event of its stream; raises KeyError for a kind that does not belong there."""
    if task is not None:
        # The two that are most of a ledger mostly change the visits and nothing else, so the task is made once.
        if event.kind == "step_entered":
            return _stamped(task, (*task.visits, _came(event.body, stamp)), stamp)
        if event.kind == "step_left":
            if "row" in event.body:
                return _stamped(task, (*task.visits, _read_in(event.body, stamp)), stamp)
            return _stamped(_filled(task, event.body, stamp), _left(task, event.body, stamp), stamp)
    changed = _FOLDS[event.kind](task, event.body, stamp)
    return _stamped(changed, changed.visits, stamp)


def _stamped(task: Task, visits: tuple[Visit, ...], stamp: Stamp) -> Task:
    """The task with these visits, and where its stream stands now."""
    person = task.last_actor if stamp.actor == "machine" else stamp.actor
    # Written out: `dataclasses.replace` takes three times as long, and this is done for every leaf there is.
    return Task(
        task.id,
        task.workflow,
        task.digest,
        task.family,
        task.office,
        task.opener,
        task.fields,
        task.sealed,
        task.opened_at,
        task.dues,
        visits,
        task.status,
        task.closed_at,
        task.answers,
        task.cause,
        task.parent,
        stamp.seq,
        stamp.hash,
        stamp.index,
        person,
        task.actor_since if person == task.last_actor else stamp.index,
        task.given,
        task.deviations,
        task.attached,
        task.into,
        task.reference,
        task.merged,
    )


def _read_in(body: Mapping[str, Any], stamp: Stamp) -> Visit:
    """History: a log says when a step was done and mostly not when it came, so one leaf tells of both."""
    left_at = from_text(body["left_at"])
    entered_at, doer, index = _instant(body.get("entered_at")) or left_at, body["doer"], stamp.index
    return Visit(
        step=body["step"],
        visit=body["visit"],
        kind="person",
        entered_at=entered_at,
        entered_index=index,
        dues=(DueChange(None, None, entered_at, index, "entered"),),
        holdings=(Holding(doer, "imported", entered_at, index),),
        status=body["outcome"],
        action=body["action"],
        doer=doer,
        capacity="imported",
        left_at=left_at,
        left_index=index,
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)


def _due(body: Mapping[str, Any], stamp: Stamp, why: str, since: datetime | None = None) -> DueChange:
    return DueChange(
        due_at=_instant(body["due_at"]),
        warn_at=_instant(body.get("warn_at")),
        since=since or stamp.at,
        index=stamp.index,
        why=why,
        provisional=body.get("provisional", False),
        asked_at=_instant(body.get("asked_at")),
        extension=body.get("extension"),
    )


def _opened(task: Task | None, body: Mapping[str, Any], stamp: Stamp) -> Task:
    opened_at = _instant(body.get("opened_at")) or stamp.at
    return Task(
        id=body["task"],
        workflow=body["workflow"],
        digest=body["digest"],
        family=body["family"],
        office=body["office"],
        opener=body["opener"],
        fields=body["fields"],
        sealed=body["sealed"],
        opened_at=opened_at,
        dues=(_due(body, stamp, "entered", opened_at),),
        answers=body.get("answers"),
        cause=body.get("cause"),
        parent=body.get("parent"),
        reference=body.get("reference"),
    )


def _came(body: Mapping[str, Any], stamp: Stamp) -> Visit:
    entered_at = _instant(body.get("entered_at")) or stamp.at
    capacity = body["capacity"]
    return Visit(
        step=body["step"],
        visit=body["visit"],
        kind=body["owner"],
        entered_at=entered_at,
        entered_index=stamp.index,
        dues=(_due(body, stamp, "entered", entered_at),),
        holdings=(
            Holding(
                person=body["person"],
                capacity=capacity["kind"],
                since=entered_at,
                index=stamp.index,
                for_=capacity["for"],
            ),
        ),
        urger=body.get("urger"),
        waits_for=body.get("waits_for"),
        unassigned=body.get("unassigned", False),
        tried=tuple((person, why) for person, why in body.get("tried", ())),
        signing=Signing(**body["signing"]) if "signing" in body else None,
        voting=Voting(**body["voting"]) if "voting" in body else None,
    )


def _change(task: Task, body: Mapping[str, Any], change: Callable[[Visit], Visit]) -> Task:
    return replace(task, visits=_changed(task, body, change))


def _changed(task: Task, body: Mapping[str, Any], change: Callable[[Visit], Visit]) -> tuple[Visit, ...]:
    """The visits, the one that an event names as `change` leaves it."""
    step, number = body["step"], body["visit"]
    return tuple(
        [change(each) if each.step == step and each.visit == number else each for each in task.visits]
    )


def _left(task: Task, body: Mapping[str, Any], stamp: Stamp) -> tuple[Visit, ...]:
    def leave(visit: Visit) -> Visit:
        left_at = _instant(body.get("left_at")) or stamp.at
        return replace(
            visit,
            status=body["outcome"],
            action=body["action"],
            doer=body["doer"],
            capacity=body["capacity"]["kind"],
            left_at=left_at,
            left_index=stamp.index,
            done_at=_instant(body.get("done_at")),
            reason=body.get("reason"),
            late_record=body.get("late_record", False),
            attachments=len(body.get("attachments", ())),
            pauses=_ended(visit.pauses, left_at),
            minutes=_minutes(body["minutes"]) if "minutes" in body else None,
        )

    return _changed(task, body, leave)


def _filled(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    """The task with what an act has filled in of its form."""
    fields, sealed = body.get("fields", {}), body.get("sealed", {})
    if not fields and not sealed:
        return task
    # In order of name: a leaf's keys come in another order from the ledger than from who wrote it.
    given = (Given(name, body["doer"], stamp.at, stamp.index) for name in sorted(fields))
    return replace(
        task,
        given=(*task.given, *given),
        fields={**task.fields, **fields},
        sealed={**task.sealed, **sealed},
    )


def _minutes(body: Mapping[str, Any]) -> Minutes:
    return Minutes(
        held_at=from_text(body["held_at"]),
        voters=body["voters"],
        # In order of name, because a leaf's keys are.
        ballots=tuple(sorted(body["ballots"].items())),
        yes=body["yes"],
        no=body["no"],
        abstain=body["abstain"],
        absent=tuple(sorted(body["absent"].items())),
        recused=tuple(sorted(body["recused"])),
        recorder=body["recorder"],
        countersigned_by=body["countersigned_by"],
    )


def _ended(pauses: tuple[Pause, ...], at: datetime) -> tuple[Pause, ...]:
    return tuple(replace(pause, end=at) if pause.end is None else pause for pause in pauses)


def _gone(status: str) -> Callable[[Task, Mapping[str, Any], Stamp], Task]:
    def fold(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
        def leave(visit: Visit) -> Visit:
            pauses = _ended(visit.pauses, stamp.at)
            left = replace(visit, status=status, left_at=stamp.at, left_index=stamp.index, pauses=pauses)
            by, reason = body.get("by"), body.get("reason")
            if visit.voting is not None and "voting" in body:
                opinion = body.get("opinion")
                voting = replace(visit.voting, ended=body["voting"], ended_by=by, opinion=opinion)
                return replace(left, voting=voting, reason=reason)
            if visit.signing is None or "signing" not in body:
                return left
            signing = replace(visit.signing, ended=body["signing"], ended_by=by)
            return replace(left, signing=signing, reason=reason)

        return _change(task, body, leave)

    return fold


def _undone(visit: Visit, stamp: Stamp) -> Undone:
    return Undone(visit.ended_at or stamp.at, stamp.at, stamp.actor, stamp.index, visit.action)


def _restored(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def restore(visit: Visit) -> Visit:
        return replace(
            visit,
            # A clock that only the act had set going again stands still as before.
            pauses=tuple(
                replace(pause, end=None) if pause.end == visit.left_at else pause for pause in visit.pauses
            ),
            status="open",
            action=None,
            doer=None,
            capacity=None,
            left_at=None,
            left_index=None,
            done_at=None,
            reason=None,
            late_record=False,
            attachments=0,
            confirmed_by=None,
            undone=(*visit.undone, _undone(visit, stamp)),
            signing=None if visit.signing is None else replace(visit.signing, ended=None, ended_by=None),
            voting=None
            if visit.voting is None
            else replace(visit.voting, ended=None, ended_by=None, opinion=None),
            minutes=None,
        )

    return _change(task, body, restore)


def _assigned(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def assign(visit: Visit) -> Visit:
        holding = Holding(
            person=body["person"],
            capacity=body["capacity"]["kind"],
            since=_instant(body.get("since")) or stamp.at,
            index=stamp.index,
            why=body["why"],
            for_=body["capacity"]["for"],
        )
        return replace(visit, holdings=(*visit.holdings, holding), unassigned=False)

    return _change(task, body, assign)


def _delegated(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    given = Delegation(body["person"], stamp.at, stamp.index, body["by"])
    return _change(task, body, lambda visit: replace(visit, delegations=(*visit.delegations, given)))


def _done_confirmed(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    return _change(task, body, lambda visit: replace(visit, confirmed_by=body["by"]))


def _stopped(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def stop(visit: Visit) -> Visit:
        # A stop that was proposed counts from when it was asked for, however long the answer took.
        start = _instant(body.get("since")) or stamp.at
        pause = Pause(start, None, body["waits_for"], stamp.actor, stamp.index)
        return replace(visit, pauses=(*visit.pauses, pause))

    return _change(task, body, stop)


def _resumed(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def resume(visit: Visit) -> Visit:
        pauses = _ended(visit.pauses, stamp.at)
        return replace(visit, pauses=pauses, dues=(*visit.dues, _due(body, stamp, "resumed")))

    return _change(task, body, resume)


def _asked(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    asked = Asked(body["proposal"], stamp.at, stamp.actor, index=stamp.index)
    return _change(task, body, lambda visit: replace(visit, extensions=(*visit.extensions, asked)))


def _answered(visit: Visit, proposal: str, stamp: Stamp) -> tuple[Asked, ...]:
    return tuple(
        replace(each, answered_at=stamp.at, answered_index=stamp.index) if each.proposal == proposal else each
        for each in visit.extensions
    )


def _extended(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def extend(visit: Visit) -> Visit:
        asked = _answered(visit, body["proposal"], stamp)
        return replace(visit, dues=(*visit.dues, _due(body, stamp, "extended")), extensions=asked)

    return _change(task, body, extend)


def _declined(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def decline(visit: Visit) -> Visit:
        return replace(visit, extensions=_answered(visit, body["proposal"], stamp))

    return _change(task, body, decline)


def _recomputed(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    due = _due(body, stamp, "recomputed")
    if body["step"] is None:
        return replace(task, dues=(*task.dues, due))
    return _change(task, body, lambda visit: replace(visit, dues=(*visit.dues, due)))


def _moved(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    due = _due(body, stamp, "moved")
    return _change(task, body, lambda visit: replace(visit, dues=(*visit.dues, due)))


def _urged(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    return _change(task, body, lambda visit: replace(visit, urged_at=(*visit.urged_at, stamp.at)))


def _noted(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    attached, deviations = task.attached, task.deviations
    if body.get("attachments"):
        attached = (*attached, (stamp.at, stamp.index))
    if body.get("nonconforming"):
        at = _instant(body.get("happened_at")) or stamp.at
        found = Deviation(body["nonconforming"], body.get("step"), at, stamp.index, body.get("row", 0))
        deviations = (*deviations, found)
    sealed = {**task.sealed, **body.get("sealed", {})}
    return replace(task, sealed=sealed, attached=attached, deviations=deviations)


def _revised(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    fields = body["fields"]
    given = (Given(name, stamp.actor, stamp.at, stamp.index) for name in sorted(fields))
    return replace(
        task,
        given=(*task.given, *given),
        fields={**task.fields, **fields},
        sealed={**task.sealed, **body["sealed"]},
    )


def _handed_over(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    """A list that stands in the leaf: the steps are owed as before, and covered."""
    return task


def _counted(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    # The count follows from the visits; its event is for whoever reads the ledger.
    return task


def _closed(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    closed_at = _instant(body.get("closed_at")) or stamp.at
    return replace(task, status=body["status"], closed_at=closed_at, into=body.get("into"))


def _joined(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    return replace(task, merged=(*task.merged, body["task"]))


def _reopened(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    return replace(task, status="open", closed_at=None)


_FOLDS: Mapping[str, Callable[[Any, Mapping[str, Any], Stamp], Task]] = {
    "task_opened": _opened,
    "step_withdrawn": _gone("withdrawn"),
    "step_released": _gone("released"),
    "step_restored": _restored,
    "step_assigned": _assigned,
    "step_delegated": _delegated,
    "done_confirmed": _done_confirmed,
    "clock_stopped": _stopped,
    "clock_resumed": _resumed,
    "extension_asked": _asked,
    "due_extended": _extended,
    "extension_declined": _declined,
    "due_recomputed": _recomputed,
    "due_moved": _moved,
    "step_urged": _urged,
    "task_noted": _noted,
    "file_attached": _noted,
    "text_revised": _revised,
    "handed_over": _handed_over,
    "vote_counted": _counted,
    "task_closed": _closed,
    "task_joined": _joined,
    "task_reopened": _reopened,
}
