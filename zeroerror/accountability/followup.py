"""Follow-ups: who is asked to explain a finding, and with which end of it the asking ends (design §10).

A step that is overdue and still open, or that failed, is explained by who is 直接, else by the director. What
is undetermined goes to whoever is to clarify it, never as blame; so does a supervisor's own step, which goes to
the secretary. Where several answer and of some of it something is missing, who is 直接 is asked all the same. One is opened per task and cause: a finding is made once, and a step that ended late as failed is
explained for its failing alone; if it was being explained for its lateness, that ended with the step. Tasks of
`oversight` open none; they escalate.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from zeroerror.model.finding import Finding, Lead
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task

#: The rules whose findings call for an explanation.
EXPLAINED = ("step_overdue", "step_failed")


class Matters(Protocol):
    """What is asked of the instant at which a finding was made; an audit's view has it."""

    @property
    def slot(self) -> datetime:
        """The instant judged."""

    @property
    def tasks(self) -> Mapping[str, Task]:
        """The tasks judged, by id."""

    @property
    def organisation(self) -> Organisation:
        """The organisation as of then."""


def follow_up_for(lead: Lead, matters: Matters) -> str | None:
    """Who is asked to explain a new finding; None where nobody is."""
    task = matters.tasks.get(lead.task or "")
    if task is None or task.family == "oversight" or lead.rule not in EXPLAINED:
        return None
    if task.answers is not None:
        # Who answers in a log from elsewhere is nobody here who could be asked.
        return None
    if lead.rule == "step_overdue" and lead.trace.get("ended_at") is not None:
        return None
    visit = None if lead.step is None or lead.visit is None else task.find(lead.step, lead.visit)
    if lead.rule == "step_overdue" and visit is not None and visit.asked and visit.asked.silently:
        # The definition itself takes it upward; nobody is asked to explain what is on a leader's desk already.
        return None
    direct = [
        each.person
        for each in lead.attribution.answerers
        if each.degree == "direct" and not _supervises(each.person, matters)
    ]
    leads = [each.person for each in lead.attribution.answerers if each.degree == "lead"]
    upwards = (*direct, lead.attribution.clarifier, *leads)
    asked = next((person for person in upwards if person is not None), None)
    return asked or matters.organisation.director(task.office, matters.slot)


def _supervises(person: str, matters: Matters) -> bool:
    organisation = matters.organisation
    # Who never supervised anything need not be looked for office by office.
    ever = any(each.person == person for each in organisation.supervisions)
    return ever and person in organisation.supervisors(matters.slot)


def ends_follow_up(finding: Finding, end: str) -> bool:
    """Whether a follow-up ends with its finding, `cured` or `withdrawn`; for a failed step only a reply ends it."""
    return end == "withdrawn" or finding.lead.rule != "step_failed"
