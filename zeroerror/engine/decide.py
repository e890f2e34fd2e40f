"""`decide`: a signed command, and what is so, to what it makes happen (design §3, §6).

The rules have a number, kept in every leaf. `log verify` decides each command again by the rules of its
leaf; whoever changes an outcome adds a new number and leaves the old deciders where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from zeroerror.engine.advancing import advance
from zeroerror.engine.answering import answer_notices
from zeroerror.engine.circulating import circulate, read
from zeroerror.engine.countersigning import change_signers, let_lapse, revise
from zeroerror.engine.delegating import assign, delegate
from zeroerror.engine.facts import Facts
from zeroerror.engine.handling import note, pause, resume, take_back, urge
from zeroerror.engine.objecting import dispute
from zeroerror.engine.opening import open_task
from zeroerror.engine.proposing import confirm, propose, reject
from zeroerror.engine.rectifying import rectify
from zeroerror.engine.rerouting import merge, redirect
from zeroerror.engine.voting import mark_absent, recuse
from zeroerror.model.command import Command
from zeroerror.model.event import Event
from zeroerror.model.problem import Refusal

RULES = 1

Decider = Callable[[Command, str, Facts, datetime], tuple[Event, ...] | Refusal]

DECIDERS: Mapping[int, Mapping[str, Decider]] = {
    1: {
        "open": open_task,
        "advance": advance,
        "note": note,
        "assign": assign,
        "delegate": delegate,
        "circulate": circulate,
        "merge": merge,
        "redirect": redirect,
        "read": read,
        "pause": pause,
        "resume": resume,
        "urge": urge,
        "take_back": take_back,
        "propose": propose,
        "confirm": confirm,
        "reject": reject,
        "dispute": dispute,
        "rectify": rectify,
        "answer_notices": answer_notices,
        "change_signers": change_signers,
        "revise": revise,
        "let_lapse": let_lapse,
        "recuse": recuse,
        "mark_absent": mark_absent,
    }
}


def decide(
    command: Command, actor: str, facts: Facts, at: datetime, rules: int = RULES
) -> tuple[Event, ...] | Refusal:
    """The events of a command by these rules, or a refusal with every reason; KeyError for unknown ones."""
    return DECIDERS[rules][command.kind](command, actor, facts, at)
