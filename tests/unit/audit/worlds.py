"""Small histories, told event by event, and the record that passes over them leave.

November 2026: the 23rd is a Monday, and the office is open 08:30-12:00 and 14:00-17:30.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.unit.timing.calendars import local, shipped
from zeroerror.audit.foreseeable import InForce
from zeroerror.audit.judge import Judgement, judge
from zeroerror.audit.view import View
from zeroerror.model.command import Capacity
from zeroerror.model.event import Event, Stamp
from zeroerror.model.finding import Finding
from zeroerror.model.fold import evolve
from zeroerror.model.instant import to_text
from zeroerror.model.limit import Limit
from zeroerror.model.notice import Notice
from zeroerror.model.organisation import (
    Cover,
    Duty,
    Leave,
    Office,
    Organisation,
    Person,
    Post,
    Role,
    Supervision,
)
from zeroerror.model.problem import Problem
from zeroerror.model.task import Task
from zeroerror.model.workflow import Action, Owner, Step, Workflow

OFFICE = "proposals"
DIRECTOR, DEPUTY, CLERK, SECOND = "director", "deputy", "clerk", "second"
SUPERVISOR, SECRETARY = "supervisor", "secretary"
LONG_AGO = local("2020-01-01 08:30")
#: Two slots a working day, from Monday the 23rd to Friday the 27th.
SLOTS = tuple(local(f"2026-11-{day} {time}") for day in range(23, 28) for time in ("08:30", "17:00"))


def instant(text: str) -> datetime:
    """`23 10:00` is that day of November 2026; a whole date stands as it is."""
    return local(text if len(text) > 8 else f"2026-11-{text}")


def organisation(
    leaves: Iterable[Leave] = (), covers: Iterable[Cover] = (), *, vacant: bool = False
) -> Organisation:
    """An office of a director, a deputy and two clerks, below a supervisor and a secretary."""
    roles = (
        Role("党组书记", 1, frozenset({"leader", "secretary"})),
        Role("党组成员", 2, frozenset({"leader", "party_group"})),
        Role("主任", 5, frozenset({"director"})),
        Role("副主任", 6, frozenset({"deputy"})),
        Role("工作人员", 9),
    )
    held = {
        DIRECTOR: "主任",
        DEPUTY: "副主任",
        CLERK: "工作人员",
        SECOND: "工作人员",
    }
    posts = [Post(person, OFFICE, role, LONG_AGO) for person, role in held.items()]
    above = [Post(SUPERVISOR, None, "党组成员", LONG_AGO), Post(SECRETARY, None, "党组书记", LONG_AGO)]
    return Organisation(
        offices=(Office(OFFICE, "提案委"),),
        roles=roles,
        persons=tuple(Person(each, each) for each in (*held, SUPERVISOR, SECRETARY)),
        posts=tuple(each for each in (*posts, *above) if not (vacant and each.person == DIRECTOR)),
        supervisions=(Supervision(SUPERVISOR, OFFICE, LONG_AGO),),
        duties=(Duty(OFFICE, "起草", CLERK, SECOND, LONG_AGO),),
        leaves=tuple(leaves),
        covers=tuple(covers),
    )


def leave(person: str, since: str, until: str, recorded: str, index: int = 900) -> Leave:
    """An absence, confirmed."""
    return Leave(f"leave-{index}", person, instant(since), instant(until), instant(recorded), index, True)


def cover(person: str, by: str, since: str, until: str, recorded: str, index: int = 901) -> Cover:
    """A standing-in, accepted when it was recorded."""
    at = instant(recorded)
    return Cover(f"cover-{index}", person, by, instant(since), instant(until), at, index, at, at)


WORKFLOW = Workflow(
    id="document/letter",
    title="函",
    basis="样例",
    family="document",
    limit=Limit("wd", count=5),
    visible_to=("office",),
    fields=(),
    steps=(
        Step(
            name="draft",
            title="起草",
            owner=Owner("duty", "起草"),
            limit=Limit("wd", count=2),
            warn_before=Limit("wd", count=1),
            actions=(Action("submit", "送审", "review"), Action("abandon", "办不成", None, "failed")),
            waits_for=("有关单位材料",),
        ),
        Step(
            name="review",
            title="审核",
            owner=Owner("post", "主任"),
            limit=Limit("wd", count=1),
            warn_before=None,
            actions=(Action("pass", "同意", "sign"), Action("return", "退回", "draft", "returned")),
        ),
        Step(
            name="sign",
            title="签发",
            owner=Owner("desk", "分管领导", urged_by=Owner("duty", "起草")),
            limit=Limit("wd", count=1),
            warn_before=None,
            actions=(Action("sign", "签发", None),),
        ),
    ),
)
#: Its tasks are follow-ups.
OVERSIGHT = replace(WORKFLOW, id="oversight/explain", family="oversight")


@dataclass
class World:
    """One task's history as it is told, the organisation around it, and what passes have put on record."""

    task: str = "BW-2026-0001"
    organisation: Organisation = field(default_factory=organisation)
    workflow: Workflow = WORKFLOW
    settings: Mapping[str, Any] = field(default_factory=dict)
    told: list[tuple[Event, Stamp]] = field(default_factory=list)
    findings: dict[str, Finding] = field(default_factory=dict)
    ran: list[datetime] = field(default_factory=list)
    notices: tuple[Notice, ...] = ()
    calendars: tuple[InForce, ...] = (InForce(LONG_AGO, 0, shipped()),)

    def tell(self, kind: str, at: str, actor: str = CLERK, **body: Any) -> World:
        """One event, after those told before."""
        index = 100 + len(self.told)
        stamp = Stamp(index, instant(at), actor, Capacity("own"), f"hash-{index}", len(self.told) + 1)
        self.told.append((Event(self.task, kind, body), stamp))
        return self

    def open(self, at: str, due: str | None = None, **more: Any) -> World:
        """The task is opened, with a limit of its own where one is given."""
        body = {
            "task": self.task,
            "workflow": self.workflow.id,
            "digest": "d1",
            "family": self.workflow.family,
            "office": OFFICE,
            "opener": CLERK,
            "fields": {},
            "sealed": {},
            **_due(due),
        }
        return self.tell("task_opened", at, **{**body, **more})

    def enter(
        self, step: str, at: str, due: str | None, person: str | None = CLERK, visit: int = 1, **more: Any
    ) -> World:
        """A step is entered: `owner`, `urger`, `warn_at` and the like as further facts."""
        body = {
            "step": step,
            "visit": visit,
            "owner": "person",
            "person": person,
            "capacity": {"kind": "own", "for": None},
            "unassigned": person is None and more.get("owner", "person") == "person",
            **_due(due, more.pop("warn", None)),
        }
        return self.tell("step_entered", at, **{**body, **more})

    def leave(
        self,
        step: str,
        at: str,
        outcome: str = "done",
        visit: int = 1,
        done: str | None = None,
        capacity: str = "own",
        doer: str = CLERK,
        late_record: bool = False,
        action: str = "submit",
    ) -> World:
        """A step is left; `done` is when the act was, where that differs from its recording."""
        return self.tell(
            "step_left",
            at,
            actor=doer,
            step=step,
            visit=visit,
            action=action,
            outcome=outcome,
            doer=doer,
            capacity={"kind": capacity, "for": None},
            done_at=None if done is None else to_text(instant(done)),
            late_record=late_record,
        )

    def close(self, at: str) -> World:
        """The task ends."""
        return self.tell("task_closed", at, status="closed", outcome="done", closed_at=to_text(instant(at)))

    def take_back(
        self, at: str, restored: tuple[str, int], withdrawn: tuple[str, int] | None = None
    ) -> World:
        """拿回: the visit entered by the act is withdrawn, the one it left is restored."""
        if withdrawn is not None:
            self.tell("step_withdrawn", at, step=withdrawn[0], visit=withdrawn[1], why="taken_back")
        return self.tell("step_restored", at, step=restored[0], visit=restored[1])

    def change_due(self, kind: str, at: str, due: str, step: str | None = "draft", **more: Any) -> World:
        """The due date is moved: `due_extended`, `due_recomputed` or `clock_resumed`."""
        place = {"step": step, "visit": None if step is None else 1}
        return self.tell(kind, at, actor=DIRECTOR, **{**place, **_due(due), **more})

    def extend(self, asked: str, answered: str, due: str) -> World:
        """An extension of the draft, asked and granted."""
        self.tell("extension_asked", asked, step="draft", visit=1, proposal="p1", extension="2wd")
        return self.change_due("due_extended", answered, due, proposal="p1", asked_at=to_text(instant(asked)))

    def task_at(self, at: datetime) -> Task | None:
        """The task as the events up to an instant have it."""
        task: Task | None = None
        for event, stamp in self.told:
            if stamp.at <= at:
                task = evolve(task, event, stamp)
        return task

    def view(
        self,
        at: str | datetime,
        *,
        missed: tuple[datetime, ...] = (),
        mismatch: tuple[Problem, ...] = (),
    ) -> View:
        """What a slot sees at that instant."""
        slot = instant(at) if isinstance(at, str) else at
        task = self.task_at(slot)
        about = tuple(each for each in self.findings.values() if each.lead.task == self.task)
        others = tuple(each for each in self.findings.values() if each.lead.task is None)
        return View(
            slot=slot,
            previous=self.ran[-1] if self.ran else None,
            position=sum(1 for _, stamp in self.told if stamp.at <= slot),
            tasks={} if task is None else {task.id: task},
            workflows={"d1": self.workflow},
            organisation=self.organisation,
            calendar=self.calendars[-1].calendar,
            calendars=self.calendars,
            findings={self.task: about, "": others},
            settings=self.settings,
            notices={self.task: self.notices},
            missed=missed,
            mismatch=mismatch,
        )

    def run(self, at: str | datetime, **seen: Any) -> Judgement:
        """One pass, put on record."""
        view = self.view(at, **seen)
        found = judge(view)
        self.record(found, view.slot)
        self.ran.append(view.slot)
        return found

    def run_all(self, slots: Iterable[datetime]) -> World:
        """One pass after the other."""
        for slot in slots:
            self.run(slot)
        return self

    def record(self, found: Judgement, at: datetime) -> None:
        """What the ledger keeps of a pass."""
        for lead in found.opened:
            assert lead.fingerprint not in self.findings, "one slip, one finding"
            state = "closed" if lead.closed else "open"
            if lead.fingerprint in found.cured_at_once:
                state = "cured"
            id = f"F-{len(self.findings) + 1}"
            self.findings[lead.fingerprint] = Finding(id, lead, at, 1000 + len(self.findings), state)
        for finding, _, _ in found.cured:
            self._change(finding, state="cured")
        for finding, _, _ in found.withdrawn:
            self._change(finding, state="withdrawn")
        for finding, attribution in found.revised:
            now = self.findings[finding.lead.fingerprint]
            self._change(
                now,
                lead=replace(now.lead, attribution=attribution),
                history=(*now.history, now.lead.attribution),
            )

    def _change(self, finding: Finding, **changes: Any) -> None:
        key = finding.lead.fingerprint
        self.findings[key] = replace(self.findings[key], **changes)

    def states(self, rule: str) -> list[str]:
        """What has become of a rule's findings, in the order in which they were found."""
        return [each.state for each in self.findings.values() if each.lead.rule == rule]

    def only(self, rule: str) -> Finding:
        """The one finding of a rule."""
        [found] = [each for each in self.findings.values() if each.lead.rule == rule]
        return found


def direct(finding: Finding) -> list[str]:
    """Who is 直接."""
    return [each.person for each in finding.lead.attribution.answerers if each.degree == "direct"]


def _due(due: str | None, warn: str | None = None) -> dict[str, Any]:
    return {
        "due_at": None if due is None else to_text(instant(due)),
        "warn_at": None if warn is None else to_text(instant(warn)),
        "provisional": False,
    }
