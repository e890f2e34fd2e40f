"""What attribution asks about a visit: who directed then, who could have stood in, how much time was left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from zeroerror.audit.foreseeable import InForce, calendars_from
from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.command import OWN
from zeroerror.model.finding import Answerer, Attribution
from zeroerror.model.limit import Limit
from zeroerror.model.organisation import Organisation
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.visit import Visit
from zeroerror.model.workflow import SIGN, Workflow
from zeroerror.timing import due

#: Whoever had less than this is not blamed (design §9).
ENOUGH = Limit("wd", count=1)


@dataclass(frozen=True, slots=True)
class Case:
    """One task, judged at one instant, by one organisation and calendar."""

    task: Task
    workflow: Workflow
    organisation: Organisation
    calendar: Calendar
    #: When it is judged; who is to clarify is asked as of then, everything else as of the due instant.
    at: datetime
    #: The tasks that this one's actions have opened, where one of them waits for these.
    children: tuple[Task, ...] = ()
    #: That calendar and those before it, the oldest first.
    calendars: Sequence[InForce] = ()

    def office(self, visit: Visit | None) -> str:
        """The office to which a step belongs: its owner's, where the definition names one."""
        if visit is None:
            return self.task.office
        return self.workflow.step(visit.step).owner_at(visit.place).office or self.task.office

    def less_than_a_day(self, since: datetime, until: datetime) -> bool:
        """Whether less than one working day (`1wd` from `since`) was left; in doubt it was.

        A day that was entered as worked only after it had passed was nobody's to work in: by every calendar that
        has been in force since a whole one has to have been left.
        """
        known = dict.fromkeys((*calendars_from(self.calendars, since), self.calendar))
        try:
            return any(due(since, ENOUGH, each).at > until for each in known)
        except CalendarError:
            return True

    def lead(self, visit: Visit, at: datetime, reason: str) -> tuple[Answerer, ...]:
        """The step's director as 领导, if he was there at that instant; whoever was away or covered was not."""
        organisation = self.organisation
        director = organisation.director(self.office(visit), at)
        if director is None or not organisation.is_present(director, at):
            return ()
        if organisation.covers_meant(director, at):
            return ()
        return (Answerer(director, "lead", OWN.to_json(), f"attribution.{reason}"),)

    def answered(
        self, visit: Visit | None, answerers: tuple[Answerer, ...], evidence: tuple[int, ...]
    ) -> Attribution:
        """Somebody answers. A supervisor's own step goes to the secretary, never to him."""
        # A supervisor who only leads where somebody else is 直接 has not got a step of his own.
        named = {each.person for each in answerers if each.degree == "direct"}
        # Who never supervised anything need not be looked for office by office.
        named_ever = named & {each.person for each in self.organisation.supervisions}
        supervisors = named_ever and named_ever & set(self.organisation.supervisors(self.at))
        clarifier = self.clarifier(visit, named) if supervisors else None
        return Attribution(answerers, (), clarifier, tuple(dict.fromkeys(evidence)))

    def undetermined(
        self, missing: str, visit: Visit | None, evidence: tuple[int, ...], concerned: str | None = None
    ) -> Attribution:
        """Nobody is named; somebody without a part in it is to clarify."""
        named = {concerned, None if visit is None else visit.person}
        clarifier = self.clarifier(visit, {each for each in named if each is not None})
        return Attribution((), (f"attribution.missing_{missing}",), clarifier, tuple(dict.fromkeys(evidence)))

    def clarifier(self, visit: Visit | None, concerned: set[str]) -> str | None:
        """The director, or the supervisor, or the secretary: the first whose own it is not, and who is there."""
        office, organisation = self.office(visit), self.organisation
        director = organisation.director(office, self.at)
        supervisor = organisation.supervisor(office, self.at)
        upwards: list[str | None] = [director, supervisor, *organisation.secretaries(self.at)]
        if concerned & set(organisation.supervisors(self.at)):
            upwards = list(organisation.secretaries(self.at))
        able = [each for each in upwards if each is not None and each not in concerned]
        present = [each for each in able if organisation.is_present(each, self.at)]
        return next(iter((*present, *able)), None)

    def substitute_at_hand(self, visit: Visit, person: str, left_at: datetime, due_at: datetime) -> bool:
        """Whether the step's duty had a B角, present both when he left and at the due instant."""
        return self.substitute(visit, person, left_at, due_at) is not None

    def substitute(self, visit: Visit, person: str, left_at: datetime, due_at: datetime) -> str | None:
        """Who of the step's duty was there to take over both when he left and at the due instant."""
        owner = self.workflow.step(visit.step).owner_at(visit.place)
        if owner.kind != "duty":
            return None
        scopes = (owner.name, self.task.workflow, self.task.family)
        duty = self.organisation.division(self.office(visit), scopes, left_at)
        if duty is None:
            return None
        at_hand = (
            each
            for each in (duty.a, duty.b)
            if each is not None
            and each != person
            and all(self.organisation.is_present(each, at) for at in (left_at, due_at))
            # Whoever has moved to another office since is passed over on entry too.
            and self.organisation.serves(each, duty, due_at)
            and not forbidden_by_four_eyes(self, visit, each, due_at)
        )
        return next(at_hand, None)

    def post_label(self, person: str, at: datetime) -> str | None:
        """The post that is covered: that in the task's office first."""
        posts = self.organisation.posts_of(person, at)
        here = [post for post in posts if post.office == self.task.office]
        return next((post.label for post in (*here, *posts)), None)


def back_too_late(case: Case, person: str, since: datetime, due_at: datetime) -> bool:
    """Whether somebody who was away, unforeseen, or covered came back with less than a working day to go."""
    unforeseen = [
        leave.until
        for leave in case.organisation.all_leaves(person)
        if leave.confirmed and leave.recorded_at > leave.since
    ]
    covered = [
        cover.until
        for cover in case.organisation.all_covers(person)
        if cover.accepted_at is not None and cover.accepted_at <= due_at
    ]
    return any(
        since < back <= due_at and case.less_than_a_day(back, due_at) for back in (*unforeseen, *covered)
    )


def held_up(case: Case, visit: Visit, at: datetime) -> tuple[Task, ...]:
    """The tasks that a step waited for at an instant: those opened before that had not ended; none: it did not wait.

    By when their ends were recorded, for nobody knew of them before.
    """
    if not any(each.waits for each in case.workflow.step(visit.step).actions):
        return ()
    return tuple(
        each
        for each in case.children
        if each.opened_at <= at and (each.closed_at is None or each.closed_at > at)
    )


def forbidden_by_four_eyes(case: Case, visit: Visit, person: str, at: datetime) -> bool:
    """Whether every way onward from a step was barred to somebody, because he had done the earlier step."""
    asked = case.workflow.step(visit.step)
    onward = [each for each in asked.offers if each.outcome == "done"]
    if asked.consent is not None:
        # Who may not sign must not be held to object instead.
        onward = [each for each in onward if each.name == SIGN]
    return bool(onward) and all(
        any(
            _doer(case.task, step, at) == person
            for guard in action.guards
            if guard.name == "four_eyes"
            for step in guard.steps
        )
        for action in onward
    )


def _doer(task: Task, step: str, at: datetime) -> str | None:
    """Who had last done a step by then."""
    done = [
        visit.doer
        for visit in task.visits
        if visit.step == step and visit.doer is not None and visit.left_at is not None and visit.left_at <= at
    ]
    return done[-1] if done else None
