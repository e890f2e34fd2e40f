"""What a vote comes to, from the numbers alone: pure, exact, and the same for personal and recorded votes."""

from __future__ import annotations

from typing import Any

from zeroerror.model.share import fewest, reached
from zeroerror.model.value import dataclass
from zeroerror.model.workflow import NO_QUORUM, PASS, REFUSE, Vote


@dataclass(frozen=True, slots=True)
class Tally:
    """A vote in numbers of persons. Whoever was there and said nothing that counts is present all the same."""

    voters: int
    #: 回避: neither due nor present.
    recused: int
    absent: int
    yes: int
    no: int
    abstain: int

    @property
    def due(self) -> int:
        """Who was due to vote: 应到, after 回避."""
        return self.voters - self.recused

    @property
    def present(self) -> int:
        """Who took part: 实到."""
        return self.due - self.absent

    def base(self, vote: Vote) -> int:
        """Of how many the yes votes are counted."""
        return {"due": self.due, "present": self.present, "cast": self.yes + self.no}[vote.base]


def outcome(vote: Vote, tally: Tally) -> str:
    """The way in which a vote ends: without a quorum nothing is decided, neither one way nor the other."""
    if not reached(vote.quorum, tally.present, tally.due):
        return NO_QUORUM
    return PASS if reached(vote.threshold, tally.yes, tally.base(vote)) else REFUSE


def never_reached(vote: Vote, voters: int) -> list[str]:
    """Which of `quorum` and `threshold` so many voters cannot reach, though all come and all say yes."""
    asked = {"quorum": vote.quorum, "threshold": vote.threshold}
    return [name for name, enough in asked.items() if not reached(enough, voters, voters)]


def counted(vote: Vote, tally: Tally) -> dict[str, Any]:
    """The arithmetic of a vote, as its event and its readers have it."""
    base = tally.base(vote)
    return {
        "voters": tally.voters,
        "recused": tally.recused,
        "due": tally.due,
        "absent": tally.absent,
        "present": tally.present,
        "yes": tally.yes,
        "no": tally.no,
        "abstain": tally.abstain,
        "quorum": vote.quorum,
        "quorum_needs": fewest(vote.quorum, tally.due),
        "threshold": vote.threshold,
        "base": vote.base,
        "of": base,
        "needs": fewest(vote.threshold, base),
        "outcome": outcome(vote, tally),
    }
