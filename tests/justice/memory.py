"""An institution in memory: the product's deciders and folds, with dictionaries in the place of the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.justice import translated
from tests.oracle.teller import History
from tests.oracle.world import Act
from zeroerror.audit.foreseeable import InForce
from zeroerror.audit.view import Published
from zeroerror.engine.authority import capacities
from zeroerror.engine.decide import decide
from zeroerror.engine.facts import Definition, FollowUp
from zeroerror.model.calendar import Calendar, year_from_json, year_to_json
from zeroerror.model.circulation import Circulated
from zeroerror.model.command import OWN, Capacity, Command, Target
from zeroerror.model.event import INSTITUTION, Event, Stamp
from zeroerror.model.finding import Finding
from zeroerror.model.fold import evolve
from zeroerror.model.instant import to_text
from zeroerror.model.notice import Notice
from zeroerror.model.organisation import organisation_from_json, organisation_to_json
from zeroerror.model.problem import Refusal
from zeroerror.model.proposal import Proposal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit

DIGEST = "0" * 64


class Refused(Exception):
    """The product refuses what the design allows."""


class Memory:
    """Facts in dictionaries, and commands that change them."""

    settings: Mapping[str, Any] = {}

    def __init__(self, history: History) -> None:
        self.history = history
        self.published = translated.published(history.plans, history.revised)
        self.force = {id: each.digest for id, each in self.published.by_id.items()}
        #: The definitions published on the way: index of the leaf, when, by whom, which.
        self.revisions: list[tuple[int, datetime, str, str, str]] = []
        self.organisation = translated.organisation(history.duties)
        self.calendar: Calendar = translated.calendar()
        self.calendars = [InForce(translated.instant(0), -1, self.calendar)]
        self.days = history.world().days
        self.tasks: dict[str, Task] = {}
        self.ids: list[str] = []
        self.proposals: dict[str, Proposal] = {}
        self.size = 0
        self.seqs: dict[str, int] = {}
        #: Act's number → the proposal that it made.
        self.proposed: dict[int, str] = {}
        self.played = 0
        self.circulated: dict[str, dict[str, Circulated]] = {}
        self.notices: dict[str, Notice] = {}

    # What deciders ask.

    def task(self, id: str) -> Task | None:
        """That task."""
        return self.tasks.get(id)

    def definition(self, digest: str) -> Definition | None:
        """The definition of that digest."""
        return self.published.by_digest.get(digest)

    def in_force(self, workflow: str) -> str | None:
        """The digest in force."""
        return self.force[workflow]

    def last_number(self, prefix: str, year: int) -> int:
        """The last number given."""
        return sum(1 for each in self.tasks if each.startswith(f"{prefix}-{year}-"))

    def proposal(self, id: str) -> Proposal | None:
        """That proposal."""
        return self.proposals.get(id)

    def follow_ups(self, task: str) -> Sequence[FollowUp]:
        """None: what follows up is compared apart."""
        return ()

    def ended_follow_ups(self, task: str) -> Sequence[FollowUp]:
        """None, likewise."""
        return ()

    def children(self, task: str) -> Sequence[Task]:
        """The tasks that actions of that task have opened."""
        return [each for each in self.tasks.values() if each.parent == task]

    def finding(self, id: str) -> Finding | None:
        """None: nothing here is decided about findings."""
        return None

    def circulation(self, task: str) -> Mapping[str, Circulated]:
        """To whom that task was given to read."""
        return self.circulated.get(task, {})

    def notice(self, id: str) -> Notice | None:
        """That notice."""
        return self.notices.get(id)

    def owed_by(self, person: str) -> Iterable[Task]:
        """Every open task: no more than a history has."""
        return self.open_tasks()

    def open_tasks(self) -> Iterable[Task]:
        """Every open task."""
        return [each for each in self.tasks.values() if each.status == "open"]

    def digest_of(self, document: str) -> str:
        """Nothing is replaced by digest here."""
        return ""

    # What people do.

    def play(self, act: Act) -> None:
        """One act of the oracle's; raises Refused."""
        number = self.played
        self.played += 1
        if act.kind == "notice":
            self._give(act, number)
            return
        kind, body, targets, capacity = self._command(act)
        at = translated.instant(act.at)
        command = Command("", f"c{number}", kind, body, targets, capacity, to_text(at))
        outcome = decide(command, act.who, self, at)
        if isinstance(outcome, Refusal):
            raise Refused(f"{act} {[(each.code, dict(each.params)) for each in outcome.reasons]}")
        lapsed = [each for each in outcome if each.kind == "lapsed"]
        if lapsed:
            raise Refused(f"{act} {lapsed}")
        if act.more.get("files") == 0:
            outcome = tuple(_put_down(each, attachments=[]) for each in outcome)
        if "forged" in act.more:
            outcome = tuple(_put_down(each, doer=act.more["forged"]) for each in outcome)
        if "claimed" in act.more:
            outcome = tuple(_put_down(each, action=act.more["claimed"]) for each in outcome)
        self._append(outcome, act.who, capacity, at, number)

    def _command(self, act: Act) -> tuple[str, dict[str, Any], tuple[Target, ...], Capacity]:
        more = act.more
        if act.kind == "open":
            return "open", self._opening(act), (), OWN
        if act.kind in ("merge", "redirect", "circulate", "read"):
            return act.kind, *self._rerouted(act), OWN
        if act.kind in ("confirm", "reject"):
            return act.kind, {"proposals": [self.proposed[more["of"]]], "reason": DIGEST}, (), OWN
        if act.kind in PROPOSED:
            kind, body = PROPOSED[act.kind](self, act)
            targets = (self._target(act),) if act.kind in ABOUT_STEPS else ()
            return "propose", {"kind": kind, "body": body}, targets, OWN
        if act.kind == "reply":
            id = [each for each, one in self.notices.items() if one.task == self.ids[act.task]][
                more["notice"]
            ]
            return "answer_notices", {"notices": [id], "reason": DIGEST}, (), OWN
        target = self._target(act)
        body = {
            "attach": lambda: {"note": None, "attachments": FILES},
            "do": lambda: {
                "action": more["way"],
                "attachments": FILES if "files" in more else [],
                "reason": DIGEST,
                "done_at": translated.text(more["done"]) if "done" in more else None,
                "opens": self._children(act),
            },
            "delegate": lambda: {"person": more["person"], "reason": DIGEST},
            "assign": lambda: {"person": more["person"]},
            "stop": lambda: {"waits_for": "外单位材料", "reason": DIGEST},
        }.get(act.kind, dict)()
        kind = {"do": "advance", "stop": "pause", "attach": "note"}.get(act.kind, act.kind)
        return kind, body, (target,), self._capacity(act) if act.kind == "do" else OWN

    def _rerouted(self, act: Act) -> tuple[dict[str, Any], tuple[Target, ...]]:
        target = self._whole(act.task)
        if act.kind == "merge":
            return {"reason": DIGEST}, (target, self._whole(act.more["into"]))
        if act.kind == "redirect":
            return {**self._opening(act), "reason": DIGEST}, (target,)
        return {"persons": [act.more["person"]]} if act.kind == "circulate" else {}, (target,)

    def _whole(self, number: int) -> Target:
        task = self.tasks[self.ids[number]]
        return Target(task.id, task.last)

    def _children(self, act: Act) -> dict[str, Any] | None:
        """What an act is to open, one task for each."""
        if "children" not in act.more:
            return None
        workflow = self.published.by_digest[self.tasks[self.ids[act.task]].digest].workflow
        opens = workflow.step(act.more["step"]).action(act.more["way"]).opens  # type: ignore[union-attr]
        assert opens is not None
        items = [
            {"office": "提案委", "fields": self._form(each), "sealed": {"title": DIGEST}}
            for each in act.more["children"]
        ]
        return {"definition": self.force[opens.workflow], "items": items}

    @staticmethod
    def _form(fields: Mapping[str, Any]) -> dict[str, str]:
        return {"who": fields["who"], "deadline": translated.days.iso(fields["deadline"])}

    def _opening(self, act: Act) -> dict[str, Any]:
        plan, fields = self.history.plans[act.more["plan"]], act.more["fields"]
        return {
            "workflow": plan.id,
            "definition": self.force[plan.id],
            "office": "提案委",
            "fields": self._form(fields),
            "sealed": {"title": DIGEST},
        }

    def _target(self, act: Act) -> Target:
        task = self.tasks[self.ids[act.task]]
        if act.kind == "attest":
            visit = task.visits[act.more["visit"]]
            return Target(task.id, task.last, visit.step, visit.visit)
        if act.kind in ("take_back", "attach"):
            return Target(task.id, task.last)
        visit = self._visit(act)
        return Target(task.id, task.last, visit.step, visit.visit)

    def _visit(self, act: Act) -> Visit:
        """The open visit that an act is about."""
        visits = self.tasks[self.ids[act.task]].open_visits()
        return next(each for each in visits if act.more.get("step") in (None, each.step))

    def _capacity(self, act: Act) -> Capacity:
        task = self.tasks[self.ids[act.task]]
        found = capacities(
            self._visit(act),
            person=act.who,
            organisation=self.organisation,
            task=task,
            at=translated.instant(act.at),
        )
        return found[0] if found else OWN

    def _append(
        self, events: Sequence[Event], actor: str, capacity: Capacity, at: datetime, number: int
    ) -> None:
        for event in events:
            seq = self.seqs[event.stream] = self.seqs.get(event.stream, 0) + 1
            stamp = Stamp(self.size, at, actor, capacity, f"h{self.size}", seq)
            self.size += 1
            if event.stream != INSTITUTION:
                if event.stream not in self.tasks:
                    self.ids.append(event.stream)
                self.tasks[event.stream] = evolve(self.tasks.get(event.stream), event, stamp)
            elif event.kind == "organisation_applied":
                self.organisation = organisation_from_json(event.body["organisation"])
            elif event.kind == "calendar_applied":
                self.calendar = self.calendar.with_year(year_from_json(event.body["calendar"]))
                self.calendars.append(InForce(at, stamp.index, self.calendar))
            elif event.kind == "definition_published":
                id, digest = event.body["id"], event.body["digest"]
                self.force[id] = digest
                self.revisions.append((stamp.index, at, actor, id, digest))
            elif event.kind in ("task_circulated", "task_read"):
                self._circulate(event, stamp)
            elif event.kind == "notice_answered":
                id = event.body["notice"]
                self.notices[id] = replace(self.notices[id], state="answered", answered_at=at)
            elif event.kind == "proposed":
                self._propose(event, stamp, number)
            elif event.kind in ("confirmed", "rejected"):
                del self.proposals[event.body["proposal"]]

    def _circulate(self, event: Event, stamp: Stamp) -> None:
        task, by = event.body["task"], event.body["by"]
        held = self.circulated.setdefault(task, {})
        for person in event.body.get("persons", ()):
            held[person] = Circulated(task, person, by, stamp.at, stamp.index)
        if event.kind == "task_read":
            held[by] = replace(held[by], read_at=stamp.at, read_index=stamp.index)

    def _give(self, act: Act, number: int) -> None:
        """A notice as an audit gives it."""
        task = self.tasks[self.ids[act.task]]
        visit = self._visit(act)
        id = f"N-{number}"
        for each in self.notices.values():
            if (each.task, each.step, each.visit, each.state) == (
                task.id,
                visit.step,
                visit.visit,
                "waiting",
            ):
                self.notices[each.id] = replace(each, state="unanswered")
        self.notices[id] = Notice(
            id=id,
            finding="",
            task=task.id,
            step=visit.step,
            visit=visit.visit,
            stage=act.more["stage"],
            level="blue",
            to=(act.more["reader"],),
            owes=visit.person,
            interval=2,
            last=False,
            given_at=translated.instant(act.at),
            given_index=self.size,
        )
        self.size += 1

    def notices_of(self, task: Task) -> tuple[Notice, ...]:
        """The notices about a task; one about a visit that was taken back has ended with it."""
        found = (each for each in self.notices.values() if each.task == task.id)
        return tuple(replace(each, state="ended") if _gone(task, each) else each for each in found)

    def children_of_all(self) -> dict[str, tuple[Task, ...]]:
        """By task whose definition waits: what its actions have opened."""
        waiting = (
            each for each in self.tasks.values() if self.published.by_digest[each.digest].workflow.waits
        )
        return {each.id: tuple(self.children(each.id)) for each in waiting}

    def published_since(self, seen: int, slot: datetime) -> Iterable[Published]:
        """The definitions published since so many leaves, and the tasks that go on under older ones."""
        for index, at, by, id, digest in self.revisions:
            running = tuple(
                each.id
                for each in self.tasks.values()
                if each.workflow == id and each.digest != digest and each.status == "open"
            )
            if index >= seen and running:
                yield Published(id, digest, by, at, index, running)

    def _propose(self, event: Event, stamp: Stamp, number: int) -> None:
        body = event.body
        self.proposed[number] = body["proposal"]
        self.proposals[body["proposal"]] = Proposal(
            id=body["proposal"],
            kind=body["kind"],
            status="open",
            proposer=body["by"],
            about=body["about"],
            body={"body": body["body"], "target": body["target"]},
            asked_at=stamp.at,
            index=stamp.index,
        )


