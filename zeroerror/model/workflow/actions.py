"""Named ways out of a step, with everything that taking one asks for and brings about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from zeroerror.model.value import dataclass

Outcome = Literal["done", "returned", "failed", "cancelled"]
#: The guard by which an action waits for the tasks that were opened.
CHILDREN_ENDED = "children_ended"
#: The guard by which a date in the form has come when an action is taken.
NOT_IN_FUTURE = "not_in_future"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as data: amounts are decimal strings, dates ISO; never an expression."""

    field: str
    test: Literal["equals", "in", "at_least", "below", "filled"]
    value: str | tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard by name and version, with what it is asked about: `four_eyes@1: draft`, `not_in_future@1: held_on`."""

    name: str
    version: int
    steps: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault that taking this action reports against an earlier step."""

    step: str
    category: str


Children = Literal["cancel", "keep"]


@dataclass(frozen=True, slots=True)
class Opens:
    """Tasks that an action opens: one of that workflow for each item that whoever takes it names."""

    workflow: str
    #: What is said of each item behind its office, in this order.
    each: tuple[str, ...] = ()
    #: Plain fields that are the same in all of them.
    set: tuple[tuple[str, str], ...] = ()
    #: Fields that they take over from the task that opens them.
    copy: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What taking an action does beyond its task, by name and version, with the fields it reads: `leave@1`."""

    name: str
    version: int
    #: Argument → field of the form, or step, by the argument's name.
    reads: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Action:
    """A named way out of a step: to another step, or (`to` None) to the end of the task."""

    name: str
    title: str
    to: str | None
    outcome: Outcome = "done"
    #: Fields that must be filled when it is taken.
    require: tuple[str, ...] = ()
    reason: bool = False
    guards: tuple[Guard, ...] = ()
    conditions: tuple[Condition, ...] = ()
    fault: Fault | None = None
    #: How many attachments must go with it; only at gates.
    evidence: int = 0
    #: It gives a number or sends something out, and cannot be taken back.
    final: bool = False
    #: It ends its region, and nothing else: the group goes on when all of its regions have ended.
    joins: bool = False
    #: Of an action to a group: the regions that open; empty: all of them.
    reopens: tuple[str, ...] = ()
    opens: Opens | None = None
    #: What becomes of the tasks opened so far that are still open; None: nothing is said of them.
    children: Children | None = None
    effect: Effect | None = None

    @property
    def ends(self) -> bool:
        """Whether it ends the whole task, wherever it is taken."""
        return self.to is None and not self.joins

    @property
    def waits(self) -> bool:
        """Whether it can be taken only when the tasks that were opened have ended."""
        return any(guard.name == CHILDREN_ENDED for guard in self.guards)


def choice_name(action: str, target: str) -> str:
    """The name of the action that leads to one of several steps; no action that is written can have it."""
    return f"{action}.{target}"


def choice_title(title: str, target: str) -> str:
    """What people read of an action that leads to one of several steps."""
    return f"{title}（{target}）"
