"""The demonstration's stage: people with their own keys, a clock that is set, audits that run in their time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from zeroerror.model.errors import ZeroErrorError
from zeroerror.model.problem import Refusal
from zeroerror.service import audits, identity, organisation, proposals, sandbox, tasks
from zeroerror.service.front import Receipt
from zeroerror.service.institution import Actor, Institution
from zeroerror.service.reporting import run_and_report
from zeroerror.text import Language, say

#: Every key of the sandbox has this one.
PASSPHRASE = "demo"

Tell = Callable[..., None]
#: One matter's course: it yields when it goes on, by the local clock, and goes on when that has come.
Course = Iterator[str]


class DemoFailed(ZeroErrorError):
    """Something that the demonstration does was refused."""

    code = "demo.failed"


class Stage:
    """The institution on show, and how things are done in it."""

    def __init__(self, inst: Institution, tell: Tell, language: Language, papers: Path) -> None:
        self.inst = inst
        self.language = language
        #: What the audits have found so far, without the reminders.
        self.found: list[Mapping[str, Any]] = []
        self._tell, self._papers = tell, papers
        self._zone = ZoneInfo(inst.calendar.zone)
        self._actors: dict[str, Actor] = {}
        self._proposed: set[str] = set()
        self._names = inst.names(each.id for each in inst.organisation.persons)

    def play(self, courses: Sequence[Course]) -> None:
        """Let all courses run at once, each act in its time, and every audit in between."""
        waiting = [(next(course), place, course) for place, course in enumerate(courses)]
        heapq.heapify(waiting)
        while waiting:
            at, place, course = heapq.heappop(waiting)
            self.until(at)
            again = next(course, None)
            if again is not None:
                heapq.heappush(waiting, (again, place, course))

    def until(self, text: str) -> None:
        """Set the clock to a local time, running each audit on the way when it is owed."""
        end = self.instant(text)
        while (coming := audits.status(self.inst)["next"]) is not None and coming <= end:
            done(sandbox.set_clock(self.inst, coming))
            self.audit()
        if end > self.inst.now():
            done(sandbox.set_clock(self.inst, end))

    def audit(self) -> None:
        """Run what is owed."""
        for slot in run_and_report(self.inst):
            news = [each for each in slot["findings"] if each["severity"] != "reminder"]
            self.found += news
            self.heard(slot, news)

    def heard(self, slot: Mapping[str, Any], news: Sequence[Mapping[str, Any]]) -> None:
        """Say what a slot came to, reminders left out of its news."""
        counts = slot["counts"]
        if news or counts["cured"]:
            self.tell("audit", found=len(news), cured=counts["cured"])

    def tell(self, code: str, **params: Any) -> None:
        """Say what happened, and when."""
        self.say(code, at=self.local(self.inst.now()), **params)

    def say(self, code: str, **params: Any) -> None:
        """Say something that has no hour."""
        self._tell(f"demo.{code}", **params)

    def because(self, code: str, params: Mapping[str, Any]) -> None:
        """Give a reason in the words of another part, under what was told."""
        self._tell("demo.because", text=say(code, params, self.language))

    def instant(self, text: str) -> datetime:
        """An instant by the local clock, as courses write it."""
        return datetime.fromisoformat(text).replace(tzinfo=self._zone).astimezone(UTC)

    def local(self, instant: datetime) -> str:
        """An instant as the story gives it: month, day, hour and minute there."""
        return instant.astimezone(self._zone).strftime("%m-%d %H:%M")

    def who(self, person: str) -> str:
        """Somebody's name."""
        return self._names.get(person) or person

    def actor(self, person: str) -> Actor:
        """Somebody with his own key, logged in."""
        if person not in self._actors:
            identity.login(self.inst, person, PASSPHRASE)
            self._actors[person] = self.inst.actor(person)
        return self._actors[person]

    def director(self, office: str) -> str:
        """Who directs an office."""
        return _somebody(self.inst.organisation.director(office, self.inst.now()))

    def supervisor(self, office: str) -> str:
        """The leader who supervises an office."""
        return _somebody(self.inst.organisation.supervisor(office, self.inst.now()))

    def secretary(self) -> str:
        """The secretary-general."""
        return _somebody(self.inst.organisation.secretary(self.inst.now()))

    def duty(self, office: str, scope: str) -> tuple[str, str]:
        """A角 and B角 of a duty."""
        found = self.inst.organisation.division(office, [scope], self.inst.now())
        if found is None:
            raise DemoFailed(reason="demo.nobody")
        return found.a, _somebody(found.b)

    def open(self, person: str, workflow: str, office: str, **fields: str) -> str:
        """Open a task; its id."""
        opened = tasks.open_task(self.inst, self.actor(person), workflow, fields=fields, office=office)
        return done(opened).tasks[0]

    def advance(self, person: str, task: str, action: str, *, paper: str | None = None, **more: Any) -> None:
        """Take an action that must succeed, with a paper where one is asked for."""
        attach = () if paper is None else (self.paper(paper),)
        done(tasks.advance(self.inst, self.actor(person), [task], action, attach=attach, **more))

    def paper(self, name: str) -> Path:
        """A file to hand in."""
        return self.file(f"{name}.txt", f"{name}（演示用）\n")

    def file(self, name: str, text: str) -> Path:
        """A file on somebody's desk."""
        path = self._papers / name
        path.write_text(text, "utf-8")
        return path

    def refused(self, person: str, task: str, action: str) -> None:
        """Try an action that must be denied."""
        outcome = tasks.advance(self.inst, self.actor(person), [task], action)
        if isinstance(outcome, Receipt):
            raise DemoFailed(reason="demo.not_denied")

    def proposed(self, outcome: Receipt | Refusal) -> str:
        """The id of what has just been proposed."""
        done(outcome)
        waiting = [each["id"] for each in proposals.proposals(self.inst)]
        fresh: str = next(id for id in waiting if id not in self._proposed)
        self._proposed.add(fresh)
        return fresh

    def confirm(self, person: str, proposal: str) -> None:
        """Confirm what somebody has proposed."""
        done(proposals.confirm(self.inst, self.actor(person), [proposal]))

    def away(self, person: str, by: str, since: str, until: str) -> None:
        """Put on record that somebody is away and who covers, each confirmed by whose word it is."""
        first, last = (datetime.fromisoformat(text).replace(tzinfo=self._zone) for text in (since, until))
        director = self.director(self.inst.organisation.office_of(person, self.inst.now()) or "")
        actor = self.actor(person)
        self.confirm(director, self.proposed(organisation.leave(self.inst, actor, person, first, last)))
        self.confirm(by, self.proposed(organisation.cover(self.inst, actor, person, by, first, last)))


def done(outcome: Receipt | Refusal) -> Receipt:
    """The receipt of what must have succeeded; raises DemoFailed for a refusal."""
    if isinstance(outcome, Refusal):
        raise DemoFailed(reason=outcome.reasons[0].code)
    return outcome


def _somebody(person: str | None) -> str:
    if not person:
        raise DemoFailed(reason="demo.nobody")
    return person
