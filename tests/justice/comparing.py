"""What the product's audits said, beside what they had to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.justice import translated
from tests.justice.memory import Memory, Refused
from tests.oracle.expected import DECIDED, EVENTS, LENIENT, NO_TASK, Auditor, Key, Slot
from tests.oracle.rows import Answer, Verdict, bare
from tests.oracle.teller import History
from zeroerror.accountability.followup import follow_up_for
from zeroerror.audit.judge import Judgement, judge
from zeroerror.audit.view import View
from zeroerror.model.finding import Attribution, Finding, Lead
from zeroerror.model.instant import from_text

#: Rules whose answers join those of several steps: capacities are not compared there.
JOINED = ("task_overdue",)
#: What tells one finding of these from another: when the act was recorded, the request or the notice made.
SINCE = {
    **dict.fromkeys((*EVENTS, "definition_changed"), "recorded_at"),
    "extension_undecided": "asked_at",
    "extension_late": "asked_at",
    "short_notice": "given_at",
    "notice_unanswered": "given_at",
}


@dataclass
class Differences:
    """What differs, as (kind, words), and what was judged."""

    found: list[tuple[str, str]] = field(default_factory=list)
    findings: int = 0
    undetermined: int = 0
    undecided: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    open_rows: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, words: str) -> None:
        """One difference."""
        self.found.append((kind, words))


def compare(history: History) -> Differences:
    """Play a history slot by slot, and compare each slot."""
    found = Differences()
    memory, world = Memory(history), history.world()
    auditor, recorder = Auditor(world), Recorder(memory)
    previous = None
    acts = list(history.acts)
    last: dict[Key, Verdict] = {}
    for slot in history.cuts:
        while acts and acts[0].at <= slot:
            act = acts.pop(0)
            world.take(act)
            try:
                memory.play(act)
            except Refused as refused:
                found.add("refused", str(refused))
                return found
        expected = auditor.slot(slot)
        recorder.slot(slot, previous, expected, found)
        last.update(expected.verdicts)
        previous = slot
    _count(recorder, last, found)
    return found


def _count(recorder: Recorder, last: dict[Key, Verdict], found: Differences) -> None:
    for key, verdict in last.items():
        found.findings += 1
        found.rows[verdict.row] += 1
        if not verdict.decided:
            found.undecided += 1
            found.open_rows[verdict.row] += 1
        record = recorder.records.get(key)
        found.undetermined += bool(record and record[-1].lead.attribution.missing)


class Recorder:
    """The findings on record, in memory."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.records: dict[Key, list[Finding]] = {}
        self.seen = 0
        self.keys: dict[str, Key] = {}

    def slot(self, at: int, previous: int | None, expected: Slot, found: Differences) -> None:
        """One pass, compared."""
        view = self._view(at, previous)
        self.seen = view.position
        said = decided(judge(view))
        opened = self._record(said, view)
        same_keys(
            at, "opened", [key for key, _ in opened], [key for key, _ in expected.opened], expected, found
        )
        wanted = dict(expected.opened)
        for key, finding in opened:
            if key in wanted and finding.state != wanted[key]:
                found.add("wrong", f"{at} {key} opened {finding.state}, not {wanted[key]}")
        same_keys(
            at, "cured", [self._key(each) for each, _, _ in said.cured], expected.cured, expected, found
        )
        withdrawn = [self._key(each) for each, _, _ in said.withdrawn]
        same_keys(at, "withdrawn", withdrawn, expected.withdrawn, expected, found)
        for key, verdict in expected.verdicts.items():
            if key in self.records:
                attributed_amiss(at, key, self.records[key][-1].lead.attribution, verdict, found)
        for key, finding in opened:
            first = key[0] in ("step_overdue", "step_failed") and len(self.records[key]) == 1
            if first and key in expected.verdicts:
                asked_amiss(at, key, follow_up_for(finding.lead, view), expected, found)

    def _view(self, at: int, previous: int | None) -> View:
        memory = self.memory
        findings: dict[str, tuple[Finding, ...]] = {}
        for each in (finding for record in self.records.values() for finding in record):
            id = each.lead.task or ""
            findings[id] = (*findings.get(id, ()), each)
        return View(
            slot=translated.instant(at),
            previous=None if previous is None else translated.instant(previous),
            position=memory.size,
            tasks=memory.tasks,
            workflows=_Workflows(memory),
            organisation=memory.organisation,
            calendar=memory.calendar,
            calendars=memory.calendars,
            findings=findings,
            settings={},
            notices={each.id: memory.notices_of(each) for each in memory.tasks.values()},
            children=memory.children_of_all(),
            published=tuple(memory.published_since(self.seen, translated.instant(at))),
        )

    def _record(self, said: Judgement, view: View) -> list[tuple[Key, Finding]]:
        opened = []
        for lead in said.opened:
            key = self._lead_key(lead)
            state = "closed" if lead.closed else "open"
            if lead.fingerprint in said.cured_at_once:
                state = "cured"
            id = f"F{len(self.keys)}"
            finding = Finding(id, lead, view.slot, 10_000 + len(self.keys), state)
            self.keys[id] = key
            self.records.setdefault(key, []).append(finding)
            opened.append((key, finding))
        for finding, _, _ in said.cured:
            self._change(finding, state="cured")
        for finding, _, _ in said.withdrawn:
            self._change(finding, state="withdrawn")
        for finding, attribution in said.revised:
            self._change(finding, attribution=attribution)
        return opened

    def _change(
        self, finding: Finding, *, state: str | None = None, attribution: Attribution | None = None
    ) -> None:
        record = self.records[self.keys[finding.id]]
        place = next(place for place, each in enumerate(record) if each.id == finding.id)
        held = record[place]
        if attribution is not None:
            held = replace(held, lead=replace(held.lead, attribution=attribution))
        record[place] = replace(held, state=state or held.state)

    def _key(self, finding: Finding) -> Key:
        return self.keys[finding.id]

    def _lead_key(self, lead: Lead) -> Key:
        number = NO_TASK if lead.task is None else self.memory.ids.index(lead.task)
        return lead.rule, number, lead.step, lead.visit, when(lead.rule, lead.due_at, lead.trace)


