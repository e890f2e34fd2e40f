"""Whether history is what the definition allows: each step where one leads, and at each gate what it asks for.

Our own steps are let in by the definition; so this is found in history from elsewhere, and where leaves were forged.
Whose it is cannot be told from it: a log may lack a row, or call an activity by another name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zeroerror.audit.answering import undetermined
from zeroerror.audit.rules.rule import End, Sighting
from zeroerror.audit.view import View, imported
from zeroerror.model.instant import to_text
from zeroerror.model.task import Deviation, Task
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import Action, Workflow

#: How much of the way there is told.
PATH_MOST = 12


def non_conforming(view: View, task: Task) -> Iterator[Sighting]:
    """Each thing in a task's history that the definition has no place for, with the way that led there."""
    for each in (*task.deviations, *_strayed(view.workflow(task), task)):
        trace = {
            "why": each.why,
            "path": _path(view.workflow(task), task, each.index),
            "recorded_at": to_text(each.at),
            "index": each.index,
            **({"row": each.row} if each.row else {}),
        }
        yield Sighting(
            step=each.step,
            evidence=(each.index,),
            trace=trace,
            attribution=undetermined(view, task, None, "history", (each.index,), None),
            event=each.index,
        )


def evidence_missing(view: View, task: Task) -> Iterator[Sighting]:
    """A gate that was passed without as many files as it asks for, and to which none has been put since."""
    workflow = view.workflow(task)
    for visit in task.visits:
        index = visit.left_index
        action = workflow.step(visit.step).action(visit.action or "")
        if index is None or action is None:
            continue
        needed = max(action.evidence, int(any(guard.name == "evidence" for guard in action.guards)))
        if visit.attachments >= needed:
            continue
        end = _attached(task, index, needed - visit.attachments)
        missing = "log_silent" if imported(task) else "evidence"
        evidence = (visit.entered_index, index)
        yield Sighting(
            step=visit.step,
            visit=visit.visit,
            evidence=(*evidence, *(end.evidence if end else ())),
            trace={
                "needed": needed,
                "attached": visit.attachments,
                "recorded_at": None if visit.left_at is None else to_text(visit.left_at),
                "ended_at": None if end is None else to_text(end.at),
            },
            attribution=undetermined(view, task, visit, missing, evidence, visit.doer),
            end=end,
        )


def _strayed(workflow: Workflow, task: Task) -> Iterator[Deviation]:
    """Of our own steps, those left by an action that they do not have, or followed by one it does not lead to."""
    for visit in task.visits:
        index, at = visit.left_index, visit.left_at
        if visit.action is None or visit.capacity == "imported" or index is None or at is None:
            continue
        if visit.asked is not None or visit.minutes is not None:
            # One answer of several leads nowhere by itself; where all of them lead, the table has.
            continue
        action = workflow.step(visit.step).action(visit.action)
        if action is None:
            yield Deviation("unknown_activity", visit.step, at, index, 0)
            continue
        # What an act enters is the leaf behind its own.
        after = next((each for each in task.visits if each.entered_index == index + 1), None)
        if _led_there(workflow, task, action, at, after):
            continue
        if after is None:
            yield Deviation("no_such_move", visit.step, at, index, 0)
        else:
            yield Deviation("no_such_move", after.step, after.entered_at, after.entered_index, 0)


def _led_there(workflow: Workflow, task: Task, action: Action, at: datetime, after: Visit | None) -> bool:
    """Whether what came of an act is what it leads to: that step, or the task's end."""
    if action.ends:
        return after is None
    target = next((each for each in workflow.steps if each.name == action.to), None)
    if target is None or target.consent is not None:
        # A group opens several; and a countersigning in which nobody is left to be asked is passed.
        return True
    if after is not None:
        return after.step == target.name
    return target.vote is not None or task.closed_at != at


def _path(workflow: Workflow, task: Task, index: int) -> str:
    """The steps that had been left before, in the order in which they were."""
    before = [each for each in task.visits if each.left_index is not None and each.left_index < index]
    ordered = sorted(before, key=lambda each: each.left_index or 0)[-PATH_MOST:]
    return " → ".join(workflow.step(each.step).title for each in ordered)


def _attached(task: Task, index: int, lacking: int) -> End | None:
    later = [each for each in task.attached if each[1] > index]
    if len(later) < lacking:
        return None
    at, by = later[lacking - 1]
    return End(at, "audit.cured_attached", (by,))
