"""The rules, in plain sight: each a short pure function of the facts, with its version and severity.

A rule says everything that holds, or has held, of a task as of the instant judged, and with it what has put it
right since. It does not ask when it was last run: what is new is for `judge` to tell, by comparing with the
findings on record, so that the findings are the same however passes cut time. Raise a version whenever the
outcome for some history changes. Thresholds are data in force (`config/thresholds.yaml`).
"""

from __future__ import annotations

from collections.abc import Mapping

from zeroerror.audit.rules import (
    absences,
    conformity,
    dates,
    definitions,
    extensions,
    happened,
    machine,
    notices,
    overdue,
    reminders,
    standing,
)
from zeroerror.audit.rules.rule import End, OfInstitution, OfTask, Rule, Sighting

__all__ = ["OF_INSTITUTION", "OF_TASK", "RULES", "End", "Rule", "Sighting"]

OF_TASK: Mapping[Rule, OfTask] = {
    Rule("step_overdue", 1, "minor"): overdue.step_overdue,
    Rule("follow_up_overdue", 1, "minor"): overdue.follow_up_overdue,
    Rule("task_overdue", 1, "minor"): overdue.task_overdue,
    Rule("urging_overdue", 1, "minor"): overdue.urging_overdue,
    Rule("step_unassigned", 1, "minor"): happened.step_unassigned,
    Rule("step_failed", 1, "minor"): happened.step_failed,
    Rule("step_returned", 1, "minor"): happened.step_returned,
    Rule("late_record", 1, "minor"): happened.late_record,
    Rule(
        "extension_undecided", 1, "minor", told_apart_by="proposal", threshold="extension_answer_within"
    ): extensions.extension_undecided,
    Rule("short_notice", 1, "minor", threshold="short_notice_least"): dates.short_notice,
    Rule("four_eyes_blocked", 1, "minor"): standing.four_eyes_blocked,
    Rule("not_entitled", 1, "major"): standing.not_entitled,
    Rule("non_conforming", 1, "minor"): conformity.non_conforming,
    Rule("evidence_missing", 1, "minor"): conformity.evidence_missing,
    Rule("notice_unanswered", 1, "minor", told_apart_by="notice"): notices.notice_unanswered,
    Rule("extension_late", 1, "reminder", reminder=True): extensions.extension_late,
    Rule("step_due_soon", 1, "reminder", reminder=True): reminders.step_due_soon,
    Rule("calendar_provisional", 1, "reminder", reminder=True): reminders.calendar_provisional,
}

OF_INSTITUTION: Mapping[Rule, OfInstitution] = {
    Rule("slot_missed", 1, "minor"): machine.slot_missed,
    Rule("ledger_mismatch", 1, "critical"): machine.ledger_mismatch,
    Rule("joint_absence", 1, "reminder"): absences.joint_absence,
    Rule("definition_changed", 1, "reminder", reminder=True): definitions.definition_changed,
}

RULES: Mapping[str, Rule] = {rule.name: rule for rule in (*OF_TASK, *OF_INSTITUTION)}
