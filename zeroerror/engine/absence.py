"""What is asked for with a leave (请假), who asked, and whether it can be: told to who asks, and again at the end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from zeroerror.engine.content import ends_too_early, overlapping
from zeroerror.engine.facts import Facts
from zeroerror.engine.two_persons import may_propose
from zeroerror.model.calendar import Calendar, CalendarError
from zeroerror.model.instant import from_text, to_text
from zeroerror.model.organisation import Cover, Leave
from zeroerror.model.problem import Reason
from zeroerror.model.task import Task
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import Effect, Workflow
from zeroerror.timing.working import working_minutes_between

Dated = TypeVar("Dated", Leave, Cover)

#: What a leave rests on: whoever changes one of these asks for another leave.
TERMS = ("person", "since", "until", "cover")


@dataclass(frozen=True, slots=True)
class Terms:
    """A leave as the form says it; `until` is the first instant at which he is back."""

    person: str
    since: datetime
    until: datetime
    #: Who is to cover; None: nobody was named.
    cover: str | None
    #: How many days it is said to be.
    days: str | None

    def to_json(self, asked_at: datetime, since: datetime) -> dict[str, Any]:
        """The body of a proposal that asks for the same."""
        return {
            "person": self.person,
            "by": self.cover,
            "since": to_text(since),
            "until": to_text(self.until),
            "asked_at": to_text(asked_at),
        }


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for a leave as it now stands, when, and by which leaf."""

    by: str
    at: datetime
    index: int


def asking(
    workflow: Workflow,
    fields: Mapping[str, str],
    given: Collection[str],
    required: Collection[str],
    *,
    task: Task | None,
    asker: str,
    facts: Facts,
    at: datetime,
) -> Iterator[Reason]:
    """Every reason why what the form now asks for could not be granted, told to who asks.

    Asked where an act gives, or has to have, what a leave rests on: he must not learn it from the director. Only
    an action that has to have it may give it, so that nobody changes in passing what another has accepted.
    """
    for effect in workflow.effects:
        if effect.name != "leave":
            continue
        rests_on = {field for name, field in effect.reads.items() if name in (*TERMS, "days")}
        if not rests_on & {*given, *required}:
            continue
        terms = terms_of(effect, fields, facts.calendar)
        if terms is None or facts.organisation.person(terms.person) is None:
            continue
        for field in () if task is None else sorted(rests_on & set(given) - set(required)):
            yield Reason("engine.asked_otherwise", {"field": field, "title": workflow.field_title(field)})
        if rests_on & set(given):
            body = terms.to_json(at, terms.since)
            against = may_propose("leave", asker, facts.organisation, at, body)
            yield from () if against is None else (against,)
        yield from cannot_be(terms, terms.since, task, facts, at)
        # Two actions that record the same leave have the same to say.
        return


def of_task(task: Task, facts: Iterable[Dated]) -> tuple[Dated, ...]:
    return tuple(each for each in facts if each.id.startswith(f"{task.id}."))


def terms_of(effect: Effect, fields: Mapping[str, str], calendar: Calendar) -> Terms | None:
    """The leave of a form; None while it does not say whose, from when and until when."""
    said = {name: fields.get(field) for name, field in effect.reads.items()}
    person, since, until = (
        said["person"],
        _instant(said["since"], calendar),
        _instant(said["until"], calendar),
    )
    if not person or since is None or until is None:
        return None
    return Terms(person, since, until, said.get("cover") or None, said.get("days"))


def _instant(text: str | None, calendar: Calendar) -> datetime | None:
    """An instant of the form; a date is the beginning of its day. None for what is neither."""
    try:
        if not text or "T" in text:
            return from_text(text) if text else None
        return datetime.combine(date.fromisoformat(text), time(), ZoneInfo(calendar.zone)).astimezone(UTC)
    except ValueError:
        return None


def asked_of(task: Task, rests_on: Collection[str]) -> Asked:
    given = [each for each in task.given if each.field in rests_on]
    if not given:
        return Asked(task.opener, task.opened_at, task.dues[0].index)
    last = max(given, key=lambda each: each.index)
    return Asked(last.by, last.at, last.index)


def cannot_be(
    terms: Terms, since: datetime, task: Task | None, facts: Facts, at: datetime
) -> Iterator[Reason]:
    """Every reason why such a leave cannot be, whoever asks."""
    organisation, body = facts.organisation, terms.to_json(at, since)
    yield from ends_too_early(body)
    own = () if task is None else of_task(task, organisation.all_leaves(terms.person))
    yield from overlapping(terms.person, since, terms.until, organisation, own)
    if terms.cover is not None:
        if terms.cover == terms.person:
            yield Reason("engine.cover_himself", {"person": terms.person})
        if not organisation.in_service(terms.cover, at):
            yield Reason("engine.not_in_service", {"person": terms.cover})
        for leave in organisation.all_leaves(terms.cover):
            if leave.since < terms.until and since < leave.until:
                span = {"since": to_text(leave.since), "until": to_text(leave.until)}
                yield Reason("engine.cover_away", {"person": leave.person, **span})
    yield from _too_few_days(terms, facts.calendar)


def _too_few_days(terms: Terms, calendar: Calendar) -> Iterator[Reason]:
    """Fewer days said than there are working days in between would choose who approves it.

    More is not refused: some leaves are counted with the days off.
    """
    try:
        said, halves = float(terms.days or ""), half_days(terms, calendar)
    except ValueError:
        return
    except CalendarError as error:
        yield Reason(error.code, error.params)
        return
    if said * 2 < halves:
        yield Reason("engine.too_few_days", {"days": terms.days, "working": f"{halves / 2:g}"})


def half_days(terms: Terms, calendar: Calendar) -> int:
    """The working days that a leave touches, in halves: half of one day's office hours or less is one half."""
    zone, halves = ZoneInfo(calendar.zone), 0
    day = terms.since.astimezone(zone).date()
    while (begins := _midnight(day, zone)) < terms.until:
        ends = _midnight(day + timedelta(days=1), zone)
        whole = working_minutes_between(calendar, begins, ends)
        away = working_minutes_between(calendar, max(begins, terms.since), min(ends, terms.until))
        if away:
            halves += 1 if away * 2 <= whole else 2
        day += timedelta(days=1)
    return halves


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