def when(rule: str, due_at: datetime | None, trace: Mapping[str, Any]) -> int | None:
    """The minute that tells one slip from another."""
    return translated.minute(from_text(trace[SINCE[rule]]) if rule in SINCE else due_at)


def decided(said: Judgement) -> Judgement:
    """What was said by the rules that the oracle decides."""
    return replace(said, opened=tuple(each for each in said.opened if each.rule in DECIDED))


class _Workflows(dict):  # type: ignore[type-arg]
    def __init__(self, memory: Memory) -> None:
        super().__init__()
        self._memory = memory

    def __missing__(self, digest: str) -> object:
        found = self._memory.definition(digest)
        assert found is not None
        self[digest] = found.workflow
        return found.workflow


def answer(attribution: Attribution) -> Answer:
    """What an attribution says of people, as the oracle writes it."""
    said: set[object] = {
        (each.person, each.degree, str(each.capacity["kind"])) for each in attribution.answerers
    }
    return frozenset(said | ({"?"} if attribution.missing else set()))


def attributed_amiss(
    at: int, key: Key, attribution: Attribution, verdict: Verdict, found: Differences
) -> None:
    """Whether something is said of people that may not be said."""
    said, allowed = answer(attribution), set(verdict.answers)
    if key[0] == "follow_up_overdue" and attribution.clarifier is None:
        found.add("wrong", f"{at} {key} is taken to nobody above")
    if key[0] == "definition_changed" and attribution.clarifier not in (verdict.asked or ()):
        found.add("wrong", f"{at} {key} is told to {attribution.clarifier}")
    if key[0] in JOINED or verdict.row == "passed_before":
        said, allowed = bare(said), {bare(each) for each in allowed}
    if said not in allowed:
        wanted = [sorted(map(str, each)) for each in allowed]
        found.add("wrong", f"{at} {key} {verdict.row}: {sorted(map(str, said))} not in {wanted}")


def asked_amiss(at: int, key: Key, who: str | None, expected: Slot, found: Differences) -> None:
    """Whether somebody is asked to explain who should not be, or nobody who should."""
    verdict = expected.verdicts[key]
    if (who is not None) != (key in expected.asks):
        found.add("wrong", f"{at} {key} asks {who}, and should {'' if key in expected.asks else 'not '}ask")
    if who is not None and verdict.asked is not None and who not in verdict.asked:
        found.add("wrong", f"{at} {key} {verdict.row} asks {who}, not {sorted(verdict.asked)}")


def same_keys(
    at: int, what: str, said: Iterable[Key], wanted: Iterable[Key], expected: Slot, found: Differences
) -> None:
    have, want = Counter(said), Counter(wanted)
    for key in have.keys() | want.keys():
        if (expected.lenient and key[0] in LENIENT) or key[:4] in expected.unsure:
            continue
        if have[key] < want[key]:
            found.add("missed", f"{at} {key} was not {what}")
        elif have[key] > want[key]:
            found.add(
                "doubled" if want[key] or what == "opened" else "wrong",
                f"{at} {key} was {what} {have[key]}×, not {want[key]}×",
            )
