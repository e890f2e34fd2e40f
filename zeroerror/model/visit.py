"""A visit: one entry of one step, everybody who has owed it, every due date it has had, and how it ended."""

from __future__ import annotations

from datetime import datetime

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
