"""Histories through the real service: signed commands, a database, slots that run late, twice, or are killed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from tests.justice import translated
from tests.justice.comparing import Differences, answer, asked_amiss, attributed_amiss, same_keys, when
from tests.oracle.days import DAY
from tests.oracle.expected import DECIDED, NO_TASK, Auditor, Key, Slot, late_at
from tests.oracle.plans import document
from tests.oracle.rows import Verdict
from tests.oracle.teller import History
from tests.oracle.world import Act, World
from zeroerror.defaults import shipped
from zeroerror.ledger import keys
from zeroerror.ledger.leaf import decode_fast
from zeroerror.ledger.signing import key_id, public_hex
from zeroerror.model.calendar import year_to_json
from zeroerror.model.event import INSTITUTION
from zeroerror.model.finding import Attribution, attribution_from_json
from zeroerror.model.instant import from_text
from zeroerror.model.organisation import organisation_to_json
from zeroerror.model.problem import Refusal
from zeroerror.service import (
    audits,
    circulation,
    meant,
    organisation,
    proposals,
    publish,
    rerouting,
    sandbox,
    tasks,
)
from zeroerror.service import log as ledger
from zeroerror.service.front import NO_OPTIONS, Receipt
from zeroerror.service.genesis import initialise
from zeroerror.service.institution import Actor, Institution, open_institution
from zeroerror.store import log, reads

HERE = "提案委"


class Refused(Exception):
    """The service refuses what the design allows."""


def prepare(home: Path, history: History) -> None:
    """The files from which such an institution is made; JSON is YAML."""
    for tree in ("config", "workflows"):
        shutil.copytree(shipped(tree), home / tree)
    shutil.rmtree(home / "workflows" / "document")
    for path in (home / "workflows").rglob("*.yaml"):
        if path.name != "explain.yaml":
            path.unlink()
    files: dict[str, dict[str, Any]] = {
        "config/institution.yaml": translated.institution_document(history.duties),
        "config/hours.yaml": translated.hours_document(),
        "config/schedule.yaml": {"audit": "daily", "at": ["08:30", "17:00"], "days": "working"},
        **{f"workflows/{plan.id}.yaml": document(plan) for plan in history.plans},
    }
    for path in (home / "config" / "calendar").glob("*.yaml"):
        path.unlink()
    for year in (2026, 2027):
        files[f"config/calendar/{year}.yaml"] = translated.year_document(translated.days.BASE, year)
    for name, doc in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(json.dumps(doc, ensure_ascii=False, indent=1), "utf-8")


class Served:
    """One institution that a history is played to."""

    def __init__(self, home: Path, history: History, database: str, rng: Random) -> None:
        self.home, self.history, self.rng = home, history, rng
        prepare(home, history)
        self._founded(translated.instant(history.start - 5), database)
        self.inst = open_institution(home)
        #: The second scheduler.
        self.other = open_institution(home)
        self.ids: list[str] = []
        self.proposed: dict[int, str] = {}
        self.played = 0
        self.days = translated.days.BASE
        self._actors: dict[str, Actor] = {}
        (home / "scan.txt").write_text("扫描件", "utf-8")

    def _founded(self, at: datetime, database: str) -> None:
        initialise(self.home, at=at, database=database, simulated=True, passphrase="demo")

    def close(self) -> None:
        """Both handles."""
        self.inst.conn.close()
        self.other.conn.close()

    def actor(self, person: str) -> Actor:
        """Somebody with his own key."""
        if person not in self._actors:
            private = keys.load_private(self.inst.keys / f"{person}.key", "demo")
            self._actors[person] = Actor(person, key_id(public_hex(private)), private)
        return self._actors[person]

    def clock(self, at: int) -> None:
        """Set the clock."""
        if self.inst.now() < translated.instant(at):
            self._done(sandbox.set_clock(self.inst, translated.instant(at)))

    def play(self, act: Act) -> None:
        """One act; raises Refused."""
        number = self.played
        self.played += 1
        self.clock(act.at)
        receipt = self._done(getattr(self, f"_{act.kind}")(self.actor(act.who), act))
        for event in receipt.events:
            if event["kind"] == "task_opened" and act.kind in ("open", "redirect"):
                self.ids.append(event["stream"])
            if event["kind"] == "proposed":
                row = self.inst.conn.one("SELECT bytes FROM leaf WHERE idx = ?", (event["index"],))
                assert row is not None
                self.proposed[number] = decode_fast(row[0]).body["proposal"]

    def tick(self, *, kill: bool = False) -> None:
        """Run what is owed, by one of two schedulers, then by the other; once in a while one is killed in it."""
        first, second = self.rng.sample([self.inst, self.other], 2)
        if kill:
            _killed(first)
        audits.run_owed(first)
        audits.run_owed(second)

    @staticmethod
    def _done(outcome: Receipt | Refusal) -> Receipt:
        if isinstance(outcome, Refusal):
            raise Refused(str([(each.code, dict(each.params)) for each in outcome.reasons]))
        return outcome

    def _task(self, act: Act) -> str:
        return self.ids[act.task]

    def _open(self, actor: Actor, act: Act) -> Any:
        fields = {
            "title": "样例",
            "who": act.more["fields"]["who"],
            "deadline": translated.days.iso(act.more["fields"]["deadline"]),
        }
        plan = self.history.plans[act.more["plan"]]
        return tasks.open_task(self.inst, actor, plan.id, fields=fields, office=HERE)

    def _do(self, actor: Actor, act: Act) -> Any:
        done = act.more.get("done")
        return tasks.advance(
            self.inst,
            actor,
            [self._task(act)],
            act.more["way"],
            attach=[self.home / "scan.txt"] if act.more.get("files") else [],
            reason="样例",
            done_at=None if done is None else translated.instant(done),
        )

    def _paper(self, actor: Actor, act: Act) -> Any:
        return tasks.record_paper(
            self.inst,
            actor,
            self._task(act),
            act.more["way"],
            paper_of=act.more["signer"],
            signed_at=translated.instant(act.more["signed"]),
            attach=[self.home / "scan.txt"],
            reason="样例",
        )

    def _attest(self, actor: Actor, act: Act) -> Any:
        task = reads.task(self.inst.conn, self._task(act))
        assert task is not None
        visit = task.visits[act.more["visit"]]
        body = {"left": visit.left_index}
        draft = tasks.Draft(self.inst)
        target = meant.target_of(task, visit)
        return tasks._propose(self.inst, actor, "attest", body, target, draft, NO_OPTIONS)

    def _attach(self, actor: Actor, act: Act) -> Any:
        return tasks.attach(self.inst, actor, self._task(act), [self.home / "scan.txt"])

    def _assign(self, actor: Actor, act: Act) -> Any:
        return tasks.assign(self.inst, actor, self._task(act), act.more["person"])

    def _extend(self, actor: Actor, act: Act) -> Any:
        return tasks.extend(self.inst, actor, self._task(act), act.more["length"], reason="样例")

    def _stop(self, actor: Actor, act: Act) -> Any:
        return tasks.pause(self.inst, actor, self._task(act), "外单位材料", reason="样例")

    _ask_stop = _stop

    def _resume(self, actor: Actor, act: Act) -> Any:
        return tasks.resume(self.inst, actor, self._task(act))

    def _take_back(self, actor: Actor, act: Act) -> Any:
        return tasks.takeback(self.inst, actor, self._task(act))

    def _delegate(self, actor: Actor, act: Act) -> Any:
        return tasks.delegate(self.inst, actor, self._task(act), act.more["person"], reason="样例")

    def _merge(self, actor: Actor, act: Act) -> Any:
        into = self.ids[act.more["into"]]
        return rerouting.merge(self.inst, actor, self._task(act), into, reason="样例")

    def _redirect(self, actor: Actor, act: Act) -> Any:
        given = act.more["fields"]
        fields = {"title": "样例", "who": given["who"], "deadline": translated.days.iso(given["deadline"])}
        plan = self.history.plans[act.more["plan"]]
        return rerouting.redirect(
            self.inst, actor, self._task(act), workflow=plan.id, fields=fields, reason="样例"
        )

    def _circulate(self, actor: Actor, act: Act) -> Any:
        return circulation.circulate(self.inst, actor, self._task(act), [act.more["person"]])

    def _read(self, actor: Actor, act: Act) -> Any:
        return circulation.read(self.inst, actor, [self._task(act)])

    def _urge(self, actor: Actor, act: Act) -> Any:
        return tasks.urge(self.inst, actor, self._task(act))

    def _absence(self, actor: Actor, act: Act) -> Any:
        since, until = (translated.instant(act.more[name]) for name in ("since", "until"))
        return organisation.leave(self.inst, actor, act.more["person"], since, until)

    def _cover(self, actor: Actor, act: Act) -> Any:
        since, until = (translated.instant(act.more[name]) for name in ("since", "until"))
        return organisation.cover(self.inst, actor, act.more["person"], act.more["by"], since, until)

    def _move(self, actor: Actor, act: Act) -> Any:
        more = act.more
        since = translated.instant(more["since"])
        return organisation.transfer(self.inst, actor, more["person"], more["office"], more["role"], since)

    def _retire(self, actor: Actor, act: Act) -> Any:
        person, after = act.more["person"], self.inst.organisation
        for post in after.posts:
            if post.person == person:
                since = translated.instant(act.more["since"])
                after = after.without_post(person, post.office, post.role, since)
        body = {
            "organisation": organisation_to_json(after),
            "touched": [person],
            "replaces": self.inst.facts().digest_of("organisation"),
        }
        return proposals.propose(self.inst, actor, "apply_organisation", body)

    def _calendar(self, actor: Actor, act: Act) -> Any:
        change = act.more["change"]
        self.days = self.days.changed(**change)
        touched = [*change.get("off", ()), *change.get("worked", ())]
        year = 2027 if change.get("official") or touched[0] >= translated.days.PROVISIONAL else 2026
        held = self.inst.calendar.years[year]
        body = {"year": translated.year_document(self.days, year), "replaces": year_to_json(held)}
        return proposals.propose(self.inst, actor, "apply_calendar", body)

    def _revise(self, actor: Actor, act: Act) -> Any:
        path = self.home / "workflows" / f"{act.more['definition'].id}.yaml"
        path.write_text(json.dumps(document(act.more["definition"]), ensure_ascii=False, indent=1), "utf-8")
        return publish.publish(self.inst, actor, path)

    def _confirm(self, actor: Actor, act: Act) -> Any:
        return proposals.confirm(self.inst, actor, [self.proposed[act.more["of"]]])

    def _reject(self, actor: Actor, act: Act) -> Any:
        return proposals.reject(self.inst, actor, [self.proposed[act.more["of"]]], "样例")


class _Killed(BaseException):
    """Power goes out in the middle of a pass."""


def _killed(inst: Institution) -> None:
    """A pass that dies when its leaves are written and before they are acknowledged leaves nothing."""
    right = log.append

    def dying(*args: Any, **more: Any) -> None:
        right(*args, **more)
        raise _Killed

    before = log.head(inst.conn)
    log.append = dying  # type: ignore[assignment]
    try:
        audits.run_owed(inst)
    except _Killed:
        pass
    finally:
        log.append = right
    assert log.head(inst.conn) == before


def steps(history: History) -> Iterator[tuple[int, Act | None]]:
    """Acts, and between them the slots that are owed by the calendar as it is known when they are due."""
    world, acts = history.world(), list(history.acts)
    for day in range(history.start // DAY, history.end // DAY + 1):
        for at in (day * DAY + 8 * 60 + 30, day * DAY + 17 * 60):
            while acts and acts[0].at <= at:
                world.take(acts[0])
                yield acts[0].at, acts.pop(0)
            if history.start < at <= history.end and world.days.worked[day]:
                yield at, None
    for act in acts:
        yield act.at, act


def compare_served(history: History, home: Path, database: str, rng: Random) -> Differences:
    """Play a history to a real institution, its slots now in time and now late, and compare each slot."""
    found, served = Differences(), Served(home, history, database, rng)
    late = rng.random() < 0.5
    owed: list[int] = []
    taken = list(steps(history))
    try:
        for (at, act), (following, _) in zip(taken, [*taken[1:], (history.end, None)], strict=True):
            if act is not None:
                served.play(act)
                continue
            owed.append(at)
            if not late or rng.random() < 0.3:
                # However late a slot runs, the act that follows is still taken in its own minute.
                served.clock(min(at + (rng.randrange(1, 9) if late else 0), following))
                served.tick(kill=rng.random() < 0.15)
        served.clock(history.end)
        served.tick()
        compared(served, owed, found)
        _questions(served, found, rng)
        problems = ledger.verify(served.inst).problems
        if problems:
            found.add("wrong", f"the ledger does not verify: {problems[:3]}")
    except Refused as refused:
        found.add("refused", f"{history.number}: {refused}")
    finally:
        served.close()
    return found


def compared(served: Served, owed: Sequence[int], found: Differences) -> None:
    """Hold every slot that ran against what the oracle says of it, by these minutes and in this order."""
    conn = served.inst.conn
    ran = [(translated.minute(each.slot), each) for each in reads.slots(conn)]
    if [at for at, _ in ran] != list(owed):
        found.add("missed", f"slots {[at for at, _ in ran]} ran, and owed were {list(owed)}")
        return
    world, acts = served.history.world(), list(served.history.acts)
    auditor, said = Auditor(world), Said(served)
    last: dict[Key, Verdict] = {}
    for at, row in ran:
        assert at is not None
        while acts and acts[0].at <= at:
            world.take(acts.pop(0))
        expected = auditor.slot(at)
        said.slot(at, row.idx, expected, found)
        last.update(expected.verdicts)
    for key, verdict in last.items():
        found.findings += 1
        found.rows[verdict.row] += 1
        found.undecided += not verdict.decided
        found.undetermined += "?" in answer(said.attributions.get(key, Attribution()))


class Said:
    """What each slot's command put on record."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.keys: dict[str, Key] = {}
        self.attributions: dict[Key, Attribution] = {}
        self.follow_ups: dict[str, str] = {}

    def slot(self, at: int, index: int, expected: Slot, found: Differences) -> None:
        """One slot, compared."""
        opened: list[Key] = []
        ended: dict[str, list[Key]] = {"finding_cured": [], "finding_withdrawn": []}
        fresh: set[Key] = set()
        for body, kind in self._leaves(index):
            if kind == "finding_opened":
                # What notices a real audit gives, and so which go unanswered, is not the oracle's to say.
                ours = body["rule"] in DECIDED and body["rule"] != "notice_unanswered"
                if body["task"] in (*self.served.ids, None) and ours:
                    key = self._opened(body)
                    opened.append(key)
                    fresh.add(key)
                    self._asked(at, key, body, expected, found)
            elif body.get("finding") in self.keys:
                key = self.keys[body["finding"]]
                if kind == "attribution_revised":
                    self.attributions[key] = attribution_from_json(body["attribution"])
                elif kind == "finding_cured" and key in fresh and dict(expected.opened).get(key) == "cured":
                    fresh.discard(key)
                elif kind in ended:
                    ended[kind].append(key)
        same_keys(at, "opened", opened, [key for key, _ in expected.opened], expected, found)
        same_keys(at, "cured", ended["finding_cured"], expected.cured, expected, found)
        same_keys(at, "withdrawn", ended["finding_withdrawn"], expected.withdrawn, expected, found)
        for key, verdict in expected.verdicts.items():
            if key in self.attributions:
                attributed_amiss(at, key, self.attributions[key], verdict, found)
        self._asking(at, found)

    def _leaves(self, index: int) -> Iterator[tuple[dict[str, Any], str]]:
        conn = self.served.inst.conn
        row = next(log.leaves(conn, index, index + 1))
        for each in log.command_leaves(conn, row.command):
            if each.stream == INSTITUTION:
                yield dict(decode_fast(each.bytes).body), each.kind

    def _opened(self, body: dict[str, Any]) -> Key:
        due_at = None if body["due_at"] is None else from_text(body["due_at"])
        number = NO_TASK if body["task"] is None else self.served.ids.index(body["task"])
        at = when(body["rule"], due_at, body["trace"])
        key: Key = (body["rule"], number, body["step"], body["visit"], at)
        self.keys[body["finding"]] = key
        self.attributions[key] = attribution_from_json(body["attribution"])
        if body["follow_up"] is not None:
            self.follow_ups[body["finding"]] = body["follow_up"]
        return key

    def _asked(self, at: int, key: Key, body: dict[str, Any], expected: Slot, found: Differences) -> None:
        if key[0] in ("step_overdue", "step_failed") and key in expected.verdicts and not body["occurrence"]:
            task = None if body["follow_up"] is None else reads.task(self.served.inst.conn, body["follow_up"])
            who = None if task is None else task.fields["person"]
            asked_amiss(at, key, who, expected, found)

    def _asking(self, at: int, found: Differences) -> None:
        """Nobody is asked by two follow-ups at once for one step."""
        if len(set(self.follow_ups.values())) != len(self.follow_ups):
            found.add("doubled", f"{at}: one follow-up for two findings")


