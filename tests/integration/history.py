"""Any history that people, clocks, schedulers and crashes can make, as Hypothesis draws it.

Each rule is something that somebody tries, rightly or wrongly, through the service. It is tried in some manner:
plainly, under an id and then again, as a dry run, with somebody else's command in between, or with a crash at a
failpoint and then again. What must hold of a ledger at every step is asserted here; that replay equals tables,
when the history ends.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests import failpoints
from tests.integration.attempts import Attempt, Crash, Manner, actions, filled, items, tried
from tests.service.house import House
from tests.service.test_board import agrees
from zeroerror.engine.two_persons import confirmers
from zeroerror.model.errors import UsageError
from zeroerror.model.problem import Refusal
from zeroerror.model.task import Task
from zeroerror.model.visit import Visit
from zeroerror.service import (
    audits,
    circulation,
    findings,
    organisation,
    proposals,
    publish,
    rerouting,
    sandbox,
    tasks,
)
from zeroerror.service import log as ledger
from zeroerror.service.facts import proposal_of
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import Institution, open_institution
from zeroerror.store import log, reads

#: A Monday morning, 09:00 in Shanghai.
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WORKFLOWS = (
    "document/outgoing",
    "document/incoming",
    "handling/supervision",
    "meeting/meeting",
    "handling/proposal",
    "handling/on_the_spot",
)
OFFICES = ("提案委", "经济委", "办公室")

#: A number by which something is chosen out of what there is at that moment; the right one, while it is small.
any_number = st.integers(0, 999)
persons = st.integers(0, 99)
manners = st.sampled_from(
    [
        *[Manner("plain")] * 6,
        Manner("again"),
        Manner("dry"),
        Manner("overtaken"),
        *(Manner("crash", name) for name in failpoints.NAMES),
    ]
)


class History(RuleBasedStateMachine):
    """An institution, and everything that is tried in it."""

    #: Where a database can be made, and how it is taken away again; set by whoever runs this.
    fresh: Callable[[Path], str]
    drop: Callable[[str], None]

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="zeroerror-"))
        self.home = self.directory / "home"
        self.url = type(self).fresh(self.directory)
        initialise(self.home, at=MONDAY, database=self.url, simulated=True, passphrase="demo")
        self.house = House(open_institution(self.home))
        self.attempt = Attempt(self.home)
        self.paper = self.directory / "附件.txt"
        self.paper.write_text("附件", "utf-8")

    @property
    def inst(self) -> Institution:
        """The institution, as it was last opened."""
        return self.house.inst

    def teardown(self) -> None:
        """Replay equals tables, each outcome is decided again, a rebuild changes nothing, and the board counts right."""
        try:
            self.house.verify()
            agrees(self.inst)
            assert ledger.rebuild(self.inst)["differed"] == 0
            self.attempt.stand(self.inst.conn)
        finally:
            self.inst.conn.close()
            type(self).drop(self.url)
            shutil.rmtree(self.directory)

    @invariant()
    def the_head_is_where_the_leaves_end(self) -> None:
        (count,) = self.inst.conn.one("SELECT count(*) FROM leaf") or (0,)
        assert log.head(self.inst.conn).size == count

    # Who, and what there is.

    def who(self, number: int, *right: str | None) -> str:
        """Mostly somebody who should, sometimes anybody."""
        named = [each for each in right if each]
        if named and number < 70:
            return named[number % len(named)]
        everybody = self.inst.organisation.persons
        return everybody[number % len(everybody)].id

    def place(self, number: int) -> tuple[Task, Visit] | None:
        """One of the open steps."""
        rows = reads.open_visits(self.inst.conn)
        if not rows:
            return None
        row = rows[number % len(rows)]
        task = self.house.task(row.task)
        visit = task.find(row.step, row.visit)
        assert visit is not None
        return task, visit

    def owes(self, visit: Visit) -> tuple[str | None, ...]:
        """Who may act on a visit: who owes it, and who stands in for him."""
        owner = (
            visit.waits_for
            if visit.kind == "desk"
            else visit.urger
            if visit.kind == "outside"
            else visit.person
        )
        if owner is None:
            return (visit.urger,)
        covers = self.inst.organisation.covers_of(owner, self.inst.now())
        return (owner, owner, visit.delegate, *(cover.by for cover in covers))

    def run(self, manner: Manner, person: str, do: Callable[..., Any]) -> Any:
        """Try something in some manner; `do` takes the institution, who acts, and the options."""

        def doing(inst: Institution, options: Any) -> Any:
            return do(inst, self.house.actor(person), options)

        def overtaking(inst: Institution) -> None:
            open_tasks = list(reads.tasks(inst.conn, reads.TaskFilter(status="open", limit=3)))
            for each in open_tasks:
                tasks.note(
                    inst, self.house.actor(each.opener), each.id, "插话"
                ) if each.opener != "machine" else None

        try:
            return tried(self.attempt, self.inst, manner, doing, overtaking)
        except Crash:
            # The process is gone, and its connection with it.
            self.inst.conn.close()
            self.house.inst = open_institution(self.home)
            return tried(self.attempt, self.inst, Manner("repeated"), doing, overtaking)

    # What people try with tasks.

    @initialize(workflow=st.sampled_from(WORKFLOWS[:1]))
    def begin(self, workflow: str) -> None:
        self.opened(workflow, 0, 0, "平件", Manner("plain"))

    @rule(
        workflow=st.sampled_from(WORKFLOWS),
        office=any_number,
        person=persons,
        urgency=st.sampled_from(["平件", "特急", "加急", "平件", "急"]),
        manner=manners,
    )
    def opened(self, workflow: str, office: int, person: int, urgency: str, manner: Manner) -> None:
        where = OFFICES[office % len(OFFICES)]
        right = self.inst.organisation.staff(where, self.inst.now())
        fields = filled(workflow, urgency, self.inst.now())

        def do(inst: Institution, actor: Any, options: Any) -> Any:
            return tasks.open_task(inst, actor, workflow, fields=fields, office=where, options=options)

        self.run(manner, self.who(person, *right), do)

    @rule(action=st.sampled_from([3, 5, 5, 7]), signed=st.booleans(), manner=manners)
    def handed_out(self, action: int, signed: bool, manner: Manner) -> None:
        """A proposal that asks others for their opinions: for one, for two, or for an office that is not there."""
        before = {
            each.id for each in reads.tasks(self.inst.conn, reads.TaskFilter(workflow="handling/proposal"))
        }
        self.opened("handling/proposal", 0, 0, "平件", Manner("plain"))
        which = reads.TaskFilter(workflow="handling/proposal")
        made = [each for each in reads.tasks(self.inst.conn, which) if each.id not in before]
        ways = [0, 0, action, *([0] if signed else [])]
        for way in ways if made else ():
            task = self.house.task(made[0].id)
            visit = task.open_visits()[0]
            owner = next((each for each in self.owes(visit) if each), None)
            if owner is None or (way == 0 and visit.step == "assign"):
                return
            self.taken(task, visit, way, owner, "理由", True, None, manner if way else Manner("plain"))

    @rule(place=any_number, ways=st.lists(any_number, min_size=1, max_size=5))
    def carried_on(self, place: int, ways: list[int]) -> None:
        """A task goes on for some steps, as it should: without this no history would come far."""
        for way in ways:
            at = self.place(place)
            owner = None if at is None else self.owes(at[1])[way % len(self.owes(at[1]))]
            if at is not None and owner is not None:
                self.taken(*at, way - (way % 20 == 19), owner, "理由", True, None, Manner("plain"))

    @rule(
        place=any_number,
        action=any_number,
        person=persons,
        reason=st.sampled_from(["理由", "理由", None]),
        attached=st.sampled_from([True, True, True, False]),
        earlier=st.sampled_from([None] * 7 + [timedelta(0), timedelta(days=3), -timedelta(hours=1)]),
        manner=manners,
    )
    def advanced(
        self,
        place: int,
        action: int,
        person: int,
        reason: str | None,
        attached: bool,
        earlier: timedelta | None,
        manner: Manner,
    ) -> None:
        at = self.place(place)
        if at is not None:
            who = self.who(person, *self.owes(at[1]))
            self.taken(*at, action, who, reason, attached, earlier, manner)

    def taken(
        self,
        task: Task,
        visit: Visit,
        action: int,
        who: str,
        reason: str | None,
        attached: bool,
        earlier: timedelta | None,
        manner: Manner,
    ) -> None:
        """Somebody takes one of the ways out of a step."""
        name, fields = actions(self.inst, task, visit, action, self.paper if attached else None)
        permitted = who in self.owes(visit)
        opens = items(self.inst, task, visit.step, name, action // 2 % 4)
        done_at = None if earlier is None else self.inst.now() - earlier

        def do(inst: Institution, actor: Any, options: Any) -> Any:
            files = [self.paper] if attached else []
            return tasks.advance(
                inst,
                actor,
                [task.id],
                name,
                step=visit.step,
                fields=fields,
                reason=reason,
                attach=files,
                done_at=done_at,
                items=opens,
                options=options,
            )

        outcome = self.run(manner, who, do)
        if outcome is not None and not isinstance(outcome, Refusal):
            # Nobody acts where he may not (design §12.4), by what the organisation itself says.
            assert permitted, f"{who} took a step that {visit.person} owes"

    @rule(place=any_number, person=persons, what=any_number, manner=manners)
    def handled(self, place: int, person: int, what: int, manner: Manner) -> None:
        at = self.place(place)
        if at is None:
            return
        task, visit = at
        here = self.inst.organisation
        director = here.director(task.office, self.inst.now())
        who = self.who(person, director, *self.owes(visit), visit.urger, task.last_actor)
        staff = here.staff(task.office, self.inst.now()) or (who,)
        other = staff[what % len(staff)]
        waits = ("上级批复", "领导补充意见", "外单位材料", "别的")[what % 4]
        by = ("1wd", "4wh", "2d", "半天", "0d")[what % 5]
        step = visit.step
        kinds: tuple[Callable[..., Any], ...] = (
            lambda inst, actor, options: tasks.assign(
                inst, actor, task.id, other, step=step, options=options
            ),
            lambda inst, actor, options: tasks.pause(
                inst, actor, task.id, waits, reason="等", step=step, options=options
            ),
            lambda inst, actor, options: tasks.resume(inst, actor, task.id, step=step, options=options),
            lambda inst, actor, options: tasks.extend(
                inst, actor, task.id, by, reason="不够", step=step, options=options
            ),
            lambda inst, actor, options: tasks.urge(inst, actor, task.id, step=step, options=options),
            lambda inst, actor, options: tasks.takeback(inst, actor, task.id, options=options),
            lambda inst, actor, options: tasks.note(inst, actor, task.id, "记一笔", options=options),
            lambda inst, actor, options: tasks.attach(inst, actor, task.id, [self.paper], options=options),
        )
        self.run(manner, who, kinds[what % len(kinds)])

    @rule(place=any_number, person=persons, what=any_number, manner=manners)
    def passed_on(self, place: int, person: int, what: int, manner: Manner) -> None:
        """A step given to somebody else to do, a task given to be read, merged into another, or sent on."""
        at = self.place(place)
        if at is None:
            return
        task, visit = at
        here, now, step = self.inst.organisation, self.inst.now(), visit.step
        above = (here.director(task.office, now), here.supervisor(task.office, now))
        staff = here.staff(task.office, now)
        other, office = staff[what // 7 % len(staff)], OFFICES[what // 7 % len(OFFICES)]
        alike = reads.TaskFilter(status="open", workflow=task.workflow, limit=20)
        lead = reads.task_ids(self.inst.conn, alike)[-1]
        given = reads.circulation(self.inst.conn, task.id)
        reader = given[what % len(given)].person if given else other
        kinds: tuple[tuple[tuple[str | None, ...], Callable[..., Any]], ...] = (
            (
                self.owes(visit),
                lambda inst, who, options: tasks.delegate(
                    inst, who, task.id, other if what % 7 else None, step=step, options=options
                ),
            ),
            (
                (*above, *self.owes(visit)),
                lambda inst, who, options: tasks.assign(
                    inst, who, task.id, None, office=office, reason="转办", step=step, options=options
                ),
            ),
            (
                (*above, task.opener),
                lambda inst, who, options: circulation.circulate(
                    inst, who, task.id, [other], options=options
                ),
            ),
            (
                (reader,),
                lambda inst, who, options: circulation.read(inst, who, [task.id], options),
            ),
            (
                above,
                lambda inst, who, options: rerouting.merge(
                    inst, who, task.id, lead, reason="同一事项", options=options
                ),
            ),
            (
                (*above, task.opener),
                lambda inst, who, options: rerouting.redirect(
                    inst, who, task.id, office=office, reason="开错了", options=options
                ),
            ),
        )
        right, do = kinds[what % len(kinds)]
        self.run(manner, self.who(person, *right), do)

    @rule(
        place=any_number,
        action=any_number,
        person=persons,
        share=st.sampled_from([0, 0.5, 1, 0.5, 1, 2, -1]),
        manner=manners,
    )
    def recorded_from_paper(self, place: int, action: int, person: int, share: float, manner: Manner) -> None:
        at = self.place(place)
        if at is None:
            return
        task, visit = at
        name, fields = actions(self.inst, task, visit, action, self.paper)
        opens = items(self.inst, task, visit.step, name, action // 2 % 4)
        signer = self.who(person, *self.owes(visit))
        clerk = self.who(person + 1, *self.inst.organisation.staff(task.office, self.inst.now()))
        # Signed while the step was open, where the share is one.
        signed_at = visit.entered_at + share * (self.inst.now() - visit.entered_at)

        def do(inst: Institution, actor: Any, options: Any) -> Any:
            return tasks.record_paper(
                inst,
                actor,
                task.id,
                name,
                paper_of=signer,
                signed_at=signed_at,
                attach=[self.paper],
                fields=fields,
                reason="理由",
                step=visit.step,
                items=opens,
                options=options,
            )

        self.run(manner, clerk, do)

    # What takes two persons.

    @rule(
        kind=any_number,
        about=any_number,
        other=any_number,
        start=st.integers(-2, 3),
        settled=st.booleans(),
        manner=manners,
    )
    def proposed(self, kind: int, about: int, other: int, start: int, settled: bool, manner: Manner) -> None:
        here, now = self.inst.organisation, self.inst.now()
        rows = reads.open_visits(self.inst.conn)
        owners = [row.person for row in rows if row.person] or [self.house.clerk]
        person = owners[about % len(owners)]
        by = self.who(other % 100, self.house.colleague, self.house.director)
        since, until = now + timedelta(days=start), now + timedelta(days=start + 1 + other % 5)
        director = here.director(here.office_of(person, now) or "", now)
        secadmin = here.all_entitled("secadmin", now)[0]
        kinds: tuple[tuple[str | None, Callable[..., Any]], ...] = (
            (person, lambda inst, who, options: organisation.leave(inst, who, person, since, until, options)),
            (
                person,
                lambda inst, who, options: organisation.cover(inst, who, person, by, since, until, options),
            ),
            (
                director,
                lambda inst, who, options: organisation.leave(inst, who, person, since, until, options),
            ),
            (
                secadmin,
                lambda inst, who, options: organisation.transfer(
                    inst, who, person, "经济委", "工作人员", since, options
                ),
            ),
            (
                secadmin,
                lambda inst, who, options: organisation.appoint(
                    inst, who, by, "提案委", "工作人员", since, options
                ),
            ),
            (
                secadmin,
                lambda inst, who, options: publish.apply_calendar(inst, who, self.calendar(other), options),
            ),
            (
                secadmin,
                lambda inst, who, options: publish.publish(inst, who, self.definition(other), options),
            ),
        )
        who, do = kinds[kind % len(kinds)]
        self.run(manner, self.who(kind % 97, who), do)
        if settled:
            self.decided_about(-1, about % 70, True, manner)

    def calendar(self, number: int) -> Path:
        """Next year's calendar as it has been announced: one of two, so that it can change again."""
        path = self.directory / "2027.yaml"
        text = (self.home / "config" / "calendar" / "2027.yaml").read_text("utf-8")
        if number % 2:
            text = text.replace("- 2027-01-01 ", "- 2027-01-01..2027-01-03 ")
        path.write_text(text, "utf-8")
        return path

    def definition(self, number: int) -> Path:
        """The 发文 with another limit as a whole."""
        path = self.directory / "outgoing.yaml"
        text = (self.home / "workflows" / "document" / "outgoing.yaml").read_text("utf-8")
        path.write_text(text.replace("平件: 16wd}", f"平件: {16 + number % 3}wd}}", 1), "utf-8")
        return path

    @rule(which=any_number, person=persons, yes=st.sampled_from([True, True, False]), manner=manners)
    def decided(self, which: int, person: int, yes: bool, manner: Manner) -> None:
        self.decided_about(which, person, yes, manner)

    def decided_about(self, which: int, person: int, yes: bool, manner: Manner) -> None:
        """Somebody confirms or rejects a proposal; the latest is number -1."""
        waiting = reads.proposals(self.inst.conn, "open" if which % 10 else None)
        if not waiting:
            return
        if which < 0:
            waiting.sort(key=lambda each: each.idx)
        row = waiting[which % len(waiting)]
        body = dict(proposal_of(row).body["body"])
        task = None if row.about is None else reads.task(self.inst.conn, row.about)
        if task is not None:
            body["office"] = task.office
        right = confirmers(row.kind, body, row.proposer, self.inst.organisation, self.inst.now())

        def do(inst: Institution, actor: Any, options: Any) -> Any:
            if yes:
                return proposals.confirm(inst, actor, [row.id], options)
            return proposals.reject(inst, actor, [row.id], "不同意", options)

        self.run(manner, self.who(person, *sorted(right)), do)

    @rule(which=any_number, person=persons, manner=manners)
    def disputed(self, which: int, person: int, manner: Manner) -> None:
        found = reads.findings(self.inst.conn, reads.FindingFilter())
        if not found:
            return
        finding = found[which % len(found)]
        named = [each.person for each in finding.lead.attribution.answerers]

        def do(inst: Institution, actor: Any, options: Any) -> Any:
            return findings.dispute(inst, actor, finding.id, "不是我", options)

        self.run(manner, self.who(person, *named), do)

    # Time, and those who watch it.

    @rule(hours=st.integers(-3, 60))
    def clock_moved(self, hours: int) -> None:
        at = self.inst.now() + timedelta(hours=hours)
        size = log.head(self.inst.conn).size
        try:
            sandbox.set_clock(self.inst, at)
        except UsageError as error:
            assert (hours < 0, error.code) == (True, "error.clock_back")
            assert log.head(self.inst.conn).size == size
        else:
            assert hours >= 0
            assert self.inst.now() == at

    @rule(schedulers=st.integers(1, 2), crash=st.sampled_from([None, None, *failpoints.NAMES[1:]]))
    def slots_run(self, schedulers: int, crash: str | None) -> None:
        plan = audits.schedule(self.inst)
        owed = audits.owed(self.inst)
        if crash is not None and owed:
            self.crashed_in_a_pass(plan.audit, owed, crash)
        other = open_institution(self.home) if schedulers == 2 else None
        try:
            for slot in audits.owed(self.inst):
                ran = [
                    audits.run_slot(each, plan.audit, slot) for each in (self.inst, other) if each is not None
                ]
                # Two schedulers that both saw the slot owed: one has run it.
                assert ran.count(True) == 1
        finally:
            if other is not None:
                other.conn.close()
        assert audits.owed(self.inst) == []
        rows = reads.slots(self.inst.conn)
        assert len({(row.audit, row.slot) for row in rows}) == len(rows)

    def crashed_in_a_pass(self, audit: str, owed: list[datetime], crash: str) -> None:
        def strike() -> None:
            raise Crash

        try:
            with failpoints.struck(crash, strike):
                audits.run_slot(self.inst, audit, owed[0])
        except Crash:
            self.inst.conn.close()
            self.house.inst = open_institution(self.home)
        held = crash in ("committed", "receipted")
        assert (owed[0] not in audits.owed(self.inst)) == held
