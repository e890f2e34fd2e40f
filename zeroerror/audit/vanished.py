"""Why a finding that a rule no longer sees is gone: it never was, or it was put right without a witness."""

from __future__ import annotations

from zeroerror.audit.missed import first_missed, restated, stopped_at
from zeroerror.audit.rules import RULES
from zeroerror.audit.rules.extensions import carried_over
from zeroerror.audit.view import View
from zeroerror.model.finding import Finding, Lead
from zeroerror.model.limit import limit_text
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import DueChange, Visit

#: Rules about an act by which a step was left: such a finding stands as long as the act does.
OF_LEAVING = ("step_failed", "step_returned", "late_record")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a finding ends, as a code, with the leaves that show it."""

    why: str
    evidence: tuple[int, ...]
    withdrawn: bool = True


def why_gone(view: View, task: Task, finding: Finding) -> Ending | None:
    """Why a finding is gone; None where the facts it rests on still stand."""
    lead = finding.lead
    if _found_by_another_threshold(view, lead):
        return None
    visit = None if lead.step is None else task.find(lead.step, lead.visit or 0)
    if lead.step is not None and (visit is None or visit.status == "withdrawn"):
        return Ending("audit.withdrawn_taken_back", (task.last_index,))
    if lead.closed and lead.rule not in OF_LEAVING:
        return Ending("audit.withdrawn_otherwise", (task.last_index,))
    if lead.closed:
        still = visit is not None and visit.left_index == lead.occurrence
        return None if still else Ending("audit.withdrawn_taken_back", (task.last_index,))
    if lead.rule == "extension_undecided":
        return _request_gone(view, task, visit, finding)
    if lead.due_at is None or lead.rule == "notice_unanswered":
        return Ending("audit.withdrawn_otherwise", (task.last_index,))
    return _due_date_gone(view, finding, task, visit)


def _found_by_another_threshold(view: View, lead: Lead) -> bool:
    """Whether it was found by a threshold that is another now: what was found by the one before stands."""
    rule = RULES.get(lead.rule)
    if rule is None or rule.threshold is None:
        return False
    return bool(lead.trace["threshold"] != limit_text(getattr(view.thresholds, rule.threshold)))


def _request_gone(view: View, task: Task, visit: Visit | None, finding: Finding) -> Ending:
    """A request that need not have been answered by then, or whose answer the step's own delay has overtaken."""
    requests = () if visit is None else visit.extensions
    asked = next((each for each in requests if each.proposal == finding.lead.trace["proposal"]), None)
    if visit is not None and asked is not None and carried_over(visit, asked, view.slot):
        return Ending("audit.withdrawn_carried_over", (asked.index,))
    return Ending("audit.withdrawn_due_moved", (task.last_index,))


def _due_date_gone(view: View, finding: Finding, task: Task, visit: Visit | None) -> Ending:
    due_at = finding.lead.due_at or view.slot
    dues = task.dues if visit is None else visit.dues
    judged = [place for place, change in enumerate(dues) if change.due_at == due_at]
    recomputed = restated(due_at, dues[judged[0] + 1 :]) if judged else None
    if recomputed is not None:
        return Ending("audit.withdrawn_due_moved", (recomputed.index,))
    stop = None if visit is None else stopped_at(visit.pauses, due_at)
    if stop is not None:
        return Ending("audit.withdrawn_stopped", (stop.index,))
    act = _closing(task) if visit is None else visit
    if act is None or act.left_index is None or act.done_at is None:
        return Ending("audit.withdrawn_otherwise", (task.last_index,))
    if act.capacity == "paper" or act.confirmed_by is not None:
        return Ending("audit.withdrawn_done_in_time", (act.left_index,))
    if _late_as_recorded(dues, visit, act, view):
        return Ending("audit.cured_recorded", (act.left_index,), withdrawn=False)
    return Ending("audit.withdrawn_otherwise", (task.last_index,))


def _closing(task: Task) -> Visit | None:
    """The act that closed the task."""
    left = [visit for visit in task.visits if visit.left_at == task.closed_at and visit.doer is not None]
    return left[-1] if left and task.closed_at is not None else None


def _late_as_recorded(dues: tuple[DueChange, ...], visit: Visit | None, act: Visit, view: View) -> bool:
    """Whether it was late by when the act was recorded, which is all that nobody else has confirmed."""
    pauses = () if visit is None else visit.pauses
    return first_missed(dues, pauses, act.left_at, view.slot) is not None
