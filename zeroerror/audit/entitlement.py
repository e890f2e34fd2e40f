"""Whether who took a step was one who might.

In our own history only what no later fact can change is held against the record: who has held the visit, at whose
desk it lay, whom its holder had asked to do it, who had been on record as standing in. What the organisation says of
the past may be corrected afterwards, and an act that was let in honestly must not become a suspicion by it.
"""

from __future__ import annotations

from zeroerror.audit.circumstances import Case
from zeroerror.model.visit import Visit


def entitled(case: Case, visit: Visit) -> bool:
    """Whether whoever left a visit might; of one that nobody has left, there is nothing to be said against it."""
    doer, index = visit.doer, visit.left_index
    if doer is None or index is None or plainly_his(visit):
        return True
    if visit.capacity == "imported":
        return _might_have(case, visit, doer)
    return _might(case, visit, doer, index)


def plainly_his(visit: Visit) -> bool:
    """Whether somebody did what he owed, as nearly everybody does: then nothing more need be asked."""
    return visit.capacity != "imported" and visit.doer == visit.person


def of_the_step(case: Case, visit: Visit) -> set[str]:
    """The staff of a step's office, who does its duty or covers it, and who stands in for its holder."""
    owner = case.workflow.step(visit.step).owner_at(visit.place)
    at, office = visit.entered_at, case.office(visit)
    found = set(case.organisation.staff(office, at))
    if owner.kind == "duty":
        duty = case.organisation.division(office, (owner.name, case.task.workflow, case.task.family), at)
        found |= set() if duty is None else {each for each in (duty.a, duty.b) if each is not None}
    holder = visit.holdings[0].person
    return found | ({each.by for each in case.organisation.covers_of(holder, at)} if holder else set())


def _might(case: Case, visit: Visit, doer: str, index: int) -> bool:
    # Who had only to assign a step that lay with nobody is its urger too, and may not do it for that.
    urger = None if visit.kind == "person" else visit.urger
    owed = {*(each.person for each in visit.holdings), urger, visit.waits_for}
    asked = {each.person for each in visit.delegations if each.index < index}
    return doer in owed | asked or any(
        cover.by == doer and cover.recorded_index < index
        for each in owed
        if each is not None
        for cover in case.organisation.all_covers(each)
    )


def _might_have(case: Case, visit: Visit, doer: str) -> bool:
    """Whether somebody of ours who stands in a log from elsewhere might have done it; of others nothing is known."""
    owner = case.workflow.step(visit.step).owner_at(visit.place)
    at, organisation = visit.entered_at, case.organisation
    if organisation.person(doer) is None or owner.kind in ("outside", "field", "doer"):
        return True
    above = owner.kind == "desk" and organisation.entitled(doer, "leader", at)
    holds = owner.kind == "post" and doer in organisation.holders(None, owner.name, at)
    return above or holds or doer in of_the_step(case, visit)