FILES = [{"name": DIGEST, "digest": DIGEST}]


def _put_down(event: Event, **forged: Any) -> Event:
    """A leaf as one would have it who forges it: a gate passed with nothing, by another person, by another way."""
    if event.kind != "step_left":
        return event
    return replace(event, body={**event.body, **forged})


def _gone(task: Task, notice: Notice) -> bool:
    visit = None if notice.step is None else task.find(notice.step, notice.visit or 0)
    return visit is not None and visit.status == "withdrawn"


ABOUT_STEPS = ("extend", "paper", "ask_stop", "attest")

Proposing = tuple[str, dict[str, Any]]


def _paper(memory: Memory, act: Act) -> Proposing:
    return "record_paper", {
        "action": act.more["way"],
        "paper_of": act.more["signer"],
        "signed_at": translated.text(act.more["signed"]),
        "fields": {},
        "sealed": {},
        "reason": DIGEST,
        "attachments": [{"name": DIGEST, "digest": DIGEST}],
    }


def _stretch(act: Act) -> dict[str, Any]:
    return {
        "person": act.more["person"],
        "since": translated.text(act.more["since"]),
        "until": translated.text(act.more["until"]),
        "office": "提案委",
    }


def _retire(memory: Memory, act: Act) -> Proposing:
    person, since = act.more["person"], translated.instant(act.more["since"])
    after = memory.organisation
    for post in after.posts:
        if post.person == person:
            after = after.without_post(person, post.office, post.role, since)
    return "apply_organisation", {
        "organisation": organisation_to_json(after),
        "touched": [person],
        "replaces": "",
    }


