"""Whether there will be people for a definition: the staffing of every working day of the coming quarter.

`staffing` asks of one instant whether a post is vacant or a name unknown. Here the dated facts are asked of
each day: leave and cover as they stand on record, A角 and B角 away together, posts that end, and one person on
both sides of four eyes. All of it warns: a leave can be moved, and a cover can still be found. Of a small office
whose supervisor has put up with there being no second person, nothing is said of those days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from zeroerror.definition.where import Where
from zeroerror.engine.ownership import Resolved, resolve
from zeroerror.model.organisation import Organisation
from zeroerror.model.problem import Problem
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Owner, Step, Workflow

#: Guards that forbid one person to do both; they name the earlier steps.
_FOUR_EYES = "four_eyes"
_OF_STAFF = ("duty", "post", "desk")


@dataclass(frozen=True, slots=True)
class Day:
    """A working day, and the instant at which its staffing is asked about: when the office opens."""

    day: date
    opens: datetime


def check_quarter(
    workflow: Workflow, organisation: Organisation, days: Sequence[Day], where: Where | None = None
) -> list[Problem]:
    """What the staffing of these days has against a definition, by step and office."""
    asked = _Asked(workflow, organisation, where)
    found: list[Problem] = []
    for office in (each.id for each in organisation.offices):
        looked_at = [each for each in days if not organisation.is_exempted(office, each.opens)]
        for step in workflow.steps:
            found += asked.nobody(step, office, looked_at)
            found += asked.four_eyes(step, office, looked_at)
    return _once(found)


class _Asked:
    """Who would owe what on which day; the same lookup is done once."""

    def __init__(self, workflow: Workflow, organisation: Organisation, where: Where | None) -> None:
        self.workflow, self.organisation, self.where = workflow, organisation, where
        self._known: dict[tuple[Owner, str, datetime], Resolved] = {}

    def nobody(self, step: Step, office: str, days: Sequence[Day]) -> Iterator[Problem]:
        """Days on which a step would come to nobody, or nobody could urge there."""
        # Who is away is due to vote all the same: a vote comes to nobody only where a post is vacant.
        for owner in () if step.balloted is not None else (*step.owners, step.owner.urged_by):
            # An office that is named has the same people for every task: it is told once, under itself.
            if owner is None or owner.kind not in _OF_STAFF or owner.office not in (None, office):
                continue
            missing = [(each, self._missing(owner, office, each)) for each in days]
            bad = [(each, absent) for each, absent in missing if absent is not None]
            if bad:
                absent = sorted({person for _, persons in bad for person in persons or ()})
                params = {
                    "step": step.name,
                    "owner": owner.name,
                    "office": office,
                    **_when([each for each, _ in bad]),
                    "absent": absent,
                }
                yield Problem("definition.nobody_then", params, self._line(step), "warning")

    def four_eyes(self, step: Step, office: str, days: Sequence[Day]) -> Iterator[Problem]:
        """Days on which the same person would owe both of two steps that two must do."""
        for action in step.actions:
            earlier = [name for guard in action.guards if guard.name == _FOUR_EYES for name in guard.steps]
            for other in (self.workflow.step(name) for name in earlier):
                bad = [(each, person) for each in days if (person := self._both(step, other, office, each))]
                if bad:
                    params = {
                        "step": step.name,
                        "other": other.name,
                        "office": office,
                        **_when([each for each, _ in bad]),
                        "persons": sorted({person for _, person in bad}),
                    }
                    yield Problem("definition.four_eyes_then", params, self._line(step), "warning")

    def _both(self, step: Step, other: Step, office: str, day: Day) -> str | None:
        """Who would owe both steps, if one person would."""
        if step.text is not None:
            # One of several: the others can still answer.
            return None
        if step.owner.kind not in ("duty", "post") or other.owner.kind not in ("duty", "post"):
            return None
        one, two = self._of(step.owner, office, day), self._of(other.owner, office, day)
        return one.person if one.person is not None and one.person == two.person else None

    def _missing(self, owner: Owner, office: str, day: Day) -> list[str] | None:
        """Who is away, where a lookup finds nobody; None where it finds somebody."""
        found = self._of(owner, office, day)
        there = found.waits_for if owner.kind == "desk" else found.person
        return None if there is not None else [person for person, why in found.tried if why == "absent"]

    def _of(self, owner: Owner, office: str, day: Day) -> Resolved:
        key = (owner, office, day.opens)
        if key not in self._known:
            self._known[key] = resolve(
                owner,
                organisation=self.organisation,
                office=office,
                workflow_id=self.workflow.id,
                family=self.workflow.family,
                fields={},
                doers={},
                opener="",
                at=day.opens,
            )
        return self._known[key]

    def _line(self, step: Step) -> str | None:
        owed = "vote" if step.balloted is not None else "owner" if step.consent is None else "consent"
        return None if self.where is None else self.where("steps", step.name, owed)


def _when(days: Sequence[Day]) -> dict[str, object]:
    return {"first": days[0].day.isoformat(), "last": days[-1].day.isoformat(), "days": len(days)}


def _once(found: list[Problem]) -> list[Problem]:
    """Two actions of a step may ask the same question; it is answered once."""
    return [each for place, each in enumerate(found) if each not in found[:place]]
