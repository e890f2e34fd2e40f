"""Faults planted in the product on purpose, one for each row of the table and each promise about findings.

A campaign that does not see them proves nothing. Each is the variant of a single function that a hasty hand
might write; `plant` puts it in the place of the right one, and takes it out again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from tests.justice import comparing
from zeroerror.accountability import followup
from zeroerror.audit import attribution, circumstances, entitlement, holders, judge, missed, vanished
from zeroerror.audit import rules as rulebook
from zeroerror.audit.rules import (
    absences,
    conformity,
    dates,
    extensions,
    happened,
    notices,
    overdue,
    standing,
)
from zeroerror.engine import advancing
from zeroerror.exchange.ways import Ways
from zeroerror.model.finding import Answerer, Attribution

OWN = {"kind": "own", "for": None}


@dataclass(frozen=True)
class Plant:
    """Where a name stands, and what stands there instead."""

    places: tuple[Any, ...]
    name: str
    make: Callable[[Any], Any]


def _blaming(person: str) -> Attribution:
    return Attribution((Answerer(person, "direct", OWN, "planted"),), (), None, (0,))


def _held(change: Callable[[Any, Attribution], Attribution | None]) -> Callable[[Any], Any]:
    """`by_holding`, with what it says changed where `change` says so."""

    def make(right: Any) -> Any:
        def by_holding(held: Any) -> Attribution:
            said = right(held)
            return change(held, said) or said

        return by_holding

    return make


def _where(code: str, who: Callable[[Any], str | None]) -> Callable[[Any], Any]:
    """Somebody is named where it should be said that this is missing, or that the director leads for this."""

    def change(held: Any, said: Attribution) -> Attribution | None:
        reasons = {each.reason for each in said.answerers} | set(said.missing)
        person = who(held)
        return _blaming(person) if person is not None and f"attribution.{code}" in reasons else None

    return _held(change)


def _holder(held: Any) -> str | None:
    return held.holding.person or (held.visit.tried[0][0] if held.visit.tried else None)


def _delegate(held: Any) -> str | None:
    given = held.visit.delegated(held.due_at)
    return None if given is None else str(given.person)


def _merged_owes_on(right: Any) -> Any:
    def missed_by_task(task: Any, until: Any) -> Any:
        goes_on = task.status in ("merged", "redirected")
        return right(replace(task, closed_at=None) if goes_on else task, until)

    return missed_by_task


def _coverer(held: Any) -> str | None:
    meant = held.case.organisation.covers_meant(held.holding.person, held.due_at)
    return meant[0].by if meant else None


def _holds(value: object) -> Callable[[Any], Any]:
    return lambda right: lambda *args, **more: value


def _today(right: Any) -> Any:
    return lambda held: right(replace(held, holding=held.visit.holdings[-1]))


def _passed_to_holder(right: Any) -> Any:
    def passed(case: Any, visit: Any, due_at: Any, evidence: Any) -> Attribution:
        return _blaming(visit.person) if visit.person else right(case, visit, due_at, evidence)

    return passed


def _absent_named(held: Any, said: Attribution) -> Attribution | None:
    came = any(each.reason == "attribution.came_while_away" for each in said.answerers)
    return _blaming(held.visit.tried[0][0]) if came else None


def _nobody(held: Any, said: Attribution) -> Attribution | None:
    plain = any(each.reason == "attribution.owed" for each in said.answerers)
    return Attribution((), ("planted",), "dir", (0,)) if plain else None


def _leader_urged(right: Any) -> Any:
    def urging(task: Any, visit: Any, due: Any, **more: Any) -> Attribution:
        return _blaming(visit.waits_for) if visit.waits_for else right(task, visit, due, **more)

    return urging


def _doer_named(right: Any) -> Any:
    def event(task: Any, visit: Any, what: str, **more: Any) -> Attribution:
        return _blaming(visit.doer) if what == "returned" and visit.doer else right(task, visit, what, **more)

    return event


def _opener_named(right: Any) -> Any:
    return lambda task, due, **more: _blaming(task.opener)


def _desk_fires(right: Any) -> Any:
    def rule(view: Any, task: Any) -> Iterator[Any]:
        people = replace(task, visits=tuple(replace(each, kind="person") for each in task.visits))
        yield from right(view, people)

    return rule


def _open_only(right: Any) -> Any:
    def missed_by(visit: Any, until: Any) -> Any:
        return right(visit, until) if visit.open else None

    return missed_by


def _released_owes_on(right: Any) -> Any:
    def missed_by(visit: Any, until: Any) -> Any:
        return right(replace(visit, left_at=None) if visit.status == "released" else visit, until)

    return missed_by


def _first_region_only(right: Any) -> Any:
    def rule(view: Any, task: Any) -> Iterator[Any]:
        seen = tuple(each for each in task.visits if not each.step.startswith("b"))
        yield from right(view, replace(task, visits=seen))

    return rule


def _tried_named(right: Any) -> Any:
    def unassigned(task: Any, visit: Any, **more: Any) -> Attribution:
        return _blaming(visit.tried[0][0]) if visit.tried else right(task, visit, **more)

    return unassigned


def _silent_twice(right: Any) -> Any:
    def key(lead: Any) -> tuple[object, ...]:
        return (*right(lead), lead.evidence)

    return key


def _supervisor_himself(right: Any) -> Any:
    def answered(case: Any, visit: Any, answerers: Any, evidence: Any) -> Attribution:
        return replace(right(case, visit, answerers, evidence), clarifier=None)

    return answered


def _imported_holder(right: Any) -> Any:
    return lambda case, evidence: None


def _first_of_name(right: Any) -> Any:
    def imported(case: Any, evidence: Any) -> Any:
        said = right(case, evidence)
        return _blaming("ann") if said is not None and said.missing else said

    return imported


def _asks_director(right: Any) -> Any:
    return lambda lead, matters: matters.organisation.director("提案委", matters.slot) or right(lead, matters)


def _says_what_is_known(right: Any) -> Any:
    return lambda case, visit, before, now: None if before == now else now


def _clears_only(right: Any) -> Any:
    def revised(case: Any, visit: Any, before: Attribution, now: Attribution) -> Attribution | None:
        said = right(case, visit, before, now)
        return None if said is not None and "attribution.missing_known_later" in said.missing else said

    return revised


def _asker_named(right: Any) -> Any:
    return lambda view, task, visit, asked, owed_by: _blaming(asked.by)


def _doer_of_gate(right: Any) -> Any:
    def undetermined(
        view: Any, task: Any, visit: Any, missing: str, evidence: Any, concerned: str | None
    ) -> Attribution:
        said: Attribution = right(view, task, visit, missing, evidence, concerned)
        return _blaming(concerned) if concerned is not None else said

    return undetermined


def _reader_named(right: Any) -> Any:
    return lambda view, task, notice, owed_by: _blaming(notice.to[0])


def _holder_of_notice(right: Any) -> Any:
    return lambda view, task, notice, owed_by: _blaming(notice.owes or notice.to[0])


def _giver_named(right: Any) -> Any:
    return lambda view, task, visit, given: _blaming(given.by)


def _hindsight(right: Any) -> Any:
    return lambda calendars, at, index: calendars[-1].calendar if calendars else None


def _to_nobody_above(right: Any) -> Any:
    return lambda view, task, visit, change: replace(right(view, task, visit, change), clarifier=None)


def _away_named(right: Any) -> Any:
    return lambda view, duty, evidence: _blaming(duty.a)


def _anywhere(right: Any) -> Any:
    return lambda self, standing, step: right(self, standing, step) or self.begun


def _in_force(right: Any) -> Any:
    """What runs goes on by the definition that was published since, where that has the same steps."""

    def pinned(task: Any, facts: Any) -> Any:
        was, now = right(task, facts), facts.definition(facts.in_force(task.workflow))
        same = {each.name for each in was.workflow.steps} == {each.name for each in now.workflow.steps}
        return now if same else was

    return pinned


def _taken_back_stands(right: Any) -> Any:
    def gone(view: Any, task: Any, finding: Any) -> Any:
        ending = right(view, task, finding)
        return None if ending is not None and ending.why == "audit.withdrawn_taken_back" else ending

    return gone


PLANTS: Mapping[str, Plant] = {
    "plain": Plant((attribution, holders), "by_holding", _held(_nobody)),
    "came_while_away": Plant((attribution, holders), "by_holding", _held(_absent_named)),
    "holder_today": Plant((attribution, holders), "by_holding", _today),
    "handed_over": Plant((attribution, holders), "by_holding", _where("missing_short_time", _holder)),
    "passed_before": Plant((attribution,), "_passed_before", _passed_to_holder),
    "covered": Plant((attribution, holders), "by_holding", _where("cover_accepted", _holder)),
    "cover_not_accepted": Plant(
        (attribution, holders), "by_holding", _where("missing_cover_not_accepted", _coverer)
    ),
    "cover_recorded_late": Plant(
        (attribution, holders), "by_holding", _where("missing_cover_recorded_late", _coverer)
    ),
    "away_planned": Plant((circumstances.Case,), "substitute_at_hand", _holds(False)),
    "away_afterwards": Plant((attribution, holders), "by_holding", _where("lead_away_unforeseen", _holder)),
    "nobody_to_cover": Plant((circumstances.Case,), "substitute_at_hand", _holds(True)),
    "vacant": Plant((attribution, holders), "by_holding", _where("lead_vacant", _holder)),
    "unassigned": Plant((attribution, holders), "by_holding", _where("lead_unassigned", _holder)),
    "unassigned_at_once": Plant((happened,), "attribute_unassigned", _tried_named),
    "four_eyes": Plant((holders, circumstances), "forbidden_by_four_eyes", _holds(False)),
    "desk": Plant((rulebook.OF_TASK,), "step_overdue", _desk_fires),
    "urging": Plant((overdue,), "attribute_urging", _leader_urged),
    "extension": Plant((attribution,), "_unanswered", _holds(None)),
    "third_return": Plant((happened,), "attribute_event", _doer_named),
    "overrun": Plant((overdue,), "attribute_task", _opener_named),
    "imported": Plant((attribution,), "of_import", _imported_holder),
    "same_name": Plant((attribution,), "of_import", _first_of_name),
    "supervisor_own": Plant((circumstances.Case,), "answered", _supervisor_himself),
    "never_newly_blames": Plant((judge,), "revised", _says_what_is_known),
    "never_revised": Plant((judge,), "revised", _holds(None)),
    "cleared_stays_named": Plant((judge,), "revised", _clears_only),
    "closed_since": Plant((overdue, missed), "missed_by_visit", _open_only),
    "released": Plant((overdue, missed), "missed_by_visit", _released_owes_on),
    "one_region": Plant((rulebook.OF_TASK,), "step_overdue", _first_region_only),
    "found_twice": Plant((judge,), "key_of", _silent_twice),
    "recomputed": Plant((missed, vanished), "restated", _holds(None)),
    "taken_back": Plant((judge,), "why_gone", _taken_back_stands),
    "undecided": Plant((extensions,), "attribute_undecided", _asker_named),
    "carried_over": Plant((extensions, vanished), "carried_over", _holds(False)),
    "asked_late": Plant((extensions,), "_enough", _holds(True)),
    "gate": Plant((conformity,), "undetermined", _doer_of_gate),
    "notice_holder": Plant((notices,), "attribute_notice", _holder_of_notice),
    "notice_reader_away": Plant((notices,), "attribute_notice", _reader_named),
    "notice_taken_back": Plant((notices,), "_taken_back", _holds(False)),
    "short_notice": Plant((dates,), "attribute_date", _giver_named),
    "short_notice_hindsight": Plant((dates,), "calendar_then", _hindsight),
    "follow_up_overdue": Plant((rulebook.OF_TASK,), "follow_up_overdue", _holds(())),
    "follow_up_upward": Plant((overdue,), "attribute_follow_up", _to_nobody_above),
    "joint_absence": Plant((rulebook.OF_INSTITUTION,), "joint_absence", _holds(())),
    "joint_absence_named": Plant((absences,), "_arranges", _away_named),
    "joint_absence_over": Plant((judge,), "absence_gone", _holds(("audit.withdrawn_otherwise", True))),
    "joint_absence_covered": Plant((absences,), "_covered", _holds(False)),
    "four_eyes_blocked": Plant((rulebook.OF_TASK,), "four_eyes_blocked", _holds(())),
    "somebody_else": Plant((standing,), "_somebody_else", _holds(False)),
    "blocked_for_good": Plant((standing,), "_freed", _holds(None)),
    "barred_named": Plant((standing,), "undetermined", _doer_of_gate),
    "not_entitled": Plant((rulebook.OF_TASK,), "not_entitled", _holds(())),
    "stands_in": Plant((standing,), "entitled", _holds(False)),
    "forged_named": Plant((attribution,), "entitled", _holds(True)),
    "non_conforming": Plant((rulebook.OF_TASK,), "non_conforming", _holds(())),
    "led_astray": Plant((conformity,), "_led_there", _holds(True)),
    "log_not_entitled": Plant((entitlement,), "_might_have", _holds(True)),
    "log_strays": Plant((Ways,), "after", _anywhere),
    "definition_changed": Plant((rulebook.OF_INSTITUTION,), "definition_changed", _holds(())),
    "in_force": Plant((advancing,), "pinned", _in_force),
    "delegate_named": Plant((attribution, holders), "by_holding", _where("delegated", _delegate)),
    "waits": Plant((attribution,), "held_up", _holds(())),
    "merged_owes_on": Plant((overdue,), "missed_by_task", _merged_owes_on),
    "asked": Plant((comparing, followup), "follow_up_for", _asks_director),
}


@contextmanager
def plant(name: str | None) -> Iterator[None]:
    """The product with one fault in it, as long as this lasts; None: as it is."""
    if name is None:
        yield
        return
    planted = PLANTS[name]
    missing = [place for place in planted.places if not _has(place, planted.name)]
    assert not missing, f"{planted.name} has another name now, and nothing was planted in {missing}"
    right = [(place, _get(place, planted.name)) for place in planted.places]
    try:
        for place, function in right:
            _set(place, planted.name, planted.make(function))
        yield
    finally:
        for place, function in right:
            _set(place, planted.name, function)


def _rule(table: Any, name: str) -> Any:
    return next((rule for rule in table if rule.name == name), None)


def _has(place: Any, name: str) -> bool:
    return _rule(place, name) is not None if isinstance(place, dict) else hasattr(place, name)


def _get(place: Any, name: str) -> Any:
    return place[_rule(place, name)] if isinstance(place, dict) else getattr(place, name)


def _set(place: Any, name: str, function: Any) -> None:
    if isinstance(place, dict):
        place[_rule(place, name)] = function
    else:
        setattr(place, name, function)