def _calendar(memory: Memory, act: Act) -> Proposing:
    change = act.more["change"]
    memory.days = memory.days.changed(**change)
    touched = [*change.get("off", ()), *change.get("worked", ())]
    year = 2027 if change.get("official") or touched[0] >= translated.days.PROVISIONAL else 2026
    return "apply_calendar", {
        "year": translated.year_document(memory.days, year),
        "replaces": year_to_json(memory.calendar.years[year]),
    }


def _revise(memory: Memory, act: Act) -> Proposing:
    id = memory.history.plans[act.more["plan"]].id
    return "publish_definition", {"id": id, "digest": memory.published.revised[id].digest}


PROPOSED = {
    "revise": _revise,
    "extend": lambda memory, act: ("extend", {"extension": act.more["length"], "reason": DIGEST}),
    "ask_stop": lambda memory, act: ("pause", {"waits_for": "外单位材料", "reason": DIGEST}),
    "paper": _paper,
    "attest": lambda memory, act: (
        "attest",
        {"left": memory.tasks[memory.ids[act.task]].visits[act.more["visit"]].left_index},
    ),
    "absence": lambda memory, act: ("leave", _stretch(act)),
    "cover": lambda memory, act: ("cover", {**_stretch(act), "by": act.more["by"]}),
    "move": lambda memory, act: (
        "transfer",
        {
            "person": act.more["person"],
            "office": act.more["office"],
            "role": act.more["role"],
            "since": translated.text(act.more["since"]),
        },
    ),
    "retire": _retire,
    "calendar": _calendar,
}
