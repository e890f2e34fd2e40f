"""A task and its visits: the fold of a task's stream. `evolve` is the only way in which they arise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from zeroerror.model.event import Event, Stamp
from zeroerror.model.instant import from_text
from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Holding:
    """Who owed a visit from an instant on, in what capacity, and by which event."""

    person: str | None
    capacity: str
    since: datetime
    index: int
    #: `entered`, `assign`, `transfer`, `handover`, `restored`.
    why: str = "entered"
    #: Covered post or duty, where the person owes for another.
    for_: str | None = None


@dataclass(frozen=True, slots=True)
class DueChange:
    """A due date as it stood from an instant on, and what changed it."""

    due_at: datetime | None
    warn_at: datetime | None
    since: datetime
    index: int
    #: `entered`, `extended`, `recomputed`, `moved`, `resumed`, `restored`.
    why: str
    provisional: bool = False
    #: For an extension: when it was asked for, and how much, as the limit's text.
    asked_at: datetime | None = None
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """More time asked for: by which proposal, when and by whom, and when it was answered, if it was."""

    proposal: str
    at: datetime
    by: str
    answered_at: datetime | None = None
    #: The leaf that asked, and the one that answered.
    index: int = 0
    answered_index: int | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval in which a visit's clock stood still, and what it waited for."""

    start: datetime
    end: datetime | None
    waits_for: str
    by: str
    index: int


@dataclass(frozen=True, slots=True)
class Given:
    """A plain field filled in, or filled in anew, after the task was opened: by whom, when, and by which leaf.

    Every time is kept: what came of a date that has been given anew since was still asked by who gave it first.
    """

    field: str
    by: str
    at: datetime
    index: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something in history read in from elsewhere that the definition has no place for."""

    #: `after_end`, `unknown_activity`, `no_such_move`.
    why: str
    step: str | None
    at: datetime
    index: int
    #: The row of the file.
    row: int


@dataclass(frozen=True, slots=True)
class Undone:
    """An act that was taken back (拿回): when it had ended the visit, when and by whom it was undone."""

    ended_at: datetime
    at: datetime
    by: str
    index: int
    #: By which action it had ended.
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """A visit given to somebody to do while its holder stays answerable for it (委派); `person` None ends it."""

    person: str | None
    since: datetime
    index: int
    by: str


@dataclass(frozen=True, slots=True)
class Signing:
    """What makes a visit one signer's own: in which round he was asked, for which text, and by whom."""

    #: Each time the step is come to, and each time its text changes, all who have to sign are asked anew.
    round: int
    #: Where the definition names him; -1 where he was added (加签).
    place: int
    #: The person named, or the post or duty as the definition names it.
    signer: str
    #: The digest of the text that he was asked to sign.
    text: str
    #: What comes of his silence: `wait`, `refer` or `consent`.
    silence: str = "wait"
    #: Who added him, and the digest of the reason.
    added_by: str | None = None
    reason: str | None = None
    #: Why he is asked no longer, without an answer: `silent`, `removed` (减签) or `changed` (the text).
    ended: str | None = None
    ended_by: str | None = None

    @property
    def silently(self) -> bool:
        """Whether nobody need answer it: no answer in time is an answer that the definition knows."""
        return self.silence != "wait"


@dataclass(frozen=True, slots=True)
class Voting:
    """What makes a visit one voter's own: in which round he was asked, about which text, and in what part."""

    #: Each time the step is come to, and each time its text changes, all who are due are asked anew.
    round: int
    #: Where the definition names him.
    place: int
    voter: str
    #: The digest of the text that he was asked to vote on.
    text: str
    chair: bool = False
    #: What comes of his silence: `wait` or `absent`.
    silence: str = "wait"
    #: Why he is asked no longer, without a vote: `recused`, `absent`, `silent` or `changed` (the text).
    ended: str | None = None
    ended_by: str | None = None
    #: What he who was absent had to say, as the digest of its text: kept, and not counted.
    opinion: str | None = None

    @property
    def silently(self) -> bool:
        """Whether nobody need ask further: no vote in time is an absence that the definition knows."""
        return self.silence != "wait"


