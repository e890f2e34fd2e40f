"""What is owed: a step, and the regions whose steps are owed side by side."""

from __future__ import annotations

from zeroerror.model.limit import Limit
from zeroerror.model.value import dataclass
from zeroerror.model.workflow.actions import Action, Outcome
from zeroerror.model.workflow.form import LimitSpec, Owner
from zeroerror.model.workflow.several import ADDED, BALLOTS, Consent, Vote


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody owes; where it is countersigned, something that each signer owes."""

    name: str
    title: str
    owner: Owner
    limit: LimitSpec | None
    warn_before: LimitSpec | None
    actions: tuple[Action, ...]
    #: What its clock may be stopped for (`task pause`); empty: it cannot be stopped.
    waits_for: tuple[str, ...] = ()
    #: How long after the act it may be recorded without being 补办.
    record_within: Limit | None = None
    #: Where it is countersigned: by whom, and how. `owner` is then the first signer.
    consent: Consent | None = None
    #: Where it is voted on. `owner` is then the first voter, or of a recorded vote who brings the minutes.
    vote: Vote | None = None

    @property
    def balloted(self) -> Vote | None:
        """The vote, where each voter votes himself and so owes a visit of his own."""
        return self.vote if self.vote is not None and self.vote.ballot == "personal" else None

    @property
    def text(self) -> str | None:
        """The field whose text each of several persons signs or votes on."""
        if self.consent is not None:
            return self.consent.of
        return None if self.balloted is None else self.balloted.of

    @property
    def owners(self) -> tuple[Owner, ...]:
        """Everybody who may owe it: its one owner, or each signer or voter."""
        if self.balloted is not None:
            return self.balloted.voters
        return (self.owner,) if self.consent is None else self.consent.signers

    def owner_at(self, place: int | None) -> Owner:
        """Who owes a visit: where several do, whoever stands at that place; below none, somebody added."""
        if place is None or (self.consent is None and self.balloted is None):
            return self.owner
        return self.owners[place] if place >= 0 else ADDED

    @property
    def offers(self) -> tuple[Action, ...]:
        """What whoever owes a visit may choose between: its ways out; of a vote, the ballots."""
        if self.vote is None:
            return self.actions
        return BALLOTS if self.balloted is not None else ()

    @property
    def named(self) -> tuple[Action, ...]:
        """Everything that the step's history may name: its ways out, and what a voter may say."""
        return self.actions if self.vote is None else (*self.actions, *BALLOTS)

    def offer(self, name: str) -> Action | None:
        """What is offered under that name, if anything is."""
        return next((action for action in self.offers if action.name == name), None)

    @property
    def personal(self) -> bool:
        """Whether only who owes it can do it, and nobody in his stead: to say that he is back from leave."""
        return any(each.effect is not None and each.effect.name == "leave_ends" for each in self.actions)

    def action(self, name: str) -> Action | None:
        """The action of that name, if the step has it."""
        return next((action for action in self.actions if action.name == name), None)


@dataclass(frozen=True, slots=True)
class Region:
    """One of several machines that run side by side; it starts at its first step."""

    name: str
    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A step that has regions: nobody owes it, it is left when every region has ended.

    Its regions' steps stand among the workflow's own, because each is owed, late and urged by itself.
    """

    name: str
    title: str
    regions: tuple[Region, ...]
    #: Where the join leads; None is the end of the task.
    to: str | None
    outcome: Outcome = "done"

    def region(self, name: str) -> Region | None:
        """The region of that name, if the group has it."""
        return next((region for region in self.regions if region.name == name), None)
