"""Checks of voting 票决: who presides votes, what is asked for can be reached, and 个别酝酿 has come before."""

from __future__ import annotations

from collections.abc import Iterator

from zeroerror.definition.graph import Way, from_start, shown
from zeroerror.definition.where import Where
from zeroerror.engine.counting import never_reached
from zeroerror.model.problem import Problem
from zeroerror.model.share import number
from zeroerror.model.workflow import Step, Vote, Workflow

#: So many may vote in one step.
VOTERS_MAX = 40
#: What is said of a quorum, and of a threshold, that nobody can reach.
NEVER = {"quorum": "definition.vote_quorum", "threshold": "definition.vote_threshold"}


def chair_votes(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Whoever presides is one of the voters, as the definition writes them."""
    for step, vote in _voted(workflow):
        if vote.chair not in vote.voters:
            params = {"step": step.name, "chair": vote.chair.name}
            yield Problem("definition.chair_not_voter", params, where("steps", step.name, "vote", "chair"))


def votes_can_be_won(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Neither the quorum nor the threshold is more than all that there could be."""
    for step, vote in _voted(workflow):
        for name in never_reached(vote, VOTERS_MAX):
            params = {"step": step.name, "enough": getattr(vote, name), "most": VOTERS_MAX}
            yield Problem(NEVER[name], params, where("steps", step.name, "vote", name))
        # Below the quorum nothing is decided, so what passes must leave room to refuse.
        quorum, threshold = number(vote.quorum), number(vote.threshold)
        if vote.base != "due" and quorum is not None and threshold is not None and threshold > quorum:
            params = {"step": step.name, "quorum": quorum, "threshold": threshold}
            here = where("steps", step.name, "vote", "threshold")
            yield Problem("definition.vote_lost_at_quorum", params, here, "warning")


def consulted_before(workflow: Workflow, where: Where) -> Iterator[Problem]:
    """Where 个别酝酿 has to come before the vote, every way to the vote leads through it."""
    known = [each.name for each in workflow.steps]
    for step, vote in _voted(workflow):
        here = where("steps", step.name, "vote", "after")
        if vote.after is None:
            continue
        if vote.after not in known:
            yield Problem("definition.unknown_step", {"step": vote.after, "known": known}, here)
            continue
        found = from_start(workflow, _without(vote.after))
        if step.name in found:
            path = shown(found[step.name], step.name)
            params = {"step": step.name, "after": vote.after, "path": path}
            yield Problem("definition.vote_not_after", params, here)


def _without(step: str) -> Way:
    return lambda source, action: source.name != step


def _voted(workflow: Workflow) -> Iterator[tuple[Step, Vote]]:
    for step in workflow.steps:
        if step.vote is not None:
            yield step, step.vote