@dataclass(frozen=True, slots=True)
class Minutes:
    """A vote as the signed minutes of a meeting have it; of a secret ballot, the counts alone."""

    held_at: datetime
    #: How many were due to vote, before 回避.
    voters: int
    #: How each voted, where the ballot was open.
    ballots: tuple[tuple[str, str], ...]
    yes: int
    no: int
    abstain: int
    #: Who was not there, and the digest of what he had to say.
    absent: tuple[tuple[str, str | None], ...]
    recused: tuple[str, ...]
    recorder: str
    countersigned_by: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One entry of one step: who owes it, since when, due when, and how it ended."""

    step: str
    visit: int
    #: `person`, `outside` or `desk`: the last two have no person but an urger.
    kind: str
    entered_at: datetime
    entered_index: int
    #: Every due date it has had; the last one holds.
    dues: tuple[DueChange, ...]
    #: Everybody who has owed it; the last one owes it.
    holdings: tuple[Holding, ...]
    #: Of a countersigning or a vote: whose it is.
    signing: Signing | None = None
    voting: Voting | None = None
    #: `open`, or how it was left: `done`, `returned`, `failed`, `cancelled`; `released` where
    #: another region's act has left the group; `withdrawn` where the entry itself was taken back.
    status: str = "open"
    action: str | None = None
    doer: str | None = None
    capacity: str | None = None
    left_at: datetime | None = None
    left_index: int | None = None
    #: When the act was done, as far as it differs from when it was recorded.
    done_at: datetime | None = None
    #: Digest of the reason, if one was given.
    reason: str | None = None
    late_record: bool = False
    attachments: int = 0
    urger: str | None = None
    waits_for: str | None = None
    #: Nobody could be found on entry: the office's director owes the assignment.
    unassigned: bool = False
    #: Whom the lookup passed over on entry and why: [[person, why], …].
    tried: tuple[tuple[str, str], ...] = ()
    pauses: tuple[Pause, ...] = ()
    #: When the urger last urged, or recorded that he had.
    urged_at: tuple[datetime, ...] = ()
    #: Every extension asked for. A refusal stays known too: until then whoever decides owed the answer.
    extensions: tuple[Asked, ...] = ()
    #: The second person who has confirmed when it was done, where somebody has.
    confirmed_by: str | None = None
    #: Every time it had ended already, and was taken back.
    undone: tuple[Undone, ...] = ()
    #: Whom its holder asked to do it, and when he took that back.
    delegations: tuple[Delegation, ...] = ()
    #: Of a vote that was recorded: how it went.
    minutes: Minutes | None = None

    @property
    def delegate(self) -> str | None:
        """Who may do it for its holder now."""
        given = self.delegations[-1] if self.delegations else None
        return None if given is None or given.index < self.holdings[-1].index else given.person

    def delegated(self, at: datetime) -> Delegation | None:
        """The delegation that stood then: by whoever held the visit then, and not taken back."""
        given = [each for each in self.delegations if each.since <= at]
        if not given or given[-1].person is None:
            return None
        moved = any(each.index > given[-1].index and each.since <= at for each in self.holdings)
        return None if moved else given[-1]

    @property
    def asked(self) -> Signing | Voting | None:
        """What makes it one person's own, where several are asked."""
        return self.voting if self.signing is None else self.signing

    @property
    def place(self) -> int | None:
        """Which of its step's signers or voters owes it; None where only one is asked."""
        return None if self.asked is None else self.asked.place

    @property
    def person(self) -> str | None:
        """Who owes it now."""
        return self.holdings[-1].person

    @property
    def due_at(self) -> datetime | None:
        """When it is due now; None where it has no limit."""
        return self.dues[-1].due_at

    @property
    def warn_at(self) -> datetime | None:
        """From when on it counts as due soon."""
        return self.dues[-1].warn_at

    @property
    def provisional(self) -> bool:
        """Whether the due date crosses a calendar year that is not official yet."""
        return self.dues[-1].provisional

    @property
    def open(self) -> bool:
        """Whether it is still owed."""
        return self.status == "open"

    @property
    def clock(self) -> str:
        """`running`, `stopped` or `ended`."""
        if not self.open:
            return "ended"
        return "stopped" if self.pauses and self.pauses[-1].end is None else "running"

    @property
    def ended_at(self) -> datetime | None:
        """When it ended as the audit sees it: the act if it was recorded in its time, else the recording."""
        if self.left_at is None:
            return None
        return self.left_at if self.done_at is None or self.late_record else self.done_at


