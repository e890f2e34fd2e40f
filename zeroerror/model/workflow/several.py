"""What several persons do in one step: 会签, where each signs or objects, and 票决, where they are counted."""

from __future__ import annotations

from typing import Literal

from zeroerror.model.value import dataclass
from zeroerror.model.workflow.actions import Action
from zeroerror.model.workflow.form import Owner

#: The two answers of a signer. Whichever way a countersigning ends is the way of one of them.
SIGN, OBJECT = "sign", "object"


@dataclass(frozen=True, slots=True)
class Consent:
    """会签: everybody named signs the text, or objects with a reason; it is no vote, and nothing is counted.

    Each signer has a visit of his own, so that he is due, urged and found late by himself. The last answer
    leads on: as `sign` leads where all have signed, as `object` leads where anybody has not. So the table, its
    checks and its pictures have two ordinary actions, and who signs stays data of one step.
    """

    #: The field whose text is signed. Where its digest changes, what was signed before counts no longer.
    of: str
    #: Each is asked by himself; a field of several persons stands for all of them.
    signers: tuple[Owner, ...]
    #: `parallel`, or `in_turn`: the next is asked when the one before has answered.
    order: Literal["parallel", "in_turn"] = "parallel"
    #: What comes of no answer in time: it is waited for, it is taken upward, or it counts as consent.
    silence: Literal["wait", "refer", "consent"] = "wait"


#: The ways in which a vote ends. They are the step's actions, and nobody takes them: the count does.
PASS, REFUSE, NO_QUORUM = "pass", "refuse", "no_quorum"
#: What a voter may say. These lead nowhere by themselves, so the table does not have them.
YES, NO, ABSTAIN = "yes", "no", "abstain"
BALLOTS = (Action(YES, "赞成", None), Action(NO, "反对", None), Action(ABSTAIN, "弃权", None))


@dataclass(frozen=True, slots=True)
class Vote:
    """票决: who is due to vote, when enough of them have, and how many have to say yes.

    Who votes is data of one step, as the count is: the table has the three ways in which a vote can end, as
    ordinary actions, and no state for any of the ways to get there.
    """

    #: The field whose text is voted on. Where its digest changes, all are asked anew.
    of: str
    #: Every holder of a post, and every person whom a field names.
    voters: tuple[Owner, ...]
    #: One of the voters: who presides, and votes last.
    chair: Owner
    #: How many of those due have to take part, and how many of the base have to say yes (`model.share`).
    quorum: str
    threshold: str
    #: Of whom the yes votes are counted: those `due`, those `present`, or the votes `cast` for and against.
    base: Literal["due", "present", "cast"] = "due"
    #: `personal`: each voter votes himself, here; `recorded`: from the signed minutes of a meeting.
    ballot: Literal["personal", "recorded"] = "personal"
    #: The step of 个别酝酿, which must come before.
    after: str | None = None
    #: What comes of no vote in time: it is waited for, or who has not voted counts as absent.
    silence: Literal["wait", "absent"] = "wait"


#: Who was added by name while it ran (加签) is looked up as one named in a form is. No field can have this name.
ADDED = Owner("field", "/added")
