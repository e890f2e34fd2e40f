"""Who answers among those who held a step, stood in for its holder, or directed there (design §9)."""

from __future__ import annotations

from datetime import datetime

from zeroerror.audit.circumstances import Case, back_too_late, forbidden_by_four_eyes
from zeroerror.model.command import Capacity
from zeroerror.model.finding import Answerer, Attribution
from zeroerror.model.organisation import Cover, Leave
from zeroerror.model.value import dataclass
from zeroerror.model.visit import DueChange, Holding, Visit
from zeroerror.timing import working_minutes_between


@dataclass(frozen=True, slots=True)
class Held:
    """A visit as it was held at its due instant."""

    case: Case
    visit: Visit
    due: DueChange
    due_at: datetime
    holding: Holding

    @property
    def evidence(self) -> tuple[int, ...]:
        """The leaves that set the due date and gave the step to its holder."""
        return self.due.index, self.holding.index


def by_holding(held: Held) -> Attribution:
    """Who answers for a step that somebody held, or that nobody did, at its due instant."""
    case, visit, due_at, holding = held.case, held.visit, held.due_at, held.holding
    organisation, person = case.organisation, holding.person
    if person is None:
        return nobody(case, visit, due_at, held.evidence, "lead_unassigned", None)
    if not organisation.in_service(person, due_at):
        return nobody(case, visit, due_at, held.evidence, "lead_vacant", person)
    if holding is not visit.holdings[0] and case.less_than_a_day(holding.since, due_at):
        return case.undetermined("short_time", visit, held.evidence, person)
    meant = organisation.covers_meant(person, due_at)
    if visit.delegated(due_at) is not None and (meant or organisation.leaves_of(person, due_at)):
        # Who was away had given it to somebody to do, who owes nothing: whose the delay is, is not clear from here.
        return case.undetermined("delegated_away", visit, held.evidence, person)
    if case.workflow.step(visit.step).personal and (meant or organisation.is_on_leave(person, due_at)):
        # Nobody could have done it in his stead, and he was away.
        return case.undetermined("nobody_could_act", visit, held.evidence, person)
    if meant:
        return covered(case, visit, meant, due_at, held.evidence, person, holding.for_)
    leaves = organisation.leaves_of(person, due_at)
    if leaves:
        return _away(held, person, leaves)
    if back_too_late(case, person, holding.since, due_at):
        return case.undetermined("back_too_late", visit, held.evidence, person)
    return _plain(held, person)


def _plain(held: Held, person: str) -> Attribution:
    case, visit, holding = held.case, held.visit, held.holding
    if forbidden_by_four_eyes(case, visit, person, held.due_at):
        return case.undetermined("four_eyes", visit, held.evidence, person)
    given = visit.delegated(held.due_at)
    if given is not None:
        reason = "attribution.delegated"
    elif holding is not visit.holdings[0]:
        reason = "attribution.handed_over"
    else:
        reason = "attribution.came_while_away" if visit.tried else "attribution.owed"
    capacity = Capacity(holding.capacity, holding.for_)
    evidence = held.evidence if given is None else (*held.evidence, given.index)
    return case.answered(visit, (Answerer(person, "direct", capacity.to_json(), reason),), evidence)


def _away(held: Held, person: str, leaves: tuple[Leave, ...]) -> Attribution:
    """Away at the due instant, with nobody standing in."""
    case, visit, due_at, holding = held.case, held.visit, held.due_at, held.holding
    evidence = (*held.evidence, *(leave.recorded_index for leave in leaves))
    leave = min(leaves, key=lambda each: each.since)
    # He could hand it over only if it was his before he went, while the office was open.
    could = working_minutes_between(case.calendar, holding.since, leave.since) > 0
    planned = all(each.recorded_at <= each.since for each in leaves)
    if not (planned and could and case.substitute_at_hand(visit, person, leave.since, due_at)):
        reason = "lead_nobody_covered" if planned else "lead_away_unforeseen"
        return nobody(case, visit, due_at, evidence, reason, person)
    if forbidden_by_four_eyes(case, visit, person, due_at):
        return case.undetermined("four_eyes", visit, evidence, person)
    capacity = Capacity(holding.capacity, holding.for_)
    direct = Answerer(person, "direct", capacity.to_json(), "attribution.left_without_handing_over")
    lead = case.lead(visit, due_at, "lead_left_without_handing_over")
    return case.answered(visit, (direct, *lead), evidence)


def covered(
    case: Case,
    visit: Visit,
    meant: tuple[Cover, ...],
    due_at: datetime,
    evidence: tuple[int, ...],
    person: str,
    label: str | None,
) -> Attribution:
    """Who covers answers as cover, if it was on record in time, and he accepted or was told in time."""
    evidence = (*evidence, *(cover.recorded_index for cover in meant))
    in_time = [cover for cover in meant if cover.in_force_since <= due_at]
    if not in_time:
        return case.undetermined("cover_recorded_late", visit, evidence, person)
    accepted = [each for each in in_time if each.accepted_at is not None and each.accepted_at < due_at]
    told = [each for each in in_time if each.told_at and not case.less_than_a_day(each.told_at, due_at)]
    chosen = accepted or told
    if len({cover.by for cover in chosen}) != 1:
        code = "several_cover" if chosen else "cover_not_accepted"
        return case.undetermined(code, visit, evidence, person)
    by = chosen[0].by
    if not case.organisation.is_present(by, due_at) or case.organisation.covers_meant(by, due_at):
        return case.undetermined("coverer_away", visit, evidence, by)
    if forbidden_by_four_eyes(case, visit, by, due_at):
        return case.undetermined("four_eyes", visit, evidence, by)
    capacity = Capacity("cover", label or case.post_label(person, due_at))
    reason = "attribution.cover_accepted" if accepted else "attribution.cover_told"
    return case.answered(visit, (Answerer(by, "direct", capacity.to_json(), reason),), evidence)


def nobody(
    case: Case, visit: Visit, at: datetime, evidence: tuple[int, ...], reason: str, person: str | None
) -> Attribution:
    """Nobody 直接; the director 领导, if he was there."""
    lead = case.lead(visit, at, reason)
    if lead:
        return case.answered(visit, lead, evidence)
    return case.undetermined("nobody_could_act", visit, evidence, person)