@dataclass(frozen=True, slots=True)
class Task:
    """One running instance of a workflow, as its stream tells it."""

    id: str
    workflow: str
    digest: str
    family: str
    office: str
    opener: str
    #: Plain values, readable in the leaf.
    fields: Mapping[str, str]
    #: Digests of everything else.
    sealed: Mapping[str, str]
    opened_at: datetime
    dues: tuple[DueChange, ...]
    visits: tuple[Visit, ...] = ()
    #: `open`, `closed` or `cancelled`; `merged` or `redirected` where it goes on in another task.
    status: str = "open"
    closed_at: datetime | None = None
    #: For an imported task: who answers for it.
    answers: str | None = None
    #: For a follow-up: the finding that opened it.
    cause: str | None = None
    #: The task by whose action it was opened.
    parent: str | None = None
    seq: int = 0
    last: str = ""
    last_index: int = 0
    #: Who wrote the stream's last leaf that a person wrote, and since which leaf no other person has, for 拿回.
    last_actor: str = ""
    actor_since: int = 0
    #: Of each plain field that was filled in later, or again: the last time.
    given: tuple[Given, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    #: Files put to the task beside its steps: when, and by which leaf.
    attached: tuple[tuple[datetime, int], ...] = ()
    #: In which task it goes on (并案, 改办).
    into: str | None = None
    #: The task that was ended to begin anew as this one (改办).
    reference: str | None = None
    #: The tasks that go on in this one (并案).
    merged: tuple[str, ...] = ()

    @property
    def due_at(self) -> datetime | None:
        """When the whole is due now."""
        return self.dues[-1].due_at

    def open_visits(self) -> tuple[Visit, ...]:
        """The steps that somebody owes now."""
        return tuple([visit for visit in self.visits if visit.status == "open"])

    def find(self, step: str, visit: int) -> Visit | None:
        """That visit of that step, if it was ever entered."""
        for each in self.visits:
            if each.visit == visit and each.step == step:
                return each
        return None

    def doer_of(self, step: str) -> str | None:
        """Who last did that step."""
        done = [each for each in self.visits if each.step == step and each.doer is not None]
        return done[-1].doer if done else None

    def times_entered(self, step: str) -> int:
        """How often that step has been entered."""
        return sum(1 for each in self.visits if each.step == step)


def evolve(task: Task | None, event: Event, stamp: Stamp) -> Task:
    """The task after an event of its stream; raises KeyError for a kind that does not belong there."""
    if task is not None:
        # The two that are most of a ledger mostly change the visits and nothing else, so the task is made once.
        if event.kind == "step_entered":
            return _stamped(task, (*task.visits, _came(event.body, stamp)), stamp)
        if event.kind == "step_left":
            if "row" in event.body:
                return _stamped(task, (*task.visits, _read_in(event.body, stamp)), stamp)
            return _stamped(_filled(task, event.body, stamp), _left(task, event.body, stamp), stamp)
    changed = _FOLDS[event.kind](task, event.body, stamp)
    return _stamped(changed, changed.visits, stamp)


def _stamped(task: Task, visits: tuple[Visit, ...], stamp: Stamp) -> Task:
    """The task with these visits, and where its stream stands now."""
    person = task.last_actor if stamp.actor == "machine" else stamp.actor
    # Written out: `dataclasses.replace` takes three times as long, and this is done for every leaf there is.
    return Task(
        task.id,
        task.workflow,
        task.digest,
        task.family,
        task.office,
        task.opener,
        task.fields,
        task.sealed,
        task.opened_at,
        task.dues,
        visits,
        task.status,
        task.closed_at,
        task.answers,
        task.cause,
        task.parent,
        stamp.seq,
        stamp.hash,
        stamp.index,
        person,
        task.actor_since if person == task.last_actor else stamp.index,
        task.given,
        task.deviations,
        task.attached,
        task.into,
        task.reference,
        task.merged,
    )


def _read_in(body: Mapping[str, Any], stamp: Stamp) -> Visit:
    """History: a log says when a step was done and mostly not when it came, so one leaf tells of both."""
    left_at = from_text(body["left_at"])
    entered_at, doer, index = _instant(body.get("entered_at")) or left_at, body["doer"], stamp.index
    return Visit(
        step=body["step"],
        visit=body["visit"],
        kind="person",
        entered_at=entered_at,
        entered_index=index,
        dues=(DueChange(None, None, entered_at, index, "entered"),),
        holdings=(Holding(doer, "imported", entered_at, index),),
        status=body["outcome"],
        action=body["action"],
        doer=doer,
        capacity="imported",
        left_at=left_at,
        left_index=index,
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)


def _due(body: Mapping[str, Any], stamp: Stamp, why: str, since: datetime | None = None) -> DueChange:
    return DueChange(
        due_at=_instant(body["due_at"]),
        warn_at=_instant(body.get("warn_at")),
        since=since or stamp.at,
        index=stamp.index,
        why=why,
        provisional=body.get("provisional", False),
        asked_at=_instant(body.get("asked_at")),
        extension=body.get("extension"),
    )


def _opened(task: Task | None, body: Mapping[str, Any], stamp: Stamp) -> Task:
    opened_at = _instant(body.get("opened_at")) or stamp.at
    return Task(
        id=body["task"],
        workflow=body["workflow"],
        digest=body["digest"],
        family=body["family"],
        office=body["office"],
        opener=body["opener"],
        fields=body["fields"],
        sealed=body["sealed"],
        opened_at=opened_at,
        dues=(_due(body, stamp, "entered", opened_at),),
        answers=body.get("answers"),
        cause=body.get("cause"),
        parent=body.get("parent"),
        reference=body.get("reference"),
    )


def _came(body: Mapping[str, Any], stamp: Stamp) -> Visit:
    entered_at = _instant(body.get("entered_at")) or stamp.at
    capacity = body["capacity"]
    return Visit(
        step=body["step"],
        visit=body["visit"],
        kind=body["owner"],
        entered_at=entered_at,
        entered_index=stamp.index,
        dues=(_due(body, stamp, "entered", entered_at),),
        holdings=(
            Holding(
                person=body["person"],
                capacity=capacity["kind"],
                since=entered_at,
                index=stamp.index,
                for_=capacity["for"],
            ),
        ),
        urger=body.get("urger"),
        waits_for=body.get("waits_for"),
        unassigned=body.get("unassigned", False),
        tried=tuple((person, why) for person, why in body.get("tried", ())),
        signing=Signing(**body["signing"]) if "signing" in body else None,
        voting=Voting(**body["voting"]) if "voting" in body else None,
    )


def _change(task: Task, body: Mapping[str, Any], change: Callable[[Visit], Visit]) -> Task:
    return replace(task, visits=_changed(task, body, change))


def _changed(task: Task, body: Mapping[str, Any], change: Callable[[Visit], Visit]) -> tuple[Visit, ...]:
    """The visits, the one that an event names as `change` leaves it."""
    step, number = body["step"], body["visit"]
    return tuple(
        [change(each) if each.step == step and each.visit == number else each for each in task.visits]
    )


def _left(task: Task, body: Mapping[str, Any], stamp: Stamp) -> tuple[Visit, ...]:
    def leave(visit: Visit) -> Visit:
        left_at = _instant(body.get("left_at")) or stamp.at
        return replace(
            visit,
            status=body["outcome"],
            action=body["action"],
            doer=body["doer"],
            capacity=body["capacity"]["kind"],
            left_at=left_at,
            left_index=stamp.index,
            done_at=_instant(body.get("done_at")),
            reason=body.get("reason"),
            late_record=body.get("late_record", False),
            attachments=len(body.get("attachments", ())),
            pauses=_ended(visit.pauses, left_at),
            minutes=_minutes(body["minutes"]) if "minutes" in body else None,
        )

    return _changed(task, body, leave)


def _filled(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    """The task with what an act has filled in of its form."""
    fields, sealed = body.get("fields", {}), body.get("sealed", {})
    if not fields and not sealed:
        return task
    # In order of name: a leaf's keys come in another order from the ledger than from who wrote it.
    given = (Given(name, body["doer"], stamp.at, stamp.index) for name in sorted(fields))
    return replace(
        task,
        given=(*task.given, *given),
        fields={**task.fields, **fields},
        sealed={**task.sealed, **sealed},
    )


def _minutes(body: Mapping[str, Any]) -> Minutes:
    return Minutes(
        held_at=from_text(body["held_at"]),
        voters=body["voters"],
        # In order of name, because a leaf's keys are.
        ballots=tuple(sorted(body["ballots"].items())),
        yes=body["yes"],
        no=body["no"],
        abstain=body["abstain"],
        absent=tuple(sorted(body["absent"].items())),
        recused=tuple(sorted(body["recused"])),
        recorder=body["recorder"],
        countersigned_by=body["countersigned_by"],
    )


def _ended(pauses: tuple[Pause, ...], at: datetime) -> tuple[Pause, ...]:
    return tuple(replace(pause, end=at) if pause.end is None else pause for pause in pauses)


def _gone(status: str) -> Callable[[Task, Mapping[str, Any], Stamp], Task]:
    def fold(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
        def leave(visit: Visit) -> Visit:
            pauses = _ended(visit.pauses, stamp.at)
            left = replace(visit, status=status, left_at=stamp.at, left_index=stamp.index, pauses=pauses)
            by, reason = body.get("by"), body.get("reason")
            if visit.voting is not None and "voting" in body:
                opinion = body.get("opinion")
                voting = replace(visit.voting, ended=body["voting"], ended_by=by, opinion=opinion)
                return replace(left, voting=voting, reason=reason)
            if visit.signing is None or "signing" not in body:
                return left
            signing = replace(visit.signing, ended=body["signing"], ended_by=by)
            return replace(left, signing=signing, reason=reason)

        return _change(task, body, leave)

    return fold


def _undone(visit: Visit, stamp: Stamp) -> Undone:
    return Undone(visit.ended_at or stamp.at, stamp.at, stamp.actor, stamp.index, visit.action)


def _restored(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def restore(visit: Visit) -> Visit:
        return replace(
            visit,
            # A clock that only the act had set going again stands still as before.
            pauses=tuple(
                replace(pause, end=None) if pause.end == visit.left_at else pause for pause in visit.pauses
            ),
            status="open",
            action=None,
            doer=None,
            capacity=None,
            left_at=None,
            left_index=None,
            done_at=None,
            reason=None,
            late_record=False,
            attachments=0,
            confirmed_by=None,
            undone=(*visit.undone, _undone(visit, stamp)),
            signing=None if visit.signing is None else replace(visit.signing, ended=None, ended_by=None),
            voting=None
            if visit.voting is None
            else replace(visit.voting, ended=None, ended_by=None, opinion=None),
            minutes=None,
        )

    return _change(task, body, restore)


def _assigned(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def assign(visit: Visit) -> Visit:
        holding = Holding(
            person=body["person"],
            capacity=body["capacity"]["kind"],
            since=_instant(body.get("since")) or stamp.at,
            index=stamp.index,
            why=body["why"],
            for_=body["capacity"]["for"],
        )
        return replace(visit, holdings=(*visit.holdings, holding), unassigned=False)

    return _change(task, body, assign)


def _delegated(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    given = Delegation(body["person"], stamp.at, stamp.index, body["by"])
    return _change(task, body, lambda visit: replace(visit, delegations=(*visit.delegations, given)))


def _done_confirmed(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    return _change(task, body, lambda visit: replace(visit, confirmed_by=body["by"]))


def _stopped(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def stop(visit: Visit) -> Visit:
        # A stop that was proposed counts from when it was asked for, however long the answer took.
        start = _instant(body.get("since")) or stamp.at
        pause = Pause(start, None, body["waits_for"], stamp.actor, stamp.index)
        return replace(visit, pauses=(*visit.pauses, pause))

    return _change(task, body, stop)


def _resumed(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def resume(visit: Visit) -> Visit:
        pauses = _ended(visit.pauses, stamp.at)
        return replace(visit, pauses=pauses, dues=(*visit.dues, _due(body, stamp, "resumed")))

    return _change(task, body, resume)


def _asked(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    asked = Asked(body["proposal"], stamp.at, stamp.actor, index=stamp.index)
    return _change(task, body, lambda visit: replace(visit, extensions=(*visit.extensions, asked)))


def _answered(visit: Visit, proposal: str, stamp: Stamp) -> tuple[Asked, ...]:
    return tuple(
        replace(each, answered_at=stamp.at, answered_index=stamp.index) if each.proposal == proposal else each
        for each in visit.extensions
    )


def _extended(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def extend(visit: Visit) -> Visit:
        asked = _answered(visit, body["proposal"], stamp)
        return replace(visit, dues=(*visit.dues, _due(body, stamp, "extended")), extensions=asked)

    return _change(task, body, extend)


def _declined(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    def decline(visit: Visit) -> Visit:
        return replace(visit, extensions=_answered(visit, body["proposal"], stamp))

    return _change(task, body, decline)


def _recomputed(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    due = _due(body, stamp, "recomputed")
    if body["step"] is None:
        return replace(task, dues=(*task.dues, due))
    return _change(task, body, lambda visit: replace(visit, dues=(*visit.dues, due)))


def _moved(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    due = _due(body, stamp, "moved")
    return _change(task, body, lambda visit: replace(visit, dues=(*visit.dues, due)))


def _urged(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    return _change(task, body, lambda visit: replace(visit, urged_at=(*visit.urged_at, stamp.at)))


def _noted(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    attached, deviations = task.attached, task.deviations
    if body.get("attachments"):
        attached = (*attached, (stamp.at, stamp.index))
    if body.get("nonconforming"):
        at = _instant(body.get("happened_at")) or stamp.at
        found = Deviation(body["nonconforming"], body.get("step"), at, stamp.index, body.get("row", 0))
        deviations = (*deviations, found)
    sealed = {**task.sealed, **body.get("sealed", {})}
    return replace(task, sealed=sealed, attached=attached, deviations=deviations)


def _revised(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    fields = body["fields"]
    given = (Given(name, stamp.actor, stamp.at, stamp.index) for name in sorted(fields))
    return replace(
        task,
        given=(*task.given, *given),
        fields={**task.fields, **fields},
        sealed={**task.sealed, **body["sealed"]},
    )


def _handed_over(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    """A list that stands in the leaf: the steps are owed as before, and covered."""
    return task


def _counted(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    # The count follows from the visits; its event is for whoever reads the ledger.
    return task


def _closed(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    closed_at = _instant(body.get("closed_at")) or stamp.at
    return replace(task, status=body["status"], closed_at=closed_at, into=body.get("into"))


def _joined(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    return replace(task, merged=(*task.merged, body["task"]))


def _reopened(task: Task, body: Mapping[str, Any], stamp: Stamp) -> Task:
    return replace(task, status="open", closed_at=None)


_FOLDS: Mapping[str, Callable[[Any, Mapping[str, Any], Stamp], Task]] = {
    "task_opened": _opened,
    "step_withdrawn": _gone("withdrawn"),
    "step_released": _gone("released"),
    "step_restored": _restored,
    "step_assigned": _assigned,
    "step_delegated": _delegated,
    "done_confirmed": _done_confirmed,
    "clock_stopped": _stopped,
    "clock_resumed": _resumed,
    "extension_asked": _asked,
    "due_extended": _extended,
    "extension_declined": _declined,
    "due_recomputed": _recomputed,
    "due_moved": _moved,
    "step_urged": _urged,
    "task_noted": _noted,
    "file_attached": _noted,
    "text_revised": _revised,
    "handed_over": _handed_over,
    "vote_counted": _counted,
    "task_closed": _closed,
    "task_joined": _joined,
    "task_reopened": _reopened,
}
