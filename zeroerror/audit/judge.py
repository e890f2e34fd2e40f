"""A pass: what the rules see is compared with the findings on record, and what differs is said.

Since the rules say all that holds, a pass run twice says nothing the second time, and the findings do not
depend on how passes cut time. How a finding ends (design §8):

- cured: it was so and has been put right; it still counts. What was put right before the pass came is opened
  and cured by the same pass.
- withdrawn: facts recorded since show that it never was. An act that was recorded in its time, but that no
  second person has confirmed, cures only; and neither does a changed threshold undo what was found under the
  one before.
- revised: somebody else, or nobody, answers for it. What was recorded later may clear somebody; it never newly
  blames anyone, so that an attribution that would is left as it is, or names nobody (`clearing`).
- If it holds again, it is a new occurrence; but what people have voided stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime

from zeroerror.audit.circumstances import Case
from zeroerror.audit.clearing import revised
from zeroerror.audit.rules import OF_INSTITUTION, OF_TASK, RULES, End, Sighting
from zeroerror.audit.rules.absences import absence_gone
from zeroerror.audit.vanished import Ending, why_gone
from zeroerror.audit.view import View, imported
from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.finding import Attribution, Finding, Lead
from zeroerror.model.limit import Limit
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.timing import working_before

_Key = tuple[object, ...]
#: The rules that answer what is past due at an instant.
DUE = ("step_overdue", "follow_up_overdue", "task_overdue")
#: A finding's end: which one, the code of how, and the leaves that show it.
Ended = tuple[Finding, str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a pass says: all of it differs from what is on record."""

    opened: tuple[Lead, ...] = ()
    #: Those of `opened` that have been put right before the pass came, by fingerprint: how, and by which leaves.
    cured_at_once: Mapping[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    cured: tuple[Ended, ...] = ()
    withdrawn: tuple[Ended, ...] = ()
    revised: tuple[tuple[Finding, Attribution], ...] = ()


@dataclass(slots=True)
class _Notes:
    opened: list[Lead] = field(default_factory=list)
    at_once: dict[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    cured: list[Ended] = field(default_factory=list)
    withdrawn: list[Ended] = field(default_factory=list)
    revised: list[tuple[Finding, Attribution]] = field(default_factory=list)

    def open(self, lead: Lead, end: End | None) -> None:
        """A new finding, cured in the same breath where it has been put right."""
        self.opened.append(lead)
        if end is not None and not lead.closed:
            self.at_once[lead.fingerprint] = (end.why, end.evidence)


def judge(view: View) -> Judgement:
    """Everything that one slot has to say of what it sees."""
    of_tasks, others = judge_tasks(view), judge_institution(view)
    return Judgement(
        (*of_tasks.opened, *others.opened),
        of_tasks.cured_at_once,
        (*of_tasks.cured, *others.cured),
        (*of_tasks.withdrawn, *others.withdrawn),
        of_tasks.revised,
    )


def judge_tasks(view: View) -> Judgement:
    """What is to be said of the tasks of a view; a slot that looks at many is given them a part at a time."""
    notes, judge_imported = _Notes(), view.thresholds.judge_imported
    for id in sorted(view.tasks):
        task = view.tasks[id]
        if not imported(task) or judge_imported:
            _judge_task(view, task, notes)
    return Judgement(
        tuple(notes.opened),
        notes.at_once,
        tuple(notes.cured),
        tuple(notes.withdrawn),
        tuple(notes.revised),
    )


def judge_institution(view: View) -> Judgement:
    """What is found about no task, and what has become of what was; whoever is named in it stays so."""
    notes, seen_now, on_record = _Notes(), set(), _on_record(view.findings.get("", ()))
    for rule, look in OF_INSTITUTION.items():
        for seen in look(view):
            lead = rule.lead(None, seen)
            seen_now.add(key_of(lead))
            _compare(lead, seen.end, on_record.get(key_of(lead), []), notes)
    for key, found in on_record.items():
        last = found[-1]
        if key not in seen_now and last.state == "open" and last.lead.rule == "joint_absence":
            why, never = absence_gone(view, last.lead.trace)
            (notes.withdrawn if never else notes.cured).append((last, why, last.lead.evidence))
    return Judgement(tuple(notes.opened), {}, tuple(notes.cured), tuple(notes.withdrawn))


def _on_record(findings: Iterable[Finding]) -> dict[_Key, list[Finding]]:
    found: dict[_Key, list[Finding]] = {}
    for finding in findings:
        found.setdefault(key_of(finding.lead), []).append(finding)
    return found


def as_of(view: View) -> tuple[Lead, ...]:
    """What is open and past due at the instant of the view, imported history too; nothing is compared.

    It goes by when things happened: at the very due instant nothing is past due yet.
    """
    return tuple(
        lead
        for lead, seen in _overdue(view)
        if seen.end is None and lead.due_at is not None and lead.due_at < view.slot
    )


def late_between(view: View, since: datetime) -> tuple[Lead, ...]:
    """What was late and ended after `since`, up to and with the instant of the view."""
    return tuple(lead for lead, seen in _overdue(view) if seen.end is not None and seen.end.at > since)


def look_from(previous: datetime, calendar: Calendar) -> datetime:
    """After which due instant a pass has to look, so that an urging owed a working day later is not missed."""
    try:
        return working_before(previous, Limit("wd", count=2), calendar)
    except CalendarError:
        return previous


def _overdue(view: View) -> Iterator[tuple[Lead, Sighting]]:
    for id in sorted(view.tasks):
        task = view.tasks[id]
        for rule, look in OF_TASK.items():
            if rule.name in DUE:
                for seen in look(view, task):
                    yield rule.lead(task, seen), seen


def _judge_task(view: View, task: Task, notes: _Notes) -> None:
    on_record = _on_record(view.findings.get(task.id, ()))
    seen_now: set[_Key] = set()
    for rule, look in OF_TASK.items():
        for seen in look(view, task):
            lead = rule.lead(task, seen)
            key = key_of(lead)
            seen_now.add(key)
            stands = _compare(lead, seen.end, on_record.get(key, []), notes)
            if stands is not None and not stands.corrected:
                _revise(view, task, stands, lead, notes)
    for key, found in on_record.items():
        rule_known = RULES.get(found[-1].lead.rule)
        if key not in seen_now and rule_known is not None and not rule_known.reminder:
            _vanished(view, task, found[-1], notes)


def key_of(lead: Lead) -> _Key:
    """Which slip a lead is of: the fingerprint without the occurrence, which for a finding about an event is part of what it is."""
    return lead.rule, lead.task, lead.step, lead.visit, lead.slip, lead.occurrence if lead.closed else 0


def _compare(lead: Lead, end: End | None, found: list[Finding], notes: _Notes) -> Finding | None:
    """Note what differs; the finding that stands, where there was one and it is not a new occurrence."""
    if not found:
        notes.open(lead, end)
        return None
    last = found[-1]
    again = last.state == "withdrawn" or (last.state == "cured" and end is None)
    if again and not lead.closed:
        notes.open(replace(lead, occurrence=last.lead.occurrence + 1), end)
        return None
    if last.state == "open" and end is not None:
        notes.cured.append((last, end.why, end.evidence))
    return last if last.state in ("open", "cured", "closed") else None


def _revise(view: View, task: Task, stands: Finding, lead: Lead, notes: _Notes) -> None:
    children = view.children.get(task.id, ())
    case = Case(task, view.workflow(task), view.organisation, view.calendar, view.slot, children)
    visit = task.find(lead.step, lead.visit) if lead.step and lead.visit else None
    attribution = revised(case, visit, stands.lead.attribution, lead.attribution)
    if attribution is not None:
        notes.revised.append((stands, attribution))


def _vanished(view: View, task: Task, finding: Finding, notes: _Notes) -> None:
    if finding.state not in ("open", "cured", "closed"):
        return
    gone: Ending | None = why_gone(view, task, finding)
    if gone is None:
        return
    ended = (finding, gone.why, gone.evidence)
    if gone.withdrawn:
        notes.withdrawn.append(ended)
    elif finding.state == "open":
        notes.cured.append(ended)