def _questions(served: Served, found: Differences, rng: Random) -> None:
    """What held at an instant, as known now and as known then; the same bytes however often it is asked."""
    history = served.history
    for _ in range(3):
        at = rng.randrange(history.start, history.end)
        for known in (None, at):
            world = history.world()
            for act in history.acts:
                if known is None or act.at <= known:
                    world.take(act)
            asked = [_as_of(served, at, known) for _ in range(2)]
            if asked[0] != asked[1]:
                found.add("wrong", f"asked twice about {at}, known {known}, and answered differently")
            said = {
                (each["rule"], served.ids.index(each["task"]), each["step"], each["visit"])
                for each in json.loads(asked[0])["findings"]
                if each["task"] in served.ids
            }
            wanted = set(_holding(world, at))
            if said != wanted:
                found.add("wrong", f"as of {at}, known {known}: {said ^ wanted} differ")


def _as_of(served: Served, at: int, known: int | None) -> str:
    found = audits.audit_as_of(
        served.inst,
        translated.instant(at),
        known_at=None if known is None else translated.instant(known),
    )
    return json.dumps(found, default=str, sort_keys=True)


def _holding(world: World, at: int) -> Iterator[tuple[str, int, str | None, int | None]]:
    for task in world.tasks:
        if task.opened <= at and late_at(task.dues, (), task.ended, at):
            yield "task_overdue", task.number, None, None
        for visit in task.visits:
            there = visit.plan.persons and not visit.withdrawn and visit.entered <= at
            if there and late_at(visit.dues, visit.stretches(), visit.ended, at):
                rule = "follow_up_overdue" if task.plan.oversight else "step_overdue"
                yield rule, task.number, visit.step, visit.number
