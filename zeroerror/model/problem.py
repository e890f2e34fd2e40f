"""Facts that stand in the way, as values: they are collected, all of them, and never raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from zeroerror.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in what was handed in: a definition, a configuration, an import."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    #: `file:line`, where there is one.
    where: str | None = None
    #: `error` stops what was asked; `warning` is told and goes on.
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground for a refusal: a code, and what fills its words. Person, office and step stand as ids."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that has no effect, with every ground there is."""

    reasons: tuple[Reason, ...]
    #: The leaf by which the denial stands on record, where it does.
    leaf: int | None = None

    #: Grounds of authority (exit 4) and of the separation of duties (exit 5): both are put on record.
    AUTHORITY = frozenset(
        {
            "engine.not_your_step",
            "engine.unassigned",
            "engine.not_entitled",
            "engine.key_unknown",
            "engine.key_revoked",
            "engine.key_not_yours",
            "engine.not_your_act",
            "engine.machine_only",
        }
    )
    SEPARATION = frozenset({"engine.four_eyes", "engine.own_proposal", "engine.lifts_own_wait"})
    CONFLICT = frozenset({"engine.moved_on", "engine.lost_race", "engine.clock_behind"})
    USAGE = frozenset({"engine.unknown_task", "engine.command_reused", "engine.unknown_action"})

    @property
    def exit_code(self) -> int:
        """Design §11: 4 goes before 5; a conflict is told only where nothing else stands in the way."""
        codes = {reason.code for reason in self.reasons}
        if codes & self.AUTHORITY:
            return 4
        if codes & self.USAGE:
            return 2
        if codes & self.CONFLICT:
            return 6
        return 5

    @property
    def denials(self) -> tuple[Reason, ...]:
        """The grounds that are put on record."""
        return tuple(each for each in self.reasons if each.code in self.AUTHORITY | self.SEPARATION)

    @property
    def on_record(self) -> bool:
        """Whether the denial is written into the institution's stream."""
        return bool(self.denials)
